"""Decide: does the rules' verdict stand, or is the student asked?

The router scores P(the rules are right) by a logistic model of the verdict's margins, the agreement of
its cues and the quality of the input. From a threshold on, which carries a statistical certificate, the
rules answer alone. Everything here is read from the bundle and evaluated in numpy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.calibration import Calibration
from hybrid_logo.errors import BundleInvalidError
from hybrid_logo.features import NAMES
from hybrid_logo.operating_points import OperatingPoint
from hybrid_logo.promises import Certificate
from hybrid_logo.rules import Verdict
from hybrid_logo.types import LABELS

__all__ = ["INPUTS", "Router", "router_inputs"]

SCHEMA = 2
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
class Router:
    """The router of a bundle.

    Attributes:
        mean, scale, weights, intercept: the logistic model on ``INPUTS``.
        rules_alone: probabilities in the mode "rules".
        student_alone: probabilities in the mode "neural".
        point: the operating point in use; in a release the most accurate one for its target risk.
        points: those that can be asked for by their target risk, strictest first; each leaves as much to the
            rules as its risk allows.
        unpromised: how to answer without any promise.
        files: name -> SHA-256 of the files of the release that all this was fitted to.
        changed: names of those that are not what they were, that are missing, or that came anew; with any,
            nothing is promised: no risk, no certainty, no prediction sets.
    """

    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    rules_alone: Calibration
    student_alone: Calibration
    point: OperatingPoint
    points: tuple[OperatingPoint, ...]
    unpromised: OperatingPoint
    files: Mapping[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not len(self.mean) == len(self.scale) == len(self.weights) == len(INPUTS):
            raise ValueError(f"the router needs {len(INPUTS)} inputs")
        if not np.isfinite([*self.mean, *self.scale, *self.weights, self.intercept]).all():
            raise ValueError("mean, scale, weights and intercept must be finite")
        if min(self.scale) <= 0:
            raise ValueError("the scale of an input must be above 0")

    @property
    def promise(self) -> Certificate | None:
        """The certificate of the rules' answers; None where every picture goes to the student."""
        return self.point.promise

    @property
    def certain(self) -> Certificate | None:
        """The certificate of answers that count as certain."""
        return self.point.certain

    def score(self, verdict: Verdict, values: NDArray[np.float32]) -> float:
        """P(the rules are right), 0-1."""
        inputs = zip(router_inputs(verdict, values), self.mean, self.scale, self.weights, strict=True)
        total = self.intercept + sum(weight * (value - mean) / scale for value, mean, scale, weight in inputs)
        return 1.0 / (1.0 + math.exp(-total)) if total > -700 else 0.0

    def accepts(self, verdict: Verdict, score: float) -> bool:
        """Whether the rules answer alone."""
        promise = self.point.promise
        return promise is not None and not verdict.outside and score >= promise.threshold

    def at_risk(self, target_risk: float | None) -> Router:
        """The same at the operating point of another target risk; None changes nothing.

        Raises:
            ValueError: that risk is not certified; the message names those that are.
        """
        if target_risk is None:
            return self
        certified = {each.promise.target_risk: each for each in self.points if each.promise is not None}
        for risk, point in certified.items():
            if math.isclose(risk, target_risk):
                return replace(self, point=point)
        known = f"only {', '.join(f'{risk:g}' for risk in certified)}" if certified else "nothing is"
        if self.changed:
            known = f"nothing is since {', '.join(self.changed)} changed"
        raise ValueError(
            f"a risk of {target_risk:g} is not certified in this model release, {known}. "
            "Certify it on more labelled pictures with: hybrid-logo calibrate DIR"
        )

    def checked(self, present: Mapping[str, str]) -> Router:
        """The same where every file is what it was, else without any promise.

        Args:
            present: name -> SHA-256 of the rules and students of the model release.
        """
        names = sorted(self.files.keys() | present.keys())
        changed = tuple(name for name in names if self.files.get(name) != present.get(name))
        if not changed:
            return self
        bare = replace(self.unpromised, certain=None, groups=(), sets=())
        return replace(self, point=bare, points=(), unpromised=bare, changed=changed)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        stored = {name: getattr(self, name) for name in ("mean", "scale", "weights", "intercept")}
        return {
            "schema": SCHEMA,
            "inputs": list(INPUTS),
            **stored,
            "rules_alone": asdict(self.rules_alone),
            "student_alone": asdict(self.student_alone),
            "point": asdict(self.point),
            "points": [asdict(point) for point in self.points],
            "unpromised": asdict(self.unpromised),
            "files": dict(self.files),
        }

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
            unknown = set(data) - {"schema", "inputs", *(each.name for each in fields(cls))}
            if unknown:
                raise ValueError(f"unknown keys {sorted(unknown)}")
            return cls(
                mean=tuple(map(float, data["mean"])),
                scale=tuple(map(float, data["scale"])),
                weights=tuple(map(float, data["weights"])),
                intercept=float(data["intercept"]),
                rules_alone=Calibration.from_dict(data["rules_alone"]),
                student_alone=Calibration.from_dict(data["student_alone"]),
                point=OperatingPoint.from_dict(data["point"]),
                points=tuple(OperatingPoint.from_dict(each) for each in data["points"]),
                unpromised=OperatingPoint.from_dict(data["unpromised"]),
                files={str(name): str(sha256) for name, sha256 in data["files"].items()},
            )
        except (AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
            raise BundleInvalidError(
                f"router.json is malformed ({error}). Install the bundle again."
            ) from error
