"""Confusion matrices as small tables: the more of a type's pictures in a cell, the stronger its colour."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from hybrid_logo.evaluation.html.markup import scrolling
from hybrid_logo.types import LABELS

__all__ = ["confusion_table"]

RIGHT, WRONG = "26 127 55", "209 36 47"
STRONGEST = 60
"""Percent of colour for a type whose pictures all lie in one cell; text on it stays readable."""


def confusion_table(caption: str, counts: Sequence[Sequence[int]]) -> str:
    """An HTML table of counts, rows are labels and columns are answers."""
    head = "".join(f'<th scope="col">as {label}</th>' for label in LABELS)
    lines = []
    for place, (label, row) in enumerate(zip(LABELS, counts, strict=True)):
        whole = max(1, sum(row))
        cells = "".join(_cell(count, count / whole, place == column) for column, count in enumerate(row))
        lines.append(f'<tr><th scope="row">{label}</th>{cells}</tr>')
    return scrolling(
        f"<table><caption>{escape(caption)}</caption>"
        f'<thead><tr><th scope="col">label</th>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
    )


def _cell(count: int, share: float, right: bool) -> str:
    color = f"rgb({RIGHT if right else WRONG} / {STRONGEST * share:.0f}%)"
    return f'<td style="background: {color}">{count:,} <span class="small">{share:.0%}</span></td>'
