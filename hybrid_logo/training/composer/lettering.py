"""Words as logos set them: plain, two-tone, coloured letter by letter, outlined, cropped, round a circle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random

from hybrid_logo.errors import SourceError
from hybrid_logo.training.composer.drawing import Art, Part
from hybrid_logo.training.composer.geometry import Box
from hybrid_logo.training.composer.materials import Materials
from hybrid_logo.training.composer.names import SCRIPTS, brand_name, second_line
from hybrid_logo.training.composer.painting import Wish, color_for, flat_wish, ink_paint, ramp_strength
from hybrid_logo.training.composer.paints import Paint, flat, identifier, ramp, ramp_colors
from hybrid_logo.training.composer.palettes import palette
from hybrid_logo.training.fonts import Font, Outline

__all__ = [
    "circular_line",
    "cropped",
    "letter",
    "line_of_text",
    "named_font",
    "plain_word",
    "tagline",
    "wordmark",
]

SIZE = 100.0


def named_font(random: Random, materials: Materials) -> tuple[Font, str]:
    """A font, and a name that it can draw."""
    font = materials.font(random)
    script = font.family.script
    if script != "latin" and script not in SCRIPTS:
        font, script = materials.font(random, latin=True), "latin"
    for _ in range(12):
        name = brand_name(random, script, materials.avoided)
        if font.covers(name):
            return font, name
    plain = materials.font(random, latin=True)
    return plain, "Novaro"


def line_of_text(
    outline: Outline, paint: Paint, *, stroke: float = 0.0, characters: int | None = None
) -> Art:
    """A line of letters as art.

    Args:
        outline: the letters.
        paint: for all of them.
        stroke: draw their outlines only, this wide.
        characters: how many letters count; 1 makes the line a symbol.
    """
    box = Box(outline.left, outline.top, outline.right - outline.left, outline.bottom - outline.top)
    count = outline.characters if characters is None else characters
    filled = f'<path d="{outline.path}"/>'
    if stroke:
        body = (
            f'{paint.definitions}<path d="{outline.path}" fill="none" stroke="{paint.value}" '
            f'stroke-width="{stroke:.2f}" stroke-linejoin="round"/>'
        )
        box = box.grown(stroke / 2)
    else:
        body = f'{paint.definitions}<path d="{outline.path}" fill="{paint.value}"/>'
    if count < 2:
        return Art((Part(body, box),))
    return Art((Part(body, box, "letters", "", filled, count, box.height),))


def plain_word(random: Random, font: Font, text: str, paint: Paint, tracking: float | None = None) -> Art:
    """A word in one paint."""
    if tracking is None:
        tracking = random.choice((0, 0, 0, -0.02, 0.02, 0.05, 0.12 if text.isupper() else 0.0))
    return line_of_text(font.outline(text, size=SIZE, tracking=tracking), paint)


def letter(random: Random, materials: Materials, wish: Wish) -> Art:
    """One stylised letter: a symbol."""
    font = materials.font(random, latin=True)
    text = random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghkmnpqrt&23579")
    if not font.covers(text):
        text = "A"
    outline = font.outline(text, size=SIZE)
    field = Box(outline.left, outline.top, outline.right - outline.left, outline.bottom - outline.top)
    stroke = random.uniform(2, 5) if random.random() < 0.08 else 0.0
    return line_of_text(outline, ink_paint(random, wish, field=field), stroke=stroke, characters=1)


def wordmark(
    random: Random,
    materials: Materials,
    wish: Wish,
    text: str | None = None,
    color: str | None = None,
    *,
    plain: bool = False,
) -> Art:
    """A word in one of the ways that logos set it.

    Args:
        random: where chance comes from.
        materials: the fonts.
        wish: flat or with ramps, dark or light.
        text: what to write; a brand's name by default.
        color: its main colour.
        plain: in one paint, since not every colour can be read on its ground.
    """
    font, name = named_font(random, materials)
    if text is not None:
        font, name = _font_for(random, materials, text), text
    outline = font.outline(name, size=SIZE, tracking=random.choice((0, 0, 0, -0.02, 0.03, 0.08)))
    style = 0.5 if plain else random.random()
    main = color or color_for(random, wish)
    if wish.ramps:
        if style < 0.3:
            return _in_parts(random, font, name, outline, wish, main)
        field = Box(outline.left, outline.top, outline.right - outline.left, outline.bottom - outline.top)
        paint = ramp(random, ramp_colors(random, main, ramp_strength(random, wish)), field)
        return line_of_text(outline, paint, stroke=random.uniform(1.5, 4) if style > 0.95 else 0.0)
    if style < 0.62:
        return line_of_text(outline, flat(main))
    if style < 0.86:
        return _in_parts(random, font, name, outline, wish, main)
    if style < 0.92:
        return line_of_text(outline, flat(main), stroke=random.uniform(1.2, 3.5))
    if style < 0.96:
        return cropped(random, line_of_text(outline, flat(main)))
    return _outlined(random, outline, main, wish)


def tagline(random: Random, materials: Materials, width: float, color: str) -> Art:
    """A small second line, about as wide as ``width``."""
    font = materials.font(random, latin=True)
    text = second_line(random)
    if not font.covers(text):
        font, text = materials.font(random, latin=True), "group"
    art = plain_word(random, font, text, flat(color), random.choice((0, 0.05, 0.15)))
    scale = min(width / art.box.width * random.uniform(0.6, 1), 0.55)
    return art.moved(0, 0, scale)


def circular_line(
    random: Random, materials: Materials, text: str, radius: float, color: str, below: bool
) -> Art:
    """Letters along a circle about (50, 50), at the top or at the bottom."""
    font = _font_for(random, materials, text)
    size = radius * random.uniform(0.26, 0.34)
    glyphs, place = [], 0.0
    for character in text:
        if character == " ":
            place += size * 0.35
            continue
        outline = font.outline(character, size=size)
        glyphs.append((outline, place))
        place += outline.right + size * 0.1
    span = place / radius * 57.3
    squeeze = min(1.0, 150 / span)
    body = ""
    for outline, start in glyphs:
        middle = (start + (outline.right + outline.left) / 2) / radius * 57.3 * squeeze - span * squeeze / 2
        turn = 180 - middle if below else middle
        lift = radius - size * 0.36 if not below else radius + size * 0.36
        flip = " rotate(180)" if below else ""
        place_on_circle = f"rotate({turn:.2f} 50 50) translate(50 {50 - lift:.2f}){flip}"
        own = f"scale({squeeze:.3f}) translate({-(outline.left + outline.right) / 2:.2f} 0)"
        body += f'<path transform="{place_on_circle} {own}" d="{outline.path}" fill="{color}"/>'
    field = Box(50 - radius - size / 2, 50 - radius - size / 2, 2 * radius + size, 2 * radius + size)
    return Art((Part(body, field, "letters", "", body, len(glyphs), size * 0.7),))


def cropped(random: Random, art: Art) -> Art:
    """Letters cut off at an edge, or cut through by a gap."""
    box, name = art.box, identifier(random)
    edge = random.uniform(0.06, 0.18)
    kept = random.choice(((0.0, 1 - edge), (edge, 1.0), None))
    if kept is None:
        middle, gap = random.uniform(0.35, 0.65), edge * 0.35
        bands = [(0.0, middle), (middle + gap, 1.0)]
    else:
        bands = [kept]
    shown = "".join(
        f"M{box.left:.2f} {box.top + box.height * start:.2f}h{box.width:.2f}"
        f"v{box.height * (end - start):.2f}h{-box.width:.2f}z"
        for start, end in bands
    )
    clip = f'<defs><clipPath id="{name}"><path d="{shown}"/></clipPath></defs>'
    return art.wrapped(lambda body: f'{clip}<g clip-path="url(#{name})">{body}</g>')


def _font_for(random: Random, materials: Materials, text: str) -> Font:
    for _ in range(8):
        font = materials.font(random, latin=True)
        if font.covers(text):
            return font
    raise SourceError(f"No font at hand has all letters of {text!r}. Run: hybrid-logo data fetch --fonts")


def _outlined(random: Random, outline: Outline, main: str, wish: Wish) -> Art:
    """Filled letters with a border in another colour."""
    art = line_of_text(outline, flat(main))
    border = palette(random, 2, light=not wish.light)[0]
    width = random.uniform(5, 12)
    body = (
        f'<path d="{outline.path}" fill="{border}" stroke="{border}" stroke-width="{width:.2f}" '
        f'stroke-linejoin="round"/><path d="{outline.path}" fill="{main}"/>'
    )
    return Art((replace(art.parts[0], body=body, box=art.box.grown(width / 2)),))


def _in_parts(random: Random, font: Font, text: str, outline: Outline, wish: Wish, main: str) -> Art:
    """Two colours in a word, or one for each letter."""
    contours = re.findall(r"M[^M]+", outline.path)
    places = _cuts(random, text)
    paths, done = [], 0
    for place in places:
        try:
            count = font.outline(text[:place]).path.count("M")
        except SourceError:
            continue
        paths.append("".join(contours[done:count]))
        done = max(done, count)
    paths = [path for path in (*paths, "".join(contours[done:])) if path]
    colors = [main, *palette(random, 3, light=wish.light)]
    random.shuffle(colors)
    body = ""
    for index, path in enumerate(paths):
        wished = wish.ramps and (index == 0 or random.random() < 0.6)
        paint = ink_paint(random, wish if wished else flat_wish(wish), colors[index % len(colors)])
        body += f'{paint.definitions}<path d="{path}" fill="{paint.value}"/>'
    whole = line_of_text(outline, flat(main))
    if whole.parts[0].role != "letters":
        return whole
    return Art((replace(whole.parts[0], body=body),))


def _cuts(random: Random, text: str) -> Sequence[int]:
    space = text.find(" ")
    if random.random() < 0.25:
        return list(range(1, len(text)))
    if space > 0 and random.random() < 0.8:
        return [space]
    return [random.randint(1, max(1, len(text) - 1))]
