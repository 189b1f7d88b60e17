"""Areas to the text of an SVG document, in few bytes: whole numbers, each relative to the one before."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hybrid_logo.vectorize.bezier import Points
from hybrid_logo.vectorize.curves import Ellipse, Outline

__all__ = ["Fill", "Painted", "document", "resized", "units_per_pixel"]

Fill = tuple[int, int, int, int]
"""Red, green, blue and alpha, 0-255, straight."""
Painted = tuple[Fill, list[Outline]]

FINEST = 2560
"""Units along the longer side; they are finer by up to twice, so that the scale is a short number."""


def units_per_pixel(width: int, height: int) -> int:
    """How many units of the paths one pixel of the picture has."""
    wanted = FINEST / max(width, height)
    return next((unit for unit in (50, 20, 10, 5, 4, 2) if unit <= 2 * wanted and unit / wanted <= 2), 1)


def document(areas: Sequence[Painted], width: int, height: int, units: int) -> str:
    """A whole SVG document of ``width`` x ``height``.

    Args:
        areas: fill and outlines, in pixels, in the order of painting.
        width: of the picture, in pixels.
        height: of the picture, in pixels.
        units: see ``units_per_pixel``.
    """
    drawn: list[tuple[Fill, str]] = []
    for fill, outlines in areas:
        path = "".join(_outline(outline, units) for outline in outlines)
        if not path:
            continue
        if drawn and drawn[-1][0] == fill:
            drawn[-1] = fill, drawn[-1][1] + path
        else:
            drawn.append((fill, path))
    body = "".join(f'<path{_paint(fill)} d="{path}"/>' for fill, path in drawn)
    if units != 1 and body:
        body = f'<g transform="scale({_short(1 / units)})">{body}</g>'
    return f"{_opening(width, height)}{body}</svg>\n"


def resized(svg: str, drawn: tuple[int, int], size: tuple[int, int]) -> str:
    """A document with a viewBox of ``drawn``, for a picture read at reduced scale, at its full size."""
    if drawn == size:
        return svg
    inside = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    across, down = (_short(full / seen) for full, seen in zip(size, drawn, strict=True))
    return f'{_opening(*size)}<g transform="scale({across} {down})">{inside}</g></svg>\n'


def _opening(width: int, height: int) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">'
    )


def _paint(fill: Fill) -> str:
    red, green, blue, alpha = fill
    digits = f"{red:02x}{green:02x}{blue:02x}"
    if digits[::2] == digits[1::2]:
        digits = digits[::2]
    color = "" if digits == "000" else f' fill="#{digits}"'
    return color + ("" if alpha == 255 else f' fill-opacity="{_short(alpha / 255, 3)}"')


def _short(number: float, digits: int = 6) -> str:
    return f"{number:.{digits}f}".rstrip("0").rstrip(".").removeprefix("0") or "0"


def _outline(outline: Outline, units: int) -> str:
    if isinstance(outline, Ellipse):
        return _ellipse(outline, units)
    if not outline:
        return ""
    start = np.rint(outline[0].points[0] * units).astype(int)
    at = start
    words = [f"M{_numbers(start)}"]
    before = ""
    for curve in outline:
        points = np.rint(curve.points * units).astype(int)
        word = _line(points[-1] - at) if len(points) == 2 else _bezier(points, at)
        if word:
            words.append(word[1:] if word[0] == before and word[1] == "-" else word)
            if word[0] == before and word[1] != "-":
                words[-1] = " " + word[1:]
            before = word[0]
        at = points[-1]
    return "".join(words) + "z" if len(words) > 2 else ""


def _line(step: Points) -> str:
    if not step.any():
        return ""
    if not step[1]:
        return f"h{step[0]}"
    if not step[0]:
        return f"v{step[1]}"
    return f"l{_numbers(step)}"


def _bezier(points: Points, at: Points) -> str:
    return f"c{_numbers((points[1:] - at).ravel())}" if (points != at).any() else ""


def _ellipse(ellipse: Ellipse, units: int) -> str:
    across, down = round(ellipse.across * units), round(ellipse.down * units)
    if not across or not down:
        return ""
    left, middle = round((ellipse.x - ellipse.across) * units), round(ellipse.y * units)
    sweep = int(ellipse.clockwise)
    turn = f"a{across} {down} 0 1 {sweep}"
    return f"M{_numbers((left, middle))}{turn} {2 * across} 0{turn}{-2 * across} 0z"


def _numbers(values: Sequence[int] | Points) -> str:
    """With a space between two only where no sign parts them."""
    return "".join(f" {value}" if place and value >= 0 else f"{value}" for place, value in enumerate(values))
