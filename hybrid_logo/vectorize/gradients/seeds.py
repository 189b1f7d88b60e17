"""Smooth connected pixels, and a fill for each such seed; where none fits, the seed is split."""

from __future__ import annotations

import cv2
import numpy as np

from hybrid_logo.vectorize.gradients.enlarged import Enlarged, Pixels, bend, boxes, steepness
from hybrid_logo.vectorize.gradients.fills import Fill, fit_fill

__all__ = ["BAD_FIT", "fitted_seeds", "smooth_seeds"]

STEEPEST = 26
"""Levels from one pixel to the next that a ramp may have."""
KINK = 4.0
"""Levels by which the slope may change from pixel to pixel within an area, noise aside."""
SMALLEST_PX = 4
SPLITS = 3
BAD_FIT = 5.0
"""Mean error in levels of a fill from which its area is split in two."""
MOST_TURNS = 8
MOST_POINTS = 4000


def smooth_seeds(picture: Enlarged) -> Pixels:
    """``int32[h, w]``: 1, 2, ... for connected smooth pixels, 0 elsewhere."""
    calm = (bend(picture.small) <= KINK + 3 * picture.noise) & (steepness(picture.small) <= STEEPEST)
    count, seeds, stats, _ = cv2.connectedComponentsWithStats(
        calm.astype(np.uint8), connectivity=4, ltype=cv2.CV_32S
    )
    kept = np.zeros(count, np.int32)
    large = np.flatnonzero(stats[1:, cv2.CC_STAT_AREA] >= SMALLEST_PX) + 1
    kept[large] = np.arange(1, len(large) + 1)
    return np.asarray(kept[seeds])


def fitted_seeds(picture: Enlarged, seeds: Pixels, tolerance: float) -> tuple[Pixels, list[Fill]]:
    """A fill for each seed; a seed that no fill explains is split in two, and these again.

    Returns:
        ``int32[H, W]``, 1 + number of the fill, 0 elsewhere; and the fills.
    """
    fills: list[Fill] = []
    fresh = np.zeros_like(seeds)
    for number, box in enumerate(boxes(seeds, int(seeds.max())), start=1):
        assert box is not None, "seeds are numbered without gaps"
        rows, columns = np.nonzero(seeds[box[0] : box[1] + 1, box[2] : box[3] + 1] == number)
        for places, fill in _explained(picture, (rows + box[0], columns + box[2]), tolerance, SPLITS):
            fills.append(fill)
            fresh[places] = len(fills)
    return fresh, fills


def _explained(
    picture: Enlarged, places: tuple[Pixels, Pixels], tolerance: float, splits: int
) -> list[tuple[tuple[Pixels, Pixels], Fill]]:
    """Rows and columns of each part, and its fill."""
    fill = _fit(picture, places, tolerance)
    if not splits or fill.error < BAD_FIT + picture.noise:
        return [(places, fill)]
    rows, columns = places
    planes = np.column_stack([columns, rows, np.ones_like(rows)]).astype(np.float64)
    side = _two_planes(planes, picture.large[rows, columns])
    fewest = SMALLEST_PX * picture.scale**2
    parts = [(rows[chosen], columns[chosen]) for chosen in (~side, side) if chosen.sum() >= fewest]
    if len(parts) < 2:
        return [(places, fill)]
    return [piece for part in parts for piece in _explained(picture, part, tolerance, splits - 1)]


def _two_planes(planes: Pixels, colors: Pixels) -> Pixels:
    """Which of two colour planes explains each point better; they are fitted in turns (Lloyd)."""
    rest = _rest(planes, colors, np.ones(len(colors), bool))
    main = np.linalg.svd(rest[:: max(1, len(rest) // 2000)], full_matrices=False)[2][0]
    side: Pixels = rest @ main > 0
    for _ in range(MOST_TURNS):
        if side.all() or not side.any():
            break
        errors = [(_rest(planes, colors, side == which) ** 2).sum(axis=1) for which in (False, True)]
        before, side = side, errors[1] < errors[0]
        if (side == before).all():
            break
    return side


def _rest(planes: Pixels, colors: Pixels, of: Pixels) -> Pixels:
    """What the plane through some of the points leaves of all."""
    return np.asarray(colors - planes @ np.linalg.lstsq(planes[of], colors[of], rcond=None)[0])


def _fit(picture: Enlarged, places: tuple[Pixels, Pixels], tolerance: float) -> Fill:
    step = max(1, len(places[0]) // MOST_POINTS)
    rows, columns = (place[::step] for place in places)
    colors = picture.large[rows, columns].astype(np.float64)
    return fit_fill(columns + 0.5, rows + 0.5, colors, tolerance)
