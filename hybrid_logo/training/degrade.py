"""What logo files go through in the wild, reproducible by seed.

A degraded copy starts from a clean rendering with transparency and ends as the bytes of a file: turned
a little, made smaller by a good or a bad filter, laid on a page with a margin or left transparent,
blurred, sharpened or enlarged again, reduced to a palette, and stored as PNG, JPEG (once or twice), WebP
or GIF. What would change the type of a logo (posterised ramps, heavy dithering) is left out.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

__all__ = ["clean_copy", "degraded_copy"]

Pixels: TypeAlias = NDArray[Any]
"""``uint8`` everywhere; OpenCV's type hints do not carry the element type."""

_FILTERS = (
    cv2.INTER_AREA,
    cv2.INTER_AREA,
    cv2.INTER_AREA,
    cv2.INTER_CUBIC,
    cv2.INTER_LANCZOS4,
    cv2.INTER_LINEAR,
)


@dataclass(frozen=True, slots=True)
class _Page:
    """A page colour and whether the file keeps its transparency instead."""

    color: tuple[int, int, int]
    transparent: bool


def clean_copy(master: Pixels) -> bytes:
    """The master as it is: the bytes of a transparent PNG. ``master``: ``uint8[H, W, 4]`` RGBA."""
    return _encode_png(master)


def degraded_copy(master: Pixels, seed: int | tuple[int, ...], *, hue_turns: bool = False) -> bytes:
    """One degraded file of ``master``, the same for the same seed.

    Args:
        master: ``uint8[H, W, 4]`` RGBA with straight alpha.
        seed: anything ``numpy.random.default_rng`` takes.
        hue_turns: permute the colour channels in half of the copies. For training only: it makes
            colours that the brand never used.

    Returns:
        The bytes of a PNG, JPEG, WebP or GIF file.
    """
    random = np.random.default_rng(seed)
    if hue_turns and random.random() < 0.5:
        master = np.ascontiguousarray(master[:, :, [*random.permutation(3), 3]])
    premultiplied = cv2.cvtColor(master, cv2.COLOR_RGBA2mRGBA)
    if random.random() < 0.2:
        premultiplied = _turned(premultiplied, random.uniform(-6, 6))
    premultiplied = _resized(premultiplied, random)
    page = _page(premultiplied, random)
    if page.transparent:
        pixels = cv2.cvtColor(_padded(premultiplied, random, (0, 0, 0, 0)), cv2.COLOR_mRGBA2RGBA)
        return _encode_transparent(pixels, random)
    pixels = _padded(_flattened(premultiplied, page.color), random, page.color)
    return _encode_opaque(_softened(pixels, random), random)


