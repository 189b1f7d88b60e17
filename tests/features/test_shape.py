from __future__ import annotations

from math import log2

import numpy as np
import pytest

from hybrid_logo.features.found import Found, find
from hybrid_logo.features.shape import (
    aspect_log2,
    drawn_aspect_log2,
    drawn_box_share,
    ink_box_share,
    ink_long_side_log2,
    interior_share,
    tile_share,
)
from hybrid_logo.image import load_picture
from tests.drawn_pictures import BLUE, RED, WHITE, disc, flat, laid_on, letter_on_tile, padded, picture


def checked(height: int, width: int) -> Found:
    """A full rectangle of two colours, which has no tile."""
    drawing = flat(height, width, RED)
    drawing[: height // 2] = BLUE
    return find(load_picture(padded(drawing, (10, 10, 10, 10), WHITE)))


@pytest.mark.parametrize(("height", "width"), [(40, 40), (20, 80), (80, 20), (300, 600)])
def test_aspect_of_a_rectangle(height: int, width: int) -> None:
    found = checked(height, width)
    assert aspect_log2(found) == pytest.approx(log2(width / height), abs=0.05)
    assert drawn_aspect_log2(found) == pytest.approx(log2(width / height), abs=0.1)


@pytest.mark.parametrize("side", [8, 64, 230])
def test_long_side_is_in_native_pixels(side: int) -> None:
    assert ink_long_side_log2(checked(side, side // 2)) == log2(side)


def test_a_rectangle_fills_its_box() -> None:
    found = checked(60, 80)
    assert ink_box_share(found) == drawn_box_share(found) == 1.0


def test_a_disc_fills_a_quarter_of_pi() -> None:
    rings = laid_on(disc(92, RED), WHITE)
    rings[:46][rings[:46, :, 1] == RED[1]] = BLUE  # the upper half in another colour: no tile
    found = find(load_picture(rings))
    assert tile_share(found) == 0
    assert ink_box_share(found) == pytest.approx(np.pi / 4, abs=0.03)
    assert drawn_box_share(found) == pytest.approx(np.pi / 4, abs=0.03)


@pytest.mark.parametrize("thick", [1, 2, 4])
def test_thin_strokes_have_no_interior(thick: int) -> None:
    ink = np.zeros((60, 90), np.uint8)
    ink[20 : 20 + thick] = 1
    assert interior_share(find(picture(flat(60, 90, RED), ink))) == 0


def test_interior_is_two_pixels_from_the_page() -> None:
    assert interior_share(find(picture(flat(50, 90, RED)))) == (46 * 86) / (50 * 90)


def test_the_tile_is_left_out_of_the_drawing() -> None:
    """The letter of this drawing spans 8 of the tile's 14 units either way."""
    found = find(load_picture(letter_on_tile(90, BLUE, WHITE)))
    assert tile_share(found) > 0.6
    assert ink_box_share(found) > 0.95
    assert drawn_box_share(found) == pytest.approx(40 / 64, abs=0.08)
    assert drawn_aspect_log2(found) == pytest.approx(0, abs=0.1)
