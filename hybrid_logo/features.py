"""Measure: pixels become named numbers with units.

One pure function per property, each on what was found once per picture. No judgement is made here:
the ranges that decide live in the scorecard. Shares are fractions of ink pixels (0-1) unless said
otherwise; levels are 0-255; counts are log2(1 + count), so that ranges are even.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log2

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.components import Components, find_components
from hybrid_logo.picture import Picture
from hybrid_logo.planes import Planes, build_planes, color_histogram, find_local_range
from hybrid_logo.ramps import Ramps, find_ramps
from hybrid_logo.strokes import Strokes, find_strokes

__all__ = ["NAMES", "UNITS", "Found", "find", "measure", "phrase"]

NOTABLE_SHARE = 0.002
"""Share of the ink from which a flat colour counts (METHOD: bins of at least 0.2% area)."""
EDGE_LEVELS = 48
"""Local range from which a pixel lies on an edge."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found in one picture, for the features to read.

    Attributes:
        planes: the shared images.
        components: connected shapes of the drawn ink.
        regions: connected areas between edges, page included.
        strokes: rhythm of the drawn ink.
        ramps: smooth colour ramps.
        flat_shares: ``float32[n]`` share of the ink per flat colour bin, largest first.
        range_shares: ``float32[256]``, cumulative share of the interior up to each local range.
        half_colors: ``float32[n]`` share of the ink per occupied colour bin at half size, flat or not.
    """

    planes: Planes
    components: Components
    regions: int
    strokes: Strokes
    ramps: Ramps
    flat_shares: NDArray[np.float32]
    range_shares: NDArray[np.float32]
    half_colors: NDArray[np.float32]


_Feature = Callable[[Found], float]
_FEATURES: dict[str, tuple[str, str, _Feature]] = {}


def find(picture: Picture) -> Found:
    """Everything that the features read, computed once."""
    planes = build_planes(picture)
    strokes = find_strokes(planes.drawn)
    _, _, width, height = cv2.boundingRect(planes.drawn)
    flat = np.sort(planes.flat_colors[planes.flat_colors > 0])[::-1]
    cumulative = np.cumsum(planes.range_counts)
    half_colors = color_histogram(planes.half, planes.half_ink) / np.float32(planes.half_ink_pixels)
    return Found(
        planes=planes,
        components=find_components(planes.drawn, max(1, width), max(1, height)),
        regions=_region_count(planes),
        strokes=strokes,
        ramps=find_ramps(planes),
        flat_shares=flat,
        range_shares=cumulative / max(np.float32(1.0), cumulative[-1]),
        half_colors=half_colors[half_colors > 0],
    )


def measure(picture: Picture) -> NDArray[np.float32]:
    """All features of ``picture``: ``float32[len(NAMES)]``, in the order of ``NAMES``."""
    found = find(picture)
    return np.array([function(found) for _, _, function in _FEATURES.values()], np.float32)


def phrase(name: str, value: float) -> str:
    """What ``value`` of the feature ``name`` means, in a few words."""
    unit, words, _ = _FEATURES[name]
    if unit.startswith("log2(1 + "):
        value = 2.0**value - 1.0
    elif unit.startswith("log2 of "):
        value = 2.0**value
    return words.format(value)


def _region_count(planes: Planes) -> int:
    """Areas between edges at half size, specks left out."""
    calm = cv2.threshold(find_local_range(planes.half), EDGE_LEVELS // 2, 1, cv2.THRESH_BINARY_INV)[1]
    areas = cv2.connectedComponentsWithStats(calm, connectivity=4, ltype=cv2.CV_16U)[2][1:, cv2.CC_STAT_AREA]
    return int((areas >= 2).sum())


def _feature(unit: str, words: str) -> Callable[[_Feature], _Feature]:
    """Add a property to the list; ``words`` say its value, freed of its logarithm."""

    def register(function: _Feature) -> _Feature:
        _FEATURES[function.__name__] = (unit, words, function)
        return function

    return register


# Size and shape


@_feature("log2 of width over height", "the ink is {:.2g} times as wide as high")
def aspect_log2(found: Found) -> float:
    """Aspect of the ink box."""
    _, _, width, height = found.planes.picture.ink_box
    return log2(width / height)


@_feature("log2 of pixels", "the ink is {:.0f} px long")
def ink_long_side_log2(found: Found) -> float:
    """Native size of the ink: small pictures blur what larger ones show."""
    return log2(found.planes.picture.ink_long_side)


@_feature("fraction of the ink box, 0-1", "ink fills {:.2f} of its box")
def ink_box_share(found: Found) -> float:
    """How full the ink box is."""
    _, _, width, height = cv2.boundingRect(found.planes.ink)
    return found.planes.ink_pixels / max(1, width * height)


@_feature("fraction of ink, 0-1", "a plain tile makes {:.2f} of the ink")
def tile_share(found: Found) -> float:
    """Ink that is a plain tile under the drawing."""
    return found.planes.tile_share


@_feature("fraction of ink, 0-1", "{:.2f} of the ink lies away from the page")
def interior_share(found: Found) -> float:
    """Ink at least two pixels from the page: low for thin strokes."""
    return cv2.countNonZero(found.planes.interior) / found.planes.ink_pixels


# Calm, ramps, texture, edges


@_feature("fraction of interior, 0-1", "{:.2f} of the interior is clean flat")
def range_to_2_share(found: Found) -> float:
    """Interior with a local range of at most 2 levels: clean flats."""
    return float(found.range_shares[2])


@_feature("fraction of interior, 0-1", "{:.2f} of the interior is nearly flat")
def range_to_6_share(found: Found) -> float:
    """Interior with a local range of at most 6 levels: flats after mild compression."""
    return float(found.range_shares[6])


@_feature("fraction of interior, 0-1", "{:.2f} of the interior is calm")
def range_to_12_share(found: Found) -> float:
    """Interior with a local range of at most 12 levels: flats after strong compression."""
    return float(found.range_shares[12])


@_feature("fraction of interior, 0-1", "{:.2f} of the interior changes slowly")
def range_3_to_12_share(found: Found) -> float:
    """Interior with a local range of 3 to 12 levels: ramps, or compression noise."""
    return float(found.range_shares[12] - found.range_shares[2])


@_feature("fraction of interior, 0-1", "{:.2f} of the interior is texture or soft edge")
def range_13_to_40_share(found: Found) -> float:
    """Interior with a local range of 13 to 40 levels: steep ramps, texture, soft edges."""
    return float(found.range_shares[40] - found.range_shares[12])


@_feature("fraction of interior, 0-1", "{:.2f} of the interior lies on edges")
def inner_edge_share(found: Found) -> float:
    """Interior on edges between inks."""
    return 1.0 - float(found.range_shares[EDGE_LEVELS])


@_feature("levels", "the interior changes by {:.0f} levels between neighbours")
def range_median(found: Found) -> float:
    """Median local range of the interior: the noise of flats, the slope of ramps."""
    return float(np.searchsorted(found.range_shares, 0.5))


@_feature("fraction of ink, 0-1", "{:.2f} of the ink is flat")
def flat_share(found: Found) -> float:
    """Ink that is flat for this file's compression."""
    return cv2.countNonZero(found.planes.flat) / found.planes.ink_pixels


