"""Materials made here: a font of rectangles and a few icons, so that composing needs no network."""

from __future__ import annotations

import string
from pathlib import Path

from hybrid_logo.training.composer.materials import Materials, Symbol
from hybrid_logo.training.composer.painting import Wish
from hybrid_logo.training.sources import Icon
from hybrid_logo.types import LogoType
from tests.training.fonts.tiny_font import family_of, place, tiny_font
from tests.training.icon_files import CROSS, DISC, DOTS, FACETS, RAMP_DISC, RING, WEDGE

LETTERS = dict.fromkeys(string.ascii_letters + string.digits + string.punctuation, "A") | {" ": "space"}
"""Every letter is the same rectangle: words are rows of bars."""

POOLS = {
    "simple": CROSS,
    "simple-near": DOTS,
    "gradient": RAMP_DISC,
    "gradient-near": RAMP_DISC,
    "complex": FACETS,
    "complex-near": DOTS,
    "flag": RING,
    "brand": WEDGE,
}


def symbol_of(body: str, name: str = "thing", set_name: str = "noto") -> Symbol:
    return Symbol(set_name, name, Icon(body, 0, 0, 100, 100))


def tiny_materials(cache: Path, *, icons: bool = True) -> Materials:
    """A font in ``cache``, and an icon in each pool."""
    place(family_of(), cache, tiny_font(LETTERS))
    pools = {pool: (symbol_of(body, pool),) for pool, body in POOLS.items()} if icons else {}
    return Materials(pools, (family_of(),), frozenset(), cache)


def wish_for(label: LogoType, *, near: bool = False) -> Wish:
    return Wish(label, near=near)


__all__ = ["DISC", "LETTERS", "POOLS", "symbol_of", "tiny_materials", "wish_for"]
