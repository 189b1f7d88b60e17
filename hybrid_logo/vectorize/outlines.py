"""Areas to outlines: VTracer finds the areas of a map of colours and stacks them, the largest below.

Stacked areas reach under what lies on them, so that no seam is left between two that touch, and each edge is
traced once. VTracer's own curves are not used: its outlines along pixels are fitted by :mod:`curves`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import MissingExtraError

__all__ = ["MOST_COLORS", "Area", "trace"]

MOST_COLORS = 255
"""Each colour of the map is shown to VTracer as a colour of its own, far from the others."""

FRAME = 4
"""Transparent pixels around the map, without which VTracer may not take transparency for the page."""

_PATH = re.compile(r'<path d="([^"]*)" fill="#([0-9A-F]{6})" transform="translate\((-?\d+),(-?\d+)\)"/>')


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """One connected area.

    Attributes:
        color: index into the colours of the map.
        outlines: ``int64[N, 2]`` each, corners (x, y) of a closed walk along pixel edges; holes run the
            other way round.
    """

    color: int
    outlines: tuple[NDArray[np.int64], ...]


def trace(
    colors: NDArray[np.uint8], page: frozenset[int], speckle: int, *, stacked: bool = True
) -> list[Area]:
    """Areas of one colour, in the order in which they are painted.

    Args:
        colors: ``uint8[H, W]``, index of the colour of each pixel.
        page: colours that are left unpainted.
        speckle: areas of up to about its square in pixels go to the neighbour, 0-128.
        stacked: let areas reach under those that lie on them; else they end where the others begin.

    Raises:
        MissingExtraError: vtracer is not installed.
    """
    try:
        import vtracer
    except ImportError:
        raise MissingExtraError(
            "Tracing needs vtracer. Install it with: pip install 'hybrid-logo[svg]'"
        ) from None
    if not 0 <= speckle <= 128:
        raise ValueError(f"speckle must lie in 0-128, not {speckle}")
    shown = _far_apart()
    painted = np.dstack([shown[colors], np.full(colors.shape, 255, np.uint8)])
    painted[np.isin(colors, list(page))] = 0
    framed = np.pad(painted, ((FRAME, FRAME), (FRAME, FRAME), (0, 0)))
    data = cv2.imencode(".png", framed, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
    text = vtracer.convert_raw_image_to_svg(
        data,
        img_format="png",
        colormode="color",
        hierarchical="stacked" if stacked else "cutout",
        mode="none",
        filter_speckle=speckle,
        color_precision=8,
        layer_difference=1,
        path_precision=0,
    )
    used = np.setdiff1d(colors, list(page))
    return [_area(match, used, shown[used]) for match in _PATH.finditer(text)]


def _far_apart() -> NDArray[Any]:
    """``uint8[256, 3]`` BGR: 256 colours that differ by at least 32 levels in one channel."""
    number = np.arange(256)
    # Neighbours in the order of the palette stay alike in one channel, whatever the rest of them do.
    return np.stack([(number % 4) * 85, (number // 4 % 8) * 36, (number // 32) * 36], axis=1).astype(np.uint8)


def _area(match: re.Match[str], used: NDArray[np.uint8], shown: NDArray[Any]) -> Area:
    fill = int(match[2], 16)
    bgr = np.array([fill & 255, fill >> 8 & 255, fill >> 16])
    # Speckles that joined the area have a small part in its fill.
    color = int(used[np.abs(shown.astype(np.int64) - bgr).sum(1).argmin()])
    offset = np.array([int(match[3]), int(match[4])]) - FRAME
    loops = []
    for part in match[1].split("Z"):
        numbers = np.array(re.findall(r"-?\d+", part), np.int64)
        if numbers.size >= 8:
            loops.append(numbers.reshape(-1, 2) + offset)
    return Area(color, tuple(loops))
