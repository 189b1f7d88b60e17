"""Symbols of every sort: marks, icons and their silhouettes, patterns, illustrations, scenes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hybrid_logo.training.composer.drawing import Art, Part
from hybrid_logo.training.composer.geometry import Box, polygon, regular, ring
from hybrid_logo.training.composer.lettering import letter
from hybrid_logo.training.composer.line_marks import line_mark
from hybrid_logo.training.composer.marks import Mark, mark, silhouette
from hybrid_logo.training.composer.materials import Materials, Pool, icon_art
from hybrid_logo.training.composer.measuring import ink_area
from hybrid_logo.training.composer.painting import FIELD, Wish, color_for, flat_wish, ink_paint, painted
from hybrid_logo.training.composer.paints import Paint, ramp, ramp_colors
from hybrid_logo.training.composer.palettes import brand_color, palette, shifted, tones
from hybrid_logo.training.composer.patterns import pattern
from hybrid_logo.training.composer.tiles import on_tile, tile
from hybrid_logo.types import LogoType

__all__ = [
    "illustration",
    "many_colors",
    "ornament",
    "scene",
    "shape",
    "silhouette_of",
    "small_symbol",
    "symbol",
]


MOST_FILLED = 0.74
"""Of its box: what is filled more is a tile, not a shape. A disc fills 0.79."""


def shape(random: Random, materials: Materials, wish: Wish) -> Art:
    """The silhouette of a thing, an animal, a person: in one paint."""
    pools = ["complex", "complex", "simple", "gradient"]
    if wish.label != LogoType.SIMPLE:  # some drawings of brands are letters
        pools += ["brand", "brand"]
    return silhouette_of(random, materials, pools, ink_paint(random, wish, field=FIELD))


def silhouette_of(random: Random, materials: Materials, pools: Sequence[Pool], paint: Paint) -> Art:
    """An icon's silhouette, where it is more than a plain tile; else a thing that is drawn here."""
    for _ in range(3):
        found = materials.symbol(random, random.choice(pools))
        if found is not None:
            art = icon_art(random, found, paint=paint)
            if ink_area(art) < MOST_FILLED * art.box.width * art.box.height:
                return art
    form = silhouette(random)[0]
    return Art((Part(f'{paint.definitions}<path d="{form.path}" fill="{paint.value}"/>', FIELD),))


def symbol(random: Random, materials: Materials, wish: Wish) -> Art:
    """Few clean shapes, flat or with ramps."""
    style = random.random()
    if style < 0.14:
        return painted(random, line_mark(random), wish)
    if style < 0.24 and not wish.light:
        pool = LogoType.GRADIENT.value if wish.ramps else LogoType.SIMPLE.value
        found = materials.symbol(random, f"{pool}-near" if wish.near else pool)
        if found is not None:
            return icon_art(random, found, coloring=random.choice(("own", "turned")))
    if style < 0.36:
        return shape(random, materials, wish)
    if style < 0.44:
        return _in_ring(random, materials, wish)
    if style < 0.5 and wish.ramps:
        return _folded(random, wish)
    return painted(random, mark(random), wish)


def small_symbol(random: Random, materials: Materials, wish: Wish) -> Art:
    """What stands beside a word: any symbol, now and then an illustration."""
    style = random.random()
    if style < 0.25:
        return shape(random, materials, wish)
    if style < 0.33 and not wish.light:
        return illustration(random, materials, wish)
    if style < 0.46:
        ground = tile(random, wish)
        inner = painted(random, mark(random), flat_wish(wish), [ground.ink])
        return on_tile(ground, inner).as_role("symbol")
    if style < 0.54:
        return letter(random, materials, wish)
    return symbol(random, materials, wish)


def illustration(random: Random, materials: Materials, wish: Wish) -> Art:
    """An animal, a person, a thing with much inner detail."""
    pool = LogoType.COMPLEX.value
    if wish.near:
        pool = random.choice(("complex-near", "simple-near"))
    elif random.random() < 0.05:
        pool = "flag"
    found = materials.symbol(random, pool) or materials.symbol(random, LogoType.COMPLEX.value)
    if found is None:
        return ornament(random, Wish(LogoType.COMPLEX))
    return icon_art(random, found, coloring=random.choice(("own", "own", "turned", "few")))


