"""``hybrid-logo benchmark --artefact``: exported artefacts beside their release."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hybrid_logo.cli.steps import step_progress
from hybrid_logo.output import open_output

if TYPE_CHECKING:
    from hybrid_logo.evaluation.pictures.datasets import Dataset
    from hybrid_logo.export.measuring import Row

__all__ = ["compare_artefacts"]


def compare_artefacts(
    dataset: Dataset, artefacts: Sequence[Path], model: str | None, out: Path | None
) -> None:
    """Measure, print a table, and write it to a JSON file in ``out`` if there is one."""
    from rich.console import Console

    from hybrid_logo.evaluation.measuring.environment import environment, result_name
    from hybrid_logo.export.measuring import measure_artefacts

    with step_progress(f"{dataset.name}: artefacts", 1 + len(artefacts)) as advance:
        rows = measure_artefacts(dataset, artefacts, model, advance)
    console = Console()
    with console.capture() as captured:
        console.print(_table(dataset, rows))
    with open_output(None) as write:
        write(captured.get())
    if out is None:
        return
    facts = environment()
    fields = {
        "schema": 1,
        "environment": facts,
        "dataset": {"name": dataset.name, "sha256": dataset.sha256(), "labels_from": dataset.labels_from},
        "artefacts": [row.to_dict() for row in rows],
    }
    out.mkdir(parents=True, exist_ok=True)
    path = out / result_name(f"artefacts-{dataset.name}", facts)
    with open_output(str(path)) as write:
        write(json.dumps(fields, indent=2) + "\n")
    click.echo(f"Written: {path}")


def _table(dataset: Dataset, rows: Sequence[Row]) -> object:
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=f"{dataset.name}: {len(dataset.cases):,} pictures, labels from {dataset.labels_from}",
        title_justify="left",
    )
    table.add_column("artefact", overflow="fold")
    for name in ("MB", "load ms", "median ms", "p95 ms", "memory MB", "strict", "accepted", "as release"):
        table.add_column(name, justify="right")
    for row in rows:
        if row.skipped:
            table.add_row(Text(row.name), *[""] * 8)
            continue
        times = (f"{row.load_ms:.0f}", f"{row.median_ms:.2f}", f"{row.p95_ms:.2f}", f"{row.memory_mb:.0f}")
        shares = (f"{row.strict:.1%}", f"{row.accepted:.1%}", f"{row.agreement:.1%}")
        table.add_row(Text(row.name), f"{row.size_bytes / 1e6:.2f}", *times, *shares)
    skipped = [row for row in rows if row.skipped]
    if skipped:
        table.caption = "\n".join(f"{row.name}: skipped: {row.skipped}" for row in skipped)
        table.caption_justify = "left"
    return table
