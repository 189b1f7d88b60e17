"""A router for the user's pictures: what may learn from which of them, and what they certify."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle, student_file
from hybrid_logo.evaluation.certificates import joint_risk_upper
from hybrid_logo.evaluation.statistics.metrics import risk_coverage
from hybrid_logo.promises import Certificate
from hybrid_logo.router import Router
from hybrid_logo.training.certifying import CertificateSettings
from hybrid_logo.training.evidence import Evidence, Unlabelled
from hybrid_logo.training.recalibration.parts import LOGOS_TO_REFIT, Parts
from hybrid_logo.training.recalibration.pictures import Labelled, Measured
from hybrid_logo.training.recalibration.refusal import CannotPromiseError, refutation, shortfall
from hybrid_logo.training.router import Judged, RouterScore, fit_router, fit_score, judge_all
from hybrid_logo.types import Precision

__all__ = ["Agreement", "Fitted", "fit", "settings_of"]

LEAST_OF_EACH = 20
"""Right and wrong answers of the rules, each, below which a score learns more noise than it knows already."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How rules and student agree on pictures without labels, at the threshold of the new release.

    Attributes:
        n: pictures.
        accepted: those that the rules decide.
        k: those among them on which the student says otherwise.
        risk_upper: bound of the rate behind ``k`` of ``n``, 0-1.
        certified: whether that keeps the target risk.
    """

    n: int
    accepted: int
    k: int
    risk_upper: float
    certified: bool


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A router for the user's pictures.

    Attributes:
        router: the new one.
        score: where its score comes from, as a sentence.
        held: of the logos that only check, how many the rules decide, and how many of these wrongly.
        agreement: on pictures without labels, where there are some.
        warnings: what the user should know.
    """

    router: Router
    score: str
    held: tuple[int, int]
    agreement: Agreement | None
    warnings: Sequence[str]


def settings_of(
    router: Router, target_risk: float | None, confidence: float | None, seed: int
) -> CertificateSettings:
    """What to promise: as asked, else as the release promises."""
    usual, promise = CertificateSettings(seed=seed), router.promise
    target = target_risk or (promise.target_risk if promise else usual.target_risk)
    return replace(
        usual,
        target_risk=target,
        confidence=confidence or (promise.confidence if promise else usual.confidence),
        ladder=tuple(sorted({*usual.ladder, target})),
    )


def fit(
    labelled: Labelled,
    parts: Parts,
    unlabelled: Measured | None,
    bundle: Bundle,
    settings: CertificateSettings,
    *,
    promise_needed: bool,
) -> Fitted:
    """Fit score, thresholds and calibration.

    The score learns from the ``fit`` part alone; thresholds, certificates and calibration come from the
    ``certify`` part, which the score has not seen.

    Raises:
        CannotPromiseError: the target risk cannot be certified, or the ``check`` part refutes it.
    """
    judged = judge_all(bundle.scorecard, labelled.measured.features)
    score, told = _score(labelled, judged, parts.fit, bundle.router, settings.seed)
    evidence = _evidence(labelled, judged, score, parts.certify)
    alone = None if unlabelled is None else _without_labels(unlabelled, score, bundle)
    answering = ("rules.json", *map(student_file, bundle.precisions))
    files = {name: bundle.manifest["files"][name]["sha256"] for name in answering}
    router = fit_router(score, evidence, settings, files, alone)
    warnings: list[str] = []
    if router.promise is None:
        lack = shortfall(evidence, settings, len(labelled.labels))
        if promise_needed:
            raise CannotPromiseError(lack)
        warnings.append(f"no promise: {lack}")
    held = _held(_evidence(labelled, judged, score, parts.check), router.promise, settings.seed)
    if router.promise is not None and (said := refutation(*held, settings)):
        if promise_needed:
            raise CannotPromiseError(said)
        warnings.append(f"no promise: {said}")
        router = replace(router, point=router.unpromised, points=())
    agreement = None if alone is None else _agreement(alone, router.promise, settings)
    return Fitted(router, told, held, agreement, warnings)


