"""Drawings with known properties, and prepared pictures made of them without the code under test."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from hybrid_logo.picture import Picture, PictureFacts

Pixels = NDArray[np.uint8]
Color = tuple[int, int, int]

WHITE, BLACK = (255, 255, 255), (0, 0, 0)
RED, BLUE, GREEN = (200, 30, 60), (20, 90, 200), (30, 140, 70)
FRAME = 4
"""Pixels of page around a thumbnail, as ``Picture`` has them."""


def picture(thumbnail: Pixels, ink: NDArray[Any] | None = None, page: Color = WHITE, **facts: Any) -> Picture:
    """A prepared picture of ``thumbnail`` (``uint8[h, w, 3]`` RGB); all of it is ink unless said."""
    height, width = thumbnail.shape[:2]
    framed = np.empty((height + 2 * FRAME, width + 2 * FRAME, 3), np.uint8)
    framed[...] = page
    framed[FRAME:-FRAME, FRAME:-FRAME] = thumbnail
    mask = np.ones((height, width), np.uint8) if ink is None else np.asarray(ink, np.uint8)
    return Picture(
        thumbnail=framed,
        ink=np.pad(mask, FRAME),
        source=np.ascontiguousarray(thumbnail[..., ::-1]),
        page=page,
        ink_box=(0, 0, width, height),
        facts=PictureFacts(**{"format": "png", "width": width, "height": height} | facts),
    )


def flat(height: int, width: int, color: Color) -> Pixels:
    """``uint8[height, width, 3]`` of one colour."""
    return np.full((height, width, 3), color, np.uint8)


def canvas(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A transparent drawing and its pen; what lies under the transparency is black."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    return image, ImageDraw.Draw(image)


def smooth(image: Image.Image, factor: int = 4) -> Pixels:
    """The drawing made ``factor`` times smaller, with soft edges: ``uint8[H, W, 4]`` RGBA, straight alpha."""
    size = (image.width // factor, image.height // factor)
    return np.array(image.resize(size, Image.Resampling.BOX))


def disc(side: int, color: Color, alpha: int = 255) -> Pixels:
    """A disc with soft edges on a transparent page: ``uint8[side, side, 4]`` RGBA."""
    image, pen = canvas(4 * side, 4 * side)
    pen.ellipse((side // 2, side // 2, 4 * side - side // 2, 4 * side - side // 2), fill=(*color, alpha))
    return smooth(image)


def letter_on_tile(side: int, tile: Color, letter: Color) -> Pixels:
    """An H on a rounded tile, on a transparent page: ``uint8[side, side, 4]`` RGBA."""
    image, pen = canvas(4 * side, 4 * side)
    unit = side / 4
    pen.rounded_rectangle((unit, unit, 15 * unit, 15 * unit), 2 * unit, fill=(*tile, 255))
    for box in ((4, 4, 6, 12), (10, 4, 12, 12), (6, 7, 10, 9)):
        pen.rectangle([unit * place for place in box], fill=(*letter, 255))
    return smooth(image)


def wordmark(width: int, height: int, color: Color, letters: int = 6) -> Pixels:
    """A row of letters H with soft edges on a transparent page: ``uint8[height, width, 4]`` RGBA."""
    image, pen = canvas(4 * width, 4 * height)
    pitch, top, bottom = 4 * width / letters, height, 3 * height
    for index in range(letters):
        left, right = (index + 0.15) * pitch, (index + 0.85) * pitch
        stroke, middle = 0.17 * pitch, (top + bottom) / 2
        pen.rectangle((left, top, left + stroke, bottom), fill=(*color, 255))
        pen.rectangle((right - stroke, top, right, bottom), fill=(*color, 255))
        pen.rectangle((left, middle - stroke / 2, right, middle + stroke / 2), fill=(*color, 255))
    return smooth(image)


def laid_on(rgba: Pixels, page: Color) -> Pixels:
    """RGBA on an opaque page: ``uint8[H, W, 3]`` RGB."""
    alpha = rgba[..., 3:] / 255
    return np.rint(rgba[..., :3] * alpha + np.array(page) * (1 - alpha)).astype(np.uint8)


def padded(pixels: Pixels, sides: tuple[int, int, int, int], color: tuple[int, ...]) -> Pixels:
    """``pixels`` with (top, bottom, left, right) pixels of ``color`` around."""
    top, bottom, left, right = sides
    height, width, channels = pixels.shape
    result = np.empty((height + top + bottom, width + left + right, channels), np.uint8)
    result[...] = color
    result[top : top + height, left : left + width] = pixels
    return result
