"""A logo being put together: parts with a role and a box, which become one SVG document.

The role tells what the labeller must leave out: letters when it counts pieces, the plain tile when it
asks how much of the ink is letters.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from hybrid_logo.training.composer.geometry import Box

__all__ = ["Art", "Part", "Role", "document"]

Role: TypeAlias = Literal["symbol", "letters", "tile", "page"]


@dataclass(frozen=True, slots=True)
class Part:
    """Some SVG elements.

    Attributes:
        body: the elements, their definitions among them.
        box: what they fill, about.
        role: what they are to the labeller.
        without: drawn in their place where the letters are left out.
        silhouette: elements that cover just the letters, where ``body`` does not (cut-outs, outlines).
        characters: how many letters.
        letter_height: height of a line of letters, in user units.
    """

    body: str
    box: Box
    role: Role = "symbol"
    without: str = ""
    silhouette: str = ""
    characters: int = 0
    letter_height: float = 0.0


@dataclass(frozen=True, slots=True)
class Art:
    """Parts from back to front. ``sources`` names the icons in them."""

    parts: tuple[Part, ...]
    sources: tuple[str, ...] = ()

    @property
    def box(self) -> Box:
        """What all parts fill."""
        return Box.around(part.box for part in self.parts)

    def __add__(self, other: Art) -> Art:
        return Art(self.parts + other.parts, self.sources + other.sources)

    def moved(self, x: float, y: float, scale: float = 1.0) -> Art:
        """Scaled about the origin, then moved."""
        return Art(tuple(_moved(part, x, y, scale) for part in self.parts), self.sources)

    def fitted(self, box: Box) -> Art:
        """As large as fits, in the middle of ``box``."""
        own = self.box
        scale = min(box.width / max(own.width, 1e-6), box.height / max(own.height, 1e-6))
        (x, y), (own_x, own_y) = box.centre, own.centre
        return self.moved(x - own_x * scale, y - own_y * scale, scale)

    def turned(self, degrees: float) -> Art:
        """Turned clockwise about the middle."""
        x, y = self.box.centre
        transform = f"rotate({degrees:.2f} {x:.2f} {y:.2f})"
        wrapped = self.wrapped(lambda body: f'<g transform="{transform}">{body}</g>')
        return Art(
            tuple(replace(part, box=_turned(part.box, degrees, (x, y))) for part in wrapped.parts),
            self.sources,
        )

    def wrapped(self, wrap: Callable[[str], str]) -> Art:
        """Each part's elements put into others."""

        def inside(body: str) -> str:
            return wrap(body) if body else ""

        parts = (
            replace(
                part,
                body=inside(part.body),
                without=inside(part.without),
                silhouette=inside(part.silhouette),
            )
            for part in self.parts
        )
        return Art(tuple(parts), self.sources)

    def as_role(self, role: Role) -> Art:
        """The same drawing with all parts in one role."""
        return Art(tuple(replace(part, role=role) for part in self.parts), self.sources)


def document(art: Art, view: Box, shown: Callable[[Part], str] = lambda part: part.body) -> str:
    """The SVG document of what ``shown`` gives for each part, seen through ``view``."""
    box = f"{view.left:.3f} {view.top:.3f} {view.width:.3f} {view.height:.3f}"
    body = "".join(shown(part) for part in art.parts)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{view.width:.3f}" height="{view.height:.3f}" viewBox="{box}">{body}</svg>'
    )


def _moved(part: Part, x: float, y: float, scale: float) -> Part:
    def inside(body: str) -> str:
        return f'<g transform="translate({x:.3f} {y:.3f}) scale({scale:.5f})">{body}</g>' if body else ""

    box = part.box
    return replace(
        part,
        body=inside(part.body),
        without=inside(part.without),
        silhouette=inside(part.silhouette),
        box=Box(box.left * scale + x, box.top * scale + y, box.width * scale, box.height * scale),
        letter_height=part.letter_height * scale,
    )


def _turned(box: Box, degrees: float, centre: tuple[float, float]) -> Box:
    turn = math.radians(degrees)
    cosine, sine = math.cos(turn), math.sin(turn)
    corners = [
        (
            centre[0] + (x - centre[0]) * cosine - (y - centre[1]) * sine,
            centre[1] + (x - centre[0]) * sine + (y - centre[1]) * cosine,
        )
        for x in (box.left, box.right)
        for y in (box.top, box.bottom)
    ]
    xs, ys = zip(*corners, strict=True)
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))
