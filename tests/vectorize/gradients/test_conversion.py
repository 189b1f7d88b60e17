"""Pictures with ramps become native gradients, nearer than flat steps; others are left to flat steps."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybrid_logo.vectorize.gradients import convert_gradient
from hybrid_logo.vectorize.gradients.conversion import posterised
from hybrid_logo.vectorize.quality.drawing import draw
from hybrid_logo.vectorize.quality.measured import Reference, compare, compare_with_original
from tests.vectorize.drawings import FADING, LINEAR, RADIAL, RAMP, RED, pixels, svg

STOP = '<stop offset="1" stop-color="#f0c020"/>'
LINES = svg(
    f'<defs>{LINEAR.format(STOP)}</defs><rect width="64" height="64" fill="url(#a)"/>'
    '<path d="M12 20h40M12 32h40M12 44h28" stroke="#fff" stroke-width="1.6"/>'
    '<rect x="44" y="44" width="12" height="12" fill="#fff"/>'
)


def converted(drawing: str, side: int) -> str:
    given_pixels = pixels(drawing, side)
    made = convert_gradient(given_pixels, Reference(given_pixels))
    assert made is not None
    assert made[1] == compare(made[0], given_pixels)
    return made[0]


@pytest.mark.parametrize(
    ("drawing", "tag", "side"),
    [(RAMP, "linear", 64), (RAMP, "linear", 200), (RADIAL, "radial", 96), (FADING, "linear", 96)],
)
def test_ramps_become_native_gradients_nearer_than_steps(drawing: str, tag: str, side: int) -> None:
    given_pixels = pixels(drawing, side)
    made = converted(drawing, side)
    root = ElementTree.fromstring(made)
    assert root.attrib["viewBox"] == f"0 0 {side} {side}"
    assert f"<{tag}Gradient" in made
    ours, steps = (
        compare_with_original(each, drawing, given_pixels) for each in (made, posterised(given_pixels))
    )
    assert ours.low_pass_color_error < 0.4 * steps.low_pass_color_error
    assert ours.bytes < 800
    assert ours.edge_distance_px < 12


def test_a_transparent_page_stays_transparent() -> None:
    drawn = draw(converted(RAMP, 96), 96, 96)
    assert drawn[2, 2, 3] == drawn[93, 50, 3] == 0
    assert drawn[48, 48, 3] == 255


def test_a_fade_out_becomes_stop_opacity() -> None:
    made = converted(FADING, 96)
    assert 'stop-opacity="0' in made or 'stop-opacity=".' in made
    drawn = draw(made, 96, 96)[48]
    assert drawn[12, 3] > 200 > 120 > drawn[60, 3] > drawn[84, 3]
    # What is seen of a faint end keeps its hue.
    assert drawn[70, 0] > drawn[70, 1] + 60


def test_thin_lines_on_a_ramp_take_the_colour_of_which_they_show_a_part() -> None:
    drawn = draw(converted(LINES, 48), 480, 480)
    for row, column in ((150, 240), (240, 240), (330, 200)):
        assert drawn[row - 3 : row + 4, column, 1].max() > 235
        # As wide as they were, 12 px of 480, and not the two pixels of the picture that they touch.
        assert 7 <= (drawn[row - 20 : row + 21, column, 2] > 200).sum() <= 17
    assert drawn[195, 240, 1] < 200


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert converted(RADIAL, 64) == converted(RADIAL, 64)


def test_large_pictures_are_traced_smaller_and_keep_their_size() -> None:
    root = ElementTree.fromstring(converted(RAMP, 1000))
    assert (root.attrib["viewBox"], root.attrib["width"]) == ("0 0 1000 1000", "1000")
    drawn = draw(converted(RAMP, 1000), 1000, 1000)
    assert np.abs(drawn[500, 500].astype(int) - pixels(RAMP, 1000)[500, 500]).max() < 6


def test_noise_is_left_to_flat_steps() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 4), np.uint8)
    assert convert_gradient(noise, Reference(noise)) is None


def test_only_what_is_needed_is_written() -> None:
    made = converted(RED, 64)
    assert "Gradient" not in made
    assert len(re.findall("<path", made)) == 1
    assert "script" not in made


@settings(max_examples=12, deadline=None)
@given(
    st.integers(0, 10_000), st.integers(4, 40), st.integers(4, 40), st.sampled_from(["blobs", "noise", "one"])
)
def test_any_picture_gives_xml_or_nothing(seed: int, height: int, width: int, kind: str) -> None:
    random = np.random.default_rng(seed)
    made = random.integers(0, 256, (height, width, 4), np.uint8)
    if kind == "blobs":
        small = random.integers(0, 256, (3, 3, 4), np.uint8)
        made = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    elif kind == "one":
        made[:] = made[0, 0]
    found = convert_gradient(made, Reference(made))
    assert found is None or ElementTree.fromstring(found[0]).attrib["viewBox"] == f"0 0 {width} {height}"
