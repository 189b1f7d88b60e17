"""From decoded pixels to a picture that can be measured: page, ink box, thumbnails.

The ink is what is drawn; the page is what it is drawn on. A transparent picture is laid on a light
page, or on slate where the outline of its ink is too light for that. An opaque picture brings its page:
the colour of its corners. Training and run time both go through :func:`prepare`, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import BlankError, TooSmallError
from hybrid_logo.picture import Decoded, Picture

__all__ = ["MARGIN", "prepare", "square_view"]

Pixels: TypeAlias = NDArray[Any]
"""``uint8`` everywhere; OpenCV's type hints do not carry the element type."""
Box = tuple[int, int, int, int]

THUMBNAIL_AREA = 96 * 96
"""Pixels of a thumbnail, whatever its aspect."""
THUMBNAIL_LONG_SIDE = 208
MARGIN = 4
"""Pixels of page around every thumbnail, so that neighbourhoods never leave it."""

LIGHT_PAGE = (255, 255, 255)
SLATE_PAGE = (51, 51, 51)
LIGHT_INK = 215
"""Ink whose darkest channel lies above this level vanishes on the light page."""

ALPHA_INK = 40
"""Alpha from which a pixel counts as ink."""
PAGE_TOLERANCE = 14
"""Levels by which page pixels may differ from the page's colour in a lossless file."""
PAGE_TOLERANCE_LOSSY = 24
BORDER_AGREEMENT = 0.55
"""Share of the border that must have its median colour where the corners disagree; otherwise there is no
page and the whole picture is ink."""
SMALLEST_INK = 4
"""Longer side of the ink in pixels below which nothing can be judged."""

_SQUARE5 = np.ones((5, 5), np.uint8)


def prepare(decoded: Decoded) -> Picture:
    """Lay ``decoded`` on a page, crop it to the ink and make the thumbnails.

    Raises:
        BlankError: nothing is drawn.
        TooSmallError: what is drawn is smaller than four pixels.
    """
    pixels = decoded.pixels
    if pixels.shape[2] == 4:
        return _prepare_transparent(decoded, pixels)
    return _prepare_opaque(decoded, pixels)


def _prepare_transparent(decoded: Decoded, pixels: Pixels) -> Picture:
    box = _checked(cv2.boundingRect(_alpha_mask(pixels)))
    x, y, width, height = box
    # Colours hidden under transparency must not bleed into the ink when it is made smaller.
    crop = cv2.cvtColor(pixels[y : y + height, x : x + width], cv2.COLOR_RGBA2mRGBA)
    source, thumbnail = _two_scales(crop)
    page = _page_by_contrast(thumbnail)
    return _picture(
        decoded, source, _as_rgb(thumbnail, page), _never_empty(_alpha_mask(thumbnail)), page, box
    )


def _prepare_opaque(decoded: Decoded, pixels: Pixels) -> Picture:
    lossy = decoded.facts.format in ("jpeg", "webp")
    tolerance = PAGE_TOLERANCE_LOSSY if lossy else PAGE_TOLERANCE
    color, has_page = _page_color(pixels, tolerance)

    def mask(part: Pixels) -> Pixels:
        return _differs(part, color, tolerance)

    whole = (0, 0, pixels.shape[1], pixels.shape[0])
    box = _checked(_differing_box(pixels, color, tolerance)) if has_page else whole
    x, y, width, height = box
    source, thumbnail = _two_scales(pixels[y : y + height, x : x + width])
    ink = _never_empty(mask(thumbnail)) if has_page else np.ones(thumbnail.shape[:2], np.uint8)
    page = (color[2], color[1], color[0])
    return _picture(decoded, source, _as_rgb(thumbnail, page), ink, page, box)


