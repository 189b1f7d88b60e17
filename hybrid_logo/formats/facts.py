"""The answer of every format reader, and the two complaints they share."""

from __future__ import annotations

from dataclasses import dataclass

from hybrid_logo.errors import CorruptError

__all__ = ["Header", "damaged", "ends_early"]


@dataclass(frozen=True, slots=True)
class Header:
    """What the head of a file declares; nothing of it is trusted to be drawn.

    Attributes:
        format: "png", "jpeg", "webp", "gif", "bmp" or "tiff".
        width, height: size in pixels as stored, before any turn.
        channels: samples a pixel as stored; a palette index is one.
        bits: bits a sample as stored; 8 for a palette, whose colours have 8.
        alpha: transparency is declared for the first frame.
        frames: number of frames or pages.
        orientation: EXIF orientation 1-8; 1 is upright.
        jpeg_quality: 1-100, estimated from the quantisation table; None for other formats.
        grey_key: PNG: the stored grey value that stands for transparent.
        frame_box: GIF: (x, y, width, height) of a first frame that does not cover the canvas.
        premultiplied: TIFF: the decoder gives colours multiplied by alpha.
    """

    format: str
    width: int
    height: int
    channels: int = 3
    bits: int = 8
    alpha: bool = False
    frames: int = 1
    orientation: int = 1
    jpeg_quality: int | None = None
    grey_key: int | None = None
    frame_box: tuple[int, int, int, int] | None = None
    premultiplied: bool = False


def damaged(name: str, what: str) -> CorruptError:
    """The error for a header that contradicts itself or its format."""
    return CorruptError(f"The {name} file is damaged: {what}. Get the file again or save it anew.")


def ends_early(name: str) -> CorruptError:
    """The error for a file that stops before it is complete."""
    return CorruptError(f"The {name} file ends too early. Get the complete file again.")
