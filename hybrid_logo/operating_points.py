"""How the router answers at one target risk: threshold, calibration, and what is promised there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hybrid_logo.calibration import Calibration
from hybrid_logo.promises import Certificate, PredictionSets

__all__ = ["OperatingPoint"]


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """One way to answer. Whoever takes another threshold decides other pictures, so all of it changes.

    Attributes:
        promise: threshold of the score from which the rules answer alone, with its certificate; None where
            every picture goes to the student.
        certain: confidence from which an answer of the hybrid counts as certain, certified likewise.
        groups: certificates for groups of pictures at the same threshold, and the joint and label-free ones.
        sets: prediction sets of the hybrid, smallest coverage first.
        rules_accepted: probabilities of pictures that the rules decide.
        asked: probabilities of pictures for which the student is asked.
    """

    promise: Certificate | None
    certain: Certificate | None
    groups: tuple[Certificate, ...]
    sets: tuple[PredictionSets, ...]
    rules_accepted: Calibration
    asked: Calibration

    def set_at(self, coverage: float) -> PredictionSets:
        """The prediction sets of a coverage.

        Raises:
            ValueError: there are none; the message names those that there are.
        """
        for sets in self.sets:
            if math.isclose(sets.coverage, coverage):
                return sets
        known = ", ".join(f"{sets.coverage:g}" for sets in self.sets)
        raise ValueError(
            f"there are no prediction sets of coverage {coverage:g} in this model release"
            + (f", only of {known}" if known else "")
            + ". Fit them on labelled pictures with: hybrid-logo calibrate DIR"
        )

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> OperatingPoint:
        """Read what ``asdict`` made.

        Raises:
            ValueError, TypeError, KeyError: it is malformed.
        """
        unknown = set(data) - set(cls.__slots__)
        if unknown:
            raise ValueError(f"unknown keys {sorted(unknown)}")
        return cls(
            promise=None if data["promise"] is None else Certificate.from_dict(data["promise"]),
            certain=None if data["certain"] is None else Certificate.from_dict(data["certain"]),
            groups=tuple(Certificate.from_dict(each) for each in data["groups"]),
            sets=tuple(PredictionSets(**each) for each in data["sets"]),
            rules_accepted=Calibration.from_dict(data["rules_accepted"]),
            asked=Calibration.from_dict(data["asked"]),
        )
