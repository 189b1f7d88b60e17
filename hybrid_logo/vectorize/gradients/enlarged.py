"""A picture enlarged without ringing, and how its colours change from pixel to pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Enlarged", "Pixels", "bend", "boxes", "slope", "steepness"]

Pixels: TypeAlias = NDArray[Any]
"""``float32``, ``int32`` or ``uint8``; OpenCV's type hints do not carry the element type."""

VISIBLE = 12
"""Levels of bend from which a pixel belongs to an edge and says nothing about noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Enlarged:
    """A picture for finding borders between its pixels.

    Attributes:
        small: ``float32[h, w, 4]``, premultiplied RGBA, 0-255.
        large: ``float32[h * scale, w * scale, 4]``, the same enlarged.
        scale: whole number.
        noise: levels by which pixels of calm areas differ from their neighbours' mean.
    """

    small: Pixels
    large: Pixels
    scale: int
    noise: float

    @classmethod
    def of(cls, pixels: Pixels, side: int) -> Enlarged:
        """Enlarge ``uint8[h, w, 4]`` (straight alpha) twice at least, to about ``side`` pixels."""
        small = pixels.astype(np.float32)
        small[:, :, :3] *= small[:, :, 3:] / 255
        scale = max(2, min(8, round(side / max(pixels.shape[:2]))))
        large = _enlarged(small, scale)
        bent = bend(small)
        calm = bent[bent < VISIBLE]
        return cls(small, large, scale, float(np.median(calm)) if calm.size else 0.0)


def _enlarged(small: Pixels, scale: int) -> Pixels:
    """Cubic, without its ringing: no value that none of the neighbouring pixels reaches."""
    large = cv2.resize(small, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    size, around = large.shape[1::-1], np.ones((3, 3), np.uint8)
    low, high = (
        cv2.resize(limit(small, around), size, interpolation=cv2.INTER_NEAREST)
        for limit in (cv2.erode, cv2.dilate)
    )
    return np.clip(large, low, high)


def bend(small: Pixels) -> Pixels:
    """Largest second difference at each pixel over channels and both axes."""
    padded = cv2.copyMakeBorder(small, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    middle = 2 * small
    along = np.abs(padded[1:-1, 2:] + padded[1:-1, :-2] - middle)
    down = np.abs(padded[2:, 1:-1] + padded[:-2, 1:-1] - middle)
    # At the frame the replicated pixel makes a slope look like a bend.
    along[:, [0, -1]] = 0
    down[[0, -1]] = 0
    return np.asarray(np.maximum(along, down).max(axis=2))


def steepness(small: Pixels) -> Pixels:
    """Largest difference of each pixel from its neighbours, over channels."""
    found = np.zeros(small.shape[:2], np.float32)
    across, down = np.abs(np.diff(small, axis=1)).max(axis=2), np.abs(np.diff(small, axis=0)).max(axis=2)
    for window, difference in (
        (np.s_[:, 1:], across),
        (np.s_[:, :-1], across),
        (np.s_[1:], down),
        (np.s_[:-1], down),
    ):
        found[window] = np.maximum(found[window], difference)
    return found


def slope(picture: Enlarged) -> Pixels:
    """Levels per pixel of the small picture, as the length over channels."""
    across = cv2.Sobel(picture.large, cv2.CV_32F, 1, 0, ksize=3)
    down = cv2.Sobel(picture.large, cv2.CV_32F, 0, 1, ksize=3)
    return np.asarray(np.sqrt((across**2 + down**2).sum(axis=2)) / 8 * picture.scale)


def boxes(seeds: Pixels, count: int) -> list[tuple[int, int, int, int] | None]:
    """First and last row, first and last column of the pixels 1 to ``count``; None where there is none."""
    rows, columns = np.nonzero(seeds)
    owner = seeds[rows, columns] - 1
    found = np.full((4, count), -1)
    for index, (place, reduce, start) in enumerate(
        [
            (rows, np.minimum, 1 << 30),
            (rows, np.maximum, -1),
            (columns, np.minimum, 1 << 30),
            (columns, np.maximum, -1),
        ]
    ):
        found[index] = start
        reduce.at(found[index], owner, place)
    return [None if box[1] < 0 else tuple(box) for box in found.T.tolist()]
