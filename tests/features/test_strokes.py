from __future__ import annotations

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from hybrid_logo.features.strokes import Strokes, find_strokes

Mask = NDArray[np.uint8]


def slow_strokes(mask: Mask) -> Strokes:
    """The same by loops over rows and columns."""
    rows = [y for y, row in enumerate(mask.tolist()) if any(row)]
    columns = [x for x, column in enumerate(mask.T.tolist()) if any(column)]
    if not rows:
        return Strokes(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0.0, 0.0, 0.0)
    box = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].tolist()
    height, width = len(box), len(box[0])
    across, down = [changes(row) for row in box], [changes(list(column)) for column in zip(*box, strict=True)]
    filled = [int(any(column)) for column in zip(*box, strict=True)]
    drawn = sum(map(sum, box))
    outline = sum(across) + sum(down)
    return Strokes(
        drawn_share=drawn / (width * height),
        row_transitions=sum(across) / height,
        row_transitions_high=float(sorted(across)[int(0.9 * (height - 1))]),
        column_transitions=sum(down) / width,
        empty_column_share=filled.count(0) / width,
        empty_row_share=sum(not any(row) for row in box) / height,
        column_runs=changes(filled) // 2,
        thickness=2.5 * drawn / outline / height,
        aspect_log2=log2(width / height),
        row_evenness=drawn / height / max(map(sum, box)),
    )


def changes(line: list[int]) -> int:
    """How often a line, empty before and after, changes between drawn and empty."""
    return sum(first != second for first, second in zip([0, *line], [*line, 0], strict=True))


def values(strokes: Strokes) -> list[float]:
    return [getattr(strokes, name) for name in Strokes.__slots__]


def framed(mask: NDArray[np.generic]) -> Mask:
    return np.pad(np.asarray(mask, np.uint8), 1)


@given(
    st.one_of(
        hnp.arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24)), elements=st.integers(0, 1)),
        hnp.arrays(
            np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24)), elements=st.just(0), fill=st.just(0)
        ),
    )
)
def test_against_loops(mask: Mask) -> None:
    strokes = find_strokes(framed(mask))
    assert values(strokes) == pytest.approx(values(slow_strokes(framed(mask))))
    for share in ("drawn_share", "empty_column_share", "empty_row_share", "row_evenness"):
        assert 0 <= getattr(strokes, share) <= 1
    assert 0 <= strokes.thickness <= 1.25


def bars(count: int, width: int, gap: int, height: int) -> Mask:
    return framed(np.tile(np.repeat([1, 0], [width, gap]), (height, count))[:, :-gap])


@pytest.mark.parametrize("count", [2, 5, 12])
def test_bars_side_by_side(count: int) -> None:
    strokes = find_strokes(bars(count, 3, 2, 20))
    assert strokes.row_transitions == strokes.row_transitions_high == 2 * count
    assert strokes.column_runs == count
    assert strokes.empty_row_share == 0
    assert strokes.empty_column_share == pytest.approx(2 * (count - 1) / (5 * count - 2))
    assert strokes.column_transitions == pytest.approx(2 * 3 * count / (5 * count - 2))
    assert strokes.row_evenness == 1


def test_lines_of_text_leave_empty_rows() -> None:
    strokes = find_strokes(np.ascontiguousarray(bars(3, 4, 6, 50).T))
    assert strokes.empty_row_share == pytest.approx(12 / 24)
    assert strokes.empty_column_share == 0
    assert strokes.column_runs == 1
    assert strokes.column_transitions == 6


@pytest.mark.parametrize("thick", [1, 2, 5])
def test_thickness_of_a_long_stroke(thick: int) -> None:
    """An upright stroke is bounded by two sides: 2.5 / 2 of its thickness, over the height of the box."""
    mask = framed(np.ones((200, thick)))
    assert find_strokes(mask).thickness * 200 == pytest.approx(1.25 * thick, rel=0.03)


def test_thicker_strokes_are_thicker() -> None:
    measured = [find_strokes(bars(6, width, 12 - width, 40)).thickness for width in (2, 4, 8)]
    assert measured == sorted(measured)
    assert measured[2] > 2 * measured[0]


def test_enlarging_keeps_all_shares() -> None:
    random = np.random.default_rng(8)
    mask = (random.random((12, 30)) < 0.5).astype(np.uint8)
    mask[0, :2] = mask[-1, -2:] = 1
    small, large = (find_strokes(framed(np.kron(mask, np.ones((side, side))))) for side in (1, 4))
    for name in Strokes.__slots__:
        if name == "row_transitions_high":  # a percentile of four times as many rows
            assert abs(getattr(small, name) - getattr(large, name)) <= 2
        else:
            assert getattr(small, name) == pytest.approx(getattr(large, name)), name


def test_place_on_the_page_does_not_matter() -> None:
    mask = bars(4, 3, 2, 9)
    moved = np.pad(mask, ((0, 20), (13, 0)))
    assert find_strokes(moved) == find_strokes(mask)


def test_nothing_drawn_is_all_zero() -> None:
    assert set(values(find_strokes(np.zeros((20, 30), np.uint8)))) == {0}
