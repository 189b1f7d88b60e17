"""From pixels to a picture that can be measured: page, ink box, thumbnails; mirrors ``hybrid_logo.ink``.

What cannot be answered goes the whole way too, so that the graph needs no way out; its label is replaced
at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hybrid_logo import ink
from hybrid_logo.export.graph.builder import Builder
from hybrid_logo.export.graph.page import page_by_contrast, page_color
from hybrid_logo.export.graph.planar import (
    Box,
    box_of,
    count,
    framed,
    joined,
    largest,
    rows_and_columns,
    smallest,
    where,
)
from hybrid_logo.export.graph.resizing import halved_towards, resized, two_scales
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.image import DEFAULT_LIMITS
from hybrid_logo.pixels import SMALLEST_SIDE

__all__ = ["REFUSED", "Facts", "Prepared", "prepare", "square_view"]

REFUSED = ("blank", "too_small", "too_large")
"""Why there is no answer: the ``kind`` of the error, at label -1, -2 and -3."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file said about itself; each ``float32[1]``.

    Attributes:
        page_tolerance: levels by which page pixels may differ from the page's colour.
        flat_limit: local range up to which a pixel counts as flat, in levels.
        reduction: 1, 2, 4 or 8: the scale at which a JPEG was decoded.
    """

    page_tolerance: Tensor
    flat_limit: Tensor
    reduction: Tensor


@dataclass(frozen=True, slots=True)
class Prepared:
    """One picture laid on a page and cropped to its ink.

    Attributes:
        thumbnail: ``[1, 3, h, w]`` RGB with a margin of page.
        ink: ``[1, 1, h, w]`` mask.
        source: ``[1, 3 or 4, h, w]``, the crop at less than twice that scale, premultiplied.
        page: ``float32[3]`` RGB.
        box: of the ink in decoded pixels.
        refused: ``int64[1]``: 0, or 1 + the place in ``REFUSED`` of what is wrong.
        facts: what the file said about itself.
    """

    thumbnail: Tensor
    ink: Tensor
    source: Tensor
    page: Tensor
    box: Box
    refused: Tensor
    facts: Facts


def prepare(given: Tensor, facts: Facts) -> Prepared:
    """Lay ``given`` (``uint8[H, W, 3 or 4]``) on a page, crop it to the ink and make the thumbnails."""
    builder = given.builder
    picture, wrong_size = _of_possible_size(given)
    transparent = _uses_alpha(picture)
    rows, columns, color, has_page = builder.if_(
        transparent, lambda: _seen_through_alpha(picture), lambda: _seen_on_page(picture, facts)
    )
    drawn = rows.max((0,), keep=True) > 0.0
    box = box_of(rows, columns)
    # Of a blank picture any part will do.
    width = where(drawn, box.width, smallest(box.width, SMALLEST_SIDE))
    height = where(drawn, box.height, smallest(box.height, SMALLEST_SIDE))
    box = Box(box.left, box.top, width, height)
    crop = _cropped(picture, box)
    (premultiplied,) = builder.if_(transparent, lambda: [_premultiplied(crop)], lambda: [_colors(crop)])
    source, small = two_scales(premultiplied)
    colors, alpha = _colors(small), _alpha(small)
    through = transparent.reshape(1)
    page = where(through, page_by_contrast(colors, alpha), color)
    by_alpha = (alpha > float(ink.ALPHA_INK)).to(np.float32)
    seen = where(through, by_alpha, _off_page(colors, color, has_page, facts))
    seen = where(count(seen) > 0.0, seen, 1.0)
    too_little = where(
        largest(width, height) < ink.SMALLEST_INK, _refusal("too_small"), builder.constant([0])
    )
    refused = where(drawn, too_little, _refusal("blank"))
    margin = ink.MARGIN
    return Prepared(
        thumbnail=_on_page(_laid(colors, alpha, page), page, (margin,) * 4).named("thumbnail"),
        ink=framed(seen, margin, margin, margin, margin).named("ink"),
        source=source,
        page=page.named("page"),
        box=box,
        refused=where(wrong_size > 0, wrong_size, refused),
        facts=facts,
    )


def square_view(prepared: Prepared, side: int) -> Tensor:
    """``uint8[1, side, side, 3]`` RGB, centred on a square of page, as the student sees it."""
    source = prepared.source
    height, width = source.size(2), source.size(3)
    scale = (side - 2 * (side // 32)) / largest(height, width).to(np.float64)
    height = largest((height.to(np.float64) * scale).round(), 2.0).to(np.int64)
    width = largest((width.to(np.float64) * scale).round(), 2.0).to(np.int64)
    small = resized(halved_towards(source, height, width), height, width)
    view = _laid(_colors(small), _alpha(small), prepared.page)
    left, top = (side - width) / 2, (side - height) / 2
    framed_view = _on_page(view, prepared.page, (top, side - height - top, left, side - width - left))
    return framed_view.op("Transpose", perm=[0, 2, 3, 1]).to(np.uint8)


def _off_page(colors: Tensor, page: Tensor, has_page: Tensor, facts: Facts) -> Tensor:
    """Mask of the pixels that differ from the page, or of all where there is none."""
    apart = abs(colors - page.reshape(1, 3, 1, 1)).max((1,), keep=True) > facts.page_tolerance
    return largest(apart.to(np.float32), 1.0 - has_page.to(np.float32))


def _of_possible_size(given: Tensor) -> tuple[Tensor, Tensor]:
    """``uint8[1, C, H, W]``, blank where the size is refused; and 0 or the refusal, ``int64[1]``."""
    builder = given.builder
    height, width = given.size(0), given.size(1)
    too_small = smallest(height, width) < SMALLEST_SIDE
    too_large = height * width > DEFAULT_LIMITS.max_pixels
    nothing = builder.constant([0])
    refused = where(too_large, _refusal("too_large"), where(too_small, _refusal("too_small"), nothing))
    blank = builder.constant(np.zeros((8, 8, 4), np.uint8))
    (picture,) = builder.if_((refused > 0).op("Squeeze"), lambda: [blank], lambda: [given])
    return picture.op("Transpose", perm=[2, 0, 1]).op("Unsqueeze", [0]), refused


def _refusal(kind: str) -> list[int]:
    return [1 + REFUSED.index(kind)]


def _uses_alpha(picture: Tensor) -> Tensor:
    """``bool``: there is a fourth channel, and it is not 255 everywhere."""

    def some_below_255() -> Sequence[Tensor]:
        return [picture.slice([1], [3], [4]).min((3,)).min((0, 1, 2)).to(np.int64) < 255]

    has_alpha = (picture.size(1) > 3).op("Squeeze")
    no = picture.builder.constant(False)
    return picture.builder.if_(has_alpha, some_below_255, lambda: [no])[0]


def _seen_through_alpha(picture: Tensor) -> Sequence[Tensor]:
    """Rows and columns that hold ink, and a page that is not asked."""
    builder: Builder = picture.builder
    alpha = picture.slice([1], [3], [4]).to(np.float32)
    rows, columns = rows_and_columns(alpha > float(ink.ALPHA_INK))
    nowhere = builder.constant([0.0, 0.0, 0.0], np.float32)
    return rows, columns, nowhere, builder.constant([True])


def _seen_on_page(picture: Tensor, facts: Facts) -> Sequence[Tensor]:
    """Rows and columns that hold ink, the page's colour, and whether there is a page."""
    colors = _colors(picture)
    color, has_page = page_color(colors, facts.page_tolerance)
    apart = abs(colors.to(np.float32) - color.reshape(1, 3, 1, 1)) > facts.page_tolerance
    rows, columns = rows_and_columns(apart)
    return where(has_page, rows, 1.0), where(has_page, columns, 1.0), color, has_page


