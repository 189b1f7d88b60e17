"""Layouts by name, and how often each is tried for a type that is wished."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import TypeAlias

from hybrid_logo.training.composer import badges, symbols, words
from hybrid_logo.training.composer.drawing import Art
from hybrid_logo.training.composer.lettering import letter
from hybrid_logo.training.composer.line_marks import line_mark
from hybrid_logo.training.composer.marks import mark
from hybrid_logo.training.composer.materials import Materials
from hybrid_logo.training.composer.painting import Wish, flat_wish, painted
from hybrid_logo.training.composer.paints import soft_shadow
from hybrid_logo.types import LogoType

__all__ = ["LAYOUTS", "NEAR_WEIGHTS", "WEIGHTS", "Layout"]

Layout: TypeAlias = Callable[[Random, Materials, Wish], Art]


def _shadowed(random: Random, materials: Materials, wish: Wish) -> Art:
    """Something flat with a soft shadow or a glow."""
    flat = flat_wish(wish)
    if wish.label == LogoType.TEXT:
        art = words.word(random, materials, flat)
    else:
        makers: tuple[Layout, ...] = (
            symbols.symbol, letter, badges.tile_symbol, words.word, words.lettermark, badges.tile_letter,
        )  # fmt: skip
        art = random.choice(makers)(random, materials, flat if random.random() < 0.7 else wish)
    return soft_shadow(random, art, 1.0 if wish.ramps else random.uniform(0.1, 0.4))


def _thin_lines(random: Random, materials: Materials, wish: Wish) -> Art:
    return painted(random, line_mark(random), wish)


def _few_shapes(random: Random, materials: Materials, wish: Wish) -> Art:
    """A pattern of so few shapes that it is still simple."""
    amount = random.uniform(0.25, 0.55) if wish.near else random.uniform(0.06, 0.2)
    return symbols.ornament(random, wish, amount)


def _ramped_parts(random: Random, materials: Materials, wish: Wish) -> Art:
    return painted(random, line_mark(random) if random.random() < 0.3 else mark(random), wish, count=3)


def _pattern(random: Random, materials: Materials, wish: Wish) -> Art:
    return symbols.ornament(random, wish)


def _many_colors(random: Random, materials: Materials, wish: Wish) -> Art:
    return symbols.many_colors(random, wish)


LAYOUTS: Mapping[str, Layout] = {
    "symbol": symbols.symbol,
    "shape": symbols.shape,
    "letter": letter,
    "thin-lines": _thin_lines,
    "few-shapes": _few_shapes,
    "ramped-parts": _ramped_parts,
    "many-colors": _many_colors,
    "pattern": _pattern,
    "illustration": symbols.illustration,
    "scene": symbols.scene,
    "crest": badges.crest,
    "picture-on-tile": badges.picture_on_tile,
    "splash": badges.splash,
    "tile-symbol": badges.tile_symbol,
    "tile-letter": badges.tile_letter,
    "tile-letters": badges.tile_letters,
    "tile-word": badges.tile_word,
    "word": words.word,
    "two-lines": words.two_lines,
    "tagline": words.with_tagline,
    "lettermark": words.lettermark,
    "cropped-letters": words.cropped_letters,
    "beside": words.beside,
    "above": words.above,
    "inside-word": words.inside_word,
    "shadowed": _shadowed,
}

WEIGHTS: Mapping[LogoType, Mapping[str, float]] = {
    LogoType.SIMPLE: {
        "symbol": 6, "shape": 2, "letter": 1.8, "tile-symbol": 4, "tile-letter": 2, "above": 1.4,
        "beside": 1.4, "thin-lines": 1.2, "few-shapes": 1, "shadowed": 0.5, "many-colors": 0.3,
    },
    LogoType.TEXT: {
        "word": 4, "two-lines": 1.3, "tagline": 1.5, "lettermark": 1.8, "cropped-letters": 0.6, "beside": 5.5,
        "above": 1.8, "inside-word": 0.8, "tile-letters": 2, "tile-word": 1.8, "shadowed": 0.4,
    },
    LogoType.GRADIENT: {
        "symbol": 5, "shape": 1.2, "letter": 1.3, "word": 1.5, "lettermark": 0.8, "beside": 1.8, "above": 1.4,
        "tile-symbol": 5, "tile-letter": 1.3, "tile-letters": 1.2, "tile-word": 0.7, "shadowed": 1.3,
        "thin-lines": 1.4, "ramped-parts": 2, "few-shapes": 0.6, "inside-word": 0.3, "splash": 0.8,
    },
    LogoType.COMPLEX: {
        "illustration": 3.5, "scene": 0.8, "crest": 2.2, "pattern": 4, "many-colors": 1.2,
        "picture-on-tile": 2.5, "beside": 1.4, "above": 1.6,
    },
}  # fmt: skip

NEAR_WEIGHTS: Mapping[LogoType, Mapping[str, float]] = {
    LogoType.SIMPLE: {
        "beside": 3, "above": 3, "few-shapes": 3, "symbol": 1.5, "many-colors": 2, "illustration": 2,
        "shadowed": 0.5, "picture-on-tile": 1, "tile-symbol": 0.5,
    },
    LogoType.TEXT: {"beside": 5, "above": 4, "shadowed": 0.5, "inside-word": 1, "tile-word": 0.5},
    LogoType.GRADIENT: {
        "symbol": 4, "letter": 1, "word": 1.5, "beside": 2, "above": 1, "tile-symbol": 5, "tile-letter": 1,
        "tile-letters": 1, "shadowed": 1, "ramped-parts": 3, "thin-lines": 1,
    },
    LogoType.COMPLEX: {
        "illustration": 4, "pattern": 4, "many-colors": 2, "picture-on-tile": 1.5, "crest": 0.7,
        "beside": 1.5, "above": 1.5,
    },
}  # fmt: skip
"""The same for logos near a boundary."""
