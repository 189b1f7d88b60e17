"""Each corruption changes the picture, more at each severity, and ends as a file that can be read."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hybrid_logo.evaluation.pictures.originals import Original
from hybrid_logo.evaluation.suites.corruptions import (
    CORRUPTIONS,
    LEAST_SIDE_PX,
    SEVERITIES,
    Corruption,
    dithered,
    lossless,
    posterised,
)
from hybrid_logo.image import decode
from hybrid_logo.types import LABELS, LogoType
from tests.drawn_pictures import BLUE, RED, WHITE, flat, laid_on, letter_on_tile, wordmark


def tile(side: int) -> Original:
    """A letter on a tile, transparent around; the whole is drenched in ramps, so that it has many levels."""
    pixels = letter_on_tile(side, BLUE, (240, 210, 60))
    ramp = np.linspace(0.6, 1.0, side)
    pixels[:, :, :3] = pixels[:, :, :3] * (ramp[:, None] * ramp[::-1])[:, :, None]
    return Original(pixels, WHITE)


TILE, SMALL_TILE = tile(384), tile(96)
each = pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.name)


def spoiled(corruption: Corruption, original: Original, seed: int = 0) -> list[bytes]:
    return [
        corruption.spoil(original, strength, np.random.default_rng(seed)) for strength in corruption.strengths
    ]


def shown(data: bytes) -> np.ndarray:
    """RGB on white."""
    pixels = decode(data).pixels
    rgb = pixels[:, :, 2::-1]
    return laid_on(np.dstack((rgb, pixels[:, :, 3])), WHITE) if pixels.shape[2] == 4 else rgb


def distance(data: bytes, original: Original) -> float:
    """Mean difference in levels at the original's size."""
    height, width = original.laid.shape[:2]
    pixels = cv2.resize(shown(data), (width, height), interpolation=cv2.INTER_LINEAR)
    return float(np.abs(pixels.astype(int) - original.laid).mean())


def test_the_table_has_a_dozen_rows_with_names_of_their_own() -> None:
    assert len({corruption.name for corruption in CORRUPTIONS}) == len(CORRUPTIONS) >= 12
    assert all(len(corruption.strengths) == SEVERITIES for corruption in CORRUPTIONS)


@each
def test_it_grows_with_severity(corruption: Corruption) -> None:
    distances = [distance(data, TILE) for data in spoiled(corruption, TILE)]
    assert distances[0] > 0.01
    assert distances == sorted(set(distances)), distances


@each
def test_the_seed_decides_everything(corruption: Corruption) -> None:
    assert spoiled(corruption, SMALL_TILE) == spoiled(corruption, SMALL_TILE)


@pytest.mark.parametrize("name", ["noise", "salt and pepper", "margin", "watermark"])
def test_another_seed_gives_other_grain_and_places(name: str) -> None:
    (corruption,) = (corruption for corruption in CORRUPTIONS if corruption.name == name)
    assert spoiled(corruption, SMALL_TILE, 1)[4] != spoiled(corruption, SMALL_TILE, 2)[4]


@each
def test_opaque_and_tiny_pictures_can_be_spoiled_too(corruption: Corruption) -> None:
    line = wordmark(300, 18, RED)
    for pixels in (line, np.dstack((laid_on(line, WHITE), np.full((18, 300), 255, np.uint8))), line[:8, :9]):
        original = Original(np.ascontiguousarray(pixels), WHITE)
        for data in spoiled(corruption, original):
            found = decode(data).pixels.shape
            assert min(found[:2]) >= min(LEAST_SIDE_PX, *pixels.shape[:2])


@pytest.mark.parametrize("name", ["smaller", "hard edges"])
def test_sizes_are_those_of_the_table(name: str) -> None:
    (corruption,) = (corruption for corruption in CORRUPTIONS if corruption.name == name)
    sizes = [max(decode(data).pixels.shape[:2]) for data in spoiled(corruption, TILE)]
    assert sizes == list(corruption.strengths)


def test_hard_edges_have_no_half_transparent_pixels() -> None:
    (corruption,) = (corruption for corruption in CORRUPTIONS if corruption.name == "hard edges")
    assert set(np.unique(TILE.pixels[:, :, 3])) > {0, 255}
    for data in spoiled(corruption, TILE):
        assert set(np.unique(decode(data).pixels[:, :, 3])) == {0, 255}


def test_a_palette_has_its_number_of_levels_and_dithering_keeps_the_mean() -> None:
    grey = Original(np.dstack((flat(64, 64, (100, 100, 100)), np.full((64, 64), 255, np.uint8))), WHITE)
    random = np.random.default_rng(0)
    assert set(np.unique(shown(posterised(grey, 4, random)))) == {85}
    pixels = shown(dithered(grey, 4, random))
    assert set(np.unique(pixels)) == {85, 170}
    assert pixels.mean() == pytest.approx(100, abs=2)


def test_a_tinted_page_hides_no_ink() -> None:
    (corruption,) = (corruption for corruption in CORRUPTIONS if corruption.name == "tinted page")
    ink = (135, 195, 255)  # what a blue tint of 120 levels would be
    original = Original(letter_on_tile(128, ink, (240, 210, 60)), WHITE)
    for seed in range(5):
        corner = shown(spoiled(corruption, original, seed)[4])[0, 0].astype(int)
        assert np.abs(corner - ink).max() >= 60
        assert np.abs(corner - 255).max() == 120


def test_what_would_change_the_type_is_left_out() -> None:
    ramps = {corruption.name for corruption in CORRUPTIONS if not corruption.suits(TILE, [LogoType.GRADIENT])}
    assert ramps == {"posterised", "dithered", "hard edges", "fringe"}
    assert all(corruption.suits(TILE, [LogoType.SIMPLE, LogoType.TEXT]) for corruption in CORRUPTIONS)
    assert not any(corruption.suits(TILE, LABELS) for corruption in CORRUPTIONS if corruption.name in ramps)
    opaque = Original(np.dstack((TILE.laid, np.full((384, 384), 255, np.uint8))), WHITE)
    kept = {corruption.name for corruption in CORRUPTIONS if not corruption.suits(opaque, [LogoType.TEXT])}
    assert kept == {"hard edges", "tinted page", "fringe"}


@pytest.mark.parametrize("pixels", [TILE.pixels, TILE.laid], ids=["rgba", "rgb"])
def test_the_clean_file_keeps_every_pixel(pixels: np.ndarray) -> None:
    stored = decode(lossless(pixels)).pixels
    assert np.array_equal(stored[:, :, [2, 1, 0, 3][: stored.shape[2]]], pixels)
