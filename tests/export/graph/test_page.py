from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from hybrid_logo import ink
from hybrid_logo.export.graph.page import page_by_contrast, page_color
from tests.export.graph.drawing import Drawn, planar

PLANES = np.zeros((1, 1, 1, 1), np.float32)
COLOR = Drawn(page_color, PLANES.astype(np.uint8), np.zeros(1, np.float32))
CONTRAST = Drawn(page_by_contrast, PLANES, PLANES)


def two_colors(seed: int) -> NDArray[np.uint8]:
    """``uint8[h, w, 3]`` whose border and corners are of two near colours, one as often as chance has it."""
    random = np.random.default_rng(seed)
    first = random.integers(30, 200, 3)
    second = first + random.integers(8, 30, 3)
    size = tuple(random.integers(4, 12, 2).tolist())
    chosen = random.random(size) < random.uniform(0.2, 0.8)
    return np.where(chosen[..., None], first, second).astype(np.uint8)


@pytest.mark.parametrize("tolerance", [ink.PAGE_TOLERANCE, ink.PAGE_TOLERANCE_LOSSY])
def test_the_page_s_colour_is_that_of_the_package(tolerance: int) -> None:
    seen = set()
    for seed in range(120):
        pixels = two_colors(seed)
        color, has_page = COLOR(planar(pixels).astype(np.uint8), np.array([tolerance], np.float32))
        expected, expected_page = ink._page_color(pixels, tolerance)
        assert bool(has_page.item()) == expected_page
        assert tuple(color.tolist()) == expected
        seen.add(expected_page)
    assert seen == {True, False}


def light_ink(seed: int) -> NDArray[np.uint8]:
    """``uint8[h, w, 4]``, a premultiplied blob whose ink is about as light as the limit."""
    random = np.random.default_rng(seed)
    alpha = np.zeros((24, 30), np.uint8)
    cv2.circle(alpha, (14, 11), int(random.integers(2, 9)), int(random.integers(60, 256)), -1)
    alpha = cv2.blur(alpha, (1 + 2 * int(random.integers(0, 3)),) * 2)
    level = ink.LIGHT_INK + int(random.integers(-8, 20)) + random.integers(-9, 10, (24, 30, 3))
    colors = np.rint(level * (alpha[..., None] / 255.0)).astype(np.uint8)
    return np.dstack((colors, alpha))


def test_light_ink_asks_for_slate_where_the_package_does() -> None:
    levels = []
    for seed in range(200):
        pixels = light_ink(seed)
        (level,) = CONTRAST(planar(pixels[..., :3]), planar(pixels[..., 3]))
        assert level.item() == ink._page_by_contrast(pixels)[0]
        levels.append(level.item())
    assert 20 < levels.count(51) < 180
