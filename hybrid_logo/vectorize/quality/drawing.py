"""SVG to pixels by resvg, for measuring; system fonts are not used, so every machine draws the same."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import InputError, MissingExtraError

__all__ = ["Pixels", "draw", "natural_size"]

Pixels: TypeAlias = NDArray[Any]
"""``uint8`` or ``float32``; OpenCV's type hints do not carry the element type."""

LARGE_SIDE_PX = 512
"""Large enough to tell a proportion."""


def natural_size(svg: str) -> tuple[int, int]:
    """Width and height of a document, as it says itself, in the proportion that it is drawn in.

    Raises:
        MissingExtraError: resvg_py is not installed.
        InputError: the text is no SVG.
    """
    height, width = _drawn(svg, LARGE_SIDE_PX, LARGE_SIDE_PX).shape[:2]
    return width, height


def draw(svg: str, width: int, height: int) -> Pixels:
    """Draw an SVG document into a picture of that size; its aspect is kept, and it lies in the middle.

    Returns:
        ``uint8[height, width, 4]``, RGBA with straight alpha; transparent where nothing is drawn.

    Raises:
        MissingExtraError: resvg_py is not installed.
        InputError: the text is no SVG.
    """
    drawn = _drawn(svg, width, height)
    page = np.zeros((height, width, 4), np.uint8)
    rows, columns = min(height, drawn.shape[0]), min(width, drawn.shape[1])
    top, left = (height - rows) // 2, (width - columns) // 2
    page[top : top + rows, left : left + columns] = drawn[:rows, :columns]
    return page


def _drawn(svg: str, width: int, height: int) -> Pixels:
    """``uint8[h, w, 4]``, as large as fits into that size."""
    try:
        import resvg_py
    except ImportError:
        raise MissingExtraError(
            "Measuring an SVG needs resvg_py. Install it with: pip install 'hybrid-logo[svg]'"
        ) from None
    try:
        encoded = resvg_py.svg_to_bytes(svg_string=svg, width=width, height=height, skip_system_fonts=True)
    except ValueError as error:
        raise InputError(f"The SVG cannot be drawn ({error}). Give a whole SVG document.") from None
    decoded = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
    assert decoded is not None, "resvg writes PNG"
    return cv2.cvtColor(decoded, cv2.COLOR_BGRA2RGBA)
