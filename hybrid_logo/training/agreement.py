"""How far the passes of the further labels agree: with each other, and with labels known otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hybrid_logo.evaluation.certificates import clopper_pearson_interval
from hybrid_logo.training.further_labels import Annotation
from hybrid_logo.types import LABELS, LogoType

__all__ = ["Agreement", "Known", "agreement_of", "agreement_with"]

Known = Mapping[tuple[str, str], tuple[LogoType, frozenset[LogoType]]]
"""Set and name -> label, and the types that can be defended."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """So many agree, of so many.

    Attributes:
        agreed: cases.
        of: cases in all.
        kappa: Cohen's kappa, agreement beyond chance (Cohen 1960); None where it was not asked for.
    """

    agreed: int
    of: int
    kappa: float | None = None

    def __str__(self) -> str:
        """Such as ``95.5% (94.9-96.1), kappa 0.92``, with the exact 95% interval."""
        low, high = clopper_pearson_interval(self.agreed, self.of)
        told = f"{100 * self.agreed / max(1, self.of):.1f}% ({100 * low:.1f}-{100 * high:.1f})"
        return told if self.kappa is None else f"{told}, kappa {self.kappa:.2f}"


def agreement_of(annotations: Sequence[Annotation]) -> Agreement:
    """Of the two independent passes with each other."""
    agreed, count = sum(one.agreed for one in annotations), len(annotations)
    by_chance = sum(
        sum(one.first[0] == label for one in annotations) * sum(one.second[0] == label for one in annotations)
        for label in LABELS
    ) / max(1, count**2)
    observed = agreed / max(1, count)
    return Agreement(agreed, count, (observed - by_chance) / (1 - by_chance) if by_chance < 1 else 1.0)


def agreement_with(
    annotations: Sequence[Annotation], known: Known, which: Literal["first", "second"]
) -> tuple[Agreement, Agreement]:
    """Of one pass with labels that the annotators were not told.

    Args:
        annotations: of controls; those that ``known`` lacks are left out.
        known: labels from elsewhere.
        which: the pass.

    Returns:
        answers that are the label, and answers that are the label or a further type that can be defended.
    """
    said = {(one.set, one.name): (one.first if which == "first" else one.second)[0] for one in annotations}
    compared = [(said[key], known[key]) for key in said if key in known]
    strict = sum(answer == label for answer, (label, _) in compared)
    accepted = sum(answer in others for answer, (_, others) in compared)
    return Agreement(strict, len(compared)), Agreement(accepted, len(compared))
