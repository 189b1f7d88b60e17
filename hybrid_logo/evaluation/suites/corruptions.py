"""Ways in which a logo file is spoiled, each in five severities that are documented in one table.

Every corruption is a pure function of a clean original, a strength and a seeded generator, and ends as the
bytes of a file. A generator with the same seed gives the same grain or place at every severity, so that
only the strength grows (as in Hendrycks and Dietterich 2019, whose photographs allow more than logos do).
Where a corruption would change how the logo must be converted (steps in a ramp, a cut through a soft
shadow), it leaves the types out that it would harm.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from hybrid_logo.evaluation.pictures.originals import Original, Pixels
from hybrid_logo.image import decode
from hybrid_logo.types import LogoType

__all__ = ["CORRUPTIONS", "SEVERITIES", "Corruption", "lossless"]

Random: TypeAlias = np.random.Generator

SEVERITIES = 5
LEAST_SIDE_PX = 16
"""No picture is reduced until its shorter side is less: letters could not be read."""
NEAR_LEVELS = 60
"""Ink that differs less from a page vanishes on it."""
_BAYER = np.array([[0, 2], [3, 1]])
for _ in range(2):
    _BAYER = np.block([[4 * _BAYER, 4 * _BAYER + 2], [4 * _BAYER + 3, 4 * _BAYER + 1]])
_TINTS = ((1.0, 1.0, 1.0), (0.1, 0.4, 1.0), (1.0, 0.5, 0.1), (0.9, 0.1, 0.7), (0.2, 1.0, 0.3))
"""Parts of a tint's strength by which red, green and blue move away from the page."""


def lossless(pixels: Pixels) -> bytes:
    """A file without loss, made to be read fast: RGB as BMP, RGBA as PNG that is hardly compressed."""
    if pixels.shape[2] == 3:
        return cv2.imencode(".bmp", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
    return _file(".png", pixels, cv2.IMWRITE_PNG_COMPRESSION, 1)


def jpeg(original: Original, quality: float, random: Random) -> bytes:
    """Saved as JPEG."""
    return _jpeg(original.laid, quality)


def jpeg_twice(original: Original, quality: float, random: Random) -> bytes:
    """Saved as JPEG, then without a margin of 3 px that it had, and so on other blocks, saved again."""
    framed = cv2.copyMakeBorder(original.laid, 3, 0, 3, 0, cv2.BORDER_CONSTANT, value=original.page)
    once = decode(_jpeg(framed, quality)).pixels[3:, 3:]
    return _jpeg(cv2.cvtColor(once, cv2.COLOR_BGR2RGB), quality)


def webp(original: Original, quality: float, random: Random) -> bytes:
    """Saved as WebP with loss; transparency is kept."""
    return _file(".webp", original.pixels, cv2.IMWRITE_WEBP_QUALITY, int(quality))


def smaller(original: Original, side: float, random: Random) -> bytes:
    """Reduced by means over areas."""
    return lossless(_straight(_reduced(original, side / original.longest)))


def enlarged(original: Original, factor: float, random: Random) -> bytes:
    """Reduced, and enlarged again to its size by cubic interpolation."""
    height, width = original.pixels.shape[:2]
    small = _reduced(original, 1.0 / factor)
    return lossless(_straight(cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)))


def blurred(original: Original, percent: float, random: Random) -> bytes:
    """Out of focus; edges to transparency become soft."""
    return lossless(_straight(cv2.GaussianBlur(original.premultiplied, (0, 0), _px(original, percent))))


def noisy(original: Original, levels: float, random: Random) -> bytes:
    """Gaussian grain on every channel."""
    grain = random.standard_normal(original.laid.shape, dtype=np.float32)
    return lossless(np.clip(np.rint(original.laid + levels * grain), 0, 255).astype(np.uint8))


def speckled(original: Original, percent: float, random: Random) -> bytes:
    """Single pixels become black or white (salt and pepper)."""
    spoiled = original.laid.copy()
    drawn, side = random.random((2, *spoiled.shape[:2]), dtype=np.float32)
    hit = drawn < percent / 100
    spoiled[hit] = np.where(side < 0.5, 255, 0)[hit, None]
    return lossless(spoiled)


def posterised(original: Original, levels: float, random: Random) -> bytes:
    """Rounded to a palette of a few levels per channel."""
    step = 255.0 / (levels - 1)
    table = np.rint(np.rint(np.arange(256) / step) * step).astype(np.uint8)
    return lossless(cv2.LUT(original.laid, table))


