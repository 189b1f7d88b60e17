"""Tables and counts of the dataset card, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["Row", "listed", "share", "table"]

Row = list[str | int]
"""Cells of a table."""


def table(head: Sequence[str], rows: Sequence[Row], texts: int, *, last_text: bool = False) -> str:
    """A table; numbers stand right, the first ``texts`` columns left."""
    marks = ["---" if index < texts else "---:" for index in range(len(head))]
    if last_text:
        marks[-1] = "---"
    cells = [[f"{cell:,}" if isinstance(cell, int) else cell for cell in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in ([*head], marks, *cells))


def share(part: int, whole: int) -> str:
    """As ``12.5%``; a hyphen where there is no whole."""
    return f"{part / whole:.1%}" if whole else "-"


def listed(counts: Mapping[str, int]) -> str:
    """As ``badge 12, word 3``, the most frequent first."""
    ordered = sorted(counts.items(), key=lambda counted: (-counted[1], counted[0]))
    return ", ".join(f"{name} {count:,}" for name, count in ordered) or "-"
