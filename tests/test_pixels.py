from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image, ImageOps

from hybrid_logo.errors import TooLargeError, TooSmallError
from hybrid_logo.pixels import (
    SMALLEST_SIDE,
    Pixels,
    check_size,
    drop_unused_alpha,
    key_alpha,
    to_8_bit,
    turn_upright,
)
from tests.picture_files import exif

RGBA = hnp.arrays(
    np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(4)), elements=st.integers(250, 255)
)


def test_all_65536_levels_go_to_the_nearest_of_256() -> None:
    levels = np.arange(65_536, dtype=np.uint16).reshape(256, 256)
    nearest = [round(Fraction(level * 255, 65_535)) for level in range(65_536)]  # 65,535 is odd: no ties
    assert to_8_bit(levels).ravel().tolist() == nearest
    for channels in (1, 3, 4):
        assert to_8_bit(np.full((2, 3, channels), 65_535, np.uint16)).shape == (2, 3, channels)


@given(RGBA)
def test_alpha_is_dropped_only_where_it_says_nothing(pixels: Pixels) -> None:
    result = drop_unused_alpha(pixels)
    used = bool((pixels[..., 3] < 255).any())
    assert np.array_equal(result, pixels if used else pixels[..., :3])


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from([3, 4]), st.integers(1, 8))
def test_turns_are_those_of_pillow(width: int, height: int, channels: int, orientation: int) -> None:
    pixels = np.arange(width * height * channels, dtype=np.uint8).reshape(height, width, channels)
    image = Image.fromarray(pixels)
    image.info["exif"] = exif(orientation).tobytes()
    turned = turn_upright(pixels, orientation)
    assert np.array_equal(turned, np.asarray(ImageOps.exif_transpose(image)))
    assert turned.flags.c_contiguous


def test_a_key_is_transparent_and_nothing_else() -> None:
    assert key_alpha(np.array([[3, 4], [5, 3]]), 3).tolist() == [[0, 255], [255, 0]]


@pytest.mark.parametrize(("width", "height"), [(SMALLEST_SIDE, 25), (10, 10), (25, SMALLEST_SIDE)])
def test_sizes_at_the_limits_pass(width: int, height: int) -> None:
    check_size(width, height, 100)


def test_sizes_beyond_the_limits_do_not() -> None:
    with pytest.raises(TooLargeError, match=r"1,234 x 10 .* 12,339"):
        check_size(1234, 10, 12_339)
    for width, height in ((SMALLEST_SIDE - 1, 90), (90, SMALLEST_SIDE - 1), (1, 1), (1, 5000)):
        with pytest.raises(TooSmallError, match=f"{width:,} x {height:,}"):
            check_size(width, height, 100_000)
