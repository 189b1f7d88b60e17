"""What each format says about itself, told by files that Pillow or the tests' own writers made."""

from __future__ import annotations

import contextlib
import io
import struct
import timeit
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hybrid_logo.errors import CorruptError, EmptyFileError, PictureError, UnsupportedError
from hybrid_logo.header import Header, read_header
from tests.picture_files import (
    animated,
    bmp,
    chunk,
    exif,
    gif,
    logo,
    one_of_every_kind,
    png,
    png_of_samples,
    saved,
    tiff,
    tiff_of_samples,
)

KINDS = one_of_every_kind()
ROW = b"\0" * 200


def with_byte(data: bytes, at: int, value: int) -> bytes:
    return data[:at] + bytes([value]) + data[at + 1 :]


@pytest.mark.parametrize("kind", KINDS)
def test_size_and_frames_are_those_of_pillow(kind: str) -> None:
    header = read_header(KINDS[kind])
    with Image.open(io.BytesIO(KINDS[kind])) as image:
        assert (header.format, header.frames) == (kind.split()[0], getattr(image, "n_frames", 1))
        assert (header.width, header.height) == image.size


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (png(8, 8, 1, 0, ROW), Header("png", 8, 8, channels=1, bits=1)),
        (png(8, 8, 16, 4, ROW), Header("png", 8, 8, channels=2, bits=16, alpha=True)),
        (png(8, 8, 2, 3, ROW), Header("png", 8, 8, channels=1)),
        (
            png(8, 8, 4, 0, ROW, extra=chunk(b"tRNS", b"\xff\x07")),
            Header("png", 8, 8, channels=1, bits=4, alpha=True, grey_key=7),
        ),
        (KINDS["png palette"], Header("png", 64, 48, channels=1, alpha=True)),
        (KINDS["jpeg grey"], Header("jpeg", 64, 48, channels=1, jpeg_quality=75)),
        (KINDS["jpeg cmyk"], Header("jpeg", 64, 48, channels=4, jpeg_quality=75)),
        (KINDS["webp lossy"], Header("webp", 64, 48)),
        (KINDS["webp lossless"], Header("webp", 64, 48, channels=4, alpha=True)),
        (KINDS["webp alpha"], Header("webp", 64, 48, channels=4, alpha=True)),
        (gif((9, 7), [(0, 0, 9, 7)]), Header("gif", 9, 7, channels=1)),
        (gif((9, 7), [(0, 0, 9, 7)], transparent=2), Header("gif", 9, 7, channels=1, alpha=True)),
        (
            gif((9, 7), [(1, 2, 4, 5), (0, 0, 9, 7)]),
            Header("gif", 9, 7, channels=1, alpha=True, frames=2, frame_box=(1, 2, 4, 5)),
        ),
        (bmp((9, -7), 24, ROW), Header("bmp", 9, 7)),
        (bmp((9, 7), 16, ROW), Header("bmp", 9, 7, bits=5)),
        (KINDS["bmp alpha"], Header("bmp", 32, 24, channels=4, alpha=True)),
        (KINDS["bmp palette"], Header("bmp", 64, 48, channels=1)),
        (
            KINDS["tiff 16 bit"],
            Header("tiff", 32, 24, channels=4, bits=16, alpha=True),
        ),
        (
            KINDS["tiff lzw"],
            Header("tiff", 64, 48, channels=4, alpha=True, premultiplied=True),
        ),
    ],
)
def test_header(data: bytes, expected: Header) -> None:
    assert read_header(data) == expected


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_orientation(format: str, orientation: int) -> None:
    assert read_header(saved(logo("RGB"), format, exif=exif(orientation))).orientation == orientation


@pytest.mark.parametrize("orientation", [0, 9, 65_535])
def test_orientation_that_does_not_exist_is_upright(orientation: int) -> None:
    assert read_header(saved(logo("RGB"), "JPEG", exif=exif(orientation))).orientation == 1
    grey = np.zeros((5, 5), np.uint8)
    assert read_header(tiff_of_samples(grey, 1, orientation=orientation)).orientation == 1


