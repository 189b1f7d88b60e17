"""How much of which flat colour a pixel shows: anti-aliasing undone.

A pixel on an edge lies on the line between the two colours that meet, and the place on that line is the
share of its area that each covers. To keep shares, instead of snapping each pixel to the nearest colour,
keeps edges where they are and leaves no slivers of a third colour between two.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.vectorize.snapping import Floats

__all__ = ["Shares", "share_out"]

SAME = 6.0
"""Levels, besides the noise, within which a pixel has a colour; a mixture may be off by somewhat more."""
MIXED = 10.0
MOST_TRIED = 2e7
"""Mixtures that are tried; only pictures that are all texture have more."""
FEW = 2
"""Colours without areas that may mix all over the picture; more of them only where they are near."""
EDGE_SHARE = 0.4
"""Of the way between two colours, that the pixels around a mixture of them must span."""
PURE_SHARE = 0.1
"""A pixel in the colour of a far area is a mixture where two near colours cover it by more than that."""

_SQUARE = np.ones((3, 3), np.uint8)
_NEAR = np.ones((5, 5), np.uint8)

Places = tuple[NDArray[np.intp], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Each pixel as a mixture of at most two colours.

    Attributes:
        first, second: ``uint8[H, W]``, indices of colours.
        share: ``float32[H, W]``, how much of the pixel the first covers, 0-1.
    """

    first: NDArray[np.uint8]
    second: NDArray[np.uint8]
    share: Floats


def share_out(colors: Floats, palette: Floats, *, noise: float) -> Shares:
    """Say for each pixel which two colours of ``palette`` it mixes, and how.

    Only colours that areas nearby are painted with may mix, besides those that no area is painted with.

    Args:
        colors: premultiplied ``float32[H, W, 4]``.
        palette: premultiplied ``float32[K, 4]``, at most 255.
        noise: levels by which pixels of one area may differ.
    """
    nearest, distance = _nearest(colors, palette)
    close = distance <= (SAME + noise) ** 2
    planes = [((nearest == index) & close).astype(np.uint8) for index in range(len(palette))]
    cores = [cv2.dilate(cv2.erode(plane, _SQUARE), _SQUARE) for plane in planes]
    solid = np.array([core.any() for core in cores])
    shares = Shares(nearest, nearest.copy(), np.ones(nearest.shape, np.float32))

    places = np.nonzero(~close)
    mixed = colors[places]
    spread = (cv2.dilate(colors, _NEAR) - cv2.erode(colors, _NEAR)).max(axis=2)
    near = np.stack([cv2.dilate(plane, _NEAR)[places] > 0 for plane in planes])
    near[~solid] = False
    # What is half transparent mixes the page, however far that is along a shallow edge.
    near[palette[:, 3] < 8] |= mixed[:, 3] < 250
    # A pixel that lies as near to one colour as to any line keeps that colour.
    off = distance[places] - 4.0
    _mix(shares, mixed, palette, places, near, off, spread[places])
    if not solid.all():  # colours without areas may mix where those with areas explain nothing
        thin = np.flatnonzero(~solid)
        for index in thin:  # the ink of fine print shows nowhere in full, so that it may be meant anywhere
            near[index] = len(thin) <= FEW or cv2.dilate(planes[index], _NEAR)[places] > 0
        near[:, off <= (MIXED + noise) ** 2] = False
        _mix(shares, mixed, palette, places, near, off, spread[places])

    # What has the colour of an area far away, between two others that mix to it, is an edge of these.
    inside = np.max(cores, axis=0) > 0
    places = np.nonzero(close & ~inside & solid[nearest])
    near = np.stack([cv2.dilate(core, _NEAR)[places] > 0 for core in cores])
    near[nearest[places], np.arange(len(places[0]))] = False
    off = np.full(len(places[0]), (SAME + noise) ** 2, np.float32)
    _mix(shares, colors[places], palette, places, near, off, spread[places], pure=PURE_SHARE)
    return shares


def _nearest(colors: Floats, palette: Floats) -> tuple[NDArray[np.uint8], Floats]:
    """Index of the nearest colour, ``uint8[H, W]``, and the square of its distance."""
    nearest = np.zeros(colors.shape[:2], np.uint8)
    distance = np.full(colors.shape[:2], np.inf, np.float32)
    for index, color in enumerate(palette):
        apart = ((colors - color) ** 2).sum(2)
        nearest[apart < distance] = index
        np.minimum(distance, apart, out=distance)
    return nearest, distance


def _mix(
    shares: Shares,
    mixed: Floats,
    palette: Floats,
    places: Places,
    near: NDArray[np.bool_],
    off: Floats,
    spread: Floats,
    pure: float = 0.0,
) -> None:
    """Find for each pixel the pair of near colours on whose line it lies best.

    Args:
        shares: changed in place.
        mixed: ``float32[N, 4]``, the pixels.
        palette: ``float32[K, 4]``.
        places: rows and columns of the pixels.
        near: ``bool[K, N]``, which colours may mix to which pixel.
        off: ``float32[N]``, square of the distance from a line that must be undercut; changed in place.
        spread: ``float32[N]``, levels between the pixels around; a ramp has too little to be an edge.
        pure: a pixel of which one colour covers less than that is left as it is.
    """
    for one, other in _pairs(near):
        here = np.flatnonzero(near[one] & near[other])
        line = palette[other] - palette[one]
        offset = mixed[here] - palette[one]
        along = np.clip(offset @ line / max(float(line @ line), 1e-6), 0, 1)
        found = ((offset - along[:, None] * line) ** 2).sum(1)
        better = (found < off[here]) & (spread[here] >= EDGE_SHARE * np.abs(line).max())
        if pure:
            better &= (along > pure) & (along < 1 - pure)
        chosen = here[better]
        off[chosen] = found[better]
        rows, columns = places[0][chosen], places[1][chosen]
        shares.first[rows, columns], shares.second[rows, columns] = one, other
        shares.share[rows, columns] = 1.0 - along[better]


def _pairs(near: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Colours that are near the same pixels, the most frequent pairs first, as many as can be afforded."""
    floats = near.astype(np.float32)
    counts = np.triu(floats @ floats.T, 1)
    ones, others = np.nonzero(counts)
    together = counts[ones, others]
    order = np.argsort(-together, kind="stable")
    order = order[np.cumsum(together[order]) <= MOST_TRIED]
    return list(zip(ones[order].tolist(), others[order].tolist(), strict=True))
