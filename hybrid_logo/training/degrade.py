"""What logo files go through in the wild, reproducible by seed.

A degraded copy starts from a clean rendering with transparency and ends as the bytes of a file: turned a
little, made smaller or larger, laid on a page, a screenshot or nothing, badly cut out, re-coloured,
blurred, sharpened, saved before, and stored as PNG, JPEG, WebP or GIF. Here is the order of these steps and
how often each happens; what they do is in :mod:`~hybrid_logo.training.degradations` and
:mod:`~hybrid_logo.training.encodings`. What would change the type of a logo (posterised ramps, heavy
dithering, grey for colours, a cut through a soft shadow) is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.training import degradations, encodings

__all__ = ["clean_copy", "degraded_copy"]

Pixels: TypeAlias = NDArray[Any]
"""``uint8`` everywhere; OpenCV's type hints do not carry the element type."""
Random: TypeAlias = np.random.Generator

# How often. Each number is a share of the copies that come to that step; each table adds up to 1.

_HUE_TURNED = 0.5
"""Where hue turns are asked for."""
_TURNED = 0.2
_SIZES = {"icon": 0.08, "usual": 0.89, "large": 0.03}
_NOT_ANTIALIASED = 0.05
_ENLARGED_AGAIN = 0.12
_PAGES = {"transparent": 0.35, "white": 0.37, "off-white": 0.14, "dark": 0.09, "any": 0.05}
_PLACES = {"cropped": 0.4, "padded": 0.53, "on screen": 0.07}
_COLOR_SHIFTED = 0.12
_EDGES = {"clean": 0.74, "fringed": 0.11, "cut out": 0.08, "feathered": 0.07}
"""Of transparent pictures."""
_FOCUS = {"clean": 0.74, "unfocused": 0.10, "sharpened": 0.09, "noisy": 0.07}
"""Of opaque pictures."""
_SAVED_BEFORE = 0.11
_TRANSPARENT_FILES = {"png": 0.72, "webp": 0.15, "palette": 0.13}
_OPAQUE_FILES = {"png": 0.32, "jpeg": 0.49, "webp": 0.08, "palette": 0.06, "gif": 0.05}
_STENCIL = 0.5
"""Of the pictures that were cut out."""

_ICON_PX, _USUAL_PX, _LARGEST_PX = 32, 64, 512
"""Longer side; what is larger is enlarged from the largest."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A page colour and whether the file keeps its transparency instead."""

    color: tuple[int, int, int]
    transparent: bool


_NO_PAGE = _Page((255, 255, 255), transparent=True)
_WHITE = _Page((255, 255, 255), transparent=False)


def clean_copy(master: Pixels) -> bytes:
    """The master as it is: the bytes of a transparent PNG. ``master``: ``uint8[H, W, 4]`` RGBA."""
    return encodings.as_png(master)


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
    if hue_turns and random.random() < _HUE_TURNED:
        master = np.ascontiguousarray(master[:, :, [*random.permutation(3), 3]])
    premultiplied = cv2.cvtColor(master, cv2.COLOR_RGBA2mRGBA)
    if random.random() < _TURNED:
        premultiplied = degradations.turned(premultiplied, random)
    size = _drawn(_SIZES, random)
    if size != "large":
        premultiplied = _made_smaller(premultiplied, size, random)
    page = _page(premultiplied, random)
    if page.transparent:
        premultiplied = _placed(premultiplied, random, (0, 0, 0, 0))
        if size == "large":
            premultiplied = degradations.published(premultiplied, random)
        return _transparent_file(premultiplied, random)
    pixels = _placed(degradations.flattened(premultiplied, page.color), random, page.color)
    if size == "large":
        pixels = degradations.published(pixels, random)
    return _opaque_file(pixels, random)


def _drawn(shares: dict[str, float], random: Random) -> str:
    """A key of ``shares``, as often as they say."""
    *names, last = shares
    rest = random.random()
    for name in names:
        rest -= shares[name]
        if rest < 0:
            return name
    return last


def _made_smaller(premultiplied: Pixels, size: str, random: Random) -> Pixels:
    least, most = (_ICON_PX, _USUAL_PX) if size == "icon" else (_USUAL_PX, _LARGEST_PX)
    target = float(np.exp(random.uniform(np.log(least), np.log(most))))
    antialiased = random.random() >= _NOT_ANTIALIASED
    premultiplied = degradations.reduced(premultiplied, target, random, antialiased=antialiased)
    if random.random() < _ENLARGED_AGAIN:
        premultiplied = degradations.enlarged_again(premultiplied, random)
    return premultiplied


