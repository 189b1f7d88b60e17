"""Decide: does the rules' verdict stand, or is the student asked?

The router scores P(the rules are right) by a logistic model of the verdict's margins, the agreement of
its cues and the quality of the input. From a threshold on, which carries a statistical certificate, the
rules answer alone. Everything here is read from the bundle and evaluated in numpy.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import BundleInvalidError
from hybrid_logo.features import NAMES
from hybrid_logo.rules import Verdict
from hybrid_logo.types import LABELS

__all__ = ["INPUTS", "Calibration", "Certified", "Router", "router_inputs", "softmax"]

SCHEMA = 1
INPUTS = (
    "margin",
    "probability",
    "agreement",
    "strongest_objection",
    "objecting_share",
    "ink_long_side_log2",
    "range_to_12_share",
    "interior_share",
    *(f"label_{label}" for label in LABELS),
)
"""What the score is computed from; see :func:`router_inputs`."""

_QUALITY = tuple(NAMES.index(name) for name in ("ink_long_side_log2", "range_to_12_share", "interior_share"))


def router_inputs(verdict: Verdict, values: NDArray[np.float32]) -> list[float]:
    """What the score is computed from, one number for each of ``INPUTS``.

    Margin and probability of the verdict; agreement of its rows (share of all points that speak for the
    label), the strongest row against it in points, the share of rows against it; native size, calm and
    thickness of the ink; and which label it is.
    """
    # Plain numbers: on so few of them numpy costs more than it saves.
    support: list[float] = verdict.support().tolist()
    speaking = sum(points for points in support if points > 0)
    total = speaking - sum(points for points in support if points < 0)
    label = LABELS.index(verdict.label)
    return [
        verdict.margin,
        float(verdict.probabilities[label]),
        speaking / total if total else 0.0,
        max(0.0, -min(support)),
        sum(points < 0 for points in support) / len(support),
        *(float(values[position]) for position in _QUALITY),
        *(float(label == other) for other in range(len(LABELS))),
    ]


@dataclass(frozen=True, slots=True)
class Certified:
    """A promise with its proof: among accepted pictures at most ``risk_upper`` are wrong.

    Attributes:
        threshold: score or confidence from which a picture is accepted.
        n: accepted pictures of the calibration split.
        k: wrong ones among them (neither the label nor another accepted type).
        risk_upper: upper bound of the share of wrong ones, at ``confidence``.
        target_risk: what was asked for.
        confidence: of the bound.
        coverage: accepted share of the calibration split.
        data_sha256: of the scores and outcomes that it was computed from.
    """

    threshold: float
    n: int
    k: int
    risk_upper: float
    target_risk: float
    confidence: float
    coverage: float
    data_sha256: str

    def __post_init__(self) -> None:
        if not math.isfinite(self.threshold):
            raise ValueError(f"a threshold must be finite, not {self.threshold}")
        if not 0 <= self.k <= self.n:
            raise ValueError(f"k must lie in 0-{self.n}, not {self.k}")
        # The bound is found by bisection, which rounds up by less than this.
        if not 0 <= self.risk_upper <= self.target_risk + 1e-9 < 1:
            raise ValueError(f"a risk of up to {self.risk_upper} does not keep {self.target_risk}")


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


@dataclass(frozen=True, slots=True)
class Router:
    """The router of a bundle.

    Attributes:
        mean, scale, weights, intercept: the logistic model on ``INPUTS``.
        promise: threshold of the score and its certificate; None where nothing could be certified:
            then every picture goes to the student.
        certain: confidence from which an answer of the hybrid counts as certain, certified likewise.
        rules_alone: probabilities in the mode "rules".
        rules_accepted: probabilities of pictures that the rules decide.
        student_alone: probabilities in the mode "neural".
        asked: probabilities of pictures for which the student is asked, in the mode "hybrid".
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    promise: Certified | None
    certain: Certified | None
    rules_alone: Calibration
    rules_accepted: Calibration
    student_alone: Calibration
    asked: Calibration

    def __post_init__(self) -> None:
        if not len(self.mean) == len(self.scale) == len(self.weights) == len(INPUTS):
            raise ValueError(f"the router needs {len(INPUTS)} inputs")
        if not np.isfinite([*self.mean, *self.scale, *self.weights, self.intercept]).all():
            raise ValueError("mean, scale, weights and intercept must be finite")
        if min(self.scale) <= 0:
            raise ValueError("the scale of an input must be above 0")

    def score(self, verdict: Verdict, values: NDArray[np.float32]) -> float:
        """P(the rules are right), 0-1."""
        inputs = zip(router_inputs(verdict, values), self.mean, self.scale, self.weights, strict=True)
        total = self.intercept + sum(weight * (value - mean) / scale for value, mean, scale, weight in inputs)
        return 1.0 / (1.0 + math.exp(-total)) if total > -700 else 0.0

    def accepts(self, verdict: Verdict, score: float) -> bool:
        """Whether the rules answer alone."""
        return self.promise is not None and not verdict.outside and score >= self.promise.threshold

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {"schema": SCHEMA, "inputs": list(INPUTS), **asdict(self)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Router:
        """Read what :meth:`to_dict` made.

        Raises:
            BundleInvalidError: it is of another schema or malformed.
        """
        try:
            if data["schema"] != SCHEMA or tuple(data["inputs"]) != INPUTS:
                raise BundleInvalidError(
                    f"router.json has schema {data['schema']} or other inputs than this version computes. "
                    "Install the version of hybrid-logo that the bundle was made for."
                )
            _refuse_unknown(data, {"schema", "inputs", *(field.name for field in fields(cls))})
            return cls(
                mean=tuple(map(float, data["mean"])),
                scale=tuple(map(float, data["scale"])),
                weights=tuple(map(float, data["weights"])),
                intercept=float(data["intercept"]),
                promise=None if data["promise"] is None else Certified(**data["promise"]),
                certain=None if data["certain"] is None else Certified(**data["certain"]),
                **{name: _calibration(data[name]) for name in _CALIBRATIONS},
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise BundleInvalidError(
                f"router.json is malformed ({error}). Install the bundle again."
            ) from error


_CALIBRATIONS = ("rules_alone", "rules_accepted", "student_alone", "asked")


def _calibration(data: dict[str, Any]) -> Calibration:
    _refuse_unknown(data, {field.name for field in fields(Calibration)})
    first, second, third, fourth = map(float, data["bias"])
    return Calibration(float(data["student"]), float(data["rules"]), (first, second, third, fourth))


def _refuse_unknown(data: dict[str, Any], known: set[str]) -> None:
    unknown = set(data) - known
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")
