"""Measure: pixels become named numbers with units.

One pure function per property, each on what was found once per picture. No judgement is made here:
the ranges that decide live in the scorecard. Shares are fractions of ink pixels (0-1) unless said
otherwise; levels are 0-255; counts are log2(1 + count), so that ranges are even.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.features import color, lettering, shape, surface  # noqa: F401 - they fill FEATURES
from hybrid_logo.features.found import find
from hybrid_logo.features.registry import FEATURES
from hybrid_logo.picture import Picture

__all__ = ["NAMES", "UNITS", "measure", "phrase"]

NAMES: tuple[str, ...] = tuple(FEATURES)
"""Feature names in the order of :func:`measure`."""
UNITS: dict[str, str] = {name: unit for name, (unit, _, _) in FEATURES.items()}
"""Unit of each feature."""


def measure(picture: Picture) -> NDArray[np.float32]:
    """All features of ``picture``: ``float32[len(NAMES)]``, in the order of ``NAMES``."""
    found = find(picture)
    return np.array([function(found) for _, _, function in FEATURES.values()], np.float32)


def phrase(name: str, value: float) -> str:
    """What ``value`` of the feature ``name`` means, in a few words.

    >>> phrase("ramp_share", 0.61)
    'ramps cover 0.61 of the ink'
    """
    unit, words, _ = FEATURES[name]
    if unit.startswith("log2(1 + "):
        value = 2.0**value - 1.0
    elif unit.startswith("log2 of "):
        value = 2.0**value
    return words.format(value)
