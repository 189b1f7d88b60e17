"""What a file did to a drawing: by how many levels flat areas vary, and whether its outline was cut hard."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.picture import PictureFacts

__all__ = ["has_hard_outline", "noise_of"]

LOSSLESS = 2.0
LOSSY = 8.0
"""Where it is not told how lossy."""
CALM = 16
"""Levels by which neighbours may differ within an area, whatever the file."""
EXACT_SHARE = 0.9
"""Of the pixels within areas, those that equal their neighbours, below which a WebP may be lossy."""
TYPICAL_NOISE = 4.0
"""Levels of variation in areas of lossy files; smooth ramps vary less."""
MIXED_SHARE = 0.1
"""Half transparent pixels for each pixel along the outline; anti-aliasing leaves about one."""

_SQUARE = np.ones((3, 3), np.uint8)


def noise_of(pixels: NDArray[np.uint8], facts: PictureFacts) -> float:
    """Levels, 0-255, by which pixels of one flat area differ.

    Args:
        pixels: ``uint8[H, W, 4]``, RGBA with straight alpha.
        facts: what the file says of itself.
    """
    if facts.format == "jpeg":
        return 5.0 + 0.13 * (100 - (facts.jpeg_quality or 75))
    if facts.format != "webp":  # fine texture cannot be told from noise, so only the format is believed
        return LOSSLESS
    spread = cv2.subtract(cv2.dilate(pixels, _SQUARE), cv2.erode(pixels, _SQUARE)).max(axis=2)
    opaque = cv2.erode(pixels[:, :, 3], _SQUARE) == 255
    calm = spread[opaque & (spread <= CALM)]
    uneven = calm[calm > 0]
    exact = 1.0 - len(uneven) / max(1, len(calm))
    lossy = exact < EXACT_SHARE
    return LOSSY if lossy and float(np.quantile(uneven, 0.75)) >= TYPICAL_NOISE else LOSSLESS


def has_hard_outline(alpha: NDArray[np.uint8]) -> bool:
    """Whether ``uint8[H, W]`` knows ink and page and next to nothing between, as in GIF."""
    ink = (alpha >= 128).astype(np.uint8)
    outline = int(np.count_nonzero(ink - cv2.erode(ink, _SQUARE)))
    mixed = int(np.count_nonzero((alpha > 8) & (alpha < 247)))
    return outline > 0 and int(alpha.min()) < 128 and mixed < MIXED_SHARE * outline
