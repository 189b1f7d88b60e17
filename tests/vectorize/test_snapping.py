from __future__ import annotations

import numpy as np
import pytest

from hybrid_logo.vectorize.snapping import find_flat_colors, premultiplied
from tests.drawn_pictures import BLUE, GREEN, RED, WHITE, Pixels, disc, laid_on, letter_on_tile, wordmark


def flat_colors(pixels: Pixels, **changed: float) -> np.ndarray:
    settings = {"noise": 2.0, "apart": 6.0, "most": 16, "smallest": 4} | changed
    return find_flat_colors(premultiplied(pixels), **settings)  # type: ignore[arg-type]


def opaque(pixels: Pixels) -> Pixels:
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def as_set(colors: np.ndarray) -> set[tuple[int, ...]]:
    return {tuple(color) for color in np.rint(colors).astype(int).tolist()}


def test_a_disc_on_a_transparent_page_is_two_colors() -> None:
    assert as_set(flat_colors(disc(64, RED))) == {(0, 0, 0, 0), (*RED, 255)}


def test_anti_aliasing_adds_no_color() -> None:
    assert as_set(flat_colors(letter_on_tile(64, BLUE, WHITE))) == {(0, 0, 0, 0), (*BLUE, 255), (*WHITE, 255)}


def test_a_half_transparent_area_keeps_its_alpha() -> None:
    found = flat_colors(disc(64, GREEN, alpha=128))
    assert {round(color[3]) for color in found.tolist()} == {0, 128}


def test_lines_thinner_than_a_pixel_still_tell_their_color() -> None:
    """No pixel of them has eight neighbours that look alike."""
    pixels = np.full((32, 48, 3), 255, np.uint8)
    for column in range(4, 44, 6):
        pixels[4:28, column] = np.array(WHITE) * 0.3 + np.array(RED) * 0.7
        pixels[4:28, column + 1] = np.array(WHITE) * 0.8 + np.array(RED) * 0.2
    found = flat_colors(opaque(pixels))
    assert len(found) == 2
    assert found[1][0] > 1.5 * found[1][1]


def test_a_thin_color_on_a_transparent_page_is_opaque() -> None:
    found = flat_colors(wordmark(48, 12, RED))
    (ink,) = [color for color in found if color[3] > 8]
    assert np.abs(ink - (*RED, 255)).max() < 12


def test_noise_is_no_color() -> None:
    pixels = laid_on(disc(64, BLUE), WHITE).astype(int)
    noisy = np.clip(pixels + np.random.default_rng(0).integers(-5, 6, pixels.shape), 0, 255).astype(np.uint8)
    assert len(flat_colors(opaque(noisy), noise=10.0, apart=9.0, smallest=20)) == 2


@pytest.mark.parametrize("most", [2, 5])
def test_colors_are_bounded(most: int) -> None:
    pixels = np.repeat(np.repeat(np.arange(16, dtype=np.uint8) * 16, 8)[None, :, None], 64, 0)
    assert len(flat_colors(opaque(np.repeat(pixels, 3, 2)), most=most)) <= most
