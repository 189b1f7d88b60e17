"""Smaller and larger pictures with the very levels that OpenCV computes.

OpenCV halves by (sum of 4 + 2) >> 2, and resizes linearly in fixed point: weights of 11 bits, columns first,
4 bits dropped between the two passes and 16 in the second.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hybrid_logo import ink
from hybrid_logo.export.graph.planar import largest, smallest, where
from hybrid_logo.export.graph.tensor import Tensor

__all__ = ["halved", "halved_towards", "resized", "two_scales"]

ONE = 2048
"""Weight 1 in OpenCV's fixed point."""


def halved(plane: Tensor) -> Tensor:
    """Half the size by means of 2 x 2 pixels; the last of an odd number of rows or columns is dropped."""
    means = plane.op("AveragePool", kernel_shape=[2, 2], strides=[2, 2])
    return (means + 0.125).round()  # a mean is a multiple of 1/4, and a half goes up


def halved_towards(plane: Tensor, height: Tensor, width: Tensor) -> Tensor:
    """``plane`` halved as long as it is at least twice ``height`` and ``width`` (``int64[1]``)."""

    def too_large(one: Tensor) -> Tensor:
        return ((one.size(2) >= height * 2) & (one.size(3) >= width * 2)).op("Squeeze")

    def halve(one: Tensor) -> tuple[Tensor, Sequence[Tensor]]:
        half = halved(one)
        return too_large(half), [half]

    return plane.builder.loop(too_large(plane), [plane], halve)[0]


def two_scales(crop: Tensor) -> tuple[Tensor, Tensor]:
    """The crop at less than twice the thumbnail's scale, and the thumbnail; see ``ink._two_scales``."""
    height, width = crop.size(2).to(np.float64), crop.size(3).to(np.float64)
    scale = smallest(
        (ink.THUMBNAIL_AREA / (height * width)).op("Sqrt"),
        ink.THUMBNAIL_LONG_SIDE / largest(height, width),
        1.0,
    )
    small_height = largest((height * scale).round(), 1.0).to(np.int64)
    small_width = largest((width * scale).round(), 1.0).to(np.int64)
    source = halved_towards(crop, small_height, small_width)
    return source, resized(source, small_height, small_width)


def resized(plane: Tensor, height: Tensor, width: Tensor) -> Tensor:
    """``plane`` at another size (``int64[1]`` each), as ``cv2.resize`` with INTER_LINEAR makes it."""
    left, right, near, far = _taps(plane.size(3), width, stops=True)
    columns = plane.op("Transpose", perm=[0, 1, 3, 2])  # whole rows are gathered many times faster
    mixed = columns.take(left, 2) * near.reshape(-1, 1) + columns.take(right, 2) * far.reshape(-1, 1)
    across = (mixed / 16.0).op("Transpose", perm=[0, 1, 3, 2]).to(np.int32)
    above, below, near, far = _taps(plane.size(2), height, stops=False)

    def part(rows: Tensor, weight: Tensor) -> Tensor:
        return across.take(rows, 2) * weight.to(np.int32).reshape(-1, 1) / 65536

    return ((part(above, near) + part(below, far) + 2) / 4).to(np.float32)


def _taps(before: Tensor, after: Tensor, *, stops: bool) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The two neighbours of each new place (``int64[after]``) and their weights (``float32[after]``).

    ``stops``: beyond the outermost pixel its weight is 1, else it is taken twice, which rounds differently.
    """
    builder = before.builder
    scale = 1.0 / (after.to(np.float64) / before.to(np.float64))
    places = builder.constant(0, np.int64).op("Range", after.op("Squeeze"), 1).to(np.float64)
    position = ((places + 0.5) * scale - 0.5).to(np.float32)
    start = position.floor()
    fraction = position - start
    first, last = start.to(np.int64), before - 1
    if stops:
        fraction = where((first < 0) | (first >= last), 0.0, fraction)
        first = smallest(largest(first, 0), last)
    near = ((1.0 - fraction) * ONE).round()
    far = (fraction * ONE).round()

    def inside(index: Tensor) -> Tensor:
        return smallest(largest(index, 0), last)

    return inside(first), inside(first + 1), near, far
