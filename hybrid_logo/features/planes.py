"""The intermediate images that several features share, computed once a picture.

All are plain tensor operations (differences, thresholds, pooling, histograms) on the thumbnail, so
that a graph on another device can repeat them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.picture import Picture

__all__ = ["Plane", "Planes", "build_planes", "color_histogram", "find_local_range", "sampled"]

Plane: TypeAlias = NDArray[Any]
"""``uint8`` everywhere; OpenCV's type hints do not carry the element type."""

COLOR_BINS = 16
"""Bins per channel: colours are told apart by their upper four bits."""
TILE_SHARE = 0.4
"""Share of the ink from which its commonest flat colour may be a tile."""
TILE_OUTLINE_SHARE = 0.7
"""Share of the ink's outline that a tile's colour must hold."""
TILE_FILL = 0.6
"""Share of its bounding box that ink with a tile fills at least; letters fill less."""
TILE_DRAWING = 0.03
"""Share of the ink that must be drawn on the tile; otherwise the colour is the drawing itself."""
TILE_TOLERANCE = 24
"""Levels around a tile's colour that still belong to it."""

SQUARE3 = np.ones((3, 3), np.uint8)
SQUARE5 = np.ones((5, 5), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """Images of one picture, all with the thumbnail's height and width, margin included.

    Attributes:
        picture: what was measured.
        gray: ``uint8[h, w]`` luma.
        ink: ``uint8[h, w]`` 0 or 1.
        ink_pixels: number of ink pixels, at least 1.
        interior: ``uint8[h, w]``, ink at least two pixels away from the page.
        local_range: ``uint8[h, w]``, largest difference within 3 x 3 pixels, over the channels.
        range_counts: ``float32[256]``, interior pixels per local range; of the ink where strokes are too
            thin to have an interior.
        flat_limit: local range up to which a pixel counts as flat in this file, in levels.
        flat: ``uint8[h, w]``, flat ink.
        flat_colors: ``float32[4096]``, share of the half-size ink per colour bin (upper four bits of
            R, G, B), flat pixels only.
        drawn: ``uint8[h, w]``, the ink without a plain tile under it.
        tile_share: share of the ink that is a plain tile, 0 where there is none.
        half: ``uint8[h/2, w/2, 3]``, the thumbnail at half its size.
        half_gray: ``uint8[h/2, w/2]`` its luma.
        half_ink: ``uint8[h/2, w/2]`` its ink.
        half_ink_pixels: number of its ink pixels, at least 1.
    """

    picture: Picture
    gray: Plane
    ink: Plane
    ink_pixels: int
    interior: Plane
    local_range: Plane
    range_counts: NDArray[np.float32]
    flat_limit: int
    flat: Plane
    flat_colors: NDArray[np.float32]
    drawn: Plane
    tile_share: float
    half: Plane
    half_gray: Plane
    half_ink: Plane
    half_ink_pixels: int


def build_planes(picture: Picture) -> Planes:
    """Compute the planes of ``picture``."""
    rgb, ink = picture.thumbnail, picture.ink
    ink_pixels = max(1, cv2.countNonZero(ink))
    interior = cv2.erode(ink, SQUARE5)
    local_range = find_local_range(rgb)
    range_counts = _histogram(local_range, interior)
    if range_counts.sum() < 0.05 * ink_pixels:
        range_counts = _histogram(local_range, ink)
    flat_limit = _flat_limit(picture)
    flat = cv2.bitwise_and(cv2.threshold(local_range, flat_limit, 1, cv2.THRESH_BINARY_INV)[1], ink)
    height, width = ink.shape
    half_size = (width // 2, height // 2)
    half = cv2.resize(rgb[: half_size[1] * 2, : half_size[0] * 2], half_size, interpolation=cv2.INTER_AREA)
    half_ink = sampled(ink)
    half_ink_pixels = max(1, cv2.countNonZero(half_ink))
    flat_colors = color_histogram(half, sampled(flat)) / np.float32(half_ink_pixels)
    drawn, tile_share = _without_tile(rgb, ink, ink_pixels, interior, flat_colors)
    return Planes(
        picture=picture,
        gray=cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY),
        ink=ink,
        ink_pixels=ink_pixels,
        interior=interior,
        local_range=local_range,
        range_counts=range_counts,
        flat_limit=flat_limit,
        flat=flat,
        flat_colors=flat_colors,
        drawn=drawn,
        tile_share=tile_share,
        half=half,
        half_gray=cv2.cvtColor(half, cv2.COLOR_RGB2GRAY),
        half_ink=half_ink,
        half_ink_pixels=half_ink_pixels,
    )


def find_local_range(rgb: Plane) -> Plane:
    """``uint8[h, w]``: largest difference within 3 x 3 pixels, over the channels, in levels."""
    red, green, blue = cv2.split(cv2.morphologyEx(rgb, cv2.MORPH_GRADIENT, SQUARE3))
    return cv2.max(cv2.max(red, green), blue)


def color_histogram(rgb: Plane, mask: Plane) -> NDArray[np.float32]:
    """``float32[4096]``: pixels of ``mask`` per bin of the upper four bits of each channel."""
    bins = [COLOR_BINS] * 3
    counts = cv2.calcHist([rgb], [0, 1, 2], mask, bins, [0, 256, 0, 256, 0, 256])
    return np.asarray(counts, np.float32).ravel()


def sampled(plane: Plane) -> Plane:
    """Every second pixel of every second row, as many as the half-size thumbnail has."""
    height, width = plane.shape[0] // 2, plane.shape[1] // 2
    return plane[1 : 2 * height : 2, 1 : 2 * width : 2].copy()


def _histogram(plane: Plane, mask: Plane) -> NDArray[np.float32]:
    return np.asarray(cv2.calcHist([plane], [0], mask, [256], [0, 256]), np.float32).ravel()


def _flat_limit(picture: Picture) -> int:
    """Levels that compression adds to a flat area; smaller thumbnails average them away."""
    quality = picture.facts.jpeg_quality
    if quality is None:
        return 6 if picture.facts.format == "webp" else 2
    return int(np.clip(round(2 + (100 - quality) * 0.2), 3, 12))


def _without_tile(
    rgb: Plane, ink: Plane, ink_pixels: int, interior: Plane, flat_colors: NDArray[np.float32]
) -> tuple[Plane, float]:
    """The ink without its tile, and the tile's share of the ink."""
    top = int(flat_colors.argmax())
    _, _, width, height = cv2.boundingRect(ink)
    # A colour may be split over two bins.
    if flat_colors[top] < 0.5 * TILE_SHARE or ink_pixels < TILE_FILL * width * height:
        return ink, 0.0
    center = np.array([top // 256, top // 16 % 16, top % 16]) * 16 + 8
    low, high = np.maximum(center - TILE_TOLERANCE, 0), np.minimum(center + TILE_TOLERANCE, 255)
    tile = cv2.bitwise_and(cv2.inRange(rgb, tuple(low.tolist()), tuple(high.tolist())), ink)
    share = cv2.countNonZero(tile) / ink_pixels
    if share < TILE_SHARE:
        return ink, 0.0
    outline = cv2.subtract(ink, cv2.erode(ink, SQUARE3))
    # The outermost pixels are mixed with the page: ask their neighbours inwards.
    on_outline = cv2.countNonZero(cv2.bitwise_and(cv2.dilate(tile, SQUARE5), outline))
    if on_outline < TILE_OUTLINE_SHARE * cv2.countNonZero(outline):
        return ink, 0.0
    drawn = cv2.subtract(interior, cv2.bitwise_and(tile, interior))
    if cv2.countNonZero(drawn) < TILE_DRAWING * ink_pixels:
        return ink, 0.0
    return drawn, share
