"""A benchmark result on a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from hybrid_logo.evaluation.results.detail_tables import detail_notes, detail_tables
from hybrid_logo.evaluation.results.next_steps import next_steps
from hybrid_logo.evaluation.results.tables import main_tables, notes
from hybrid_logo.evaluation.results.written import Result, Rows
from hybrid_logo.evaluation.suites.special import measured_suites

__all__ = ["print_summary"]


def print_summary(result: Result, console: Console) -> None:
    """Write every table, what belongs below it, warnings and next steps."""
    console.print(f"[bold]{result['dataset']['name']}[/]")
    for (_, *head), rows in main_tables([result]).values():
        _print(head, [row[1:] for row in rows], console)
    _tell(notes([result]), console)
    below = detail_notes([result])
    for name, ((_, *head), rows) in detail_tables([result]).items():
        _print(head, [row[1:] for row in rows], console)
        _tell(below.get(name, []), console)
    for suite, figures in measured_suites(result):
        console.print(f"[bold]{suite.NAME}[/]")
        for head, rows in suite.tables(figures):
            _print(head, rows, console)
        _tell(suite.notes(figures), console)
    for warning in result["dataset"]["warnings"]:
        console.print("[yellow]Warning:[/]", end=" ")
        console.print(warning, highlight=False, markup=False)
    console.print("[bold]Next steps[/]")
    _tell([f"- {step}" for step in next_steps(result)], console)


def _print(head: Sequence[str], rows: Rows, console: Console) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for title, *cells in zip(head, *rows, strict=True):
        # Narrow heads and a least width: rich would cut words to fit 80 columns.
        words = " ".join([title, *cells]).split()
        table.add_column(title.replace(" ", "\n"), min_width=max(map(len, words)))
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _tell(sentences: Sequence[str], console: Console) -> None:
    for sentence in sentences:
        console.print(sentence, highlight=False, markup=False)
