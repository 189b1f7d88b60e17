"""Selective risk: areas that can be worked out by hand, and intervals that follow the brands."""

from __future__ import annotations

import numpy as np
import pytest

from hybrid_logo.evaluation.statistics.selective import CURVE_POINTS, compare_scores

WRONG = [0, 0, 1, 0, 1]
APART = list("abcde")


def test_areas_are_those_worked_out_by_hand() -> None:
    scores = {"given": [5, 4, 3, 2, 1], "best": [5, 4, 2, 3, 1], "worst": [1, 2, 4, 3, 5]}
    found = compare_scores(scores, WRONG, APART, seed=0, resamples=50)
    least = (1 / 4 + 2 / 5) / 5
    assert found["given"]["area"] == pytest.approx((1 / 3 + 1 / 4 + 2 / 5) / 5)
    assert found["best"]["area"] == pytest.approx((0 + 0 + 0 + 1 / 4 + 2 / 5) / 5) == pytest.approx(least)
    assert found["best"]["excess_area"] == pytest.approx(0)
    assert found["given"]["excess_area"] == pytest.approx(found["given"]["area"] - least)
    assert found["worst"]["area"] == pytest.approx((1 + 1 + 2 / 3 + 2 / 4 + 2 / 5) / 5)
    assert found["given"]["curve"] == [[0.2, 0], [0.4, 0], [0.6, 1 / 3], [0.8, 1 / 4], [1, 2 / 5]]


def test_coverage_is_the_largest_whose_risk_is_low_enough() -> None:
    wrong = np.zeros(200)
    wrong[[99, 199]] = 1  # the 100th and the 200th of the ranking
    found = compare_scores({"a": -np.arange(200.0)}, wrong, range(200), seed=0, resamples=100)["a"]
    assert found["coverage_at_observed_risk"] == {"0.01": 1.0, "0.02": 1.0, "0.03": 1.0}
    wrong[0] = 1
    found = compare_scores({"a": -np.arange(200.0)}, wrong, range(200), seed=0, resamples=100)["a"]
    assert found["coverage_at_observed_risk"] == {"0.01": 0.0, "0.02": 1.0, "0.03": 1.0}
    low, high = found["coverage_interval"]["0.02"]
    assert 0 <= low < high == 1
    assert len(found["curve"]) <= CURVE_POINTS
    assert found["curve"][-1] == [1.0, 0.015]


def test_equal_scores_make_no_difference_of_order() -> None:
    flat = compare_scores({"flat": np.ones(5)}, WRONG, APART, seed=0, resamples=10)["flat"]
    assert flat["area"] == pytest.approx(2 / 5)
    turned = compare_scores({"flat": np.ones(5)}, WRONG[::-1], APART, seed=0, resamples=10)["flat"]
    assert turned["area"] == flat["area"]


def test_scores_are_compared_with_the_first_in_pairs() -> None:
    random = np.random.default_rng(1)
    wrong = random.uniform(size=300) < 0.2
    good = random.normal(0, 0.3, 300) - 1.0 * wrong
    scores = {"good": good, "twin": 3 * good, "noise": random.uniform(size=300)}
    found = compare_scores(scores, wrong, range(300), seed=0, resamples=200)
    assert found["twin"]["area_above_first"] == {"difference": 0, "low": 0, "high": 0}
    above = found["noise"]["area_above_first"]
    assert 0 < above["low"] < above["difference"] < above["high"]
    assert above["difference"] == pytest.approx(found["noise"]["area"] - found["good"]["area"])
    # Pairs see the same draws, so the difference is known better than either area.
    low, high = found["noise"]["area_interval"]
    assert above["low"] != low
    assert low < found["noise"]["area"] < high


def test_brands_are_drawn_as_wholes() -> None:
    wrong = np.tile([0, 0, 0, 1], 50)
    score = np.tile([4, 3, 2, 1], 50)
    alike = compare_scores({"a": score}, wrong, np.arange(200) // 4, seed=0, resamples=100)["a"]
    # Each brand is wrong once: whatever brands are drawn, the curve is the same.
    assert alike["area_interval"] == pytest.approx([alike["area"]] * 2)
    loose = compare_scores({"a": score}, wrong, range(200), seed=0, resamples=100)["a"]
    assert loose["area_interval"][1] - loose["area_interval"][0] > 0.01


def test_the_seed_decides() -> None:
    wrong = np.arange(50) % 7 == 0
    scores = {"a": np.sin(np.arange(50))}
    one, same, other = (
        compare_scores(scores, wrong, range(50), seed=seed, resamples=50) for seed in (1, 1, 2)
    )
    assert one == same != other
