from __future__ import annotations

import numpy as np
import pytest

from hybrid_logo.vectorize.mixing import share_out
from hybrid_logo.vectorize.snapping import find_flat_colors, premultiplied
from tests.drawn_pictures import RED, Pixels, disc


def flat_colors(pixels: Pixels) -> np.ndarray:
    return find_flat_colors(premultiplied(pixels), noise=2.0, apart=6.0, most=16, smallest=4)


def opaque(pixels: Pixels) -> Pixels:
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def test_shares_are_the_area_covered() -> None:
    pixels = disc(64, RED)
    palette = flat_colors(pixels)
    shares = share_out(premultiplied(pixels), palette, noise=2.0)
    page = int(palette[:, 3].argmin())
    ink = np.where(shares.first != page, shares.share, 0) + np.where(
        (shares.second != page) & (shares.first == page), 1 - shares.share, 0
    )
    assert np.abs(ink - pixels[..., 3] / 255).max() < 0.05


def test_no_third_color_comes_between_two() -> None:
    """Between black and white lies the grey of the third area; the edge must not show it."""
    pixels = np.full((40, 60, 3), 255, np.uint8)
    pixels[:, :20] = 0
    pixels[:, 20] = 128
    pixels[30:, 40:] = 128
    colors = premultiplied(opaque(pixels))
    palette = flat_colors(opaque(pixels))
    shares = share_out(colors, palette, noise=2.0)
    grey = int(np.abs(palette[:, 0] - 128).argmin())
    assert len(palette) == 3
    found = {*shares.first[10:20, 20].tolist(), *shares.second[10:20, 20].tolist()}
    assert found == {0, 1, 2} - {grey}
    assert shares.share[15, 20] == pytest.approx(0.5, abs=0.01)


def test_a_thin_line_of_an_areas_color_stays() -> None:
    """It lies between the same colour on both sides, so it is no edge."""
    pixels = np.full((40, 60, 3), 255, np.uint8)
    pixels[:, :20] = 0
    pixels[10:20, 30:40] = 128
    pixels[:, 50] = 128
    palette = flat_colors(opaque(pixels))
    shares = share_out(premultiplied(opaque(pixels)), palette, noise=2.0)
    assert palette[shares.first[5, 50]][0] == pytest.approx(128)
    assert shares.share[5, 50] == 1.0
