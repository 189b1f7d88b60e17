"""A picture on its way through the cascade: as decoded, then as prepared for measuring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Decoded", "Picture", "PictureFacts"]


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What the file says about itself.

    Attributes:
        format: "png", "jpeg", "webp", "gif", "bmp", "tiff", or "array" for a picture from memory.
        width, height: native size in pixels, after the turn that EXIF asks for.
        has_alpha: the pixels carry transparency that is used (some alpha below 255).
        jpeg_quality: 1-100 estimated from the quantisation tables; None for other formats.
        bits_per_channel: as stored, before the reduction to 8.
        frames: number of frames; only the first is looked at.
        reduction: 1, 2, 4 or 8: the scale at which a JPEG was decoded.
    """

    format: str
    width: int
    height: int
    has_alpha: bool = False
    jpeg_quality: int | None = None
    bits_per_channel: int = 8
    frames: int = 1
    reduction: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """Pixels as they come from the decoder.

    Attributes:
        pixels: ``uint8[H, W, 3]`` BGR, or ``uint8[H, W, 4]`` BGRA with straight alpha where
            ``facts.has_alpha``.
        facts: what the file says about itself.
    """

    pixels: NDArray[np.uint8]
    facts: PictureFacts


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """One picture laid on a page and cropped to its ink.

    Attributes:
        thumbnail: ``uint8[h, w, 3]`` RGB, about 96 x 96 pixels in area with the ink's own aspect,
            surrounded by a margin of page. Never enlarged.
        ink: ``uint8[h, w]``, 1 where the thumbnail shows ink, 0 where it shows page.
        source: the same crop at less than twice that scale, as decoded: ``uint8[h, w, 3]`` BGR or
            ``uint8[h, w, 4]`` BGRA premultiplied. The student's view is made from it, if it is asked.
        page: RGB colour of the page, 0-255.
        ink_box: (x, y, width, height) of the ink in decoded pixels.
        facts: what the file says about itself.
    """

    thumbnail: NDArray[np.uint8]
    ink: NDArray[np.uint8]
    source: NDArray[np.uint8]
    page: tuple[int, int, int]
    ink_box: tuple[int, int, int, int]
    facts: PictureFacts

    @property
    def ink_long_side(self) -> float:
        """Longer side of the ink in native pixels."""
        return float(max(self.ink_box[2], self.ink_box[3]) * self.facts.reduction)