@given(st.binary(max_size=80), st.sampled_from([b"", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08"]))
def test_broken_exif_is_ignored(block: bytes, start: bytes) -> None:
    data = KINDS["jpeg"]
    segment = b"Exif\0\0" + start + block
    broken = data[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + data[2:]
    header = read_header(broken)
    assert (header.width, header.height) == (64, 48)
    assert 1 <= header.orientation <= 8


@pytest.mark.parametrize("quality", range(1, 101))
def test_jpeg_quality_is_recovered(quality: int) -> None:
    for mode in ("RGB", "L"):
        assert read_header(saved(logo(mode), "JPEG", quality=quality)).jpeg_quality == quality


def test_jpeg_quality_of_other_tables_lies_between_its_neighbours() -> None:
    tables = [[round(value * 0.77) for value in range(3, 67)]] * 2
    quality = read_header(saved(logo("RGB"), "JPEG", qtables=tables)).jpeg_quality
    assert quality is not None
    assert 60 < quality < 90


def test_jpeg_quality_of_a_16_bit_table() -> None:
    data = saved(logo("L"), "JPEG", quality=30)
    at = data.index(b"\xff\xdb")
    wide = b"\x10" + b"".join(b"\0" + data[at + 5 + n : at + 6 + n] for n in range(64))
    segment = b"\xff\xdb" + struct.pack(">H", len(wide) + 2) + wide
    assert read_header(data[:at] + segment + data[at + 69 :]).jpeg_quality == 30


def test_jpeg_with_thousands_of_scans_is_refused_quickly() -> None:
    data = saved(logo("RGB"), "JPEG", progressive=True)
    at = data.rindex(b"\xff\xda")
    with pytest.raises(CorruptError, match="scans"):
        read_header(data[:at] + data[at:-2] * 5000 + data[-2:])


def test_jpeg_with_fill_bytes_between_segments() -> None:
    data = KINDS["jpeg"]
    at = data.index(b"\xff\xdb")
    assert read_header(data[:at] + b"\xff\xff\xff" + data[at:]) == read_header(data)


def test_tiff_whose_directories_form_a_loop() -> None:
    data = bytearray(tiff_of_samples(np.zeros((5, 5), np.uint8), 1))
    (directory,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, directory)
    struct.pack_into("<I", data, directory + 2 + entries * 12, directory)
    assert read_header(bytes(data)).frames == 2  # it is counted again once


SMALL = {256: (8,), 257: (8,), 258: (8,), 262: (1,), 277: (1,), 278: (8,)}
TIFF = tiff(SMALL, bytes(64))
GREY = png_of_samples(np.zeros((8, 8), int), 8, 0)
JPEG = saved(logo("RGB"), "JPEG")
FRAME = JPEG.index(b"\xff\xc0")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (png(0, 8, 8, 2, ROW), "zero"),
        (bmp((8, 0), 24, ROW), "zero"),
        (png(8, 8, 3, 2, ROW), "3 bits"),
        (png(8, 8, 8, 5, ROW), "colour type 5"),
        (GREY[:8] + chunk(b"sRGB", b"\0") + GREY[8:], "size"),
        (GREY[:33] + chunk(b"IEND", b""), "no picture data"),
        (JPEG[:2] + b"\xff\xd9" + bytes(40), "no picture data"),
        (JPEG[:2] + b"\xff" * 5_000_000, "no end"),
        (JPEG[:2] + b"\xff\xd0" * 1_000_000, "no end"),
        (png(8, 8, 8, 2, ROW, compressed=zlib.compress(bytes(200_000_000))), "far more data"),
        (JPEG[:FRAME] + JPEG[FRAME + 19 :], "size"),
        (JPEG[:FRAME] + b"\xff\xc0\0\x04\0\0" + JPEG[FRAME + 19 :], "size"),
        (KINDS["webp lossy"][:12] + b"ALPH" + KINDS["webp lossy"][16:], "first chunk"),
        (with_byte(KINDS["webp lossy"], 23, 0), "start code"),
        (with_byte(saved(logo("RGB"), "WEBP", lossless=True), 20, 0), "start code"),
        (gif((9, 7), [(0, 0, 9, 7)])[:25] + b"\x99" + bytes(9), "block 0x99"),
        (gif((9, 7), []), "no frame"),
        (with_byte(bmp((8, 8), 24, ROW), 28, 7), "7 bits"),
        (tiff({258: (8,), 262: (1,)}, b""), "size is missing"),
        (tiff({**SMALL, 322: (9000,), 323: (16,)}, bytes(64)), "tiles"),
        (TIFF.replace(struct.pack("<HH", 258, 3), struct.pack("<HH", 257, 3)), "twice"),
    ],
)
def test_contradictions_are_damage(data: bytes, message: str) -> None:
    with pytest.raises(CorruptError, match=message):
        read_header(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (with_byte(JPEG, FRAME + 4, 12), "12 bits"),
        (with_byte(JPEG, FRAME + 1, 0xC3), "lossless"),
        (b"BM" + struct.pack("<IHHIIHHHH", 90, 0, 0, 26, 12, 4, 4, 1, 24) + ROW, "OS/2"),
        (bmp((8, 8), 24, ROW, compression=5), "compression 5"),
        (saved(logo("L").convert("F"), "TIFF"), "32 bits"),
        (tiff({**SMALL, 339: (2,)}, bytes(64)), "signed"),
        (tiff({**SMALL, 258: (4,)}, bytes(64)), "4 bits"),
        (tiff({**SMALL, 258: (8, 8, 16), 262: (2,), 277: (3,)}, bytes(64)), "8 bits"),
        (tiff({**SMALL, 262: (8,), 277: (3,)}, bytes(64)), "colour model 8"),
        (tiff({**SMALL, 258: (16,), 262: (0,)}, bytes(64)), "16 bits"),
        (saved(logo("LA"), "TIFF"), "2 samples"),
    ],
)
def test_variants_that_are_not_read_say_so(data: bytes, message: str) -> None:
    with pytest.raises(UnsupportedError, match=message) as caught:
        read_header(data)
    assert "PNG" in str(caught.value)


def test_no_bytes() -> None:
    with pytest.raises(EmptyFileError):
        read_header(b"")


@pytest.mark.parametrize("kind", KINDS)
def test_a_header_cut_anywhere_has_a_typed_answer(kind: str) -> None:
    data = KINDS[kind]
    for length in range(1, min(len(data), 700)):
        # One or two letters may still be a text.
        expected = CorruptError if length > 2 else PictureError
        with contextlib.suppress(expected):
            header = read_header(data[:length])
            assert (header.width, header.height) == (read_header(data).width, read_header(data).height)


@pytest.mark.parametrize("kind", ["png rgba", "jpeg", "webp lossy", "bmp"])
def test_a_header_takes_microseconds(kind: str) -> None:
    data = KINDS[kind]
    best = min(timeit.repeat(lambda: read_header(data), number=100, repeat=7)) / 100
    assert best < 100e-6  # about 2 us; a margin for slow machines


def test_animation_frames_are_counted() -> None:
    assert [read_header(animated(format)).frames for format in ("PNG", "GIF", "WEBP")] == [3, 3, 3]
