"""Figures that are worked out again from compact answers are those of the benchmark."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hybrid_logo.evaluation.statistics.metrics import paired_difference
from hybrid_logo.evaluation.statistics.pairs import Answers, paired_intervals, statistics

Result = dict[str, Any]


@pytest.mark.parametrize("mode", ["rules", "neural", "hybrid"])
def test_each_picture_once_gives_the_figures_of_the_result(whole_result: Result, mode: str) -> None:
    rows, figures = whole_result["answers"], whole_result["modes"][mode]
    found = statistics(Answers(rows, mode), np.ones(len(rows), dtype=np.int64))
    expected = {name: figures[name]["share"] for name in ("strict", "accepted", "clear")}
    for label, row in figures["classes"].items():
        expected |= {f"{name} of {label}": row[name]["share"] for name in ("recall", "precision")}
    expected |= {
        "calibration error": figures["calibration"]["error"],
        "area by confidence": figures["selective"]["area"],
    }
    if mode == "rules":
        expected["area by router"] = whole_result["rules_alone"]["router"]["area"]
    if mode == "hybrid":
        for path, row in figures["decided_by"].items():
            expected[f"share decided by {path}"] = row["coverage"]["share"]
            expected[f"accepted where {path} decided"] = row["accepted"]["share"]
        expected["share decided by student"] = 0.0
    assert found == pytest.approx(expected)


def test_a_picture_drawn_twice_counts_twice(whole_result: Result) -> None:
    rows = whole_result["answers"][:10]
    weights = np.array([2, 0, 1, 1, 0, 3, 1, 1, 0, 1])
    written_out = [row for row, times in zip(rows, weights, strict=True) for _ in range(times)]
    one = statistics(Answers(rows, "hybrid"), weights)
    assert one == pytest.approx(statistics(Answers(written_out, "hybrid"), np.ones(10, dtype=np.int64)))


def test_intervals_are_those_of_paired_differences(whole_result: Result) -> None:
    rows = whole_result["answers"]
    swapped = [row | {"rules": row["neural"], "neural": row["rules"]} for row in rows]
    found = paired_intervals(rows, swapped, seed=3, resamples=200)
    right = {
        mode: [row[mode] is not None and row[mode][0] == row["label"] for row in rows]
        for mode in ("rules", "neural")
    }
    clusters = [row["cluster"] for row in rows]
    expected = paired_difference(right["neural"], right["rules"], clusters, seed=3, resamples=200)
    assert found["rules", "strict"] == pytest.approx((expected.low, expected.high))
    assert found["neural", "strict"] == pytest.approx((-expected.high, -expected.low))
    assert found["hybrid", "strict"] == (0, 0)


def test_a_figure_that_some_draws_lack_has_no_interval(whole_result: Result) -> None:
    rows = [row for row in whole_result["answers"] if row["label"] != "text"] + [
        next(row for row in whole_result["answers"] if row["label"] == "text")
    ]
    found = paired_intervals(rows, rows, seed=0, resamples=100)
    assert ("hybrid", "recall of text") not in found
    assert ("hybrid", "recall of simple") in found
