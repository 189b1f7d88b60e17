"""From shares of colours to areas at a larger scale, with edges where the shares put them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.vectorize.mixing import Shares
from hybrid_logo.vectorize.snapping import Floats

__all__ = ["enlarge", "has_hard_edges"]

REACH = 4
"""Pixels around a colour that its enlarged plane may reach."""


ROUGH_BLUR_PX = 0.8
"""Standard deviation of the blur that evens out the edges of a rough picture."""
HARD_SHARE = 0.25
"""Of the pixels along edges, that mix two colours where edges are smooth; of a straight one at least half do,
unless it is upright or level."""


def has_hard_edges(shares: Shares) -> bool:
    """Whether the picture was drawn without anti-aliasing: nearly no pixel on an edge is a mixture."""
    largest = np.where(shares.share < 0.5, shares.second, shares.first)
    across, down = largest[:, 1:] != largest[:, :-1], largest[1:] != largest[:-1]
    # Only where the edge steps, for along an upright or level one no pixel is mixed anyway.
    steps = across[1:] & down[:, 1:]
    mixed = np.abs(shares.share - 0.5) < 0.45
    near = mixed[1:, 1:] | mixed[:-1, :-1] | mixed[1:, :-1] | mixed[:-1, 1:]
    return int(steps.sum()) >= 8 and float(near[steps].mean()) < HARD_SHARE


def enlarge(
    shares: Shares, colors: int, scale: int, *, sharpness: float = 0.0, rough: bool = False
) -> NDArray[np.uint8]:
    """The colour that covers most of each pixel after enlarging.

    A pixel's share is the mean over its area, which flattens what is thinner than a pixel. Sharpening
    undoes a part of that, so that thin strokes and small counters live.

    Args:
        shares: of each pixel.
        colors: how many there are.
        scale: times the size, 1 or more.
        rough: edges are noisy or were drawn without anti-aliasing: even them out, and do not sharpen.
        sharpness: 0 leaves shares as they are, 1 undoes about what averaging over a pixel did.

    Returns:
        ``uint8[scale * H, scale * W]``, indices of colours.
    """
    height, width = shares.first.shape
    result = np.zeros((height * scale, width * scale), np.uint8)
    most = np.full(result.shape, -1.0, np.float32)
    for index in range(colors):
        plane = np.where(shares.first == index, shares.share, np.float32(0))
        other = (shares.second == index) & (shares.first != index)
        plane[other] = 1.0 - shares.share[other]
        x, y, across, down = cv2.boundingRect((plane > 0).astype(np.uint8))
        if not across:
            continue
        left, top = max(0, x - REACH), max(0, y - REACH)
        right, bottom = min(width, x + across + REACH), min(height, y + down + REACH)
        large = _enlarged(plane[top:bottom, left:right], scale, sharpness, rough)
        inside = slice(top * scale, bottom * scale), slice(left * scale, right * scale)
        more = large > most[inside]
        result[inside][more] = index
        np.maximum(most[inside], large, out=most[inside])
    return result


def _enlarged(plane: Floats, scale: int, sharpness: float, rough: bool) -> Floats:
    if rough:
        plane = np.asarray(cv2.GaussianBlur(plane, (0, 0), ROUGH_BLUR_PX, borderType=cv2.BORDER_REPLICATE))
    elif sharpness:
        plane = plane + sharpness * (plane - cv2.blur(plane, (3, 3), borderType=cv2.BORDER_REPLICATE))
    size = (plane.shape[1] * scale, plane.shape[0] * scale)
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_CUBIC)) if scale > 1 else plane
