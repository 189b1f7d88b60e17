"""Things on tiles: symbols, letters and words on them or cut out of them, pictures in badges, crests."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hybrid_logo.training.composer.drawing import Art, Part
from hybrid_logo.training.composer.geometry import Box, blob, circle, polar, polygon, rectangle, ring
from hybrid_logo.training.composer.lettering import circular_line, line_of_text, wordmark
from hybrid_logo.training.composer.line_marks import line_mark
from hybrid_logo.training.composer.marks import mark, silhouette
from hybrid_logo.training.composer.materials import Materials
from hybrid_logo.training.composer.names import WORDS, brand_name, initials
from hybrid_logo.training.composer.painting import FIELD, Wish, flat_wish, painted
from hybrid_logo.training.composer.paints import flat, ramp, ramp_colors
from hybrid_logo.training.composer.palettes import brand_color, luminance, mixed, palette
from hybrid_logo.training.composer.silhouettes import SILHOUETTES
from hybrid_logo.training.composer.symbols import illustration, ornament, shape, silhouette_of
from hybrid_logo.training.composer.tiles import cut_out, on_tile, tile
from hybrid_logo.types import LogoType

__all__ = ["crest", "picture_on_tile", "splash", "tile_letter", "tile_letters", "tile_symbol", "tile_word"]


def tile_symbol(random: Random, materials: Materials, wish: Wish) -> Art:
    """A symbol on a tile, or cut out of it; the ramp, where one is wished, on the one or on the other."""
    ground_ramped = random.random() < (0.35 if wish.near else 0.8)
    ground = tile(random, wish if ground_ramped else flat_wish(wish))
    if random.random() < 0.2:
        return cut_out(random, ground, painted(random, mark(random), flat_wish(wish), ["#000000"]))
    inner = wish if not ground_ramped or random.random() < 0.2 else flat_wish(wish)
    size = random.uniform(0.75, 1.15)
    if random.random() < 0.3:
        sign = (
            shape(random, materials, inner)
            if inner.ramps
            else silhouette_of(random, materials, ("complex", "simple"), flat(ground.ink))
        )
        return on_tile(ground, sign, size)
    colors = None
    if not inner.ramps:
        extra = palette(random, 2, light=ground.ink == "#ffffff")[1]
        colors = [ground.ink, extra] if random.random() < 0.25 else [ground.ink]
    forms = random.choice((mark, mark, silhouette, line_mark))(random)
    return on_tile(ground, painted(random, forms, inner, colors), size)


def tile_letter(random: Random, materials: Materials, wish: Wish) -> Art:
    """One letter on a tile."""
    ground = tile(random, wish)
    font = materials.font(random, latin=True)
    text = random.choice("ABCDEFGHJKLMNPQRSTUVWXYZabdeghkmnprtw#&@")
    outline = font.outline(text if font.covers(text) else "B", size=100)
    if random.random() < 0.15:
        return cut_out(random, ground, line_of_text(outline, flat("#000000"), characters=1))
    return on_tile(ground, line_of_text(outline, flat(ground.ink), characters=1), random.uniform(0.75, 1.2))


def tile_letters(random: Random, materials: Materials, wish: Wish) -> Art:
    """Two to four letters on a tile."""
    text = initials(random, random.choice((2, 2, 3, 3, 4)), materials.avoided)
    return _lettered_tile(random, materials, wish, text, 1.0)


def tile_word(random: Random, materials: Materials, wish: Wish) -> Art:
    """A word on a bar, a pill or a tile."""
    aspect = 1.0 if random.random() < 0.15 else random.uniform(2.2, 4.2)
    return _lettered_tile(random, materials, wish, None, aspect)


def splash(random: Random, materials: Materials, wish: Wish) -> Art:
    """A dark tile with letters before coloured shapes with ramps."""
    body = ""
    for _ in range(random.randint(1, 3)):
        points = [polar(60 * i + random.uniform(-25, 25), random.uniform(34, 50)) for i in range(6)]
        paint = ramp(random, ramp_colors(random, strength=random.uniform(0.6, 1)), FIELD)
        path = blob(points) if random.random() < 0.3 else polygon(points)
        body += f'{paint.definitions}<path d="{path}" fill="{paint.value}"/>'
    side = random.uniform(44, 62)
    low = 50 - side / 2
    square = rectangle(low, low, side, side, random.choice((0, 0, 6)))
    dark = random.choice(("#000000", "#000000", "#14141f", "#ffffff"))
    ink = "#ffffff" if dark != "#ffffff" else "#000000"
    body += f'<path d="{square}" fill="{dark}"/>'
    if random.random() < 0.6:
        bar = rectangle(low + side * 0.14, low + side * 0.78, side * 0.36, side * 0.07)
        body += f'<path d="{bar}" fill="{ink}"/>'
    text = initials(random, random.choice((1, 2, 2, 2)), materials.avoided)
    letters = wordmark(random, materials, flat_wish(wish), text, ink, plain=True)
    field = Box(low + side * 0.12, low + side * 0.12, side * 0.7, side * 0.5)
    return Art((Part(body, FIELD),)) + letters.fitted(field)


def picture_on_tile(random: Random, materials: Materials, wish: Wish) -> Art:
    """An illustration or a pattern on a tile."""
    ramped = random.random() < 0.25
    ground = tile(random, replace(wish, label=LogoType.GRADIENT) if ramped else flat_wish(wish))
    inner = illustration(random, materials, wish) if random.random() < 0.65 else ornament(random, wish)
    return on_tile(ground, inner, random.uniform(0.95, 1.3))


def crest(random: Random, materials: Materials, wish: Wish) -> Art:
    """A round badge or a shield with an inner picture, and letters around it."""
    ground = brand_color(random) if random.random() < 0.7 else palette(random, 1)[0]
    ink = "#ffffff" if luminance(ground) < 0.6 else "#1c1c1c"
    inner = mixed(ground, "#ffffff", random.choice((0.0, 0.75, 0.9, 1.0)))
    picture = illustration(random, materials, wish) if random.random() < 0.7 else ornament(random, wish)
    if random.random() < 0.25:
        shield = SILHOUETTES["shield"]
        body = (
            f'<path d="{shield}" fill="{ground}"/>'
            '<g transform="translate(50 50) scale(.86) translate(-50 -50)">'
            f'<path d="{shield}" fill="{inner}" stroke="{ink}" stroke-width="1.5"/></g>'
        )
        return Art((Part(body, FIELD, "tile"),)) + picture.fitted(Box(24, 20, 52, 52))
    body = f'<path d="{circle(50, 50, 50)}" fill="{ground}"/>'
    body += f'<path d="{ring(50, 50, 48, 48 - random.uniform(0.8, 2.4))}" fill="{ink}"/>'
    body += f'<path d="{circle(50, 50, 33)}" fill="{inner}"/>'
    if random.random() < 0.5:
        body += f'<path d="{ring(50, 50, 34, 33)}" fill="{ink}"/>'
    art = Art((Part(body, FIELD, "tile"),)) + picture.fitted(Box(27, 27, 46, 46))
    if random.random() < 0.8:
        text = f"{brand_name(random, avoided=materials.avoided)} {random.choice(WORDS)}".upper()[:20]
        art += circular_line(random, materials, text, 41, ink, below=False)
    if random.random() < 0.35:
        year = f"{random.choice(('EST', 'SINCE', '· EST'))} {random.randint(1870, 2024)}"
        art += circular_line(random, materials, year.replace("· ", ""), 41, ink, below=True)
    return art


def _lettered_tile(random: Random, materials: Materials, wish: Wish, text: str | None, aspect: float) -> Art:
    on_ground = random.random() < 0.85
    ground = tile(random, wish if on_ground else flat_wish(wish), aspect=aspect)
    letters = wordmark(
        random, materials, flat_wish(wish) if on_ground else wish, text, ground.ink, plain=True
    )
    if random.random() < 0.15 and not wish.ramps:
        return cut_out(random, ground, letters, random.uniform(0.9, 1.3))
    if aspect == 1.0 and random.random() < 0.15:  # in a corner
        return ground.art + letters.fitted(Box(30, 44, 62, 48))
    if aspect > 1 and random.random() < 0.2:
        sign = painted(random, mark(random), flat_wish(wish), [ground.ink])
        sign = sign.fitted(Box(0, 0, 100, letters.box.height))
        letters = sign + letters.moved(sign.box.right + 12 - letters.box.left, sign.box.top - letters.box.top)
    return on_tile(ground, letters, random.uniform(0.95, 1.25))
