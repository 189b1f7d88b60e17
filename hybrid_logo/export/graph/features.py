"""Pixels become named numbers: all features in the order of ``hybrid_logo.features.NAMES``.

The functions are grouped as the modules there: colour, lettering, shape, surface.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hybrid_logo.errors import ExportError
from hybrid_logo.export.graph.components import Components, component_areas, find_components, labelled
from hybrid_logo.export.graph.ink import Prepared
from hybrid_logo.export.graph.planar import count, joined, largest, log2, where
from hybrid_logo.export.graph.planes import (
    Planes,
    build_planes,
    color_histogram,
    find_local_range,
    sampled,
)
from hybrid_logo.export.graph.ramps import Ramps, find_ramps
from hybrid_logo.export.graph.strokes import Strokes, find_strokes, log2_ratio
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.features import NAMES, UNITS, color
from hybrid_logo.features.found import EDGE_LEVELS

__all__ = ["measure"]


@dataclass(frozen=True, slots=True)
class Found:
    """Everything that the features read, as in ``hybrid_logo.features.found``.

    ``range_shares`` is ``float32[256]``; ``flat_shares`` and ``half_colors`` are ``float32[4096]`` with 0 for
    the bins that the original leaves out; ``regions`` is ``float32[1]``.
    """

    planes: Planes
    components: Components
    regions: Tensor
    strokes: Strokes
    ramps: Ramps
    flat_shares: Tensor
    range_shares: Tensor
    half_colors: Tensor


def measure(prepared: Prepared) -> Tensor:
    """All features of a picture: ``float32[len(NAMES)]``, in the order of ``NAMES``."""
    found = _find(prepared)
    measured = _color(found) | _lettering(found) | _shape(found) | _surface(found)
    if tuple(measured) != NAMES:
        raise ExportError(
            f"The graph measures other features than this version: {sorted(set(measured) ^ set(NAMES))}. "
            "Add them to hybrid_logo/export/graph/features.py."
        )
    return _in_units(joined(*measured.values()))


def _in_units(numbers: Tensor) -> Tensor:
    """Those whose unit is a logarithm as such; the aspects are there already."""
    counts = np.array([UNITS[name].startswith("log2(1 + ") for name in NAMES])
    logarithms = counts | np.array([UNITS[name] == "log2 of pixels" for name in NAMES])
    is_logarithm = numbers.builder.constant(logarithms)
    positive = where(is_logarithm, numbers + counts.astype(np.float32), 1.0)
    return where(is_logarithm, log2(positive).to(np.float32), numbers)


def _find(prepared: Prepared) -> Found:
    planes = build_planes(prepared)
    cumulative = planes.range_counts.op("CumSum", prepared.ink.builder.constant(0, np.int64))
    return Found(
        planes=planes,
        components=find_components(sampled(planes.drawn)),
        regions=_region_count(planes),
        strokes=find_strokes(planes.drawn),
        ramps=find_ramps(planes),
        flat_shares=planes.flat_colors,
        range_shares=cumulative / largest(cumulative.take([255]), 1.0),
        half_colors=color_histogram(planes.half, planes.half_ink) / planes.half_ink_pixels,
    )


def _region_count(planes: Planes) -> Tensor:
    """Areas between edges at half size, specks left out."""
    calm = (find_local_range(planes.half) <= float(EDGE_LEVELS // 2)).to(np.float32).named("calm")
    areas = component_areas(calm, labelled(calm, diagonal=False))
    return _how_many(areas >= 2.0)


def _color(found: Found) -> dict[str, Tensor]:
    shares = found.flat_shares
    first, _ = shares.builder.ops("TopK", shares, [3], dtypes=[np.float32, np.int64], axis=0)
    total = shares.sum((0,), keep=True)
    return {
        "flat_color_count": _how_many(shares >= color.NOTABLE_SHARE),
        "main_color_count": _how_many(shares >= 0.02),
        "first_color_share": first.take([0]),
        "three_color_share": first.take([0]) + first.take([1]) + first.take([2]),
        "palette_entropy": _entropy(shares / where(total > 0.0, total, 1.0)),
        "color_entropy": _entropy(found.half_colors),
    }


def _lettering(found: Found) -> dict[str, Tensor]:
    components, strokes = found.components, found.strokes
    return {
        "component_count": components.count,
        "component_height_spread": components.height_spread,
        "letter_row_count": components.row_count,
        "letter_row_share": components.row_area_share,
        "row_transitions": strokes.row_transitions,
        "row_transitions_high": strokes.row_transitions_high,
        "column_transitions": strokes.column_transitions,
        "empty_column_share": strokes.empty_column_share,
        "empty_row_share": strokes.empty_row_share,
        "column_run_count": strokes.column_runs,
        "stroke_thickness": strokes.thickness,
        "row_evenness": strokes.row_evenness,
    }


def _shape(found: Found) -> dict[str, Tensor]:
    planes, box = found.planes, found.planes.prepared.box
    long_side = largest(box.width, box.height).to(np.float32) * planes.prepared.facts.reduction
    return {
        "aspect_log2": log2_ratio(box.width, box.height),
        "ink_long_side_log2": long_side,
        "ink_box_share": planes.ink_pixels / planes.box_pixels,
        "tile_share": planes.tile_share,
        "interior_share": count(planes.interior) / planes.ink_pixels,
        "drawn_box_share": found.strokes.drawn_share,
        "drawn_aspect_log2": found.strokes.aspect_log2,
    }


def _surface(found: Found) -> dict[str, Tensor]:
    def up_to(levels: int) -> Tensor:
        return found.range_shares.take([levels])

    return {
        "range_to_2_share": up_to(2),
        "range_to_6_share": up_to(6),
        "range_to_12_share": up_to(12),
        "range_3_to_12_share": up_to(12) - up_to(2),
        "range_13_to_40_share": up_to(40) - up_to(12),
        "inner_edge_share": 1.0 - up_to(EDGE_LEVELS),
        "range_median": _how_many(found.range_shares < 0.5),
        "flat_share": count(found.planes.flat) / found.planes.ink_pixels,
        "ramp_share": found.ramps.share,
        "coarse_ramp_share": found.ramps.coarse_share,
        "ramp_span": found.ramps.span,
        "region_count": found.regions,
    }


def _how_many(true: Tensor) -> Tensor:
    """``float32[1]``, how many of ``bool[n]`` hold."""
    return true.to(np.float32).sum((0,), keep=True)


def _entropy(shares: Tensor) -> Tensor:
    """``float32[1]``, bits of ``float32[n]``; an empty bin has none."""
    some = where(shares > 0.0, shares, 1.0)
    return -(some.to(np.float64) * log2(some)).sum((0,), keep=True).to(np.float32)
