from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from skimage.color import rgb2gray
from skimage.morphology import erosion

from hybrid_logo.features.planes import build_planes, color_histogram, find_local_range, sampled
from hybrid_logo.image import load_picture
from tests.drawn_pictures import (
    BLACK,
    BLUE,
    GREEN,
    RED,
    WHITE,
    Color,
    Pixels,
    disc,
    flat,
    laid_on,
    letter_on_tile,
    picture,
)

colored = hnp.arrays(np.uint8, st.tuples(st.integers(4, 24), st.integers(4, 24), st.just(3)))
masked = colored.flatmap(
    lambda rgb: st.tuples(st.just(rgb), hnp.arrays(np.uint8, rgb.shape[:2], elements=st.integers(0, 1)))
)


def slow_local_range(rgb: Pixels) -> NDArray[np.int64]:
    """Largest difference within 3 x 3 pixels, pixel by pixel; neighbourhoods end at the border."""
    height, width, _ = rgb.shape
    result = np.zeros((height, width), int)
    for y in range(height):
        for x in range(width):
            near = rgb[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2].reshape(-1, 3).astype(int)
            result[y, x] = (near.max(0) - near.min(0)).max()
    return result


def slow_color_counts(rgb: Pixels, mask: NDArray[np.uint8]) -> NDArray[np.int64]:
    counts = np.zeros(4096, int)
    for (red, green, blue), inside in zip(rgb.reshape(-1, 3).tolist(), mask.ravel().tolist(), strict=True):
        counts[red // 16 * 256 + green // 16 * 16 + blue // 16] += inside
    return counts


@given(colored)
def test_local_range_against_a_loop(rgb: Pixels) -> None:
    assert np.array_equal(find_local_range(rgb), slow_local_range(rgb))


@given(masked)
def test_color_histogram_against_a_loop(drawn: tuple[Pixels, NDArray[np.uint8]]) -> None:
    assert np.array_equal(color_histogram(*drawn), slow_color_counts(*drawn))


@given(hnp.arrays(np.uint8, st.tuples(st.integers(2, 9), st.integers(2, 9))))
def test_sampled_takes_one_of_every_four_pixels(plane: NDArray[np.uint8]) -> None:
    expected = [row[1::2] for row in plane.tolist()[1::2]]
    assert sampled(plane).tolist() == expected
    assert sampled(plane).shape == (plane.shape[0] // 2, plane.shape[1] // 2)
    assert sampled(plane).flags.c_contiguous


@given(masked)
def test_planes_against_other_libraries(drawn: tuple[Pixels, NDArray[np.uint8]]) -> None:
    rgb, ink = drawn
    prepared = picture(rgb, ink)
    planes = build_planes(prepared)
    assert np.array_equal(planes.ink, prepared.ink)
    assert planes.ink_pixels == max(1, ink.sum())
    assert np.abs(planes.gray - 255 * slow_luma(prepared.thumbnail)).max() <= 1
    assert np.array_equal(planes.interior, erosion(prepared.ink, np.ones((5, 5))))
    ranges = slow_local_range(prepared.thumbnail)
    assert np.array_equal(planes.flat, (ranges <= 2) & (prepared.ink == 1))
    counted = planes.interior if planes.interior.sum() >= 0.05 * planes.ink_pixels else prepared.ink
    assert np.array_equal(planes.range_counts, np.bincount(ranges[counted == 1], minlength=256))
    height, width = (side // 2 for side in prepared.ink.shape)
    assert planes.half.shape == (height, width, 3)
    quarters = prepared.thumbnail[: 2 * height, : 2 * width].reshape(height, 2, width, 2, 3).mean((1, 3))
    assert np.abs(planes.half - quarters).max() <= 0.5
    assert planes.half_ink_pixels == max(1, planes.half_ink.sum())
    assert planes.flat_colors.sum() <= 1 + 1e-6
    assert 0 <= planes.tile_share < 0.98
    assert (planes.drawn <= planes.ink).all()


def slow_luma(rgb: Pixels) -> NDArray[np.float64]:
    """ITU-R BT.601, which OpenCV has; scikit-image has BT.709, so its function gets one channel a time."""
    parts = [weight * rgb[..., channel] / 255 for channel, weight in enumerate((0.299, 0.587, 0.114))]
    return np.asarray(sum(parts))


def test_luma_of_greys_is_their_level() -> None:
    greys = np.repeat(np.arange(256, dtype=np.uint8).reshape(16, 16, 1), 3, axis=2)
    gray = build_planes(picture(greys)).gray[4:-4, 4:-4]
    assert np.array_equal(gray, np.rint(255 * rgb2gray(greys)))


def test_strokes_too_thin_for_an_interior_are_measured_on_all_their_ink() -> None:
    ink = np.zeros((40, 60), np.uint8)
    ink[:, ::6] = 1
    planes = build_planes(picture(np.where(ink[..., None] == 1, 0, 255).astype(np.uint8), ink))
    assert not planes.interior.any()
    assert planes.range_counts.sum() == ink.sum()


@pytest.mark.parametrize(
    ("facts", "levels"),
    [
        ({"format": "png"}, 2),
        ({"format": "gif"}, 2),
        ({"format": "array"}, 2),
        ({"format": "webp"}, 6),
        ({"format": "jpeg", "jpeg_quality": 100}, 3),
        ({"format": "jpeg", "jpeg_quality": 95}, 3),
        ({"format": "jpeg", "jpeg_quality": 75}, 7),
        ({"format": "jpeg", "jpeg_quality": 50}, 12),
        ({"format": "jpeg", "jpeg_quality": 1}, 12),
    ],
)
def test_what_counts_as_flat_follows_the_compression(facts: dict[str, object], levels: int) -> None:
    steps = flat(40, 80, (100, 100, 100))
    steps[:, 40:] = 100 + levels  # a step of this height is flat, one level more is not
    planes = build_planes(picture(steps, page=(100, 100, 100), **facts))
    assert planes.flat_limit == levels
    inside = (slice(8, -8), slice(8, -8))
    assert planes.flat[inside].all()
    steps[:, 40:] += 1
    planes = build_planes(picture(steps, page=(100, 100, 100), **facts))
    assert planes.flat[inside].all(axis=0).tolist() == [column not in (35, 36) for column in range(72)]


def test_flat_colours_have_the_shares_of_their_areas() -> None:
    drawing = flat(64, 100, RED)
    drawing[:, 50:80] = GREEN
    drawing[:, 80:] = BLUE
    planes = build_planes(picture(drawing))
    for color, share in ((RED, 0.5), (GREEN, 0.3), (BLUE, 0.2)):
        red, green, blue = (level // 16 for level in color)
        # Pixels beside an edge or the page are not flat.
        assert share - 0.08 < planes.flat_colors[red * 256 + green * 16 + blue] <= share
    assert (planes.flat_colors > 0).sum() == 3


# The tile


@pytest.mark.parametrize("side", [90, 300])
@pytest.mark.parametrize(
    ("tile", "letter"), [(BLUE, WHITE), (WHITE, RED), (BLACK, GREEN), ((128, 128, 128), BLACK)]
)
def test_a_letter_on_a_plain_tile_is_drawn_and_the_tile_is_not(tile: Color, letter: Color, side: int) -> None:
    prepared = load_picture(letter_on_tile(side, tile, letter))
    planes = build_planes(prepared)
    distances = [np.abs(prepared.thumbnail.astype(int) - color).sum(2) for color in (letter, tile)]
    inked = prepared.ink == 1
    core = inked & (distances[0] < 30)
    # Where the letter has the page's colour, the tile's soft rim looks like it.
    core[:8], core[-8:], core[:, :8], core[:, -8:] = False, False, False, False
    assert planes.drawn[core].all()
    plain = inked & (distances[1] == 0)
    assert not planes.drawn[plain].any()
    assert planes.tile_share == pytest.approx(plain.sum() / inked.sum(), abs=0.06)
    # 68% of this tile is plain, 28 of 196 squares and a little rounding are the letter
    assert planes.tile_share == pytest.approx(1 - 44 / 196, abs=0.1)


def test_a_tile_whose_colour_is_split_over_two_bins_is_a_tile() -> None:
    drawing = letter_on_tile(96, (63, 100, 100), WHITE)
    drawing[::2][drawing[::2] == 63] = 64
    planes = build_planes(load_picture(drawing))
    assert planes.tile_share > 0.6
    assert 0 < planes.drawn.sum() < 0.3 * planes.ink_pixels


def two_halves() -> Pixels:
    drawing = flat(80, 80, RED)
    drawing[:, 40:] = BLUE
    return drawing


def framed() -> Pixels:
    """The commonest colour inside a frame of another: it holds none of the outline."""
    drawing = flat(80, 80, RED)
    drawing[9:-9, 9:-9] = BLUE
    return drawing


def small_flat_among_ramps() -> Pixels:
    drawing = np.rint(np.random.default_rng(1).random((80, 80, 3)) * 255).astype(np.uint8)
    drawing[:20] = BLUE
    return drawing


@pytest.mark.parametrize("drawing", [flat(80, 80, BLUE), two_halves(), framed(), small_flat_among_ramps()])
def test_without_a_tile_all_ink_is_drawn(drawing: Pixels) -> None:
    planes = build_planes(picture(drawing))
    assert planes.tile_share == 0
    assert np.array_equal(planes.drawn, planes.ink)


def test_tile_and_drawing_are_the_same_on_any_page() -> None:
    drawing = letter_on_tile(90, BLUE, (250, 220, 30))
    shares = [build_planes(load_picture(laid_on(drawing, page))).tile_share for page in (WHITE, BLACK, RED)]
    shares.append(build_planes(load_picture(drawing)).tile_share)
    assert max(shares) - min(shares) < 0.03


def test_the_picture_is_left_alone() -> None:
    prepared = load_picture(disc(120, RED))
    before = prepared.thumbnail.copy(), prepared.ink.copy()
    planes = build_planes(prepared)
    assert planes.picture is prepared
    assert np.array_equal(prepared.thumbnail, before[0])
    assert np.array_equal(prepared.ink, before[1])


def test_bold_letters_of_one_colour_are_no_tile() -> None:
    word = np.zeros((100, 400, 4), np.uint8)
    for left in range(20, 380, 60):
        word[15:85, left : left + 30] = (0, 0, 0, 255)
    planes = build_planes(load_picture(word))
    assert planes.tile_share == 0
    assert np.array_equal(planes.drawn, planes.ink)


def test_a_mark_with_nothing_on_it_is_no_tile() -> None:
    planes = build_planes(load_picture(disc(200, BLACK)))
    assert planes.tile_share == 0
    assert np.array_equal(planes.drawn, planes.ink)
