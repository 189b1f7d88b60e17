"""Learn a linear model from a few pictures of each type, and judge it by leaving each picture out.

Two models stand for choice, both strongly regularised, since there are more inputs than pictures: the
nearest class mean under a covariance that is shrunk towards a fixed one (Friedman, "Regularized discriminant
analysis", 1989; Ledoit and Wolf, "A well-conditioned estimator for large-dimensional covariance matrices",
2004), and ridge regression on the types. Types count alike, however many pictures each has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.calibration import softmax

__all__ = ["FEWEST_PER_TYPE", "FEWEST_TOGETHER", "METHODS", "Learned", "learn"]

PRIOR_PICTURES = 100.0
"""The fixed covariance counts as much as so many pictures."""
PRIOR_VARIANCE = 0.5
"""Of an input within a type, where pictures tell nothing else."""
RIDGE = 20.0
MOST_FITS = 300
"""Up to so many pictures each is left out alone; of more, some share their turn."""
FEWEST_PER_TYPE, FEWEST_TOGETHER = 5, 20
"""Pictures from which the confidence is calibrated."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Model = tuple[Floats, Floats]
"""Weights ``float64[types, inputs]`` and intercepts ``float64[types]``."""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """What was learned, and how it did on each picture while that was left out.

    Attributes:
        method: key of ``METHODS``.
        weights, intercepts: see ``Model``.
        temperature: scores are divided by it before they become probabilities.
        calibrated: the temperature was fitted, not assumed.
        left_out: ``float64[pictures, types]``, probabilities of each picture by a model that was learned
            without it; NaN for the only picture of a type.
    """

    method: str
    weights: Floats
    intercepts: Floats
    temperature: float
    calibrated: bool
    left_out: Floats

    def probabilities(self, inputs: Floats) -> Floats:
        """``float64[n, types]`` for ``float64[n, inputs]``."""
        return softmax((inputs @ self.weights.T + self.intercepts) / self.temperature)


def learn(inputs: Floats, types: Integers) -> Learned:
    """Fit the model that fails least on pictures left out; with one picture of each type, the nearest mean.

    Args:
        inputs: ``float64[n, inputs]``.
        types: ``int64[n]``, 0, 1, ...; each occurs.

    Raises:
        ValueError: there is one type only, or one without a picture.
    """
    pictures = np.bincount(types)
    if len(pictures) < 2 or not pictures.all():
        raise ValueError("at least two types are needed, and a picture of each")
    testable = pictures[types] > 1
    scores = {name: _left_out(inputs, types, method.fit) for name, method in METHODS.items()}
    right = {name: int((found.argmax(axis=1) == types)[testable].sum()) for name, found in scores.items()}
    chosen = max(right, key=lambda name: right[name])
    calibrated = bool(pictures.min() >= FEWEST_PER_TYPE and len(types) >= FEWEST_TOGETHER)
    temperature = METHODS[chosen].temperature
    if calibrated:
        temperature = fitted_temperature(scores[chosen], types)
    left_out = np.where(testable[:, None], softmax(scores[chosen] / temperature), np.nan)
    weights, intercepts = METHODS[chosen].fit(inputs, types)
    return Learned(chosen, weights, intercepts, temperature, calibrated, left_out)


def nearest_mean(inputs: Floats, types: Integers) -> Model:
    """Linear discriminants: scores fall with the distance to a mean, under the shrunk covariance of all."""
    means = _means(inputs, types)
    strayed = inputs - means[types]
    prior = PRIOR_PICTURES * PRIOR_VARIANCE * np.eye(inputs.shape[1])
    covariance = (strayed.T @ strayed + prior) / (len(types) - len(means) + PRIOR_PICTURES)
    weights = np.linalg.solve(covariance, means.T).T
    return np.asarray(weights), np.asarray(-0.5 * (weights * means).sum(axis=1))


def ridge(inputs: Floats, types: Integers) -> Model:
    """Least squares on one target per type, 1 for its own pictures and 0 for others, with small weights."""
    means = _means(inputs, types)
    count = len(means)
    middle = means.mean(axis=0)
    weight = np.sqrt(len(types) / count / np.bincount(types))[types, None]
    centered = weight * (inputs - middle)
    targets = weight * (np.eye(count)[types] - 1.0 / count)
    weights = np.linalg.solve(centered.T @ centered + RIDGE * np.eye(inputs.shape[1]), centered.T @ targets).T
    return weights, 1.0 / count - weights @ middle


@dataclass(frozen=True, slots=True)
class Method:
    """How a model is fitted, and the temperature of its scores that is assumed where none can be fitted."""

    fit: Callable[[Floats, Integers], Model]
    temperature: float


METHODS = {"nearest mean": Method(nearest_mean, 12.0), "ridge regression": Method(ridge, 0.3)}
"""In the order of preference where they fail on as many pictures."""


def fitted_temperature(scores: Floats, types: Integers) -> float:
    """The temperature under which the right types are likeliest.

    Targets are smoothed as if each type had one more picture of every type (Platt, "Probabilistic outputs for
    support vector machines", 1999), so that few pictures without an error make nothing certain.
    """
    count = scores.shape[1]
    held = np.bincount(types)[types]
    target = np.repeat((1.0 / (held + count))[:, None], count, axis=1)
    target[np.arange(len(types)), types] = (held + 1.0) / (held + count)
    spread = max(float(np.std(scores - scores.mean(axis=1, keepdims=True))), 1e-6)
    tried = spread * np.geomspace(0.02, 50.0, 120)
    loss = [-(target * np.log(np.maximum(softmax(scores / each), 1e-12))).sum() for each in tried.tolist()]
    return float(tried[int(np.argmin(loss))])


def _means(inputs: Floats, types: Integers) -> Floats:
    return np.stack([inputs[types == number].mean(axis=0) for number in range(int(types.max()) + 1)])


def _left_out(inputs: Floats, types: Integers, fit: Callable[[Floats, Integers], Model]) -> Floats:
    """``float64[n, types]``: scores by a model without the picture; 0 for the only one of a type."""
    count = len(types)
    # Pictures of one type follow each other in turns, so that no turn takes all of a type.
    order = np.argsort(types, kind="stable")
    turn = np.empty(count, np.int64)
    turn[order] = np.arange(count) % min(count, MOST_FITS)
    alone = np.bincount(types)[types] == 1
    scores = np.zeros((count, int(types.max()) + 1))
    for number in range(int(turn.max()) + 1):
        out = (turn == number) & ~alone
        if out.any():
            weights, intercepts = fit(inputs[~out], types[~out])
            scores[out] = inputs[out] @ weights.T + intercepts
    return scores
