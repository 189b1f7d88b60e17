"""Every bad input: a typed error that says what to do, quickly, and never an answer."""

from __future__ import annotations

import errno
import os
import socket
import struct
import time
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from hybrid_logo.errors import (
    BlankError,
    CorruptError,
    EmptyFileError,
    PictureError,
    TooLargeError,
    TooSmallError,
    UnreadableError,
    UnsupportedError,
    VectorError,
)
from hybrid_logo.image import Limits, load_picture, read_file
from tests.picture_files import bmp, gif, logo, one_of_every_kind, png, saved, tiff

KINDS = one_of_every_kind()


def refused(source: Any, expected: type[PictureError], message: str | None = None) -> PictureError:
    with pytest.raises(expected, match=message) as caught:
        load_picture(source)
    assert type(caught.value) is expected
    assert len(str(caught.value)) > 20
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_truncated_anywhere(kind: str) -> None:
    """No length of a file but its full one may be answered, not even without its last byte."""
    data = KINDS[kind]
    lengths = {
        *range(1, 40),
        *range(40, len(data), max(1, len(data) // 60)),
        *range(len(data) - 8, len(data)),
    }
    for length in sorted(lengths):
        with pytest.raises((CorruptError, UnsupportedError)) as caught:
            load_picture(data[:length])
        assert length < 20 or isinstance(caught.value, CorruptError)


def test_truncated_jpeg_at_reduced_scale() -> None:
    for progressive in (False, True):
        data = saved(logo("RGB", (1400, 900)), "JPEG", progressive=progressive)
        load_picture(data)
        for length in (*range(len(data) // 4, len(data), len(data) // 9), len(data) - 2, len(data) - 1):
            refused(data[:length], CorruptError)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith("png")])
def test_png_with_any_flipped_bit_in_its_data(kind: str) -> None:
    """PNG carries checksums, so no flip there may pass."""
    data = bytearray(KINDS[kind])
    start = data.index(b"IDAT") + 4
    (length,) = struct.unpack_from(">I", data, start - 8)
    for at in range(start, start + length, max(1, length // 50)):
        data[at] ^= 1 << at % 8
        refused(bytes(data), CorruptError)
        data[at] ^= 1 << at % 8


def test_png_with_too_little_data_inside_a_sound_file() -> None:
    rows = (b"\0" + bytes(range(30)) * 2) * 10
    refused(png(20, 20, 8, 2, rows), CorruptError)
    refused(png(20, 10, 8, 2, b"\x09" + rows[1:]), CorruptError)
    refused(png(20, 10, 8, 3, rows), CorruptError)


@pytest.mark.parametrize("name", ["logo.png", "logo.svg", "logo"])
def test_wrong_suffix_is_no_mistake(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(KINDS["jpeg"])
    assert load_picture(tmp_path / name).facts.format == "jpeg"


def test_files_that_are_no_pictures(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    for content, expected in (
        (b"", EmptyFileError),
        (b"not a picture\n", UnsupportedError),
        (b"<html><body>404</body></html>", UnsupportedError),
        (b"%PDF-1.4", UnsupportedError),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", VectorError),
    ):
        path.write_bytes(content)
        refused(path, expected)
        refused(content, expected)


def test_folder(tmp_path: Path) -> None:
    (tmp_path / "x.png").mkdir()
    refused(tmp_path / "x.png", UnreadableError, "folder")


def test_links(tmp_path: Path) -> None:
    (tmp_path / "dangling.png").symlink_to(tmp_path / "gone.png")
    refused(tmp_path / "dangling.png", UnreadableError, "link to a file that is not there")
    (tmp_path / "a.png").symlink_to(tmp_path / "b.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "a.png")
    refused(tmp_path / "a.png", UnreadableError, "leads back to itself")
    (tmp_path / "real.png").write_bytes(KINDS["png rgb"])
    (tmp_path / "link.png").symlink_to(tmp_path / "real.png")
    assert load_picture(tmp_path / "link.png").facts.width == 64


def test_names_that_are_no_files(tmp_path: Path) -> None:
    refused(tmp_path / "gone.png", UnreadableError, "is not there")
    refused(tmp_path / "gone" / "x.png", UnreadableError, "is not there")
    refused("", UnreadableError)
    refused("a\0b.png", UnreadableError, "not a file name")
    refused(tmp_path / ("x" * 5000), UnreadableError)
    (tmp_path / "file").touch()
    refused(tmp_path / "file" / "x.png", UnreadableError)
    # The message can be printed even where the name cannot.
    str(refused(os.fsdecode(b"gone-\xff.png"), UnreadableError)).encode("ascii")


def test_what_would_block_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    refused(tmp_path / "pipe.png", UnreadableError, "pipe")
    refused(os.devnull, UnreadableError, "device")
    refused("/dev/zero", UnreadableError, "device")
    with socket.socket(socket.AF_UNIX) as listener:
        short = os.path.relpath(tmp_path / "s.png")  # names of sockets are short
        try:
            listener.bind(short)
        except OSError:
            previous = os.getcwd()
            os.chdir(tmp_path)
            listener.bind("s.png")
            os.chdir(previous)
        refused(tmp_path / "s.png", UnreadableError, "socket")


@pytest.mark.parametrize(
    ("number", "message"), [(errno.EACCES, "access rights"), (errno.EIO, "cannot be read")]
)
def test_files_that_cannot_be_opened(
    number: int, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faked, since the superuser may read everything."""
    path = tmp_path / "logo.png"
    path.write_bytes(KINDS["png rgb"])

    def fail(*_: Any, **__: Any) -> None:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr("builtins.open", fail)
    with pytest.raises(UnreadableError, match=message):
        read_file(path)


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    with path.open("wb") as file:
        file.truncate(10**12)  # holes only
    began = time.perf_counter()
    refused(path, TooLargeError, "max_bytes")
    assert time.perf_counter() - began < 0.05


HUGE = {
    "png": png(30_000, 30_000, 8, 2, b"\0"),
    "png with the largest numbers": png(2**31 - 1, 2**31 - 1, 16, 6, b"\0"),
    "gif": gif((65_535, 65_535), [(0, 0, 4, 4)]),
    "bmp": bmp((30_000, -30_000), 24, b""),
    "bmp with the largest numbers": bmp((2**31 - 1, -(2**31)), 32, b""),
    "tiff": tiff({256: (30_000,), 257: (30_000,), 258: (8,), 262: (1,), 277: (1,)}, b"\0"),
    "webp": b"RIFF" + struct.pack("<I", 22) + b"WEBPVP8X" + struct.pack("<II", 10, 0) + b"\xff" * 6,
    "jpeg": b"\xff\xd8\xff\xc0"
    + struct.pack(">HBHHB", 11, 8, 30_000, 30_000, 1)
    + b"\1\x11\0\xff\xda\0\x08\1\1\0\0\x3f\0",
}


@pytest.mark.parametrize("kind", HUGE)
def test_a_huge_size_is_refused_at_once(kind: str) -> None:
    load_picture(KINDS["png rgb"])  # loads what is loaded once
    tracemalloc.start()
    try:
        began = time.perf_counter()
        refused(HUGE[kind], TooLargeError, "max_pixels")
        took = time.perf_counter() - began
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert took < 0.05
    assert peak < 1_000_000


def test_a_decompression_bomb_is_refused_at_once() -> None:
    bomb = saved(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 100_000
    began = time.perf_counter()
    refused(bomb, TooLargeError)
    assert time.perf_counter() - began < 0.05


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3, 64)])
@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_too_small(size: tuple[int, int], format: str) -> None:
    refused(saved(Image.new("RGB", size, "red"), format), TooSmallError)


@pytest.mark.parametrize("size", [(4, 4), (64, 64), (700, 500)])
def test_nothing_drawn(size: tuple[int, int]) -> None:
    refused(saved(Image.new("RGBA", size, (255, 0, 0, 0)), "PNG"), BlankError)
    refused(Image.new("RGBA", size, (9, 9, 9, 0)), BlankError)
    for mode, color in (("RGB", (200, 30, 60)), ("L", 255), ("1", 0), ("RGBA", (1, 2, 3, 255))):
        image = Image.new(mode, size, color)
        refused(saved(image, "PNG"), BlankError)
        refused(image, BlankError)
        refused(np.asarray(image.convert("RGB")), BlankError)
        refused(saved(image.convert("RGB"), "JPEG"), BlankError)


def test_limits_reach_load_picture() -> None:
    with pytest.raises(TooLargeError):
        load_picture(KINDS["png rgb"], Limits(max_pixels=99))


def test_what_is_unusual_is_answered() -> None:
    """Formats that others stumble over are pictures like all others."""
    for kind in KINDS:
        assert load_picture(KINDS[kind]).thumbnail.shape[2] == 3


def test_a_chunk_that_claims_more_than_there_is_reserves_nothing() -> None:
    data = bytearray(KINDS["png rgb"])
    at = data.index(b"IDAT") - 4
    data[at : at + 4] = b"\x80\0\0\0"
    began = time.perf_counter()
    refused(bytes(data), CorruptError)
    assert time.perf_counter() - began < 0.05
