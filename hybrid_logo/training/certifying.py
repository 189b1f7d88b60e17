"""Find operating points: thresholds that keep a promise, and everything that is certified at them.

Copies of a logo and logos of a brand are not independent, so one picture per brand is counted, in each
group of pictures anew. A threshold serves a target risk only where the walks of all groups that have enough
pictures passed it, so that clean pictures cannot pay for degraded ones. Every certificate holds with its own
confidence; that several hold at once is a little less sure.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.calibration import Calibration
from hybrid_logo.evaluation.certificates import (
    certified_thresholds,
    clopper_pearson_upper,
    joint_risk_upper,
    pictures_needed,
)
from hybrid_logo.operating_points import OperatingPoint
from hybrid_logo.promises import EVERY_PICTURE, Certificate, Claim, PredictionSets
from hybrid_logo.training.calibration import fit_calibration, fit_fusion
from hybrid_logo.training.evidence import Evidence, Unlabelled

__all__ = [
    "CertificateSettings",
    "Evidence",
    "Unlabelled",
    "ladder_of_points",
    "operating_point",
    "without_promise",
]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOLDS = 5
"""Parts of the brands, of which each is answered by calibrations that were fitted to the others."""

SPARE_ERRORS = 2
"""Errors that the strictest tested threshold may hold; it fixes where the tests begin."""


@dataclass(frozen=True, slots=True)
class CertificateSettings:
    """What is promised.

    Attributes:
        target_risk: share of rule-decided pictures that may be wrong (neither label nor accepted type), at
            the operating point that is used unless another is asked for.
        ladder: target risks that can be asked for.
        confidence: of every certificate.
        coverages: of the prediction sets.
        strict_loss: how far the hybrid's strict accuracy on the calibration pictures may lie below the best
            that any certified threshold gives; among those the laxest threshold is taken.
        seed: of the choice of one picture per brand.

    Raises:
        ValueError: a share lies outside its range.
    """

    target_risk: float = 0.03
    ladder: tuple[float, ...] = (0.01, 0.02, 0.03, 0.05, 0.1)
    confidence: float = 0.95
    coverages: tuple[float, ...] = (0.9, 0.95, 0.99)
    strict_loss: float = 0.002
    seed: int = 5

    def __post_init__(self) -> None:
        shares = {"target_risk": (self.target_risk,), "confidence": (self.confidence,)}
        for name, values in (shares | {"ladder": self.ladder, "coverages": self.coverages}).items():
            if not all(0.0 < value < 1.0 for value in values):
                raise ValueError(f"{name} must lie between 0 and 1, not {', '.join(map(str, values))}")
        if not self.strict_loss >= 0.0:
            raise ValueError(f"strict_loss must be 0 or more, not {self.strict_loss}")


def operating_point(
    evidence: Evidence, settings: CertificateSettings, unlabelled: Unlabelled | None = None
) -> OperatingPoint | None:
    """The operating point for ``settings.target_risk``; None where it cannot be certified."""
    promise = _promise(evidence, settings)
    return None if promise is None else _at(evidence, promise, settings, unlabelled)


def ladder_of_points(
    evidence: Evidence, settings: CertificateSettings, unlabelled: Unlabelled | None = None
) -> list[OperatingPoint]:
    """For each target risk that can be certified the point that leaves most to the rules; strictest first.

    The walk of a laxer target begins earlier, where few pictures are accepted, and may end there. A rung that
    would leave less to the rules than a stricter one serves nobody and is left out.
    """
    found: list[OperatingPoint] = []
    lowest = math.inf
    for target in sorted(set(settings.ladder)):
        rung = replace(settings, target_risk=target, strict_loss=math.inf)
        promise = _promise(evidence, rung)
        if promise is not None and promise.threshold <= lowest:
            lowest = promise.threshold
            found.append(_at(evidence, promise, rung, unlabelled))
    return found


def without_promise(evidence: Evidence, settings: CertificateSettings) -> OperatingPoint:
    """The operating point at which every picture goes to the student."""
    return _at(evidence, None, settings, None)


def _at(
    evidence: Evidence,
    promise: Certificate | None,
    settings: CertificateSettings,
    unlabelled: Unlabelled | None,
) -> OperatingPoint:
    taken = evidence.scores >= (math.inf if promise is None else promise.threshold)
    everything = np.ones_like(taken)
    rows = _asked(evidence, taken, everything)
    brands = np.array(evidence.brands)[rows].tolist()
    asked = fit_fusion(evidence.points[rows], evidence.logits[rows], evidence.labels[rows], brands)
    answers = _unseen_answers(evidence, taken, fused=asked.rules > 0)
    return OperatingPoint(
        promise=promise,
        certain=_certain(evidence, answers, settings),
        groups=() if promise is None else tuple(_groups(evidence, promise, settings, unlabelled)),
        sets=tuple(_sets(evidence, answers, coverage, settings.seed) for coverage in settings.coverages),
        rules_accepted=_rules_accepted(evidence, taken, everything),
        asked=asked,
    )


def _rules_accepted(evidence: Evidence, taken: Flags, known: Flags) -> Calibration:
    """Learned from known pictures that the rules decide; from all that are known where there is none."""
    rows = taken & known if (taken & known).any() else known
    return fit_calibration(evidence.points[rows], None, evidence.labels[rows])


def _asked(evidence: Evidence, taken: Flags, known: Flags) -> Flags:
    """Known pictures for which the student is asked; all of these where no two brands are among them."""
    rows = ~taken & known
    return rows if len(set(np.array(evidence.brands)[rows].tolist())) > 1 else known


def _unseen_answers(evidence: Evidence, taken: Flags, *, fused: bool) -> list[Floats]:
    """What the hybrid says of each picture by calibrations that have not seen its brand, per precision.

    Calibrations look better on what they were fitted to, and would promise more than they keep on new
    pictures (cross-conformal prediction, Vovk 2015).
    """
    students = (evidence.logits, *evidence.others)
    answers = [np.empty_like(evidence.points) for _ in students]
    brands = np.unique(np.array(evidence.brands), return_inverse=True)[1]
    for fold in range(FOLDS):
        held = brands % FOLDS == fold
        known = held if held.all() else ~held
        by_rules = _rules_accepted(evidence, taken, known).probabilities(evidence.points[held], None)
        rows = _asked(evidence, taken, known)
        points = evidence.points[rows] if fused else None
        asked = fit_calibration(points, evidence.logits[rows], evidence.labels[rows])
        for given, logits in zip(answers, students, strict=True):
            by_both = asked.probabilities(evidence.points[held], logits[held])
            given[held] = np.where(taken[held, None], by_rules, by_both)
    return answers


def _promise(evidence: Evidence, settings: CertificateSettings) -> Certificate | None:
    """The certified threshold that serves the hybrid best.

    All thresholds that a walk passed before it stopped keep the promise at the same confidence, so choosing
    among them by another figure of the same data breaks nothing.
    """
    wrong, chosen = evidence.rules_wrong, _counted_rows(evidence, settings)
    passed = _passed_by_all([(evidence.scores[rows], wrong[rows]) for rows in chosen.values()], settings)
    if not passed:
        return None
    fused = fit_calibration(evidence.points, evidence.logits, evidence.labels)
    strict_by_rules = evidence.points.argmax(axis=1) == evidence.labels
    strict_by_both = fused.probabilities(evidence.points, evidence.logits).argmax(axis=1) == evidence.labels
    strict = {t: np.where(evidence.scores >= t, strict_by_rules, strict_by_both).mean() for t in passed}
    enough = max(strict.values()) - settings.strict_loss
    threshold = min(t for t in passed if strict[t] >= enough)
    rows = chosen[EVERY_PICTURE]
    return _certificate(
        Claim.CONDITIONAL, EVERY_PICTURE, threshold, evidence.scores[rows], wrong[rows], settings
    )


def _counted_rows(evidence: Evidence, settings: CertificateSettings) -> dict[str, NDArray[np.intp]]:
    """One picture per brand: of all pictures, and of each group that has enough of them."""
    fewest = pictures_needed(SPARE_ERRORS, settings.target_risk, settings.confidence)
    everything = evidence.one_per_brand(np.ones(len(evidence.labels), bool), settings.seed)
    groups = {name: evidence.one_per_brand(rows, settings.seed) for name, rows in evidence.groups.items()}
    return {EVERY_PICTURE: everything} | {name: rows for name, rows in groups.items() if len(rows) >= fewest}


def _passed_by_all(cases: Sequence[tuple[Floats, Flags]], settings: CertificateSettings) -> set[float]:
    """Thresholds that the walks over the scores and errors of all cases passed."""
    walks = (
        certified_thresholds(
            scores, wrong, settings.target_risk, settings.confidence, spare_errors=SPARE_ERRORS
        )
        for scores, wrong in cases
    )
    return set.intersection(*map(set, walks))


def _certificate(
    claim: Claim, group: str, threshold: float, scores: Floats, wrong: Flags, settings: CertificateSettings
) -> Certificate | None:
    """What these pictures prove at a threshold; None where that is less than the target."""
    accepted = scores >= threshold
    k = int((accepted & wrong).sum())
    n = int(accepted.sum()) if claim is Claim.CONDITIONAL else len(scores)
    bound = clopper_pearson_upper if claim is Claim.CONDITIONAL else joint_risk_upper
    upper = bound(k, n, settings.confidence)
    if upper > settings.target_risk + 1e-9:
        return None
    return Certificate(
        claim=claim,
        group=group,
        threshold=threshold,
        n=n,
        k=k,
        risk_upper=min(upper, settings.target_risk),
        target_risk=settings.target_risk,
        confidence=settings.confidence,
        coverage=float(accepted.mean()),
        data_sha256=_digest(scores, np.packbits(wrong)),
    )


def _groups(
    evidence: Evidence,
    promise: Certificate,
    settings: CertificateSettings,
    unlabelled: Unlabelled | None,
) -> list[Certificate]:
    """Conditional and joint claims per group, and the label-free one, as far as they can be proved."""
    threshold, wrong = promise.threshold, evidence.rules_wrong
    found = [
        _certificate(claim, group, threshold, evidence.scores[rows], wrong[rows], settings)
        for group, rows in _counted_rows(evidence, settings).items()
        for claim in (Claim.CONDITIONAL, Claim.JOINT)
        if (group, claim) != (EVERY_PICTURE, Claim.CONDITIONAL)  # that is the promise itself
    ]
    if unlabelled is not None:
        seen = (unlabelled.scores, unlabelled.disagrees)
        found.append(_certificate(Claim.DISAGREEMENT, "unlabelled", threshold, *seen, settings))
    return [each for each in found if each is not None]


def _certain(
    evidence: Evidence, answers: Sequence[Floats], settings: CertificateSettings
) -> Certificate | None:
    """Confidence from which the hybrid's answer is certain, whatever the student's precision."""
    rows = evidence.one_per_brand(np.ones(len(evidence.labels), bool), settings.seed)
    cases = [
        (given[rows].max(axis=1), ~evidence.accepted[rows, given[rows].argmax(axis=1)]) for given in answers
    ]
    passed = _passed_by_all(cases, settings)
    if not passed:
        return None
    found = [_certificate(Claim.CONDITIONAL, EVERY_PICTURE, min(passed), *case, settings) for case in cases]
    return max((each for each in found if each is not None), key=lambda each: each.risk_upper)


def _sets(evidence: Evidence, answers: Sequence[Floats], coverage: float, seed: int) -> PredictionSets:
    """The least probability that the label of enough pictures reaches, whatever the student's precision."""
    rows = evidence.one_per_brand(np.ones(len(evidence.labels), bool), seed)
    labels = evidence.labels[rows]
    given = np.sort([probabilities[rows, labels] for probabilities in answers], axis=1)
    missed = math.floor(round((1.0 - coverage) * (len(rows) + 1), 9))  # 0.1 * 10 is one, not a little less
    least = 0.0 if missed < 1 else float(given[:, missed - 1].min())
    return PredictionSets(coverage, least, len(rows), _digest(given))


def _digest(*arrays: NDArray[np.generic]) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()
