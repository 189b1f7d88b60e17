"""Everything that the features read, found once per picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.features.components import Components, find_components
from hybrid_logo.features.planes import Planes, build_planes, color_histogram, find_local_range, sampled
from hybrid_logo.features.ramps import Ramps, find_ramps
from hybrid_logo.features.strokes import Strokes, find_strokes
from hybrid_logo.picture import Picture

__all__ = ["EDGE_LEVELS", "Found", "find"]

EDGE_LEVELS = 48
"""Local range from which a pixel lies on an edge."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found in one picture, for the features to read.

    Attributes:
        planes: the shared images.
        components: connected shapes of the drawn ink, at half size.
        regions: connected areas between edges, page included.
        strokes: rhythm of the drawn ink.
        ramps: smooth colour ramps.
        flat_shares: ``float32[n]`` share of the ink per flat colour bin, largest first.
        range_shares: ``float32[256]``, cumulative share of the interior up to each local range.
        half_colors: ``float32[n]`` share of the ink per occupied colour bin at half size, flat or not.
    """

    planes: Planes
    components: Components
    regions: int
    strokes: Strokes
    ramps: Ramps
    flat_shares: NDArray[np.float32]
    range_shares: NDArray[np.float32]
    half_colors: NDArray[np.float32]


def find(picture: Picture) -> Found:
    """Everything that the features read, computed once."""
    planes = build_planes(picture)
    strokes = find_strokes(planes.drawn)
    flat = np.sort(planes.flat_colors[planes.flat_colors > 0])[::-1]
    cumulative = np.cumsum(planes.range_counts)
    half_colors = color_histogram(planes.half, planes.half_ink) / np.float32(planes.half_ink_pixels)
    return Found(
        planes=planes,
        components=find_components(sampled(planes.drawn)),
        regions=_region_count(planes),
        strokes=strokes,
        ramps=find_ramps(planes),
        flat_shares=flat,
        range_shares=cumulative / max(np.float32(1.0), cumulative[-1]),
        half_colors=half_colors[half_colors > 0],
    )


def _region_count(planes: Planes) -> int:
    """Areas between edges at half size, specks left out."""
    calm = cv2.threshold(find_local_range(planes.half), EDGE_LEVELS // 2, 1, cv2.THRESH_BINARY_INV)[1]
    areas = cv2.connectedComponentsWithStats(calm, connectivity=4, ltype=cv2.CV_16U)[2][1:, cv2.CC_STAT_AREA]
    return int((areas >= 2).sum())
