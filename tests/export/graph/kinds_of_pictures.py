"""Decoded pictures of every kind that ends differently: pages, transparency, sizes, nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from tests.drawn_pictures import BLUE, RED, WHITE, disc, laid_on, letter_on_tile, padded, wordmark
from tests.small_release import drawings

Pixels = NDArray[np.uint8]


def answerable() -> Iterator[tuple[str, Pixels]]:
    """Name and ``uint8[H, W, 3 or 4]`` RGB(A) of pictures that have ink."""
    random = np.random.default_rng(0)
    for place, logo in enumerate(drawings(2)):
        for side in (256, 97, 30):
            size = (side, max(8, side * (3, 2, 5)[place % 3] // 4))
            small = cv2.resize(logo, size, interpolation=cv2.INTER_AREA)
            yield f"logo {place} of {size} px", small
            yield f"logo {place} of {size} px on white", laid_on(small, WHITE)
            yield f"logo {place} of {size} px on night", laid_on(small, (20, 24, 40))
    logo = drawings(1)[3]
    yield "light ink, which asks for slate", np.dstack((255 - logo[..., :3] // 20, logo[..., 3]))
    yield "faint everywhere", np.dstack((logo[..., :3], logo[..., 3] // 4))
    yield "noise", random.integers(0, 256, (90, 120, 3), np.uint8)
    yield "noise with alpha", random.integers(0, 256, (120, 70, 4), np.uint8)
    yield "grey", np.repeat(random.integers(0, 256, (60, 60, 1), np.uint8), 3, 2)
    yield "alpha that is not used", np.dstack((laid_on(logo, WHITE), np.full((256, 256), 255, np.uint8)))
    yield "a letter on a tile", letter_on_tile(120, BLUE, WHITE)
    yield "a tile that fills its picture", padded(laid_on(disc(60, RED), BLUE), (30, 30, 30, 30), BLUE)
    yield "corners that differ", corners_differ()
    yield "a long wordmark", wordmark(900, 40, RED)
    yield "a tall wordmark", np.rot90(wordmark(700, 60, RED)).copy()
    yield "a hairline", padded(np.full((1, 600, 3), 90, np.uint8), (40, 40, 9, 9), WHITE)
    for height in range(4, 9):
        yield f"a ramp of {height} rows", padded(ramp(height, 90), (20, 20, 20, 20), WHITE)
        yield f"a ramp of {height} columns", np.rot90(ramp(height, 200)).copy()
    yield "eight pixels", drawn_small(8)
    yield "four pixels", drawn_small(4)
    yield "a large one", cv2.resize(logo, (1500, 1100), interpolation=cv2.INTER_LINEAR)


def ramp(height: int, width: int) -> Pixels:
    """From dark to light along the columns."""
    levels = np.linspace(10, 200, width).astype(np.uint8)
    return np.repeat(np.repeat(levels[None, :, None], height, 0), 3, 2)


def corners_differ() -> Pixels:
    """No three corners agree, and the border has a commonest colour."""
    picture = padded(laid_on(disc(80, RED), WHITE), (20, 20, 20, 20), WHITE)
    picture[0, 0], picture[0, -1], picture[-1, 0] = (0, 0, 0), (0, 200, 0), (0, 0, 200)
    return picture


def drawn_small(side: int) -> Pixels:
    """A dot in the middle of ``side`` x ``side`` pixels, as far as there is room."""
    picture = np.full((side, side, 3), 255, np.uint8)
    picture[:, side // 4 : -1] = (30, 60, 200)
    return picture


def refused() -> Iterator[tuple[str, Pixels]]:
    """Kind of the refusal and the picture; in Python an error of this ``kind``."""
    for height, width in ((1, 1), (1, 50), (3, 9), (9, 3), (2, 2)):
        yield "too_small", np.zeros((height, width, 3), np.uint8)
        yield "too_small", np.zeros((height, width, 4), np.uint8)
    speck = np.full((40, 40, 3), 255, np.uint8)
    speck[10:13, 20:22] = 0
    yield "too_small", speck
    yield "blank", np.full((40, 30, 3), 77, np.uint8)
    yield "blank", np.zeros((64, 64, 4), np.uint8)
    yield "blank", np.full((4, 4, 4), 30, np.uint8)
    yield "too_large", np.zeros((8001, 8001, 3), np.uint8)
