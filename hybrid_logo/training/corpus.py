"""All that is learned from: logos seen by annotators, icons labelled by their facts, composed logos."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hybrid_logo.errors import SourceError
from hybrid_logo.training.composer import compose_all
from hybrid_logo.training.examples import Examples, facts_of_drawing, soft_targets
from hybrid_logo.training.fonts import FONT_FAMILIES
from hybrid_logo.training.further_labels import further_logos
from hybrid_logo.training.labeller import facts_of_logos
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.material import BRAND_SETS, THING_SETS, Material, icons_to_learn_from
from hybrid_logo.training.pictures import CopyPlan, PictureTable, build_table
from hybrid_logo.training.rendering import render_masters
from hybrid_logo.training.sources import FURTHER_SETS, ICON_SETS
from hybrid_logo.types import LogoType

__all__ = [
    "SEEN",
    "SOURCES",
    "CorpusSettings",
    "calibrate_plan",
    "composed_material",
    "drawn_icons",
    "examples_of",
    "packages",
    "train_plan",
]

SOURCES = ("labelled", "further", "icons", "composed")


SEEN = SOURCES[:2]
"""Sources with visual labels."""


@dataclass(frozen=True, slots=True)
class CorpusSettings:
    """How many drawings and copies there are to learn from.

    Attributes:
        labelled_copies: degraded copies of each logo with a visual label, further ones too.
        icon_copies: degraded copies of each icon.
        composed: composed logos.
        composed_copies: degraded copies of each of them.
        side: height and width of the views, in pixels.
        seed: of the degradation and of the composed logos.
        also_accepted_share: probability that the targets give to the other accepted types together.
        label_smoothing: probability spread over all types.
    """

    labelled_copies: int = 20
    icon_copies: int = 2
    composed: int = 12_000
    composed_copies: int = 2
    side: int = 96
    seed: int = 7
    also_accepted_share: float = 0.25
    label_smoothing: float = 0.03

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            SourceError: a value lies outside its range; the message names it.
        """
        least = {
            "labelled_copies": 0,
            "icon_copies": 0,
            "composed": 0,
            "composed_copies": 0,
            "side": 16,
            "seed": 0,
        }
        for name, value in least.items():
            if getattr(self, name) < value:
                raise SourceError(f"{name} must be at least {value}, not {getattr(self, name)!r}.")
        for name in ("also_accepted_share", "label_smoothing"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise SourceError(f"{name} must lie in 0-1, not {getattr(self, name)!r}.")


def examples_of(
    source: str,
    settings: CorpusSettings,
    logos: Sequence[LabelledLogo],
    cache: Path | None = None,
    labels: Path | None = None,
    workers: int = 2,
) -> Examples:
    """Examples of one of ``SOURCES``.

    Args:
        source: which.
        settings: sizes and seed.
        logos: the ``train`` split of the visual labels.
        cache: the cache folder.
        labels: the labels file.
        workers: processes.

    Raises:
        SourceError: a set is not fetched, a master picture is missing, or the cache cannot be written.
    """
    if source in SEEN:
        seen = logos if source == SEEN[0] else further_logos(labels)
        return _labelled(source, seen, settings, cache, workers)
    if source == "icons":
        material = drawn_icons(cache, labels, workers)
        return _examples(source, material, settings, settings.icon_copies, cache, workers)
    material = composed_material(settings.composed, settings.seed, cache, labels, workers)
    return _examples(source, material, settings, settings.composed_copies, cache, workers)


def drawn_icons(cache: Path | None, labels: Path | None, workers: int) -> Material:
    """Icons without visual labels and of no held-out brand, as far as they can be drawn."""
    material = icons_to_learn_from(cache, labels, workers)
    drawn = render_masters(material.logos, cache, workers=workers)
    return material.without({title for title, _ in drawn.skipped})


def train_plan(settings: CorpusSettings, copies: int) -> CopyPlan:
    """Copies to learn from."""
    return CopyPlan(copies, settings.seed, settings.side, hue_turns=True)


def calibrate_plan(copies: int, seed: int, side: int) -> CopyPlan:
    """Copies of the ``calibrate`` split, degraded by another seed than those that are learned from.

    Args:
        copies: degraded ones of each logo.
        seed: of the corpus.
        side: height and width of the views, in pixels.
    """
    return CopyPlan(copies, seed + 1, side)


def packages(names: Collection[str]) -> list[dict[str, Any]]:
    """What the drawings of these sources come from: packages with version and licence; fonts as counts."""
    wanted = {pinned.name for pinned in ICON_SETS}
    if set(names) - {"labelled"}:
        wanted |= {*BRAND_SETS, *THING_SETS}
    if SEEN[1] in names:
        wanted |= {logo.set for logo in further_logos()}
    listed: list[dict[str, Any]] = [
        {"package": pinned.package, "version": pinned.version, "licence": pinned.licence}
        for pinned in (*ICON_SETS, *FURTHER_SETS)
        if pinned.name in wanted
    ]
    if "composed" in names:
        licences = Counter(family.licence for family in FONT_FAMILIES)
        listed.append(
            {"package": "@fontsource/*", "families": len(FONT_FAMILIES), "licences": dict(licences)}
        )
    return listed


def composed_material(
    count: int, seed: int, cache: Path | None, labels: Path | None, workers: int
) -> Material:
    """Composed logos, whose labels and lettering are exact."""
    made = compose_all(count, seed, cache, workers, labels)
    logos = [
        LabelledLogo(
            set="composed",
            name=f"{seed}-{logo.number}",
            label=logo.label,
            accepted=logo.accepted,
            clear=logo.clear,
            brand=f"composed/{seed}-{logo.number}",
            split="train",
        )
        for logo in made
    ]
    return Material(
        logos,
        [logo.path for logo in made],
        [logo.facts for logo in made],
        np.ones((len(made), 4), bool),
        np.ones(len(made), bool),
        [logo.lettering_share for logo in made],
    )


def _labelled(
    source: str, logos: Sequence[LabelledLogo], settings: CorpusSettings, cache: Path | None, workers: int
) -> Examples:
    table = build_table(logos, train_plan(settings, settings.labelled_copies), cache, workers)
    facts = facts_of_logos(logos, cache, workers)
    known = {
        number: facts_of_drawing(facts[logo.key], letters_apart=LogoType.TEXT not in logo.accepted)
        for number, logo in enumerate(logos)
        if logo.key in facts
    }
    targets = soft_targets(table, settings.also_accepted_share, settings.label_smoothing)
    return Examples.of_table(table, source, targets, known)


def _examples(
    source: str,
    material: Material,
    settings: CorpusSettings,
    copies: int,
    cache: Path | None,
    workers: int,
) -> Examples:
    table: PictureTable = build_table(
        material.logos, train_plan(settings, copies), cache, workers, material.pictures
    )
    targets = soft_targets(table, settings.also_accepted_share, settings.label_smoothing)
    targets *= material.labelled[table.logos][:, None]
    known = {
        number: facts_of_drawing(facts, share, letters_apart=bool(material.labelled[number]))
        for number, (facts, share) in enumerate(zip(material.facts, material.lettering_shares, strict=True))
    }
    return Examples.of_table(table, source, targets, known, material.allowed[table.logos])