def _score(
    labelled: Labelled, judged: Judged, rows: NDArray[np.bool_], router: Router, seed: int
) -> tuple[RouterScore, str]:
    """The score that ranks pictures of the ``fit`` part better: the released one, or one fitted to them."""
    released = RouterScore(router.mean, router.scale, router.weights, router.intercept)
    if not rows.any():
        logos = len(set(labelled.clusters))
        return (
            released,
            f"the released score is kept: to learn another takes {LOGOS_TO_REFIT:,} logos, not {logos:,}",
        )
    part = _rows(judged, rows)
    accepted = labelled.accepted[rows]
    wrong = ~accepted[np.arange(len(accepted)), part.answers]
    errors = int(wrong.sum())
    if min(errors, len(wrong) - errors) < LEAST_OF_EACH:
        return released, (
            f"the released score is kept: to learn another, {LEAST_OF_EACH} right and wrong answers of the "
            f"rules are needed, and of {len(wrong):,} pictures they are wrong on {errors:,}"
        )
    clusters = np.unique(np.array(labelled.clusters)[rows], return_inverse=True)[1]
    half_of = np.random.default_rng(seed).permutation(int(clusters.max()) + 1)[clusters] % 2
    unseen = np.empty(len(wrong))
    for half in (0, 1):
        held = half_of == half
        if len(set(wrong[~held].tolist())) < 2:
            return released, "the released score is kept: the errors of the rules are all of a few logos"
        unseen[held] = fit_score(_rows(part, ~held), accepted[~held]).of(_rows(part, held))
    before, after = (risk_coverage(values, wrong)[2] for values in (released.of(part), unseen))
    figures = f"area under the risk-coverage curve {after:.4f} against {before:.4f} on unseen halves"
    if after >= before:
        return released, f"the released score is kept: one fitted to the pictures ranks no better ({figures})"
    return fit_score(part, accepted), f"the score is fitted to the pictures: it ranks better ({figures})"


def _rows(judged: Judged, rows: NDArray[np.bool_]) -> Judged:
    return Judged(judged.inputs[rows], judged.points[rows], judged.silent[rows])


def _evidence(labelled: Labelled, judged: Judged, score: RouterScore, rows: NDArray[np.bool_]) -> Evidence:
    logits = labelled.measured.logits
    part = _rows(judged, rows)
    return Evidence(
        labels=labelled.labels[rows],
        accepted=labelled.accepted[rows],
        brands=np.array(labelled.clusters)[rows].tolist(),
        groups={name: flags[rows] for name, flags in labelled.groups.items()},
        points=part.points,
        scores=score.of(part),
        logits=logits[Precision.INT8][rows],
        others=[given[rows] for precision, given in logits.items() if precision is not Precision.INT8],
    )


def _without_labels(measured: Measured, score: RouterScore, bundle: Bundle) -> Unlabelled:
    judged = judge_all(bundle.scorecard, measured.features)
    disagrees = measured.logits[Precision.INT8].argmax(axis=1) != judged.answers
    return Unlabelled(score.of(judged), disagrees)


def _held(evidence: Evidence, promise: Certificate | None, seed: int) -> tuple[int, int]:
    """Pictures of different logos that the rules decide, and the wrong ones among them."""
    rows = evidence.one_per_brand(np.ones(len(evidence.labels), bool), seed)
    taken = evidence.scores[rows] >= (np.inf if promise is None else promise.threshold)
    return int(taken.sum()), int((taken & evidence.rules_wrong[rows]).sum())


def _agreement(
    alone: Unlabelled, promise: Certificate | None, settings: CertificateSettings
) -> Agreement | None:
    if promise is None:
        return None
    accepted = alone.scores >= promise.threshold
    n, k = len(accepted), int((accepted & alone.disagrees).sum())
    upper = joint_risk_upper(k, n, settings.confidence)
    return Agreement(n, int(accepted.sum()), k, upper, upper <= settings.target_risk)
