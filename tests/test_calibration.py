"""Calibration: a weighted softmax of points and logits, for one picture and for many."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from hybrid_logo.calibration import Calibration, softmax

POINTS, LOGITS = np.array([1.0, 0.0, -2.0, 0.5]), np.array([0.0, 3.0, 1.0, -1.0], np.float32)


def test_it_is_a_weighted_softmax() -> None:
    both = Calibration(0.5, 2.0, (0.1, 0.0, 0.0, -0.1)).probabilities(POINTS, LOGITS)
    raw = [0.5 * s + 2.0 * r + b for s, r, b in zip(LOGITS, POINTS, (0.1, 0, 0, -0.1), strict=True)]
    total = sum(math.exp(value) for value in raw)
    assert both == pytest.approx([math.exp(value) / total for value in raw])


def test_what_has_no_weight_is_not_needed() -> None:
    alone = Calibration(0.0, 2.0)
    assert (alone.probabilities(POINTS, None) == alone.probabilities(POINTS, LOGITS)).all()
    student = Calibration(2.0, 0.0)
    assert (student.probabilities(None, LOGITS) == student.probabilities(POINTS, LOGITS)).all()


def test_many_pictures_at_once_get_what_each_gets_alone() -> None:
    random = np.random.default_rng(1)
    points, logits = random.normal(size=(5, 4)), random.normal(size=(5, 4)).astype(np.float32)
    calibration = Calibration(0.7, 0.3, (0.1, 0.2, 0.3, 0.4))
    together = calibration.probabilities(points, logits)
    assert together.shape == (5, 4)
    for row, point, logit in zip(together, points, logits, strict=True):
        assert row == pytest.approx(calibration.probabilities(point, logit))


def test_softmax_survives_large_numbers() -> None:
    found = softmax(np.array([[1e4, 0.0, -1e4, 1e4], [0.0] * 4]))
    assert found.tolist() == [[0.5, 0.0, 0.0, 0.5], [0.25] * 4]


def test_probabilities_follow_the_smallest_change_of_a_weight() -> None:
    """Single precision would round it away."""
    step = 1e-8
    low, high = (Calibration(weight, 0.0).probabilities(None, LOGITS) for weight in (1.0, 1.0 + step))
    p = softmax(LOGITS.astype(np.float64))
    slope = p * (LOGITS - float(p @ LOGITS))
    assert (high - low) / step == pytest.approx(slope, abs=1e-6)


def test_round_trip_through_json() -> None:
    made = Calibration(0.1, 0.2, (0.3, -0.4, 0.5, 0.6))
    assert Calibration.from_dict(json.loads(json.dumps(asdict(made)))) == made


WHOLE = asdict(Calibration(1.0, 1.0))


@pytest.mark.parametrize(
    "data",
    [
        WHOLE | {"note": 1},
        WHOLE | {"bias": [0.0] * 3},
        WHOLE | {"bias": [math.nan, 0, 0, 0]},
        WHOLE | {"student": math.inf},
        WHOLE | {"rules": "heavy"},
        {"student": 1.0, "rules": 1.0},
    ],
    ids=str,
)
def test_what_is_malformed_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        Calibration.from_dict(data)
