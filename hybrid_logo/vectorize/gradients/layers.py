"""Which area is drawn when, and how far each reaches below those drawn later."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.vectorize.gradients.regions import Areas

__all__ = ["layers"]

Mask: TypeAlias = NDArray[Any]
"""``bool[H, W]``."""

UNDERLAP_PX = 0.75


def layers(areas: Areas, scale: int) -> list[tuple[int, Mask]]:
    """Number of the fill and mask of each area in the order of drawing.

    What spans most comes first. It reaches a little below opaque areas that are drawn later, so that no page
    shines through between two that touch, and through holes that these cover, so that no outline is
    written twice.

    Args:
        areas: labels on a picture that was enlarged, and their fills.
        scale: times that it was enlarged.
    """
    seen = [number for number in np.unique(areas.labels).tolist() if not areas.fills[number].invisible]
    spans = {number: _span(areas.labels == number) for number in seen}
    later = np.zeros(areas.labels.shape, bool)
    under = max(1, round(UNDERLAP_PX * scale))
    brush = np.ones((2 * under + 1, 2 * under + 1), np.uint8)
    found = []
    for number in sorted(seen, key=lambda number: (spans[number], -number)):
        mask = areas.labels == number
        grown = cv2.dilate(mask.astype(np.uint8), brush) > 0
        found.append((number, _without_covered_holes(mask | (grown & later), later)))
        if areas.fills[number].opaque:
            later |= mask
    return found[::-1]


def _span(mask: Mask) -> float:
    """Pixels that the mask covers with its holes filled."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return sum(cv2.contourArea(contour) + len(contour) / 2 for contour in contours)


def _without_covered_holes(mask: Mask, later: Mask) -> Mask:
    """Fill each hole that later areas cover whole."""
    count, parts = cv2.connectedComponents((~mask).astype(np.uint8), connectivity=4)
    open_ = np.zeros(count, bool)
    open_[np.unique(parts[~later])] = True
    open_[np.unique(np.concatenate([parts[0], parts[-1], parts[:, 0], parts[:, -1]]))] = True
    return np.asarray(mask | ~open_[parts])
