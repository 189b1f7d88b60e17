"""The pictures that are converted: an original vector drawn at several sizes, and as JPEG."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import cv2
import numpy as np

from hybrid_logo.image import decode
from hybrid_logo.ink import prepare
from hybrid_logo.picture import Decoded
from hybrid_logo.vectorize.noise import noise_of
from hybrid_logo.vectorize.quality.drawing import Pixels, draw, natural_size
from hybrid_logo.vectorize.quality.measured import ORIGINAL_SIDE_PX, Reference

__all__ = ["CONDITIONS", "Condition", "Picture", "picture_of", "reference_of"]

JPEG_QUALITIES = (40, 90)


@dataclass(frozen=True, slots=True)
class Condition:
    """One way to make a picture of an original.

    Attributes:
        name: for tables.
        side_px: longer side.
        jpeg: laid on its page and written as JPEG, of a quality drawn from ``JPEG_QUALITIES``.
    """

    name: str
    side_px: int
    jpeg: bool = False


CONDITIONS = (
    Condition("64 px", 64),
    Condition("128 px", 128),
    Condition("256 px", 256),
    Condition("512 px", 512),
    Condition("JPEG, 192 px", 192, jpeg=True),
)


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What a converter is given, and what it is judged by.

    Attributes:
        decoded: what the decoder made of the PNG or JPEG file.
        pixels: ``uint8[H, W, 4]``, RGBA with straight alpha.
        noise: see ``noise_of``.
        page: RGB of the page that a JPEG lies on; None where the picture keeps its transparency.
    """

    decoded: Decoded
    pixels: Pixels
    noise: float
    page: tuple[int, int, int] | None


def picture_of(original: str, condition: Condition, name: str, seed: int) -> Picture:
    """Draw an original.

    Args:
        original: SVG text.
        condition: how.
        name: of the logo; with the seed it decides the quality of a JPEG.
        seed: see ``name``.

    Raises:
        MissingExtraError: resvg_py is not installed.
        InputError: it cannot be drawn.
        PictureError: nothing is drawn.
    """
    drawn = draw(original, *_fitted(original, condition.side_px))
    data = cv2.imencode(".png", cv2.cvtColor(drawn, cv2.COLOR_RGBA2BGRA))[1].tobytes()
    decoded, page = decode(data), None
    if condition.jpeg:
        page = prepare(decoded).page
        random = np.random.default_rng((seed, zlib.crc32(name.encode())))
        quality = int(random.integers(JPEG_QUALITIES[0], JPEG_QUALITIES[1] + 1))
        laid = _laid(drawn, page)[:, :, 2::-1]
        data = cv2.imencode(".jpg", laid, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
        decoded = decode(data)
    code = cv2.COLOR_BGRA2RGBA if decoded.pixels.shape[2] == 4 else cv2.COLOR_BGR2RGBA
    pixels = cv2.cvtColor(decoded.pixels, code)
    return Picture(decoded, pixels, noise_of(np.asarray(pixels, np.uint8), decoded.facts), page)


def reference_of(original: str, page: tuple[int, int, int] | None = None) -> Reference:
    """The original drawn large, on the page of the picture where that has one."""
    drawn = draw(original, *_fitted(original, ORIGINAL_SIDE_PX))
    return Reference(drawn if page is None else _laid(drawn, page))


def _fitted(original: str, side_px: int) -> tuple[int, int]:
    """Width and height with that longer side."""
    width, height = natural_size(original)
    scale = side_px / max(width, height)
    return max(8, round(width * scale)), max(8, round(height * scale))


def _laid(pixels: Pixels, page: tuple[int, int, int]) -> Pixels:
    """``uint8[H, W, 4]``, opaque."""
    share = pixels[:, :, 3:].astype(np.float32) / 255
    color = pixels[:, :, :3] * share + np.array(page, np.float32) * (1 - share)
    return np.dstack([np.rint(color).astype(np.uint8), np.full(pixels.shape[:2], 255, np.uint8)])
