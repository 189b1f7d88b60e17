"""What is promised about answers, with the counts that prove it: certificates and prediction sets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hybrid_logo.types import LABELS, LogoType

__all__ = ["EVERY_PICTURE", "Certificate", "Claim", "PredictionSets"]

EVERY_PICTURE = "all"
"""The group of certificates that make no difference between pictures."""


class Claim(StrEnum):
    """What a certificate bounds.

    ``CONDITIONAL``: the share of wrong answers among accepted pictures. ``JOINT``: the share of pictures
    that are accepted and wrong, among all. ``DISAGREEMENT``: the share of pictures that are accepted and
    on which the student says otherwise, among all; it needs no labels, and the error of the whole is at most
    the student's error plus this.
    """

    CONDITIONAL = "conditional"
    JOINT = "joint"
    DISAGREEMENT = "disagreement"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A bound on errors, and the counts it follows from.

    Attributes:
        claim: what is bounded.
        group: which pictures, such as "clean" or "degraded"; "all" for no difference.
        threshold: score or confidence from which a picture is accepted.
        n: pictures counted: the accepted ones for a conditional claim, else all.
        k: those among them that are wrong (neither label nor another accepted type) or in disagreement.
        risk_upper: upper bound of the rate behind ``k`` of ``n``, 0-1; it describes this threshold alone.
        target_risk: what is promised, 0-1; this holds although the threshold was chosen on the same pictures.
            For a disagreement, whose pictures had no part in that choice, ``risk_upper`` holds as well.
        confidence: of the bound, 0-1.
        coverage: accepted share of the group, 0-1.
        data_sha256: of the scores and outcomes that it was computed from.
    """

    claim: Claim
    group: str
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
        if not 0 <= self.coverage <= 1 or not 0 < self.confidence < 1:
            raise ValueError("coverage and confidence must lie in 0-1")
        # The bound is found by bisection, which rounds up by less than this.
        if not 0 <= self.risk_upper <= self.target_risk + 1e-9 < 1:
            raise ValueError(f"a risk of up to {self.risk_upper} does not keep {self.target_risk}")

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Certificate:
        """Read what ``asdict`` made.

        Raises:
            ValueError, TypeError: it is malformed.
        """
        return cls(**{**data, "claim": Claim(data["claim"])})


@dataclass(frozen=True, slots=True)
class PredictionSets:
    """Sets of types that hold the label of a new picture with a stated probability.

    Split conformal prediction with the score 1 - P(label) (Sadinle, Lei and Wasserman 2019; Angelopoulos
    and Bates 2023, section 1): a type is in the set where its probability is at least ``least``.

    Attributes:
        coverage: stated probability, 0-1.
        least: probability from which a type is in the set, 0-1.
        n: calibration pictures, one per brand.
        data_sha256: of the probabilities of their labels.
    """

    coverage: float
    least: float
    n: int
    data_sha256: str

    def __post_init__(self) -> None:
        if not 0 < self.coverage < 1 or not 0 <= self.least <= 1 or self.n < 1:
            raise ValueError("coverage and least must lie in 0-1, and n must be positive")

    def of(self, scores: Sequence[float]) -> tuple[LogoType, ...]:
        """The types in the set, most probable first; never empty.

        Args:
            scores: probability per type in the order of ``LABELS``.
        """
        ranked = sorted(zip(scores, LABELS, strict=True), key=lambda pair: -pair[0])
        return tuple(
            label for place, (score, label) in enumerate(ranked) if place == 0 or score >= self.least
        )
