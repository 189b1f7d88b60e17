"""``hybrid-logo data``: bring, draw and count the logos that a model is trained on."""

from __future__ import annotations

from pathlib import Path

import click

__all__ = ["command"]

cache_option = click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Cache folder.  [default: HYBRID_LOGO_CACHE, else ~/.cache/hybrid-logo]",
)
labels_option = click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Labels file.  [default: benchmarks/labels/labels.csv of the checkout]",
)


@click.group(name="data")
def command() -> None:
    """Bring, draw and count the training logos."""


@command.command()
@click.option("--set", "names", multiple=True, metavar="NAME", help="Only this icon set; can be repeated.")
@cache_option
def fetch(names: tuple[str, ...], cache: Path | None) -> None:
    """Fetch the pinned icon sets with npm and check their sha512.

    A set that is in the cache already is kept. Each set's licence stays beside it.
    """
    from rich.console import Console
    from rich.table import Table

    from hybrid_logo.training import sources

    wanted = [sources.icon_set(name) for name in dict.fromkeys(names)] or list(sources.ICON_SETS)
    notes = Console(stderr=True)
    table = Table("set", "version", "licence")
    table.add_column("logos", justify="right")
    for pinned in wanted:
        if not sources.is_fetched(pinned, cache):
            with notes.status(f"Fetching {pinned.package}@{pinned.version}"):
                sources.fetch(pinned, cache)
        logos = len(sources.load_icons(pinned.name, cache))
        table.add_row(pinned.name, pinned.version, pinned.licence, f"{logos:,}")
    Console().print(table)
    notes.print(f"Cache: {sources.cache_folder(cache)}", soft_wrap=True, highlight=False)


@command.command()
@click.option(
    "--size", type=click.IntRange(8, 4096), default=512, show_default=True, help="Longer side in pixels."
)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes.")
@cache_option
@labels_option
def render(size: int, workers: int, cache: Path | None, labels: Path | None) -> None:
    """Draw each labelled logo once, as a lossless PNG in the cache.

    Pictures that are there already are kept, so an interrupted run goes on where it stopped.
    Exit code 1: some logos could not be drawn.
    """
    from hybrid_logo.training.labels import read_labels
    from hybrid_logo.training.rendering import render_masters
    from hybrid_logo.training.sources import cache_folder

    report = render_masters(read_labels(labels), cache, size, workers)
    click.echo(
        f"{report.rendered:,} drawn, {report.kept:,} kept, {len(report.skipped):,} skipped; "
        f"cache: {cache_folder(cache)}"
    )
    if report.skipped:
        raise SystemExit(1)


@command.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--split",
    type=click.Choice(("train", "calibrate", "test")),
    default="test",
    show_default=True,
    help="Which logos.",
)
@click.option(
    "--copies", type=click.IntRange(0), default=1, show_default=True, help="Degraded copies a logo."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the degradation.")
@cache_option
@labels_option
def degrade(
    folder: Path, split: str, copies: int, seed: int, cache: Path | None, labels: Path | None
) -> None:
    """Write the logos of a split into FOLDER, clean and degraded, with a table of their labels.

    The same seed writes the same files. `hybrid-logo benchmark FOLDER/labels.csv` measures on them.
    """
    from hybrid_logo.training.copies import TABLE, write_copies
    from hybrid_logo.training.labels import read_labels

    count = write_copies(read_labels(labels, split), folder, seed, copies, cache)
    click.echo(f"{count:,} pictures: {folder / TABLE}")


@command.command(name="list")
@labels_option
def list_logos(labels: Path | None) -> None:
    """Count the labelled logos by set, split and type.

    The labels were made by a vision-language model in two passes; no person has checked them.
    """
    from collections import Counter

    from rich.console import Console
    from rich.table import Table

    from hybrid_logo.training.labels import SPLITS, read_labels
    from hybrid_logo.types import LABELS

    logos = read_labels(labels)
    counts = Counter((name, logo.split, logo.label) for logo in logos for name in (logo.set, "all"))
    table = Table("set", "split")
    for title in (*LABELS, "all"):
        table.add_column(title, justify="right")
    for name in (*dict.fromkeys(logo.set for logo in logos), "all"):
        for split in SPLITS:
            row = [counts[name, split, label] for label in LABELS]
            table.add_row(name, split, *(f"{count:,}" for count in (*row, sum(row))))
        table.add_section()
    Console().print(table)
