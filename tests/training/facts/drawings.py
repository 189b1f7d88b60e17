"""SVG documents for tests, drawn on a canvas of 100 by 100 units."""

from __future__ import annotations

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'


def svg(body: str, attributes: str = "") -> str:
    return f'<svg {NAMESPACES} viewBox="0 0 100 100" {attributes}>{body}</svg>'


def square(x: float, y: float, side: float, fill: str, more: str = "") -> str:
    return f'<rect x="{x}" y="{y}" width="{side}" height="{side}" fill="{fill}" {more}/>'


def gradient(name: str, *stops: tuple[str, float], tag: str = "linearGradient") -> str:
    parts = "".join(
        f'<stop offset="{index / max(1, len(stops) - 1)}" stop-color="{color}" stop-opacity="{opacity}"/>'
        for index, (color, opacity) in enumerate(stops)
    )
    return f'<defs><{tag} id="{name}">{parts}</{tag}></defs>'
