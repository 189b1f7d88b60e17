"""What a benchmark result says should be done next: each sentence follows from figures by a rule."""

from __future__ import annotations

from collections.abc import Iterator

from hybrid_logo.evaluation.results.written import Result, interval, told_mode
from hybrid_logo.evaluation.statistics.complementarity import ALL_TYPES
from hybrid_logo.types import LABELS

__all__ = ["next_steps"]

FEW_OF_A_TYPE = 30
"""Pictures below which the recall of a type is a guess: its interval is wider than 25 points."""
WIDE_INTERVAL = 0.04
"""Width of the accepted interval above which more pictures are asked for, 0-1."""
WANTED_HALF_WIDTH = 0.01
CALIBRATION_GOAL = 0.02
RULES_RISK_GOAL = 0.03
COVERAGE_GOAL = 0.45
ORACLE_GAP = 0.01
TIME_GOAL = 0.7
"""Of neural's mean time, decoding taken off."""


def next_steps(result: Result) -> list[str]:
    """Sentences with their figures, what matters most first; at least one."""
    figures = result["modes"][told_mode(result)]
    rules = (
        _failed(figures),
        _weak_types(figures),
        _calibration(figures),
        _rules_path(result),
        _against_the_student(result),
        _oracle(result),
        _score(result),
        _time(result),
        _few_pictures(result, figures),
    )
    found = [sentence for sentences in rules for sentence in sentences]
    return found or ["Nothing stands out: no rule of this list finds a figure beyond its limit."]


def _failed(figures: Result) -> Iterator[str]:
    failed = figures["failed"]
    if failed:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in failed.items())
        whole = sum(failed.values())
        pictures = "picture" if whole == 1 else "pictures"
        yield f"{whole:,} {pictures} got no answer ({kinds}): repair or remove what is damaged."


def _weak_types(figures: Result) -> Iterator[str]:
    """Types whose recall lies below strict accuracy by more than chance explains, the worst first."""
    weak = [
        (row["recall"]["share"], label, row["recall"], dict(zip(LABELS, counts, strict=True)))
        for (label, row), counts in zip(figures["classes"].items(), figures["confusion"], strict=True)
        if row["recall"]["share"] is not None and row["recall"]["high"] < figures["strict"]["share"]
    ]
    for recall, label, value, counts in sorted(weak, key=lambda row: row[0]):
        wrong = {other: count for other, count in counts.items() if other != label}
        other = max(wrong, key=wrong.__getitem__)
        taken = f", mostly taken for {other} ({wrong[other]:,} of {value['n'] - value['k']:,} misses)"
        yield (
            f"{label} is recalled at {interval(recall, (value['low'], value['high']), 0)}, below the "
            f"{figures['strict']['share']:.0%} of all types{taken if wrong[other] else ''}: label more of it."
        )


def _calibration(figures: Result) -> Iterator[str]:
    value = figures.get("calibration")
    if value and value["low"] > 0.0 and value["error"] > CALIBRATION_GOAL:
        yield (
            f"Confidence is off by {interval(value['error'], (value['low'], value['high']))}, more "
            f"than the {CALIBRATION_GOAL:.0%} aimed at and than chance shows: fit it to pictures like these "
            "with hybrid-logo calibrate."
        )


def _rules_path(result: Result) -> Iterator[str]:
    paths = result["modes"].get("hybrid", {}).get("decided_by")
    if paths is None:
        return
    path = paths.get("rules")
    coverage = path["coverage"]["share"] if path else 0.0
    if path and 1.0 - path["accepted"]["high"] > RULES_RISK_GOAL:
        yield (
            f"Where rules decided, {1 - path['accepted']['share']:.1%} of the answers cannot be accepted, "
            f"above {RULES_RISK_GOAL:.0%} beyond chance: their certificate does not hold for pictures like "
            "these. Run hybrid-logo calibrate on some of them."
        )
    elif coverage < COVERAGE_GOAL:
        yield (
            f"Rules decide {coverage:.0%} of the pictures, less than {COVERAGE_GOAL:.0%}: a threshold fitted "
            "to pictures like these may leave them more."
        )


def _against_the_student(result: Result) -> Iterator[str]:
    difference = result["differences"].get("hybrid - neural", {}).get("accepted")
    if difference and difference["high"] < 0.0:
        yield (
            f"The hybrid is {-100 * difference['difference']:.1f} points below neural: use --mode neural "
            "where accuracy counts more than time, and let the rules decide less."
        )


def _oracle(result: Result) -> Iterator[str]:
    row = result.get("complementarity", {}).get(ALL_TYPES, {})
    if "hybrid" in row and row["oracle"]["share"] - row["hybrid"]["share"] >= ORACLE_GAP:
        missed = row["kept"]["n"] - row["kept"]["k"]
        yield (
            f"Rules or student alone are right about {row['oracle']['share']:.1%}, the hybrid about "
            f"{row['hybrid']['share']:.1%}: it loses {missed:,} of {row['kept']['n']:,} pictures that one of "
            "the two gets right. A better router or fusion can win them."
        )


def _score(result: Result) -> Iterator[str]:
    """Simpler scores that rank no worse than the router's, as far as these pictures can tell."""
    alike = [
        name
        for name, row in result.get("rules_alone", {}).items()
        if "area_above_first" in row and row["area_above_first"]["low"] <= 0.0
    ]
    if alike and "router" in result["rules_alone"]:
        yield (
            f"The router's score ranks the rules' answers no better than {', '.join(alike)}, as far as "
            "these pictures can tell: label more pictures to know, or find a better score."
        )


def _time(result: Result) -> Iterator[str]:
    rests = [result.get("times", {}).get(mode, {}).get("without_decoding") for mode in ("hybrid", "neural")]
    if all(rests) and rests[0]["mean_ms"] > TIME_GOAL * rests[1]["mean_ms"]:
        yield (
            f"Decoding taken off, the hybrid takes {rests[0]['mean_ms']:.2f} ms and neural "
            f"{rests[1]['mean_ms']:.2f} ms, above {TIME_GOAL:.1f}x: make the rules faster or let them decide "
            "more."
        )


def _few_pictures(result: Result, figures: Result) -> Iterator[str]:
    few = {
        label: row["recall"]["n"]
        for label, row in figures["classes"].items()
        if row["recall"]["n"] < FEW_OF_A_TYPE
    }
    if few:
        told = ", ".join(f"{count:,} of {label}" for label, count in few.items())
        yield f"Few pictures: {told}. Label {FEW_OF_A_TYPE} or more of a type before its recall is believed."
    accepted = figures["accepted"]
    if accepted["high"] - accepted["low"] > WIDE_INTERVAL:
        # Half a picture of each kind keeps a share of 0 or 1 from looking certain.
        share = (accepted["k"] + 0.5) / (accepted["n"] + 1)
        needed = share * (1.0 - share) * (1.96 / WANTED_HALF_WIDTH) ** 2
        yield (
            f"Accepted accuracy is known to {50 * (accepted['high'] - accepted['low']):.1f} points either "
            f"way; about {max(1, round(needed / 100)) * 100:,} pictures would make that 1 point."
        )
