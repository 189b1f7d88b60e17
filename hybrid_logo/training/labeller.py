"""From facts to a label, by the rules of benchmarks/labels/GUIDE.md in their order.

What makes a drawing complex was weighed by ``choose_thresholds`` on the ``train`` split of the visual
labels; the shares of ramps and letters are those that the guide names.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hybrid_logo.evaluation.certificates import clopper_pearson_interval
from hybrid_logo.training.facts import Facts, facts_of_set
from hybrid_logo.training.labels import SPLITS, LabelledLogo
from hybrid_logo.types import LogoType

__all__ = [
    "MEASURED_TYPES",
    "Agreement",
    "Thresholds",
    "accepted_types",
    "agreements",
    "choose_thresholds",
    "detail",
    "facts_of_logos",
    "label_of",
]

MEASURED_TYPES = (LogoType.SIMPLE, LogoType.GRADIENT, LogoType.COMPLEX)
"""What facts alone can tell. Letters of a logo are outlines like any others, so text is not measured."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where one type ends and the next begins.

    Attributes:
        pieces: so many pieces make a drawing complex on their own.
        colors: so many clearly different flat colours do.
        outline: so long an outline does, in perimeters of the ink box.
        ramp_share: from this share of the ink under ramps on it is a gradient.
        lettering_share: from this share of the ink in letters on it is text.
        margin: how near to a threshold is ambiguous, as a share of it.
    """

    pieces: float = 36.0
    colors: float = 22.0
    outline: float = 6.0
    ramp_share: float = 0.2
    lettering_share: float = 0.5
    margin: float = 0.25


GRID = [
    Thresholds(pieces, colors, outline)
    for pieces, colors, outline in itertools.product(
        (30.0, 36.0, 42.0, 50.0), (15.0, 18.0, 22.0, 26.0), (5.0, 5.5, 6.0, 7.0)
    )
]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often the labeller meets the visual labels of one type in one split; counts of logos.

    Attributes:
        split: of the labels file.
        label: the visual label.
        logos: all of them.
        strict: the label is the visual one.
        accepted: the label is one that can be defended.
        ambiguous: the labeller flags it.
        clear_logos: logos of which only one type can be defended.
        clear: those that get it.
        interval: 95% Clopper-Pearson interval of ``clear / clear_logos``.
    """

    split: str
    label: LogoType
    logos: int
    strict: int
    accepted: int
    ambiguous: int
    clear_logos: int
    clear: int
    interval: tuple[float, float]


def detail(facts: Facts, thresholds: Thresholds) -> float:
    """How much detail there is, in shares of what makes a drawing complex: 1 and more is complex.

    Pieces, colours and outline add up, since half of each makes an illustration as well.
    """
    return (
        facts.pieces / thresholds.pieces
        + facts.flat_colors / thresholds.colors
        + facts.outline / thresholds.outline
    )


def label_of(
    facts: Facts, lettering_share: float | None = None, thresholds: Thresholds | None = None
) -> tuple[LogoType, bool]:
    """The type of a drawing, and whether it lies near a boundary.

    Args:
        facts: of the drawing. Where ``lettering_share`` is given, ``pieces`` and ``outline`` must be those of
            the drawing without its letters.
        lettering_share: share of the ink in letters, a plain tile behind them left out, 0-1; None where it
            is unknown, and then nothing is text.
        thresholds: other ones than the chosen.
    """
    limits = thresholds or Thresholds()
    steps = (
        (LogoType.COMPLEX, detail(facts, limits)),
        (LogoType.GRADIENT, facts.ramp_share / limits.ramp_share),
        (LogoType.TEXT, (lettering_share or 0.0) / limits.lettering_share),
    )
    ambiguous = False
    for label, height in steps:
        ambiguous = ambiguous or abs(height - 1.0) < limits.margin
        if height >= 1.0:
            return label, ambiguous
    return LogoType.SIMPLE, ambiguous


def accepted_types(facts: Facts, lettering_share: float | None = None) -> frozenset[LogoType]:
    """The types that can be defended: those that come out with all boundaries a margin lower or higher.

    Args:
        facts: see ``label_of``.
        lettering_share: see there.
    """
    limits = Thresholds()
    heights = ("pieces", "colors", "outline", "ramp_share", "lettering_share")
    moved = [
        replace(limits, **{name: getattr(limits, name) * factor for name in heights})
        for factor in (1 - limits.margin, 1.0, 1 + limits.margin)
    ]
    return frozenset(label_of(facts, lettering_share, thresholds)[0] for thresholds in moved)


def facts_of_logos(
    logos: Iterable[LabelledLogo], cache: Path | None = None, workers: int = 2
) -> dict[tuple[str, str], Facts]:
    """Facts by set and name of the logos that have any.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: a set is not fetched or the cache cannot be written.
    """
    names: dict[str, list[str]] = {}
    for logo in logos:
        names.setdefault(logo.set, []).append(logo.name)
    return {
        (name, key): facts
        for name, wanted in names.items()
        for key, facts in facts_of_set(name, wanted, cache, workers).items()
    }


def agreements(
    logos: Sequence[LabelledLogo],
    facts: Mapping[tuple[str, str], Facts],
    thresholds: Thresholds | None = None,
) -> list[Agreement]:
    """Compare with the visual labels, type by type within each split; those without facts are left out."""
    rows = []
    for split, label in itertools.product(SPLITS, MEASURED_TYPES):
        mine = [logo for logo in logos if (logo.split, logo.label) == (split, label) and logo.key in facts]
        if not mine:
            continue
        answers = [(logo, *label_of(facts[logo.key], None, thresholds)) for logo in mine]
        clear = [answer == label for logo, answer, _ in answers if logo.clear]
        rows.append(
            Agreement(
                split,
                label,
                logos=len(mine),
                strict=sum(answer == label for _, answer, _ in answers),
                accepted=sum(answer in logo.accepted for logo, answer, _ in answers),
                ambiguous=sum(flag for _, _, flag in answers),
                clear_logos=len(clear),
                clear=sum(clear),
                interval=clopper_pearson_interval(sum(clear), len(clear)) if clear else (0.0, 1.0),
            )
        )
    return rows


def choose_thresholds(logos: Sequence[LabelledLogo], facts: Mapping[tuple[str, str], Facts]) -> Thresholds:
    """The thresholds of a small grid that meet the visual labels of the ``train`` split best.

    Each type counts the same: the mean of its shares of clear, accepted and strict logos is averaged. Of
    equals the first in the grid is taken.
    """
    train = [logo for logo in logos if logo.split == "train" and logo.label in MEASURED_TYPES]

    def quality(thresholds: Thresholds) -> float:
        shares = [
            row.clear / max(1, row.clear_logos) + (row.accepted + row.strict) / row.logos
            for row in agreements(train, facts, thresholds)
        ]
        return sum(shares) / max(1, len(shares))

    return max(GRID, key=quality)
