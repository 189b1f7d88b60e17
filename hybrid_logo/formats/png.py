"""PNG: one walk over the chunks (W3C PNG, third edition)."""

from __future__ import annotations

import struct
import zlib

from hybrid_logo.formats.facts import Header, damaged, ends_early
from hybrid_logo.formats.tiff import read_orientation

__all__ = ["SIGNATURE", "read_png"]

SIGNATURE = b"\x89PNG\r\n\x1a\n"

_IHDR = struct.Struct(">I4sIIBB")
_CHUNK = struct.Struct(">I4s")
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_BITS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
_PALETTE = 3
_SPARE_BYTES = 65_536


def read_png(data: bytes) -> Header:
    """Walk all chunks up to the end.

    Raises:
        CorruptError: the file ends early or its header is not allowed by the format.
    """
    if len(data) < 33:
        raise ends_early("PNG")
    length, kind, width, height, bits, color_type = _IHDR.unpack_from(data, 8)
    if kind != b"IHDR" or length != 13:
        raise damaged("PNG", "it does not begin with its size")
    if bits not in _BITS.get(color_type, ()):
        raise damaged("PNG", f"{bits} bits of colour type {color_type} do not exist")
    alpha = color_type in (4, 6)
    frames = orientation = 1
    grey_key = None
    data_size = 0
    kind, at = b"", 33
    while kind != b"IEND":
        if at + 12 > len(data):
            raise ends_early("PNG")
        length, kind = _CHUNK.unpack_from(data, at)
        end = at + 8 + length
        # The decoder would reserve whatever length is claimed, up to 4 GiB.
        if end + 4 > len(data):
            raise ends_early("PNG")
        if kind == b"IDAT":
            data_size += length
        elif kind == b"tRNS":
            alpha = True
            if color_type == 0 and length >= 2:
                grey_key = int.from_bytes(data[at + 8 : at + 10], "big") & ((1 << bits) - 1)
        elif kind == b"acTL":
            frames = max(1, int.from_bytes(data[at + 8 : at + 12], "big"))
        elif kind == b"eXIf":
            orientation = read_orientation(data[at + 8 : end])
        # The decoder leaves checksums out in an animation.
        if frames > 1 and zlib.crc32(data[at + 4 : end]) != int.from_bytes(data[end : end + 4], "big"):
            raise damaged("PNG", "a checksum is wrong")
        at = end + 4
    if not data_size:
        raise damaged("PNG", "it has no picture data")
    # The decoder expands what is left over too, a thousand times its size.
    if data_size > 2 * height * (width * _CHANNELS[color_type] * bits // 8 + 1) + _SPARE_BYTES:
        raise damaged("PNG", "it has far more data than its size asks for")
    return Header(
        "png",
        width,
        height,
        channels=_CHANNELS[color_type],
        bits=8 if color_type == _PALETTE else bits,
        alpha=alpha,
        frames=frames,
        orientation=orientation,
        grey_key=grey_key,
    )
