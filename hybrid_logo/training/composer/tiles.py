"""Tiles and badges behind symbols and letters, and what is cut out of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from hybrid_logo.training.composer.drawing import Art, Part
from hybrid_logo.training.composer.geometry import Box, circle, polygon, rectangle, regular, star
from hybrid_logo.training.composer.painting import Wish, ink_paint
from hybrid_logo.training.composer.paints import identifier
from hybrid_logo.training.composer.palettes import brand_color, luminance, palette
from hybrid_logo.training.composer.silhouettes import SILHOUETTES

__all__ = ["Tile", "cut_out", "on_tile", "tile"]


@dataclass(frozen=True, slots=True)
class Tile:
    """A plain ground.

    Attributes:
        art: it alone.
        path: its outline.
        field: where things on it go.
        color: about its colour; light ink is needed on a dark one.
    """

    art: Art
    path: str
    field: Box
    color: str

    @property
    def ink(self) -> str:
        """A colour that can be read on it."""
        return "#ffffff" if luminance(self.color) < 0.62 else "#161616"


def tile(random: Random, wish: Wish, *, aspect: float = 1.0, color: str | None = None) -> Tile:
    """A tile.

    Args:
        random: where chance comes from.
        wish: with a ramp on it, where ramps are wished.
        aspect: width by height; other than 1 it is a bar or a pill.
        color: about its colour.
    """
    ground = color or (palette(random, 1)[0] if random.random() < 0.25 else brand_color(random))
    if random.random() < 0.06:
        ground = random.choice(("#ffffff", "#f4f2ed", "#ffe55c"))
    width = 100 * aspect
    path, field = _outline(random, width, square=aspect == 1.0)
    paint = ink_paint(random, wish, ground)
    body = f'{paint.definitions}<path d="{path}" fill="{paint.value}"{_border(random)}/>'
    return Tile(Art((Part(body, Box(0, 0, width, 100), "tile"),)), path, field, ground)


def on_tile(ground: Tile, art: Art, share: float = 1.0) -> Art:
    """``art`` on the tile, filling ``share`` of the room."""
    field = ground.field
    inner = field.grown(-(1 - share) / 2 * min(field.width, field.height))
    return ground.art + art.fitted(inner)


def cut_out(random: Random, ground: Tile, art: Art, share: float = 1.0) -> Art:
    """The tile with ``art`` cut out of it: the page is seen through."""
    inner = ground.field.grown(-(1 - share) / 2 * min(ground.field.width, ground.field.height))
    placed = art.fitted(inner)
    name, box = identifier(random), ground.art.box
    frame = box.attributes
    plain = ground.art.parts[0]
    holes = "".join(part.silhouette or part.body for part in placed.parts)
    body = (
        f'<defs><mask id="{name}" maskUnits="userSpaceOnUse" {frame}><rect {frame} fill="#fff"/>'
        f'<g fill="#000">{holes}</g></mask></defs><g mask="url(#{name})">{plain.body}</g>'
    )
    lettered = [part for part in placed.parts if part.role == "letters"]
    if not lettered:
        return Art((replace(plain, body=body, role="symbol"),), placed.sources)
    count = sum(part.characters for part in lettered)
    height = min(part.letter_height for part in lettered)
    return Art((Part(body, box, "letters", plain.body, f"<g>{holes}</g>", count, height),), placed.sources)


def _outline(random: Random, width: float, *, square: bool) -> tuple[str, Box]:
    middle = width / 2
    if not square:
        radius = random.choice((0, 8, 18, 50, 50))
        return rectangle(0, 0, width, 100, radius), Box(14, 22, width - 28, 56)
    style = random.random()
    if style < 0.42:
        return rectangle(0, 0, 100, 100, random.choice((8, 16, 22, 22, 28, 34))), Box(16, 16, 68, 68)
    if style < 0.57:
        return rectangle(0, 0, 100, 100), Box(14, 14, 72, 72)
    if style < 0.8:
        return circle(middle, 50, 50), Box(22, 22, 56, 56)
    if style < 0.87:
        return polygon(regular(6, 50, random.choice((0, 30))), random.choice((0, 8))), Box(25, 25, 50, 50)
    if style < 0.93:
        return SILHOUETTES["shield"], Box(24, 22, 52, 48)
    if style < 0.96:
        return polygon(regular(4, 50, 0), random.choice((0, 8))), Box(30, 30, 40, 40)
    return polygon(star(random.choice((12, 16, 20)), 50, 45)), Box(24, 24, 52, 52)


def _border(random: Random) -> str:
    if random.random() > 0.06:
        return ""
    return f' stroke="{palette(random, 1)[0]}" stroke-width="{random.uniform(1.5, 4):.2f}"'
