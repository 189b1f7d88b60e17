from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from skimage.measure import label, regionprops

from hybrid_logo.features.components import Components, find_components

Mask = NDArray[np.uint8]
Bar = tuple[int, int, int, int]
"""Left, top, width, height"""


def page(*bars: Bar, size: tuple[int, int] = (100, 50)) -> Mask:
    mask = np.zeros((size[1], size[0]), np.uint8)
    for left, top, width, height in bars:
        mask[top : top + height, left : left + width] = 1
    return mask


def values(components: Components) -> tuple[float, ...]:
    return dataclasses.astuple(components)


def row(count: int, bottom: int = 40, height: int = 20) -> list[Bar]:
    return [(3 + 9 * index, bottom - height, 6, height) for index in range(count)]


@given(
    st.one_of(
        hnp.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.integers(0, 1)),
        st.lists(
            st.tuples(st.integers(0, 90), st.integers(0, 45), st.integers(1, 20), st.integers(1, 20)),
            max_size=15,
        ).map(lambda bars: page(*bars)),
    )
)
def test_against_scikit_image(mask: Mask) -> None:
    components = find_components(mask)
    shapes = [
        shape
        for shape in regionprops(label(mask, connectivity=2))
        if shape.area >= max(2, 0.0006 * mask.size)
    ]
    assert components.count == len(shapes)
    if not shapes:
        assert values(components) == (0, 0.0, 0, 0.0)
        return
    heights = np.array([shape.bbox[2] - shape.bbox[0] for shape in shapes])
    lower, higher = (np.percentile(heights, (25, 50, 75), method=side) for side in ("lower", "higher"))
    assert (lower[2] - higher[0]) / higher[1] - 1e-6 <= components.height_spread
    assert components.height_spread <= (higher[2] - lower[0]) / lower[1] + 1e-6
    rows = []
    for proposer in shapes:
        height = proposer.bbox[2] - proposer.bbox[0]
        members = [
            shape.area
            for shape in shapes
            if abs((shape.bbox[2] - shape.bbox[0]) - height) <= np.float32(0.3) * height
            and abs(shape.bbox[2] - proposer.bbox[2]) <= max(1.0, np.float32(0.18) * height)
        ]
        rows.append((len(members), sum(members)))
    if len(shapes) <= 24:  # beyond, only the largest propose
        assert components.row_count == max(count for count, _ in rows)
    assert 1 <= components.row_count <= components.count
    total = sum(shape.area for shape in shapes)
    shares = [area / total for count, area in rows if count == components.row_count]
    assert min(abs(share - components.row_area_share) for share in shares) < 1e-5


@pytest.mark.parametrize("count", [1, 2, 5, 10])
def test_bars_on_one_baseline_are_one_row(count: int) -> None:
    assert values(find_components(page(*row(count)))) == (count, 0.0, count, 1.0)


def test_a_mark_beside_the_row_is_no_letter() -> None:
    mark = (70, 2, 28, 46)
    components = find_components(page(*row(6), mark))
    assert (components.count, components.row_count) == (7, 6)
    assert components.row_area_share == pytest.approx(6 * 120 / (6 * 120 + 28 * 46))


def test_the_longer_of_two_rows_counts() -> None:
    components = find_components(page(*row(8, bottom=20, height=14), *row(5, bottom=45, height=14)))
    assert (components.count, components.row_count) == (13, 8)
    assert components.row_area_share == pytest.approx(8 / 13)


@pytest.mark.parametrize(("height", "members"), [(20, 6), (14, 6), (28, 6), (13, 5), (29, 5)])
def test_letters_of_a_row_are_nearly_as_high(height: int, members: int) -> None:
    assert find_components(page(*row(5), (80, 40 - height, 6, height))).row_count == members


@pytest.mark.parametrize(("bottom", "members"), [(43, 6), (37, 6), (44, 5), (36, 5)])
def test_letters_of_a_row_stand_on_its_baseline(bottom: int, members: int) -> None:
    assert find_components(page(*row(5), (80, bottom - 20, 6, 20))).row_count == members


def test_heights_in_steps_are_spread() -> None:
    heights = [4, 8, 12, 16, 20, 24, 28, 32]
    bars = [(2 + 12 * index, 40 - height, 6, height) for index, height in enumerate(heights)]
    low, middle, high = np.percentile(heights, (25, 50, 75), method="higher")
    assert find_components(page(*bars)).height_spread == pytest.approx((high - low) / middle, abs=0.2)


def test_corners_that_touch_join() -> None:
    assert find_components(page((10, 10, 5, 5), (15, 15, 5, 5))).count == 1
    assert find_components(page((10, 10, 5, 5), (16, 16, 5, 5))).count == 2


def test_specks_are_left_out() -> None:
    letters = row(4)
    specks = [(50 + 4 * index, 5, 2, 1) for index in range(10)]  # 2 of 5,000 pixels
    assert find_components(page(*letters, *specks)).count == 4
    assert find_components(page(*letters, (50, 5, 3, 1))).count == 5


def test_many_shapes_are_all_counted() -> None:
    """More than fit into eight bits, as speckled pictures have them."""
    corner = np.array([[1, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]], np.uint8)
    assert find_components(np.tile(corner, (20, 16))).count == 320


def test_nothing_drawn_has_no_components() -> None:
    assert values(find_components(np.zeros((20, 30), np.uint8))) == (0, 0.0, 0, 0.0)
