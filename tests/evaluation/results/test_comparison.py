"""Two results compared: in pairs, or as independent runs, or not at all."""

from __future__ import annotations

import io
import math
from copy import deepcopy
from typing import Any

import pytest
from rich.console import Console

from hybrid_logo.errors import InputError
from hybrid_logo.evaluation.report.comparison_table import print_comparison
from hybrid_logo.evaluation.results.comparison import Comparison, Row, compare

Result = dict[str, Any]


@pytest.fixture
def better(whole_result: Result) -> Result:
    """The same pictures, where the hybrid answers every one rightly and takes half the time."""
    result = deepcopy(whole_result)
    strict = result["modes"]["hybrid"]["strict"]
    strict |= {"k": strict["n"], "share": 1.0, "low": 0.97, "high": 1.0}
    for row in result["answers"]:
        row["hybrid"] = [row["label"], 0.95, "rules", 0.9]
    result["times"]["hybrid"]["median_ms"] = 0.5
    return result


def row_of(comparison: Comparison, mode: str, figure: str) -> Row:
    (found,) = [row for row in comparison.rows if (row.mode, row.figure) == (mode, figure)]
    return found


def test_answers_to_the_same_pictures_are_compared_in_pairs(whole_result: Result, better: Result) -> None:
    found = compare(whole_result, better, resamples=100)
    assert found.paired
    strict = row_of(found, "hybrid", "strict")
    assert strict.difference == pytest.approx(1 - whole_result["modes"]["hybrid"]["strict"]["share"])
    assert strict.low is not None
    assert strict.high is not None
    assert 0 < strict.low < strict.difference < strict.high
    assert strict.reading == "better"
    assert row_of(found, "rules", "strict").reading == "the same"
    time = row_of(found, "hybrid", "median time")
    assert (time.difference, time.low, time.reading) == (-0.5, None, "")
    assert row_of(found, "hybrid", "throughput, workers: 2").unit == "pictures/s"
    assert row_of(found, "", "peak memory").first == 101.4
    backwards = row_of(compare(better, whole_result, resamples=100), "hybrid", "strict")
    assert backwards.reading == "worse"
    assert backwards.high == pytest.approx(-strict.low)


def test_the_order_of_the_answers_does_not_matter(whole_result: Result, better: Result) -> None:
    straight = compare(whole_result, better, resamples=50)
    better["answers"].reverse()
    assert compare(whole_result, better, resamples=50) == straight


def test_without_answers_intervals_are_wider_and_that_is_said(whole_result: Result, better: Result) -> None:
    paired = row_of(compare(whole_result, better, resamples=200), "hybrid", "strict")
    del better["answers"]
    found = compare(whole_result, better)
    assert not found.paired
    assert "not paired" in found.caveats[0]
    loose = row_of(found, "hybrid", "strict")
    assert loose.high is not None
    assert loose.low is not None
    assert paired.high is not None
    assert paired.low is not None
    assert loose.high - loose.low > paired.high - paired.low
    assert row_of(found, "neural", "strict").reading == "not clear"


def test_intervals_of_independent_runs_are_newcombes(whole_result: Result) -> None:
    """56 of 70 against 48 of 80 with Wilson's limits: 0.0524 to 0.3339 (Newcombe, 1998, example a)."""

    def wilson(k: int, n: int) -> dict[str, float]:
        share, z = k / n, 1.959964
        middle, half = share + z**2 / (2 * n), z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
        low, high = ((middle + sign * half) / (1 + z**2 / n) for sign in (-1, 1))
        return {"share": share, "low": low, "high": high}

    other = deepcopy(whole_result)
    del other["answers"]
    whole_result["modes"]["rules"]["strict"] = wilson(48, 80)
    other["modes"]["rules"]["strict"] = wilson(56, 70)
    found = row_of(compare(whole_result, other), "rules", "strict")
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=1e-4)


def test_other_pictures_of_the_same_name_are_compared_with_a_caveat(whole_result: Result) -> None:
    other = deepcopy(whole_result)
    other["dataset"] |= {"sha256": "0" * 64, "seed": 5}
    found = compare(whole_result, other)
    assert not found.paired
    assert "not the same: 120 with seed 0 and 120 with seed 5" in found.caveats[0]


def test_other_machines_are_told(whole_result: Result) -> None:
    other = deepcopy(whole_result)
    other["environment"]["processor"] = "Another CPU"
    assert (
        "different machines (Some CPU and Another CPU)"
        in compare(whole_result, other, resamples=5).caveats[-1]
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sha256": "0", "name": "test-clean"}, "different pictures: many and test-clean"),
        ({"sha256": "0", "labels_from": "somebody"}, "different labels: a test and somebody"),
    ],
)
def test_what_cannot_be_compared_is_refused(whole_result: Result, change: Result, message: str) -> None:
    other = deepcopy(whole_result)
    other["dataset"] |= change
    with pytest.raises(InputError, match=message):
        compare(whole_result, other)


def test_results_without_a_common_mode_are_refused(whole_result: Result) -> None:
    other = deepcopy(whole_result)
    whole_result["modes"] = {"rules": other["modes"].pop("rules")}
    with pytest.raises(InputError, match="share no mode: rules and neural, hybrid"):
        compare(whole_result, other)


@pytest.mark.parametrize("key", ["classes", "strict", "decided_by"])
def test_a_damaged_result_is_refused(whole_result: Result, key: str) -> None:
    other = deepcopy(whole_result)
    other["modes"]["hybrid"][key] = 7
    with pytest.raises(InputError, match="damaged"):
        compare(whole_result, other, resamples=5)


def test_the_table_tells_figures_differences_and_what_they_say(whole_result: Result, better: Result) -> None:
    stream = io.StringIO()
    compared = compare(whole_result, better, resamples=100)
    print_comparison(
        compared, ("a[1].json", "b.json"), (whole_result, better), Console(file=stream, width=140)
    )
    text = stream.getvalue()
    (line,) = [line for line in text.splitlines() if line.strip().startswith("hybrid  ") and "strict" in line]
    assert line.split()[-1] == "better"
    assert "100.0%" in line
    assert "A: a[1].json (model logo4-test, int8, 2025-01-31, many, 120 pictures)" in text
    assert "in pairs" in text
    assert "700 pictures/s" in text
    assert "-0.50" in text
