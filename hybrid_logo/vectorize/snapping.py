"""The flat colours that a picture is painted with.

Colours are premultiplied RGBA throughout, since edges blend them linearly there: a pixel on an edge lies on
the line between the two colours that meet.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "find_flat_colors", "premultiplied"]

Floats: TypeAlias = NDArray[Any]
"""``float32``; OpenCV's type hints do not carry the element type."""

MOST_BINS = 2048
"""Colours that are looked at one after the other, the most frequent first."""
MOST_SAMPLES = 3000
"""Pixels on edges that are asked which colours explain them."""
CANDIDATES = 24
"""Colours that are tried for what no mixture explains."""
THIN_SHARE = 0.02
"""Of the pixels on edges, that a colour without areas must explain."""
FAR = 48.0
"""Levels from all mixtures, beyond which a few pixels prove a colour."""
RAMP = 20.0
"""Levels between neighbours up to which a pixel belongs to a ramp; along most edges they differ by more."""
AREA_SHARE = 0.25
"""Of the pixels that a colour must explain, those within areas; the others lie along their edges."""
VEIL = (16, 240)
"""Alpha of what is neither clear nor opaque."""
_SQUARE = np.ones((3, 3), np.uint8)
_WIDE = np.ones((5, 5), np.uint8)


def premultiplied(pixels: NDArray[np.uint8]) -> Floats:
    """``uint8[H, W, 4]`` RGBA with straight alpha as ``float32[H, W, 4]``, colours times alpha, 0-255."""
    floats = pixels.astype(np.float32)
    floats[..., :3] *= floats[..., 3:] / 255.0
    return floats


def _likeness(colors: Floats) -> Floats:
    """``float32[N, 6]``: Lab of premultiplied ``float32[N, 4]`` on a white and on a black page.

    Two colours are as far apart as they look on the page where they differ more.
    """
    rest = 255.0 - colors[:, 3:]
    pages = np.stack([colors[:, :3] + rest, colors[:, :3]]).astype(np.float32) / 255.0
    lab = np.asarray(cv2.cvtColor(np.clip(pages, 0, 1), cv2.COLOR_RGB2LAB))
    return np.concatenate([lab[0], lab[1]], axis=1)


def _apart(one: Floats, others: Floats) -> Floats:
    """How far ``_likeness`` ``[6]`` lies from each of ``[N, 6]``, in units of Lab."""
    squares = (others - one) ** 2
    return np.asarray(np.sqrt(np.maximum(squares[:, :3].sum(1), squares[:, 3:].sum(1))))


def find_flat_colors(
    colors: Floats, *, noise: float, apart: float, most: int, smallest: int, thin: bool = True
) -> Floats:
    """The colours that areas are painted with, the most frequent first.

    Colours of areas come first: pixels that look like their eight neighbours, gathered by likeness. Lines
    may be too thin to have such pixels. So of the pixels that no mixture of two found colours explains, the
    colour that would explain most of them is added, as long as it explains enough.

    Args:
        colors: premultiplied ``float32[H, W, 4]``.
        noise: levels by which pixels of one area may differ.
        apart: distance in Lab below which two colours are one.
        most: colours at most, 2-255.
        smallest: pixels that a colour must explain.
        thin: look for colours of lines as well.

    Returns:
        premultiplied ``float32[K, 4]``, at least one.
    """
    spread = (cv2.dilate(colors, _SQUARE) - cv2.erode(colors, _SQUARE)).max(axis=2)
    flat = spread <= max(noise, float(np.quantile(spread, 0.1)))
    inside = max(2, round(AREA_SHARE * smallest))
    found = _gathered(colors[flat], apart=apart, most=most, smallest=inside)
    ramps = (spread <= RAMP) & ~flat
    if ramps.any():
        steps = _gathered(colors[ramps], apart=1.5 * apart, most=most, smallest=smallest)
        found = _with_new_colors(found, steps, 1.5 * apart)[:most]
    found = _without_narrow_veils(found, colors, noise)
    rest = colors[~flat]
    if not thin:
        return found
    return _with_thin_colors(found, rest, noise=noise, apart=apart, most=most, smallest=smallest)


def _without_narrow_veils(found: Floats, colors: Floats, noise: float) -> Floats:
    """``found`` without half transparent colours of narrow areas: these are edges that fill some pixels."""
    keep = []
    for color in found:
        veil = VEIL[0] <= color[3] < VEIL[1]
        there = np.abs(colors - color).max(axis=2) <= 6.0 + noise if veil else None
        keep.append(there is None or bool(cv2.erode(there.astype(np.uint8), _WIDE).any()))
    return found[keep] if any(keep) else found


