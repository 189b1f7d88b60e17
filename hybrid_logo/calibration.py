"""Probabilities from the rules' points and the student's logits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Calibration", "softmax"]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Probabilities from scores: softmax(student * logits + rules * points + bias).

    Attributes:
        student: weight of the student's logits; 0 where it is not asked.
        rules: weight of the scorecard's points; 0 where they are not used.
        bias: one summand per type.
    """

    student: float
    rules: float
    bias: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    def __post_init__(self) -> None:
        if not np.isfinite([self.student, self.rules, *self.bias]).all():
            raise ValueError("weights and biases of a calibration must be finite")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """Read what ``asdict`` made.

        Raises:
            ValueError, TypeError, KeyError: it is malformed.
        """
        unknown = set(data) - set(cls.__slots__)
        if unknown:
            raise ValueError(f"unknown keys {sorted(unknown)}")
        first, second, third, fourth = map(float, data["bias"])
        return cls(float(data["student"]), float(data["rules"]), (first, second, third, fourth))

    def probabilities(
        self, points: NDArray[np.float64] | None, logits: NDArray[Any] | None
    ) -> NDArray[np.float64]:
        """``float64[..., 4]`` from points and logits of the same shape; None where a weight is 0."""
        total = np.array(self.bias)
        if points is not None and self.rules:
            total = total + self.rules * points
        if logits is not None and self.student:
            # In double precision: fitting takes differences that single precision rounds away.
            total = total + self.student * logits.astype(np.float64)
        return softmax(total)


def softmax(values: NDArray[Any]) -> NDArray[np.float64]:
    """Softmax over the last axis."""
    weights = np.exp(values - values.max(axis=-1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=-1, keepdims=True))
