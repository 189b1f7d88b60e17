"""TIFF and BigTIFF: the first directory (TIFF 6.0); EXIF is stored in the same form."""

from __future__ import annotations

import struct

from hybrid_logo.errors import CorruptError, UnsupportedError
from hybrid_logo.formats.facts import Header, damaged, ends_early

__all__ = ["SIGNATURES", "read_orientation", "read_tiff"]

SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _ORIENTATION, _SAMPLES = 256, 257, 258, 262, 274, 277
_TILE_WIDTH, _TILE_HEIGHT, _EXTRA_SAMPLES, _SAMPLE_FORMAT = 322, 323, 338, 339
_TAGS = {
    *(_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _ORIENTATION, _SAMPLES),
    *(_TILE_WIDTH, _TILE_HEIGHT, _EXTRA_SAMPLES, _SAMPLE_FORMAT),
}
_TYPES = {1: "B", 3: "H", 4: "I", 16: "Q"}  # unsigned integers; no other type carries these tags
_MOST_PAGES = 10_000
_MOST_TILE_PADDING = 4096

_GREY_FROM_WHITE, _GREY, _RGB, _PALETTE, _CMYK, _YCBCR = 0, 1, 2, 3, 5, 6
_ASSOCIATED, _UNASSOCIATED = 1, 2


class _Layout:
    """Byte order and field widths of classic TIFF or BigTIFF."""

    __slots__ = ("big", "count", "entry", "entry_size", "offset", "order")

    def __init__(self, data: bytes) -> None:
        self.order = "<" if data[:2] == b"II" else ">"
        self.big = data[2:4] in (b"+\0", b"\0+")
        self.count = struct.Struct(self.order + ("Q" if self.big else "H"))
        self.offset = struct.Struct(self.order + ("Q" if self.big else "I"))
        self.entry = struct.Struct(self.order + ("HHQ" if self.big else "HHI"))
        self.entry_size = 20 if self.big else 12

    def first_directory(self, data: bytes) -> int:
        return int(self.offset.unpack_from(data, 8 if self.big else 4)[0])

    def read_directory(self, data: bytes, at: int) -> tuple[dict[int, tuple[int, ...]], int]:
        """The values of the known tags, and where the next directory lies (0: there is none)."""
        (entries,) = self.count.unpack_from(data, at)
        at += self.count.size
        end = at + entries * self.entry_size
        (following,) = self.offset.unpack_from(data, end)
        values: dict[int, tuple[int, ...]] = {}
        for entry in range(at, end, self.entry_size):
            tag, kind, count = self.entry.unpack_from(data, entry)
            if tag not in _TAGS or kind not in _TYPES or not 0 < count <= 16:
                continue
            if tag in values:
                raise damaged("TIFF", f"tag {tag} is there twice")
            fields = struct.Struct(f"{self.order}{count}{_TYPES[kind]}")
            place = entry + self.entry.size
            if fields.size > self.offset.size:
                (place,) = self.offset.unpack_from(data, place)
            values[tag] = fields.unpack_from(data, place)
        return values, int(following)

    def count_pages(self, data: bytes, following: int) -> int:
        pages, seen = 1, {0}
        while following not in seen and pages < _MOST_PAGES:
            seen.add(following)
            if following + self.count.size > len(data):
                break
            pages += 1
            (entries,) = self.count.unpack_from(data, following)
            end = following + self.count.size + entries * self.entry_size
            if end + self.offset.size > len(data):
                break
            (following,) = self.offset.unpack_from(data, end)
        return pages


def read_orientation(data: bytes) -> int:
    """EXIF orientation 1-8 of an EXIF block; 1 where there is none or it cannot be read."""
    if data[:4] not in SIGNATURES:
        return 1
    layout = _Layout(data)
    try:
        values, _ = layout.read_directory(data, layout.first_directory(data))
    except (struct.error, OverflowError, CorruptError):
        return 1
    orientation = values.get(_ORIENTATION, (1,))[0]
    return orientation if 1 <= orientation <= 8 else 1


def read_tiff(data: bytes) -> Header:
    """Read the first directory and count the others.

    Raises:
        CorruptError: the directory ends early or contradicts itself.
        UnsupportedError: samples or colours that decoders do not read alike.
    """
    layout = _Layout(data)
    try:
        values, following = layout.read_directory(data, layout.first_directory(data))
        pages = layout.count_pages(data, following)
    except (struct.error, OverflowError):
        raise ends_early("TIFF") from None
    if _WIDTH not in values or _HEIGHT not in values:
        raise damaged("TIFF", "its size is missing")
    width, height = values[_WIDTH][0], values[_HEIGHT][0]
    for tag, side in ((_TILE_WIDTH, width), (_TILE_HEIGHT, height)):
        if values.get(tag, (0,))[0] > side + _MOST_TILE_PADDING:
            raise damaged("TIFF", "its tiles are far larger than the picture")
    bits = values.get(_BITS, (1,))[0]
    samples = values.get(_SAMPLES, (1,))[0]
    photometric = values.get(_PHOTOMETRIC, (_GREY,))[0]
    extra = values.get(_EXTRA_SAMPLES, ())
    _check_samples(bits, samples, photometric, values)
    alpha = photometric == _RGB and samples == 4 and extra[:1] in ((_ASSOCIATED,), (_UNASSOCIATED,))
    orientation = values.get(_ORIENTATION, (1,))[0]
    return Header(
        "tiff",
        width,
        height,
        channels=samples,
        bits=8 if photometric == _PALETTE else bits,
        alpha=alpha,
        frames=pages,
        orientation=orientation if 1 <= orientation <= 8 else 1,
        # Straight alpha is multiplied in by libtiff's 8-bit path and left alone by the 16-bit one.
        premultiplied=alpha and (bits == 8 or extra[0] == _ASSOCIATED),
    )


def _check_samples(bits: int, samples: int, photometric: int, values: dict[int, tuple[int, ...]]) -> None:
    if len(set(values.get(_BITS, (bits,)))) > 1 or bits not in (1, 8, 16):
        raise UnsupportedError(f"A TIFF of {bits} bits a sample is not read here. Save it as PNG.")
    if set(values.get(_SAMPLE_FORMAT, (1,))) != {1}:
        raise UnsupportedError("A TIFF of signed or floating-point samples is not read here. Save it as PNG.")
    known = {_GREY_FROM_WHITE: (1,), _GREY: (1,), _RGB: (3, 4), _PALETTE: (1,), _CMYK: (4,), _YCBCR: (3,)}
    if samples not in known.get(photometric, ()) or (bits == 16 and photometric not in (_GREY, _RGB)):
        raise UnsupportedError(
            f"A TIFF of {samples} samples, {bits} bits and colour model {photometric} is not read here."
            " Save it as RGB or as PNG."
        )
