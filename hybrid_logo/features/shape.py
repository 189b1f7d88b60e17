"""Size, aspect and fill of the ink."""

from __future__ import annotations

from math import log2

import cv2

from hybrid_logo.features.found import Found
from hybrid_logo.features.registry import feature


@feature("log2 of width over height", "the ink is {:.2g} times as wide as high")
def aspect_log2(found: Found) -> float:
    """Aspect of the ink box."""
    _, _, width, height = found.planes.picture.ink_box
    return log2(width / height)


@feature("log2 of pixels", "the ink is {:.0f} px long")
def ink_long_side_log2(found: Found) -> float:
    """Native size of the ink: small pictures blur what larger ones show."""
    return log2(found.planes.picture.ink_long_side)


@feature("fraction of the ink box, 0-1", "ink fills {:.2f} of its box")
def ink_box_share(found: Found) -> float:
    """How full the ink box is."""
    _, _, width, height = cv2.boundingRect(found.planes.ink)
    return found.planes.ink_pixels / max(1, width * height)


@feature("fraction of ink, 0-1", "a plain tile makes {:.2f} of the ink")
def tile_share(found: Found) -> float:
    """Ink that is a plain tile under the drawing."""
    return found.planes.tile_share


@feature("fraction of ink, 0-1", "{:.2f} of the ink lies away from the page")
def interior_share(found: Found) -> float:
    """Ink at least two pixels from the page: low for thin strokes."""
    return cv2.countNonZero(found.planes.interior) / found.planes.ink_pixels


@feature("fraction of box, 0-1", "the drawing fills {:.2f} of its box")
def drawn_box_share(found: Found) -> float:
    """How full the box of the drawn ink is."""
    return found.strokes.drawn_share


@feature("log2 of width over height", "the drawing is {:.2g} times as wide as high")
def drawn_aspect_log2(found: Found) -> float:
    """Aspect of the drawn ink without its tile."""
    return found.strokes.aspect_log2
