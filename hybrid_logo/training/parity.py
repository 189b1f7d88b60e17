"""How far a quantised student is from the FP32 one, and how far it may be in a release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.calibration import softmax
from hybrid_logo.errors import SourceError
from hybrid_logo.types import Precision

__all__ = [
    "LARGEST_LOSS",
    "LEAST_SAME_LABEL",
    "QUANTISED",
    "Parity",
    "loses_by_rounding",
    "parity",
    "require_parity",
]

LEAST_SAME_LABEL = 0.99
"""Share of pictures that a released INT8 student must label as FP32 does."""
LARGEST_LOSS = 0.003
"""Share of right answers that it may lose against FP32."""
TOLERATED_LOSS = 0.002
"""Share of right answers that it may lose before the student learns the rounding."""
QUANTISED = (Precision.INT8, Precision.INT8_SYMMETRIC)


@dataclass(frozen=True, slots=True)
class Parity:
    """A student compared with another one, the reference, on the same pictures.

    Attributes:
        pictures: number of pictures compared.
        same_label: share of them with the same label, 0-1.
        largest_gap: largest difference of a probability, 0-1.
        mean_gap: mean over the pictures of the largest difference of a probability.
        correct: pictures that the student labels rightly (strict).
        reference_correct: pictures that the reference labels rightly (strict).
    """

    pictures: int
    same_label: float
    largest_gap: float
    mean_gap: float
    correct: int
    reference_correct: int

    @property
    def loss(self) -> float:
        """Share of right answers that the student has less than the reference; negative where it has more."""
        return (self.reference_correct - self.correct) / self.pictures


def parity(
    reference: NDArray[np.float32], other: NDArray[np.float32], labels: NDArray[np.integer[Any]]
) -> Parity:
    """Compare logits ``float32[n, 4]`` with each other, and with the true ``labels``, ``int[n]``."""
    gaps = np.abs(softmax(reference) - softmax(other)).max(axis=1)
    expected, found = reference.argmax(axis=1), other.argmax(axis=1)
    return Parity(
        pictures=len(reference),
        same_label=float((found == expected).mean()),
        largest_gap=float(gaps.max()),
        mean_gap=float(gaps.mean()),
        correct=int((found == labels).sum()),
        reference_correct=int((expected == labels).sum()),
    )


def require_parity(quantisation: Mapping[str, Any]) -> None:
    """Refuse students that lost too much when they were quantised.

    Args:
        quantisation: what :func:`~hybrid_logo.training.quantise.export_all` returned.

    Raises:
        SourceError: a quantised student is too far from FP32, or none was compared.
    """
    found = _compared(quantisation)
    failed = [
        f"{precision}: {row.same_label:.2%} same label, {100 * row.loss:+.2f} points of accuracy lost"
        for precision, row in found.items()
        if row.same_label < LEAST_SAME_LABEL or row.loss > LARGEST_LOSS
    ]
    if failed:
        raise SourceError(
            f"Quantisation changed too much on {found[Precision.INT8].pictures:,} pictures of calibrate "
            f"({'; '.join(failed)}). A release needs {LEAST_SAME_LABEL:.0%} and at most "
            f"{100 * LARGEST_LOSS:.1f} points. Train the student longer, or a larger one."
        )


def loses_by_rounding(quantisation: Mapping[str, Any]) -> bool:
    """Whether one of the INT8 students is so far from FP32 that the student must learn the rounding.

    Args:
        quantisation: as for :func:`require_parity`.

    Raises:
        SourceError: none was compared.
    """
    return any(
        row.loss > TOLERATED_LOSS or row.same_label < LEAST_SAME_LABEL
        for row in _compared(quantisation).values()
    )


def _compared(quantisation: Mapping[str, Any]) -> dict[Precision, Parity]:
    try:
        compared = quantisation["parity_on_calibrate"]
        return {precision: Parity(**compared[precision]) for precision in QUANTISED}
    except (KeyError, TypeError) as error:
        raise SourceError(
            "The record of the quantisation does not compare every INT8 student with FP32 "
            f"({error}). Run: hybrid-logo train student"
        ) from error
