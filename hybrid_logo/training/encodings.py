"""How a logo is stored on its way: PNG, JPEG, WebP and GIF, well or badly.

Every function takes ``uint8[H, W, 3]`` RGB or ``uint8[H, W, 4]`` RGBA with straight alpha. A palette is as
large as it must be for the colours to stay: too few would turn a ramp into steps.
"""

from __future__ import annotations

import io
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = [
    "as_gif",
    "as_jpeg",
    "as_palette_png",
    "as_png",
    "as_stencil",
    "as_webp",
    "saved_before",
]

Pixels: TypeAlias = NDArray[Any]
"""``uint8`` everywhere; OpenCV's type hints do not carry the element type."""
Random: TypeAlias = np.random.Generator

_SMALL_PX = 48
_LARGEST_SIDE_PX = 2048
_DITHERED = 0.3
"""Share of the opaque palettes of 256 colours that are dithered."""
_MOST_PALETTE_ERROR = 1.5
"""Mean levels by which a palette may change the colours."""

_CHROMA = (
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_422,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
    cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444,
)


def as_png(pixels: Pixels) -> bytes:
    """A PNG file without loss."""
    order = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    return cv2.imencode(".png", cv2.cvtColor(pixels, order), [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()


def as_jpeg(pixels: Pixels, random: Random, lowest: int = 40) -> bytes:
    """A JPEG file of quality ``lowest`` to 95, mostly with chroma at half the scale."""
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        _quality(pixels, random, lowest),
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        _CHROMA[random.integers(len(_CHROMA))],
    ]
    return cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), options)[1].tobytes()


def saved_before(pixels: Pixels, random: Random) -> Pixels:
    """RGB of a JPEG of it, at times scaled a little: the next file is of another size, on other blocks."""
    data = np.frombuffer(as_jpeg(pixels, random, lowest=60), np.uint8)
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)
    assert decoded is not None
    if random.random() < 0.5:
        scale = min(random.uniform(0.8, 1.25), max(1.0, _LARGEST_SIDE_PX / max(decoded.shape[:2])))
        size = (max(4, round(decoded.shape[1] * scale)), max(4, round(decoded.shape[0] * scale)))
        decoded = cv2.resize(decoded, size, interpolation=cv2.INTER_LINEAR)
    return decoded


def as_webp(pixels: Pixels, random: Random, lossless: float) -> bytes:
    """A WebP file of quality 40 to 95, or without loss in the share ``lossless``."""
    image, quality = Image.fromarray(pixels), _quality(pixels, random, lowest=40)
    if random.random() < lossless:
        return _saved(image, "WEBP", lossless=True, quality=20, method=0)
    return _saved(image, "WEBP", quality=quality, method=2)


def as_palette_png(pixels: Pixels, random: Random) -> bytes:
    """A PNG file of at most 256 colours; of all of them where a transparent one would show steps."""
    if pixels.shape[2] == 3:
        return _saved(_palette(pixels, random), "PNG")
    image = Image.fromarray(pixels).quantize(256, method=Image.Quantize.FASTOCTREE)
    stored = np.asarray(image.convert("RGBA"))
    before, after = (cv2.cvtColor(part, cv2.COLOR_RGBA2mRGBA) for part in (pixels, stored))
    return _saved(image, "PNG") if _error(before, after) <= _MOST_PALETTE_ERROR else as_png(pixels)


def as_gif(pixels: Pixels, random: Random) -> bytes:
    """An opaque GIF file."""
    return _saved(_palette(pixels, random), "GIF")


def as_stencil(pixels: Pixels, random: Random) -> bytes:
    """A GIF or palette PNG of which one entry is transparent; ``pixels`` have alpha 0 or 255."""
    opaque = Image.fromarray(np.ascontiguousarray(pixels[:, :, :3]))
    stencil = opaque.quantize(255, method=Image.Quantize.MEDIANCUT)
    colors = stencil.getpalette() or []
    stencil.putpalette(colors + [0] * (3 * 256 - len(colors)))  # or the last entry would be cut off
    stencil.paste(255, mask=Image.fromarray(cv2.bitwise_not(pixels[:, :, 3])))
    return _saved(stencil, "GIF" if random.random() < 0.6 else "PNG", transparency=255)


def _quality(pixels: Pixels, random: Random, lowest: int) -> int:
    """Up to 95, and not below 75 in pictures so small that blocks would hide what they show."""
    return int(random.integers(75 if min(pixels.shape[:2]) < _SMALL_PX else lowest, 96))


def _palette(pixels: Pixels, random: Random) -> Image.Image:
    """Of 64 to 256 colours, the fewest from the number drawn that change none; at times dithered."""
    image, dithered = Image.fromarray(pixels), bool(random.random() < _DITHERED)
    fewest = 256 if dithered else (64, 128, 256)[random.integers(3)]
    for colors in (64, 128, 256):
        if colors >= fewest:
            palette = image.quantize(colors, method=Image.Quantize.MEDIANCUT)
            if colors == 256 or _error(pixels, np.asarray(palette.convert("RGB"))) <= _MOST_PALETTE_ERROR:
                break
    return image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) if dithered else palette


def _error(before: Pixels, after: Pixels) -> float:
    """Mean difference in levels of the pixels that differ."""
    apart = cv2.absdiff(before, after)
    return float(apart.sum()) / max(1, int(np.count_nonzero(apart.max(2)))) / apart.shape[2]


def _saved(image: Image.Image, file_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()
