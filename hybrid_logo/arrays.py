"""From pictures that are in memory already, NumPy arrays and Pillow images, to pixels."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import CorruptError, InvalidArrayError
from hybrid_logo.picture import Decoded, PictureFacts
from hybrid_logo.pixels import check_size, drop_unused_alpha, key_alpha, to_8_bit, turn_upright

__all__ = ["decode_array", "decode_pillow", "is_pillow"]

_TO_BGR = {1: cv2.COLOR_GRAY2BGR, 3: cv2.COLOR_RGB2BGR, 4: cv2.COLOR_RGBA2BGRA}
_ALPHA_MODES = ("LA", "La", "PA", "RGBA", "RGBa")
_EXIF_ORIENTATION = 0x0112


def decode_array(array: NDArray[Any], max_pixels: int) -> Decoded:
    """Take ``uint8[H, W]``, ``[H, W, 1]`` grey, ``[H, W, 3]`` RGB or ``[H, W, 4]`` RGBA.

    The array is copied. Note the order: RGB, as Pillow, imageio and matplotlib have it, not OpenCV's BGR.

    Raises:
        InvalidArrayError: another type or shape; the message names the fix.
        TooLargeError: more than ``max_pixels`` pixels.
        TooSmallError: a side below 4 pixels.
    """
    if isinstance(array, np.ma.MaskedArray):
        raise InvalidArrayError("A masked array is no picture. Give array.filled(255), or RGBA with alpha.")
    _check_type(array)
    _check_shape(array)
    height, width = array.shape[:2]
    check_size(width, height, max_pixels)
    return _decoded(array, 8, width, height)


def _decoded(array: NDArray[np.uint8], bits: int, width: int, height: int) -> Decoded:
    channels = 1 if array.ndim == 2 else array.shape[2]
    pixels = np.asarray(cv2.cvtColor(np.ascontiguousarray(array), _TO_BGR[channels]), np.uint8)
    if channels == 4:
        pixels = drop_unused_alpha(pixels)
    has_alpha = pixels.shape[2] == 4
    return Decoded(pixels, PictureFacts("array", width, height, has_alpha=has_alpha, bits_per_channel=bits))


def _check_type(array: NDArray[Any]) -> None:
    if array.dtype == np.uint8:
        return
    kind = array.dtype.kind
    if kind == "b":
        fix = "Give array.astype('uint8') * 255."
    elif array.dtype == np.uint16:
        fix = "Give (array / 257).round().astype('uint8') if white is 65,535."
    elif kind == "f":
        if not np.isfinite(array).all():
            raise InvalidArrayError("The array has NaN or infinite values. Remove them and give uint8 0-255.")
        fix = "Give (array * 255).round().astype('uint8') if white is 1.0."
    elif kind in "iu":
        fix = "Give array.astype('uint8') if its values lie in 0-255."
    else:
        fix = "Give an array of uint8 0-255."
    raise InvalidArrayError(f"The array is {array.dtype}, but pixels must be uint8. {fix}")


def _check_shape(array: NDArray[Any]) -> None:
    shape = array.shape
    if len(shape) == 2 or (len(shape) == 3 and shape[2] in _TO_BGR):
        if array.size:
            return
        fix = "It has no pixels. Check where it was cut out."
    elif len(shape) == 3 and shape[0] in _TO_BGR:
        fix = "Channels come last: give array.transpose(1, 2, 0)."
    elif len(shape) == 4:
        fix = "Give one picture at a time, or a list of them to classify_many."
    else:
        fix = "Give [H, W] grey, [H, W, 3] RGB or [H, W, 4] RGBA."
    raise InvalidArrayError(f"An array of shape {shape} is no picture. {fix}")


def is_pillow(source: object) -> bool:
    """Whether ``source`` is a Pillow image; told by its class, so that Pillow is never imported."""
    return any(kind.__module__ == "PIL.Image" and kind.__name__ == "Image" for kind in type(source).__mro__)


def decode_pillow(image: Any, max_pixels: int) -> Decoded:
    """Take a Pillow image of any mode that has colours, turned as its EXIF asks.

    Raises:
        InvalidArrayError: a mode of numbers instead of colours (I, F, LAB).
        CorruptError: the file behind the image cannot be loaded.
        TooLargeError: more than ``max_pixels`` pixels.
        TooSmallError: a side below 4 pixels.
    """
    width, height = image.size
    check_size(width, height, max_pixels)
    if image.mode in ("I", "F", "LAB"):
        raise InvalidArrayError(
            f"A Pillow image of mode {image.mode} has no defined colours."
            " Scale it to 0-255 and convert it to RGB."
        )
    try:
        image.load()
        orientation = image.getexif().get(_EXIF_ORIENTATION, 1)
    except MemoryError:
        raise
    except Exception as error:  # Pillow's plugins raise nearly everything for a damaged file
        raise CorruptError(f"Pillow cannot load the image: {error}. Get the file again.") from error
    bits = 16 if image.mode.startswith("I;16") else 8
    decoded = _decoded(_colors(image), bits, width, height)
    if orientation not in range(2, 9):
        return decoded
    return _turned(decoded, orientation)


def _colors(image: Any) -> NDArray[np.uint8]:
    """``uint8[H, W]``, ``[H, W, 3]`` RGB or ``[H, W, 4]`` RGBA."""
    key = image.info.get("transparency")
    if image.mode.startswith("I;16"):
        deep = np.asarray(image).astype(np.uint16)
        grey = to_8_bit(deep)
        return np.dstack((grey, grey, grey, key_alpha(deep, key))) if isinstance(key, int) else grey
    if image.mode == "La":
        image = image.convert("LA")
    clear_palette = image.mode == "P" and image.palette.mode == "RGBA"
    wanted = "RGBA" if image.mode in _ALPHA_MODES or clear_palette or key is not None else "RGB"
    return np.asarray(image if image.mode == wanted else image.convert(wanted), np.uint8)


def _turned(decoded: Decoded, orientation: int) -> Decoded:
    pixels = turn_upright(decoded.pixels, orientation)
    facts = decoded.facts
    return Decoded(
        pixels,
        PictureFacts(
            facts.format,
            width=pixels.shape[1],
            height=pixels.shape[0],
            has_alpha=facts.has_alpha,
            bits_per_channel=facts.bits_per_channel,
        ),
    )
