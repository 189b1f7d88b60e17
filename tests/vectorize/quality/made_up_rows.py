"""Rows as measured, with chosen figures."""

from __future__ import annotations

from typing import Any

from hybrid_logo.types import LABELS
from hybrid_logo.vectorize.quality.candidates import DEFAULT, SINGLE, SNAP, strategy_name

NAMES = [DEFAULT, SINGLE, SNAP, *(strategy_name(label) for label in LABELS)]


def figures(color: float, size: int = 1000) -> list[float]:
    return [color, color / 2, 0.9, 1.0, size, 4]


def row(number: int, label: str = "simple", condition: str = "64 px", **colors: float) -> dict[str, Any]:
    """Every candidate has the colour error 2, but those that are named, with _ for blanks."""
    given = {name.replace("_", " "): color for name, color in colors.items()}
    candidates = {
        name: {
            "original": figures(given.get(name, 2.0)),
            "picture": figures(given.get(name, 2.0)),
            "ms": 10.0,
        }
        for name in NAMES
    }
    return {
        "logo": f"logo{number}",
        "condition": condition,
        "type": label,
        "cluster": f"brand{number}",
        "predicted": label,
        "tried": [label],
        "top_two": [label, "complex" if label != "complex" else "simple"],
        "classify_ms": 1.0,
        "candidates": candidates,
    }
