"""From what was said to a prediction: policies that a release cannot keep, certainty, sets, reasons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_logo.bundle import Bundle
from hybrid_logo.calibration import Calibration
from hybrid_logo.decisions import Decisions, Measured
from hybrid_logo.features import NAMES
from hybrid_logo.policy import DEFAULT_POLICY, Policy
from hybrid_logo.promises import PredictionSets
from hybrid_logo.router import Router
from hybrid_logo.types import LABELS, DecidedBy, Mode
from tests.small_release import NAME, certified, router, scorecard

CARD = scorecard()
VALUES = np.full(len(NAMES), 4.0, np.float32)
LOGITS = np.array([0.0, 4.0, 0.0, 0.0], np.float32)


def decisions(policy: Policy = DEFAULT_POLICY, mode: Mode = Mode.HYBRID, **changed: Any) -> Decisions:
    return of_router(router(**changed), policy, mode)


def of_router(made: Router, policy: Policy = DEFAULT_POLICY, mode: Mode = Mode.HYBRID) -> Decisions:
    return Decisions(Bundle(Path("nowhere"), {"name": NAME}, CARD, made), mode, policy)


def measured(**changed: Any) -> Measured:
    item = Measured(CARD.judge(VALUES), VALUES, 0.5, np.zeros((1, 1, 3), np.uint8), 0.25)
    return replace(item, **changed)


HURRIED = measured(hurried=True, view=None)


@pytest.mark.parametrize("mode", [Mode.RULES, Mode.NEURAL])
@pytest.mark.parametrize(
    "policy", [Policy(target_risk=0.02), Policy(time_budget_ms=5.0), Policy(coverage=0.9)], ids=repr
)
def test_what_the_router_keeps_needs_the_hybrid(mode: Mode, policy: Policy) -> None:
    with pytest.raises(ValueError, match=rf"(risk|budget_ms|coverage) is kept by .* hybrid, not {mode}"):
        decisions(policy, mode)
    assert decisions(Policy(min_confidence=0.5), mode).mode is mode


def test_what_the_release_does_not_hold_is_refused() -> None:
    with pytest.raises(ValueError, match=r"risk of 0\.05 is not certified .* only 0\.02, 0\.1\."):
        decisions(Policy(target_risk=0.05))
    with pytest.raises(ValueError, match=r"coverage 0\.95 .* only of 0\.9, 0\.99\."):
        decisions(Policy(coverage=0.95))
    with pytest.raises(ValueError, match=r"no prediction sets of coverage 0\.9"):
        decisions(Policy(coverage=0.9), sets=())


def test_sets_are_those_of_the_risk_that_is_asked() -> None:
    own = (PredictionSets(0.9, 0.2, 50, ""),)
    made = router()
    made = replace(made, points=tuple(replace(each, sets=own) for each in made.points))
    assert of_router(made, Policy(target_risk=0.02, coverage=0.9)).sets == own[0]
    assert of_router(made, Policy(coverage=0.9)).sets == made.point.sets[0]


def test_the_threshold_that_is_told_is_that_of_the_risk() -> None:
    for risk, threshold in ((None, 0.8), (0.02, 0.95), (0.1, 0.6)):
        answer = decisions(Policy(target_risk=risk)).by_student(measured(), LOGITS)
        assert answer.threshold == threshold
        assert f"the rules were unsure (0.50 of {threshold:.2f})" in answer.reason


def test_certain_from_both_limits_on() -> None:
    """Of the certificate and of the caller."""
    confidence = decisions().by_student(measured(), LOGITS).confidence
    for limit in (confidence - 1e-6, confidence + 1e-6):
        made = decisions(certain=certified(limit)).by_student(measured(), LOGITS)
        assert made.certain is (confidence >= limit)
        policy = Policy(min_confidence=limit)
        made = decisions(policy, certain=certified(0.1)).by_student(measured(), LOGITS)
        assert made.certain is (confidence >= limit)
    low = decisions(Policy(min_confidence=0.1), certain=certified(confidence + 1e-6))
    assert not low.by_student(measured(), LOGITS).certain
    assert not decisions(certain=None).by_student(measured(), LOGITS).certain


@pytest.mark.parametrize("mode", [Mode.RULES, Mode.NEURAL])
def test_other_modes_are_never_certain(mode: Mode) -> None:
    made = decisions(mode=mode, certain=certified(0.01))
    assert not made.by_rules(measured(score=None)).certain
    assert not made.by_student(measured(verdict=None, values=None, score=None), LOGITS).certain


def test_rules_without_time_for_the_student() -> None:
    made = decisions(Policy(time_budget_ms=1.0, coverage=0.9), certain=certified(0.01))
    answer = made.by_rules(HURRIED)
    assert HURRIED.verdict is not None
    assert answer.decided_by is DecidedBy.RULES
    assert answer.label == HURRIED.verdict.label
    assert not answer.certain
    assert (answer.prediction_set, answer.coverage) == ((), None)
    assert answer.reason.endswith(
        "; the rules were unsure (0.50 of 0.80), and no time was left for the student"
    )
    expected = router().rules_alone.probabilities(HURRIED.verdict.points, None)
    assert answer.scores == pytest.approx(expected.tolist())
    assert made.by_rules(replace(HURRIED, hurried=False, score=0.9)).certain


@pytest.mark.parametrize("coverage", [0.9, 0.99])
def test_the_set_of_an_answer_is_told_with_its_coverage(coverage: float) -> None:
    made = decisions(Policy(coverage=coverage))
    for answer in (made.by_student(measured(), LOGITS), made.by_rules(measured(view=None, score=0.9))):
        assert answer.coverage == coverage
        least = router().point.set_at(coverage).least
        expected = {label for label, p in zip(LABELS, answer.scores, strict=True) if p >= least}
        assert set(answer.prediction_set) == expected | {answer.label}
        assert answer.prediction_set[0] == answer.label
        fields = answer.to_dict()
        assert fields["prediction_set"] == [label.value for label in answer.prediction_set]
        assert fields["coverage"] == coverage


def test_without_a_coverage_nothing_is_told_of_sets() -> None:
    answer = decisions().by_student(measured(), LOGITS)
    assert (answer.prediction_set, answer.coverage) == ((), None)
    assert not {"prediction_set", "coverage"} & answer.to_dict().keys()


def test_a_void_promise_is_told_in_every_answer() -> None:
    void = router(files={"rules.json": "a", "student-int8.onnx": "b"}, certain=certified(0.01)).checked({})
    made = of_router(void)
    for answer in (made.by_student(measured(), LOGITS), made.by_rules(HURRIED)):
        assert "the promise of the rules is void since rules.json, student-int8.onnx changed" in answer.reason
        assert (answer.certain, answer.threshold) == (False, None)


def test_what_was_measured_goes_along() -> None:
    answer = decisions().by_student(measured(), LOGITS)
    assert answer.measurements == tuple(VALUES.tolist())
    assert "measurements" not in answer.to_dict()
    alone = decisions(mode=Mode.NEURAL).by_student(measured(verdict=None, values=None, score=None), LOGITS)
    assert (alone.measurements, alone.evidence, alone.score) == ((), (), None)
    assert answer.time_ms == 250.0


def test_a_student_that_is_not_fused_decides_alone() -> None:
    made = decisions(asked=Calibration(0.75, 0.0))
    assert made.by_student(measured(), LOGITS).decided_by is DecidedBy.STUDENT
    assert decisions().by_student(measured(), LOGITS).decided_by is DecidedBy.BOTH
