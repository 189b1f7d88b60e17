"""``hybrid-logo data compose``: logos drawn by the composer, with exact labels."""

from __future__ import annotations

from pathlib import Path

import click

from hybrid_logo.cli.options import cache_option, labels_option

__all__ = ["compose"]

SHEET_LOGOS = 112
"""Logos of each type on a contact sheet."""


@click.command()
@click.option("--count", type=click.IntRange(1), default=1000, show_default=True, help="How many logos.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the logos.")
@click.option(
    "--sheet",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.png",
    help="Also write contact sheets: FILE-simple.png, FILE-text.png, ...",
)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes.")
@cache_option
@labels_option
def compose(
    count: int, seed: int, sheet: Path | None, workers: int, cache: Path | None, labels: Path | None
) -> None:
    """Draw logos the way brands do, each with its exact label, into the cache.

    Symbols, words and tiles are put together from shapes, fonts and icons of no held-out brand. The same seed
    draws the same logos; asking for more goes on where the last run stopped.
    """
    from collections import Counter

    from rich.console import Console
    from rich.table import Table

    from hybrid_logo.training.composer import compose_all, composed_folder
    from hybrid_logo.training.composer.sheet import write_sheet
    from hybrid_logo.types import LABELS

    logos = compose_all(count, seed, cache, workers, labels)
    table = Table("type")
    for title in ("logos", "clear", "wished", "drawings a logo"):
        table.add_column(title, justify="right")
    table.add_column("layouts")
    for label in LABELS:
        mine = [logo for logo in logos if logo.label == label]
        kinds = Counter(logo.kind for logo in mine).most_common()
        drawings = sum(logo.tries for logo in mine) / max(1, len(mine))
        clear = sum(logo.clear for logo in mine)
        wished = sum(logo.wished == label for logo in mine)
        table.add_row(
            label, f"{len(mine):,}", f"{clear:,}", f"{wished:,}", f"{drawings:.1f}",
            ", ".join(f"{kind} {number:,}" for kind, number in kinds),
        )  # fmt: skip
        if sheet is not None:
            path = sheet.with_name(f"{sheet.stem}-{label}{sheet.suffix or '.png'}")
            write_sheet(mine[:SHEET_LOGOS], path)
    Console().print(table)
    click.echo(f"{len(logos):,} of {count:,} composed: {composed_folder(seed, cache, labels)}", err=True)