def ornament(random: Random, wish: Wish, amount: float | None = None) -> Art:
    """Many small shapes."""
    many = random.uniform(0.35, 0.65) if wish.near else random.uniform(0.8, 1.3)
    forms = pattern(random, many if amount is None else amount)
    faces = max(form.tone for form in forms) + 1
    style = random.random()
    if faces >= 8 or style < 0.2:
        colors = tones(random, brand_color(random), min(9, faces))
    elif style < 0.45:
        colors = palette(random, 1, light=wish.light)
    else:
        colors = palette(random, random.randint(2, 6), light=wish.light)
    ramped = replace(wish, label=LogoType.GRADIENT if random.random() < 0.12 else LogoType.SIMPLE)
    return painted(random, forms, ramped, colors)


def many_colors(random: Random, wish: Wish) -> Art:
    """A geometric mark in so many flat colours that they decide."""
    count = random.randint(5, 7) if wish.near else random.randint(8, 12)
    colors = [shifted("#e03131", 360 * i / count, random.uniform(-0.08, 0.12)) for i in range(count)]
    random.shuffle(colors)
    forms = mark(random)
    for _ in range(8):
        if len(forms) >= 5:
            break
        forms = mark(random)
    art = _each_in_own(random, forms, colors, wish)
    if not wish.near or random.random() < 0.4:
        art += _each_in_own(random, mark(random), colors[::-1], wish).fitted(Box(30, 30, 40, 40))
    return art


def scene(random: Random, materials: Materials, wish: Wish) -> Art:
    """Several illustrations together."""
    first, second = illustration(random, materials, wish), illustration(random, materials, wish)
    style = random.random()
    if style < 0.4:
        return first.fitted(Box(0, 0, 78, 78)) + second.fitted(Box(52, 48, 48, 52))
    if style < 0.7:
        return first.fitted(Box(0, 0, 58, 70)) + second.fitted(Box(50, 20, 58, 60))
    ground = painted(random, silhouette(random), Wish(LogoType.SIMPLE))
    return ground + first.fitted(Box(18, 22, 64, 64))


def _each_in_own(random: Random, forms: Mark, colors: list[str], wish: Wish) -> Art:
    own = [replace(form, tone=index) for index, form in enumerate(forms)]
    return painted(random, own, flat_wish(wish), colors)


def _in_ring(random: Random, materials: Materials, wish: Wish) -> Art:
    """A mark or a silhouette within a ring."""
    width = random.uniform(3, 10)
    paint = ink_paint(random, wish if random.random() < 0.5 else flat_wish(wish), color_for(random, wish))
    around = f'{paint.definitions}<path d="{ring(50, 50, 50, 50 - width)}" fill="{paint.value}"/>'
    size = 56 - width
    inner = shape(random, materials, wish) if random.random() < 0.5 else painted(random, mark(random), wish)
    return Art((Part(around, FIELD),)) + inner.fitted(Box(50 - size / 2, 50 - size / 2, size, size))


def _folded(random: Random, wish: Wish) -> Art:
    """Faces of a folded band or a gem: each a ramp in tones of one or two hues."""
    sides, base = random.choice((3, 4, 5, 6, 6)), brand_color(random)
    outer = regular(sides, 50, random.choice((0, 30, 45)))
    centre = (50 + random.uniform(-14, 14), 50 + random.uniform(-14, 14))
    body = ""
    for index in range(sides):
        paint = ramp(
            random, ramp_colors(random, shifted(base, random.uniform(-35, 35), random.uniform(-0.1, 0.1)))
        )
        face = polygon([outer[index - 1], outer[index], centre])
        body += f'{paint.definitions}<path d="{face}" fill="{paint.value}"/>'
    return Art((Part(body, FIELD),))