def _cropped(picture: Tensor, box: Box) -> Tensor:
    """``float32[1, C, h, w]``, what lies in ``box``."""
    starts, ends = joined(box.top, box.left), joined(box.top + box.height, box.left + box.width)
    return picture.slice([2, 3], starts, ends).to(np.float32)


def _colors(planes: Tensor) -> Tensor:
    return planes.slice([1], [0], [3])


def _alpha(planes: Tensor) -> Tensor:
    """``[1, 1, h, w]``, 255 where there is no fourth channel."""
    lacking = 4 - planes.size(1)
    ends = joined(planes.builder.constant([0, 0, 0, 0, 0]), lacking, planes.builder.constant([0, 0]))
    full = planes.op("Pad", ends, planes.builder.constant(255.0, np.float32), mode="constant")
    return full.slice([1], [3], [4])


def _premultiplied(planes: Tensor) -> Tensor:
    """Colours times alpha, so that what is hidden under transparency does not bleed into the ink."""
    colors, alpha = _colors(planes), planes.slice([1], [3], [4])
    return joined((colors * alpha * (1.0 / 255.0)).round(), alpha, axis=1)


def _laid(colors: Tensor, alpha: Tensor, page: Tensor) -> Tensor:
    """Premultiplied colours on ``page``, which is grey where there is transparency."""
    rest = ((255.0 - alpha) * (page.take([0]) / 255.0)).round()
    return smallest(colors + rest, 255.0)


def _on_page(planes: Tensor, page: Tensor, sides: Sequence[Tensor | int]) -> Tensor:
    """``planes`` with a frame of page; ``sides``: top, bottom, left, right."""
    color = page.reshape(1, 3, 1, 1)
    return framed(planes - color, *sides) + color
