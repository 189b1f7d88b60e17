"""The figures of one conversion: colour before and after a low-pass, structure, edges, bytes and paths.

Measured on a white and on a dark page, since a conversion can be wrong in what only one of them shows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import cv2
import numpy as np

from hybrid_logo.vectorize.quality.drawing import Pixels, draw

__all__ = ["ORIGINAL_SIDE_PX", "Quality", "Reference", "compare", "compare_with_original"]

ORIGINAL_SIDE_PX = 1024
"""Longer side at which an original vector is drawn to be compared with."""
PAGES = (255, 32)
"""Grey levels of the white and the dark page."""
LOW_PASS = 1 / 128
"""Standard deviation of the low-pass, as a share of the longer side."""
LOW_PASS_SIDE_PX = 256
SIMILARITY_SIDE_PX = 512
FARTHEST = 1 / 16
"""An edge that has no counterpart counts as that share of the longer side."""
CANNY = (30, 90)
SHAPE = re.compile(r"<(?:path|rect|circle|ellipse|polygon|polyline|line)\b")


@dataclass(frozen=True, slots=True)
class Quality:
    """How far a conversion is from what it is compared with, and what it weighs.

    Attributes:
        color_error: mean distance in CIE L*a*b* (1976) over all pixels of both pages; 0 is exact.
        low_pass_color_error: the same after a low-pass of the difference: what cancels within a few pixels
            (noise, wobbling edges) does not count, flattened and stepped ramps do.
        similarity: structural similarity of the lightness (Wang et al. 2004), 1 is exact.
        edge_distance_px: mean distance between each edge pixel and the nearest edge of the other, both ways
            (chamfer distance), in pixels of the picture compared in.
        bytes: of the document in UTF-8.
        paths: shapes that are drawn.
    """

    color_error: float
    low_pass_color_error: float
    similarity: float
    edge_distance_px: float
    bytes: int
    paths: int


@dataclass(frozen=True, slots=True, eq=False)
class _Page:
    """What is computed once of the picture on one page."""

    lab: Pixels
    lightness: Pixels
    mean: Pixels
    variance: Pixels
    edges: Pixels
    to_edge: Pixels


@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """A picture that conversions are compared with; for many of them it is prepared once.

    Attributes:
        pixels: ``uint8[H, W, 4]``, RGBA with straight alpha.
        opaque: no pixel is transparent.
    """

    pixels: Pixels
    opaque: bool = field(init=False)
    _pages: list[_Page] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "opaque", bool(self.pixels[:, :, 3].min() == 255))
        object.__setattr__(self, "_pages", [])

    @classmethod
    def of_original(
        cls, svg: str, longer_side_px: int = ORIGINAL_SIDE_PX, like: Pixels | None = None
    ) -> Reference:
        """An original vector, drawn large.

        Args:
            svg: the document.
            longer_side_px: of the picture drawn.
            like: ``uint8[h, w, 4]``, a picture of it whose aspect is to be met; by default square.

        Raises:
            MissingExtraError: resvg_py is not installed.
            InputError: it cannot be drawn.
        """
        height, width = (1, 1) if like is None else like.shape[:2]
        scale = longer_side_px / max(height, width)
        return cls(draw(svg, max(1, round(width * scale)), max(1, round(height * scale))))

    def measure(self, svg: str) -> Quality:
        """Draw a conversion at the same size and compare.

        Raises:
            MissingExtraError: resvg_py is not installed.
            InputError: it cannot be drawn.
        """
        height, width = self.pixels.shape[:2]
        drawn = draw(svg, width, height)
        pages = 1 if self.opaque and drawn[:, :, 3].min() == 255 else len(PAGES)
        while len(self._pages) < pages:
            self._pages.append(_prepared(_laid_on(self.pixels, PAGES[len(self._pages)])))
        figures = [_compared(self._pages[number], _laid_on(drawn, PAGES[number])) for number in range(pages)]
        color, low_pass, similarity, edges = np.mean(figures, axis=0).tolist()
        return Quality(color, low_pass, similarity, edges, len(svg.encode()), len(SHAPE.findall(svg)))


def compare(svg: str, pixels: Pixels) -> Quality:
    """Compare a conversion with the picture it was made from, at the picture's size.

    Args:
        svg: the document.
        pixels: ``uint8[H, W, 4]``, RGBA with straight alpha.

    Raises:
        MissingExtraError: resvg_py is not installed.
        InputError: the document cannot be drawn.
    """
    return Reference(pixels).measure(svg)


def compare_with_original(svg: str, original: str, like: Pixels | None = None) -> Quality:
    """Compare a conversion with the vector that its picture was drawn from, at ``ORIGINAL_SIDE_PX``.

    A conversion that copies the blur of a small picture is worse here, one that is truly sharp is better.

    Args:
        svg: the conversion.
        original: the original document.
        like: ``uint8[h, w, 4]``, the picture between them, for its aspect; by default square.

    Raises:
        MissingExtraError: resvg_py is not installed.
        InputError: one of them cannot be drawn.
    """
    return Reference.of_original(original, like=like).measure(svg)


def _laid_on(pixels: Pixels, page: int) -> Pixels:
    """``float32[H, W, 3]`` in L*a*b* on a grey page."""
    color: Pixels = pixels[:, :, :3].astype(np.float32)
    if pixels[:, :, 3].min() < 255:
        color = (color - page) * (pixels[:, :, 3:].astype(np.float32) / 255) + page
    return cv2.cvtColor(color / 255, cv2.COLOR_RGB2Lab)


def _prepared(lab: Pixels) -> _Page:
    lightness = _reduced(cv2.extractChannel(lab, 0), SIMILARITY_SIDE_PX)
    mean, edges = _window(lightness), _edges(lab)
    return _Page(lab, lightness, mean, _window(lightness * lightness) - mean * mean, edges, _to_edge(edges))


def _compared(page: _Page, lab: Pixels) -> tuple[float, float, float, float]:
    difference = lab - page.lab
    small = _reduced(difference, LOW_PASS_SIDE_PX)
    low = cv2.GaussianBlur(small, (0, 0), max(small.shape[:2]) * LOW_PASS)
    edges = _edges(lab)
    return (_length(difference), _length(low), _similarity(page, lab), _edge_distance(page, edges))


def _length(difference: Pixels) -> float:
    """Mean length of the vectors in ``float32[H, W, 3]``."""
    return float(np.sqrt(np.einsum("ijk,ijk->ij", difference, difference)).mean())


def _similarity(page: _Page, lab: Pixels) -> float:
    other = _reduced(cv2.extractChannel(lab, 0), SIMILARITY_SIDE_PX)
    mean = _window(other)
    variance, shared = (
        _window(other * other) - mean * mean,
        _window(other * page.lightness) - mean * page.mean,
    )
    small, smaller = (0.01 * 100) ** 2, (0.03 * 100) ** 2  # lightness reaches 100
    top = (2 * mean * page.mean + small) * (2 * shared + smaller)
    return float((top / ((mean**2 + page.mean**2 + small) * (variance + page.variance + smaller))).mean())


def _edge_distance(page: _Page, edges: Pixels) -> float:
    farthest = max(edges.shape) * FARTHEST
    return 0.5 * (
        _mean_distance(page.to_edge, edges, farthest) + _mean_distance(_to_edge(edges), page.edges, farthest)
    )


def _mean_distance(to_edge: Pixels, edges: Pixels, farthest: float) -> float:
    distances = to_edge[edges > 0]
    return float(np.minimum(distances, farthest).mean()) if distances.size else 0.0


def _edges(lab: Pixels) -> Pixels:
    lightness = cv2.convertScaleAbs(cv2.extractChannel(lab, 0), alpha=2.55)
    return cv2.Canny(lightness, *CANNY)


def _to_edge(edges: Pixels) -> Pixels:
    """Distance of each pixel to the nearest edge; very far where there is none."""
    if not edges.any():
        return np.full(edges.shape, np.inf, np.float32)
    return cv2.distanceTransform(cv2.bitwise_not(edges), cv2.DIST_L2, 5)


def _window(plane: Pixels) -> Pixels:
    return cv2.GaussianBlur(plane, (11, 11), 1.5)


def _reduced(plane: Pixels, side: int) -> Pixels:
    scale = side / max(plane.shape[:2])
    if scale >= 1:
        return plane
    size = [max(1, round(length * scale)) for length in plane.shape[1::-1]]
    return cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
