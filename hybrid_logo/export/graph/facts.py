"""What a file says about itself, as optional inputs of the graph beside its pixels.

A graph that is given pixels alone takes them for a picture from memory, which is how Python takes an array.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.ink import PAGE_TOLERANCE, PAGE_TOLERANCE_LOSSY
from hybrid_logo.picture import Decoded, PictureFacts

__all__ = ["DEFAULTS", "feeds"]

FLAT_LIMIT = 2
FLAT_LIMIT_WEBP = 6

DEFAULTS: dict[str, NDArray[np.float32]] = {
    "page_tolerance": np.array([PAGE_TOLERANCE], np.float32),
    "flat_limit": np.array([FLAT_LIMIT], np.float32),
    "reduction": np.array([1], np.float32),
}
"""Optional inputs, ``float32[1]`` each, and what they are for an array."""


def feeds(decoded: Decoded) -> dict[str, NDArray[np.uint8] | NDArray[np.float32]]:
    """All inputs of the graph for a decoded file: the answer is then that of Python for the file."""
    order = cv2.COLOR_BGRA2RGBA if decoded.pixels.shape[2] == 4 else cv2.COLOR_BGR2RGB
    facts = decoded.facts
    lossy = facts.format in ("jpeg", "webp")
    return {
        "picture": np.asarray(cv2.cvtColor(decoded.pixels, order), np.uint8),
        "page_tolerance": np.array([PAGE_TOLERANCE_LOSSY if lossy else PAGE_TOLERANCE], np.float32),
        "flat_limit": np.array([_flat_limit(facts)], np.float32),
        "reduction": np.array([facts.reduction], np.float32),
    }


def _flat_limit(facts: PictureFacts) -> int:
    """Levels that compression adds to a flat area, as ``features.planes`` has it."""
    quality = facts.jpeg_quality
    if quality is None:
        return FLAT_LIMIT_WEBP if facts.format == "webp" else FLAT_LIMIT
    return int(np.clip(round(2 + (100 - quality) * 0.2), 3, 12))
