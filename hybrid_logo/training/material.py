"""Drawings without visual labels that are learned from as well: what their facts say of each.

Sets of things (emoji, flags, weather) have no lettering, so facts alone give the label. In sets of brands a
drawing may be lettering, which outlines do not tell: there only a ramp is sure, and for the rest the facts
leave two types open, between which the teachers choose.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.training.facts import Facts, facts_of_set
from hybrid_logo.training.further_labels import further_logos
from hybrid_logo.training.labeller import accepted_types, label_of
from hybrid_logo.training.labels import LabelledLogo, read_labels
from hybrid_logo.training.leaks import held_out, unrelated
from hybrid_logo.training.rendering import master_path
from hybrid_logo.training.sources import ICON_SETS
from hybrid_logo.types import LABELS, LogoType

__all__ = ["BRAND_SETS", "THING_SETS", "Material", "icon_material", "icons_to_learn_from"]

BRAND_SETS = (
    *(pinned.name for pinned in ICON_SETS),
    "cryptocurrency-color",
    "material-icon-theme",
    "simple-icons",
)
THING_SETS = ("circle-flags", "flat-color-icons", "fluent-emoji-flat", "fxemoji", "meteocons", "noto")
"""Left out: fluent-emoji, whose 3-D shading is complex by the guide and a ramp by its facts."""

VARIANT = re.compile(r"-(light|medium|dark)(-(light|dark))?(-skin-tone)?$|-skin-tone")
"""The same drawing in other colours."""

SIMPLE, TEXT, COMPLEX = (LABELS.index(label) for label in (LogoType.SIMPLE, LogoType.TEXT, LogoType.COMPLEX))


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """Drawings and what is known of them, side by side.

    Attributes:
        logos: the drawings; ``label`` is the most probable type.
        pictures: file of each drawing as rendered.
        facts: of each drawing.
        allowed: ``bool[n, 4]``, types that the facts leave open.
        labelled: ``bool[n]``, ``label`` may be learned; otherwise only the teachers' choice.
        lettering_shares: share of the ink in letters, None where unknown.
    """

    logos: list[LabelledLogo]
    pictures: list[Path]
    facts: list[Facts]
    allowed: NDArray[np.bool_]
    labelled: NDArray[np.bool_]
    lettering_shares: list[float | None]

    def without(self, names: Collection[str]) -> Material:
        """The rest, where some (set/name) cannot be used."""
        kept = [number for number, logo in enumerate(self.logos) if "/".join(logo.key) not in names]
        return Material(
            [self.logos[number] for number in kept],
            [self.pictures[number] for number in kept],
            [self.facts[number] for number in kept],
            self.allowed[kept],
            self.labelled[kept],
            [self.lettering_shares[number] for number in kept],
        )


def icon_material(
    cache: Path | None = None,
    labels: Path | None = None,
    workers: int = 2,
    sets: Sequence[str] = (*BRAND_SETS, *THING_SETS),
) -> Material:
    """Drawings of fetched sets that are of no held-out brand and have no visual label.

    Raises:
        SourceError: a set is not fetched.
    """
    logos = read_labels(labels)
    labelled = {logo.key for logo in logos}
    known = held_out(logos, cache, workers)
    found: list[tuple[LabelledLogo, Facts]] = []
    for name in sets:
        names = [
            key
            for key in unrelated(name, known, cache, workers)
            if (name, key) not in labelled and not VARIANT.search(key)
        ]
        facts = facts_of_set(name, names, cache, workers)
        found += [(_logo(name, key, facts[key]), facts[key]) for key in names if key in facts]
    return _material(found, cache)


def icons_to_learn_from(cache: Path | None = None, labels: Path | None = None, workers: int = 2) -> Material:
    """What ``icon_material`` finds in all sets, but for the drawings with further visual labels.

    Raises:
        SourceError: a set is not fetched, or the labels cannot be read.
    """
    seen = {f"{logo.set}/{logo.name}" for logo in further_logos(labels)}
    return icon_material(cache, labels, workers).without(seen)


def _material(found: Sequence[tuple[LabelledLogo, Facts]], cache: Path | None) -> Material:
    logos, facts = [logo for logo, _ in found], [known for _, known in found]
    allowed = np.array([[label in logo.accepted for label in LABELS] for logo in logos], bool).reshape(-1, 4)
    brands = np.array([logo.set in BRAND_SETS for logo in logos], bool)
    # Letters of a wordmark count as simple shapes, and many of them as a complex drawing.
    open_to_text = brands & (allowed[:, SIMPLE] | allowed[:, COMPLEX])
    allowed[:, TEXT] |= open_to_text
    things = [0.0 if not brand else None for brand in brands.tolist()]
    pictures = [master_path(logo, cache) for logo in logos]
    return Material(logos, pictures, facts, allowed, ~open_to_text, things)


def _logo(set_name: str, name: str, facts: Facts) -> LabelledLogo:
    label, _ = label_of(facts)
    accepted = accepted_types(facts)
    return LabelledLogo(
        set=set_name,
        name=name,
        label=label,
        accepted=accepted,
        clear=len(accepted) == 1,
        brand=f"{set_name}/{name}",
        split="train",
    )
