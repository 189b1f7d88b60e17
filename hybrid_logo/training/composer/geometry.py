"""Boxes and path data: the outlines that marks, tiles and patterns are put together from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "Box",
    "Form",
    "Point",
    "arc",
    "blob",
    "circle",
    "ellipse",
    "line",
    "polar",
    "polygon",
    "rectangle",
    "regular",
    "ring",
    "sector",
    "star",
]

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in user units; y grows downwards."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends below."""
        return self.top + self.height

    @property
    def centre(self) -> Point:
        """Its middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    @property
    def attributes(self) -> str:
        """The attributes of a rectangle or a mask in SVG."""
        return f'x="{self.left:.2f}" y="{self.top:.2f}" width="{self.width:.2f}" height="{self.height:.2f}"'

    def grown(self, margin: float) -> Box:
        """The same with a margin on each side, in user units; negative makes it smaller."""
        return Box(self.left - margin, self.top - margin, self.width + 2 * margin, self.height + 2 * margin)

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all of them."""
        known = list(boxes)
        left, top = min(box.left for box in known), min(box.top for box in known)
        right, bottom = max(box.right for box in known), max(box.bottom for box in known)
        return Box(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Form:
    """One outline without paint, in a field of 100 x 100.

    Attributes:
        path: SVG path data.
        stroke: width of the line; 0 for an area.
        tone: which colour of the palette it wants.
    """

    path: str
    stroke: float = 0.0
    tone: int = 0


def polar(angle: float, radius: float, centre: Point = (50.0, 50.0)) -> Point:
    """The point at ``angle`` in degrees, 0 at the top and clockwise."""
    turn = math.radians(angle)
    return centre[0] + radius * math.sin(turn), centre[1] - radius * math.cos(turn)


def circle(x: float, y: float, radius: float) -> str:
    """A full circle."""
    return ellipse(x, y, radius, radius)


def ellipse(x: float, y: float, across: float, down: float) -> str:
    """An ellipse by its two radii."""
    half = f"a{across:.2f} {down:.2f} 0 1 0"
    return f"M{x - across:.2f} {y:.2f}{half} {2 * across:.2f} 0{half} {-2 * across:.2f} 0z"


def ring(x: float, y: float, outer: float, inner: float) -> str:
    """A circle with a round hole, the hole drawn the other way round."""
    hole = f"a{inner:.2f} {inner:.2f} 0 1 1"
    return circle(x, y, outer) + f"M{x - inner:.2f} {y:.2f}{hole} {2 * inner:.2f} 0{hole} {-2 * inner:.2f} 0z"


def rectangle(left: float, top: float, width: float, height: float, radius: float = 0.0) -> str:
    """A rectangle with rounded corners."""
    if radius <= 0:
        return f"M{left:.2f} {top:.2f}h{width:.2f}v{height:.2f}h{-width:.2f}z"
    r = min(radius, width / 2, height / 2)
    across, down = width - 2 * r, height - 2 * r
    return (
        f"M{left + r:.2f} {top:.2f}h{across:.2f}a{r:.2f} {r:.2f} 0 0 1 {r:.2f} {r:.2f}v{down:.2f}"
        f"a{r:.2f} {r:.2f} 0 0 1 {-r:.2f} {r:.2f}h{-across:.2f}a{r:.2f} {r:.2f} 0 0 1 {-r:.2f} {-r:.2f}"
        f"v{-down:.2f}a{r:.2f} {r:.2f} 0 0 1 {r:.2f} {-r:.2f}z"
    )


def line(points: Sequence[Point]) -> str:
    """An open polyline."""
    return "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)


def polygon(points: Sequence[Point], radius: float = 0.0) -> str:
    """A closed polygon; its corners are rounded by up to ``radius``."""
    if radius <= 0:
        return line(points) + "z"
    parts: list[str] = []
    for index, (x, y) in enumerate(points):
        ends = []
        for other in (points[index - 1], points[(index + 1) % len(points)]):
            length = math.dist((x, y), other) or 1.0
            share = min(radius / length, 0.5)
            ends.append((x + (other[0] - x) * share, y + (other[1] - y) * share))
        (ax, ay), (bx, by) = ends
        parts.append(f"{'L' if parts else 'M'}{ax:.2f} {ay:.2f}Q{x:.2f} {y:.2f} {bx:.2f} {by:.2f}")
    return "".join(parts) + "z"


def regular(sides: int, radius: float, turn: float = 0.0, centre: Point = (50.0, 50.0)) -> list[Point]:
    """Corners of a regular polygon, the first at ``turn`` degrees."""
    return [polar(turn + 360 * index / sides, radius, centre) for index in range(sides)]


def star(
    tips: int, outer: float, inner: float, turn: float = 0.0, centre: Point = (50.0, 50.0)
) -> list[Point]:
    """Corners of a star."""
    radii = (outer, inner)
    return [polar(turn + 180 * index / tips, radii[index % 2], centre) for index in range(2 * tips)]


def arc(start: float, end: float, radius: float, centre: Point = (50.0, 50.0)) -> str:
    """An open arc, clockwise from ``start`` to ``end`` degrees."""
    (ax, ay), (bx, by) = polar(start, radius, centre), polar(end, radius, centre)
    large = int((end - start) % 360 > 180)
    return f"M{ax:.2f} {ay:.2f}A{radius:.2f} {radius:.2f} 0 {large} 1 {bx:.2f} {by:.2f}"


def sector(start: float, end: float, outer: float, inner: float = 0.0, centre: Point = (50.0, 50.0)) -> str:
    """A slice of a disc, or of a ring where ``inner`` is not 0."""
    large = int((end - start) % 360 > 180)
    (ax, ay), (bx, by) = polar(start, outer, centre), polar(end, outer, centre)
    path = f"M{ax:.2f} {ay:.2f}A{outer:.2f} {outer:.2f} 0 {large} 1 {bx:.2f} {by:.2f}"
    if inner <= 0:
        return path + f"L{centre[0]:.2f} {centre[1]:.2f}z"
    (cx, cy), (dx, dy) = polar(end, inner, centre), polar(start, inner, centre)
    return path + f"L{cx:.2f} {cy:.2f}A{inner:.2f} {inner:.2f} 0 {large} 0 {dx:.2f} {dy:.2f}z"


def blob(points: Sequence[Point]) -> str:
    """A smooth closed curve through the points (Catmull-Rom)."""
    count = len(points)
    path = f"M{points[0][0]:.2f} {points[0][1]:.2f}"
    for index in range(count):
        before, here = points[index - 1], points[index]
        after, beyond = points[(index + 1) % count], points[(index + 2) % count]
        first = (here[0] + (after[0] - before[0]) / 6, here[1] + (after[1] - before[1]) / 6)
        second = (after[0] - (beyond[0] - here[0]) / 6, after[1] - (beyond[1] - here[1]) / 6)
        path += (
            f"C{first[0]:.2f} {first[1]:.2f} {second[0]:.2f} {second[1]:.2f} {after[0]:.2f} {after[1]:.2f}"
        )
    return path + "z"
