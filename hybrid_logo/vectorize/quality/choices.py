"""The methods that are compared: each chooses one of a picture's candidates."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hybrid_logo.vectorize.conversion import is_better
from hybrid_logo.vectorize.quality.candidates import POTRACE, PRESETS, SNAP, strategy_name
from hybrid_logo.vectorize.quality.rows import Row, quality_of

__all__ = ["METHODS", "ORACLE", "OURS", "RUNS", "TRUE_TYPE", "TWO"]

OURS, FIRST, TRUE_TYPE = "by the type", "by the first type alone", "by the true type"
TWO, ORACLE = "two types, the better kept", "oracle"

Choose = Callable[[Row], str | None]
"""Name of the candidate; None where the method gave nothing for the picture."""


def _fixed(name: str) -> Choose:
    def choose(row: Row) -> str | None:
        return name if _worked(row, name) else None

    return choose


def _kept(row: Row, types: list[str]) -> str | None:
    """The nearest to the picture itself, as ``convert`` keeps it: the original is not known there."""
    working = [name for name in map(strategy_name, types) if _worked(row, name)]
    best = working[0] if working else None
    for name in working[1:]:
        pair = (quality_of(row["candidates"][each]["picture"]) for each in (name, best))
        best = name if is_better(*pair) else best
    return best


def _oracle(row: Row) -> str | None:
    """The smallest colour error against the original, before and after the low-pass, of all candidates."""
    working = [name for name in row["candidates"] if _worked(row, name)]
    return min(working, key=lambda name: sum(row["candidates"][name]["original"][:2]), default=None)


def _worked(row: Row, name: str) -> bool:
    return "original" in row["candidates"].get(name, {})


METHODS: Mapping[str, Choose] = {
    **{name: _fixed(name) for name in (*PRESETS, POTRACE, SNAP)},
    OURS: lambda row: _kept(row, row["tried"]),
    FIRST: lambda row: _kept(row, [row["predicted"]]),
    TRUE_TYPE: lambda row: _kept(row, [row["type"]]),
    TWO: lambda row: _kept(row, row["top_two"]),
    ORACLE: _oracle,
}
"""``by the type`` is what ``convert`` does: the strategy of the predicted type, and of the second one too
where the prediction is unsure."""

RUNS: Mapping[str, Callable[[Row], list[str]]] = {
    OURS: lambda row: row["tried"],
    FIRST: lambda row: [row["predicted"]],
    TRUE_TYPE: lambda row: [row["type"]],
    TWO: lambda row: row["top_two"],
}
"""The types whose strategies a method runs, all of which take time."""