def dithered(original: Original, levels: float, random: Random) -> bytes:
    """The same by ordered dithering in a pattern of 8 x 8 (Bayer 1973)."""
    laid, step = original.laid, 255.0 / (levels - 1)
    height, width = laid.shape[:2]
    pattern = np.tile((_BAYER + 0.5) / _BAYER.size - 0.5, (-(-height // 8), -(-width // 8)))
    steps = np.rint(laid / np.float32(step) + pattern[:height, :width, None].astype(np.float32))
    return lossless(np.clip(np.rint(steps * step), 0, 255).astype(np.uint8))


def hard_edged(original: Original, side: float, random: Random) -> bytes:
    """Without anti-aliasing: single pixels are picked, and each is opaque or not there."""
    scale = _scale(original, side / original.longest)
    pixels = cv2.resize(original.pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)
    pixels[:, :, 3] = cv2.threshold(pixels[:, :, 3], 127, 255, cv2.THRESH_BINARY)[1]
    return lossless(pixels)


def flat_contrast(original: Original, percent: float, random: Random) -> bytes:
    """All levels drawn together towards the middle grey."""
    return lossless(cv2.convertScaleAbs(original.laid, alpha=percent / 100, beta=1.28 * (100 - percent)))


def darkened(original: Original, percent: float, random: Random) -> bytes:
    """All levels lowered in proportion."""
    return lossless(cv2.convertScaleAbs(original.laid, alpha=percent / 100))


def color_cast(original: Original, percent: float, random: Random) -> bytes:
    """A wrong white balance: less blue, and half as much less green."""
    factors = np.array((1.0, 1.0 - percent / 200, 1.0 - percent / 100), np.float32)
    return lossless(np.rint(original.laid * factors).astype(np.uint8))


def tinted_page(original: Original, levels: float, random: Random) -> bytes:
    """On a page of another colour: of some tints the one that hides least of the ink."""
    sign = 1 if sum(original.page) < 3 * 128 else -1
    tints = random.permutation(np.array(_TINTS, np.float32))
    pages = np.clip(np.array(original.page) + sign * levels * tints, 0, 255)
    solid = original.pixels[original.pixels[:, :, 3] > 200][::7, :3].astype(np.float32)
    hidden = [np.mean(np.abs(solid - page).max(1) < NEAR_LEVELS) if len(solid) else 0.0 for page in pages]
    red, green, blue = np.rint(pages[int(np.argmin(hidden))]).astype(int).tolist()
    return lossless(original.laid_on((red, green, blue)))


def in_margin(original: Original, percent: float, random: Random) -> bytes:
    """A screenshot: somewhere on a page that is larger by so much of the longer side, twice."""
    added = round(2 * original.longest * percent / 100)
    top, left = (int(added * share) for share in random.uniform(0.1, 0.9, 2))
    return lossless(
        cv2.copyMakeBorder(
            original.laid, top, added - top, left, added - left, cv2.BORDER_CONSTANT, value=original.page
        )
    )


def turned(original: Original, degrees: float, random: Random) -> bytes:
    """Turned to the left or right; the picture grows so that nothing is cut."""
    height, width = original.pixels.shape[:2]
    angle = degrees * random.choice((-1.0, 1.0))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    cosine, sine = abs(matrix[0, 0]), abs(matrix[0, 1])
    size = (int(height * sine + width * cosine) + 1, int(height * cosine + width * sine) + 1)
    matrix[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
    corners = (*original.page, 255) if original.opaque else (0, 0, 0, 0)
    return lossless(_straight(cv2.warpAffine(original.premultiplied, matrix, size, borderValue=corners)))


def haloed(original: Original, amount: float, random: Random) -> bytes:
    """Sharpened by unsharp masking, which leaves halos."""
    laid = original.laid
    soft = cv2.GaussianBlur(laid, (0, 0), max(1.0, _px(original, 0.4)))
    return lossless(cv2.addWeighted(laid, 1 + amount, soft, -amount, 0))


def fringed(original: Original, percent: float, random: Random) -> bytes:
    """Badly cut out: a soft rim that still holds the colour of another page, black or white."""
    soft = cv2.GaussianBlur(original.premultiplied, (0, 0), _px(original, percent))
    matte = 0 if sum(original.page) > 3 * 128 else 255
    rim = Original(_straight(soft), (matte, matte, matte))
    return lossless(np.dstack((rim.laid, rim.pixels[:, :, 3])))


def watermarked(original: Original, percent: float, random: Random) -> bytes:
    """Grey words all over it, slanted."""
    laid, unit = original.laid, original.longest
    height, width = laid.shape[:2]
    mask = np.zeros((3 * unit, 3 * unit), np.uint8)
    start, font = int(random.integers(unit // 4)), cv2.FONT_HERSHEY_SIMPLEX
    for row in range(0, 3 * unit, max(8, unit // 6)):
        cv2.putText(mask, "PREVIEW " * 12, (-start - row, row), font, unit / 420, 255, max(1, unit // 130))
    slant = cv2.getRotationMatrix2D((1.5 * unit, 1.5 * unit), 30, 1.0)
    slant[:, 2] -= unit
    words = cv2.warpAffine(mask, slant, (width, height)).astype(np.float32)[:, :, None]
    return lossless(np.rint(laid + (128.0 - laid) * (words / 255.0 * percent / 100)).astype(np.uint8))


@dataclass(frozen=True, slots=True)
class Corruption:
    """One row of the table.

    Attributes:
        name: what it is called in results.
        unit: of the strengths.
        strengths: one per severity, weakest first.
        spoil: makes the bytes of a file.
        leaves_out: pictures that may be of these types are not spoiled, since their type would change.
        transparent_only: nothing would happen to an opaque picture.
    """

    name: str
    unit: str
    strengths: tuple[float, float, float, float, float]
    spoil: Callable[[Original, float, Random], bytes]
    leaves_out: frozenset[LogoType] = frozenset()
    transparent_only: bool = False

    def suits(self, original: Original, accepted: Collection[LogoType]) -> bool:
        """Whether it leaves the type of a picture alone that can be defended as ``accepted``."""
        return not (self.leaves_out & set(accepted)) and not (self.transparent_only and original.opaque)


_RAMPS = frozenset([LogoType.GRADIENT])

CORRUPTIONS = (
    Corruption("jpeg", "quality", (80, 60, 40, 25, 12), jpeg),
    Corruption("jpeg twice", "quality", (85, 65, 45, 30, 15), jpeg_twice),
    Corruption("webp", "quality", (80, 60, 40, 20, 5), webp),
    Corruption("smaller", "px of the longer side", (256, 160, 96, 64, 32), smaller),
    Corruption("enlarged again", "factor", (1.5, 2, 3, 4, 6), enlarged),
    Corruption("blurred", "sigma in % of the longer side", (0.1, 0.25, 0.5, 0.8, 1.2), blurred),
    Corruption("noise", "standard deviation in levels", (2, 5, 10, 16, 24), noisy),
    Corruption("salt and pepper", "% of the pixels", (0.1, 0.3, 1, 2, 4), speckled),
    Corruption("posterised", "levels per channel", (24, 16, 10, 6, 4), posterised, _RAMPS),
    Corruption("dithered", "levels per channel", (64, 48, 32, 24, 16), dithered, _RAMPS),
    Corruption("hard edges", "px of the longer side", (384, 256, 192, 128, 96), hard_edged, _RAMPS, True),
    Corruption("low contrast", "% of the contrast", (85, 70, 55, 40, 25), flat_contrast),
    Corruption("darkened", "% of the brightness", (85, 70, 55, 40, 25), darkened),
    Corruption("colour cast", "% of the blue lost", (5, 10, 20, 30, 45), color_cast),
    Corruption("tinted page", "levels from the page", (8, 24, 48, 80, 120), tinted_page, frozenset(), True),
    Corruption("margin", "% of the longer side on each side", (5, 15, 35, 70, 100), in_margin),
    Corruption("turned", "degrees", (1, 2, 4, 7, 10), turned),
    Corruption("halo", "amount of sharpening", (0.5, 1, 1.5, 2.5, 4), haloed),
    Corruption("fringe", "sigma in % of the longer side", (0.1, 0.2, 0.3, 0.4, 0.5), fringed, _RAMPS, True),
    Corruption("watermark", "% of opacity", (5, 10, 20, 30, 45), watermarked),
)
"""All corruptions; the table that the report shows."""


def _file(suffix: str, pixels: Pixels, option: int, value: int) -> bytes:
    order = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    return cv2.imencode(suffix, cv2.cvtColor(pixels, order), [option, value])[1].tobytes()


def _jpeg(pixels: Pixels, quality: float) -> bytes:
    return _file(".jpg", pixels, cv2.IMWRITE_JPEG_QUALITY, int(quality))


def _straight(premultiplied: Pixels) -> Pixels:
    # Kernels that ring leave colours above their alpha.
    premultiplied[:, :, :3] = np.minimum(premultiplied[:, :, :3], premultiplied[:, :, 3:])
    return cv2.cvtColor(premultiplied, cv2.COLOR_mRGBA2RGBA)


def _scale(original: Original, scale: float) -> float:
    """``scale``, but never above 1 nor so small that the shorter side gets too short."""
    return min(1.0, max(scale, LEAST_SIDE_PX / int(min(original.pixels.shape[:2]))))


def _reduced(original: Original, scale: float) -> Pixels:
    """Premultiplied RGBA."""
    scale = _scale(original, scale)
    return cv2.resize(original.premultiplied, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _px(original: Original, percent: float) -> float:
    return original.longest * percent / 100
