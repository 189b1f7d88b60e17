"""Who answers, and what: router, calibration and the student's branch.

Mirrors ``hybrid_logo.router``, ``hybrid_logo.calibration`` and ``hybrid_logo.decisions``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from hybrid_logo.calibration import Calibration
from hybrid_logo.export.graph.planar import joined, largest, where
from hybrid_logo.export.graph.rules import Verdict
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.features import NAMES
from hybrid_logo.router import Router
from hybrid_logo.types import LABELS, DecidedBy

__all__ = ["DECIDERS", "Decision", "decide"]

DECIDERS = tuple(DecidedBy)
"""Who decided, in the order of the output ``decided_by``."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer for one picture.

    Attributes:
        probabilities: ``float64[4]``.
        decided_by: ``int64[1]``, place in ``DECIDERS``.
        score: ``float64[1]``, P(the rules are right) as the router sees it.
    """

    probabilities: Tensor
    decided_by: Tensor
    score: Tensor


def decide(
    router: Router, verdict: Verdict, values: Tensor, possible: Tensor, ask: Callable[[], Tensor]
) -> Decision:
    """Answer by the rules, or ask the student and join both.

    Args:
        router: of the bundle.
        verdict: on ``values``.
        values: ``float32[len(NAMES)]``.
        possible: ``bool[1]``, the picture can be answered at all; else nobody is asked.
        ask: draws the student, which gives ``float32[4]`` logits.
    """
    score = _score(router, verdict, values).named("score")
    promise, point = router.promise, router.point
    accepted = ~possible
    if promise is not None:
        accepted = accepted | (~verdict.outside & (score >= promise.threshold))

    def by_rules() -> Sequence[Tensor]:
        return [_probabilities(point.rules_accepted, verdict.points, None)]

    def by_student() -> Sequence[Tensor]:
        return [_probabilities(point.asked, verdict.points, ask())]

    (probabilities,) = values.builder.if_(accepted.op("Squeeze"), by_rules, by_student)
    asked = DecidedBy.BOTH if point.asked.rules else DecidedBy.STUDENT
    places = [DECIDERS.index(who) for who in (DecidedBy.RULES, asked)]
    rules = values.builder.constant([places[0]])
    return Decision(probabilities, where(accepted, rules, [places[1]]), score)


def _score(router: Router, verdict: Verdict, values: Tensor) -> Tensor:
    inputs = _router_inputs(verdict, values)
    weighted = (inputs - np.array(router.mean)) / np.array(router.scale) * np.array(router.weights)
    total = weighted.sum((0,), keep=True) + router.intercept
    return 1.0 / ((-largest(total, -700.0)).op("Exp") + 1.0)


def _router_inputs(verdict: Verdict, values: Tensor) -> Tensor:
    """``float64[len(router.INPUTS)]``; see ``router.router_inputs``."""
    support, label = verdict.support, verdict.label
    speaking = largest(support, 0.0).sum((0,), keep=True)
    total = abs(support).sum((0,), keep=True)
    objecting = (support < 0.0).to(np.float64)
    quality = [NAMES.index(name) for name in ("ink_long_side_log2", "range_to_12_share", "interior_share")]
    return joined(
        verdict.margin,
        _softmax(verdict.points).take(label),
        where(total > 0.0, speaking / where(total > 0.0, total, 1.0), 0.0),
        largest(-support.min((0,), keep=True), 0.0),
        objecting.sum((0,), keep=True) / objecting.size(0).to(np.float64),
        values.take(quality).to(np.float64),
        label.equals(list(range(len(LABELS)))).to(np.float64),
    )


def _probabilities(calibration: Calibration, points: Tensor, logits: Tensor | None) -> Tensor:
    """``float64[4]`` from points and logits; None where a weight is 0."""
    total = points * calibration.rules + np.array(calibration.bias)
    if logits is not None and calibration.student:
        total = total + logits.to(np.float64) * calibration.student
    return _softmax(total)


def _softmax(numbers: Tensor) -> Tensor:
    weights = (numbers - numbers.max((0,), keep=True)).op("Exp")
    return weights / weights.sum((0,), keep=True)
