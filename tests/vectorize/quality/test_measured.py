"""The figures of a conversion tell exact, shifted, flattened and missing things apart."""

from __future__ import annotations

import pytest

from hybrid_logo.vectorize.quality.measured import Reference, compare, compare_with_original
from tests.vectorize.drawings import RAMP, RED, pixels, svg


def test_an_exact_conversion_has_no_error() -> None:
    quality = compare(RED, pixels(RED))
    assert (quality.color_error, quality.low_pass_color_error, quality.edge_distance_px) == (0, 0, 0)
    assert quality.similarity == pytest.approx(1)
    assert (quality.bytes, quality.paths) == (len(RED.encode()), 1)


@pytest.mark.parametrize("shift", [1, 3])
def test_a_shift_is_seen_in_the_edges(shift: int) -> None:
    moved = RED.replace('x="16"', f'x="{16 + shift}"')
    quality = compare(moved, pixels(RED))
    # Two of four sides are that far off, the other two overlap but for their ends.
    assert quality.edge_distance_px == pytest.approx(shift / 2, rel=0.35)
    assert quality.similarity < 0.99


def test_the_low_pass_keeps_a_flattened_ramp_and_drops_what_cancels_nearby() -> None:
    flat = svg('<rect x="8" y="8" width="48" height="48" fill="#e87030"/>')
    flattened = compare(flat, pixels(RAMP))
    assert flattened.low_pass_color_error > 0.8 * flattened.color_error
    stripes = "".join(f'<rect y="{row}" width="64" height=".5" fill="#808080"/>' for row in range(64))
    noisy = pixels(svg(f'<rect width="64" height="64" fill="#707070"/>{stripes}', 64), 128)
    even = compare(svg('<rect width="64" height="64" fill="#787878"/>'), noisy)
    assert even.low_pass_color_error < 0.2 * even.color_error


def test_white_on_transparent_counts_on_the_dark_page() -> None:
    white = svg('<rect x="16" y="16" width="32" height="32" fill="#fff"/>')
    assert compare(svg(""), pixels(white)).color_error > 5
    black = white.replace("#fff", "#202020")
    assert compare(svg(""), pixels(black)).color_error > 5


def test_a_hole_in_an_opaque_picture_counts() -> None:
    page = svg('<rect width="64" height="64" fill="#fff"/>')
    quality = compare(svg('<rect width="64" height="32" fill="#fff"/>'), pixels(page))
    assert quality.color_error == pytest.approx(0.5 * 0.5 * 87, rel=0.1)


def test_edges_without_a_counterpart_have_a_largest_distance() -> None:
    assert compare(svg(""), pixels(RED)).edge_distance_px == pytest.approx(0.5 * 64 / 16)
    assert compare(svg(""), pixels(svg(""))).edge_distance_px == 0


def test_sharp_beats_a_copy_of_the_blur_only_against_the_original() -> None:
    small = pixels(RED.replace('x="16"', 'x="16.5"'), 16)
    blurred = svg(
        '<rect x="16" y="16" width="36" height="32" fill="#d02030" fill-opacity=".12"/>'
        '<rect x="20" y="16" width="28" height="32" fill="#d02030"/>'
    )
    sharp = RED.replace('x="16"', 'x="16.5"')
    true = sharp
    assert compare_with_original(sharp, true).color_error < compare_with_original(blurred, true).color_error
    assert compare(sharp, small).color_error < 0.5


def test_a_reference_is_used_many_times() -> None:
    reference = Reference.of_original(RAMP, 128)
    assert reference.pixels.shape == (128, 128, 4)
    first = reference.measure(RED)
    assert reference.measure(RAMP).color_error < 0.01
    assert reference.measure(RED) == first


def test_the_aspect_is_that_of_the_picture() -> None:
    wide = pixels(RED)[16:48]
    assert Reference.of_original(RED, 128, like=wide).pixels.shape == (64, 128, 4)
