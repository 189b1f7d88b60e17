"""Tables whose cells carry a number and a colour: the worse, the redder."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

__all__ = ["Cell", "heat_table"]

Cell = tuple[str, float]
"""What is written, and how bad it is, 0-1."""

_RED, _STRONGEST = "209, 36, 47", 0.7


def heat_table(head: Sequence[str], rows: Sequence[tuple[Sequence[str], Sequence[Cell]]]) -> str:
    """An HTML table.

    Args:
        head: one title per column.
        rows: for each line its plain cells, then its coloured ones.
    """
    lines = ["".join(f"<th>{escape(title)}</th>" for title in head)]
    lines += [
        "".join([*(f"<td>{escape(word)}</td>" for word in plain), *map(_colored, cells)])
        for plain, cells in rows
    ]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def _colored(cell: Cell) -> str:
    text, badness = cell
    strength = _STRONGEST * min(1.0, max(0.0, badness))
    return f'<td style="background: rgba({_RED}, {strength:.2f})">{escape(text)}</td>'
