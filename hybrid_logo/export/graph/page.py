"""The page of a picture: the colour of its corners, or light or slate by the contrast of its ink."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hybrid_logo import ink
from hybrid_logo.export.graph.planar import count, framed, joined, where
from hybrid_logo.export.graph.tensor import Tensor

__all__ = ["page_by_contrast", "page_color"]


def page_color(picture: Tensor, tolerance: Tensor) -> tuple[Tensor, Tensor]:
    """Colour of the page, and whether there is one; see ``ink._page_color``.

    Args:
        picture: ``uint8[1, 3, H, W]`` RGB.
        tolerance: ``float32[1]``, levels.

    Returns:
        ``float32[3]`` and ``bool[1]``.
    """
    corners = picture.take([0, -1], 2).take([0, -1], 3).to(np.float32).reshape(3, 4)
    apart = abs(corners.reshape(3, 1, 4) - corners.take([0, 1], 1).reshape(3, 2, 1)).max((0,))
    agree = (apart <= tolerance).to(np.float32).sum((1,)) >= 3.0
    first, second = agree.take([0]), agree.take([1])

    def by_corners() -> Sequence[Tensor]:
        return where(first, corners.take(0, 1), corners.take(1, 1)), first | second

    def by_border() -> Sequence[Tensor]:
        rows = picture.take([0, -1], 2).reshape(3, -1)
        columns = picture.take([0, -1], 3).reshape(3, -1)
        border = joined(rows, columns, axis=1).to(np.float32)
        pixels = border.size(1)
        rising, _ = picture.builder.ops(
            "TopK", border, pixels / 2 + 1, dtypes=[np.float32, np.int64], axis=1, largest=0
        )
        median = rising.take([-1], 1)
        far = (abs(border - median).max((0,), keep=True) > tolerance).to(np.float32).sum((1,))
        most = pixels.to(np.float64) * (1 - ink.BORDER_AGREEMENT)
        return median.reshape(3), far.to(np.float64) <= most

    color, has_page = picture.builder.if_((first | second).op("Squeeze"), by_corners, by_border)
    return color, has_page


def page_by_contrast(colors: Tensor, alpha: Tensor) -> Tensor:
    """``float32[1]``, level of the light page, or of the slate one; see ``ink._page_by_contrast``.

    Args:
        colors: ``[1, 3, h, w]``, premultiplied.
        alpha: ``[1, 1, h, w]``.
    """
    limit = (alpha * float(np.float32(ink.LIGHT_INK / 255.0))).round()
    light = (colors.min((1,), keep=True) > limit).to(np.float32)
    # Beyond the picture lies page.
    beyond = (255.0 - framed(alpha, 2, 2, 2, 2)).op("MaxPool", kernel_shape=[5, 5])
    outline = ((alpha > 200.0) & (beyond > 191.0)).to(np.float32)
    solid = (count(outline) > 0.0).reshape(1, 1, 1, 1)
    outline = where(solid, outline, (alpha > 0.0).to(np.float32))
    slate = count(light * outline) > count(outline) * 0.5
    return where(
        slate, float(ink.SLATE_PAGE[0]), colors.builder.constant([float(ink.LIGHT_PAGE[0])], np.float32)
    )
