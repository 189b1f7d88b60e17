"""Fit the router: its score on ``train``, its threshold, promise and calibration on ``calibrate``.

The score is learned from scorecards that had not seen the logos they judge, so that it knows the rules
as they are on new logos. Thresholds are certified on one picture per brand, since the copies of a logo
and the logos of a brand are not independent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from hybrid_logo.errors import SourceError
from hybrid_logo.evaluation.certificates import (
    DEFAULT_THRESHOLDS,
    clopper_pearson_upper,
    fixed_sequence_threshold,
    one_per_cluster,
    pictures_needed,
)
from hybrid_logo.router import Calibration, Certified, Router, router_inputs
from hybrid_logo.rules import Scorecard, Verdict
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.types import LABELS

__all__ = ["Judged", "RouterSettings", "fit_router", "judge_all"]

Floats = NDArray[np.float64]

SPARE_ERRORS = 2
"""Errors that the strictest tested threshold may hold; it fixes where the tests begin."""


@dataclass(frozen=True, slots=True)
class RouterSettings:
    """What the router promises and how it is fitted.

    Attributes:
        target_risk: share of rule-decided pictures that may be wrong (neither label nor accepted type).
        confidence: of the promise.
        strict_loss: how far the hybrid's strict accuracy on ``calibrate`` may lie below the best that
            any certified threshold gives; among those the laxest threshold is taken.
        seed: of the choice of one picture per brand.
    """

    target_risk: float = 0.03
    confidence: float = 0.95
    strict_loss: float = 0.002
    seed: int = 5


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """What the rules said of a table's rows.

    Attributes:
        inputs: ``float64[n, len(INPUTS)]`` of the router.
        points: ``float64[n, 4]``.
        silent: ``bool[n]``, outside the range seen in training.
    """

    inputs: Floats
    points: Floats
    silent: NDArray[np.bool_]

    @property
    def answers(self) -> NDArray[np.int64]:
        """``int64[n]``, index of the rules' label."""
        return np.asarray(self.points.argmax(axis=1))


def judge_all(scorecard: Scorecard, features: NDArray[np.float32]) -> Judged:
    """Judge every row of ``float32[n, len(NAMES)]``."""
    verdicts: list[Verdict] = [scorecard.judge(values) for values in features]
    return Judged(
        np.array(
            [router_inputs(verdict, values) for verdict, values in zip(verdicts, features, strict=True)]
        ),
        np.array([verdict.points for verdict in verdicts]),
        np.array([bool(verdict.outside) for verdict in verdicts]),
    )


def fit_router(
    train: PictureTable,
    judged_train: Judged,
    calibrate: PictureTable,
    judged: Judged,
    logits: NDArray[np.float32],
    brands: Sequence[str],
    settings: RouterSettings,
) -> Router:
    """Fit everything that ``router.json`` holds.

    Args:
        train: copies of the ``train`` split.
        judged_train: what scorecards that had not seen these logos said of them.
        calibrate: copies of the ``calibrate`` split.
        judged: what the released scorecard says of them.
        logits: ``float32[n, 4]`` of the quantised student for them.
        brands: brand of each row of ``calibrate``.
        settings: see there.

    Raises:
        SourceError: the rules are right on every picture of ``train``, or on none.
    """
    # Rounded before they are used: what is certified is what will be released.
    mean, spread = _rounded(judged_train.inputs.mean(axis=0)), judged_train.inputs.std(axis=0)
    scale = _rounded(np.where(spread > 1e-6, spread, 1.0))
    right = _is_accepted(train, judged_train.answers)
    if right.all() or not right.any():
        raise SourceError(
            f"The rules are right on {right.sum():,} of {len(right):,} pictures of the train split, so there "
            "is nothing to learn about when they fail. Label more logos."
        )
    model = LogisticRegression(C=0.1, max_iter=2000).fit((judged_train.inputs - mean) / scale, right)
    weights, intercept = _rounded(model.coef_[0]), float(model.intercept_[0])
    scores = 1.0 / (1.0 + np.exp(-((judged.inputs - mean) / scale @ weights + intercept)))
    scores[judged.silent] = 0.0
    rules_alone = _fit_calibration(judged.points, None, calibrate.labels)
    student_alone = _fit_calibration(None, logits, calibrate.labels)
    fused = _fit_calibration(judged.points, logits, calibrate.labels)
    independent = one_per_cluster(brands, settings.seed)
    promise = _promise(
        calibrate, judged, scores, fused.probabilities(judged.points, logits), independent, settings
    )
    accepted = scores >= promise.threshold if promise else np.zeros(len(scores), bool)
    asked = _asked(judged.points, logits, calibrate.labels, brands, ~accepted)
    rules_accepted = (
        _fit_calibration(judged.points[accepted], None, calibrate.labels[accepted])
        if promise
        else rules_alone
    )
    probabilities = np.where(
        accepted[:, None],
        rules_accepted.probabilities(judged.points, None),
        asked.probabilities(judged.points, logits),
    )
    certain = _certified(
        probabilities.max(axis=1)[independent],
        ~_is_accepted(calibrate, probabilities.argmax(axis=1))[independent],
        settings,
    )
    return Router(
        mean=tuple(mean.tolist()),
        scale=tuple(scale.tolist()),
        weights=tuple(weights.tolist()),
        intercept=intercept,
        promise=promise,
        certain=certain,
        rules_alone=rules_alone,
        rules_accepted=rules_accepted,
        student_alone=student_alone,
        asked=asked,
    )


