"""Reads what a picture file says about itself, before any pixel is decoded.

Size, transparency and turn come from here, so that a decompression bomb is refused while it is still
small. The formats are told apart by their first bytes; the name of a file is never asked.
"""

from __future__ import annotations

from hybrid_logo.errors import EmptyFileError
from hybrid_logo.formats import gif, jpeg, png, tiff
from hybrid_logo.formats.bmp import is_bmp, read_bmp
from hybrid_logo.formats.facts import Header, damaged
from hybrid_logo.formats.foreign import refuse
from hybrid_logo.formats.webp import read_webp

__all__ = ["Header", "read_header"]


def read_header(data: bytes) -> Header:
    """Read the header of a picture file held in memory.

    Raises:
        EmptyFileError: there are no bytes.
        VectorError: an SVG.
        UnsupportedError: no picture, or a format or variant that is not read here.
        CorruptError: the header ends early or contradicts itself.
    """
    if not data:
        raise EmptyFileError("The file is empty. Get it again.")
    header = _read(data)
    if not header.width or not header.height:
        raise damaged(header.format.upper(), "its size is zero")
    return header


def _read(data: bytes) -> Header:
    if data.startswith(png.SIGNATURE):
        return png.read_png(data)
    if data.startswith(jpeg.SIGNATURE):
        return jpeg.read_jpeg(data)
    if data.startswith(b"RIFF") and b"WEBP".startswith(data[8:12]):
        return read_webp(data)
    if data.startswith(gif.SIGNATURES):
        return gif.read_gif(data)
    if data.startswith(tiff.SIGNATURES):
        return tiff.read_tiff(data)
    if is_bmp(data):
        return read_bmp(data)
    refuse(data)
