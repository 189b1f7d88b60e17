"""What happens to the pixels of a logo on its way: geometry, edges, colour, focus.

Every function does one thing to ``uint8[H, W, C]`` pixels and draws its strength from ``random``. Those
that say "premultiplied" take RGBA whose colours are multiplied by alpha, so that resampling brings no
colours from under the transparency; the others take RGB, or RGBA with straight alpha.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = [
    "color_shifted",
    "cut_out",
    "enlarged_again",
    "flattened",
    "fringed",
    "has_hard_edges",
    "noisy",
    "on_screen",
    "padded",
    "published",
    "reduced",
    "sharpened",
    "turned",
    "unfocused",
]

Pixels: TypeAlias = NDArray[Any]
"""``uint8`` everywhere; OpenCV's type hints do not carry the element type."""
Random: TypeAlias = np.random.Generator

LEAST_HEIGHT_PX = 20
"""A wordmark is shown wider than an icon: what counts for legibility is its height."""
LARGEST_SIDE_PX = 2048
_SCREEN_SIDE_PX = 1280
_ENLARGED_SIDE_PX = 900

_FILTERS = (
    cv2.INTER_AREA,
    cv2.INTER_AREA,
    cv2.INTER_AREA,
    cv2.INTER_CUBIC,
    cv2.INTER_LANCZOS4,
    cv2.INTER_LINEAR,
)
_MOST_COARSE = 0.25
"""Below this scale a picture reduced without anti-aliasing loses its thin strokes."""


# Size and place


