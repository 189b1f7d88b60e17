"""Words and symbols together: lock-ups whose shares of ink are chosen, and words of several lines."""

from __future__ import annotations

import math
from random import Random

from hybrid_logo.training.composer.drawing import Art, Part
from hybrid_logo.training.composer.geometry import Box
from hybrid_logo.training.composer.lettering import cropped, tagline, wordmark
from hybrid_logo.training.composer.marks import mark
from hybrid_logo.training.composer.materials import Materials
from hybrid_logo.training.composer.measuring import ink_area
from hybrid_logo.training.composer.names import WORDS, initials
from hybrid_logo.training.composer.painting import Wish, color_for, flat_wish, painted
from hybrid_logo.training.composer.symbols import illustration, ornament, small_symbol, symbol
from hybrid_logo.types import LogoType

__all__ = [
    "above",
    "beside",
    "cropped_letters",
    "inside_word",
    "lettermark",
    "two_lines",
    "with_tagline",
    "word",
]

SMALLEST_SIGN, LARGEST_SIGN = 0.6, 6.0
"""Height of a symbol beside a word, in heights of the word."""


def word(random: Random, materials: Materials, wish: Wish) -> Art:
    """A word alone, now and then with a bar below or a dot behind."""
    art = wordmark(random, materials, wish)
    style, box = random.random(), art.box
    if style < 0.05:
        bar = Box(
            box.left,
            box.bottom + 0.12 * box.height,
            box.width * random.choice((1, 1, 0.4)),
            0.08 * box.height,
        )
        return art + _plain(bar, color_for(random, wish))
    if style < 0.09:
        side = 0.18 * box.height
        return art + _plain(
            Box(box.right + 0.5 * side, box.bottom - side, side, side), color_for(random, wish)
        )
    return art


def two_lines(random: Random, materials: Materials, wish: Wish) -> Art:
    """A name and a common word below it."""
    color = color_for(random, wish)
    first = wordmark(random, materials, wish, color=color)
    again = color if random.random() < 0.6 else None
    second = wordmark(random, materials, flat_wish(wish), random.choice(WORDS), again)
    scale = first.box.width / second.box.width
    justified = random.random() < 0.5 and scale < 2
    second = second.moved(0, 0, scale if justified else min(scale, 1) * random.uniform(0.5, 1))
    return _stacked(random, first, second, 0.12)


def with_tagline(random: Random, materials: Materials, wish: Wish) -> Art:
    """A word with a tagline."""
    color = color_for(random, wish)
    first = wordmark(random, materials, wish, color=color)
    return _stacked(
        random, first, tagline(random, materials, first.box.width, color), random.uniform(0.1, 0.3)
    )


def lettermark(random: Random, materials: Materials, wish: Wish) -> Art:
    """Two to four letters."""
    return wordmark(
        random, materials, wish, initials(random, random.choice((2, 2, 2, 3, 3, 4)), materials.avoided)
    )


def cropped_letters(random: Random, materials: Materials, wish: Wish) -> Art:
    """Two or three letters that are cut off or cut through."""
    return cropped(random, wordmark(random, materials, wish, initials(random, random.choice((2, 2, 3)))))


def beside(random: Random, materials: Materials, wish: Wish) -> Art:
    """A symbol left of a word, or right of it."""
    sign, letters = _pair(random, materials, wish, beside_each_other=True)
    size = sign.box.height
    gap = max(size, letters.box.height) * random.uniform(0.12, 0.35)
    middle = sign.box.centre[1]
    down = middle - letters.box.centre[1]
    if random.random() < 0.12:
        return letters.moved(sign.box.left - gap - letters.box.right, down) + sign
    return sign + letters.moved(sign.box.right + gap - letters.box.left, down)


def above(random: Random, materials: Materials, wish: Wish) -> Art:
    """A symbol above a word."""
    sign, letters = _pair(random, materials, wish, beside_each_other=False)
    return _stacked(random, sign, letters, random.uniform(0.08, 0.2), centred=True)


def inside_word(random: Random, materials: Materials, wish: Wish) -> Art:
    """A symbol in place of a letter."""
    color = color_for(random, wish)
    ends = [initials(random, random.randint(2, 4), materials.avoided) for _ in range(2)]
    first, second = (wordmark(random, materials, wish, text, color) for text in ends)
    high = first.box.height
    sign = painted(random, mark(random), wish).fitted(Box(0, 0, high, high))
    gap = high * 0.1
    sign = sign.moved(first.box.right + gap - sign.box.left, first.box.top - sign.box.top)
    second = second.fitted(Box(0, 0, 10 * high, high))
    return (
        first
        + sign
        + second.moved(sign.box.right + gap - second.box.left, first.box.bottom - second.box.bottom)
    )


def _pair(random: Random, materials: Materials, wish: Wish, *, beside_each_other: bool) -> tuple[Art, Art]:
    """A symbol and a word. The symbol is so large that the word has the share of ink that suits the wish."""
    if wish.label == LogoType.COMPLEX:
        sign = illustration(random, materials, wish) if random.random() < 0.7 else ornament(random, wish)
    elif wish.label == LogoType.TEXT:
        sign = small_symbol(random, materials, wish)
    else:
        sign = symbol(random, materials, wish)
    letters = wordmark(random, materials, wish if wish.ramps and random.random() < 0.4 else flat_wish(wish))
    if wish.label == LogoType.TEXT and random.random() < 0.15:
        color = color_for(random, wish)
        letters = _stacked(random, letters, tagline(random, materials, letters.box.width, color), 0.15)
    share = _lettering_share(random, wish)
    # share = letters / (letters + sign * scale^2)
    scale = math.sqrt(ink_area(letters) * (1 - share) / (share * ink_area(sign)))
    high = letters.box.height
    size = min(max(sign.box.height * scale, SMALLEST_SIGN * high), LARGEST_SIGN * high)
    if not beside_each_other:
        size = min(max(size, 0.2 * letters.box.width), 1.3 * letters.box.width)
    return sign.moved(0, 0, size / sign.box.height), letters


def _lettering_share(random: Random, wish: Wish) -> float:
    if wish.label == LogoType.TEXT:
        return random.uniform(0.5, 0.62) if wish.near else random.uniform(0.66, 0.9)
    if wish.label == LogoType.SIMPLE:
        return random.uniform(0.39, 0.5) if wish.near else random.uniform(0.12, 0.36)
    if wish.label == LogoType.COMPLEX:
        return random.uniform(0.3, 0.5) if wish.near else random.uniform(0.08, 0.3)
    return random.uniform(0.15, 0.7)


def _plain(box: Box, color: str) -> Art:
    return Art((Part(f'<rect {box.attributes} fill="{color}"/>', box),))


def _stacked(random: Random, upper: Art, lower: Art, gap: float, *, centred: bool | None = None) -> Art:
    """One below the other, in the middle or flush left."""
    middle = random.random() < 0.6 if centred is None else centred
    x = upper.box.centre[0] - lower.box.centre[0] if middle else upper.box.left - lower.box.left
    space = gap * max(upper.box.height, lower.box.height)
    return upper + lower.moved(x, upper.box.bottom + space - lower.box.top)
