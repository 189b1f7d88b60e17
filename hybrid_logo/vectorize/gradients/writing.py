"""Fills and path data to the text of an SVG document with native gradients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hybrid_logo.vectorize.gradients.fills import Fill, Floats

__all__ = ["write_document"]

OPAQUE = 0.985
FAINT = 8.0
"""Level of alpha below which the colour of a stop is not known."""


def write_document(
    shapes: Sequence[tuple[Fill, str]], width: int, height: int, scale: int, units: int
) -> str:
    """A whole document of ``width`` x ``height``.

    Args:
        shapes: fill, in pixels of the enlarged picture, and path data, in units, in the order of drawing.
        width: of the picture in pixels.
        height: of the picture in pixels.
        scale: times that the picture was enlarged.
        units: of the paths, for each pixel of the picture.
    """
    definitions: list[str] = []
    drawn = []
    for fill, path in shapes:
        if fill.kind == "flat":
            drawn.append(f'<path {_paint("fill", fill.colors[0])} d="{path}"/>')
        else:
            name = f"g{len(definitions)}"
            definitions.append(_gradient(fill, name, units / scale))
            drawn.append(f'<path fill="url(#{name})" d="{path}"/>')
    defined = f"<defs>{''.join(definitions)}</defs>" if definitions else ""
    body = "".join(drawn)
    if units > 1 and body:
        body = f'<g transform="scale({_short(1 / units, 6)})">{body}</g>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{defined}{body}</svg>\n'
    )


def _gradient(fill: Fill, name: str, larger: float) -> str:
    names = ("cx", "cy", "r") if fill.kind == "radial" else ("x1", "y1", "x2", "y2")
    places = " ".join(
        f'{word}="{round(value * larger)}"' for word, value in zip(names, fill.geometry, strict=True)
    )
    stops = "".join(
        f'<stop offset="{_short(float(offset), 3)}" {_paint("stop", color)}/>'
        for offset, color in zip(fill.offsets, _with_colors(fill.colors), strict=True)
    )
    tag = f"{fill.kind}Gradient"
    return f'<{tag} id="{name}" gradientUnits="userSpaceOnUse" {places}>{stops}</{tag}>'


def _with_colors(colors: Floats) -> Floats:
    """Premultiplied stops; one that is nearly invisible borrows the colour of its most visible neighbour."""
    found = colors.copy()
    for place in np.flatnonzero(colors[:, 3] < FAINT):
        near = [other for other in (place - 1, place + 1) if 0 <= other < len(colors)]
        lender = colors[max(near, key=lambda other: float(colors[other, 3]))]
        # Alpha below a thousandth is written as 0, but the colour must survive until then.
        found[place] = lender * max(float(colors[place, 3]), 1e-3) / max(float(lender[3]), 1e-3)
    return found


def _paint(what: str, color: Floats) -> str:
    """Attributes ``fill`` or ``stop-color``, and opacity, of a premultiplied colour."""
    alpha = float(color[3])
    straight = np.clip(np.rint(color[:3] * 255 / max(alpha, 1e-9)), 0, 255).astype(int).tolist()
    digits = "".join(f"{level:02x}" for level in straight)
    if digits[::2] == digits[1::2]:
        digits = digits[::2]
    painted = f'{"fill" if what == "fill" else "stop-color"}="#{digits}"'
    opacity = alpha / 255
    return painted if opacity >= OPAQUE else f'{painted} {what}-opacity="{_short(opacity, 2)}"'


def _short(number: float, digits: int) -> str:
    return f"{number:.{digits}f}".rstrip("0").rstrip(".").removeprefix("0") or "0"
