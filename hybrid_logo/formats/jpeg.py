"""JPEG: markers up to the first scan (ITU-T T.81), quality from the quantisation table."""

from __future__ import annotations

from bisect import bisect_left

from hybrid_logo.errors import CorruptError, UnsupportedError
from hybrid_logo.formats.facts import Header, damaged, ends_early
from hybrid_logo.formats.tiff import read_orientation

__all__ = ["SIGNATURE", "read_jpeg"]

SIGNATURE = b"\xff\xd8\xff"

# Each scan of a progressive file costs a pass over the whole picture, so a small file with thousands
# of empty scans takes hours. Encoders write about ten.
_MOST_SCANS = 100
_MOST_MARKERS = 65_536

_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
_RARE_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF}
_PROGRESSIVE = {0xC2, 0xCA}
_WITHOUT_LENGTH = {0x00, 0x01, *range(0xD0, 0xD9)}

# T.81 table K.1, the luminance table that the quality of the IJG library scales.
_LUMINANCE = (
    *(16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55),
    *(14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51, 87, 80, 62),
    *(18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92),
    *(49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99),
)


def _table_sum(quality: int) -> int:
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return sum(min(255, max(1, (value * scale + 50) // 100)) for value in _LUMINANCE)


# Sums fall as quality rises; negated, they are sorted for bisection.
_NEGATED_SUMS = tuple(-_table_sum(quality) for quality in range(1, 101))


def _quality(table_sum: int) -> int:
    """The IJG quality, 1-100, whose luminance table has the nearest sum."""
    right = bisect_left(_NEGATED_SUMS, -table_sum)
    if right == 0:
        return 1
    if right == 100:
        return 100
    below, above = _NEGATED_SUMS[right - 1], _NEGATED_SUMS[right]
    return right + 1 if above + table_sum <= -table_sum - below else right


def _read_tables(data: bytes, at: int, end: int) -> int | None:
    """Sum of quantisation table 0 in a DQT segment, where it is there."""
    while at < end:
        precision, number = data[at] >> 4, data[at] & 15
        size = 128 if precision else 64
        table = data[at + 1 : at + 1 + size]
        if number == 0:
            return sum(table[0::2]) * 256 + sum(table[1::2]) if precision else sum(table)
        at += 1 + size
    return None


def read_jpeg(data: bytes) -> Header:
    """Walk the markers up to the first scan.

    Raises:
        CorruptError: the header ends early, has no size or has a senseless number of scans.
        UnsupportedError: a coding process that decoders do not read.
    """
    width = height = channels = marker_of_frame = 0
    orientation = 1
    table_sum = None
    at = 2
    for _ in range(_MOST_MARKERS):
        at = data.find(b"\xff", at)
        if at < 0 or at + 4 > len(data):
            raise ends_early("JPEG")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker in _WITHOUT_LENGTH:
            at += 2
            continue
        if marker == 0xD9:
            raise damaged("JPEG", "it has no picture data")
        end = at + 2 + (data[at + 2] << 8 | data[at + 3])
        if end > len(data):
            raise ends_early("JPEG")
        if marker in _FRAMES and not channels:
            if end - at < 10:
                raise damaged("JPEG", "its size is missing")
            precision = data[at + 4]
            if precision != 8:
                raise UnsupportedError(f"A JPEG of {precision} bits is not read here. Save it as PNG.")
            height, width = data[at + 5] << 8 | data[at + 6], data[at + 7] << 8 | data[at + 8]
            channels, marker_of_frame = data[at + 9], marker
        elif marker in _RARE_FRAMES:
            raise UnsupportedError("A lossless or hierarchical JPEG is not read here. Save it as PNG.")
        elif marker == 0xDB and table_sum is None:
            table_sum = _read_tables(data, at + 4, end)
        elif marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            orientation = read_orientation(data[at + 10 : end])
        elif marker == 0xDA:
            break
        at = end
    else:
        raise damaged("JPEG", "it has no end of markers")
    if not channels:
        raise damaged("JPEG", "its size is missing")
    several_scans = marker_of_frame in _PROGRESSIVE or data[at + 4] < channels
    if several_scans and (scans := data.count(b"\xff\xda", at)) > _MOST_SCANS:
        raise CorruptError(f"The JPEG file has {scans} scans, which no editor writes. Save it anew.")
    return Header(
        "jpeg",
        width,
        height,
        channels=channels,
        orientation=orientation,
        jpeg_quality=None if table_sum is None else _quality(table_sum),
    )
