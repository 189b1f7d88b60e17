"""``hybrid-logo benchmark --artefact``: exported artefacts beside their release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hybrid_logo.cli.steps import step_progress
from hybrid_logo.output import open_output

if TYPE_CHECKING:
    from hybrid_logo.evaluation.pictures.datasets import Dataset

__all__ = ["compare_artefacts"]


def compare_artefacts(
    dataset: Dataset, artefacts: Sequence[Path], model: str | None, out: Path | None
) -> None:
    """Measure, print a table, and write a result file into ``out`` if there is one."""
    from rich.console import Console

    from hybrid_logo.evaluation.running import save_result
    from hybrid_logo.export.measuring import artefact_result, measure_artefacts

    with step_progress(f"{dataset.name}: artefacts", 1 + len(artefacts)) as advance:
        result = artefact_result(dataset, measure_artefacts(dataset, artefacts, model, advance))
    console = Console()
    with console.capture() as captured:
        console.print(_table(dataset, result["artefacts"]))
    with open_output(None) as write:
        write(captured.get())
    if out is None:
        click.echo("Nothing was saved. To save the result: --out DIR", err=True)
    else:
        click.echo(f"Written: {save_result(result, out)}")


def _table(dataset: Dataset, artefacts: Sequence[Mapping[str, Any]]) -> object:
    """Artefacts by number, since their names are long: so it fits on 80 columns."""
    from rich import box
    from rich.markup import escape
    from rich.table import Table

    from hybrid_logo.evaluation.results.artefact_tables import HEAD, artefact_rows

    title = f"{dataset.name}: {len(dataset.cases):,} pictures, labels from {dataset.labels_from}"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=0)
    for name in ("", *HEAD[1:]):
        table.add_column(name, justify="right")
    names = []
    rows = artefact_rows(artefacts, lambda value: f"{value['share']:.1%}")
    for number, (row, (name, *cells)) in enumerate(zip(artefacts, rows, strict=True), 1):
        table.add_row(str(number), *cells)
        names.append(f"{number}: {name}" + (f": skipped: {row['skipped']}" if row["skipped"] else ""))
    table.caption = escape("\n".join(names))
    table.caption_justify = "left"
    return table
