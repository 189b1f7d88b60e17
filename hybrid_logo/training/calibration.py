"""Fit calibrations: probabilities from points and logits with the smallest log-loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from hybrid_logo.calibration import Calibration
from hybrid_logo.types import LABELS

__all__ = ["fit_calibration", "fit_fusion"]

Floats = NDArray[np.float64]

BIAS_PULL = 0.01
"""Loss for each squared unit of a bias."""


def fit_calibration(
    points: Floats | None, logits: NDArray[Any] | None, labels: NDArray[np.int64]
) -> Calibration:
    """Weights and bias with the smallest log-loss; a light pull keeps the biases near zero.

    Points alone get no bias: the rules' label is the one with most points, which was certified.

    Args:
        points: ``float64[n, 4]`` of the rules; None where they are not used.
        logits: ``[n, 4]`` of the student; None where it is not asked.
        labels: ``int64[n]``.
    """
    logits = None if logits is None else logits.astype(np.float64)
    truth = np.eye(len(LABELS))[labels]

    def calibration(parameters: Floats) -> Calibration:
        first, second, third, fourth = (parameters[2:] * (logits is not None)).tolist()
        return Calibration(
            student=0.0 if logits is None else float(np.exp(parameters[0])),
            rules=0.0 if points is None else float(np.exp(parameters[1])),
            bias=(first, second, third, fourth),
        )

    def loss(parameters: Floats) -> tuple[float, Floats]:
        """With its slope."""
        fitted, bias = calibration(parameters), parameters[2:]
        probabilities = fitted.probabilities(points, logits)
        excess = (probabilities - truth) / len(labels)
        slope = (
            0.0 if logits is None else fitted.student * (excess * logits).sum(),
            0.0 if points is None else fitted.rules * (excess * points).sum(),
            *(excess.sum(axis=0) * (logits is not None) + 2 * BIAS_PULL * bias),
        )
        pull = BIAS_PULL * float((bias**2).sum())
        return _log_loss(probabilities, labels) / len(labels) + pull, np.array(slope)

    return calibration(minimize(loss, np.zeros(2 + len(LABELS)), jac=True, method="L-BFGS-B").x)


def fit_fusion(
    points: Floats, logits: NDArray[Any], labels: NDArray[np.int64], brands: Sequence[str]
) -> Calibration:
    """Fuse the rules' points with the student's logits where that predicts new brands better.

    Otherwise the student's logits alone are calibrated.
    """
    names = np.unique(np.array(brands), return_inverse=True)[1]
    losses = {True: 0.0, False: 0.0}
    for half in (0, 1) if len(np.unique(names)) > 1 else ():
        held = names % 2 == half
        for fused in losses:
            used = points if fused else None
            fitted = fit_calibration(None if used is None else used[~held], logits[~held], labels[~held])
            given = fitted.probabilities(None if used is None else used[held], logits[held])
            losses[fused] += _log_loss(given, labels[held])
    return fit_calibration(points if losses[True] < losses[False] else None, logits, labels)


def _log_loss(probabilities: Floats, labels: NDArray[np.int64]) -> float:
    return -float(np.log(np.maximum(probabilities[np.arange(len(labels)), labels], 1e-12)).sum())
