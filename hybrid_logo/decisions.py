"""From what the rules and the student said to one prediction, with the reason that a person can read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.policy import Policy
from hybrid_logo.rules import Verdict
from hybrid_logo.types import LABELS, DecidedBy, Mode, Prediction

__all__ = ["Decisions", "Measured"]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """One picture on its way: what the rules said, and the student's view where it is asked.

    Attributes:
        verdict: None in the mode "neural".
        values: ``float32[len(features.NAMES)]``.
        score: of the router; None where it is not asked.
        view: ``uint8[side, side, 3]``; None where the rules decide.
        seconds: time spent on it alone, reading and decoding included.
        hurried: the rules decide because no time is left for the student.
    """

    verdict: Verdict | None
    values: NDArray[np.float32] | None
    score: float | None
    view: NDArray[np.uint8] | None
    seconds: float
    hurried: bool = False


class Decisions:
    """Answers of one bundle in one mode.

    Args:
        bundle: the model release.
        mode: who may answer.
        policy: what is asked of the answers.

    Raises:
        ValueError: the release cannot do what ``policy`` asks, or ``mode`` is not the hybrid.
    """

    def __init__(self, bundle: Bundle, mode: Mode, policy: Policy) -> None:
        kept = ("target_risk", "time_budget_ms", "coverage")
        asked = [name for name in kept if getattr(policy, name) is not None]
        if asked and mode is not Mode.HYBRID:
            raise ValueError(f"{asked[0]} is kept by the router, so it needs the mode hybrid, not {mode}")
        self.bundle, self.mode, self.policy = bundle, mode, policy
        self.router = bundle.router.at_risk(policy.target_risk)
        self.sets = None if policy.coverage is None else self.router.point.set_at(policy.coverage)

    def by_rules(self, item: Measured) -> Prediction:
        """The rules' answer."""
        verdict, values = item.verdict, item.values
        assert verdict is not None
        assert values is not None
        said = self.bundle.scorecard.explain(verdict, values)
        calibration = self.router.rules_alone
        if item.hurried:
            said += f"; {self._why_asked(item)}, and no time was left for the student"
        elif self.mode is Mode.HYBRID:
            calibration = self.router.point.rules_accepted
        elif verdict.outside:
            said += f"; outside the range seen in training: {', '.join(verdict.outside)}"
        return self._prediction(item, DecidedBy.RULES, calibration.probabilities(verdict.points, None), said)

    def by_student(self, item: Measured, logits: NDArray[np.float32]) -> Prediction:
        """The student's answer, fused with the rules' points in the hybrid.

        Args:
            item: of which the student was asked.
            logits: ``float32[4]``, what it said.
        """
        if item.verdict is None or item.values is None:
            probabilities = self.router.student_alone.probabilities(None, logits)
            return self._prediction(item, DecidedBy.STUDENT, probabilities, "the student was asked alone")
        verdict, asked = item.verdict, self.router.point.asked
        probabilities = asked.probabilities(verdict.points, logits)
        label = LABELS[int(probabilities.argmax())]
        why = self._why_asked(item)
        said = LABELS[int(logits.argmax())]
        if label == verdict.label == said:
            why = f"{self.bundle.scorecard.explain(verdict, item.values)}; {why}, and the student agrees"
        else:
            why = f"the student says {said}; {why}, leaning to {verdict.label}"
            if label != said:
                why += f"; both together say {label}"
        decided_by = DecidedBy.BOTH if asked.rules else DecidedBy.STUDENT
        return self._prediction(item, decided_by, probabilities, why)

    def _why_asked(self, item: Measured) -> str:
        assert item.verdict is not None
        promise = self.router.promise
        if self.router.changed:
            return f"the promise of the rules is void since {', '.join(self.router.changed)} changed"
        if promise is None:
            return "no threshold of the rules could be certified"
        if item.verdict.outside:
            return f"{item.verdict.outside[0]} lies outside the range that the rules know"
        return f"the rules were unsure ({item.score:.2f} of {promise.threshold:.2f})"

    def _prediction(
        self, item: Measured, decided_by: DecidedBy, probabilities: NDArray[np.float64], reason: str
    ) -> Prediction:
        promise = self.router.promise
        first, second, third, fourth = scores = probabilities.tolist()
        best = int(probabilities.argmax())
        confidence = float(probabilities[best])
        # The limit was certified for the answers of the hybrid, and for no others.
        certified = self.router.certain if self.mode is Mode.HYBRID and not item.hurried else None
        enough = certified is not None and confidence >= max(certified.threshold, self.policy.min_confidence)
        sets = None if item.hurried else self.sets
        return Prediction(
            label=LABELS[best],
            confidence=confidence,
            certain=enough,
            scores=(first, second, third, fourth),
            decided_by=decided_by,
            reason=reason,
            evidence=item.verdict.evidence() if item.verdict is not None else (),
            score=item.score,
            threshold=promise.threshold if promise and item.score is not None else None,
            model=self.bundle.name,
            time_ms=item.seconds * 1000.0,
            prediction_set=sets.of(scores) if sets else (),
            coverage=sets.coverage if sets else None,
            measurements=tuple(item.values.tolist()) if item.values is not None else (),
        )
