"""The intermediate images that several features share; mirrors ``hybrid_logo.features.planes``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hybrid_logo.export.graph.ink import Prepared
from hybrid_logo.export.graph.planar import (
    FAR,
    box_of,
    count,
    dilated,
    eroded,
    histogram,
    joined,
    largest,
    where,
)
from hybrid_logo.export.graph.resizing import halved
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.features import planes

__all__ = ["Planes", "build_planes", "color_histogram", "find_local_range", "gray", "sampled"]

LUMA = (9798, 19235, 3735)
"""Weights of R, G and B in OpenCV's luma, in 15 bits."""


@dataclass(frozen=True, slots=True)
class Planes:
    """Images of one picture: planes ``[1, 1, h, w]`` unless said; the fields of the original.

    ``drawn`` has the ink without a plain tile under it. ``float32[1]``: ``tile_share`` and the numbers of
    pixels, of which ``box_pixels`` are those of the ink's box. ``range_counts`` is ``float32[256]``,
    ``flat_colors`` ``float32[4096]``, ``half`` ``[1, 3, h/2, w/2]``.
    """

    prepared: Prepared
    gray: Tensor
    ink: Tensor
    ink_pixels: Tensor
    box_pixels: Tensor
    interior: Tensor
    range_counts: Tensor
    flat: Tensor
    flat_colors: Tensor
    drawn: Tensor
    tile_share: Tensor
    half: Tensor
    half_ink: Tensor
    half_ink_pixels: Tensor


def build_planes(prepared: Prepared) -> Planes:
    """Compute the planes of a picture."""
    rgb, ink = prepared.thumbnail, prepared.ink
    ink_pixels = count(ink)
    interior = eroded(ink, 5)
    local_range = find_local_range(rgb).named("local_range")
    too_thin = count(interior) < (ink_pixels.to(np.float64) * 0.05).to(np.float32)
    flat = (local_range <= prepared.facts.flat_limit).to(np.float32) * ink
    half, half_ink = halved(rgb).named("half"), sampled(ink)
    half_ink_pixels = largest(count(half_ink), 1.0)
    flat_colors = color_histogram(half, sampled(flat)) / half_ink_pixels
    box_pixels = _box_area(ink)
    drawn, tile_share = _without_tile(rgb, ink, ink_pixels, box_pixels, interior, flat_colors)
    return Planes(
        prepared=prepared,
        gray=gray(rgb),
        ink=ink,
        ink_pixels=ink_pixels,
        box_pixels=box_pixels,
        interior=interior.named("interior"),
        range_counts=histogram(local_range, where(too_thin, ink, interior), 256),
        flat=flat.named("flat"),
        flat_colors=flat_colors.named("flat_colors"),
        drawn=drawn.named("drawn"),
        tile_share=tile_share,
        half=half,
        half_ink=half_ink,
        half_ink_pixels=half_ink_pixels,
    )


def gray(rgb: Tensor) -> Tensor:
    """Luma of ``[1, 3, h, w]``, as OpenCV rounds it."""
    weights = rgb.builder.constant(np.array(LUMA, np.float32).reshape(1, 3, 1, 1))
    return (((rgb * weights).sum((1,), keep=True) + 2.0**14) / 2.0**15).floor()


def find_local_range(rgb: Tensor) -> Tensor:
    """Largest difference within 3 x 3 pixels, over the channels, in levels."""
    return (dilated(rgb, 3) + dilated(-rgb, 3)).max((1,), keep=True)


def color_histogram(rgb: Tensor, mask: Tensor) -> Tensor:
    """``float32[4096]``: pixels of ``mask`` per bin of the upper four bits of each channel."""
    places = rgb.builder.constant(np.array([256, 16, 1], np.float32).reshape(1, 3, 1, 1))
    bins = ((rgb / 16.0).floor() * places).sum((1,), keep=True)
    return histogram(bins, mask, planes.COLOR_BINS**3)


def sampled(plane: Tensor) -> Tensor:
    """Every second pixel of every second row, as many as the half-size thumbnail has."""
    return plane.slice([2, 3], [1, 1], [FAR] * 2, [2, 2])


def _box_area(mask: Tensor) -> Tensor:
    """``float32[1]``, pixels of the box of a mask that is not empty."""
    box = box_of(mask.max((0, 1, 3)), mask.max((0, 1, 2)))
    return (box.width * box.height).to(np.float32)


def _without_tile(
    rgb: Tensor, ink: Tensor, ink_pixels: Tensor, box_pixels: Tensor, interior: Tensor, flat_colors: Tensor
) -> tuple[Tensor, Tensor]:
    """The ink without its tile, and the tile's share of the ink."""
    top = flat_colors.op("ArgMax", dtype=np.int64, axis=0, keepdims=1)
    levels = _bin_along_channels(top) * 16.0 + 8.0
    near = abs(rgb - levels).max((1,), keep=True) <= float(planes.TILE_TOLERANCE)
    tile = near.to(np.float32) * ink
    tile_pixels = count(tile)
    outline = ink - eroded(ink, 3)
    drawn = interior - tile * interior
    is_tile = _all_at_least(
        (ink_pixels, planes.TILE_FILL, box_pixels),
        (tile_pixels, planes.TILE_SHARE, ink_pixels),
        (count(dilated(tile, 5) * outline), planes.TILE_OUTLINE_SHARE, count(outline)),
        (count(drawn), planes.TILE_DRAWING, ink_pixels),
    )
    # A colour may be split over two bins.
    is_tile &= flat_colors.max((0,), keep=True) >= 0.5 * planes.TILE_SHARE
    return where(is_tile, drawn, ink), where(is_tile, tile_pixels / ink_pixels, 0.0)


def _bin_along_channels(top: Tensor) -> Tensor:
    """``float32[1, 3, 1, 1]``, place of a colour's bin along each channel."""
    bins = joined(top / 256, (top / 16).op("Mod", 16), top.op("Mod", 16))
    return bins.to(np.float32).reshape(1, 3, 1, 1)


def _all_at_least(*conditions: tuple[Tensor, float, Tensor]) -> Tensor:
    """Whether every part is at least that share of its whole, in double precision as Python has it."""
    parts, shares, wholes = zip(*conditions, strict=True)
    hold = joined(*parts).to(np.float64) >= joined(*wholes).to(np.float64) * np.array(shares)
    return hold.to(np.float32).min((0,), keep=True) > 0.0
