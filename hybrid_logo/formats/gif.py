"""GIF: screen, and one walk over the blocks to count frames (GIF89a specification)."""

from __future__ import annotations

import struct

from hybrid_logo.formats.facts import Header, damaged, ends_early

__all__ = ["SIGNATURES", "read_gif"]

SIGNATURES = (b"GIF87a", b"GIF89a")

_IMAGE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
_GRAPHIC_CONTROL = 0xF9


def _table_size(packed: int) -> int:
    """Bytes of the colour table that a packed field declares."""
    return 3 << ((packed & 7) + 1) if packed & 0x80 else 0


def _skip_sub_blocks(data: bytes, at: int) -> int:
    while length := data[at]:
        at += length + 1
    return at + 1


def read_gif(data: bytes) -> Header:
    """Walk all blocks up to the trailer.

    Raises:
        CorruptError: the file ends before its trailer or has no frame.
    """
    try:
        return _read_blocks(data)
    except (IndexError, struct.error):
        raise ends_early("GIF") from None


def _read_blocks(data: bytes) -> Header:
    width, height = struct.unpack_from("<HH", data, 6)
    at = 13 + _table_size(data[10])
    frames = 0
    transparent = False
    box = (0, 0, width, height)
    while (kind := data[at]) != _TRAILER:
        if kind == _EXTENSION:
            if data[at + 1] == _GRAPHIC_CONTROL and not frames:
                transparent = bool(data[at + 3] & 1)
            at = _skip_sub_blocks(data, at + 2)
        elif kind == _IMAGE:
            if not frames:
                box = struct.unpack_from("<HHHH", data, at + 1)
            frames += 1
            at = _skip_sub_blocks(data, at + 11 + _table_size(data[at + 9]))
        else:
            raise damaged("GIF", f"block {kind:#04x} does not exist")
    if not frames:
        raise damaged("GIF", "it has no frame")
    covers = box == (0, 0, width, height)
    return Header(
        "gif",
        width,
        height,
        channels=1,
        alpha=transparent or not covers,
        frames=frames,
        frame_box=None if covers else box,
    )
