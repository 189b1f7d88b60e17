from __future__ import annotations

from math import log2

import numpy as np
import pytest

from hybrid_logo.features.found import Found, find
from hybrid_logo.features.lettering import (
    column_run_count,
    column_transitions,
    component_count,
    component_height_spread,
    empty_column_share,
    empty_row_share,
    letter_row_count,
    letter_row_share,
    row_evenness,
    row_transitions,
    row_transitions_high,
    stroke_thickness,
)
from hybrid_logo.image import load_picture
from tests.drawn_pictures import BLUE, RED, WHITE, Pixels, disc, flat, picture

COLORS = (RED, BLUE, (250, 180, 20))


def bars(count: int, lines: int = 1) -> Pixels:
    """Bars 6 wide and 20 high, 10 apart, in changing colours, so that none is a tile's."""
    drawing = flat(lines * 36 - 16, 10 * count - 4, WHITE)
    for index in range(count):
        for number in range(lines):
            top = 36 * number
            drawing[top : top + 20, 10 * index : 10 * index + 6] = COLORS[(index + number) % 3]
    return drawing


def found_in(drawing: Pixels) -> Found:
    return find(picture(drawing, (drawing != 255).any(2)))


@pytest.mark.parametrize("count", [3, 8, 14])
def test_a_row_of_bars(count: int) -> None:
    found = found_in(bars(count))
    assert component_count(found) == letter_row_count(found) == column_run_count(found) == log2(1 + count)
    assert letter_row_share(found) == 1
    assert component_height_spread(found) == 0
    assert row_transitions(found) == row_transitions_high(found) == 2 * count
    assert column_transitions(found) == pytest.approx(2 * 6 * count / (10 * count - 4))
    assert empty_column_share(found) == pytest.approx(4 * (count - 1) / (10 * count - 4))
    assert empty_row_share(found) == 0
    assert row_evenness(found) == 1
    # 6 x 20 bars: area 120 and outline 52 each, in a box 20 high
    assert stroke_thickness(found) == pytest.approx(2.5 * 120 / 52 / 20)


def test_lines_of_bars() -> None:
    found = found_in(bars(5, lines=2))
    assert component_count(found) == log2(1 + 10)
    assert letter_row_count(found) == log2(1 + 5)
    assert letter_row_share(found) == pytest.approx(0.5)
    assert empty_row_share(found) == pytest.approx(16 / 56)
    assert column_transitions(found) == pytest.approx(4 * 30 / 46)


def test_a_mark_has_no_rhythm() -> None:
    halves = disc(92, RED)
    halves[46:][halves[46:, :, 3] == 255] = (*BLUE, 255)
    found = find(load_picture(halves))
    assert component_count(found) == letter_row_count(found) == log2(1 + 1)
    assert row_transitions(found) == pytest.approx(2, abs=0.01)
    assert column_transitions(found) == pytest.approx(2, abs=0.01)
    assert empty_column_share(found) == empty_row_share(found) == 0
    assert row_evenness(found) == pytest.approx(np.pi / 4, abs=0.03)


def test_heights_in_steps_are_spread() -> None:
    drawing = bars(8)
    for index in range(8):
        drawing[: 2 * index, 10 * index : 10 * index + 6] = 255
    heights = [20 - 2 * index for index in range(8)]
    low, middle, high = np.percentile(heights, (25, 50, 75))
    assert component_height_spread(found_in(drawing)) == pytest.approx((high - low) / middle, abs=0.2)