def _turned(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    new_width, new_height = int(height * sine + width * cosine) + 1, int(height * cosine + width * sine) + 1
    matrix[:, 2] += ((new_width - width) / 2, (new_height - height) / 2)
    return cv2.warpAffine(pixels, matrix, (new_width, new_height), flags=cv2.INTER_LINEAR)


def _resized(pixels: Pixels, random: np.random.Generator) -> Pixels:
    """Down to between full size and an eighth; now and then enlarged again, as careless editors do."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    target = float(np.exp(random.uniform(np.log(longest / 8), np.log(longest))))
    # A wordmark is shown wider than an icon: what counts for legibility is its height.
    target = min(longest, max(target, 20.0 * longest / min(height, width)))
    no_antialiasing = random.random() < 0.05
    kernel = cv2.INTER_NEAREST if no_antialiasing else _FILTERS[random.integers(len(_FILTERS))]
    scale = target / longest
    if kernel != cv2.INTER_NEAREST:
        while scale <= 0.5:  # these kernels look at four pixels only
            pixels = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
            scale *= 2
    pixels = _scaled(pixels, scale, kernel)
    if random.random() < 0.12:
        pixels = _scaled(pixels, random.uniform(1.2, 2.5), cv2.INTER_CUBIC)
    return pixels


def _scaled(pixels: Pixels, scale: float, kernel: int) -> Pixels:
    height, width = pixels.shape[:2]
    size = (max(4, round(width * scale)), max(4, round(height * scale)))
    resized = cv2.resize(pixels, size, interpolation=kernel)
    if resized.shape[2] == 4:  # ringing kernels may leave colours above their alpha
        resized[:, :, :3] = np.minimum(resized[:, :, :3], resized[:, :, 3:])
    return resized


def _page(premultiplied: Pixels, random: np.random.Generator) -> _Page:
    """A page on which the ink can still be seen."""
    alpha = premultiplied[:, :, 3].astype(np.float64)
    mean = premultiplied[:, :, :3].reshape(-1, 3).sum(0) / max(1.0, alpha.sum() / 255.0)
    solid = premultiplied[:, :, 3] > 200
    light_share = float((premultiplied[:, :, :3].min(2) > 215)[solid].mean()) if solid.any() else 0.0
    draw = random.random()
    if draw < 0.35:
        return _Page((255, 255, 255), transparent=True)
    if light_share > 0.35:
        level = int(random.integers(10, 90))
        dark = np.array([level, level, min(255, level + int(random.integers(0, 24)))])
        if _share_near(premultiplied, dark) > 0.1:  # light and dark ink: no such page shows both
            return _Page((255, 255, 255), transparent=True)
        return _Page((int(dark[0]), int(dark[1]), int(dark[2])), transparent=False)
    if draw < 0.72:
        return _Page((255, 255, 255), transparent=False)
    if draw < 0.86:
        low = int(random.integers(238, 255))
        return _Page((low, low, int(np.clip(low + random.integers(-8, 6), 0, 255))), transparent=False)
    color = random.integers(0, 256, 3) if draw > 0.95 else random.integers(8, 60, 3)
    if float(np.abs(color - mean).max()) < 70 or _share_near(premultiplied, color) > 0.1:
        color = np.array([255, 255, 255])
    return _Page((int(color[0]), int(color[1]), int(color[2])), transparent=False)


def _share_near(premultiplied: Pixels, color: NDArray[np.int64]) -> float:
    """Share of the solid ink whose colour is near ``color`` and would vanish on it."""
    solid = premultiplied[:, :, 3] > 200
    if not solid.any():
        return 1.0
    return float((np.abs(premultiplied[solid][:, :3].astype(np.int16) - color).max(1) < 60).mean())


def _flattened(premultiplied: Pixels, color: tuple[int, int, int]) -> Pixels:
    rest = 255 - premultiplied[:, :, 3:].astype(np.uint16)
    page = (rest * np.array(color, np.uint16) + 127) // 255
    return np.minimum(premultiplied[:, :, :3] + page, 255).astype(np.uint8)


def _padded(pixels: Pixels, random: np.random.Generator, color: tuple[int, ...]) -> Pixels:
    if random.random() < 0.4:
        return pixels
    longest = max(pixels.shape[:2])
    most = 0.6 if random.random() < 0.2 else 0.2
    top, bottom, left, right = (int(longest * random.uniform(0, most)) for _ in range(4))
    return cv2.copyMakeBorder(pixels, top, bottom, left, right, cv2.BORDER_CONSTANT, value=color)


def _softened(pixels: Pixels, random: np.random.Generator) -> Pixels:
    draw = random.random()
    if draw < 0.10:
        return cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.4, 1.1))
    if draw < 0.18:
        blurred = cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.6, 1.5))
        return cv2.addWeighted(pixels, 1.6, blurred, -0.6, 0)
    if draw < 0.24:
        noise = random.normal(0, random.uniform(0.5, 2.5), pixels.shape)
        return np.clip(pixels + noise, 0, 255).astype(np.uint8)
    return pixels


def _encode_transparent(pixels: Pixels, random: np.random.Generator) -> bytes:
    draw = random.random()
    if draw < 0.75:
        return _encode_png(pixels)
    if draw < 0.88:
        return _encoded(
            Image.fromarray(pixels),
            "WEBP",
            lossless=bool(random.random() < 0.4),
            quality=int(random.integers(60, 96)),
        )
    palette = Image.fromarray(pixels).quantize(256, method=Image.Quantize.FASTOCTREE)
    return _encoded(palette, "PNG")


def _encode_opaque(pixels: Pixels, random: np.random.Generator) -> bytes:
    draw = random.random()
    if draw < 0.30:
        return _encode_png(pixels)
    if draw < 0.75:
        return _encode_jpeg(pixels, int(random.integers(40, 96)), random)
    if draw < 0.83:
        once = np.frombuffer(_encode_jpeg(pixels, int(random.integers(60, 96)), random), np.uint8)
        decoded = cv2.imdecode(once, cv2.IMREAD_COLOR_RGB)
        assert decoded is not None
        return _encode_jpeg(decoded, int(random.integers(50, 96)), random)
    if draw < 0.90:
        return _encoded(Image.fromarray(pixels), "WEBP", quality=int(random.integers(50, 96)))
    palette = Image.fromarray(pixels).quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return _encoded(palette, "PNG" if draw < 0.96 else "GIF")


def _encode_png(pixels: Pixels) -> bytes:
    order = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    return cv2.imencode(".png", cv2.cvtColor(pixels, order), [cv2.IMWRITE_PNG_COMPRESSION, 3])[1].tobytes()


def _encode_jpeg(pixels: Pixels, quality: int, random: np.random.Generator) -> bytes:
    full_chroma = random.random() < 0.3
    sampling = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444 if full_chroma else cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420
    options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling]
    return cv2.imencode(".jpg", np.ascontiguousarray(pixels[:, :, ::-1]), options)[1].tobytes()


def _encoded(image: Image.Image, file_format: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, file_format, **options)
    return buffer.getvalue()