def _page(premultiplied: Pixels, random: Random) -> _Page:
    """A page on which the ink can still be seen."""
    kind = _drawn(_PAGES, random)
    solid = premultiplied[:, :, 3] > 200
    seen = cv2.countNonZero(cv2.inRange(premultiplied[:, :, 3], 40, 255))
    if kind == "transparent" or np.count_nonzero(solid) <= 0.1 * seen:  # glass shows any page
        return _NO_PAGE
    light_share = float((premultiplied[:, :, :3].min(2) > 215)[solid].mean())
    if light_share > 0.35:
        level = int(random.integers(10, 90))
        color = np.array([level, level, min(255, level + int(random.integers(0, 24)))])
        if _share_near(premultiplied, color) > 0.1:  # light and dark ink: no such page shows both
            return _NO_PAGE
    elif kind == "white":
        return _WHITE
    elif kind == "off-white":
        # Grey, or the cream and the cold white of scans and of web pages.
        color = np.clip(random.integers(234, 255) + np.array([0, 0, random.integers(-10, 7)]), 0, 255)
    else:
        color = random.integers(0, 256, 3) if kind == "any" else random.integers(8, 60, 3)
        alpha = float(premultiplied[:, :, 3].sum()) / 255.0
        mean = premultiplied[:, :, :3].reshape(-1, 3).sum(0) / max(1.0, alpha)
        if float(np.abs(color - mean).max()) < 70 or _share_near(premultiplied, color) > 0.1:
            return _WHITE
    return _Page((int(color[0]), int(color[1]), int(color[2])), transparent=False)


def _share_near(premultiplied: Pixels, color: NDArray[np.int64]) -> float:
    """Share of the solid ink whose colour is near ``color`` and would vanish on it."""
    solid = premultiplied[:, :, 3] > 200
    return float((np.abs(premultiplied[solid][:, :3].astype(np.int16) - color).max(1) < 60).mean())


def _placed(pixels: Pixels, random: Random, color: tuple[int, ...]) -> Pixels:
    place = _drawn(_PLACES, random)
    if place == "cropped":
        return pixels
    if place == "padded" or len(color) == 4:  # no screenshot is transparent
        return degradations.padded(pixels, random, color)
    return degradations.on_screen(pixels, random, color)


def _transparent_file(premultiplied: Pixels, random: Random) -> bytes:
    edges = _drawn(_EDGES, random)
    if edges == "feathered":
        premultiplied = degradations.unfocused(premultiplied, random)
    elif edges != "clean" and not degradations.has_hard_edges(premultiplied):
        edges = "clean"
    matte = 255 if random.random() < 0.7 else 0
    if edges == "fringed":
        pixels = degradations.fringed(premultiplied, matte)
    elif edges == "cut out":
        pixels = degradations.cut_out(premultiplied, matte, random)
    else:
        pixels = cv2.cvtColor(premultiplied, cv2.COLOR_mRGBA2RGBA)
    if random.random() < _COLOR_SHIFTED:
        pixels = degradations.color_shifted(pixels, random)
    if edges == "cut out" and random.random() < _STENCIL:
        return encodings.as_stencil(pixels, random)
    kind = _drawn(_TRANSPARENT_FILES, random)
    if kind == "webp":
        return encodings.as_webp(pixels, random, lossless=0.4)
    return encodings.as_png(pixels) if kind == "png" else encodings.as_palette_png(pixels, random)


def _opaque_file(pixels: Pixels, random: Random) -> bytes:
    if random.random() < _COLOR_SHIFTED:
        pixels = degradations.color_shifted(pixels, random)
    focus = _drawn(_FOCUS, random)
    if focus == "unfocused":
        pixels = degradations.unfocused(pixels, random)
    elif focus == "sharpened":
        pixels = degradations.sharpened(pixels, random)
    elif focus == "noisy":
        pixels = degradations.noisy(pixels, random)
    if random.random() < _SAVED_BEFORE:
        pixels = encodings.saved_before(pixels, random)
    kind = _drawn(_OPAQUE_FILES, random)
    if kind == "jpeg":
        return encodings.as_jpeg(pixels, random)
    if kind == "webp":
        return encodings.as_webp(pixels, random, lossless=0.1)
    if kind == "palette":
        return encodings.as_palette_png(pixels, random)
    return encodings.as_png(pixels) if kind == "png" else encodings.as_gif(pixels, random)