def _promise(
    table: PictureTable,
    judged: Judged,
    scores: Floats,
    fused: Floats,
    independent: NDArray[np.intp],
    settings: RouterSettings,
) -> Certified | None:
    """The certified threshold that serves the hybrid best.

    Every threshold that the fixed sequence passed before it stopped is certified at the same
    confidence, so choosing among them by another figure of the same data breaks no promise.
    """
    wrong = ~_is_accepted(table, judged.answers)
    laxest = _certified(scores[independent], wrong[independent], settings)
    if laxest is None:
        return None
    strict_by_rules = judged.answers == table.labels
    strict_by_both = fused.argmax(axis=1) == table.labels
    fewest = pictures_needed(SPARE_ERRORS, settings.target_risk, settings.confidence)
    passed = [
        threshold
        for threshold in DEFAULT_THRESHOLDS
        if threshold >= laxest.threshold and (scores[independent] >= threshold).sum() >= fewest
    ]
    strict = {t: np.where(scores >= t, strict_by_rules, strict_by_both).mean() for t in passed}
    enough = max(strict.values()) - settings.strict_loss
    chosen = min(t for t in passed if strict[t] >= enough)
    accepted = scores[independent] >= chosen
    n, k = int(accepted.sum()), int((accepted & wrong[independent]).sum())
    return Certified(
        threshold=chosen,
        n=n,
        k=k,
        risk_upper=clopper_pearson_upper(k, n, settings.confidence),
        target_risk=settings.target_risk,
        confidence=settings.confidence,
        coverage=n / len(independent),
        data_sha256=laxest.data_sha256,
    )


def _certified(scores: Floats, wrong: NDArray[np.bool_], settings: RouterSettings) -> Certified | None:
    certificate = fixed_sequence_threshold(
        scores, wrong, settings.target_risk, settings.confidence, spare_errors=SPARE_ERRORS
    )
    if certificate is None:
        return None
    digest = hashlib.sha256(np.ascontiguousarray(scores).tobytes() + np.packbits(wrong).tobytes())
    return Certified(**asdict(certificate), data_sha256=digest.hexdigest())


def _asked(
    points: Floats,
    logits: NDArray[np.float32],
    labels: NDArray[np.int64],
    brands: Sequence[str],
    asked: NDArray[np.bool_],
) -> Calibration:
    """Fuse the rules' points with the student's logits where that predicts new brands better."""
    if len(np.unique(np.array(brands)[asked])) < 2:  # nothing to hold out: learn from all pictures
        asked = np.ones_like(asked)
    points, logits, labels = points[asked], logits[asked], labels[asked]
    names = np.unique(np.array(brands)[asked], return_inverse=True)[1]
    losses = {True: 0.0, False: 0.0}
    for half in (0, 1):
        held = names % 2 == half
        for fused in losses:
            used = points if fused else None
            fitted = _fit_calibration(None if used is None else used[~held], logits[~held], labels[~held])
            losses[fused] += _log_loss(
                fitted, None if used is None else used[held], logits[held], labels[held]
            )
    return _fit_calibration(points if losses[True] < losses[False] else None, logits, labels)


def _fit_calibration(
    points: Floats | None, logits: NDArray[Any] | None, labels: NDArray[np.int64]
) -> Calibration:
    """Weights and bias with the smallest log-loss; a light pull keeps the biases near zero.

    Points alone get no bias: the rules' label is the one with most points, which was certified.
    """
    # The optimiser takes steps of 1e-8 to find the slope; in 32 bits they would change nothing.
    logits = None if logits is None else logits.astype(np.float64)

    def calibration(parameters: Floats) -> Calibration:
        first, second, third, fourth = (parameters[2:] * (logits is not None)).tolist()
        return Calibration(
            student=0.0 if logits is None else float(np.exp(parameters[0])),
            rules=0.0 if points is None else float(np.exp(parameters[1])),
            bias=(first, second, third, fourth),
        )

    def loss(parameters: Floats) -> float:
        pull = 0.01 * float((parameters[2:] ** 2).sum())
        return _log_loss(calibration(parameters), points, logits, labels) / len(labels) + pull

    return calibration(minimize(loss, np.zeros(2 + len(LABELS)), method="L-BFGS-B").x)


def _log_loss(
    calibration: Calibration,
    points: Floats | None,
    logits: NDArray[Any] | None,
    labels: NDArray[np.int64],
) -> float:
    probabilities = calibration.probabilities(points, logits)
    return -float(np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).sum())


def _is_accepted(table: PictureTable, answers: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray(table.accepted[np.arange(len(answers)), answers])


def _rounded(values: Floats) -> Floats:
    """Six digits."""
    return np.array([float(f"{value:.6g}") for value in values])
