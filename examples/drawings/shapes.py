"""SVG elements as text: what the drawings are put together from."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[float, float]


def document(width: float, height: float, *elements: str) -> str:
    """A whole SVG document, ``width`` x ``height`` user units."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}">{"".join(elements)}</svg>'
    )


def group(*elements: str, **attributes: object) -> str:
    """Elements that share attributes."""
    return f"<g{_attributes(attributes)}>{''.join(elements)}</g>"


def rectangle(x: float, y: float, width: float, height: float, fill: str, **attributes: object) -> str:
    """An upright rectangle by its upper left corner."""
    box = f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"'
    return f"{box}{_attributes(attributes)}/>"


def circle(x: float, y: float, radius: float, fill: str, **attributes: object) -> str:
    """A disc by its centre."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{fill}"{_attributes(attributes)}/>'


def ellipse(x: float, y: float, across: float, down: float, fill: str, **attributes: object) -> str:
    """An ellipse by its centre and half axes."""
    box = f'<ellipse cx="{x:g}" cy="{y:g}" rx="{across:g}" ry="{down:g}" fill="{fill}"'
    return f"{box}{_attributes(attributes)}/>"


def path(data: str, fill: str, **attributes: object) -> str:
    """A filled outline."""
    return f'<path d="{data}" fill="{fill}"{_attributes(attributes)}/>'


def line(data: str, colour: str, width: float, cap: str = "round", **attributes: object) -> str:
    """A stroke along a path; ``cap`` shapes its ends, and its corners match."""
    corner = "round" if cap == "round" else "miter"
    stroke = f'stroke="{colour}" stroke-width="{width:g}" stroke-linecap="{cap}" stroke-linejoin="{corner}"'
    return f'<path d="{data}" fill="none" {stroke}{_attributes(attributes)}/>'


def polygon(points: Sequence[Point], fill: str, **attributes: object) -> str:
    """A filled polygon."""
    corners = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    return f'<polygon points="{corners}" fill="{fill}"{_attributes(attributes)}/>'


def star(x: float, y: float, outer: float, inner: float, tips: int, fill: str) -> str:
    """A star that stands on its axis."""
    corners = [
        polar(x, y, inner if index % 2 else outer, 180.0 * index / tips - 90.0) for index in range(2 * tips)
    ]
    return polygon(corners, fill)


def turned(element: str, degrees: float, x: float, y: float) -> str:
    """The element turned clockwise about a point."""
    return group(element, transform=f"rotate({degrees:g} {x:g} {y:g})")


def moved(element: str, x: float, y: float, scale: float = 1.0) -> str:
    """The element enlarged, then moved."""
    return group(element, transform=f"translate({x:g} {y:g}) scale({scale:g})")


def polar(x: float, y: float, radius: float, degrees: float) -> Point:
    """The point at a distance and a clockwise angle from the right-hand side."""
    angle = math.radians(degrees)
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


def linear(name: str, start: Point, end: Point, *colours: str) -> str:
    """A linear ramp between two points in user units, to be used as ``url(#name)``."""
    ends = f'x1="{start[0]:g}" y1="{start[1]:g}" x2="{end[0]:g}" y2="{end[1]:g}"'
    return (
        f'<linearGradient id="{name}" gradientUnits="userSpaceOnUse" {ends}>'
        f"{_stops(colours)}</linearGradient>"
    )


def radial(name: str, centre: Point, radius: float, *colours: str) -> str:
    """A radial ramp in user units, to be used as ``url(#name)``."""
    place = f'cx="{centre[0]:g}" cy="{centre[1]:g}" r="{radius:g}"'
    return (
        f'<radialGradient id="{name}" gradientUnits="userSpaceOnUse" {place}>'
        f"{_stops(colours)}</radialGradient>"
    )


def clip(name: str, element: str) -> str:
    """A window in the element's shape, to be used as ``clip_path="url(#name)"``."""
    return f'<clipPath id="{name}">{element}</clipPath>'


def _stops(colours: Sequence[str]) -> str:
    """Evenly spaced stops; a colour of eight hexadecimal digits ends with its opacity."""
    stops = []
    for index, colour in enumerate(colours):
        opacity = f' stop-opacity="{int(colour[7:9], 16) / 255:.3f}"' if len(colour) == 9 else ""
        offset = index / (len(colours) - 1)
        stops.append(f'<stop offset="{offset:.3f}" stop-color="{colour[:7]}"{opacity}/>')
    return "".join(stops)


def _attributes(attributes: dict[str, object]) -> str:
    return "".join(f' {key.replace("_", "-")}="{value}"' for key, value in attributes.items())
