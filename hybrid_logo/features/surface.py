"""Flats, ramps, texture and edges."""

from __future__ import annotations

from math import log2

import cv2
import numpy as np

from hybrid_logo.features.found import EDGE_LEVELS, Found
from hybrid_logo.features.registry import feature


@feature("fraction of interior, 0-1", "{:.2f} of the interior is clean flat")
def range_to_2_share(found: Found) -> float:
    """Interior with a local range of at most 2 levels: clean flats."""
    return float(found.range_shares[2])


@feature("fraction of interior, 0-1", "{:.2f} of the interior is nearly flat")
def range_to_6_share(found: Found) -> float:
    """Interior with a local range of at most 6 levels: flats after mild compression."""
    return float(found.range_shares[6])


@feature("fraction of interior, 0-1", "{:.2f} of the interior is calm")
def range_to_12_share(found: Found) -> float:
    """Interior with a local range of at most 12 levels: flats after strong compression."""
    return float(found.range_shares[12])


@feature("fraction of interior, 0-1", "{:.2f} of the interior changes slowly")
def range_3_to_12_share(found: Found) -> float:
    """Interior with a local range of 3 to 12 levels: ramps, or compression noise."""
    return float(found.range_shares[12] - found.range_shares[2])


@feature("fraction of interior, 0-1", "{:.2f} of the interior is texture or soft edge")
def range_13_to_40_share(found: Found) -> float:
    """Interior with a local range of 13 to 40 levels: steep ramps, texture, soft edges."""
    return float(found.range_shares[40] - found.range_shares[12])


@feature("fraction of interior, 0-1", "{:.2f} of the interior lies on edges")
def inner_edge_share(found: Found) -> float:
    """Interior on edges between inks."""
    return 1.0 - float(found.range_shares[EDGE_LEVELS])


@feature("levels", "the interior changes by {:.0f} levels between neighbours")
def range_median(found: Found) -> float:
    """Median local range of the interior: the noise of flats, the slope of ramps."""
    return float(np.searchsorted(found.range_shares, 0.5))


@feature("fraction of ink, 0-1", "{:.2f} of the ink is flat")
def flat_share(found: Found) -> float:
    """Ink that is flat for this file's compression."""
    return cv2.countNonZero(found.planes.flat) / found.planes.ink_pixels


@feature("fraction of ink, 0-1", "ramps cover {:.2f} of the ink")
def ramp_share(found: Found) -> float:
    """Ink on smooth ramps."""
    return found.ramps.share


@feature("fraction of ink, 0-1", "slow ramps cover {:.2f} of the ink")
def coarse_ramp_share(found: Found) -> float:
    """Ink on smooth ramps at half size."""
    return found.ramps.coarse_share


@feature("16-level steps, 0-16", "ramps span {:.0f} of 16 steps of brightness")
def ramp_span(found: Found) -> float:
    """Range of luma that the ramps cover."""
    return found.ramps.span


@feature("log2(1 + regions)", "{:.0f} areas between edges")
def region_count(found: Found) -> float:
    """Areas between edges, page and counters included."""
    return log2(1 + found.regions)
