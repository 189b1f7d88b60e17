"""Areas that one fill explains: smooth seeds, fits to them, and every pixel to the best fit nearby.

Pixels between two areas (anti-aliasing) are no area of their own: they go to the nearer colour, which puts
the border where both colours cover one half of a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from hybrid_logo.vectorize.gradients.claims import Claims
from hybrid_logo.vectorize.gradients.enlarged import Enlarged, Pixels, slope
from hybrid_logo.vectorize.gradients.fills import Fill
from hybrid_logo.vectorize.gradients.seeds import fitted_seeds, smooth_seeds
from hybrid_logo.vectorize.gradients.thin import find_cores, settle

__all__ = ["Areas", "find_areas"]

MOST_SEEDS = 160
MOST_CORES = 320
ROUNDS = 3
TOLERANCE = 1.2
"""Mean error in levels, noise aside, with which a fill is good enough."""
ALIKE = 2.5
"""Two fills are one where they differ by that many levels in the mean."""


@dataclass(frozen=True, slots=True, eq=False)
class Areas:
    """What was found.

    Attributes:
        labels: ``int32[H, W]`` on the enlarged picture: number of the fill of each pixel.
        fills: in coordinates of the enlarged picture.
    """

    labels: Pixels
    fills: list[Fill]


def find_areas(picture: Enlarged) -> Areas | None:
    """Cover the picture with areas; None where it has too many of them, or none at all."""
    seeds = smooth_seeds(picture)
    if seeds.max() > MOST_SEEDS:
        return None
    seeds = cv2.resize(seeds, picture.large.shape[1::-1], interpolation=cv2.INTER_NEAREST)
    claims = Claims(picture, *fitted_seeds(picture, seeds, TOLERANCE + picture.noise))
    steep = slope(picture)
    for _ in range(ROUNDS):
        cores = find_cores(picture, claims.best, steep)
        if len(cores) > MOST_CORES:
            return None
        for core in cores:
            settle(core, claims)
        if not cores:
            break
    labels = claims.tidy()
    return None if labels.min() < 0 else _united(labels, claims.fills, ALIKE + picture.noise)


def _united(labels: Pixels, fills: list[Fill], alike: float) -> Areas:
    """One fill for areas that are painted alike."""
    present = np.unique(labels)
    order = sorted(present.tolist(), key=lambda number: -int((labels == number).sum()))
    kept: list[int] = []
    becomes = np.arange(len(fills))
    for number in order:
        rows, columns = np.nonzero(labels == number)
        step = max(1, len(rows) // 150)
        y, x = rows[::step] + 0.5, columns[::step] + 0.5
        mine = fills[number].at(x, y)
        for other in kept:
            if np.sqrt(((fills[other].at(x, y) - mine) ** 2).sum(axis=1)).mean() < alike:
                becomes[number] = other
                break
        else:
            kept.append(number)
    place = np.zeros(len(fills), np.int32)
    place[kept] = np.arange(len(kept))
    return Areas(place[becomes[labels]], [fills[number] for number in kept])