def turned(premultiplied: Pixels, random: Random) -> Pixels:
    """Turned by up to 6 degrees; the picture grows so that nothing is cut."""
    height, width = premultiplied.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-6, 6), 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (int(height * sine + width * cosine) + 1, int(height * cosine + width * sine) + 1)
    matrix[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    return cv2.warpAffine(premultiplied, matrix, size, flags=cv2.INTER_LINEAR)


def reduced(premultiplied: Pixels, target: float, random: Random, *, antialiased: bool = True) -> Pixels:
    """The longer side made ``target`` px by a good or a bad filter, or by picking single pixels."""
    height, width = premultiplied.shape[:2]
    longest = max(height, width)
    target = min(longest, max(target, LEAST_HEIGHT_PX * longest / min(height, width)))
    scale = target / longest
    if not antialiased:
        return _scaled(premultiplied, max(scale, _MOST_COARSE), cv2.INTER_NEAREST)
    kernel = _FILTERS[random.integers(len(_FILTERS))]
    while scale <= 0.5:  # these kernels look at four pixels only
        premultiplied = cv2.resize(premultiplied, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        scale *= 2
    return _scaled(premultiplied, scale, kernel)


def enlarged_again(premultiplied: Pixels, random: Random) -> Pixels:
    """Up by 1.2 to 2.5, as careless editors do with a small file."""
    kernel = (cv2.INTER_CUBIC, cv2.INTER_CUBIC, cv2.INTER_LINEAR)[random.integers(3)]
    most = max(1.0, _ENLARGED_SIDE_PX / max(premultiplied.shape[:2]))
    return _scaled(premultiplied, min(random.uniform(1.2, 2.5), most), kernel)


def published(premultiplied: Pixels, random: Random) -> Pixels:
    """As large as print files and press kits are: up to 2048 px."""
    longest = max(premultiplied.shape[:2])
    most = LARGEST_SIDE_PX / longest
    return _scaled(premultiplied, float(np.exp(random.uniform(0, np.log(max(1.0, most))))), cv2.INTER_CUBIC)


def _scaled(pixels: Pixels, scale: float, kernel: int) -> Pixels:
    height, width = pixels.shape[:2]
    size = (max(4, round(width * scale)), max(4, round(height * scale)))
    resized = cv2.resize(pixels, size, interpolation=kernel)
    if resized.shape[2] == 4:  # ringing kernels may leave colours above their alpha
        resized[:, :, :3] = np.minimum(resized[:, :, :3], resized[:, :, 3:])
    return resized


def padded(pixels: Pixels, random: Random, color: tuple[int, ...]) -> Pixels:
    """A margin of another width on every side: at most a fifth of the longer side, seldom 0.6."""
    longest = max(pixels.shape[:2])
    most = 0.6 if random.random() < 0.2 else 0.2
    top, bottom, left, right = (int(longest * random.uniform(0, most)) for _ in range(4))
    return cv2.copyMakeBorder(pixels, top, bottom, left, right, cv2.BORDER_CONSTANT, value=color)


def on_screen(pixels: Pixels, random: Random, color: tuple[int, ...]) -> Pixels:
    """A screenshot: anywhere on a large empty page, and not on whole pixels."""
    height, width = pixels.shape[:2]
    longest = max(height, width)
    page = max(longest + 2, min(longest * random.uniform(1.4, 3.5), _SCREEN_SIDE_PX))
    across = round(page)
    down = max(height + 2, round(page * random.uniform(0.5, 0.8)))
    place = np.array(
        [
            [1, 0, random.uniform(0.5, across - width - 0.5)],
            [0, 1, random.uniform(0.5, down - height - 0.5)],
        ]
    )
    return cv2.warpAffine(
        pixels,
        place,
        (across, down),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=color,
    )


# Transparency


def flattened(premultiplied: Pixels, color: tuple[int, int, int]) -> Pixels:
    """RGB of the picture laid on a page of ``color``."""
    rest = cv2.bitwise_not(cv2.extractChannel(premultiplied, 3))
    page = cv2.merge(
        [rest if level == 255 else cv2.convertScaleAbs(rest, alpha=level / 255) for level in color]
    )
    return cv2.add(cv2.cvtColor(premultiplied, cv2.COLOR_RGBA2RGB), page)


def has_hard_edges(premultiplied: Pixels) -> bool:
    """Whether only outlines are half transparent, and no shadow, glow or glass would be harmed."""
    alpha = premultiplied[:, :, 3]
    inside = cv2.erode(cv2.inRange(alpha, 16, 255), np.ones((3, 3), np.uint8))
    half = cv2.bitwise_and(inside, cv2.inRange(alpha, 0, 239))
    return cv2.countNonZero(half) <= 0.1 * cv2.countNonZero(inside)


def fringed(premultiplied: Pixels, matte: int) -> Pixels:
    """Straight RGBA whose outline still holds some of the page that it was freed from.

    A program that takes straight alpha for premultiplied leaves the black ``matte`` 0, one that keeps
    the colours of the flattened picture the white 255.
    """
    return np.dstack((flattened(premultiplied, (matte, matte, matte)), premultiplied[:, :, 3]))


def cut_out(premultiplied: Pixels, matte: int, random: Random) -> Pixels:
    """Straight RGBA in which every pixel is opaque or not there, with the page's colour at its rim."""
    rim = fringed(premultiplied, matte)
    rim[:, :, 3] = cv2.threshold(rim[:, :, 3], int(random.integers(80, 160)), 255, cv2.THRESH_BINARY)[1]
    return rim


# Colour


def color_shifted(pixels: Pixels, random: Random) -> Pixels:
    """Other gamma, white balance, contrast or saturation; alpha stays.

    Grey copies are left out: a logo of many colours would become one of few.
    """
    draw = random.random()
    if draw < 0.25:
        return _resaturated(pixels, random.uniform(0.65, 1.3))
    levels = np.linspace(0, 1, 256)[:, None]
    if draw < 0.5:
        curves = levels ** np.exp(random.uniform(-0.22, 0.22))
    elif draw < 0.75:
        curves = levels * random.uniform(0.93, 1.05, 3)
    else:
        black, white = random.uniform(0, 0.1), random.uniform(0.92, 1)
        curves = black + levels * (white - black)
    table = np.rint(255 * np.clip(np.broadcast_to(curves, (256, 3)), 0, 1)).astype(np.uint8)
    if pixels.shape[2] == 4:
        table = np.column_stack((table, np.arange(256, dtype=np.uint8)))
    return cv2.LUT(pixels, np.ascontiguousarray(table[:, None]))


def _resaturated(pixels: Pixels, factor: float) -> Pixels:
    channels = pixels.shape[2]
    matrix = np.eye(channels)
    matrix[:3, :3] = factor * np.eye(3) + (1 - factor) * np.array((0.299, 0.587, 0.114))
    return cv2.transform(pixels, matrix)


# Focus and grain


def unfocused(pixels: Pixels, random: Random) -> Pixels:
    """Blurred by 0.4 to 1.1 px; transparent pictures premultiplied, which feathers their edges."""
    return cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.4, 1.1))


def sharpened(pixels: Pixels, random: Random) -> Pixels:
    """Unsharp masking with the bright and dark halos that it leaves."""
    amount = random.uniform(0.4, 1.6)
    blurred = cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.6, 2.0))
    return cv2.addWeighted(pixels, 1 + amount, blurred, -amount, 0)


def noisy(pixels: Pixels, random: Random) -> Pixels:
    """Grain of 0.5 to 2.5 levels, of brightness alone or of every channel."""
    channels = 1 if random.random() < 0.5 else 3
    grain = random.standard_normal((*pixels.shape[:2], channels), dtype=np.float32)
    grain *= random.uniform(0.5, 2.5)
    return np.clip(np.rint(pixels + grain), 0, 255).astype(np.uint8)
