"""A picture with ramps to an SVG with native gradient fills, where these are better than flat steps."""

from __future__ import annotations

from typing import Any, TypeAlias

import cv2
from numpy.typing import NDArray

from hybrid_logo.vectorize.document import resized, units_per_pixel
from hybrid_logo.vectorize.gradients.enlarged import Enlarged
from hybrid_logo.vectorize.gradients.layers import layers
from hybrid_logo.vectorize.gradients.outlines import path_data
from hybrid_logo.vectorize.gradients.regions import find_areas
from hybrid_logo.vectorize.gradients.writing import write_document
from hybrid_logo.vectorize.quality.measured import Quality, Reference

__all__ = ["convert_gradient", "posterised"]

Pixels: TypeAlias = NDArray[Any]

SIDE_PX = 512
"""Pictures are enlarged by a whole number to about that, to find borders between their pixels."""
LARGEST_SIDE_PX = 640
"""Larger pictures are made smaller before: what is lost lies below the width of an edge."""


def convert_gradient(pixels: Pixels, reference: Reference) -> tuple[str, Quality] | None:
    """Trace smooth areas with ``<linearGradient>`` and ``<radialGradient>`` fills.

    Args:
        pixels: ``uint8[H, W, 4]``, RGBA with straight alpha.
        reference: of these pixels.

    Returns:
        the document, whose viewBox is the picture's size, and how near it is to the picture; None where
        there are too many areas, or where VTracer's flat steps (``posterised``) are nearer.

    Raises:
        MissingExtraError: vtracer or resvg_py is not installed.
    """
    svg = _traced(pixels)
    if svg is None:
        return None
    ours, steps = reference.measure(svg), reference.measure(posterised(pixels))
    worse = ours.low_pass_color_error > steps.low_pass_color_error or ours.color_error > steps.color_error
    return None if worse else (svg, ours)


def _traced(pixels: Pixels) -> str | None:
    """The document, whatever it is worth; None where there are too many areas."""
    size = pixels.shape[1], pixels.shape[0]
    pixels = _reduced(pixels)
    height, width = pixels.shape[:2]
    picture = Enlarged.of(pixels, SIDE_PX)
    areas = find_areas(picture)
    if areas is None:
        return None
    units = units_per_pixel(width, height)
    outlined = [
        (areas.fills[number], path_data(mask, picture.scale, units))
        for number, mask in layers(areas, picture.scale)
    ]
    svg = write_document(
        [(fill, path) for fill, path in outlined if path], width, height, picture.scale, units
    )
    return svg if size == (width, height) else resized(svg, (width, height), size)


def _reduced(pixels: Pixels) -> Pixels:
    """At most ``LARGEST_SIDE_PX`` long."""
    scale = LARGEST_SIDE_PX / max(pixels.shape[:2])
    if scale >= 1:
        return pixels
    size = [max(1, round(side * scale)) for side in pixels.shape[1::-1]]
    premultiplied = cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA)
    return cv2.cvtColor(cv2.resize(premultiplied, size, interpolation=cv2.INTER_AREA), cv2.COLOR_mRGBA2RGBA)


def posterised(pixels: Pixels) -> str:
    """What VTracer makes of ``uint8[H, W, 4]`` with its own settings: ramps become flat steps."""
    import vtracer

    encoded = cv2.imencode(
        ".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA), [cv2.IMWRITE_PNG_COMPRESSION, 1]
    )
    return str(vtracer.convert_raw_image_to_svg(encoded[1].tobytes(), img_format="png"))
