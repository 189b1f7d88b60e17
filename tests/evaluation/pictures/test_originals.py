"""Originals: what they hold, how large they are, and that a sample has one picture of each brand."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hybrid_logo.errors import BlankError
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.evaluation.pictures.originals import (
    drawn_cases,
    drawn_count,
    name_seed,
    opened,
    read_original,
)
from hybrid_logo.types import LogoType
from tests.drawn_pictures import BLUE, WHITE, disc, laid_on, padded


def png(pixels: np.ndarray) -> bytes:
    order = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    return cv2.imencode(".png", cv2.cvtColor(pixels, order))[1].tobytes()


def test_a_transparent_picture_keeps_its_pixels_and_is_laid_on_its_page() -> None:
    pixels = disc(40, BLUE, alpha=200)
    original = read_original(png(pixels), 100)
    assert np.array_equal(original.pixels, pixels)
    assert (original.page, original.opaque, original.longest) == (WHITE, False, 40)
    assert np.abs(original.laid.astype(int) - laid_on(pixels, WHITE)).max() <= 1
    assert np.abs(original.laid_on((10, 200, 30)).astype(int) - laid_on(pixels, (10, 200, 30))).max() <= 1


def test_an_opaque_picture_gets_full_alpha_and_the_page_it_has() -> None:
    pixels = padded(laid_on(disc(40, WHITE), BLUE), (8, 8, 8, 8), BLUE)
    original = read_original(png(pixels), 100)
    assert original.opaque
    assert original.page == BLUE
    assert np.array_equal(original.laid, pixels)


def test_a_large_picture_is_reduced_without_colours_from_under_the_transparency() -> None:
    pixels = disc(200, BLUE)
    pixels[pixels[:, :, 3] == 0, :3] = 255
    original = read_original(png(padded(pixels, (0, 0, 0, 200), (255, 255, 255, 0))), 100)
    assert original.pixels.shape == (50, 100, 4)
    assert np.abs(original.pixels[original.pixels[:, :, 3] > 60, :3].astype(int) - BLUE).max() <= 4


def test_what_is_shared_cannot_be_written_to() -> None:
    original = read_original(png(disc(40, BLUE)), 100)
    for shared in (original.pixels, original.premultiplied, original.laid):
        with pytest.raises(ValueError, match="read-only"):
            shared[0, 0] = 0


def test_a_blank_picture_is_refused() -> None:
    with pytest.raises(BlankError):
        read_original(png(np.zeros((20, 20, 4), np.uint8)), 100)


def case(name: str, data: bytes = b"", brand: str = "") -> Case:
    return Case(name, data, LogoType.TEXT, frozenset(LogoType), False, brand)


def test_what_cannot_be_opened_is_none() -> None:
    original = opened(case("disc", png(disc(40, BLUE))), 20)
    assert original is not None
    assert original.longest == 20
    assert opened(case("none", b"no picture"), 20) is None


def test_each_name_has_a_number_also_one_that_is_no_unicode() -> None:
    numbers = [name_seed(case(name)) for name in ("a", "b", "\udcff")]
    assert len(set(numbers)) == 3
    assert numbers[0] == name_seed(case("a", b"other bytes", "other brand")) == 0xE8B7BE43


def test_one_picture_of_each_brand_is_drawn_by_the_seed() -> None:
    cases = [case(str(number), brand=f"brand{number // 3}") for number in range(60)]
    dataset = Dataset("x", cases, "a test", 0)
    drawn = drawn_cases(dataset, 15, seed=4)
    assert len({case.cluster for case in drawn}) == len(drawn) == 15
    assert drawn == drawn_cases(dataset, 15, seed=4)
    assert drawn != drawn_cases(dataset, 15, seed=5)
    assert len(drawn_cases(dataset, 99, seed=4)) == 20 == drawn_count(dataset, 99)
    assert drawn_count(dataset, 15) == 15
