"""Pixels and a strategy to one SVG document: find colours, enlarge, trace, fit curves, write."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.vectorize.curves import Outline, fit_outline
from hybrid_logo.vectorize.document import Fill, Painted, document, units_per_pixel
from hybrid_logo.vectorize.enlarging import enlarge, has_hard_edges
from hybrid_logo.vectorize.mixing import share_out
from hybrid_logo.vectorize.noise import has_hard_outline
from hybrid_logo.vectorize.outlines import Area, trace
from hybrid_logo.vectorize.snapping import Floats, find_flat_colors, premultiplied
from hybrid_logo.vectorize.strategies import RANGES, Strategy

__all__ = ["convert_flat"]

LARGEST_SIDE_PX = 1024
"""Pictures with a longer side are made smaller before they are traced."""
TRACED_SIDE_PX = 1024
"""Pictures are enlarged to about that."""
LARGEST_SCALE = 6
SMALLEST_SCALE = 2
PADDING = 2
"""Pixels of page around the picture, so that an edge on its border is an edge like others."""
CLEAR, OPAQUE = 16, 240
"""Alpha below which nothing is painted, and from which a colour is opaque."""
MOST_OUTLINES = 4000
"""Of a picture that is not made again, coarser: more would be texture."""
ROUGH_NOISE = 4.0
"""Levels of noise above which edges are taken for rough."""
ROUGH_TOLERANCE = 1.8
"""Times that curves may be further off rough edges."""
COARSER = 3
"""Times that a document which is too long is made again."""


def convert_flat(pixels: NDArray[np.uint8], strategy: Strategy, noise: float, size: tuple[int, int]) -> str:
    """Paint a picture with flat colours.

    Args:
        pixels: ``uint8[H, W, 4]``, RGBA with straight alpha.
        strategy: how.
        noise: levels by which pixels of one area may differ, as ``noise.noise_of`` tells.
        size: width and height of the document.

    Raises:
        MissingExtraError: vtracer is not installed.
    """
    for left in reversed(range(COARSER)):
        svg = _converted(pixels, strategy, noise, size, MOST_OUTLINES if left else None)
        if svg is not None and len(svg) <= strategy.most_bytes:
            break
        strategy = _coarser(strategy)
    assert svg is not None
    return svg


def _coarser(strategy: Strategy) -> Strategy:
    return replace(
        strategy,
        most_colors=min(strategy.most_colors, max(8, strategy.most_colors // 2)),
        colors_apart=min(1.5 * strategy.colors_apart, RANGES["colors_apart"][1]),
        smallest_area_px=min(2.0 * max(strategy.smallest_area_px, 0.5), RANGES["smallest_area_px"][1]),
        tolerance_px=min(1.5 * strategy.tolerance_px, RANGES["tolerance_px"][1]),
    )


def _converted(
    pixels: NDArray[np.uint8], strategy: Strategy, noise: float, size: tuple[int, int], most: int | None
) -> str | None:
    """The document; None where it would have more than ``most`` outlines."""
    smaller = min(1.0, LARGEST_SIDE_PX / max(pixels.shape[:2]))
    colors = premultiplied(pixels)
    if smaller < 1:
        reduced = [max(4, round(side * smaller)) for side in pixels.shape[1::-1]]
        colors = np.asarray(cv2.resize(colors, reduced, interpolation=cv2.INTER_AREA))
    height, width = colors.shape[:2]
    clear = float(colors[..., 3].min()) < 250
    hard = has_hard_outline(pixels[..., 3])
    frame = ((PADDING, PADDING), (PADDING, PADDING), (0, 0))
    colors = np.pad(colors, frame, mode="constant" if clear else "edge")
    palette = find_flat_colors(
        colors,
        noise=noise,
        apart=strategy.colors_apart * (1 + (noise - 2.0) / 12.0),
        most=strategy.most_colors,
        smallest=max(4, round((4e-4 if noise > ROUGH_NOISE else 2e-4) * height * width)),
        thin=not hard,  # the colours along a hard outline have the page of before in them
    )
    scale = max(SMALLEST_SCALE, min(LARGEST_SCALE, round(TRACED_SIDE_PX / max(height, width))))
    shares = share_out(colors, palette, noise=noise)
    rough = noise > ROUGH_NOISE or hard or has_hard_edges(shares)
    areas = enlarge(shares, len(palette), scale, sharpness=strategy.sharpness, rough=rough)
    if not clear:
        areas = np.ascontiguousarray(
            areas[PADDING * scale : -PADDING * scale, PADDING * scale : -PADDING * scale]
        )
    speckle = min(128, round(strategy.smallest_area_px * scale * (1.5 if rough else 1.0)))
    traced = _layers(areas, palette, speckle)
    if most is not None and sum(len(area.outlines) for area in traced) > most:
        return None
    offset = PADDING * scale if clear else 0
    stretch = (size[0] / width, size[1] / height)
    units = units_per_pixel(*size)

    def fitted(area: Area) -> list[Outline]:
        return [
            fit_outline(
                outline - offset,
                scale,
                tolerance=strategy.tolerance_px * (ROUGH_TOLERANCE if rough else 1.0),
                corner_angle=strategy.corner_degrees,
                stretch=stretch,
            )
            for outline in area.outlines
        ]

    fills = [_fill(color) for color in palette]
    painted: list[Painted] = [(fills[area.color], fitted(area)) for area in traced]
    return document(painted, *size, units)


def _layers(areas: NDArray[np.uint8], palette: Floats, speckle: int) -> list[Area]:
    """What is half transparent is traced first and apart, for it must not lie on anything."""
    alpha = palette[:, 3]
    clear = frozenset(np.flatnonzero(alpha < CLEAR).tolist())
    half = frozenset(np.flatnonzero((alpha >= CLEAR) & (alpha < OPAQUE)).tolist())
    opaque = trace(areas, clear | half, speckle)
    if not half:
        return opaque
    others = frozenset(range(len(palette))) - half
    return trace(areas, others, speckle, stacked=False) + opaque


def _fill(color: Floats) -> Fill:
    alpha = float(color[3])
    red, green, blue = np.clip(np.rint(color[:3] * (255 / max(alpha, 1.0))), 0, 255).astype(int).tolist()
    return red, green, blue, 255 if alpha >= OPAQUE else round(alpha)
