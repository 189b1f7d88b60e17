"""``hybrid-logo data leaks`` and ``data card``: what may be learned from, and what it is."""

from __future__ import annotations

from pathlib import Path

import click

from hybrid_logo.cli.options import cache_option, labels_option

__all__ = ["card", "leaks"]

workers_option = click.option(
    "--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes."
)


@click.command()
@click.option("--list", "listed", is_flag=True, help="Name every drawing that is left out, and its relative.")
@workers_option
@cache_option
@labels_option
def leaks(listed: bool, workers: int, cache: Path | None, labels: Path | None) -> None:
    """Show what is left out of training because its brand is in calibrate or test.

    The same brand sits in several icon sets under several names. It is found by its name, and by a perceptual
    hash of its drawing.
    """
    from collections import Counter

    from rich.console import Console
    from rich.table import Table

    from hybrid_logo.training.labels import read_labels
    from hybrid_logo.training.leak_figures import leak_report

    report = leak_report(read_labels(labels), cache, workers)
    table = Table()
    table.add_column("set", no_wrap=True)
    for title in ("drawings", "held out", "left out by name", "by hash", "kept"):
        table.add_column(title, justify="right")
    for row in report.sets:
        counts = (row.drawings, row.held_out, row.by_name, row.by_hash, row.kept)
        table.add_row(row.set, *(f"{count:,}" for count in counts))
    Console().print(table)
    reasons = Counter(leak.by for leak in report.of_train)
    click.echo(
        f"{len(report.of_train):,} of the drawings that are left out have a visual label of the split train, "
        f"{reasons['name']:,} found by name and {reasons['hash']:,} by hash. "
        + (
            "None of their brands is learned from."
            if labels is None
            else "Their labels are learned from all the same: the splits of your labels stay as they are."
        )
    )
    if listed:
        for leak in report.leaks:
            click.echo(f"{leak.set}/{leak.name}\t{leak.held_out}\t{leak.by}")
    for name in report.missing:
        click.echo(f"{name} is not fetched. Run: hybrid-logo data fetch --set {name}", err=True)


@click.command()
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    required=True,
    metavar="FILE.md",
    help="Card to write; of a file that is there only the part between its markers is written.",
)
@click.option(
    "--sheets",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Also draw sample sheets, one PNG for each type and source.",
)
@click.option(
    "--preset",
    default="release",
    show_default=True,
    metavar="NAME_OR_FILE",
    help="Run whose data are described.",
)
@workers_option
@cache_option
@labels_option
def card(
    out: Path, sheets: Path | None, preset: str, workers: int, cache: Path | None, labels: Path | None
) -> None:
    """Write the dataset card: counts by source, licence, type and split, and what guards against leaks."""
    from hybrid_logo.training.card import read_dataset, write_card
    from hybrid_logo.training.sample_sheets import write_sheets

    dataset = read_dataset(preset, cache, labels, workers)
    write_card(dataset, out)
    click.echo(str(out))
    if sheets is not None:
        for path in write_sheets(dataset, sheets, cache):
            click.echo(str(path))