def _with_new_colors(found: Floats, more: Floats, apart: float) -> Floats:
    """``found`` and those of ``more`` that lie ``apart`` from it."""
    looks = _likeness(found)
    new = [
        color for color, look in zip(more, _likeness(more), strict=True) if _apart(look, looks).min() >= apart
    ]
    return np.concatenate([found, np.stack(new)]) if new else found


def _gathered(pixels: Floats, *, apart: float, most: int, smallest: int) -> Floats:
    """Means of groups of like pixels ``[N, 4]``, the largest group first."""
    means, counts = _bins(pixels, shift=3)
    looks = _likeness(means)
    sums = np.zeros((most, 4), np.float64)
    sizes = np.zeros(most, np.float64)
    centres = np.zeros((most, 6), np.float32)
    used = 0
    for mean, count, look in zip(means, counts, looks, strict=True):
        if used:
            distances = _apart(look, centres[:used])
            nearest = int(distances.argmin())
            if distances[nearest] < apart or used == most:
                sums[nearest] += mean * count
                sizes[nearest] += count
                continue
        sums[used], sizes[used], centres[used] = mean * count, count, look
        used += 1
    keep = np.flatnonzero(sizes[:used] >= smallest)
    keep = keep if keep.size else np.array([int(sizes.argmax())])
    keep = keep[np.argsort(-sizes[keep], kind="stable")]
    return np.asarray(sums[keep] / sizes[keep, None], np.float32)


def _bins(pixels: Floats, shift: int) -> tuple[Floats, NDArray[np.int64]]:
    """Mean colour and pixels of the ``MOST_BINS`` fullest cells of colour space, the fullest first."""
    levels = np.clip(pixels, 0, 255).astype(np.int64) >> shift
    keys = ((levels[:, 0] << 24) | (levels[:, 1] << 16)) | ((levels[:, 2] << 8) | levels[:, 3])
    _, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(places, pixels[:, channel]) for channel in range(4)], axis=1)
    order = np.argsort(-counts, kind="stable")[:MOST_BINS]
    return np.asarray(sums[order] / counts[order, None], np.float32), counts[order]


def _with_thin_colors(
    found: Floats, rest: Floats, *, noise: float, apart: float, most: int, smallest: int
) -> Floats:
    """``found`` and the colours that explain what no mixture of two of them does."""
    step = max(1, len(rest) // MOST_SAMPLES)
    samples = rest[::step]
    few = max(2.0, smallest / step)
    enough = max(few, THIN_SHARE * len(samples))
    tolerance = 10.0 + noise
    unexplained = samples[_off_all(samples, found) > tolerance]
    while len(unexplained) >= few and len(found) < most:
        means, _ = _bins(unexplained, shift=4)
        beyond = np.argsort(-_distances(unexplained, found).min(1), kind="stable")[: CANDIDATES // 3]
        tried = np.concatenate([means[:CANDIDATES], unexplained[beyond]])
        offs = [_off_lines(unexplained, candidate, found) for candidate in tried]
        explained = np.array([np.count_nonzero(off <= tolerance) for off in offs])
        best = int(explained.argmax())
        needed = few if _off_all(tried[best : best + 1], found)[0] > FAR else enough
        if explained[best] < needed:
            break
        unexplained = unexplained[offs[best] > tolerance]
        thin = tried[best : best + 1] * (255.0 / max(8.0, tried[best, 3]))  # ink that is thin is opaque
        if _apart(_likeness(thin)[0], _likeness(found)).min() >= apart:
            found = np.concatenate([found, thin])
    return found


def _off_all(pixels: Floats, colors: Floats) -> Floats:
    """How far ``[N, 4]`` lies from the nearest mixture of two of ``colors``, in levels."""
    offs = [_off_lines(pixels, color, colors[number:]) for number, color in enumerate(colors)]
    return np.asarray(np.min(offs, axis=0))


def _distances(pixels: Floats, colors: Floats) -> Floats:
    """``float32[N, K]``, Euclidean, in levels."""
    return np.asarray(np.sqrt(((pixels[:, None] - colors[None]) ** 2).sum(2)))


def _off_lines(pixels: Floats, color: Floats, others: Floats) -> Floats:
    """How far ``[N, 4]`` lies from the nearest mixture of ``color`` and one of ``others``, in levels."""
    if not len(pixels):
        return np.zeros(0, np.float32)
    lines = others - color
    lengths = np.maximum((lines**2).sum(1), 1e-6)
    offset = pixels - color
    along = np.clip(offset @ lines.T / lengths, 0, 1)
    squares = (offset**2).sum(1)[:, None] - 2 * along * (offset @ lines.T) + along**2 * lengths
    return np.asarray(np.sqrt(np.maximum(squares, 0)).min(1))
