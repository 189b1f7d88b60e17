"""Lines and dots too thin to have a seed: they show a part of their colour, over what lies around."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from hybrid_logo.vectorize.gradients.claims import REACH_PX, Claims, disc
from hybrid_logo.vectorize.gradients.enlarged import Enlarged, Pixels
from hybrid_logo.vectorize.gradients.fills import Fill, fit_fill
from hybrid_logo.vectorize.gradients.seeds import BAD_FIT

__all__ = ["Core", "find_cores", "settle"]

UNEXPLAINED = 14.0
"""Distance in levels from the best fill from which a pixel is not explained by it."""
CALM = 0.55
"""Slope of a pixel that is not on a border, at most, in shares of its distance from the best fill."""
SMALLEST_PX = 0.2
FAINTEST = 0.15
"""Share of its colour that a thin line must show somewhere."""
FULLEST = 1.1
RIDGE = 0.9
FLAT_LINE = 12.0
"""Mean error in levels up to which a thin line is of one colour: what varies is how much of it is seen."""


@dataclass(frozen=True, slots=True, eq=False)
class Core:
    """Calm pixels that no fill explains.

    Attributes:
        window: rows and columns of the enlarged picture.
        mask: ``bool``, which pixels of the window.
    """

    window: tuple[slice, slice]
    mask: Pixels


def find_cores(picture: Enlarged, best: Pixels, slope: Pixels) -> list[Core]:
    """Cores, those farthest from any fill first, so that the fullest colour of thin lines is found first."""
    core = (best > UNEXPLAINED + 3 * picture.noise) & (slope < CALM * np.minimum(best, 255))
    count, found, stats, _ = cv2.connectedComponentsWithStats(
        core.astype(np.uint8), connectivity=8, ltype=cv2.CV_32S
    )
    fewest = max(2, round(SMALLEST_PX * picture.scale**2))
    cores = []
    for number in range(1, count):
        left, top, width, height, area = stats[number].tolist()
        if area >= fewest:
            window = slice(top, top + height), slice(left, left + width)
            mask = found[window] == number
            cores.append((-float(best[window][mask].max()), Core(window, mask)))
    return [core for _, core in sorted(cores, key=lambda pair: pair[0])]


def settle(core: Core, claims: Claims) -> None:
    """Make a core an area, in place.

    Where its colours are a mixture of a known fill and what lies around, it is a thin part of that fill;
    else it gets a fill of its own.
    """
    scale = claims.picture.scale
    pad = round(REACH_PX / 2 * scale)
    sizes = zip(core.window, claims.seeds.shape, strict=True)
    window = tuple(slice(max(0, part.start - pad), min(size, part.stop + pad)) for part, size in sizes)
    inside = np.zeros([part.stop - part.start for part in window], bool)
    top, left = (part.start - outer.start for part, outer in zip(core.window, window, strict=True))
    inside[top : top + core.mask.shape[0], left : left + core.mask.shape[1]] = core.mask
    y, x = np.mgrid[window] + 0.5
    # Parts of the maps, which are written through.
    colors, best, labels = claims.picture.large[window], claims.best[window], claims.labels[window]
    fills = claims.fills
    inside &= best > UNEXPLAINED
    if not inside.any():
        return  # a core beside this one has explained it
    near = cv2.dilate(inside.astype(np.uint8), disc(pad)) > 0
    below = _most_common(labels[inside])
    if below < 0:
        below = _most_common(labels[near])
    number = len(fills)
    if below >= 0:
        known = set(np.unique(labels[near]).tolist())
        number = _mixed_with(fills, below, known, x[inside], y[inside], colors[inside])
    around = np.ones((2 * scale + 1, 2 * scale + 1), np.uint8)
    if number == len(fills):
        fills.append(_fullest(x, y, colors, np.where(inside, best, 0), around))
    color = fills[number].at(x, y)
    if below < 0:
        better = near & (np.sqrt(((colors - color) ** 2).sum(axis=2)) < best)
    else:
        share = _share(colors, fills[below].at(x, y), color)
        # Where a thin line shows p of its colour at most, its width is met at p (1 - p / 2).
        most = cv2.dilate(np.clip(share, 0, 1).astype(np.float32), around)
        free = np.isin(labels, (below, number, -1)) | (best > UNEXPLAINED)
        better = near & free & (most > FAINTEST) & (share >= most * (1 - most / 2))
    best[better | inside] = 0
    labels[better] = number
    claims.seeds[window][inside & better] = number + 1


def _fullest(x: Pixels, y: Pixels, colors: Pixels, unlike: Pixels, around: Pixels) -> Fill:
    """The fill of a thin line: it is fullest along its ridge, and where it is thickest."""
    ridge = (unlike > 0) & (unlike >= RIDGE * cv2.dilate(unlike, around))
    fill = fit_fill(x[ridge], y[ridge], colors[ridge].astype(np.float64), FLAT_LINE)
    if fill.error <= BAD_FIT:
        return fill
    peak = unlike >= RIDGE * unlike.max()
    return fit_fill(x[peak], y[peak], colors[peak].astype(np.float64), FLAT_LINE)


def _mixed_with(fills: list[Fill], below: int, near: set[int], x: Pixels, y: Pixels, colors: Pixels) -> int:
    """The fill that makes these colours when laid over the ground in part, else the number of a new one."""
    found, full = len(fills), FAINTEST
    ground = fills[below].at(x, y)
    for number, fill in enumerate(fills):
        if number == below or (fill.kind != "flat" and number not in near):
            continue
        color = fill.at(x, y)
        share = _share(colors, ground, color)
        away = np.sqrt(((colors - ground - share[:, None] * (color - ground)) ** 2).sum(axis=1)).mean()
        shown = float(np.quantile(share, 0.9))
        # Of several, the one that is shown most fully invents least.
        if away < UNEXPLAINED and full < shown <= FULLEST:
            found, full = number, shown
    return found


def _share(colors: Pixels, ground: Pixels, color: Pixels) -> Pixels:
    """How much of ``color`` lies over ``ground``, by the nearest mixture of both."""
    step = color - ground
    return np.asarray(((colors - ground) * step).sum(axis=-1) / np.maximum((step**2).sum(axis=-1), 1.0))


def _most_common(numbers: Pixels) -> int:
    return int(np.bincount(numbers + 1).argmax()) - 1
