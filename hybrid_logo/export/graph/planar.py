"""Operations on planes, ``float32[1, C, h, w]`` of whole numbers: what NumPy and OpenCV do to an image.

Masks are planes of 0 and 1. Whole numbers below 2 ** 24 are exact in single precision, so that counts and
levels come out as OpenCV computes them in integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np

from hybrid_logo.export.graph.tensor import Operand, Tensor

__all__ = [
    "FAR",
    "Box",
    "box_of",
    "count",
    "dilated",
    "eroded",
    "framed",
    "histogram",
    "joined",
    "largest",
    "log2",
    "rows_and_columns",
    "smallest",
    "where",
]


FAR = np.iinfo(np.int64).max
"""End of a slice that goes to the end."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; each field is ``int64[1]``, in pixels."""

    left: Tensor
    top: Tensor
    width: Tensor
    height: Tensor


def where(condition: Tensor, then: Operand, other: Operand) -> Tensor:
    """``then`` where ``condition`` holds, else ``other``; one of them is a tensor."""
    beside = then if isinstance(then, Tensor) else other
    assert isinstance(beside, Tensor)
    builder = condition.builder
    return builder.op(
        "Where", condition, builder.like(then, beside), builder.like(other, beside), dtype=beside.dtype
    )


def largest(first: Tensor, *others: Operand) -> Tensor:
    """Largest of several, element by element."""
    return first.op("Max", *others)


def smallest(first: Tensor, *others: Operand) -> Tensor:
    """Smallest of several, element by element."""
    return first.op("Min", *others)


def joined(*parts: Tensor, axis: int = 0) -> Tensor:
    """The parts one after the other."""
    return parts[0].op("Concat", *parts[1:], axis=axis)


def log2(number: Tensor) -> Tensor:
    """``float64``, logarithm to the base 2; whole powers of 2 come out exactly in single precision."""
    return number.to(np.float64).op("Log") / log(2.0)


def count(mask: Tensor) -> Tensor:
    """``float32[1]``, pixels of a mask ``[1, 1, h, w]``, or the sum of its numbers."""
    return mask.sum((1, 2, 3))


def dilated(plane: Tensor, side: int) -> Tensor:
    """Largest in the square of ``side`` pixels around each pixel."""
    return plane.op("MaxPool", kernel_shape=[side, side], pads=[side // 2] * 4)


def eroded(plane: Tensor, side: int) -> Tensor:
    """Smallest in the square of ``side`` pixels around each pixel; nothing lies beyond the border."""
    return -dilated(-plane, side)


def framed(plane: Tensor, top: Operand, bottom: Operand, left: Operand, right: Operand) -> Tensor:
    """``plane`` with rows and columns of 0 around it; all widths are ``int64[1]``."""
    builder = plane.builder
    nothing = builder.constant([0, 0], np.int64)
    sides = [
        builder.constant([side]) if isinstance(side, int) else side for side in (top, left, bottom, right)
    ]
    first, second, third, fourth = (builder.like(side, nothing) for side in sides)
    pads = joined(nothing, first, second, nothing, third, fourth)
    return plane.op("Pad", pads, builder.constant(0.0, plane.dtype), mode="constant")


def histogram(levels: Tensor, mask: Tensor, bins: int) -> Tensor:
    """``float32[bins]``, pixels of ``mask`` per level; ``levels`` and ``mask`` are ``[1, 1, h, w]``."""
    nothing = levels.builder.constant(np.zeros(bins, np.float32))
    places = levels.to(np.int64).reshape(-1)
    return nothing.op("ScatterElements", places, mask.reshape(-1), axis=0, reduction="add")


def rows_and_columns(mask: Tensor) -> tuple[Tensor, Tensor]:
    """``float32[H]`` and ``float32[W]``, above 0 where a row or a column holds a pixel; ``bool[1, C, H, W]``.

    The columns are a product with ones: ONNX Runtime reduces any axis but the last ten times slower.
    """
    plane = mask.to(np.float32)
    lines = plane.op("Squeeze", [0]).op("Flatten", axis=2)
    ones = plane.builder.constant([1.0], np.float32).op("Expand", lines.size(0))
    return plane.max((3,)).max((0, 1)), ones.op("MatMul", lines)


def box_of(rows: Tensor, columns: Tensor) -> Box:
    """Box of the rows and columns whose number is above 0; all of the picture where there are none."""

    def extent(numbers: Tensor) -> tuple[Tensor, Tensor]:
        filled = (numbers > 0.0).to(np.float32)
        first = filled.op("ArgMax", dtype=np.int64, axis=0, keepdims=1)
        last = filled.op("ArgMax", dtype=np.int64, axis=0, keepdims=1, select_last_index=1)
        return first, last - first + 1

    top, height = extent(rows)
    left, width = extent(columns)
    return Box(left, top, width, height)
