"""The only decoder: a path, bytes, an array or a Pillow image becomes one picture.

A path is read as a file, ``bytes`` are the content of a file, an array is RGB. Whatever is wrong with a
picture ends in a :class:`~hybrid_logo.errors.PictureError`; a source of another kind is a ``TypeError``.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo import ink
from hybrid_logo.arrays import decode_array, decode_pillow, is_pillow
from hybrid_logo.errors import CorruptError, TooLargeError, UnreadableError
from hybrid_logo.header import Header, read_header
from hybrid_logo.picture import Decoded, Picture, PictureFacts
from hybrid_logo.pixels import (
    SMALLEST_SIDE,
    check_size,
    drop_unused_alpha,
    key_alpha,
    to_8_bit,
    turn_upright,
)

__all__ = ["DEFAULT_LIMITS", "ENOUGH", "Limits", "Source", "decode", "load_picture", "read_file"]

Source: TypeAlias = str | os.PathLike[str] | bytes | bytearray | memoryview | NDArray[Any] | Any
"""Path, content of a file, ``uint8`` array in RGB order, or ``PIL.Image.Image``."""


Pixels: TypeAlias = NDArray[np.uint8]

ENOUGH = 512
"""Pixels of the longer side that a JPEG decoded at reduced scale must keep."""

_REDUCED = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a picture may be.

    Attributes:
        max_pixels: width times height of one frame as stored.
        max_bytes: size of the file.
    """

    max_pixels: int = 64_000_000
    max_bytes: int = 100 * 2**20

    def __post_init__(self) -> None:
        for name in ("max_pixels", "max_bytes"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number above 0, not {value!r}")


DEFAULT_LIMITS = Limits()


def load_picture(source: Source, limits: Limits = DEFAULT_LIMITS) -> Picture:
    """Decode ``source`` and prepare it for measuring.

    Raises:
        PictureError: the picture cannot be answered.
        TypeError: ``source`` is of a kind that holds no picture.
    """
    return ink.prepare(decode(source, limits))


def decode(source: Source, limits: Limits = DEFAULT_LIMITS) -> Decoded:
    """Decode the first frame of ``source``.

    Raises:
        UnreadableError: the file cannot be opened.
        EmptyFileError: there are no bytes.
        VectorError: an SVG.
        UnsupportedError: no picture, or a format or variant that is not read here.
        CorruptError: truncated or damaged.
        TooLargeError: above ``limits``.
        TooSmallError: a side below 4 pixels.
        InvalidArrayError: an array that is no picture.
        TypeError: ``source`` is of a kind that holds no picture.
    """
    if isinstance(source, bytes):
        _check_bytes(len(source), limits)
        return _decode_file(source, limits.max_pixels)
    if isinstance(source, str | os.PathLike):
        return _decode_file(read_file(source, limits), limits.max_pixels)
    if isinstance(source, np.ndarray):
        return decode_array(source, limits.max_pixels)
    if isinstance(source, bytearray | memoryview):
        _check_bytes(memoryview(source).nbytes, limits)
        return _decode_file(bytes(source), limits.max_pixels)
    if is_pillow(source):
        return decode_pillow(source, limits.max_pixels)
    hint = " (give the result of its read())" if hasattr(source, "read") else ""
    raise TypeError(
        "a picture is a path, the bytes of a file, a NumPy array uint8[H, W, 3] in RGB order"
        f" or a Pillow image, not {type(source).__name__}{hint}"
    )


def read_file(path: str | os.PathLike[str], limits: Limits = DEFAULT_LIMITS) -> bytes:
    """All bytes of the regular file ``path``; what could block for ever is never opened.

    Raises:
        UnreadableError: the file cannot be opened.
        TooLargeError: the file is larger than ``limits.max_bytes``.
    """
    try:
        status = os.stat(path)
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError(_irregular(path, status.st_mode))
        _check_bytes(status.st_size, limits)
        with open(path, "rb") as file:
            return file.read(status.st_size)
    except OSError as error:
        raise UnreadableError(_unopened(path, error)) from error
    except ValueError as error:  # a NUL character, or one that no file name has
        raise UnreadableError(f"{_shown(path)} is not a file name. Correct it.") from error


def _check_bytes(size: int, limits: Limits) -> None:
    if size > limits.max_bytes:
        raise TooLargeError(
            f"{size:,} bytes are more than the limit of {limits.max_bytes:,}."
            " Make the file smaller or raise max_bytes."
        )


def _shown(path: str | os.PathLike[str]) -> str:
    """The name with everything escaped that a terminal cannot print."""
    return repr(os.fsdecode(path))


def _irregular(path: str | os.PathLike[str], mode: int) -> str:
    if stat.S_ISDIR(mode):
        return f"{_shown(path)} is a folder. Give the picture files in it."
    kinds = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}
    return f"{_shown(path)} is {kinds.get(stat.S_IFMT(mode), 'a device')}. Give a regular file."


