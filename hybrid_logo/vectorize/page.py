"""The report of a run: original, result and their difference side by side, in one HTML file."""

from __future__ import annotations

import base64
from html import escape
from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import PictureError
from hybrid_logo.evaluation.html.markup import document, picture
from hybrid_logo.image import Limits, decode
from hybrid_logo.report import printable
from hybrid_logo.vectorize.converter import Conversion, rgba
from hybrid_logo.vectorize.quality.drawing import draw
from hybrid_logo.vectorize.results import ConversionResult

__all__ = ["closing", "entry", "opening"]

Pixels: TypeAlias = NDArray[Any]

SHOWN_PX = 320
"""Longer side of the pictures shown."""
LARGEST_SVG_BYTES = 300_000
"""A longer document is shown as it is drawn."""
VISIBLE = 30.0
"""Distance in L*a*b* that is shown as black."""
_PLACE = "<!-- entries -->"
_STYLE = """<style>
.row { border-top: 1px solid var(--line); padding: 1rem 0; break-inside: avoid; }
.row h2 { margin: 0 0 .3rem; border: 0; font-size: 1rem; overflow-wrap: anywhere; }
.row p { margin: .2rem 0; }
.three { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 1rem; max-width: 62rem; }
.three figcaption { font-size: .87em; opacity: .85; }
.three img { display: block; width: 100%; height: auto; max-height: 20rem; object-fit: contain;
  background: repeating-conic-gradient(#fff 0 25%, #ddd 0 50%) 0 / 16px 16px; }
.three .slate { background: #444; }
</style>
<p>Pictures are shown on squares where they are transparent. Difference: white where both agree, black where
they differ by 30 units of L*a*b* or more. Colour error: the mean of that difference, on a white and a dark
page.</p>"""


def opening() -> str:
    """HTML before the first entry."""
    return _whole().split(_PLACE)[0]


def closing() -> str:
    """HTML after the last entry."""
    return _whole().split(_PLACE)[1]


def _whole() -> str:
    return document("hybrid-logo convert", [_STYLE, _PLACE])


def entry(result: ConversionResult, limits: Limits) -> str:
    """HTML of one picture; that of a failed one says why."""
    name = escape(printable(result.path))
    if result.conversion is None:
        message = escape(printable(result.error_message or ""))
        told = f"<p><strong>{result.error_kind}</strong>: {message}</p>"
    else:
        told = _shown(result, result.conversion, limits)
    return f'<section class="row"><h2>{name}</h2>{told}</section>\n'


def _shown(result: ConversionResult, conversion: Conversion, limits: Limits) -> str:
    quality, prediction = conversion.quality, conversion.prediction
    sure = "certain" if prediction.certain else "not certain"
    told = (
        f"<p><strong>{prediction.label}</strong>, {prediction.confidence:.0%}, {sure}: "
        f"{escape(prediction.reason)}</p>"
    )
    if conversion.strategy.type != prediction.label:
        told += f"<p>Converted as <strong>{conversion.strategy.type}</strong>, which came nearer.</p>"
    told += (
        f'<p class="small">{quality.bytes:,} bytes, {quality.paths:,} paths; colour error '
        f"{quality.color_error:.2f}, after a low-pass {quality.low_pass_color_error:.2f}; similarity "
        f"{quality.similarity:.3f}; edges off by {quality.edge_distance_px:.2f} px</p>"
    )
    try:
        pixels = rgba(decode(result.path, limits).pixels)
    except PictureError:  # gone since it was converted
        return told
    scale = min(1.0, SHOWN_PX / max(pixels.shape[:2]))
    width, height = (max(1, round(side * scale)) for side in pixels.shape[1::-1])
    original = np.asarray(
        _straight(cv2.resize(_multiplied(pixels), (width, height), interpolation=cv2.INTER_AREA))
    )
    drawn = draw(conversion.svg, width, height)
    if len(conversion.svg) <= LARGEST_SVG_BYTES:
        data = base64.b64encode(conversion.svg.encode()).decode("ascii")
        vector = f'<img alt="The SVG" src="data:image/svg+xml;base64,{data}">'
    else:
        vector = _transparent(drawn, "The SVG as drawn")
    figures = {
        f"original, {pixels.shape[1]} x {pixels.shape[0]}": _transparent(original, "The original"),
        "SVG": vector,
        "difference": picture(_difference(original, drawn), "Where they differ"),
    }
    shown = "".join(
        f"<figure>{image}<figcaption>{caption}</figcaption></figure>" for caption, image in figures.items()
    )
    return f'{told}<div class="three">{shown}</div>'


def _multiplied(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGBA2mRGBA))


def _straight(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_mRGBA2RGBA))


def _transparent(pixels: Pixels, alt: str) -> str:
    """An element that holds RGBA itself, as PNG."""
    data = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))[1].tobytes()
    return f'<img alt="{alt}" src="data:image/png;base64,{base64.b64encode(data).decode("ascii")}">'


def _difference(one: Pixels, other: Pixels) -> Pixels:
    """``uint8[H, W, 3]``: the larger distance on a white and on a dark page, white where there is none."""
    distance = np.zeros(one.shape[:2], np.float32)
    for page in (255.0, 32.0):
        labs = []
        for pixels in (one, other):
            alpha = pixels[:, :, 3:].astype(np.float32) / 255
            laid = (pixels[:, :, :3] * alpha + page * (1 - alpha)) / 255
            labs.append(np.asarray(cv2.cvtColor(laid.astype(np.float32), cv2.COLOR_RGB2LAB)))
        distance = np.maximum(distance, np.sqrt(((labs[0] - labs[1]) ** 2).sum(2)))
    shade = np.clip(255 - distance * (255 / VISIBLE), 0, 255).astype(np.uint8)
    return np.dstack([shade, shade, shade])
