"""One seed, one logo: a type is wished, a layout drawn for it, measured, and drawn anew where it misses."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from hybrid_logo.errors import SourceError
from hybrid_logo.training.composer.drawing import Art, Part
from hybrid_logo.training.composer.geometry import Box
from hybrid_logo.training.composer.layouts import LAYOUTS, NEAR_WEIGHTS, WEIGHTS
from hybrid_logo.training.composer.materials import Materials
from hybrid_logo.training.composer.measuring import Measured, is_legible, measured
from hybrid_logo.training.composer.painting import Wish
from hybrid_logo.training.facts import Facts
from hybrid_logo.types import LABELS, LogoType

__all__ = ["Composition", "compose"]

TRIES = 6
NEAR_SHARE = 0.25
LIGHT_SHARE = 0.1
PAGE_SHARE = 0.05
LIGHT_PAGES = ("#ffffff", "#fafafa")
DARK_PAGES = ("#101014", "#000000", "#1b2430")
LONGEST_ASPECT = 12.0


@dataclass(frozen=True, slots=True)
class Composition:
    """A logo and what is known of it.

    Attributes:
        svg: the document.
        label: its type.
        ambiguous: a second type can be defended.
        also: the types that can be defended, ``label`` among them.
        kind: name of its layout.
        facts: of the whole.
        lettering_share: share of the ink in readable letters, 0-1.
        sources: set/name of the icons in it.
        wished: the type that was aimed at.
        tries: how many drawings it took.
    """

    svg: str
    label: LogoType
    ambiguous: bool
    also: frozenset[LogoType]
    kind: str
    facts: Facts
    lettering_share: float
    sources: tuple[str, ...]
    wished: LogoType
    tries: int


def compose(seed: int | tuple[int, ...], materials: Materials) -> Composition:
    """The logo of a seed; the same for the same seed and materials.

    Raises:
        MissingExtraError: resvg_py, fontTools or uharfbuzz is not installed.
        SourceError: not one drawing came out.
    """
    random = Random(repr(seed))
    label = random.choice(LABELS)
    wish = Wish(label, near=random.random() < NEAR_SHARE, light=random.random() < LIGHT_SHARE)
    best: tuple[int, Measured, Art, str] | None = None
    tries = 0
    for tries in range(1, TRIES + 1):
        kinds = (NEAR_WEIGHTS if wish.near else WEIGHTS)[label]
        kind = random.choices(list(kinds), list(kinds.values()))[0]
        try:
            art, view = _framed(random, LAYOUTS[kind](random, materials, wish), wish)
            if not is_legible(art, view):
                continue
            found = measured(art, view)
        except SourceError:
            continue
        points = 2 * (found.label == label) + ((len(found.accepted) > 1) == wish.near)
        if best is None or points > best[0]:
            best = points, found, art, kind
        if points == 3 or (points == 2 and tries >= TRIES // 2):
            break
    if best is None:
        raise SourceError(f"Nothing could be composed from seed {seed}. Use another seed.")
    _, found, art, kind = best
    return Composition(
        found.svg,
        found.label,
        len(found.accepted) > 1,
        found.accepted,
        kind,
        found.facts,
        found.lettering_share,
        art.sources,
        label,
        tries,
    )


def _framed(random: Random, art: Art, wish: Wish) -> tuple[Art, Box]:
    """What is seen: mostly just the logo, now and then a margin or a page; never a hair's breadth."""
    box = art.box
    longest = max(box.width, box.height)
    on_page = random.random() < PAGE_SHARE
    margin = random.uniform(0.03, 0.2) if on_page else random.choice((0.0, 0.0, 0.0, random.uniform(0, 0.12)))
    view = box.grown((margin + 0.005) * longest)
    wide, high = (max(side, longest / LONGEST_ASPECT) for side in (view.width, view.height))
    view = Box(view.left - (wide - view.width) / 2, view.top - (high - view.height) / 2, wide, high)
    if on_page:
        color = random.choice(DARK_PAGES if wish.light else LIGHT_PAGES)
        art = Art((Part(f'<rect {view.attributes} fill="{color}"/>', view, "page"),)) + art
    return art, view
