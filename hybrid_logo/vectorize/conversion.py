"""One picture by one strategy, with its quality; gradients where they are better than flat steps."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.vectorize.converting import convert_flat
from hybrid_logo.vectorize.document import resized
from hybrid_logo.vectorize.gradients import convert_gradient
from hybrid_logo.vectorize.quality.measured import Quality, Reference
from hybrid_logo.vectorize.strategies import Strategy

__all__ = ["converted", "is_better"]

CLOSE = 0.1
"""Share by which errors may differ before they count more than bytes."""
INVISIBLE = 0.1
"""Colour error that nobody sees, in units of L*a*b*."""


def converted(
    pixels: NDArray[np.uint8], strategy: Strategy, noise: float, size: tuple[int, int]
) -> tuple[str, Quality]:
    """Convert, and measure against the picture itself.

    Args:
        pixels: ``uint8[H, W, 4]``, RGBA with straight alpha.
        strategy: how.
        noise: levels by which pixels of one area may differ.
        size: width and height of the document.

    Raises:
        MissingExtraError: vtracer or resvg_py is not installed.
    """
    reference = Reference(pixels)
    found: tuple[str, Quality] | None = None
    if strategy.gradient_fills:
        made = convert_gradient(pixels, reference)
        if made is not None and len(made[0]) <= strategy.most_bytes:
            svg = resized(made[0], (pixels.shape[1], pixels.shape[0]), size)
            found = made if svg == made[0] else (svg, reference.measure(svg))
    svg = convert_flat(pixels, strategy, noise, size)
    flat = svg, reference.measure(svg)
    if found is None or is_better(flat[1], found[1]):
        return flat
    return found


def is_better(one: Quality, other: Quality) -> bool:
    """Whether ``one`` is nearer to the picture, or as near in fewer bytes."""
    near, far = (quality.color_error + quality.low_pass_color_error + INVISIBLE for quality in (one, other))
    if abs(near - far) > CLOSE * max(near, far):
        return near < far
    return one.bytes < other.bytes
