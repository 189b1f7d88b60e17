from __future__ import annotations

import cv2
import numpy as np
import pytest

from hybrid_logo import ink
from hybrid_logo.export.graph.resizing import halved, resized, two_scales
from hybrid_logo.export.graph.tensor import Tensor
from tests.export.graph.drawing import Drawn, interleaved, planar


def sized(planes: Tensor, size: Tensor) -> Tensor:
    return resized(planes, size.take([0]), size.take([1]))


PLANES = np.zeros((1, 1, 1, 1), np.float32)
RESIZED = Drawn(sized, PLANES, np.zeros(2, np.int64))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((150, 140), (96, 96)),
        ((97, 190), (60, 150)),
        ((40, 41), (92, 90)),
        ((8, 9), (84, 90)),
        ((300, 33), (208, 22)),
        ((5, 4), (5, 4)),
        ((4, 200), (2, 90)),
        ((2, 3), (60, 90)),
    ],
)
@pytest.mark.parametrize("channels", [3, 4])
def test_another_size_is_that_of_opencv(
    before: tuple[int, int], after: tuple[int, int], channels: int
) -> None:
    pixels = np.random.default_rng(before).integers(0, 256, (*before, channels), np.uint8)
    found = interleaved(RESIZED(planar(pixels), np.array(after))[0])
    assert np.array_equal(found, cv2.resize(pixels, after[::-1], interpolation=cv2.INTER_LINEAR))


@pytest.mark.parametrize("size", [(50, 62), (51, 63), (2, 3)])
def test_half_the_size_is_that_of_opencv(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(size).integers(0, 256, (*size, 3), np.uint8)
    found = interleaved(Drawn(halved, PLANES)(planar(pixels))[0])
    assert np.array_equal(found, ink._halved(pixels))


@pytest.mark.parametrize("size", [(4, 4), (96, 96), (97, 96), (700, 500), (30, 900), (1200, 5), (192, 192)])
def test_both_scales_are_those_of_the_package(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(size).integers(0, 256, (*size, 4), np.uint8)
    expected = ink._two_scales(pixels)
    for found, wanted in zip(Drawn(two_scales, PLANES)(planar(pixels)), expected, strict=True):
        assert np.array_equal(interleaved(found), wanted)
