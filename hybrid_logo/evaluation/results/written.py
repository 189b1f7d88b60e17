"""How figures of a result file are written in tables and sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = [
    "Result",
    "Rows",
    "Table",
    "Tables",
    "calibration",
    "counted",
    "interval",
    "markdown_table",
    "percent",
    "signed",
    "source_note",
    "told_mode",
]

Result = Mapping[str, Any]
Rows = list[list[str]]
Table = tuple[list[str], Rows]
"""Head and rows."""
Tables = dict[str, Table]
"""Name -> table."""


def told_mode(result: Result) -> str:
    """The one mode that is told where there is place for one: the hybrid, or else the last."""
    return "hybrid" if "hybrid" in result["modes"] else list(result["modes"])[-1]


def percent(value: Mapping[str, Any]) -> str:
    """A share with its interval."""
    if value["share"] is None:
        return "-"
    return interval(value["share"], (value["low"], value["high"]))


def counted(value: Mapping[str, Any]) -> str:
    """A share with its interval and the counts behind it."""
    return f"{percent(value)}: {value['k']} of {value['n']}" if value["n"] else "-"


def calibration(figures: Mapping[str, Any]) -> str:
    """Calibration error with its interval, and in brackets what chance alone would show."""
    if "calibration" not in figures:
        return "-"
    value = figures["calibration"]
    return f"{interval(value['error'], (value['low'], value['high']))} [{value['by_chance']:.1%}]"


def interval(value: float, limits: tuple[float, float] | list[float], digits: int = 1) -> str:
    """A share as percent with its limits."""
    low, high = limits
    return f"{value:.{digits}%} ({100 * low:.{digits}f}-{100 * high:.{digits}f})"


def signed(value: Mapping[str, float], digits: int = 1) -> str:
    """A difference in points, with its interval."""
    middle, low, high = (f"{100 * value[name]:+.{digits}f}" for name in ("difference", "low", "high"))
    return f"{middle} ({low} to {high})"


def markdown_table(table: Table) -> str:
    """Head and rows, one line each."""
    head, rows = table
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ["---"] * len(head), *rows])


def source_note(results: Sequence[Result]) -> str:
    """Where, when, with what and on what results of one model were measured."""
    first = results[0]
    where = first["environment"]
    versions = where["versions"]
    counts = "; ".join(
        f"{result['dataset']['name']}: {result['dataset']['pictures']:,} pictures, "
        f"{result['dataset']['clear']:,} clear, seed {result['dataset']['seed']}"
        for result in results
    )
    return (
        f"Model {first['model']}, measured {where['date']} on {where['processor']} with ONNX Runtime "
        f"{versions['onnxruntime']} and OpenCV {versions['opencv-python-headless']}, one thread. "
        f"{counts}. Labels: {first['dataset']['labels_from']}."
    )
