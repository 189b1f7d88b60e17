"""Smooth colour ramps: steady first differences with almost no second difference.

A flat area has no difference, an edge a large one that does not last, a facet a step between flats.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from hybrid_logo.features.planes import SQUARE3, Plane, Planes

__all__ = ["Ramps", "find_ramps"]

TAP = 3
"""Distance in pixels between the three taps."""
FAINTEST = 3
"""Levels over two taps from which a difference is a ramp rather than noise."""
STEEPEST = 60
"""Levels over two taps from which a difference is an edge."""


@dataclass(frozen=True, slots=True)
class Ramps:
    """How much of the ink lies on ramps.

    Attributes:
        share: fraction of the ink on ramps at the thumbnail's scale, 0-1.
        coarse_share: the same at half the scale, which sees slower ramps and is deaf to noise.
        span: 16-level steps of luma that the coarse ramps cover, 0-16.
    """

    share: float
    coarse_share: float
    span: float


def find_ramps(planes: Planes) -> Ramps:
    """Measure the ramps of a picture."""
    noise = max(1, planes.flat_limit // 2)
    fine = _ramp_mask(planes.gray, planes.ink, noise)
    coarse = _ramp_mask(planes.half, planes.half_ink, max(1, noise // 2))
    coarse_pixels = cv2.countNonZero(coarse)
    if coarse_pixels == 0:
        return Ramps(cv2.countNonZero(fine) / planes.ink_pixels, 0.0, 0.0)
    counts = np.asarray(cv2.calcHist([planes.half_gray], [0], coarse, [16], [0, 256])).ravel()
    return Ramps(
        share=cv2.countNonZero(fine) / planes.ink_pixels,
        coarse_share=coarse_pixels / max(1, cv2.countNonZero(planes.half_ink)),
        span=float((counts > 0.02 * coarse_pixels).sum()),
    )


def _ramp_mask(pixels: Plane, ink: Plane, noise: int) -> Plane:
    """``uint8[h, w]``, not 0 where any channel is a ramp along rows or columns.

    ``pixels`` is ``uint8[h, w]`` or ``uint8[h, w, 3]``; channels are measured side by side as columns.
    """
    height, width = ink.shape
    if min(height, width) <= 2 * TAP:
        return np.zeros_like(ink)
    channels = 1 if pixels.ndim == 2 else 3
    smooth = cv2.blur(pixels, (3, 3)).reshape(height, width * channels)
    reach = TAP * channels
    ramps = np.zeros_like(smooth)
    ramps[TAP:-TAP] = _steady(smooth[: -2 * TAP], smooth[TAP:-TAP], smooth[2 * TAP :], noise)
    inner = ramps[:, reach:-reach]
    columns = _steady(smooth[:, : -2 * reach], smooth[:, reach:-reach], smooth[:, 2 * reach :], noise)
    cv2.bitwise_or(inner, columns, dst=inner)
    if channels == 3:
        red, green, blue = cv2.split(ramps.reshape(height, width, 3))
        ramps = cv2.bitwise_or(cv2.bitwise_or(red, green), blue)
    return cv2.bitwise_and(ramps, cv2.erode(ink, SQUARE3))


def _steady(before: Plane, middle: Plane, after: Plane, noise: int) -> Plane:
    """255 where the three taps climb evenly, else 0."""
    first = cv2.absdiff(after, before)
    bend = cv2.absdiff(cv2.addWeighted(before, 0.5, after, 0.5, 0.0), middle)
    straight = cv2.compare(bend, cv2.convertScaleAbs(first, alpha=0.125, beta=noise), cv2.CMP_LE)
    above_noise = cv2.threshold(first, FAINTEST + noise - 2, 255, cv2.THRESH_BINARY)[1]
    below_edges = cv2.threshold(first, STEEPEST, 255, cv2.THRESH_BINARY_INV)[1]
    return cv2.bitwise_and(cv2.bitwise_and(straight, above_noise), below_edges)
