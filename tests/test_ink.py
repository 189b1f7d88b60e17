from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from PIL import Image
from skimage.transform import resize

from hybrid_logo import ink
from hybrid_logo.errors import BlankError, TooSmallError
from hybrid_logo.features import measure
from hybrid_logo.image import decode, load_picture
from hybrid_logo.ink import MARGIN, prepare, square_view
from hybrid_logo.picture import Decoded, Picture, PictureFacts
from tests.drawn_pictures import (
    BLACK,
    BLUE,
    RED,
    WHITE,
    Color,
    Pixels,
    disc,
    flat,
    laid_on,
    letter_on_tile,
    padded,
    wordmark,
)
from tests.picture_files import saved

LIGHT, SLATE = (255, 255, 255), (51, 51, 51)
Box = tuple[int, int, int, int]


def inner(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A thumbnail or its ink without the margin."""
    return pixels[MARGIN:-MARGIN, MARGIN:-MARGIN]


def box_of(mask: NDArray[np.bool_]) -> Box:
    rows, columns = np.nonzero(mask)
    left, top = int(columns.min()), int(rows.min())
    return left, top, int(columns.max()) + 1 - left, int(rows.max()) + 1 - top


def block(size: tuple[int, int], box: Box, color: Color = BLACK) -> Pixels:
    """A rectangle on a transparent page of (width, height) pixels."""
    x, y, width, height = box
    pixels = np.zeros((size[1], size[0], 4), np.uint8)
    pixels[y : y + height, x : x + width] = (*color, 255)
    return pixels


def same(first: Picture, second: Picture) -> bool:
    arrays = all(
        np.array_equal(getattr(first, name), getattr(second, name)) for name in ("thumbnail", "ink", "source")
    )
    return arrays and first.page == second.page and first.ink_box == second.ink_box


# The page


@pytest.mark.parametrize(
    ("drawing", "page"),
    [
        (disc(200, WHITE), SLATE),
        (disc(200, (255, 250, 220)), SLATE),
        (disc(200, BLACK), LIGHT),
        (disc(200, (255, 220, 0)), LIGHT),
        (disc(200, (128, 128, 128)), LIGHT),
        (disc(200, (51, 51, 51)), LIGHT),
        (wordmark(400, 90, WHITE), SLATE),
        (wordmark(400, 90, BLACK), LIGHT),
        (wordmark(2000, 300, WHITE, 12), SLATE),
        (letter_on_tile(200, BLUE, WHITE), LIGHT),
        (letter_on_tile(200, WHITE, BLUE), SLATE),
        (disc(200, BLACK, alpha=100), LIGHT),
    ],
    ids=[
        "white disc",
        "cream disc",
        "black disc",
        "yellow disc",
        "grey disc",
        "slate disc",
        "white letters",
        "black letters",
        "many white letters",
        "white letter on blue",
        "blue letter on white",
        "faint black disc",
    ],
)
def test_page_is_chosen_by_contrast(drawing: Pixels, page: Color) -> None:
    prepared = load_picture(drawing)
    assert prepared.page == page
    ink = inner(prepared.ink).astype(bool)
    difference = np.abs(inner(prepared.thumbnail).astype(int) - page).max(2)
    assert np.median(difference[ink]) > 40


@pytest.mark.parametrize("larger", ["white", "black"])
def test_the_larger_part_of_the_outline_decides(larger: str) -> None:
    drawing = np.zeros((100, 200, 4), np.uint8)
    sides = {"white": 80 if larger == "white" else 40, "black": 80 if larger == "black" else 40}
    drawing[10 : 10 + sides["white"], 10 : 10 + sides["white"]] = 255
    drawing[10 : 10 + sides["black"], 110 : 110 + sides["black"]] = (0, 0, 0, 255)
    assert load_picture(drawing).page == (SLATE if larger == "white" else LIGHT)


@pytest.mark.parametrize("page", [WHITE, BLACK, (250, 200, 10), (17, 40, 90)])
def test_an_opaque_picture_brings_its_page(page: Color) -> None:
    prepared = load_picture(laid_on(disc(200, RED), page))
    assert prepared.page == page
    assert (prepared.thumbnail[0, 0] == page).all()


def test_colours_are_in_the_order_rgb() -> None:
    for drawing in (disc(64, (250, 90, 10)), laid_on(disc(64, (250, 90, 10)), WHITE)):
        thumbnail = load_picture(drawing).thumbnail
        assert thumbnail[thumbnail.shape[0] // 2, thumbnail.shape[1] // 2].tolist() == [250, 90, 10]


# Transparency


def noise_under(drawing: Pixels) -> Pixels:
    return np.random.default_rng(3).integers(0, 256, (*drawing.shape[:2], 3), dtype=np.uint8)


@pytest.mark.parametrize("side", [60, 200, 700])
@pytest.mark.parametrize("color", [WHITE, BLACK, RED])
def test_hidden_colours_do_not_bleed(side: int, color: Color) -> None:
    drawing = disc(side, color)
    hidden = drawing[..., 3] == 0
    expected = load_picture(drawing)
    unders = [flat(side, side, color) for color in (BLACK, WHITE, RED)] + [noise_under(drawing)]
    for under in unders:
        other = drawing.copy()
        other[hidden, :3] = under[hidden]
        taken = load_picture(other)
        assert same(taken, expected)
        assert np.array_equal(measure(taken), measure(expected))
        assert np.array_equal(square_view(taken, 96), square_view(expected, 96))


def test_soft_edges_keep_the_colour_of_the_ink() -> None:
    """A rim of the wrong colour is what straight alpha gives when it is made smaller."""
    drawing = disc(512, (240, 160, 40))
    prepared = load_picture(drawing)
    alpha = (255.0 - inner(prepared.thumbnail)[..., 2]) / (255 - 40)
    expected = 255 * (1 - alpha[..., None]) + np.array((240, 160, 40)) * alpha[..., None]
    assert np.abs(inner(prepared.thumbnail) - expected).max() <= 3


def premultiplied_means(rgba: Pixels, factor: int) -> NDArray[np.float64]:
    """BGRA premultiplied, means of ``factor`` x ``factor`` pixels, in floating point."""
    bgra = rgba[..., [2, 1, 0, 3]].astype(float)
    bgra[..., :3] *= bgra[..., 3:] / 255
    height, width = rgba.shape[0] // factor, rgba.shape[1] // factor
    return np.asarray(bgra.reshape(height, factor, width, factor, 4).mean((1, 3)))


@pytest.mark.parametrize(("side", "factor"), [(192, 2), (384, 4), (768, 8), (1536, 16)])
def test_halving_agrees_with_floating_point(side: int, factor: int) -> None:
    random = np.random.default_rng(side)
    drawing = random.integers(0, 256, (side, side, 4), dtype=np.uint8)
    drawing[..., 3] |= 64  # ink everywhere: the box is the picture
    prepared = load_picture(drawing)
    assert prepared.ink_box == (0, 0, side, side)
    expected = premultiplied_means(drawing, factor)
    # Each halving rounds once, the product with alpha once; later halvings average what came before.
    assert np.abs(prepared.source - expected).max() <= 2
    page = np.array(prepared.page)
    on_page = expected[..., 2::-1] + page * (1 - expected[..., 3:] / 255)
    assert np.abs(inner(prepared.thumbnail) - on_page).max() <= 3


@pytest.mark.parametrize("shape", [(300, 300), (500, 200), (101, 333)])
def test_thumbnail_agrees_with_another_resampler(shape: tuple[int, int]) -> None:
    height, width = shape
    y, x = np.mgrid[:height, :width]
    waves = [127 + 120 * np.sin(x / 29 + channel) * np.cos(y / 31 - channel) for channel in range(3)]
    drawing = np.rint(np.dstack(waves)).astype(np.uint8)
    thumbnail = inner(load_picture(drawing).thumbnail)
    expected = resize(drawing.astype(float), thumbnail.shape, order=1, anti_aliasing=True)
    away = (slice(2, -2), slice(2, -2))  # at the border the two continue the picture differently
    assert np.abs(thumbnail[away] - expected[away]).max() < 8
    assert np.abs(thumbnail[away] - expected[away]).mean() < 1.5


# The ink box


@given(st.integers(8, 256), st.integers(8, 256), st.booleans(), st.data())
def test_ink_box_is_exact_up_to_256_pixels(
    width: int, height: int, transparent: bool, data: st.DataObject
) -> None:
    x, y = data.draw(st.integers(1, width - 5)), data.draw(st.integers(1, height - 2))
    box = (x, y, data.draw(st.integers(4, width - 1 - x)), data.draw(st.integers(1, height - 1 - y)))
    drawing = block((width, height), box)
    assert load_picture(drawing if transparent else laid_on(drawing, WHITE)).ink_box == box


@given(st.integers(257, 900), st.data())
def test_ink_box_of_larger_pictures_is_exact(side: int, data: st.DataObject) -> None:
    x, y = data.draw(st.integers(0, side - 4)), data.draw(st.integers(1, side - 4))
    ink = (x, y, data.draw(st.integers(4, side - x)), data.draw(st.integers(4, side - y)))
    assert load_picture(block((side, side), ink)).ink_box == ink


@pytest.mark.parametrize("side", [512, 1024, 2048])
def test_a_hairline_beside_a_block_stays_in_the_box(side: int) -> None:
    drawing = block((side, side), (side // 2, side // 2, side // 8, side // 8))
    drawing[side // 8 + 1, side // 8 : side // 2] = (0, 0, 0, 255)
    box = (side // 8, side // 8 + 1, side // 2, side // 2 - 1)
    assert load_picture(drawing).ink_box == box


@pytest.mark.parametrize("alpha", [100, 150, 200, 210])
def test_half_transparent_white_is_laid_on_slate(alpha: int) -> None:
    picture = load_picture(disc(200, WHITE, alpha))
    assert picture.page == SLATE


def test_a_frame_too_thin_for_the_thumbnail_still_has_ink() -> None:
    drawing = np.zeros((4000, 4000, 4), np.uint8)
    drawing[[0, -1]] = drawing[:, [0, -1]] = (0, 0, 0, 255)
    assert load_picture(drawing).ink.any()


@pytest.mark.parametrize("transparent", [True, False])
@pytest.mark.parametrize("side", [1024, 2048])
def test_one_pixel_line_on_a_large_page_is_found(side: int, transparent: bool) -> None:
    drawing = flat(side, side, WHITE)
    if transparent:
        drawing = np.dstack((drawing, np.zeros((side, side), np.uint8)))
    step = side // 256
    for place in range(600, 600 + step):
        for line in ((400, place, 500, 1), (place, 400, 1, 500)):
            x, y, width, height = line
            pixels = drawing.copy()
            pixels[y : y + height, x : x + width] = (0, 0, 0, 255)[: pixels.shape[2]]
            prepared = load_picture(pixels)
            assert prepared.ink_box == line
            assert inner(prepared.ink).all()
            assert (inner(prepared.thumbnail) == 0).all()


def test_alpha_that_cannot_be_seen_is_no_ink() -> None:
    drawing = block((64, 64), (20, 24, 16, 8))
    drawing[4:8, 4:8] = (0, 0, 0, 40)
    assert load_picture(drawing).ink_box == (20, 24, 16, 8)
    drawing[4:8, 4:8] = (0, 0, 0, 41)
    assert load_picture(drawing).ink_box == (4, 4, 32, 28)


@pytest.mark.parametrize(("format", "tolerance"), [("png", 14), ("bmp", 14), ("jpeg", 24), ("webp", 24)])
def test_levels_around_the_page_belong_to_it(format: str, tolerance: int) -> None:
    pixels = np.full((40, 40, 3), 200, np.uint8)
    pixels[10:20, 10:20] = 20
    for level, box in ((200 + tolerance, (10, 10, 10, 10)), (201 + tolerance, (10, 10, 20, 20))):
        pixels[25:30, 25:30] = (200, level, 200)
        assert prepare(Decoded(pixels, PictureFacts(format, 40, 40))).ink_box == box


@pytest.mark.parametrize("page", [WHITE, (90, 140, 60)])
def test_ink_is_what_differs_from_the_page(page: Color) -> None:
    drawing = laid_on(letter_on_tile(90, BLUE, RED), page)
    prepared = load_picture(drawing)
    x, y, width, height = prepared.ink_box
    differs = (np.abs(drawing.astype(int) - page) > 14).any(2)
    assert box_of(differs) == (x, y, width, height)
    assert np.array_equal(inner(prepared.ink), differs[y : y + height, x : x + width])


# Opaque pictures


def test_a_full_bleed_photo_is_all_ink() -> None:
    random = np.random.default_rng(1)
    coarse = Image.fromarray(random.integers(0, 256, (12, 16, 3), dtype=np.uint8))
    photo = np.asarray(coarse.resize((320, 240), Image.Resampling.BICUBIC))
    for prepared in (load_picture(photo), load_picture(saved(Image.fromarray(photo), "JPEG"))):
        assert prepared.ink_box == (0, 0, 320, 240)
        assert inner(prepared.ink).all()


@pytest.mark.parametrize(
    ("noisy_share", "has_page"), [(0.2, True), (0.43, True), (0.47, False), (0.8, False)]
)
def test_a_noisy_border_is_a_page_where_most_of_it_agrees(noisy_share: float, has_page: bool) -> None:
    drawing = laid_on(disc(120, RED), WHITE)
    random = np.random.default_rng(5)
    border = np.flatnonzero(np.pad(np.zeros((118, 118), bool), 1, constant_values=True))
    noisy = random.choice(border, round(noisy_share * border.size), replace=False)
    drawing.reshape(-1, 3)[noisy] = random.integers(0, 200, (noisy.size, 3))
    prepared = load_picture(drawing)
    assert prepared.ink_box == (0, 0, 120, 120)
    assert inner(prepared.ink).all() != has_page
    if has_page:
        assert prepared.page == WHITE
        assert inner(prepared.ink).mean() < 0.6


def test_jpeg_ringing_on_the_page_is_no_ink() -> None:
    drawing = Image.fromarray(padded(laid_on(disc(100, RED), WHITE), (50, 50, 80, 30), WHITE))
    x, y, width, height = load_picture(saved(drawing, "JPEG", quality=60)).ink_box
    assert np.abs(np.array((x, y, width, height)) - (92, 62, 76, 76)).max() <= 4


# Blank and too small


@pytest.mark.parametrize("side", [4, 64, 600])
@pytest.mark.parametrize("color", [WHITE, BLACK, RED])
def test_one_flat_colour_is_blank(side: int, color: Color) -> None:
    with pytest.raises(BlankError, match="give a picture with a logo in it"):
        load_picture(flat(side, side, color))
    opaque = np.dstack((flat(side, side, color), np.full((side, side), 255, np.uint8)))
    with pytest.raises(BlankError):
        load_picture(opaque)


@pytest.mark.parametrize("side", [4, 64, 600])
@pytest.mark.parametrize("alpha", [0, 1, 40])
def test_transparency_is_blank_whatever_it_hides(side: int, alpha: int) -> None:
    hidden = noise_under(np.zeros((side, side, 4), np.uint8))
    with pytest.raises(BlankError, match="give a picture with a logo in it"):
        load_picture(np.dstack((hidden, np.full((side, side), alpha, np.uint8))))


@pytest.mark.parametrize("quality", [30, 60, 95])
def test_flat_colour_after_compression_is_blank(quality: int) -> None:
    for format in ("JPEG", "WEBP"):
        with pytest.raises(BlankError):
            load_picture(saved(Image.new("RGB", (80, 60), (200, 90, 33)), format, quality=quality))


@pytest.mark.parametrize("size", [(1, 1), (3, 3), (1, 3), (3, 1)])
@pytest.mark.parametrize("transparent", [True, False])
def test_ink_of_less_than_four_pixels_is_too_small(size: tuple[int, int], transparent: bool) -> None:
    drawing = block((60, 60), (20, 30, *size))
    with pytest.raises(TooSmallError, match=rf"only {size[0]} x {size[1]} pixels .* at least 4 pixels"):
        load_picture(drawing if transparent else laid_on(drawing, WHITE))


@pytest.mark.parametrize("size", [(4, 1), (1, 4), (4, 4)])
def test_ink_of_four_pixels_is_enough(size: tuple[int, int]) -> None:
    prepared = load_picture(block((60, 60), (20, 30, *size)))
    assert prepared.ink_box == (20, 30, *size)
    assert inner(prepared.ink).all()
    assert np.isfinite(measure(prepared)).all()


def test_the_smallest_picture_is_answered() -> None:
    drawing = np.zeros((4, 4, 4), np.uint8)
    drawing[:, ::2] = (0, 0, 0, 255)
    prepared = load_picture(drawing)
    assert prepared.ink_box == (0, 0, 3, 4)
    assert inner(prepared.ink).tolist() == [[1, 0, 1]] * 4


# Thumbnails


@pytest.mark.parametrize(
    "size",
    [
        (4, 4),
        (96, 96),
        (97, 95),
        (300, 200),
        (999, 999),
        (40, 1600),
        (1600, 40),
        (4, 5000),
        (5000, 4),
        (7, 280),
    ],
)
@pytest.mark.parametrize("transparent", [True, False])
def test_thumbnail_keeps_aspect_and_is_never_enlarged(size: tuple[int, int], transparent: bool) -> None:
    width, height = size
    drawing = np.zeros((height, width, 4), np.uint8)
    drawing[...] = (*BLUE, 255)
    if transparent:
        drawing[0, 0, 3] = 0
        prepared = load_picture(drawing)
    else:
        prepared = load_picture(padded(laid_on(drawing, WHITE), (20, 20, 20, 20), WHITE))
    _, _, box_width, box_height = prepared.ink_box
    tall, wide = inner(prepared.thumbnail).shape[:2]
    assert wide <= box_width
    assert tall <= box_height
    assert max(wide, tall) <= 208
    assert wide * tall <= 96 * 96 + max(wide, tall)
    scale = min((96 * 96 / (box_width * box_height)) ** 0.5, 208 / max(box_width, box_height), 1.0)
    assert abs(wide - box_width * scale) <= max(0.5, 1 - box_width * scale)
    assert abs(tall - box_height * scale) <= max(0.5, 1 - box_height * scale)
    assert prepared.ink.shape == prepared.thumbnail.shape[:2]
    assert prepared.source.shape[0] < 2 * tall or prepared.source.shape[1] < 2 * wide
    assert np.isfinite(measure(prepared)).all()


random_pictures = st.tuples(st.integers(4, 40), st.integers(4, 40), st.sampled_from([3, 4])).flatmap(
    lambda shape: st.one_of(
        hnp.arrays(np.uint8, shape, fill=st.sampled_from([0, 255])),
        hnp.arrays(np.uint8, shape, elements=st.sampled_from([0, 40, 41, 128, 255])),
    )
)


@given(random_pictures)
def test_any_picture_is_prepared_or_refused(pixels: Pixels) -> None:
    before = pixels.copy()
    try:
        prepared = load_picture(pixels)
    except (BlankError, TooSmallError):
        return
    finally:
        assert np.array_equal(pixels, before)
    x, y, width, height = prepared.ink_box
    assert 0 <= x < x + width <= pixels.shape[1]
    assert 0 <= y < y + height <= pixels.shape[0]
    assert max(width, height) >= 4
    assert prepared.thumbnail.dtype == prepared.ink.dtype == prepared.source.dtype == np.uint8
    # Smaller than a thumbnail: nothing is scaled.
    assert prepared.thumbnail.shape == (height + 2 * MARGIN, width + 2 * MARGIN, 3)
    assert prepared.ink.shape == prepared.thumbnail.shape[:2]
    assert set(np.unique(prepared.ink)) <= {0, 1}
    assert prepared.ink.any()
    frame = np.ones(prepared.ink.shape, bool)
    frame[MARGIN:-MARGIN, MARGIN:-MARGIN] = False
    assert (prepared.thumbnail[frame] == prepared.page).all()
    assert not prepared.ink[frame].any()


LAYOUTS: list[Callable[[Pixels], Pixels]] = [
    np.asfortranarray,
    lambda pixels: np.ascontiguousarray(pixels[::-1])[::-1],
    lambda pixels: np.ascontiguousarray(pixels[:, ::-1])[:, ::-1],
    lambda pixels: padded(pixels, (3, 5, 7, 2), (9,) * pixels.shape[2])[3:-5, 7:-2],
    lambda pixels: np.repeat(pixels, 2, axis=1)[:, ::2],
    lambda pixels: np.ascontiguousarray(pixels.transpose(2, 0, 1)).transpose(1, 2, 0),
]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("transparent", [True, False])
@pytest.mark.parametrize("side", [90, 400])
def test_memory_layout_changes_nothing(
    layout: Callable[[Pixels], Pixels], transparent: bool, side: int
) -> None:
    drawing = letter_on_tile(side, BLUE, RED)
    decoded = decode(drawing if transparent else laid_on(drawing, WHITE))
    pixels = layout(decoded.pixels)
    pixels.setflags(write=False)
    assert np.array_equal(pixels, decoded.pixels)
    taken, expected = prepare(Decoded(pixels, decoded.facts)), prepare(decoded)
    assert same(taken, expected)
    assert np.array_equal(square_view(taken, 64), square_view(expected, 64))


# The student's view


@given(st.integers(4, 300), st.integers(4, 300), st.sampled_from([32, 64, 96, 100, 128]), st.booleans())
def test_view_is_centred_on_a_square_of_page(width: int, height: int, side: int, transparent: bool) -> None:
    page = WHITE if transparent else (240, 220, 30)
    drawing = padded(flat(height, width, BLACK), (9, 9, 9, 9), page)
    if transparent:
        drawing = np.dstack((drawing, np.where(drawing[..., 0] == 0, 255, 0).astype(np.uint8)))
    prepared = load_picture(drawing)
    view = square_view(prepared, side)
    assert view.shape == (side, side, 3)
    assert view.dtype == np.uint8
    ink = (np.abs(view.astype(int) - page).max(2)) > 60
    left, top, across, down = box_of(ink)
    margin = side // 32
    assert (view[0] == page).all()
    assert abs(left - (side - left - across)) <= 2
    assert abs(top - (side - top - down)) <= 2
    longest = side - 2 * margin
    box_width, box_height = prepared.ink_box[2:]
    assert abs(across - max(2, longest * box_width / max(box_width, box_height))) <= 2
    assert abs(down - max(2, longest * box_height / max(box_width, box_height))) <= 2


@pytest.mark.parametrize("size", [(40, 1600), (1600, 40), (4, 5000), (5000, 4), (4, 4)])
def test_view_of_extreme_shapes_shows_ink(size: tuple[int, int]) -> None:
    drawing = np.zeros((size[1], size[0], 4), np.uint8)
    drawing[...] = (*RED, 255)
    drawing[0, 0, 3] = 0
    view = square_view(load_picture(drawing), 96)
    assert view.shape == (96, 96, 3)
    red = np.abs(view.astype(int) - RED).max(2) < 40
    assert red.sum() >= 90


def test_view_agrees_with_another_resampler() -> None:
    height, width = 410, 300
    y, x = np.mgrid[:height, :width]
    waves = [127 + 120 * np.sin(x / 29 + channel) * np.cos(y / 31 - channel) for channel in range(3)]
    drawing = np.rint(np.dstack(waves)).astype(np.uint8)
    view = square_view(load_picture(drawing), 96)
    expected = resize(drawing.astype(float), (90, 66), order=1, anti_aliasing=True)
    shown = view[3:93, 15:81]
    away = (slice(2, -2), slice(2, -2))
    assert np.abs(shown[away] - expected[away]).max() < 12
    assert np.abs(shown[away] - expected[away]).mean() < 2


def test_view_lays_transparency_on_the_same_page() -> None:
    for color, page in ((WHITE, SLATE), (BLACK, LIGHT)):
        view = square_view(load_picture(disc(300, color)), 96)
        assert view[0, 0].tolist() == list(page)
        assert view[8, 8].tolist() == list(page)  # inside the box, outside the disc
        assert view[48, 48].tolist() == list(color)


@given(
    hnp.arrays(np.uint8, st.tuples(st.integers(4, 12), st.integers(4, 12), st.just(3))),
    st.tuples(*[st.integers(0, 255)] * 3),
    st.sampled_from((14, 24)),
    st.integers(0, 3),
)
def test_the_fast_box_is_that_of_the_mask(
    noise: NDArray[np.uint8], color: tuple[int, int, int], tolerance: int, rows: int
) -> None:
    pixels = np.empty_like(noise)
    pixels[:] = color
    pixels[:rows] = noise[:rows]
    mask = ink._differs(pixels, color, tolerance).astype(bool)
    found = ink._differing_box(pixels, color, tolerance)
    assert found[2] == 0 if not mask.any() else found == box_of(mask)
