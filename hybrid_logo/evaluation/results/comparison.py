"""Two benchmark results side by side: every figure, and the difference with its interval.

Where both hold answers about the same pictures, differences are bootstrapped over brands in pairs. Else the
intervals of the two figures are joined as if the runs were independent: the distances from figure to limit
are squared and added (MOVER; Zou and Donner, "Construction of confidence intervals about the difference",
2008, after Newcombe, 1998), which is wider than pairs would be.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hybrid_logo.errors import InputError
from hybrid_logo.evaluation.results.written import Result
from hybrid_logo.evaluation.statistics.pairs import paired_intervals
from hybrid_logo.types import LABELS

__all__ = ["Comparison", "Row", "compare"]

Answers = list[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of both results.

    Attributes:
        mode: whose figure; empty for what belongs to the run.
        figure: what it is.
        unit: "%" for shares, "area" for areas below a curve of risk, else "ms", "MB" or "pictures/s".
        better: 1 where more is better, -1 where less is, 0 where neither.
        first, second: the figure in each result.
        low, high: 95% interval of second minus first; None where there is none.
    """

    mode: str
    figure: str
    unit: str
    better: int
    first: float
    second: float
    low: float | None = None
    high: float | None = None

    @property
    def difference(self) -> float:
        """Second minus first."""
        return self.second - self.first

    @property
    def reading(self) -> str:
        """What the interval says in a word."""
        if self.low is None or self.high is None:
            return ""
        if self.low == self.high == 0.0:
            return "the same"
        if self.low <= 0.0 <= self.high:
            return "not clear"
        if not self.better:
            return "changed"
        return "better" if (self.difference > 0) == (self.better > 0) else "worse"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is said about two results: ``caveats`` are sentences; ``paired`` tells how intervals were made."""

    rows: list[Row]
    paired: bool
    caveats: list[str]


@dataclass(frozen=True, slots=True)
class _Figure:
    unit: str
    better: int
    value: float
    low: float | None = None
    high: float | None = None


def compare(first: Result, second: Result, *, seed: int = 0, resamples: int = 1000) -> Comparison:
    """The figures that both results hold, second minus first.

    Args:
        first: a result as ``load_result`` gives it.
        second: another one.
        seed: of the bootstrap.
        resamples: of the bootstrap.

    Raises:
        InputError: the two cannot be compared.
    """
    try:
        same_pictures = _require_comparable(first, second)
        answers = _in_one_order(first, second) if same_pictures else None
        ours, theirs = dict(_figures(first)), dict(_figures(second))
        intervals = paired_intervals(*answers, seed, resamples) if answers else {}
        caveats = _caveats(first, second, same_pictures, paired=bool(answers))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"a result is damaged ({type(error).__name__}: {error}). Measure again: hybrid-logo benchmark "
            "--out DIR"
        ) from error
    rows = []
    for key, one in ours.items():
        if key in theirs:
            two = theirs[key]
            low, high = intervals[key] if key in intervals else _joined(one, two)
            rows.append(Row(*key, one.unit, one.better, one.value, two.value, low, high))
    return Comparison(rows, bool(answers), caveats)


def _in_one_order(first: Result, second: Result) -> tuple[Answers, Answers] | None:
    """The answers of both, by the names of the first; None where they are not about the same names."""
    ours = first.get("answers", [])
    theirs = {row["name"]: row for row in second.get("answers", [])}
    if not ours or [row["name"] for row in ours] != [row["name"] for row in ours if row["name"] in theirs]:
        return None
    return ours, [theirs[row["name"]] for row in ours]


def _require_comparable(first: Result, second: Result) -> bool:
    """Whether the pictures are the same ones."""
    one, two = first["dataset"], second["dataset"]
    if not first["modes"].keys() & second["modes"].keys():
        raise InputError(
            f"the results share no mode: {', '.join(first['modes'])} and {', '.join(second['modes'])}. "
            "Measure both with the same --modes."
        )
    if one.get("sha256") and one.get("sha256") == two.get("sha256"):
        return True
    for what in ("name", "labels_from"):
        if one.get(what) != two.get(what):
            told = {"name": "pictures", "labels_from": "labels"}[what]
            raise InputError(
                f"the results are of different {told}: {one.get(what)} and {two.get(what)}. "
                "Give two results on one dataset."
            )
    return False


def _caveats(first: Result, second: Result, same_pictures: bool, paired: bool) -> list[str]:
    told = []
    one, two = first["dataset"], second["dataset"]
    if not same_pictures:
        told.append(
            f"The pictures are not the same: {one['pictures']:,} with seed {one['seed']} and "
            f"{two['pictures']:,} with seed {two['seed']}. Differences are between two samples."
        )
    elif not paired:
        told.append(
            "At least one file lacks the answers per picture, so intervals are not paired and wider than "
            "they need be. To have them: measure again with --out DIR."
        )
    places = [(run["environment"]["processor"], run["environment"].get("cores")) for run in (first, second)]
    if places[0] != places[1]:
        told.append(
            f"Times and throughput are of different machines ({places[0][0]} and {places[1][0]}): their "
            "differences say nothing about the models."
        )
    elif "times" in first and "times" in second:
        told.append("Times of two runs differ by what else the machine did; they have no interval.")
    return told


def _joined(one: _Figure, two: _Figure) -> tuple[float | None, float | None]:
    """The interval of the difference of two independent figures."""
    if one.low is None or one.high is None or two.low is None or two.high is None:
        return None, None
    difference = two.value - one.value
    down = math.hypot(two.value - two.low, one.high - one.value)
    up = math.hypot(two.high - two.value, one.value - one.low)
    return difference - down, difference + up


def _figures(result: Result) -> Iterator[tuple[tuple[str, str], _Figure]]:
    """Every figure by mode and name; the names are those of ``pairs.statistics``."""
    for mode, figures in result["modes"].items():
        for name in ("strict", "accepted", "clear"):
            yield from _share(mode, name, figures.get(name), 1)
        if "calibration" in figures:
            value = figures["calibration"]
            yield (mode, "calibration error"), _Figure("%", -1, value["error"], value["low"], value["high"])
        if "selective" in figures:
            yield _area(mode, "area by confidence", figures["selective"])
        routed = result.get("rules_alone", {}).get("router", {})
        if mode == "rules" and "area_interval" in routed:
            yield _area(mode, "area by router", routed)
        for label in LABELS:
            for name in ("recall", "precision"):
                yield from _share(mode, f"{name} of {label}", figures["classes"].get(label, {}).get(name), 1)
        for path, row in figures["decided_by"].items():
            if mode == "hybrid":
                yield from _share(mode, f"share decided by {path}", row["coverage"], 0)
                yield from _share(mode, f"accepted where {path} decided", row["accepted"], 1)
    for path, row in result.get("times", {}).items():
        yield (path, "median time"), _Figure("ms", -1, row["median_ms"])
        if "without_decoding" in row:
            yield (path, "mean time without decoding"), _Figure("ms", -1, row["without_decoding"]["mean_ms"])
    for mode, counts in result.get("throughput", {}).items():
        for row in counts:
            rate = _Figure("pictures/s", 1, row["pictures_per_second"])
            yield (mode, f"throughput, workers: {row['workers']}"), rate
    for name, unit in (
        ("peak_memory_mb", "MB"),
        ("bundle_mb", "MB"),
        ("student_mb", "MB"),
        ("import_ms", "ms"),
    ):
        if name in result.get("cost", {}):
            yield ("", name.rpartition("_")[0].replace("_", " ")), _Figure(unit, -1, result["cost"][name])


def _share(
    mode: str, name: str, value: Mapping[str, Any] | None, better: int
) -> Iterator[tuple[tuple[str, str], _Figure]]:
    if value and value["share"] is not None:
        yield (mode, name), _Figure("%", better, value["share"], value["low"], value["high"])


def _area(mode: str, name: str, row: Mapping[str, Any]) -> tuple[tuple[str, str], _Figure]:
    return (mode, name), _Figure("area", -1, row["area"], *row["area_interval"])
