from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.measure import label, regionprops
from skimage.morphology import dilation, erosion

from hybrid_logo.features.components import find_components
from hybrid_logo.features.found import EDGE_LEVELS, find
from hybrid_logo.features.ramps import find_ramps
from hybrid_logo.features.strokes import find_strokes
from tests.drawn_pictures import BLUE, GREEN, RED, WHITE, Pixels, flat, picture

colored = hnp.arrays(np.uint8, st.tuples(st.integers(4, 30), st.integers(4, 30), st.just(3)))


def slow_region_count(half: Pixels) -> int:
    """Areas of at least two pixels whose neighbours all look alike, by scikit-image."""
    square = np.ones((3, 3))
    channels = [half[..., channel] for channel in range(3)]
    ranges = [dilation(c, square).astype(int) - erosion(c, square) for c in channels]
    calm = np.max(ranges, axis=0) <= EDGE_LEVELS // 2
    return sum(shape.area >= 2 for shape in regionprops(label(calm, connectivity=1)))


@given(colored)
def test_found_against_slow_counts(rgb: Pixels) -> None:
    found = find(picture(rgb))
    planes = found.planes
    assert found.regions == slow_region_count(planes.half)
    ranges = planes.local_range[planes.interior == 1]
    if ranges.size < 0.05 * planes.ink_pixels:
        ranges = planes.local_range[planes.ink == 1]
    for level in (0, 2, 6, 12, 40, 48, 255):
        assert found.range_shares[level] == pytest.approx((ranges <= level).mean(), abs=1e-6)
    inked = planes.half[planes.half_ink == 1]
    shares = np.unique(inked // 16, axis=0, return_counts=True)[1] / len(inked)
    assert sorted(found.half_colors) == pytest.approx(sorted(shares), abs=1e-6)
    assert (np.diff(found.flat_shares) <= 0).all()
    assert sum(found.flat_shares) <= 1 + 1e-5


def test_strokes_and_components_are_those_of_what_is_drawn() -> None:
    drawing = flat(60, 120, WHITE)
    ink = np.zeros((60, 120), np.uint8)
    ink[10:50, 10:110:12] = ink[10:50, 11:110:12] = ink[10:50, 12:110:12] = 1
    drawing[ink == 1] = RED
    drawing[:, ::2][ink[:, ::2] == 1] = BLUE  # two colours: no tile
    found = find(picture(drawing, ink))
    assert found.strokes == find_strokes(np.pad(ink, 4))
    assert found.strokes.column_runs == 9
    half = np.ascontiguousarray(np.pad(ink, 4)[1::2, 1::2])
    assert found.components.count == find_components(half).count == 9
    assert found.ramps == find_ramps(found.planes)


@pytest.mark.parametrize(("stripes", "regions"), [(1, 2), (2, 3), (4, 5)])
def test_regions_are_the_facets_and_the_page(stripes: int, regions: int) -> None:
    drawing = flat(80, 20 * stripes, RED)
    for index, color in enumerate([RED, GREEN, BLUE, RED][:stripes]):
        drawing[:, 20 * index : 20 * (index + 1)] = color
    assert find(picture(drawing)).regions == regions


def test_letters_with_counters_have_more_regions() -> None:
    """Outside, ring, hole."""
    drawing = flat(60, 60, WHITE)
    drawing[5:55, 5:55] = RED
    drawing[20:40, 20:40] = WHITE
    ink = (drawing[..., 1] == RED[1]).astype(np.uint8)
    assert find(picture(drawing, ink)).regions == 3
