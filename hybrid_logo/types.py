"""What goes out: the logo types, one prediction, one result per file.

All are frozen and slotted; their invariants are checked when they are made.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from hybrid_logo.errors import PictureError

__all__ = ["LABELS", "DecidedBy", "FileResult", "LogoType", "Mode", "Precision", "Prediction", "UserType"]

SCHEMA = 1


class LogoType(StrEnum):
    """How a logo must be converted to SVG (benchmarks/labels/GUIDE.md)."""

    SIMPLE = "simple"
    TEXT = "text"
    GRADIENT = "gradient"
    COMPLEX = "complex"


LABELS: tuple[LogoType, ...] = tuple(LogoType)
"""The types in the order of every probability vector and model output."""


class Mode(StrEnum):
    """Who may answer."""

    HYBRID = "hybrid"
    RULES = "rules"
    NEURAL = "neural"


class Precision(StrEnum):
    """Of the student's numbers; each is a file of its own in a model release.

    ``INT8`` answers right on every x86 (7-bit weights, unsigned activations), ``INT8_SYMMETRIC`` is what
    ARM and TensorRT are fastest with (8-bit weights, all zero points 0), ``FP32`` is what both came from.
    """

    INT8 = "int8"
    INT8_SYMMETRIC = "int8-symmetric"
    FP32 = "fp32"


class DecidedBy(StrEnum):
    """Whose evidence made the answer."""

    RULES = "rules"
    STUDENT = "student"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer for one picture.

    Attributes:
        label: the type with the largest probability.
        confidence: calibrated probability that ``label`` is right, 0-1.
        certain: True where ``confidence`` reaches the limit certified in the bundle and the one that the
            caller set; the former holds for the hybrid, so answers of other modes are never certain.
        scores: probability per type in the order of ``LABELS``; they sum to 1.
        decided_by: whose evidence made the answer.
        reason: one sentence that a person can read.
        evidence: (feature, points) pairs of the scorecard that spoke loudest for or against the rules'
            label, strongest first; empty where the rules were not asked.
        score: the router's P(rules are right), 0-1; None where no router was asked.
        threshold: the score from which rules answer alone; None where no router was asked or nothing
            could be certified.
        model: name of the model release.
        time_ms: wall time spent on this picture, reading and decoding included unless the caller did both,
            in milliseconds; for a batched student call its equal share; None where it was not measured.
        prediction_set: the types among which the label is with probability ``coverage``, most probable first;
            empty where no set was asked for.
        coverage: of the prediction set, 0-1; None where there is none.
        measurements: what was measured, in the order of ``features.NAMES``; empty where the rules were not
            asked. For comparing many pictures with others; no output holds it.
    """

    label: LogoType
    confidence: float
    certain: bool
    scores: tuple[float, float, float, float]
    decided_by: DecidedBy
    reason: str
    evidence: tuple[tuple[str, float], ...] = ()
    score: float | None = None
    threshold: float | None = None
    model: str = ""
    time_ms: float | None = None
    prediction_set: tuple[LogoType, ...] = ()
    coverage: float | None = None
    measurements: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if len(self.scores) != len(LABELS):
            raise ValueError(f"scores: {len(LABELS)} probabilities are needed, not {len(self.scores)}")
        if not all(math.isfinite(p) and 0.0 <= p <= 1.0 for p in self.scores):
            raise ValueError(f"scores: every probability must lie in 0-1, not {self.scores}")
        if abs(sum(self.scores) - 1.0) > 1e-3:
            raise ValueError(f"scores: probabilities must sum to 1, not {sum(self.scores)}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence must lie in 0-1, not {self.confidence}")
        if self.scores[LABELS.index(self.label)] < max(self.scores):
            raise ValueError(f"label {self.label} does not have the largest probability of {self.scores}")

    @property
    def probabilities(self) -> dict[LogoType, float]:
        """Probability per type, 0-1; a new dict at every call."""
        return dict(zip(LABELS, self.scores, strict=True))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready fields, the same in every output of the tool."""
        fields = {
            "label": self.label.value,
            "confidence": round(self.confidence, 4),
            "certain": self.certain,
            "probabilities": {name.value: round(p, 4) for name, p in self.probabilities.items()},
            "decided_by": self.decided_by.value,
            "reason": self.reason,
            "evidence": {name: round(points, 2) for name, points in self.evidence},
            "score": None if self.score is None else round(self.score, 4),
            "threshold": None if self.threshold is None else round(self.threshold, 4),
            "model": self.model,
            "time_ms": None if self.time_ms is None else round(self.time_ms, 3),
        }
        if self.coverage is None:
            return fields
        types = [label.value for label in self.prediction_set]
        return fields | {"prediction_set": types, "coverage": self.coverage}


@dataclass(frozen=True, slots=True)
class UserType:
    """Which of the user's own types a picture is, learned from a few pictures of each.

    Attributes:
        label: name of the type.
        confidence: probability that it is right, 0-1, if the picture is of one of these types at all.
        margin: confidence less that of the type that comes second, 0-1.
        calibrated: the confidence was fitted to pictures; else there were too few, and it says little.
    """

    label: str
    confidence: float
    margin: float
    calibrated: bool

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready fields."""
        return {
            "label": self.label,
            "confidence": round(self.confidence, 4),
            "margin": round(self.margin, 4),
            "calibrated": self.calibrated,
        }


@dataclass(frozen=True, slots=True)
class FileResult:
    """One input's answer or the reason why there is none.

    Attributes:
        path: the input's name as given, "-" for standard input, or "" for a picture in memory.
        prediction: the answer; None where ``error_kind`` is set.
        error_kind: the ``kind`` of the ``PictureError`` that was met.
        error_message: what was wrong and what to do.
        user_type: the user's own type, beside the answer; None where no adapter was asked.
    """

    path: str
    prediction: Prediction | None = None
    error_kind: str | None = None
    error_message: str | None = None
    user_type: UserType | None = None

    def __post_init__(self) -> None:
        if (self.prediction is None) == (self.error_kind is None):
            raise ValueError("a result holds either a prediction or an error")

    @classmethod
    def from_error(cls, path: str, error: PictureError) -> FileResult:
        """The result that stands for ``error``."""
        return cls(path, error_kind=error.kind, error_message=str(error))

    @property
    def status(self) -> Literal["ok", "error"]:
        """Whether there is an answer."""
        return "error" if self.prediction is None else "ok"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready fields: schema, path, status, then the prediction's fields or ``error``."""
        head: dict[str, Any] = {"schema": SCHEMA, "path": self.path, "status": self.status}
        if self.prediction is None:
            return head | {"error": {"kind": self.error_kind, "message": self.error_message}}
        own = {} if self.user_type is None else {"user_type": self.user_type.to_dict()}
        return head | self.prediction.to_dict() | own
