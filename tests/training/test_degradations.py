from __future__ import annotations

import numpy as np
import pytest

from hybrid_logo.training import degradations
from hybrid_logo.training.degradations import Pixels
from tests.drawn_pictures import BLACK, RED, WHITE, disc, letter_on_tile, wordmark


def premultiplied(drawing: Pixels) -> Pixels:
    colors = np.rint(drawing[:, :, :3] * (drawing[:, :, 3:] / 255))
    return np.dstack((colors, drawing[:, :, 3])).astype(np.uint8)


def glow(side: int) -> Pixels:
    """A red disc that fades out from its middle."""
    away = np.hypot(*(np.mgrid[:side, :side] - side / 2)) / (side / 2)
    return np.dstack((np.full((side, side, 3), RED), 255 * np.clip(1 - away, 0, 1))).astype(np.uint8)


DISC = premultiplied(disc(120, RED))
BLACK_DISC = premultiplied(disc(120, BLACK))
GLOW = premultiplied(glow(120))
TILE = letter_on_tile(120, RED, WHITE)[:, :, :3]


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(5)


# Size and place


def test_a_turned_picture_is_whole(random: np.random.Generator) -> None:
    bar = np.full((40, 200, 4), 255, np.uint8)
    turned = degradations.turned(bar, random)
    assert turned.shape[0] > 40
    assert turned[:, :, 3].sum() == pytest.approx(bar[:, :, 3].sum(), rel=0.03)


@pytest.mark.parametrize("target", [32, 50, 100, 400])
def test_a_picture_is_reduced_to_its_target(target: int, random: np.random.Generator) -> None:
    reduced = degradations.reduced(DISC, target, random)
    assert reduced.shape[:2] == (min(target, 120),) * 2
    assert (reduced[:, :, :3] <= reduced[:, :, 3:]).all()


def test_a_wordmark_stays_legible(random: np.random.Generator) -> None:
    word = premultiplied(wordmark(480, 60, BLACK))
    assert degradations.reduced(word, 32, random).shape[0] == degradations.LEAST_HEIGHT_PX


