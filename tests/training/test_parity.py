"""Quantised against FP32: the figures, and what a release refuses."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.parity import Parity, loses_by_rounding, parity, require_parity

GOOD = Parity(1000, same_label=0.99, largest_gap=0.1, mean_gap=0.01, correct=897, reference_correct=900)
"""As far from FP32 as it may be."""


def record(int8: Parity = GOOD, symmetric: Parity = GOOD) -> dict[str, Any]:
    return {"parity_on_calibrate": {"int8": asdict(int8), "int8-symmetric": asdict(symmetric)}}


def test_parity_is_what_its_fields_say() -> None:
    reference = np.log(np.array([[0.7, 0.1, 0.1, 0.1], [0.4, 0.3, 0.2, 0.1], [0.25] * 4], np.float32))
    other = np.log(np.array([[0.6, 0.2, 0.1, 0.1], [0.3, 0.4, 0.1, 0.2], [0.25] * 4], np.float32)) + 5
    measured = parity(reference, other, np.array([0, 0, 1]))
    assert measured.pictures == 3
    assert measured.same_label == pytest.approx(2 / 3)
    assert measured.largest_gap == pytest.approx(0.1, abs=1e-6)
    assert measured.mean_gap == pytest.approx(0.2 / 3, abs=1e-6)
    assert (measured.reference_correct, measured.correct) == (2, 1)
    assert measured.loss == pytest.approx(1 / 3)
    assert parity(other, reference, np.array([0, 0, 1])).loss == pytest.approx(-1 / 3)


def test_what_may_be_lost_may_be_lost() -> None:
    require_parity(record())
    require_parity(record(replace(GOOD, correct=950)))


@pytest.mark.parametrize("precision", ["int8", "int8-symmetric"])
@pytest.mark.parametrize(
    ("change", "loses"),
    [({"correct": 898}, False), ({"correct": 897}, True), ({"correct": 898, "same_label": 0.989}, True)],
)
def test_what_a_release_would_refuse_learns_the_rounding(
    precision: str, change: dict[str, Any], loses: bool
) -> None:
    near = replace(GOOD, correct=900)
    told = record(near, near)
    told["parity_on_calibrate"][precision] |= change
    assert loses_by_rounding(told) is loses


@pytest.mark.parametrize("precision", ["int8", "int8-symmetric"])
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"same_label": 0.989}, "98.90% same label, +0.30 points of accuracy lost"),
        ({"correct": 896}, "99.00% same label, +0.40 points of accuracy lost"),
    ],
)
def test_what_lost_more_is_refused_with_its_figures(
    precision: str, change: dict[str, Any], told: str
) -> None:
    spoilt = record()
    spoilt["parity_on_calibrate"][precision] |= change
    with pytest.raises(SourceError) as caught:
        require_parity(spoilt)
    message = str(caught.value)
    assert f"({precision}: {told})" in message
    assert "1,000 pictures" in message
    assert "99% and at most 0.3 points" in message
    assert "Train the student longer" in message


def test_both_are_told_where_both_lost() -> None:
    bad = replace(GOOD, same_label=0.5)
    with pytest.raises(SourceError, match=r"int8: 50\.00%.*; int8-symmetric: 50\.00%"):
        require_parity(record(bad, bad))


@pytest.mark.parametrize(
    "incomplete",
    [
        {},
        {"parity_on_calibrate": {"pictures": 3580, "same_label": 1.0}},
        {"parity_on_calibrate": {"int8": asdict(GOOD)}},
        {"parity_on_calibrate": {"int8": asdict(GOOD), "int8-symmetric": {"same_label": 1.0}}},
        {"parity_on_calibrate": None},
    ],
    ids=["nothing", "of an earlier version", "one of two", "without accuracy", "null"],
)
def test_a_student_that_was_not_compared_is_refused(incomplete: dict[str, Any]) -> None:
    with pytest.raises(SourceError, match="Run: hybrid-logo train student"):
        require_parity(incomplete)
