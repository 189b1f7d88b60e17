"""A comparison of two results on a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hybrid_logo.evaluation.results.comparison import Comparison, Row

__all__ = ["print_comparison"]

HEAD = ("mode", "figure", "A", "B", "B - A", "95% interval", "reading")
COLORS = {"better": "green", "worse": "red", "changed": "yellow"}


def print_comparison(
    comparison: Comparison, names: tuple[str, str], results: tuple[Mapping[str, Any], Mapping[str, Any]],
    console: Console,
) -> None:  # fmt: skip
    """Write the table, what A and B are, and what must be borne in mind.

    Args:
        comparison: of the two results.
        names: of their files.
        results: the two results.
        console: where to.
    """
    for letter, name, result in zip("AB", names, results, strict=True):
        dataset = result["dataset"]
        told = (
            f"{letter}: {name} (model {result['model']}, {result.get('precision', 'int8')}, "
            f"{result['environment']['date']}, {dataset['name']}, {dataset['pictures']:,} pictures)"
        )
        console.print(told, highlight=False, markup=False)
    table = Table(box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    for title in HEAD:
        table.add_column(title, justify="right" if title in HEAD[2:5] else "left")
    last = None
    for row in comparison.rows:
        if last is not None and row.mode != last:
            table.add_section()
        table.add_row(*_cells(row, repeated=row.mode == last))
        last = row.mode
    console.print(table)
    method = (
        "bootstrapped over brands in pairs of answers to the same picture" if comparison.paired else
        "of two independent runs, joined from the intervals of both"
    )  # fmt: skip
    clear = sum(row.reading in COLORS for row in comparison.rows)
    judged = sum(row.low is not None for row in comparison.rows)
    console.print(
        f"Intervals are {method}. {clear} of {judged} leave out 0; about 1 of 20 would by chance alone.",
        highlight=False,
    )
    for caveat in comparison.caveats:
        console.print(f"[yellow]Note:[/] {escape(caveat)}", highlight=False)


def _cells(row: Row, *, repeated: bool) -> list[str]:
    interval = ""
    if row.low is not None and row.high is not None:
        interval = f"{_written(row.low, row.unit, '+')} to {_written(row.high, row.unit, '+')}"
    color = COLORS.get(row.reading)
    return [
        "" if repeated else row.mode or "run",
        row.figure,
        _written(row.first, row.unit) + _mark(row.unit),
        _written(row.second, row.unit) + _mark(row.unit),
        _written(row.difference, row.unit, "+"),
        interval,
        f"[{color}]{row.reading}[/]" if color else row.reading,
    ]


def _written(value: float, unit: str, sign: str = "") -> str:
    """Shares in percent and their differences in points."""
    if unit == "%":
        return f"{100 * value:{sign}.1f}"
    if unit == "area":
        return f"{100 * value:{sign}.2f}"
    return f"{value:{sign},.2f}" if abs(value) < 100 else f"{value:{sign},.0f}"


def _mark(unit: str) -> str:
    return "%" if unit in ("%", "area") else f" {unit}"
