"""Ramps as they are seen: which pixels lie under one, where one ends and the next begins."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.training.facts.paint import RAMP_KINDS, RampKind

__all__ = ["SLIVER_SHARE", "counted", "packed", "ramp_areas", "ramp_pixels", "ramp_shares"]

RAMP_LEVELS = 12
RAMP_COLORS = 6
SMOOTH_STEP = 24
SMOOTH_STEP_DECLARED = 48
PLATEAU_SHARE = 0.25
SLIVER_SHARE = 0.002
"""Of the ink: smaller bits of a ramp belong to the ramp beside them."""
NEXT_TO = (
    (np.s_[1:, :], np.s_[:-1, :]),
    (np.s_[:, 1:], np.s_[:, :-1]),
)
"""Each pixel and the one above it, each pixel and the one left of it."""


def packed(rgb: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Each colour as one number, red in front."""
    wide = rgb.astype(np.int64)
    return np.asarray(wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2], np.int64)


def counted(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The distinct values in order, the place of each value among them, and how often each is there.

    As ``np.unique`` tells them, in a third of its time: there are few colours and many pixels.
    """
    distinct = np.unique(values)
    places = np.searchsorted(distinct, values)
    return distinct, places, np.bincount(places, minlength=len(distinct))


def ramp_pixels(
    rgb: NDArray[np.uint8],
    ids: NDArray[np.int32],
    ink: NDArray[np.bool_],
    declared: tuple[frozenset[RampKind], ...],
) -> NDArray[np.bool_]:
    """Pixels under ramps whose range of colours is seen.

    Within the visible part of one shape a ramp shows as many colours, each next to similar ones. Large
    areas of exactly one colour beside it (a tile with a shadow on it) are flat.
    """
    keys, places, counts = counted((ids.astype(np.int64) << 24 | packed(rgb))[ink])
    owner = keys >> 24
    is_ramp = np.zeros(len(keys), bool)
    smooth = _smooth_owners(rgb, ids, ink, declared)
    for shape in np.unique(owner):
        mine = np.flatnonzero(owner == shape)
        if not smooth[shape]:
            continue
        rising = mine[counts[mine] < PLATEAU_SHARE * counts[mine].sum()]
        if len(rising) < RAMP_COLORS:
            continue
        tones = np.stack([keys[rising] >> 16 & 255, keys[rising] >> 8 & 255, keys[rising] & 255], 1)
        if np.ptp(tones, axis=0).max() >= RAMP_LEVELS:
            is_ramp[rising] = True
    found = np.zeros_like(ink)
    found[ink] = is_ramp[places]
    return found


def ramp_areas(rgb: NDArray[np.uint8], ids: NDArray[np.int32], ramp: NDArray[np.bool_]) -> NDArray[np.int32]:
    """``int32[H, W]``: number of the area that a ramp's pixel belongs to, from 1.

    Ramps of several shapes that pass into one another without a visible step are one area.
    """
    inside = ramp.copy()
    wide = rgb.astype(np.int16)
    for first, second in NEXT_TO:
        jump = np.abs(wide[first] - wide[second]).max(-1) > SMOOTH_STEP
        inside[first] &= ~(jump & (ids[first] != ids[second]))
    _, areas, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8), connectivity=4)
    is_seed = stats[:, cv2.CC_STAT_AREA] >= SLIVER_SHARE * ramp.sum()
    is_seed[0] = False
    seeds = is_seed[areas]
    if not seeds.any():
        return np.ones(ramp.shape, np.int32)
    # Slivers and the pixels at a step go to the nearest area.
    _, cells = cv2.distanceTransformWithLabels(
        (~seeds).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    area_of_cell = np.zeros(cells.max() + 1, np.int32)
    area_of_cell[cells[seeds]] = areas[seeds]
    return np.asarray(area_of_cell[cells], np.int32)


def ramp_shares(
    ids: NDArray[np.int32],
    ramp: NDArray[np.bool_],
    declared: tuple[frozenset[RampKind], ...],
    area: int,
) -> dict[RampKind, float]:
    """Share of the ink under each kind; ink outside all shapes comes from a blur."""
    pixels = np.bincount(ids[ramp], minlength=len(declared) + 1)
    kinds_of = [frozenset({"blur"}), *(kinds or frozenset({"other"}) for kinds in declared)]
    shares = {
        kind: int(sum(count for count, kinds in zip(pixels, kinds_of, strict=True) if kind in kinds)) / area
        for kind in RAMP_KINDS
    }
    return {kind: share for kind, share in shares.items() if share}


def _smooth_owners(
    rgb: NDArray[np.uint8],
    ids: NDArray[np.int32],
    ink: NDArray[np.bool_],
    declared: tuple[frozenset[RampKind], ...],
) -> NDArray[np.bool_]:
    """``bool[shapes + 1]``: whether most changes of colour inside a shape are small steps."""
    limits = np.array([SMOOTH_STEP, *(SMOOTH_STEP_DECLARED if kinds else SMOOTH_STEP for kinds in declared)])
    small, all_changes = np.zeros(len(limits), np.int64), np.zeros(len(limits), np.int64)
    wide = rgb.astype(np.int16)
    for first, second in NEXT_TO:
        step = np.abs(wide[first] - wide[second]).max(-1)
        changed = (ids[first] == ids[second]) & ink[first] & ink[second] & (step > 0)
        owner = ids[first][changed]
        all_changes += np.bincount(owner, minlength=len(limits))
        small += np.bincount(owner[step[changed] <= limits[owner]], minlength=len(limits))
    return np.asarray((all_changes > 0) & (small * 2 >= all_changes), np.bool_)
