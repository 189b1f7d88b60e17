"""The charts of one benchmark result."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from hybrid_logo.evaluation.html.charts import Dot, dot_chart, line_chart
from hybrid_logo.evaluation.html.markup import figure
from hybrid_logo.evaluation.results.written import Result
from hybrid_logo.types import LABELS

__all__ = ["accuracy_by_time", "recall_by_type", "reliability", "risk_of_modes", "risk_of_scores"]

SIDE_STEP = 0.16
"""Distance of the modes' dots beside a type."""


def risk_of_scores(result: Result) -> str:
    """Rules alone, ranked by each score; scores that rank alike share a line."""
    alone = result["rules_alone"]
    if not alone:
        return ""
    lines: dict[tuple[Any, ...], list[str]] = {}
    for name, row in alone.items():
        lines.setdefault(tuple(map(tuple, row["curve"])), []).append(name)
    series = {", ".join(names): curve for curve, names in lines.items()}
    caption = "Rules alone, ranked by each score: lower is better. Scores that rank alike share a line."
    return figure(_risk(series, "pictures left to the rules"), caption)


def risk_of_modes(result: Result) -> str:
    """Each mode's answers, ranked by their own confidence."""
    series = {mode: row["selective"]["curve"] for mode, row in result["modes"].items() if "selective" in row}
    if not series:
        return ""
    caption = "Each mode alone, ranked by its own confidence: lower is better."
    return figure(_risk(series, "pictures answered, surest first"), caption)


def _risk(series: Mapping[str, Any], x_label: str) -> str:
    highest = max(risk for curve in series.values() for _, risk in curve)
    return line_chart(
        series,
        x_label=x_label,
        y_label="accepted error among them",
        y_range=(0.0, max(0.02, min(1.0, 1.1 * highest))),
    )


def reliability(result: Result) -> str:
    """Confidence against accuracy: of each mode, and of each path of the hybrid."""
    modes = {mode: row["reliability"] for mode, row in result["modes"].items() if "reliability" in row}
    paths = {
        path: row["reliability"]
        for path, row in result["modes"].get("hybrid", {}).get("decided_by", {}).items()
        if "reliability" in row
    }
    on_line = "bins of equal mass: on the dotted line, confidence is what it says."
    drawn = [
        figure(_reliability(parts), f"Reliability {of}, {on_line}")
        for of, parts in (("of each mode", modes), ("of the hybrid by who decided", paths))
        if parts
    ]
    return "".join(drawn)


def _reliability(parts: Mapping[str, Any]) -> str:
    return line_chart(
        {name: [(part["confidence"], part["accuracy"]) for part in bins] for name, bins in parts.items()},
        x_label="confidence",
        y_label="strict accuracy",
        x_range=(0.2, 1.0),
        y_range=(0.2, 1.0),
        y_format="{:.0%}",
        diagonal=True,
        marks=True,
    )


def recall_by_type(result: Result) -> str:
    """Recall of each type in each mode, with its interval."""
    modes = list(result["modes"])
    middle = (len(modes) - 1) / 2
    series = {
        mode: [
            Dot(place + SIDE_STEP * (number - middle), value["share"], value["low"], value["high"])
            for place, label in enumerate(LABELS)
            if (value := result["modes"][mode]["classes"][label]["recall"])["share"] is not None
        ]
        for number, mode in enumerate(modes)
    }
    lowest = min((dot.low for dots in series.values() for dot in dots), default=0.0)
    chart = dot_chart(
        series,
        x_label="label",
        y_label="recall",
        x_range=(-0.5, len(LABELS) - 0.5),
        y_range=(math.floor(5 * lowest) / 5, 1.0),
        x_ticks=[(place, label.value) for place, label in enumerate(LABELS)],
    )
    return figure(chart, "Recall of each type, with 95% intervals.")


def accuracy_by_time(result: Result) -> str:
    """What accuracy costs in time: nearer to the upper left corner is better."""
    times = result.get("times", {})
    series = {
        mode: [Dot(times[mode]["without_decoding"]["mean_ms"], *_interval(row["accepted"]))]
        for mode, row in result["modes"].items()
        if "without_decoding" in times.get(mode, {})
    }
    if not series:
        return ""
    dots = [dot for (dot,) in series.values()]
    lowest = min(dot.low for dot in dots)
    chart = dot_chart(
        series,
        x_label="mean time without decoding, ms",
        y_label="accepted accuracy",
        x_range=(0.0, 1.15 * max(dot.x for dot in dots) or 1.0),
        y_range=(max(0.0, math.floor(50 * lowest - 0.5) / 50), 1.0),
        x_format="{:.2f}",
        y_format="{:.1%}",
    )
    return figure(chart, "Accuracy and time: the upper left corner is best. Lines are 95% intervals.")


def _interval(value: Mapping[str, float]) -> tuple[float, float, float]:
    return value["share"], value["low"], value["high"]
