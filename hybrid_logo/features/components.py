"""Connected components of the drawn shapes and what they tell about lettering.

Letters stand in rows: many components of similar height on a common baseline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
        height_spread: interquartile range of the heights over their median.
        row_count: components in the best row of letters.
        row_area_share: share of the area that this row holds, 0-1.
    """

    count: int
    height_spread: float
    row_count: int
    row_area_share: float


NOTHING = Components(0, 0.0, 0, 0.0)


def find_components(mask: NDArray[Any]) -> Components:
    """Components of ``mask`` (``uint8[h, w]``, 8-connected)."""
    stats = cv2.connectedComponentsWithStats(mask, connectivity=8, ltype=cv2.CV_16U)[2][1:]
    area = stats[:, cv2.CC_STAT_AREA]
    stats = stats[area >= max(2.0, SMALLEST_SHARE * mask.size)].astype(np.float32)
    count = len(stats)
    if count == 0:
        return NOTHING
    top, height, area = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_HEIGHT], stats[:, cv2.CC_STAT_AREA]
    if count == 1:  # most marks: a row of one
        return Components(count=1, height_spread=0.0, row_count=1, row_area_share=1.0)
    ordered = np.sort(height)
    in_row = _best_row(top + height, height, area)
    return Components(
        count=count,
        height_spread=float((ordered[(3 * count) // 4] - ordered[count // 4]) / ordered[count // 2]),
        row_count=int(in_row.sum()),
        row_area_share=float(area[in_row].sum() / area.sum()),
    )


def _best_row(bottom: NDArray[Any], height: NDArray[Any], area: NDArray[Any]) -> NDArray[np.bool_]:
    """``bool[count]``: the components that share baseline and height with the best-supported one.

    Every one of the 24 largest components proposes a row; the row with most members wins.
    """
    proposers = np.argsort(-area)[:24]
    reach = height[proposers, None]
    alike = np.abs(height[None, :] - reach) <= HEIGHT_TOLERANCE * reach
    level = np.abs(bottom[None, :] - bottom[proposers, None]) <= np.maximum(1.0, BASELINE_TOLERANCE * reach)
    rows = alike & level
    return np.asarray(rows[int(rows.sum(axis=1).argmax())])
