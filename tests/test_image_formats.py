"""Pixels of every kind of file, against Pillow or against what was written by hand."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from hybrid_logo.image import ENOUGH, decode
from tests.picture_files import (
    GIF_COLORS,
    Pixels,
    adam7_png,
    animated,
    as_pillow_shows,
    bmp,
    chunk,
    exif,
    gif,
    logo,
    on_grey,
    one_of_every_kind,
    png_of_samples,
    saved,
    tiff,
    tiff_of_samples,
)

KINDS = one_of_every_kind()
RANDOM = np.random.default_rng(11)


def difference(data: bytes, expected: Pixels) -> float:
    """Largest difference in levels between the decoded picture and ``expected``, both laid on grey."""
    pixels = decode(data).pixels
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous
    assert pixels.shape[:2] == expected.shape[:2]
    return float(np.abs(on_grey(pixels) - on_grey(expected)).max())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("gif part", "tiff 16 bit")])
def test_pixels_are_those_of_pillow(kind: str) -> None:
    # CMYK, premultiplied alpha and 16 bits are rounded once more here or there.
    assert difference(KINDS[kind], as_pillow_shows(KINDS[kind])) <= 1.01


@pytest.mark.parametrize("kind", KINDS)
def test_facts_agree_with_the_pixels(kind: str) -> None:
    decoded = decode(KINDS[kind])
    facts, pixels = decoded.facts, decoded.pixels
    assert facts.format == kind.split()[0]
    assert (facts.height, facts.width) == pixels.shape[:2]
    assert pixels.shape[2] == (4 if facts.has_alpha else 3)
    assert facts.has_alpha == bool(pixels.shape[2] == 4 and (pixels[..., 3] < 255).any())
    assert facts.frames == (3 if "animated" in kind else 2 if kind == "gif part" else 1)
    assert facts.bits_per_channel == (16 if "16 bit" in kind else 8)
    assert (facts.jpeg_quality is not None) == (facts.format == "jpeg")


@pytest.mark.parametrize(("bits", "levels"), [(1, 2), (2, 4), (4, 16), (8, 256), (16, 65_536)])
@pytest.mark.parametrize("keyed", [False, True], ids=["opaque", "colour key"])
def test_grey_png_of_every_depth(bits: int, levels: int, keyed: bool) -> None:
    stored = RANDOM.integers(0, levels, (9, 11))
    key = int(stored[2, 3])
    extra = chunk(b"tRNS", key.to_bytes(2, "big")) if keyed else b""
    grey = np.rint(stored * (255 / (levels - 1)))
    alpha = np.where(stored == key, 0, 255) if keyed else np.full(stored.shape, 255)
    expected = np.dstack((grey, grey, grey, alpha)).astype(np.uint8)
    assert difference(png_of_samples(stored, bits, 0, extra), expected) == 0


@pytest.mark.parametrize("bits", [8, 16])
def test_rgb_png_with_a_color_key(bits: int) -> None:
    stored = RANDOM.integers(0, 2**bits, (9, 11, 3))
    stored[4:6, 2:9] = stored[0, 0]
    extra = chunk(b"tRNS", b"".join(int(value).to_bytes(2, "big") for value in stored[0, 0]))
    colors = np.rint(stored * (255 / (2**bits - 1)))[..., ::-1]
    alpha = np.where((stored == stored[0, 0]).all(axis=2), 0, 255)
    expected = np.dstack((colors, alpha)).astype(np.uint8)
    assert difference(png_of_samples(stored, bits, 2, extra), expected) == 0


def test_palette_png_with_half_transparent_colors() -> None:
    data = saved(logo("RGB").quantize(8), "PNG", transparency=bytes([0, 100, 200, 255, 255, 255, 255, 255]))
    assert difference(data, as_pillow_shows(data)) == 0


def test_interlaced_png() -> None:
    stored = RANDOM.integers(0, 256, (13, 21, 3), dtype=np.uint8)
    assert np.array_equal(decode(adam7_png(stored)).pixels, stored[..., ::-1])


@pytest.mark.parametrize("format", ["PNG", "WEBP", "TIFF"])
def test_alpha_that_is_never_used_is_dropped(format: str) -> None:
    opaque = logo("RGB").convert("RGBA")
    options = {"lossless": True} if format == "WEBP" else {}
    decoded = decode(saved(opaque, format, **options))
    assert not decoded.facts.has_alpha
    assert np.array_equal(decoded.pixels, np.asarray(opaque)[..., 2::-1])


def test_one_pixel_of_alpha_is_kept() -> None:
    image = logo("RGB").convert("RGBA")
    image.putpixel((40, 30), (1, 2, 3, 254))
    decoded = decode(saved(image, "PNG"))
    assert decoded.facts.has_alpha
    assert np.array_equal(decoded.pixels, np.asarray(image)[..., [2, 1, 0, 3]])


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_exif_turns(format: str, orientation: int) -> None:
    options = {"lossless": True} if format == "WEBP" else {}
    data = saved(logo("RGB"), format, exif=exif(orientation), **options)
    assert difference(data, as_pillow_shows(data)) == 0
    facts = decode(data).facts
    assert (facts.width, facts.height) == ((48, 64) if orientation >= 5 else (64, 48))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_tiff_turns(dtype: type, orientation: int, channels: int) -> None:
    shown = np.asarray(logo("RGB").convert("RGBA"))[..., :channels].squeeze()
    stored = shown.astype(dtype) * dtype(np.iinfo(dtype).max // 255)
    options = {"alpha": 2} if channels == 4 else {}
    data = tiff_of_samples(stored, 1 if channels == 1 else 2, orientation=orientation, **options)
    upright = saved(Image.fromarray(shown), "PNG", exif=exif(orientation))
    assert difference(data, as_pillow_shows(upright)) == 0


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_turns_at_reduced_scale(orientation: int) -> None:
    data = saved(logo("RGB", (1200, 700)), "JPEG", exif=exif(orientation), quality=95)
    decoded = decode(data)
    assert decoded.facts.reduction == 2
    assert (decoded.facts.width, decoded.facts.height) == ((700, 1200) if orientation >= 5 else (1200, 700))
    full = as_pillow_shows(data)[..., :3].astype(float)
    height, width = full.shape[:2]
    halved = full.reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3))
    assert np.abs(decoded.pixels - halved).mean() < 1


@pytest.mark.parametrize(
    ("size", "reduction"),
    [
        ((ENOUGH * 2 - 1, 600), 1),
        ((ENOUGH * 2, 600), 2),
        ((ENOUGH * 4 - 1, 601), 2),
        ((ENOUGH * 4 + 3, 901), 4),
        ((ENOUGH * 8, 64), 8),
        ((ENOUGH * 8, 31), 4),
        ((9, ENOUGH * 8 + 5), 2),
        ((7, ENOUGH * 2), 1),
    ],
)
def test_large_jpegs_are_decoded_at_reduced_scale(size: tuple[int, int], reduction: int) -> None:
    for mode in ("RGB", "L", "CMYK"):
        decoded = decode(saved(Image.new(mode, size, 90), "JPEG"))
        assert decoded.facts.reduction == reduction
        assert (decoded.facts.width, decoded.facts.height) == size
        assert decoded.pixels.shape == (-(-size[1] // reduction), -(-size[0] // reduction), 3)
        assert max(decoded.pixels.shape) >= min(ENOUGH, max(size))


def test_other_formats_are_never_reduced() -> None:
    assert decode(saved(logo("RGB", (2048, 64)), "PNG")).facts.reduction == 1


@pytest.mark.parametrize("transform", [0, 2], ids=["CMYK", "YCCK"])
@pytest.mark.parametrize("marked", [True, False], ids=["Adobe marker", "no marker"])
def test_cmyk_jpeg(transform: int, marked: bool) -> None:
    data = bytearray(saved(logo("CMYK"), "JPEG", quality=95))
    at = data.index(b"\xff\xee")
    if marked:
        data[at + 15] = transform
    else:
        del data[at : at + 16]
    assert difference(bytes(data), as_pillow_shows(bytes(data))) <= 1


def test_gif_frame_smaller_than_the_canvas_leaves_the_rest_transparent() -> None:
    for transparent, local_table in ((None, False), (1, False), (None, True), (1, True)):
        data = gif((20, 16), [(5, 4, 8, 6), (0, 0, 20, 16)], transparent, local_table)
        indices = np.arange(48).reshape(6, 8) % 4
        expected = np.zeros((16, 20, 4), np.uint8)
        expected[4:10, 5:13, :3] = np.array(GIF_COLORS)[indices][..., ::-1]
        expected[4:10, 5:13, 3] = np.where(indices == transparent, 0, 255)
        assert difference(data, expected) == 0
        assert decode(data).facts.has_alpha


def test_gif_that_becomes_transparent_later_is_opaque() -> None:
    clear = Image.new("RGBA", (64, 48), (0, 0, 0, 0))
    clear.putpixel((3, 3), (0, 255, 0, 255))
    data = saved(logo("RGB"), "GIF", save_all=True, append_images=[clear], disposal=2)
    assert not decode(data).facts.has_alpha
    assert difference(data, as_pillow_shows(data)) == 0


@pytest.mark.parametrize("format", ["PNG", "GIF", "WEBP"])
def test_animations_show_their_first_frame(format: str) -> None:
    options = {"lossless": True} if format == "WEBP" else {}
    data = animated(format, **options)
    assert difference(data, np.asarray(logo("RGB"))[..., ::-1]) <= (0 if format != "GIF" else 3)
    assert decode(data).facts.frames == 3


@pytest.mark.parametrize(
    ("bits", "masks", "tolerance"),
    [
        (16, (), 7),  # five bits a channel are spread over 0-255 in more than one way
        (16, (0xF800, 0x7E0, 0x1F), 7),
        (24, (), 0),
        (32, (), 0),
        (32, (0xFF0000, 0xFF00, 0xFF, 0xFF << 24), 0),
        (32, (0xFF, 0xFF00, 0xFF0000, 0xFF << 24), 0),
        (32, (0xFF << 24, 0xFF0000, 0xFF00, 0xFF), 0),
    ],
)
@pytest.mark.parametrize("rows", [1, -1], ids=["bottom-up", "top-down"])
def test_bmp_variants(bits: int, masks: tuple[int, ...], tolerance: int, rows: int) -> None:
    body = RANDOM.integers(0, 256, 8 * 6 * bits // 8, dtype=np.uint8).tobytes()
    data = bmp((8, 6 * rows), bits, body, compression=3 if masks else 0, masks=masks)
    assert difference(data, as_pillow_shows(data)) <= tolerance
    assert decode(data).facts.has_alpha == (len(masks) == 4)


@pytest.mark.parametrize("order", ["<", ">"])
def test_tiff_of_16_bits_is_rounded(order: str) -> None:
    stored = RANDOM.integers(0, 65_536, (9, 11, 4), dtype=np.uint16)
    expected = np.rint(stored / 257).astype(np.uint8)[..., [2, 1, 0, 3]]
    assert np.array_equal(decode(tiff_of_samples(stored, order=order, alpha=2)).pixels, expected)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(("alpha", "premultiplied"), [(1, True), (2, False)])
def test_tiff_alpha_comes_out_straight(dtype: type, alpha: int, premultiplied: bool) -> None:
    full = np.iinfo(dtype).max
    straight = np.asarray(logo()).astype(float) / 255
    stored = straight.copy()
    if premultiplied:
        stored[..., :3] *= straight[..., 3:]
    data = tiff_of_samples(np.rint(stored * full).astype(dtype), alpha=alpha)
    assert difference(data, np.asarray(logo())[..., [2, 1, 0, 3]]) <= 1
    assert decode(data).facts.has_alpha


def test_tiff_fourth_sample_of_unknown_meaning_is_not_alpha() -> None:
    stored = RANDOM.integers(0, 256, (9, 11, 4), dtype=np.uint8)
    decoded = decode(tiff_of_samples(stored, alpha=0))
    assert not decoded.facts.has_alpha
    assert np.array_equal(decoded.pixels, stored[..., 2::-1])


def test_tiff_grey_from_white_and_bigtiff() -> None:
    grey = RANDOM.integers(0, 256, (9, 11), dtype=np.uint8)
    assert np.array_equal(decode(tiff_of_samples(grey, 0)).pixels[..., 1], 255 - grey)
    tags = {256: (11,), 257: (9,), 258: (8,), 262: (1,), 277: (1,), 278: (9,)}
    assert np.array_equal(decode(tiff(tags, grey.tobytes(), ">", big=True)).pixels[..., 1], grey)
