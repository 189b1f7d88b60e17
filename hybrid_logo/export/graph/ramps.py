"""Smooth colour ramps; mirrors ``hybrid_logo.features.ramps``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hybrid_logo.export.graph.planar import FAR, count, eroded, framed, histogram, joined, largest
from hybrid_logo.export.graph.planes import Planes, gray
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.features import ramps

__all__ = ["Ramps", "find_ramps"]

REACH = 2 * ramps.TAP
SMALLEST = REACH + 1
"""Rows or columns that it takes to find a ramp in them."""


@dataclass(frozen=True, slots=True)
class Ramps:
    """How much of the ink lies on ramps; each ``float32[1]``, as in the original."""

    share: Tensor
    coarse_share: Tensor
    span: Tensor


def find_ramps(planes: Planes) -> Ramps:
    """Measure the ramps of a picture."""
    noise = largest((planes.prepared.facts.flat_limit / 2.0).floor(), 1.0)
    fine = _ramp_mask(planes.gray, planes.ink, noise)
    coarse = _ramp_mask(planes.half, planes.half_ink, largest((noise / 2.0).floor(), 1.0)).named(
        "coarse_ramps"
    )
    coarse_pixels = count(coarse)
    counts = histogram((gray(planes.half) / 16.0).floor(), coarse, 16)
    least = (coarse_pixels.to(np.float64) * 0.02).to(np.float32)
    return Ramps(
        share=count(fine) / planes.ink_pixels,
        coarse_share=coarse_pixels / planes.half_ink_pixels,
        span=(counts > least).to(np.float32).sum((0,), keep=True),
    )


def _ramp_mask(pixels: Tensor, ink: Tensor, noise: Tensor) -> Tensor:
    """``[1, 1, h, w]``, 1 where any channel is a ramp along rows or columns."""
    builder = pixels.builder
    height, width = pixels.size(2), pixels.size(3)
    mirrored = pixels.op("Pad", [0, 0, 1, 1, 0, 0, 1, 1], mode="reflect")
    smooth = mirrored.op("AveragePool", kernel_shape=[3, 3]).round()
    # Too few rows or columns are filled up, so that the taps fit in. What they find there is not counted: so
    # little ink lies between such margins that erosion leaves none.
    lacking = builder.constant([SMALLEST])
    smooth = framed(smooth, 0, largest(lacking - height, 0), 0, largest(lacking - width, 0))
    tap = ramps.TAP
    found = largest(
        framed(_steady(smooth, 2, noise), tap, tap, 0, 0), framed(_steady(smooth, 3, noise), 0, 0, tap, tap)
    )
    found = found.max((1,), keep=True).slice([2, 3], [0, 0], joined(height, width))
    return found * eroded(ink, 3)


def _steady(smooth: Tensor, axis: int, noise: Tensor) -> Tensor:
    """1 where three taps along ``axis`` climb evenly, else 0."""
    tap = ramps.TAP
    before = smooth.slice([axis], [0], [-REACH])
    middle = smooth.slice([axis], [tap], [-tap])
    after = smooth.slice([axis], [REACH], [FAR])
    first = abs(after - before)
    bend = abs(((before + after) * 0.5).round() - middle)
    straight = bend <= (first * 0.125 + noise).round()
    above_noise = first > noise + float(ramps.FAINTEST - 2)
    below_edges = first <= float(ramps.STEEPEST)
    return (straight & above_noise & below_edges).to(np.float32)
