"""Teachers that answer together: a weighted mean of their probabilities.

Each member is first made as sure as it should be by a temperature (Guo et al. 2017), then the members are
weighted by expectation maximisation, both for the largest likelihood of labels that none has learned from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from torch import Tensor, nn

from hybrid_logo.errors import SourceError

__all__ = [
    "Ensemble",
    "ensemble_weights",
    "fit_temperatures",
    "member_probabilities",
    "tempered",
]

Floats = NDArray[np.float64]

SMALLEST = 1e-12
"""A probability below it counts as this one, so that its logarithm is finite."""
MOST_ROUNDS = 2000
SETTLED = 1e-9


def tempered(probabilities: Floats, temperatures: Floats) -> Floats:
    """Probabilities raised to ``1 / temperature`` and normalised; above 1 they become less sure.

    Args:
        probabilities: ``float64[m, n, 4]``.
        temperatures: ``float64[m]``.
    """
    logits = np.log(np.maximum(probabilities, SMALLEST)) / temperatures[:, None, None]
    powers = np.exp(logits - logits.max(axis=2, keepdims=True))
    return np.asarray(powers / powers.sum(axis=2, keepdims=True))


def fit_temperatures(probabilities: Floats, labels: NDArray[np.int64]) -> Floats:
    """``float64[m]``: each member's temperature with the largest likelihood, between 1/8 and 8.

    Args:
        probabilities: ``float64[m, n, 4]`` of pictures that no member has learned from.
        labels: ``int64[n]``.

    Raises:
        SourceError: there are no labels.
    """
    _refuse_nothing(labels)

    def loss(log2_temperature: float, member: Floats) -> float:
        answers = tempered(member[None], np.array([2.0**log2_temperature]))[0]
        return -float(np.log(_of_labels(answers[None], labels)).mean())

    found = [minimize_scalar(loss, bounds=(-3, 3), args=(member,), method="bounded").x
             for member in probabilities]  # fmt: skip
    return np.exp2(np.array(found, np.float64))


def ensemble_weights(probabilities: Floats, labels: NDArray[np.int64]) -> Floats:
    """``float64[m]``, at least 0, sum 1: weights of the mean with the largest likelihood.

    Expectation maximisation: in each round a member's weight becomes the mean share that it has in the
    probability of the right types. The likelihood is concave in the weights, so there is one best answer.

    Args:
        probabilities: ``float64[m, n, 4]``, ``tempered``, of pictures that no member has learned from.
        labels: ``int64[n]``.

    Raises:
        SourceError: there are no labels.
    """
    _refuse_nothing(labels)
    right = _of_labels(probabilities, labels)
    weights = np.full(len(right), 1.0 / len(right))
    for _ in range(MOST_ROUNDS):
        shares = weights[:, None] * right
        following = (shares / shares.sum(axis=0)).mean(axis=1)
        change = float(np.abs(following - weights).max())
        weights = following
        if change < SETTLED:
            break
    return weights


@dataclass(frozen=True, slots=True, eq=False)
class Ensemble:
    """Networks that are asked together.

    Attributes:
        members: from ``uint8[N, side, side, 3]`` to ``float32[N, 4]`` logits.
        weights: ``float64[m]``.
        temperatures: ``float64[m]``.
        precision: ``bf16`` (automatic mixed precision) or ``fp32``.
    """

    members: Sequence[nn.Module]
    weights: Floats
    temperatures: Floats
    precision: str = "bf16"

    def __call__(self, views: Tensor) -> Tensor:
        """``float32[N, 4]`` probabilities; the members move to where the views are."""
        together = torch.zeros((len(views), 4), device=views.device)
        for member, weight, temperature in zip(self.members, self.weights, self.temperatures, strict=True):
            if weight > 0:
                logits = _logits(member, views, self.precision)
                together += float(weight) * (logits / float(temperature)).softmax(dim=1)
        return together


def member_probabilities(
    member: nn.Module,
    views: NDArray[np.uint8],
    device: str = "cpu",
    batch_size: int = 256,
    precision: str = "bf16",
) -> Floats:
    """``float64[n, 4]`` of one network at temperature 1, to fit an ensemble with."""
    parts = [
        _logits(member, torch.from_numpy(views[start : start + batch_size]).to(device), precision)
        .double()
        .softmax(dim=1)
        .cpu()
        .numpy()
        for start in range(0, len(views), batch_size)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, 4))


def _logits(member: nn.Module, views: Tensor, precision: str) -> Tensor:
    if next(member.parameters()).device != views.device:
        member.to(views.device)
    member.eval()
    with torch.no_grad(), torch.autocast(views.device.type, torch.bfloat16, enabled=precision == "bf16"):
        logits: Tensor = member(views)
    return logits.float()


def _of_labels(probabilities: Floats, labels: NDArray[np.int64]) -> Floats:
    """``float64[m, n]``: what each member gives to the right type."""
    return np.maximum(probabilities[:, np.arange(len(labels)), labels], SMALLEST)


def _refuse_nothing(labels: NDArray[np.int64]) -> None:
    if len(labels) == 0:
        raise SourceError("An ensemble is fitted on labelled pictures, and there are none. Give some.")
