"""Certificates that no counts bear out are refused; prediction sets hold what they must."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_logo.promises import Certificate, Claim, PredictionSets
from hybrid_logo.types import LABELS, LogoType
from tests.small_release import certified


@pytest.mark.parametrize("claim", Claim)
def test_a_certificate_survives_json(claim: Claim) -> None:
    made = certified(0.8, claim=claim, group="clean")
    data = json.loads(json.dumps(asdict(made)))
    assert data["claim"] == claim.value
    assert Certificate.from_dict(data) == made
    assert Certificate.from_dict(data).claim is claim


@pytest.mark.parametrize(
    "changed",
    [
        {"threshold": math.nan},
        {"threshold": math.inf},
        {"k": 158},
        {"k": -1},
        {"n": 0},
        {"coverage": 1.5},
        {"coverage": -0.1},
        {"confidence": 1.0},
        {"confidence": 0.0},
        {"risk_upper": 0.031},
        {"risk_upper": -0.1},
        {"risk_upper": math.nan},
        {"target_risk": 1.0, "risk_upper": 1.0},
    ],
    ids=str,
)
def test_a_certificate_that_proves_nothing_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|keep"):
        certified(changed.pop("threshold", 0.8), **changed)


@pytest.mark.parametrize("data", [{"claim": "often"}, {"note": 1}, {"n": "many"}], ids=str)
def test_a_malformed_certificate_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        Certificate.from_dict(asdict(certified(0.8)) | data)


SIMPLE, TEXT, GRADIENT, COMPLEX = LABELS


@pytest.mark.parametrize(
    ("least", "expected"),
    [
        (0.0, (TEXT, SIMPLE, COMPLEX, GRADIENT)),
        (0.2, (TEXT, SIMPLE, COMPLEX)),
        (0.25, (TEXT, SIMPLE)),
        (0.45, (TEXT,)),
        (1.0, (TEXT,)),
    ],
)
def test_a_set_holds_the_types_that_are_probable_enough(least: float, expected: tuple[LogoType, ...]) -> None:
    assert PredictionSets(0.9, least, 100, "").of((0.25, 0.45, 0.1, 0.2)) == expected


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.floats(0, 1), st.floats(0, 1))
def test_sets_are_never_empty_and_grow_as_the_limit_falls(
    scores: list[float], one: float, other: float
) -> None:
    small, large = (
        PredictionSets(0.9, least, 100, "").of(scores) for least in (max(one, other), min(one, other))
    )
    assert 1 <= len(small) <= len(large) <= 4
    assert large[: len(small)] == small
    assert scores[LABELS.index(small[0])] == max(scores)


@pytest.mark.parametrize(
    "wrong", [(0.0, 0.5, 9), (1.0, 0.5, 9), (0.9, -0.1, 9), (0.9, 1.1, 9), (0.9, math.nan, 9), (0.9, 0.5, 0)]
)
def test_sets_that_promise_nothing_are_refused(wrong: tuple[float, float, int]) -> None:
    with pytest.raises(ValueError, match="must"):
        PredictionSets(*wrong, "")
