"""Small vector drawings and their pixels."""

from __future__ import annotations

from hybrid_logo.vectorize.quality.drawing import Pixels, draw

LINEAR = '<linearGradient id="a" x1="0" y1="0" x2="1" y2="1"><stop stop-color="#e02040"/>{}</linearGradient>'
END = '<stop offset="1" stop-color="#f0c020"/>'


def svg(body: str, side: int = 64) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">{body}</svg>'


RAMP = svg(f'<defs>{LINEAR.format(END)}</defs><rect x="8" y="8" width="48" height="48" fill="url(#a)"/>')
"""A square with a linear gradient on a transparent page."""
RADIAL = svg(
    '<defs><radialGradient id="a" cx=".3" cy=".4" r=".7"><stop stop-color="#fff"/><stop offset=".5" '
    'stop-color="#30c0ff"/><stop offset="1" stop-color="#102080"/></radialGradient></defs>'
    '<circle cx="32" cy="32" r="28" fill="url(#a)"/>'
)
FADING = svg(
    '<defs><linearGradient id="a"><stop stop-color="#d02090"/><stop offset="1" stop-color="#d02090" '
    'stop-opacity="0"/></linearGradient></defs><rect x="4" y="16" width="56" height="32" fill="url(#a)"/>'
)
RED = svg('<rect x="16" y="16" width="32" height="32" fill="#d02030"/>')


def pixels(drawing: str, side: int = 64) -> Pixels:
    """``uint8[side, side, 4]``."""
    return draw(drawing, side, side)
