"""The ways to give a picture, and the limits."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hybrid_logo.errors import TooLargeError, TooSmallError
from hybrid_logo.image import Limits, decode, load_picture
from hybrid_logo.picture import Picture
from tests.picture_files import one_of_every_kind, saved

KINDS = one_of_every_kind()


def test_trailing_bytes_change_nothing() -> None:
    for kind, data in KINDS.items():
        assert np.array_equal(decode(data + b"\0trailing" * 9).pixels, decode(data).pixels), kind


def test_all_ways_to_give_a_file(tmp_path: Path) -> None:
    path = tmp_path / "logo.jpg"  # a PNG: the name is never asked
    path.write_bytes(KINDS["png rgba"])
    expected = decode(KINDS["png rgba"])
    data = KINDS["png rgba"]
    for source in (path, str(path), bytearray(data), memoryview(data), memoryview(data * 2)[: len(data)]):
        decoded = decode(source)
        assert decoded.facts == expected.facts
        assert np.array_equal(decoded.pixels, expected.pixels)


def test_names_that_are_no_text(tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(tmp_path), b"logo-\xff\xe9.png")
    with open(name, "wb") as file:
        file.write(KINDS["png rgb"])
    assert decode(os.fsdecode(name)).facts.width == 64
    with os.scandir(os.fsencode(tmp_path)) as entries:
        assert [decode(entry).facts.width for entry in entries] == [64]


def test_limits() -> None:
    data = KINDS["png rgb"]
    assert decode(data, Limits(max_pixels=64 * 48, max_bytes=len(data))).facts.width == 64
    with pytest.raises(TooLargeError, match="max_pixels"):
        decode(data, Limits(max_pixels=64 * 48 - 1))
    for source in (data, bytearray(data), memoryview(data)):
        with pytest.raises(TooLargeError, match="max_bytes"):
            decode(source, Limits(max_bytes=len(data) - 1))


@pytest.mark.parametrize("value", [0, -1, 1.5, True, None, "9"])
@pytest.mark.parametrize("name", ["max_pixels", "max_bytes"])
def test_limits_are_checked(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        Limits(**{name: value})  # type: ignore[arg-type]


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from(["PNG", "BMP", "TIFF", "GIF", "JPEG", "WEBP"]))
def test_every_size_answers(width: int, height: int, format: str) -> None:
    data = saved(Image.new("RGB", (width, height), (200, 30, 60)), format)
    if min(width, height) < 4:
        with pytest.raises(TooSmallError, match="4"):
            decode(data)
    else:
        pixels = decode(data).pixels
        assert pixels.shape == (height, width, 3)
        assert np.abs(pixels.astype(int) - (60, 30, 200)).max() <= 4


def test_threads_of_opencv_are_left_alone() -> None:
    before = cv2.getNumThreads()
    decode(KINDS["jpeg"])
    assert cv2.getNumThreads() == before


def test_load_picture_prepares_what_was_decoded() -> None:
    picture = load_picture(KINDS["png rgba"])
    assert isinstance(picture, Picture)
    assert picture.facts == decode(KINDS["png rgba"]).facts
