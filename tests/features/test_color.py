from __future__ import annotations

from math import log2

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.stats import entropy
from skimage.measure import shannon_entropy

from hybrid_logo.features.color import (
    color_entropy,
    first_color_share,
    flat_color_count,
    main_color_count,
    palette_entropy,
    three_color_share,
)
from hybrid_logo.features.found import find
from tests.drawn_pictures import BLUE, GREEN, RED, Pixels, flat, picture


def stripes(*widths: int, height: int = 90) -> Pixels:
    """Upright stripes, each of its own colour, in as many 4-bit bins."""
    colors = [(16 * (index % 16) + 8, 16 * (index * 5 % 16) + 8, 40) for index in range(len(widths))]
    return np.concatenate(
        [flat(height, width, color) for width, color in zip(widths, colors, strict=True)], 1
    )


@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_flat_colours_are_counted(count: int) -> None:
    found = find(picture(stripes(*[12] * count)))
    assert flat_color_count(found) == pytest.approx(log2(1 + count))
    assert main_color_count(found) == pytest.approx(log2(1 + count))


def test_small_colours_are_no_main_colours() -> None:
    drawing = flat(100, 100, RED)
    drawing[40:50, 40:50] = BLUE  # 1% of the ink, 0.64% flat
    drawing[70:74, 70:74] = GREEN  # 0.16%
    found = find(picture(drawing))
    assert flat_color_count(found) == pytest.approx(log2(1 + 2))
    assert main_color_count(found) == pytest.approx(log2(1 + 1))


def test_shares_of_the_commonest_colours() -> None:
    found = find(picture(stripes(40, 24, 16, 10)))
    # A stripe loses the columns beside its edges and all lose their ends to the page.
    assert first_color_share(found) == pytest.approx(40 / 90, abs=0.04)
    assert three_color_share(found) == pytest.approx(80 / 90, abs=0.1)
    assert first_color_share(find(picture(flat(90, 90, RED)))) == three_color_share(
        find(picture(flat(90, 90, RED)))
    )


def test_palette_entropy_of_equal_areas() -> None:
    for count in (1, 2, 4, 8):
        assert palette_entropy(find(picture(stripes(*[24] * count)))) == pytest.approx(log2(count), abs=0.03)


def test_without_flat_colours_the_palette_has_no_entropy() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (60, 60, 3), dtype=np.uint8)
    found = find(picture(noise))
    assert palette_entropy(found) == flat_color_count(found) == first_color_share(found) == 0


@given(
    st.one_of(
        hnp.arrays(np.uint8, st.tuples(st.integers(4, 40), st.integers(4, 40), st.just(3))),
        st.lists(st.integers(1, 20), min_size=1, max_size=12).map(lambda widths: stripes(*widths)),
    )
)
def test_entropies_against_scipy(drawing: Pixels) -> None:
    found = find(picture(drawing))
    planes = found.planes
    assert palette_entropy(found) == pytest.approx(
        float(entropy(planes.flat_colors, base=2)) if planes.flat_colors.any() else 0, abs=1e-4
    )
    inked = planes.half[planes.half_ink == 1].astype(int) // 16
    numbers = inked @ (256, 16, 1)
    assert color_entropy(found) == pytest.approx(shannon_entropy(numbers[None]), abs=1e-4)
    assert 0 <= palette_entropy(found) <= 12
    assert 0 <= color_entropy(found) <= 12
    assert first_color_share(found) <= three_color_share(found) <= 1 + 1e-6
