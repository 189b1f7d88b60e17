"""Changes between drawn and empty along rows and columns: the rhythm of lettering.

A wordmark changes many times along a row, few times down a column, and has empty columns between letters.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Strokes", "find_strokes"]


@dataclass(frozen=True, slots=True)
class Strokes:
    """Rhythm of a mask inside the box of its pixels.

    Attributes:
        drawn_share: drawn pixels over the box, 0-1.
        row_transitions: changes along a row, mean over the box.
        row_transitions_high: the same, 90th percentile of the rows.
        column_transitions: changes down a column, mean over the box.
        empty_column_share: columns without a drawn pixel, 0-1.
        empty_row_share: rows without a drawn pixel, 0-1.
        column_runs: groups of neighbouring columns that hold drawn pixels.
        thickness: mean stroke thickness over the box's height.
        aspect_log2: log2 of the box's width over its height.
        row_evenness: mean drawn pixels per row over the most drawn in one, 0-1.
    """

    drawn_share: float
    row_transitions: float
    row_transitions_high: float
    column_transitions: float
    empty_column_share: float
    empty_row_share: float
    column_runs: int
    thickness: float
    aspect_log2: float
    row_evenness: float


NOTHING = Strokes(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0, 0.0)


def find_strokes(mask: NDArray[np.uint8]) -> Strokes:
    """Measure ``mask`` (``uint8[h, w]``, 0 or 1, with an empty margin)."""
    left, top, width, height = cv2.boundingRect(mask)
    if width == 0:
        return NOTHING
    box = mask[top : top + height, left : left + width]
    framed = mask[top - 1 : top + height + 1, left - 1 : left + width + 1]
    across = cv2.absdiff(framed[1:-1, 1:], framed[1:-1, :-1])
    down = cv2.absdiff(framed[1:, 1:-1], framed[:-1, 1:-1])
    across_count, down_count, drawn = map(cv2.countNonZero, (across, down, box))
    in_rows = _sums(box, 1)
    filled = _sums(box, 0) > 0
    return Strokes(
        drawn_share=drawn / (width * height),
        row_transitions=across_count / height,
        row_transitions_high=float(np.sort(_sums(across, 1))[int(0.9 * (height - 1))]),
        column_transitions=down_count / width,
        empty_column_share=1.0 - np.count_nonzero(filled) / width,
        empty_row_share=1.0 - np.count_nonzero(in_rows) / height,
        column_runs=int(np.count_nonzero(filled[1:] > filled[:-1])) + int(filled[0]),
        # A stroke of thickness t has area t * length and an outline of about 2.5 * length in city blocks.
        thickness=2.5 * drawn / ((across_count + down_count) * height),
        aspect_log2=log2(width / height),
        row_evenness=drawn / (height * float(in_rows.max())),
    )


def _sums(plane: NDArray[Any], axis: int) -> NDArray[Any]:
    """Sum over ``axis`` as ``int32``."""
    return np.asarray(cv2.reduce(plane, axis, cv2.REDUCE_SUM, dtype=cv2.CV_32S)).ravel()