def square_view(picture: Picture, side: int) -> Pixels:
    """The picture as a student sees it: ``uint8[side, side, 3]`` RGB, centred on a square of page."""
    source = picture.source
    height, width = source.shape[:2]
    inner = side - 2 * (side // 32)
    scale = inner / max(height, width)
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    while source.shape[1] >= 2 * size[0] and source.shape[0] >= 2 * size[1]:
        source = _halved(source)
    view = _as_rgb(cv2.resize(source, size, interpolation=cv2.INTER_LINEAR), picture.page)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    return cv2.copyMakeBorder(
        view, top, side - size[1] - top, left, side - size[0] - left, cv2.BORDER_CONSTANT, value=picture.page
    )


_BLANK = (
    "nothing is drawn: the picture is transparent or of one flat colour; give a picture with a logo in it"
)


def _picture(
    decoded: Decoded, source: Pixels, thumbnail: Pixels, ink: Pixels, page: tuple[int, int, int], box: Box
) -> Picture:
    framed = cv2.copyMakeBorder(thumbnail, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=page)
    ink = cv2.copyMakeBorder(ink, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=0)
    return Picture(np.asarray(framed), np.asarray(ink), source, page, box, decoded.facts)


def _checked(box: Sequence[int]) -> Box:
    """``box`` as (x, y, width, height), if there is enough ink in it."""
    x, y, width, height = box
    if width == 0:
        raise BlankError(_BLANK)
    if max(width, height) < SMALLEST_INK:
        raise TooSmallError(
            f"only {width} x {height} pixels are drawn; give a picture whose logo is at least "
            f"{SMALLEST_INK} pixels wide or high"
        )
    return x, y, width, height


def _never_empty(ink: Pixels) -> Pixels:
    """``ink``, or everything where hairlines have become too faint to be told from the page."""
    return ink if cv2.countNonZero(ink) else np.ones_like(ink)


def _alpha_mask(pixels: Pixels) -> Pixels:
    """``uint8[H, W]``, 1 where the alpha of ``uint8[H, W, 4]`` counts as ink."""
    # One pixel as one little-endian number has alpha in its highest byte, and need not be taken apart.
    numbers = np.ascontiguousarray(pixels).view("<u4")[:, :, 0]
    return (numbers >= (ALPHA_INK + 1) << 24).view(np.uint8)


def _differs(pixels: Pixels, color: tuple[int, int, int], tolerance: int) -> Pixels:
    """``uint8[H, W]``, 1 where any channel differs from ``color`` by more than ``tolerance`` levels."""
    low = tuple(max(0, level - tolerance) for level in color)
    high = tuple(min(255, level + tolerance) for level in color)
    inside = cv2.inRange(pixels, low, high)
    return cv2.threshold(inside, 0, 1, cv2.THRESH_BINARY_INV)[1]


def _differing_box(pixels: Pixels, color: tuple[int, int, int], tolerance: int) -> Box:
    """Box of the pixels that :func:`_differs` marks, without making the mask of the whole picture."""
    height, width = pixels.shape[:2]
    level = np.array((*color, 0), np.float64)
    apart = cv2.absdiff(pixels, level).reshape(height, 3 * width)  # channels side by side as columns
    x, y, across, down = cv2.boundingRect(cv2.threshold(apart, tolerance, 1, cv2.THRESH_BINARY)[1])
    left = x // 3
    return left, y, -(-(x + across) // 3) - left, down


def _page_color(pixels: Pixels, tolerance: int) -> tuple[tuple[int, int, int], bool]:
    """BGR colour of the page, and whether there is one.

    It is the colour in which three corners agree: a tile with round corners fills the border, and its
    page is seen in the corners alone. Otherwise it is the border's median, where most of it agrees.
    """
    corners: list[list[int]] = [pixels[y, x].tolist() for y in (0, -1) for x in (0, -1)]
    for color in corners[:2]:
        near = [max(map(_distance, color, other)) <= tolerance for other in corners]
        if sum(near) >= 3:
            blue, green, red = color
            return (blue, green, red), True
    border = np.concatenate((pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]))
    blue, green, red = np.partition(border.T, len(border) // 2)[:, len(border) // 2].tolist()
    far = cv2.countNonZero(_differs(border[None], (blue, green, red), tolerance))
    return (blue, green, red), far <= (1 - BORDER_AGREEMENT) * len(border)


def _distance(level: int, other: int) -> int:
    return abs(level - other)


def _halved(pixels: Pixels) -> Pixels:
    """Half the size by exact 2 x 2 means, which OpenCV does many times faster than other factors."""
    height, width = pixels.shape[:2]
    if height < 2 or width < 2:
        return cv2.resize(pixels, (max(1, width // 2), max(1, height // 2)), interpolation=cv2.INTER_AREA)
    even = pixels[: height // 2 * 2, : width // 2 * 2]
    return cv2.resize(even, (width // 2, height // 2), interpolation=cv2.INTER_AREA)


def _two_scales(crop: Pixels) -> tuple[Pixels, Pixels]:
    """The crop at less than twice the thumbnail's scale, and the thumbnail; neither is enlarged."""
    height, width = crop.shape[:2]
    scale = min((THUMBNAIL_AREA / (height * width)) ** 0.5, THUMBNAIL_LONG_SIDE / max(height, width), 1.0)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    while crop.shape[1] >= 2 * size[0] and crop.shape[0] >= 2 * size[1]:
        crop = _halved(crop)
    if (crop.shape[1], crop.shape[0]) == size:
        return crop, crop
    return crop, cv2.resize(crop, size, interpolation=cv2.INTER_LINEAR)


def _page_by_contrast(premultiplied: Pixels) -> tuple[int, int, int]:
    """Light page, or slate where most of the ink's outline is too light to be seen on it."""
    blue, green, red, alpha = cv2.split(premultiplied)
    # The levels are premultiplied: what is light depends on the alpha of the pixel.
    limit = cv2.convertScaleAbs(alpha, alpha=LIGHT_INK / 255.0)
    light = cv2.compare(cv2.min(cv2.min(blue, green), red), limit, cv2.CMP_GT)
    if cv2.countNonZero(light) == 0:
        return LIGHT_PAGE
    framed = cv2.copyMakeBorder(alpha, 2, 2, 2, 2, cv2.BORDER_CONSTANT, value=0)
    near_page = _above(cv2.bitwise_not(cv2.erode(framed, _SQUARE5)[2:-2, 2:-2]), 191)
    outline = cv2.bitwise_and(_above(alpha, 200), near_page)
    pixels = cv2.countNonZero(outline)
    if pixels == 0:  # faint everywhere: judge all of it
        outline, pixels = alpha, cv2.countNonZero(alpha)
    return SLATE_PAGE if cv2.countNonZero(cv2.bitwise_and(light, outline)) > 0.5 * pixels else LIGHT_PAGE


def _above(plane: Pixels, level: int) -> Pixels:
    """255 above ``level``, else 0."""
    return cv2.threshold(plane, level, 255, cv2.THRESH_BINARY)[1]


def _as_rgb(pixels: Pixels, page: tuple[int, int, int]) -> Pixels:
    """BGR, or premultiplied BGRA laid on ``page`` (a grey), as RGB."""
    if pixels.shape[2] == 3:
        return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB)
    rest = cv2.bitwise_not(cv2.extractChannel(pixels, 3))
    if page[0] != 255:
        rest = cv2.convertScaleAbs(rest, alpha=page[0] / 255.0)
    return cv2.add(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGB), cv2.cvtColor(rest, cv2.COLOR_GRAY2RGB))