@_feature("fraction of ink, 0-1", "ramps cover {:.2f} of the ink")
def ramp_share(found: Found) -> float:
    """Ink on smooth ramps."""
    return found.ramps.share


@_feature("fraction of ink, 0-1", "slow ramps cover {:.2f} of the ink")
def coarse_ramp_share(found: Found) -> float:
    """Ink on smooth ramps at half size."""
    return found.ramps.coarse_share


@_feature("16-level steps, 0-16", "ramps span {:.0f} of 16 steps of brightness")
def ramp_span(found: Found) -> float:
    """Range of luma that the ramps cover."""
    return found.ramps.span


@_feature("fraction of the frame, 0-1", "{:.2f} of the picture lies on edges")
def edge_share(found: Found) -> float:
    """Thumbnail pixels on edges, outline included."""
    edges = cv2.threshold(found.planes.local_range, EDGE_LEVELS, 1, cv2.THRESH_BINARY)[1]
    return cv2.countNonZero(edges) / edges.size


# Colours


@_feature("log2(1 + colours)", "{:.0f} flat colours")
def flat_color_count(found: Found) -> float:
    """Flat colours of at least 0.2% of the ink."""
    return log2(1 + int((found.flat_shares >= NOTABLE_SHARE).sum()))


@_feature("log2(1 + colours)", "{:.0f} main flat colours")
def main_color_count(found: Found) -> float:
    """Flat colours of at least 2% of the ink."""
    return log2(1 + int((found.flat_shares >= 0.02).sum()))


@_feature("fraction of ink, 0-1", "one flat colour makes {:.2f} of the ink")
def first_color_share(found: Found) -> float:
    """Ink in its commonest flat colour."""
    return float(found.flat_shares[:1].sum())


@_feature("fraction of ink, 0-1", "three flat colours make {:.2f} of the ink")
def three_color_share(found: Found) -> float:
    """Ink in its three commonest flat colours."""
    return float(found.flat_shares[:3].sum())


@_feature("bits", "the flat colours have {:.1f} bits")
def palette_entropy(found: Found) -> float:
    """Entropy of the flat colours."""
    shares = found.flat_shares
    total = float(shares.sum())
    if total == 0:
        return 0.0
    shares = shares / total
    return -float(np.dot(shares, np.log2(shares)))


@_feature("bits", "the colours have {:.1f} bits")
def color_entropy(found: Found) -> float:
    """Entropy of all ink colours at half size, ramps and mixed edges included."""
    return -float(np.dot(found.half_colors, np.log2(found.half_colors)))


@_feature("levels", "the mean chroma is {:.0f} levels")
def mean_chroma(found: Found) -> float:
    """Mean difference between the largest and smallest channel of the ink."""
    red, green, blue = cv2.split(found.planes.half)
    chroma = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    return cv2.mean(chroma, found.planes.half_ink)[0]


