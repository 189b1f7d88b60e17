"""Figures that must not fall below a floor or rise above a ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hybrid_logo.evaluation.results.written import told_mode

__all__ = ["broken_limits", "headline"]


def headline(result: Mapping[str, Any]) -> dict[str, float]:
    """The figures that limits can be set on, as far as they were measured.

    Accuracy, calibration and time are those of the hybrid, or of the last mode where it was not asked.
    ``coverage``, ``rules_strict`` and ``rules_accepted`` are the share and accuracy of the pictures that the
    rules decided in the hybrid; ``time_ratio`` is the whole path over decoding alone, ``neural_time_ratio``
    the hybrid's mean time over neural's with decoding taken off; ``rules_ms`` the rules' median work
    without decoding.
    """
    mode = told_mode(result)
    figures = result["modes"][mode]
    values: dict[str, float | None] = {
        name: figures[name]["share"] for name in ("strict", "accepted", "clear")
    }
    if "calibration" in figures:
        values["calibration"] = figures["calibration"]["error"]
    if mode == "hybrid":
        path = figures["decided_by"].get("rules")
        values["coverage"] = path["coverage"]["share"] if path else 0.0
        if path:
            values["rules_strict"], values["rules_accepted"] = (
                path["strict"]["share"],
                path["accepted"]["share"],
            )
    times = result.get("times", {})
    if mode in times:
        values["time_ratio"] = times[mode]["ratio_to_decode"]
    if "rules without decoding" in times:
        values["rules_ms"] = times["rules without decoding"]["median_ms"]
    rests = [times.get(path, {}).get("without_decoding") for path in ("hybrid", "neural")]
    if all(rests):
        values["neural_time_ratio"] = rests[0]["mean_ms"] / rests[1]["mean_ms"]
    cost = result.get("cost", {})
    for name, key in (
        ("memory_mb", "peak_memory_mb"),
        ("student_mb", "student_mb"),
        ("import_ms", "import_ms"),
    ):
        if key in cost:
            values[name] = cost[key]
    return {name: value for name, value in values.items() if value is not None}


def broken_limits(
    result: Mapping[str, Any], floors: Mapping[str, float], ceilings: Mapping[str, float]
) -> list[str]:
    """One line for each limit that is missed, or whose figure was not measured."""
    values = headline(result)
    broken = []
    for name, limit in (*floors.items(), *ceilings.items()):
        if name not in values:
            broken.append(f"{name} was not measured, and {limit:g} is its limit")
        elif name in floors and values[name] < limit:
            broken.append(f"{name} is {values[name]:.4g}, below its floor of {limit:g}")
        elif name in ceilings and values[name] > limit:
            broken.append(f"{name} is {values[name]:.4g}, above its ceiling of {limit:g}")
    return broken