def _unopened(path: str | os.PathLike[str], error: OSError) -> str:
    shown = _shown(path)
    if error.errno == errno.ENOENT:
        if os.path.islink(path):
            return f"{shown} is a link to a file that is not there. Restore the file or remove the link."
        return f"{shown} is not there. Check the name."
    if error.errno == errno.ELOOP:
        return f"{shown} is a link that leads back to itself. Remove it."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"{shown} may not be read. Change its access rights."
    return f"{shown} cannot be read: {error.strerror or error}. Check the name and the disk."


def _decode_file(data: bytes, max_pixels: int) -> Decoded:
    """Decode the content of a picture file."""
    header = read_header(data)
    check_size(header.width, header.height, max_pixels)
    reduction = _reduction(header)
    stored = _imdecode(data, header, reduction)
    pixels = _with_color(stored, header)
    if pixels.shape[2] == 4:
        pixels = drop_unused_alpha(pixels)
    # TIFF is turned by the decoder itself.
    if header.orientation != 1 and header.format != "tiff":
        pixels = turn_upright(pixels, header.orientation)
    width, height = header.width, header.height
    if header.orientation >= 5:
        width, height = height, width
    return Decoded(
        pixels,
        PictureFacts(
            header.format,
            width,
            height,
            has_alpha=pixels.shape[2] == 4,
            jpeg_quality=header.jpeg_quality,
            bits_per_channel=header.bits,
            frames=header.frames,
            reduction=reduction,
        ),
    )


def _reduction(header: Header) -> int:
    if header.format != "jpeg":
        return 1
    longer, shorter = max(header.width, header.height), min(header.width, header.height)
    for reduction in (8, 4, 2):
        if longer >= ENOUGH * reduction and shorter >= SMALLEST_SIDE * reduction:
            return reduction
    return 1


def _imdecode(data: bytes, header: Header, reduction: int) -> NDArray[Any]:
    """The decoder's array: ``uint8`` or ``uint16``, ``[h, w]`` or ``[h, w, 3 or 4]`` BGR(A)."""
    # "Unchanged" keeps alpha and 16 bits, and also leaves EXIF alone; it cannot be had at reduced scale.
    jpeg = header.format == "jpeg"
    flags = _REDUCED[reduction] | cv2.IMREAD_IGNORE_ORIENTATION if jpeg else cv2.IMREAD_UNCHANGED
    try:
        array = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise TooLargeError("The picture does not fit into memory. Make it smaller.") from None
        array = None
    height, width = -(-header.height // reduction), -(-header.width // reduction)
    if header.format == "tiff" and header.orientation >= 5:
        height, width = width, height
    # A decoder that found another size than the header would slip past the limits.
    if array is None or array.shape[:2] != (height, width) or array.dtype not in (np.uint8, np.uint16):
        name = header.format.upper()
        raise CorruptError(f"The {name} file is truncated or damaged. Get it again or save it anew.")
    return array


def _with_color(stored: NDArray[Any], header: Header) -> Pixels:
    """``uint8[h, w, 3]`` BGR, or ``uint8[h, w, 4]`` BGRA where the header declares alpha."""
    pixels = to_8_bit(stored) if stored.dtype == np.uint16 else stored
    if pixels.ndim == 2:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
    if header.grey_key is not None:
        # The decoder forgets the key; grey of 1, 2 or 4 bits it spreads over 0-255.
        spread = 255 // ((1 << header.bits) - 1) if header.bits < 8 else 1
        grey = stored if stored.ndim == 2 else stored[:, :, 0]
        return np.dstack((pixels, key_alpha(grey, header.grey_key * spread)))
    if header.frame_box is not None:
        return _outside_transparent(pixels, header.frame_box)
    if pixels.shape[2] == 4:
        if not header.alpha:
            return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2BGR), np.uint8)
        if header.premultiplied:
            return _unmultiplied(pixels)
    return np.asarray(pixels, np.uint8)


def _outside_transparent(pixels: Pixels, box: tuple[int, int, int, int]) -> Pixels:
    """BGRA, transparent where the first frame of a GIF does not reach, as browsers show it."""
    x, y, width, height = box
    inside = slice(y, y + height), slice(x, x + width)
    result = np.zeros((*pixels.shape[:2], 4), np.uint8)
    result[inside][..., : pixels.shape[2]] = pixels[inside]
    if pixels.shape[2] == 3:
        result[inside][..., 3] = 255
    return result


def _unmultiplied(pixels: Pixels) -> Pixels:
    """BGRA with straight alpha from BGRA whose colours are multiplied by alpha."""
    alpha = np.maximum(pixels[:, :, 3:], 1).astype(np.float32)
    colors = np.rint(np.minimum(pixels[:, :, :3] * (255 / alpha), 255)).astype(np.uint8)
    return np.concatenate((colors, pixels[:, :, 3:]), axis=2)