@_feature("levels", "brightness varies by {:.0f} levels")
def luma_deviation(found: Found) -> float:
    """Standard deviation of the ink's luma at half size."""
    return float(cv2.meanStdDev(found.planes.half_gray, mask=found.planes.half_ink)[1][0, 0])


# Shapes and lettering


@_feature("log2(1 + regions)", "{:.0f} areas between edges")
def region_count(found: Found) -> float:
    """Areas between edges, page and counters included."""
    return log2(1 + found.regions)


@_feature("log2(1 + components)", "{:.0f} separate shapes")
def component_count(found: Found) -> float:
    """Connected shapes of the drawn ink."""
    return log2(1 + found.components.count)


@_feature("fraction of drawn ink, 0-1", "the largest shape holds {:.2f} of the drawing")
def largest_component_share(found: Found) -> float:
    """Drawn ink in its largest shape."""
    return found.components.largest_share


@_feature("fraction of bounding box, 0-1", "shapes fill {:.2f} of their boxes")
def component_fill(found: Found) -> float:
    """How full the boxes of the shapes are."""
    return found.components.mean_fill


@_feature("interquartile range over median", "heights of the shapes spread by {:.2f}")
def component_height_spread(found: Found) -> float:
    """How unequal the heights of the shapes are."""
    return found.components.height_spread


@_feature("fraction of box height, 0-1", "shapes are {:.2f} of the drawing high")
def component_median_height(found: Found) -> float:
    """Median height of the shapes."""
    return found.components.median_height


@_feature("log2(1 + components)", "{:.0f} shapes stand in one row")
def letter_row_count(found: Found) -> float:
    """Shapes of like height on one baseline."""
    return log2(1 + found.components.row_count)


@_feature("fraction of drawn ink, 0-1", "a row of like shapes holds {:.2f} of the drawing")
def letter_row_share(found: Found) -> float:
    """Drawn ink in that row."""
    return found.components.row_area_share


@_feature("fraction of box width", "a row of like shapes takes {:.2f} of the width")
def letter_row_width(found: Found) -> float:
    """Summed widths of the shapes in that row."""
    return found.components.row_width_share


@_feature("fraction of components, 0-1", "{:.2f} of the shapes stand in one row")
def letter_row_membership(found: Found) -> float:
    """Shapes that stand in that row."""
    return found.components.aligned_share


@_feature("fraction of box, 0-1", "the drawing fills {:.2f} of its box")
def drawn_box_share(found: Found) -> float:
    """How full the box of the drawn ink is."""
    return found.strokes.drawn_share


@_feature("log2 of width over height", "the drawing is {:.2g} times as wide as high")
def drawn_aspect_log2(found: Found) -> float:
    """Aspect of the drawn ink without its tile."""
    return found.strokes.aspect_log2


@_feature("changes per row", "{:.1f} changes along a row")
def row_transitions(found: Found) -> float:
    """Changes between drawn and empty along a row, mean."""
    return found.strokes.row_transitions


@_feature("changes per row", "{:.0f} changes along the busiest rows")
def row_transitions_high(found: Found) -> float:
    """Changes along a row, 90th percentile."""
    return found.strokes.row_transitions_high


@_feature("changes per column", "{:.1f} changes down a column")
def column_transitions(found: Found) -> float:
    """Changes down a column, mean."""
    return found.strokes.column_transitions


@_feature("fraction of columns, 0-1", "{:.2f} of the columns are empty")
def empty_column_share(found: Found) -> float:
    """Columns without ink: gaps between letters."""
    return found.strokes.empty_column_share


@_feature("fraction of rows, 0-1", "{:.2f} of the rows are empty")
def empty_row_share(found: Found) -> float:
    """Rows without ink: gaps between lines."""
    return found.strokes.empty_row_share


@_feature("log2(1 + runs)", "{:.0f} groups of columns hold ink")
def column_run_count(found: Found) -> float:
    """Groups of columns that hold ink: separate letters."""
    return log2(1 + found.strokes.column_runs)


@_feature("fraction of box height", "strokes are {:.2f} of the height thick")
def stroke_thickness(found: Found) -> float:
    """Mean thickness of the strokes."""
    return found.strokes.thickness


@_feature("fraction, 0-1", "rows are {:.2f} evenly filled")
def row_evenness(found: Found) -> float:
    """Mean drawn pixels per row over the most in one row."""
    return found.strokes.row_evenness


@_feature("fraction of levels, 0-1", "left and right differ by {:.2f}")
def mirror_difference(found: Found) -> float:
    """Mean difference between the thumbnail and its mirror image, left to right."""
    gray = found.planes.gray
    return cv2.mean(cv2.absdiff(gray, cv2.flip(gray, 1)))[0] / 255.0


NAMES: tuple[str, ...] = tuple(_FEATURES)
"""Feature names in the order of :func:`measure`."""
UNITS: dict[str, str] = {name: unit for name, (unit, _, _) in _FEATURES.items()}
"""Unit of each feature."""
