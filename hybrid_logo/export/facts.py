"""What is read back from an artefact, to be compared with what was asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.export.record import Record

__all__ = ["FP16", "Facts", "Kind", "Network"]

FP16 = "fp16"
"""A precision that no release holds; it is made from FP32."""


_COMPUTED_AS = {FP16: "fp32", "int8-symmetric": "int8"}
"""Precision -> what some processors compute it in."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What an artefact is, as read from itself and from the runtime that runs it.

    Attributes:
        stored_in: precision of its numbers.
        computed_in: precision that its runtime computes in on this machine.
        form: format and version, such as "ONNX 18".
        provider: what computes.
    """

    stored_in: str
    computed_in: str
    form: str
    provider: str = "CPU"

    def contradictions(self, precision: str, opset: int) -> list[str]:
        """Where it is not what was asked, in words.

        FP16 may be computed in FP32: a processor without FP16 arithmetic rounds less, never more. Symmetric
        INT8 may be computed as the other INT8: on x86, ONNX Runtime shifts activations to be unsigned.
        """
        found = []
        if self.stored_in != precision:
            found.append(f"its numbers are {self.stored_in}, not {precision}")
        if self.computed_in not in (precision, _COMPUTED_AS.get(precision)):
            found.append(f"its runtime computes in {self.computed_in}, not {precision}")
        if self.form.startswith("ONNX") and self.form != f"ONNX {opset}":
            found.append(f"its form is {self.form}, not ONNX {opset}")
        return found


class Network(Protocol):
    """A loaded student, as ``hybrid_logo.student.Student``."""

    side: int

    def logits(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """``uint8[N, side, side, 3]`` RGB -> ``float32[N, 4]`` in the order of ``LABELS``."""


class Kind(Protocol):
    """A module of this package that knows one form of artefacts."""

    def write(self, bundle: Bundle, record: Record, path: Path) -> None:
        """Write an artefact with its record inside."""

    def load(self, path: Path, record: Record, threads: int) -> Any:
        """What answers: a ``Network``, or a session of the hybrid graph."""

    def read_back(self, path: Path, record: Record) -> Facts:
        """What was written, read from the artefact and its runtime."""