def test_without_antialiasing_no_colour_is_new(random: np.random.Generator) -> None:
    flat = premultiplied(disc(120, RED) // 255 * np.array([*RED, 255], np.uint8))
    flat[:, :, 3] = np.where(flat[:, :, 3] > 0, 255, 0)
    single = degradations.reduced(flat, 50, random, antialiased=False)
    smooth = degradations.reduced(flat, 50, random)
    assert set(np.unique(single[:, :, 3])) == {0, 255}
    assert len(np.unique(smooth[:, :, 3])) > 2
    assert degradations.reduced(DISC, 12, random, antialiased=False).shape[0] == 30  # strokes must stay


def test_small_files_are_enlarged_and_large_ones_hardly() -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        assert 143 <= degradations.enlarged_again(DISC, random).shape[0] <= 300
        assert degradations.enlarged_again(np.zeros((800, 800, 4), np.uint8), random).shape[0] <= 900


def test_the_largest_files_have_2048_pixels() -> None:
    sides = [degradations.published(DISC, np.random.default_rng(seed)).shape[0] for seed in range(40)]
    assert 120 <= min(sides) < 300
    assert 1400 < max(sides) <= degradations.LARGEST_SIDE_PX
    assert (
        degradations.published(np.zeros((60, 3000, 3), np.uint8), np.random.default_rng(0)).shape[1] == 3000
    )


def test_a_screenshot_has_one_whole_logo_and_no_other_ink() -> None:
    page = (250, 250, 245)
    logo = degradations.flattened(BLACK_DISC, page)
    for seed in range(30):
        shot = degradations.on_screen(logo, np.random.default_rng(seed), page)
        assert 168 <= max(shot.shape[:2]) <= 420
        darkness = (np.array(page) - shot.astype(int)).sum()
        assert darkness == pytest.approx((np.array(page) - logo.astype(int)).sum(), rel=0.002)
        assert (shot[[0, -1]] == page).all()
        assert (shot[:, [0, -1]] == page).all()


def test_a_screenshot_is_not_on_whole_pixels(random: np.random.Generator) -> None:
    block = np.zeros((20, 20, 3), np.uint8)
    shot = degradations.on_screen(block, random, (255, 255, 255))
    assert ((shot > 0) & (shot < 255)).sum() > 3 * 4 * 15


# Transparency


@pytest.mark.parametrize("color", [(255, 255, 255), (0, 0, 0), (20, 200, 90)])
def test_flattening_lays_the_picture_on_its_page(color: tuple[int, int, int]) -> None:
    alpha = GLOW[:, :, 3:] / 255
    expected = GLOW[:, :, :3] + (1 - alpha) * color
    assert np.abs(degradations.flattened(GLOW, color) - np.minimum(expected, 255)).max() <= 1


def test_outlines_are_hard_edges_and_glows_are_not() -> None:
    assert degradations.has_hard_edges(DISC)
    assert degradations.has_hard_edges(premultiplied(wordmark(320, 60, BLACK)))
    assert not degradations.has_hard_edges(GLOW)
    assert not degradations.has_hard_edges(DISC // 2)  # glass


@pytest.mark.parametrize("matte", [0, 255])
def test_a_fringe_holds_the_page_it_was_freed_from(matte: int) -> None:
    fringed = degradations.fringed(DISC, matte)
    alpha = DISC[:, :, 3]
    rim = (alpha > 60) & (alpha < 200)
    assert np.array_equal(fringed[:, :, 3], alpha)
    assert (fringed[alpha == 255][:, :3] == RED).all()
    away = np.abs(fringed[rim][:, :3].astype(int) - RED).max(1)
    assert np.median(away) > 40
    toward = np.abs(fringed[rim][:, :3].astype(int) - matte).sum(1)
    assert (toward < np.abs(np.array(RED) - matte).sum()).all()


def test_a_cut_out_is_there_or_not(random: np.random.Generator) -> None:
    cut = degradations.cut_out(DISC, 255, random)
    assert set(np.unique(cut[:, :, 3])) == {0, 255}
    assert (cut[:, :, 3] > 0).sum() == pytest.approx(DISC[:, :, 3].sum() / 255, rel=0.03)


# Colour


def test_colours_shift_a_little_and_in_several_ways() -> None:
    page_changed = grey_kept = 0
    for seed in range(60):
        shifted = degradations.color_shifted(TILE, np.random.default_rng(seed)).astype(int)
        assert 1 <= np.abs(shifted - TILE).max() <= 60
        page_changed += bool(np.ptp(shifted[TILE.min(2) == 255], axis=1).max() > 3)
        grey_kept += bool((shifted[TILE.min(2) == 255] == 255).all())
    assert page_changed > 5  # white balance
    assert grey_kept > 15  # gamma and saturation


def test_shifted_colours_keep_alpha_and_their_differences() -> None:
    ramp = np.linspace((0, 90, 255, 77), (255, 10, 40, 77), 256)
    pixels = np.repeat(ramp[None], 4, axis=0).astype(np.uint8)
    for seed in range(30):
        shifted = degradations.color_shifted(pixels, np.random.default_rng(seed))
        assert (shifted[:, :, 3] == 77).all()
        assert len(np.unique(shifted[0], axis=0)) > 150  # no steps


# Focus and grain


def test_blur_lowers_and_sharpening_raises_the_contrast_at_edges(random: np.random.Generator) -> None:
    grey = np.full((60, 60, 3), 90, np.uint8)
    grey[:, 30:] = 170

    def steepest(pixels: Pixels) -> int:
        return int(np.abs(np.diff(pixels.astype(int), axis=1)).max())

    assert steepest(degradations.unfocused(grey, random)) < 75
    sharpened = degradations.sharpened(grey, random)
    assert sharpened.min() < 85  # a dark halo
    assert sharpened.max() > 175  # a bright halo
    assert steepest(sharpened) > 85
    assert (sharpened[:, 0] == 90).all()


def test_grain_is_fine_and_even() -> None:
    grey = np.full((100, 100, 3), 128, np.uint8)
    colored = 0
    for seed in range(30):
        noise = degradations.noisy(grey, np.random.default_rng(seed)).astype(int) - 128
        assert 0.4 < noise.std() < 2.7
        assert abs(noise.mean()) < 0.1
        colored += bool(np.ptp(noise, axis=2).max() > 0)
    assert 5 < colored < 25
