"""Changes between drawn and empty along rows and columns; mirrors ``hybrid_logo.features.strokes``.

Outside the box of the drawn pixels nothing changes, so that the whole plane can be counted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hybrid_logo.export.graph.planar import FAR, box_of, count, log2
from hybrid_logo.export.graph.tensor import Tensor

__all__ = ["Strokes", "find_strokes"]


@dataclass(frozen=True, slots=True)
class Strokes:
    """Rhythm of a mask inside the box of its pixels; each ``float32[1]``, as in the original."""

    drawn_share: Tensor
    row_transitions: Tensor
    row_transitions_high: Tensor
    column_transitions: Tensor
    empty_column_share: Tensor
    empty_row_share: Tensor
    column_runs: Tensor
    thickness: Tensor
    aspect_log2: Tensor
    row_evenness: Tensor


def find_strokes(mask: Tensor) -> Strokes:
    """Measure ``mask`` (``[1, 1, h, w]``, with an empty margin, not empty itself)."""
    in_rows, in_columns = mask.sum((0, 1, 3)), mask.sum((0, 1, 2))
    box = box_of(in_rows, in_columns)
    width, height = box.width.to(np.float32), box.height.to(np.float32)
    across, down = abs(_step(mask, 3)), abs(_step(mask, 2))
    across_count, down_count, drawn = count(across), count(down), count(mask)
    filled = (in_columns > 0.0).to(np.float32)

    def empty(sums: Tensor, length: Tensor) -> Tensor:
        inked = (sums > 0.0).to(np.float64).sum((0,), keep=True)
        return (1.0 - inked / length.to(np.float64)).to(np.float32)

    busiest, _ = mask.builder.ops(
        "TopK", across.sum((0, 1, 3)), _ninth_tenth(box.height), dtypes=[np.float32, np.int64], axis=0
    )
    return Strokes(
        drawn_share=drawn / (width * height),
        row_transitions=across_count / height,
        row_transitions_high=busiest.take([-1]),
        column_transitions=down_count / width,
        empty_column_share=empty(in_columns, box.width),
        empty_row_share=empty(in_rows, box.height),
        column_runs=(_step(filled, 0) > 0.0).to(np.float32).sum((0,), keep=True),
        thickness=drawn * 2.5 / ((across_count + down_count) * height),
        aspect_log2=log2_ratio(box.width, box.height),
        row_evenness=drawn / (height * in_rows.max((0,), keep=True)),
    )


def log2_ratio(width: Tensor, height: Tensor) -> Tensor:
    """``float32[1]``, logarithm of ``width`` over ``height``."""
    return log2(width.to(np.float64) / height.to(np.float64)).to(np.float32)


def _step(numbers: Tensor, axis: int) -> Tensor:
    """Differences between neighbours along ``axis``."""
    return numbers.slice([axis], [1], [FAR]) - numbers.slice([axis], [0], [-1])


def _ninth_tenth(rows: Tensor) -> Tensor:
    """``int64[1]``, how many of the busiest rows it takes to come down to the 90th percentile."""
    return rows - ((rows - 1).to(np.float64) * 0.9).floor().to(np.int64)
