"""WebP: RIFF chunks (RFC 9649)."""

from __future__ import annotations

import struct

from hybrid_logo.formats.facts import Header, damaged, ends_early
from hybrid_logo.formats.tiff import read_orientation

__all__ = ["read_webp"]

_CHUNK = struct.Struct("<4sI")


def read_webp(data: bytes) -> Header:
    """Read the first chunk, and of an extended file the list of chunks.

    Raises:
        CorruptError: the file is shorter than it says or its first chunk is none of the three kinds.
    """
    if len(data) < 30 or int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise ends_early("WebP")
    kind = data[12:16]
    if kind == b"VP8 ":
        if data[23:26] != b"\x9d\x01\x2a":
            raise damaged("WebP", "the start code is missing")
        width, height = struct.unpack_from("<HH", data, 26)
        return Header("webp", width & 0x3FFF, height & 0x3FFF)
    if kind == b"VP8L":
        if data[20] != 0x2F:
            raise damaged("WebP", "the start code is missing")
        fields = int.from_bytes(data[21:25], "little")
        alpha = bool(fields >> 28 & 1)
        width, height = (fields & 0x3FFF) + 1, (fields >> 14 & 0x3FFF) + 1
        return Header("webp", width, height, channels=4 if alpha else 3, alpha=alpha)
    if kind != b"VP8X":
        raise damaged("WebP", "its first chunk is not a picture")
    return _read_extended(data)


def _read_extended(data: bytes) -> Header:
    flags = data[20]
    width = int.from_bytes(data[24:27], "little") + 1
    height = int.from_bytes(data[27:30], "little") + 1
    alpha = bool(flags & 0x10)
    frames, orientation = 0, 1
    at = 30
    while at + 8 <= len(data):
        kind, length = _CHUNK.unpack_from(data, at)
        if kind == b"ANMF":
            frames += 1
        elif kind == b"EXIF":
            orientation = read_orientation(data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0"))
        at += 8 + length + (length & 1)
    return Header(
        "webp",
        width,
        height,
        channels=4 if alpha else 3,
        alpha=alpha,
        frames=max(1, frames),
        orientation=orientation,
    )
