"""How figures of a result file are written in tables and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Result", "Rows", "Tables", "calibration", "interval", "percent", "signed"]

Result = Mapping[str, Any]
Rows = list[list[str]]
Tables = dict[str, tuple[list[str], Rows]]
"""Name -> head and rows."""


def percent(value: Mapping[str, Any]) -> str:
    """A share with its interval."""
    if value["share"] is None:
        return "-"
    return f"{value['share']:.1%} ({100 * value['low']:.1f}-{100 * value['high']:.1f})"


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
