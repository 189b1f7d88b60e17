"""BMP: file and bitmap header."""

from __future__ import annotations

import struct

from hybrid_logo.errors import UnsupportedError
from hybrid_logo.formats.facts import Header, damaged, ends_early

__all__ = ["is_bmp", "read_bmp"]

_HEADER_SIZES = (12, 40, 52, 56, 64, 108, 124)
_UNCOMPRESSED, _RUN_LENGTH_8, _RUN_LENGTH_4, _BIT_FIELDS = range(4)


def is_bmp(data: bytes) -> bool:
    """Whether the bytes begin as a BMP; "BM" alone also begins a text."""
    return data[:2] == b"BM" and (len(data) < 18 or int.from_bytes(data[14:18], "little") in _HEADER_SIZES)


def read_bmp(data: bytes) -> Header:
    """Read size, bits and whether an alpha mask is given.

    Raises:
        CorruptError: the header ends early or is not allowed by the format.
        UnsupportedError: a variant that decoders do not read alike.
    """
    if len(data) < 26:
        raise ends_early("BMP")
    header_size = int.from_bytes(data[14:18], "little")
    if header_size == 12:
        raise UnsupportedError("A BMP of OS/2 1.x is not read here. Save it as PNG.")
    if len(data) < 14 + header_size:
        raise ends_early("BMP")
    width, height, planes, bits, compression = struct.unpack_from("<iiHHI", data, 18)
    if width < 0 or planes != 1 or bits not in (1, 4, 8, 16, 24, 32):
        raise damaged("BMP", f"{planes} planes of {bits} bits, {width} pixels wide, do not exist")
    if compression > _BIT_FIELDS:
        raise UnsupportedError(f"A BMP with compression {compression} is not read here. Save it as PNG.")
    alpha = bits == 32 and compression == _BIT_FIELDS and header_size >= 56 and data[66:70] != b"\0\0\0\0"
    return Header(
        "bmp",
        width,
        abs(height),  # negative where the rows run from top to bottom
        channels=4 if alpha else 3 if bits >= 16 else 1,
        bits=5 if bits == 16 else 8,
        alpha=alpha,
    )
