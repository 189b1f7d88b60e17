"""Which fill each pixel goes to: seeds claim what lies near and is explained best by their fill."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from hybrid_logo.vectorize.gradients.enlarged import Enlarged, Pixels, boxes
from hybrid_logo.vectorize.gradients.fills import Fill

__all__ = ["REACH_PX", "Claims", "disc"]

REACH_PX = 3.0
"""How far beyond its seed an area may reach."""
FAR = 1e6


@dataclass(slots=True, eq=False)
class Claims:
    """A map that is being filled.

    Attributes:
        picture: what is explained.
        seeds: ``int32[H, W]`` on the enlarged picture: 1 + number of the fill of sure pixels, else 0.
        fills: in coordinates of the enlarged picture.
        best: ``float32[H, W]``: distance in levels of each pixel from the fill that it goes to.
        labels: ``int32[H, W]``: number of that fill; -1 where none is near.
    """

    picture: Enlarged
    seeds: Pixels
    fills: list[Fill]
    best: Pixels = field(init=False)
    labels: Pixels = field(init=False)

    def __post_init__(self) -> None:
        self.best = np.full(self.seeds.shape, FAR, np.float32)
        self.labels = np.full(self.seeds.shape, -1, np.int32)
        pad = round(REACH_PX * self.picture.scale)
        for number, box in enumerate(boxes(self.seeds, len(self.fills))):
            if box is not None:
                self._claim(number, box, pad)

    def _claim(self, number: int, box: tuple[int, int, int, int], pad: int) -> None:
        rows = slice(max(0, box[0] - pad), box[1] + pad + 1)
        columns = slice(max(0, box[2] - pad), box[3] + pad + 1)
        colors, best = self.picture.large[rows, columns], self.best[rows, columns]
        near = cv2.dilate((self.seeds[rows, columns] == number + 1).astype(np.uint8), disc(pad)) > 0
        y, x = np.mgrid[
            rows.start : rows.start + best.shape[0], columns.start : columns.start + best.shape[1]
        ]
        away = np.sqrt(((colors - self.fills[number].at(x + 0.5, y + 0.5)) ** 2).sum(axis=2))
        better = near & (away < best)
        best[better] = away[better]
        self.labels[rows, columns][better] = number

    def tidy(self) -> Pixels:
        """The labels, but for what is not connected with its seed or thinner than a border: to the nearest.

        Returns:
            ``int32[H, W]``; -1 everywhere where nothing is left.
        """
        labels, seeds, scale = self.labels, self.seeds, self.picture.scale
        kept = np.zeros(labels.shape, bool)
        brush = disc(scale // 2)
        for number, box in enumerate(boxes(labels + 1, int(labels.max()) + 1)):
            if box is None:
                continue
            window = slice(box[0], box[1] + 1), slice(box[2], box[3] + 1)
            mine = labels[window] == number
            seeded = seeds[window] == number + 1
            solid = cv2.morphologyEx(np.pad(mine, scale).astype(np.uint8), cv2.MORPH_OPEN, brush)
            whole = solid[scale:-scale, scale:-scale] > 0
            count, pieces = cv2.connectedComponents(
                (whole | (seeded & mine)).astype(np.uint8), connectivity=4
            )
            has_seed = np.zeros(count, bool)
            has_seed[np.unique(pieces[seeded & mine])] = True
            has_seed[0] = False
            kept[window] |= mine & has_seed[pieces]
        if not kept.any():
            return np.full_like(labels, -1)
        _, nearest = cv2.distanceTransformWithLabels(
            (~kept).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
        )
        owner = np.zeros(int(nearest.max()) + 1, np.int32)
        owner[nearest[kept]] = labels[kept]
        return np.asarray(np.where(kept, labels, owner[nearest]))


def disc(radius: int) -> Pixels:
    """``uint8[2 * radius + 1, 2 * radius + 1]``, for morphology."""
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
