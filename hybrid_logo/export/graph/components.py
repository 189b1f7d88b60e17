"""Connected components without a loop over pixels; mirrors ``hybrid_logo.features.components``.

Every pixel leads to the largest number among itself and its neighbours, and that one on to its own largest:
followed to the end, few numbers remain in a component. Then, turn by turn, each of them learns of the
largest number that any of its pixels has for a neighbour and follows it (hooking and shortcutting, after
Shiloach and Vishkin 1982). It takes about as many turns as the logarithm of the numbers that were left,
where plain spreading takes as many as the longest way through the shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hybrid_logo.export.graph.planar import FAR, joined, largest, smallest, where
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.features import components

__all__ = ["Components", "component_areas", "find_components", "labelled"]

FIRST_SHORTCUTS = 7
"""Times that numbers follow each other at first; each doubles how far, and thumbnails are about 128 steps."""
SHORTCUTS = 2
"""The same in one turn, when ways are short."""
PROPOSERS = 24
"""Largest components that each propose a row of letters."""


@dataclass(frozen=True, slots=True)
class Components:
    """Connected components and the best row of letters; each ``float32[1]``, as in the original."""

    count: Tensor
    height_spread: Tensor
    row_count: Tensor
    row_area_share: Tensor


def labelled(mask: Tensor, *, diagonal: bool) -> Tensor:
    """``int64[h * w]``, the same number from 1 on for all pixels of a component, 0 outside ``mask``."""
    builder = mask.builder
    flat = mask.reshape(-1)
    pixels = flat.size(0)
    every = builder.constant(0, np.int64).op("Range", (pixels + 1).op("Squeeze"), 1)
    start = every.slice([0], [1], [FAR]) * flat.to(np.int64)
    shape = mask.op("Shape", dtype=np.int64)

    def neighbour(numbers: Tensor) -> Tensor:
        plane = numbers.to(np.float32).op("Reshape", shape)
        if diagonal:
            around = plane.op("MaxPool", kernel_shape=[3, 3], pads=[1] * 4)
        else:
            across = plane.op("MaxPool", kernel_shape=[1, 3], pads=[0, 1, 0, 1])
            around = largest(across, plane.op("MaxPool", kernel_shape=[3, 1], pads=[1, 0, 1, 0]))
        return (around * mask).reshape(-1).to(np.int64)

    def turn(numbers: Tensor) -> tuple[Tensor, Sequence[Tensor]]:
        leads = every.op("ScatterElements", numbers, neighbour(numbers), axis=0, reduction="max")
        following = _followed(leads, SHORTCUTS).op("GatherElements", numbers)
        return (following - numbers).max((0,)) > 0, [following]

    leads = _followed(joined(builder.constant([0]), neighbour(start)), FIRST_SHORTCUTS)
    return builder.loop(builder.constant(True), [leads.slice([0], [1], [FAR])], turn)[0]


def _followed(leads: Tensor, times: int) -> Tensor:
    """Where each number arrives that goes on from where it leads to, ``2 ** times`` steps."""
    for _ in range(times):
        leads = leads.op("GatherElements", leads)
    return leads


def component_areas(mask: Tensor, numbers: Tensor) -> Tensor:
    """``float32[h * w + 1]``, pixels of each number; 0 for the page."""
    return _gathered(mask.reshape(-1), numbers, "add", 0.0)


def _gathered(values: Tensor, numbers: Tensor, reduction: str, start: float) -> Tensor:
    """``float32[h * w + 1]``: per number, the sum, smallest or largest of its pixels' ``values``."""
    table = values.builder.constant([start], np.float32).op("Expand", numbers.size(0) + 1)
    return table.op("ScatterElements", numbers, values, axis=0, reduction=reduction)


def find_components(mask: Tensor) -> Components:
    """Components of ``mask`` (``[1, 1, h, w]``), also diagonal ones."""
    builder = mask.builder
    numbers = labelled(mask, diagonal=True)
    all_areas = component_areas(mask, numbers)
    pixels = numbers.size(0)
    least = largest((pixels.to(np.float64) * components.SMALLEST_SHARE).op("Ceil"), 2.0).to(np.float32)
    some = all_areas.max((0,), keep=True) >= least
    # Where all are specks, take the largest: its measures become 0 below.
    chosen = all_areas >= smallest(least, all_areas.max((0,), keep=True))
    kept = chosen.op("NonZero", dtype=np.int64).reshape(-1)
    width = mask.size(3)
    place = builder.constant(0, np.int64).op("Range", pixels.op("Squeeze"), 1)
    row, column = place / width, place.op("Mod", width)
    tops = _gathered(row.to(np.float32), numbers, "min", 1e6).take(kept)
    bottoms = _gathered(row.to(np.float32), numbers, "max", -1.0).take(kept) + 1.0
    # OpenCV numbers components by the first 2 x 2 pixels that they touch; of equals the first speaks.
    block = row / 2 * width + column / 2
    order = _gathered(block.to(np.float32), numbers, "min", 1e6).take(kept)
    areas, heights = all_areas.take(kept), bottoms - tops
    number = kept.size(0)
    in_row = _best_row(bottoms, heights, areas, order, number)
    rising, _ = builder.ops(
        "TopK", heights, number, dtypes=[np.float32, np.int64], axis=0, largest=0, sorted=1
    )
    upper, middle, lower = (rising.take(place) for place in (number * 3 / 4, number / 2, number / 4))
    return Components(
        count=where(some, number.to(np.float32), 0.0),
        height_spread=where(some, (upper - lower) / middle, 0.0),
        row_count=where(some, in_row.sum((0,), keep=True), 0.0),
        row_area_share=where(some, (areas * in_row).sum((0,), keep=True) / areas.sum((0,), keep=True), 0.0),
    )


def _best_row(bottom: Tensor, height: Tensor, area: Tensor, order: Tensor, number: Tensor) -> Tensor:
    """``float32[number]``, 1 for the components that share baseline and height with the best-supported."""
    rank = area.to(np.float64) * 2.0**20 - order.to(np.float64)
    _, proposers = rank.builder.ops(
        "TopK", rank, smallest(number, PROPOSERS), dtypes=[np.float64, np.int64], axis=0, sorted=1
    )
    reach = height.take(proposers).reshape(-1, 1)
    level = bottom.take(proposers).reshape(-1, 1)
    alike = abs(height - reach) <= reach * components.HEIGHT_TOLERANCE
    same_line = abs(bottom - level) <= largest(reach * components.BASELINE_TOLERANCE, 1.0)
    rows = (alike & same_line).to(np.float32)
    best = rows.sum((1,)).op("ArgMax", dtype=np.int64, axis=0, keepdims=0)
    return rows.take(best)
