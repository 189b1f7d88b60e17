from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from hybrid_logo.header import read_header
from hybrid_logo.image import load_picture
from hybrid_logo.training import encodings
from hybrid_logo.training.encodings import Pixels
from tests.drawn_pictures import BLUE, RED, WHITE, disc, letter_on_tile

TILE = letter_on_tile(160, BLUE, WHITE)
RAMP = np.dstack(
    np.broadcast_arrays(np.linspace(20, 235, 160)[:, None], np.linspace(200, 90, 160)[None], 120)
).astype(np.uint8)


def opened(data: bytes) -> Pixels:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGBA"))


@pytest.mark.parametrize("channels", [3, 4])
def test_png_loses_nothing(channels: int) -> None:
    assert np.array_equal(
        opened(encodings.as_png(TILE[:, :, :channels]))[:, :, :channels], TILE[:, :, :channels]
    )


def test_every_file_can_be_read() -> None:
    stencil = TILE.copy()
    stencil[:, :, 3] = np.where(TILE[:, :, 3] > 127, 255, 0)
    formats = set()
    for seed in range(12):
        random = np.random.default_rng(seed)
        for data in (
            encodings.as_jpeg(RAMP, random),
            encodings.as_webp(RAMP, random, lossless=0.5),
            encodings.as_webp(TILE, random, lossless=0.5),
            encodings.as_palette_png(RAMP, random),
            encodings.as_palette_png(TILE, random),
            encodings.as_gif(RAMP, random),
            encodings.as_stencil(stencil, random),
        ):
            facts = load_picture(data).facts
            assert (facts.width, facts.height) == (160, 160)
            formats.add((facts.format, facts.has_alpha))
    assert formats == {
        ("jpeg", False),
        ("webp", False),
        ("webp", True),
        ("png", False),
        ("png", True),
        ("gif", False),
        ("gif", True),
    }


def test_jpegs_are_of_many_qualities_and_chroma_scales() -> None:
    files = [encodings.as_jpeg(RAMP, np.random.default_rng(seed)) for seed in range(150)]
    qualities = [read_header(file).jpeg_quality or 0 for file in files]
    assert 38 <= min(qualities) < 50
    assert 90 < max(qualities) <= 96
    layers: Counter[int] = Counter()
    for file in files:
        with Image.open(io.BytesIO(file)) as image:
            assert isinstance(image, JpegImageFile)
            _, across, down, _ = image.layer[0]
            layers[across * 10 + down] += 1
    assert set(layers) == {11, 21, 22}
    assert layers.most_common(1)[0][0] == 22


def test_small_pictures_are_not_stored_badly() -> None:
    small = np.ascontiguousarray(RAMP[::4, ::4])
    files = [encodings.as_jpeg(small, np.random.default_rng(seed)) for seed in range(60)]
    assert min(read_header(file).jpeg_quality or 0 for file in files) >= 73


def test_what_was_saved_before_has_traces_of_it() -> None:
    tile = np.ascontiguousarray(TILE[:, :, :3])
    sides = []
    for seed in range(30):
        before = encodings.saved_before(tile, np.random.default_rng(seed))
        sides.append(before.shape[0])
        back = cv2.resize(before, (160, 160), interpolation=cv2.INTER_AREA)
        assert 0.2 < np.abs(back.astype(int) - tile).mean() < 8
    assert 10 <= sides.count(160) <= 20
    assert min(sides) < 145
    assert 175 < max(sides) <= 200


def test_a_saved_picture_keeps_a_side_that_can_be_read() -> None:
    for seed in range(20):
        assert min(encodings.saved_before(RAMP[:4, :20], np.random.default_rng(seed)).shape[:2]) >= 4


def test_a_large_picture_is_not_saved_larger() -> None:
    strip = np.zeros((8, 2048, 3), np.uint8)
    assert (
        max(encodings.saved_before(strip, np.random.default_rng(seed)).shape[1] for seed in range(20)) <= 2048
    )


# Palettes


@pytest.mark.parametrize("store", [encodings.as_palette_png, encodings.as_gif])
def test_palettes_of_few_colours_are_for_flat_drawings(
    store: Callable[[Pixels, np.random.Generator], bytes],
) -> None:
    flat, ramp = np.ascontiguousarray(TILE[:, :, :3]), RAMP
    counts: dict[str, list[int]] = {"flat": [], "ramp": []}
    for seed in range(8):
        for name, pixels in (("flat", flat), ("ramp", ramp)):
            stored = opened(store(pixels, np.random.default_rng(seed)))[:, :, :3]
            counts[name].append(len(np.unique(stored.reshape(-1, 3), axis=0)))
            assert np.abs(stored.astype(int) - pixels).mean() < 4
    assert min(counts["flat"]) <= 64
    assert min(counts["ramp"]) > 200


def test_some_palettes_are_dithered() -> None:
    """Dithering scatters colours, so that neighbours in a flat direction of the ramp differ."""
    across = np.ascontiguousarray(np.repeat(RAMP[:, 80:81], 160, axis=1)) // 2 + RAMP // 2
    scattered = []
    for seed in range(20):
        stored = opened(encodings.as_gif(across, np.random.default_rng(seed)))[:, :, :3].astype(int)
        scattered.append(float((np.abs(np.diff(stored, axis=1)).max(2) > 0).mean()))
    limit = 2 * min(scattered)
    assert 2 <= sum(share > limit for share in scattered) <= 12


def test_transparent_palettes_keep_flat_drawings_and_leave_ramps_alone() -> None:
    random = np.random.default_rng(0)
    with Image.open(io.BytesIO(encodings.as_palette_png(TILE, random))) as image:
        assert image.mode == "P"
    glow = np.dstack((RAMP, np.linspace(0, 255, 160).astype(np.uint8)[None].repeat(160, 0)))
    with Image.open(io.BytesIO(encodings.as_palette_png(glow, random))) as image:
        assert image.mode == "RGBA"
        assert np.array_equal(np.asarray(image), glow)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("color", [RED, WHITE])
def test_a_stencil_is_transparent_where_nothing_is_drawn(color: tuple[int, int, int], seed: int) -> None:
    drawing = disc(80, color)
    drawing[:, :, 3] = np.where(drawing[:, :, 3] > 127, 255, 0)
    stored = opened(encodings.as_stencil(drawing, np.random.default_rng(seed)))
    assert np.array_equal(stored[:, :, 3], drawing[:, :, 3])
    assert np.abs(stored[40, 40, :3].astype(int) - color).max() <= 2
