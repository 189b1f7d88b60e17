from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from hybrid_logo.types import LogoType
from hybrid_logo.vectorize.conversion import converted, is_better
from hybrid_logo.vectorize.converting import convert_flat
from hybrid_logo.vectorize.quality.drawing import draw
from hybrid_logo.vectorize.quality.measured import Quality, compare
from hybrid_logo.vectorize.strategies import STRATEGIES, Strategy
from tests.drawn_pictures import BLUE, GREEN, RED, WHITE, Pixels, disc, laid_on, letter_on_tile, wordmark

SIMPLE, TEXT, GRADIENT, COMPLEX = (STRATEGIES[label] for label in LogoType)


def opaque(pixels: Pixels) -> Pixels:
    return np.dstack([pixels, np.full(pixels.shape[:2], 255, np.uint8)])


def flat(pixels: Pixels, strategy: Strategy = SIMPLE, noise: float = 2.0) -> str:
    return convert_flat(pixels, strategy, noise, (pixels.shape[1], pixels.shape[0]))


def fills(svg: str) -> list[str]:
    return [
        element.get("fill", "#000")
        for element in ElementTree.fromstring(svg).iter()
        if element.tag.endswith("path")
    ]


def test_a_disc_is_one_circle_in_its_color() -> None:
    svg = flat(disc(64, RED))
    assert fills(svg) == ["#c81e3c"]
    assert svg.count("a") - svg.count("transform") <= 6
    assert compare(svg, disc(64, RED)).color_error < 0.3


def test_a_transparent_page_stays_transparent() -> None:
    drawn = draw(flat(letter_on_tile(64, BLUE, WHITE)), 64, 64)
    assert drawn[0, 0, 3] == 0
    assert drawn[32, 32].tolist() == [*WHITE, 255]


def test_an_opaque_page_is_painted() -> None:
    pixels = opaque(laid_on(disc(64, RED), GREEN))
    drawn = draw(flat(pixels), 64, 64)
    assert drawn[..., 3].min() == 255
    assert drawn[0, 0].tolist() == [*GREEN, 255]


def test_half_transparent_areas_stay_so() -> None:
    pixels = disc(64, GREEN, alpha=128)
    pixels[24:40, 24:40] = (*RED, 255)
    drawn = draw(flat(pixels), 64, 64)
    assert abs(int(drawn[14, 32, 3]) - 128) <= 2
    assert drawn[32, 32].tolist() == [*RED, 255]
    assert drawn[0, 0, 3] == 0


def test_small_letters_keep_their_counters() -> None:
    """Rings of 1.3 px with holes of 3 px, as an o in small print."""
    large = np.zeros((12 * 8, 40 * 8, 4), np.uint8)
    y, x = np.mgrid[: 12 * 8, : 40 * 8] / 8
    for centre in (6.2, 14.9, 23.4, 32.1):
        radius = np.hypot(x - centre, y - 6)
        large[(radius > 1.6) & (radius < 2.9)] = (*BLUE, 255)
    small = np.rint(large.reshape(12, 8, 40, 8, 4).mean((1, 3)))
    alpha = np.maximum(small[..., 3:], 1)
    small[..., :3] = np.minimum(small[..., :3] * 255 / alpha, 255)
    svg = flat(small.astype(np.uint8), TEXT)
    drawn = draw(svg, 400, 120)
    for centre in (6.2, 14.9, 23.4, 32.1):
        assert drawn[60, round(10 * centre), 3] == 0
        assert drawn[60, round(10 * (centre + 2.25)), 3] == 255


def test_letters_are_nearer_than_the_picture_that_was_made_smaller() -> None:
    original, small = wordmark(600, 150, RED), wordmark(120, 30, RED)
    assert compare(flat(small, TEXT), original).color_error < 1.5


def test_no_slivers_of_a_third_color() -> None:
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:, 32:] = 255
    pixels[:, 31:33] = ((90,) * 3, (200,) * 3)
    pixels[48:, 48:] = 128
    assert len(fills(flat(opaque(pixels)))) == 3


def test_the_document_has_the_size_that_was_asked_for() -> None:
    svg = convert_flat(disc(64, RED), SIMPLE, 2.0, (256, 128))
    assert 'width="256" height="128" viewBox="0 0 256 128"' in svg
    drawn = draw(svg, 256, 128)
    assert drawn[64, 128, 3] == 255
    assert drawn[64, 40, 3] == 255


@pytest.mark.parametrize("shape", [(4, 4), (4, 200), (1400, 5), (4, 9000)])
def test_odd_shapes_are_converted(shape: tuple[int, int]) -> None:
    pixels = np.zeros((*shape, 4), np.uint8)
    pixels[1:-1, 1:-1] = (*RED, 255)
    assert ElementTree.fromstring(flat(pixels)).get("width") == str(shape[1])


def test_the_same_picture_gives_the_same_document() -> None:
    random = np.random.default_rng(1)
    pixels = opaque(np.kron(random.integers(0, 255, (8, 8, 3)), np.ones((8, 8, 1))).astype(np.uint8))
    assert flat(pixels, COMPLEX) == flat(pixels, COMPLEX)


def test_a_document_that_is_too_long_is_made_coarser() -> None:
    random = np.random.default_rng(2)
    pixels = opaque(random.integers(0, 255, (48, 48, 3)).astype(np.uint8))
    free = flat(pixels, COMPLEX)
    bounded = flat(pixels, replace(COMPLEX, most_bytes=len(free) // 2))
    assert len(bounded) < 0.7 * len(free)


def test_the_coarsest_strategy_can_be_made_coarser() -> None:
    widest = replace(
        COMPLEX, most_colors=2, colors_apart=50.0, smallest_area_px=64.0, tolerance_px=4.0, most_bytes=1000
    )
    pixels = np.random.default_rng(3).integers(0, 255, (64, 64, 4)).astype(np.uint8)
    assert flat(pixels, widest).startswith("<svg")


def test_a_ramp_becomes_a_gradient() -> None:
    pixels = disc(128, RED)
    pixels[..., 1] = np.linspace(0, 220, 128)[None]
    svg, quality = converted(pixels, GRADIENT, 2.0, (128, 128))
    assert "Gradient" in svg
    assert "script" not in svg
    assert quality == compare(svg, pixels)
    assert quality.low_pass_color_error < 2.0


def test_flat_colors_are_kept_where_gradients_are_worse(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64"></svg>'
    pixels = disc(64, RED)
    found = bad, compare(bad, pixels)
    monkeypatch.setattr("hybrid_logo.vectorize.conversion.convert_gradient", lambda *_: found)
    svg, _ = converted(pixels, GRADIENT, 2.0, (64, 64))
    assert "<path" in svg


@pytest.mark.parametrize(
    ("one", "other", "better"),
    [
        ((1.0, 500), (2.0, 100), True),
        ((2.0, 100), (1.0, 500), False),
        ((1.0, 100), (1.01, 500), True),
        ((1.0, 500), (1.01, 100), False),
    ],
)
def test_nearer_is_better_and_shorter_where_both_are_near(
    one: tuple[float, int], other: tuple[float, int], better: bool
) -> None:
    made = [Quality(error, error, 1.0, 0.1, size, 3) for error, size in (one, other)]
    assert is_better(*made) == better
