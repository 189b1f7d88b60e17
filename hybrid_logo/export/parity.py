"""The gate: does an artefact answer as the release does, and what does it cost?"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import ParityError
from hybrid_logo.types import LABELS

__all__ = ["LARGEST_GAP", "LEAST_SAME", "LEAST_SAME_DECISIONS", "Answers", "Parity", "compared", "median_ms"]

LEAST_SAME = {"fp32": 0.995, "fp16": 0.995, "int8": 0.99, "int8-symmetric": 0.99}
"""Precision -> share of pictures that an artefact must label as its release does. Engines round INT8
in other places, which moves pictures between two types; a release may lose as much against FP32."""
LEAST_SAME_DECISIONS = 0.995
"""The same for a hybrid graph in any precision: label and who decided."""
LARGEST_GAP = {"fp32": 0.001, "fp16": 0.05, "int8": 0.15, "int8-symmetric": 0.15}
"""Precision -> largest difference of a probability that a student may show. A hybrid graph has no such limit:
at the threshold of the router another one may answer, with other probabilities."""
TIMED = 60
ROUNDS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What something said of the pictures of the gate.

    Attributes:
        probabilities: ``float64[n, 4]``.
        decided_by: who decided each, where that is told.
        raw: ``float32[n, 4]``, what came out before any softmax; to tell whether two are the very same.
    """

    probabilities: NDArray[np.float64]
    decided_by: Sequence[str] = ()
    raw: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Parity:
    """An artefact compared with its release on the same pictures.

    Attributes:
        pictures: how many were compared.
        pictures_from: which they were, in words.
        reference: what it was compared with.
        same: share of them with the same label and, in a hybrid, decided by the same, 0-1.
        largest_gap: largest difference of a probability, 0-1.
        identical: every number that came out is the same, bit for bit.
        differing: names of the pictures answered otherwise, with both answers.
        same_as_fp32: share of pictures that the FP32 student labels alike, 0-1; None for a hybrid.
        size_bytes: of all files of the artefact.
        fp32_bytes: of the FP32 student in ONNX.
        median_ms: for one picture on one core, from the student's view, or from a file's bytes in a hybrid.
        reference_ms: the same of the FP32 student in ONNX Runtime, or of the Python hybrid.
        computed_in: precision that the runtime computed in where this was measured.
        processor: where it was measured.
    """

    pictures: int
    pictures_from: str
    reference: str
    same: float
    largest_gap: float
    identical: bool
    differing: tuple[tuple[str, str, str], ...]
    same_as_fp32: float | None
    size_bytes: int
    fp32_bytes: int
    median_ms: float
    reference_ms: float
    computed_in: str
    processor: str

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready figures."""
        rounded = {
            name: round(value, 6) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }
        return rounded | {"differing": [list(each) for each in self.differing]}

    def figures(self) -> dict[str, Any]:
        """Those for the record inside: the number of differing pictures, and no size, which they change."""
        figures = self.to_dict() | {"differing": len(self.differing)}
        del figures["size_bytes"]
        return figures

    def require(self, target: str, precision: str) -> None:
        """The gate.

        Raises:
            ParityError: the artefact answers too differently.
        """
        whole = self.same_as_fp32 is None
        least = LEAST_SAME_DECISIONS if whole else LEAST_SAME[precision]
        allowed = 1.0 if whole else LARGEST_GAP[precision]
        if self.same >= least and self.largest_gap <= allowed:
            return
        raise ParityError(
            f"{target} in {precision} answers {self.same:.2%} of {self.pictures_from} as {self.reference} "
            f"(at least {least:.1%} is needed), largest gap of a probability {self.largest_gap:.3f} "
            f"(at most {allowed:g}). Nothing was written. Take another target or precision: "
            "hybrid-logo export --list"
        )


def compared(reference: Answers, other: Answers, names: Sequence[str]) -> dict[str, Any]:
    """``same``, ``largest_gap``, ``identical`` and ``differing`` of :class:`Parity`."""
    expected, found = _told(reference), _told(other)
    differing = tuple(
        (name, before, after)
        for name, before, after in zip(names, expected, found, strict=True)
        if before != after
    )
    both = reference.raw is not None and other.raw is not None
    return {
        "same": 1.0 - len(differing) / len(names),
        "largest_gap": float(np.abs(reference.probabilities - other.probabilities).max()),
        "identical": both and np.array_equal(np.asarray(reference.raw), np.asarray(other.raw)),
        "differing": differing,
    }


def _told(answers: Answers) -> list[str]:
    """Label, and who decided where that is known."""
    labels = [LABELS[place].value for place in answers.probabilities.argmax(axis=1)]
    if not answers.decided_by:
        return labels
    return [f"{label} by {by}" for label, by in zip(labels, answers.decided_by, strict=True)]


def median_ms(works: Sequence[Callable[[Any], object]], inputs: Sequence[Any]) -> list[float]:
    """Median time of each work for one input, in milliseconds; the works take turns on each input."""
    inputs = inputs[:TIMED]
    seconds = np.empty((len(works), ROUNDS, len(inputs)))
    for work in works:
        for given in inputs[:3]:
            work(given)
    for turn in range(ROUNDS):
        for place, given in enumerate(inputs):
            for number, work in enumerate(works):
                started = time.perf_counter()
                work(given)
                seconds[number, turn, place] = time.perf_counter() - started
    medians = 1000.0 * np.median(seconds.min(axis=1), axis=1)
    return [float(each) for each in medians]
