"""Fit the router: its score on ``train``, its operating points and calibrations on ``calibrate``.

The score is learned from scorecards that had not seen the logos they judge, so that it knows the rules
as they are on new logos.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from hybrid_logo.errors import SourceError
from hybrid_logo.router import Router, router_inputs
from hybrid_logo.rules import Scorecard, Verdict
from hybrid_logo.training.calibration import fit_calibration
from hybrid_logo.training.certifying import (
    CertificateSettings,
    ladder_of_points,
    operating_point,
    without_promise,
)
from hybrid_logo.training.evidence import Evidence, Unlabelled

__all__ = ["Judged", "RouterScore", "fit_router", "fit_score", "judge_all"]

Floats = NDArray[np.float64]


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


@dataclass(frozen=True, slots=True)
class RouterScore:
    """P(the rules are right) as a logistic model of ``router.INPUTS``.

    Attributes:
        mean, scale, weights, intercept: of the model.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def of(self, judged: Judged) -> Floats:
        """``float64[n]``; 0 where the rules are silent."""
        total = (judged.inputs - self.mean) / self.scale @ np.array(self.weights) + self.intercept
        return np.where(judged.silent, 0.0, 1.0 / (1.0 + np.exp(-total)))


def fit_score(judged: Judged, accepted: NDArray[np.bool_]) -> RouterScore:
    """Learn when the rules are right.

    Args:
        judged: what scorecards that had not seen these logos said of them.
        accepted: ``bool[n, 4]``, types that are accepted.

    Raises:
        SourceError: the rules are right on every picture, or on none.
    """
    # Rounded before they are used: what is certified is what will be released.
    mean, spread = _rounded(judged.inputs.mean(axis=0)), judged.inputs.std(axis=0)
    scale = _rounded(np.where(spread > 1e-6, spread, 1.0))
    right = accepted[np.arange(len(accepted)), judged.answers]
    if right.all() or not right.any():
        raise SourceError(
            f"The rules are right on {right.sum():,} of {len(right):,} pictures, so there is nothing to "
            "learn about when they fail. Label more logos."
        )
    model = LogisticRegression(C=0.1, max_iter=2000).fit((judged.inputs - mean) / scale, right)
    return RouterScore(
        tuple(mean.tolist()),
        tuple(scale.tolist()),
        tuple(_rounded(model.coef_[0]).tolist()),
        float(_rounded(model.intercept_)[0]),
    )


def fit_router(
    score: RouterScore,
    evidence: Evidence,
    settings: CertificateSettings,
    files: Mapping[str, str],
    unlabelled: Unlabelled | None = None,
) -> Router:
    """Everything that ``router.json`` holds.

    Args:
        score: when the rules are right.
        evidence: the ``calibrate`` split as rules, score and student see it.
        settings: what is promised.
        files: name -> SHA-256 of the rules and students that ``evidence`` was made with.
        unlabelled: pictures for the certificate that needs no labels.
    """
    unpromised = without_promise(evidence, settings)
    return Router(
        mean=score.mean,
        scale=score.scale,
        weights=score.weights,
        intercept=score.intercept,
        rules_alone=fit_calibration(evidence.points, None, evidence.labels),
        student_alone=fit_calibration(None, evidence.logits, evidence.labels),
        point=operating_point(evidence, settings, unlabelled) or unpromised,
        points=tuple(ladder_of_points(evidence, settings, unlabelled)),
        unpromised=unpromised,
        files=dict(files),
    )


def _rounded(values: Floats) -> Floats:
    """Six digits."""
    return np.array([float(f"{value:.6g}") for value in values])
