"""What may be asked of the answers."""

from __future__ import annotations

import math

import pytest

from hybrid_logo.policy import DEFAULT_POLICY, Policy


def test_nothing_is_asked_by_default() -> None:
    assert Policy(None, None, 0.0, None) == DEFAULT_POLICY


def test_the_ends_of_what_can_be_meant() -> None:
    Policy(target_risk=1e-9, time_budget_ms=0.0, min_confidence=1.0, coverage=1 - 1e-9)
    Policy(time_budget_ms=math.inf)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        *(("target_risk", value) for value in (0.0, 1.0, -0.1, 3.0, math.nan)),
        *(("coverage", value) for value in (0.0, 1.0, 90.0, math.nan)),
        *(("time_budget_ms", value) for value in (-1.0, math.nan)),
        *(("min_confidence", value) for value in (-0.1, 1.1, math.nan)),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(name: str, wrong: float) -> None:
    with pytest.raises(ValueError, match=rf"{name} must .*, not {wrong}"):
        Policy(**{name: wrong})
