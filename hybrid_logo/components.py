"""Connected components of the drawn shapes and what they tell about lettering.

Letters stand in rows: many components of similar height on a common baseline.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Components", "find_components"]

SMALLEST_SHARE = 0.0006
"""Components below this share of the thumbnail are specks."""
HEIGHT_TOLERANCE = 0.3
"""Letters of one row may differ this much in height, as a fraction of the row's height."""
BASELINE_TOLERANCE = 0.18
"""Letters of one row may stand this far off the baseline, as a fraction of the row's height."""


@dataclass(frozen=True, slots=True, eq=False)
class Components:
    """Connected components and the best row of letters among them.

    Attributes:
        count: components that are no specks.
        largest_share: share of their area that the largest holds, 0-1.
        mean_fill: mean of area over bounding box, 0-1.
        height_spread: interquartile range of the heights over their median.
        median_height: median height over the height of the ink box, 0-1.
        row_count: components in the best row of letters.
        row_area_share: share of the area that this row holds, 0-1.
        row_width_share: summed widths of the row over the width of the ink box, about 0-1.
        aligned_share: share of the components that stand in the row, 0-1.
    """

    count: int
    largest_share: float
    mean_fill: float
    height_spread: float
    median_height: float
    row_count: int
    row_area_share: float
    row_width_share: float
    aligned_share: float


NOTHING = Components(0, 0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0, 0.0)


def find_components(mask: NDArray[np.uint8], box_width: int, box_height: int) -> Components:
    """Components of ``mask`` (``uint8[h, w]``, 8-connected) in a box of the given size in pixels."""
    stats = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)[2][1:]
    stats = stats[stats[:, cv2.CC_STAT_AREA] >= max(4.0, SMALLEST_SHARE * mask.size)].astype(np.float32)
    count = len(stats)
    if count == 0:
        return NOTHING
    top, width, height, area = stats[:, 1], stats[:, 2], stats[:, 3], stats[:, 4]
    total = float(area.sum())
    ordered = np.sort(height)
    median = float(ordered[count // 2])
    spread = float(ordered[(3 * count) // 4] - ordered[count // 4]) / median
    in_row = _best_row(top + height, height, area)
    row_count = int(in_row.sum())
    return Components(
        count=count,
        largest_share=float(area.max()) / total,
        mean_fill=float((area / (width * height)).mean()),
        height_spread=spread,
        median_height=median / box_height,
        row_count=row_count,
        row_area_share=float(area[in_row].sum()) / total,
        row_width_share=float(width[in_row].sum()) / box_width,
        aligned_share=row_count / count,
    )


def _best_row(
    bottom: NDArray[np.float32], height: NDArray[np.float32], area: NDArray[np.float32]
) -> NDArray[np.bool_]:
    """``bool[count]``: the components that share baseline and height with the best-supported one.

    Every one of the 24 largest components proposes a row; the row with most members wins.
    """
    proposers = np.argsort(-area)[:24]
    reach = height[proposers, None]
    alike = np.abs(height[None, :] - reach) <= HEIGHT_TOLERANCE * reach
    level = np.abs(bottom[None, :] - bottom[proposers, None]) <= np.maximum(1.5, BASELINE_TOLERANCE * reach)
    rows = alike & level
    return np.asarray(rows[int(rows.sum(axis=1).argmax())])
