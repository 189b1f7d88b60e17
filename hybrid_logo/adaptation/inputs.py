"""What user-defined types are told apart by: the measurements and the four probabilities of an answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.features import NAMES
from hybrid_logo.rules import Scorecard
from hybrid_logo.types import LABELS, Prediction

__all__ = ["INPUTS", "inputs_of", "middle_and_scale"]

INPUTS = (*NAMES, *(f"log_probability_{label}" for label in LABELS))
"""Names of the inputs: each measurement, then the four types of the release."""
FARTHEST = 4.0
"""Standardised measurements are cut off here; the range seen in training reaches from -2 to 2."""
LEAST_PROBABILITY = 1e-3
"""Below it, the difference between two probabilities tells nothing."""

Floats = NDArray[np.float64]


def middle_and_scale(scorecard: Scorecard) -> tuple[Floats, Floats]:
    """Two ``float64[len(NAMES)]`` to standardise by: the middle and a quarter of each range seen in training.

    A few pictures cannot tell how far a measurement strays; the thousands that the scorecard has seen can.
    """
    seen = np.array([table.seen for table in scorecard.ranges], np.float64)
    quarter = (seen[:, 1] - seen[:, 0]) / 4.0
    return seen.mean(axis=1), np.where(quarter > 0.0, quarter, 1.0)


def inputs_of(predictions: Sequence[Prediction], middle: Floats, scale: Floats) -> Floats:
    """``float64[n, len(INPUTS)]``: standardised measurements, and log-probabilities less their mean (nats).

    Args:
        predictions: of the mode "hybrid", whose answers hold both.
        middle: ``float64[len(NAMES)]``, see ``middle_and_scale``.
        scale: the same.

    Raises:
        ValueError: a prediction holds no measurements.
    """
    if any(len(each.measurements) != len(NAMES) for each in predictions):
        raise ValueError('user-defined types need answers of the mode "hybrid", with their measurements')
    measured = np.array([each.measurements for each in predictions], np.float64).reshape(-1, len(NAMES))
    scores = np.array([each.scores for each in predictions], np.float64).reshape(-1, len(LABELS))
    logarithms = np.log(np.maximum(scores, LEAST_PROBABILITY))
    standardised = np.clip((measured - middle) / scale, -FARTHEST, FARTHEST)
    return np.hstack([standardised, logarithms - logarithms.mean(axis=1, keepdims=True)])
