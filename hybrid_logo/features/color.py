"""Flat colours, entropies, chroma and brightness."""

from __future__ import annotations

from math import log2

import numpy as np

from hybrid_logo.features.found import Found
from hybrid_logo.features.registry import feature

NOTABLE_SHARE = 0.002
"""Share of the ink from which a flat colour counts; below it, mixed edge pixels do."""


@feature("log2(1 + colours)", "{:.0f} flat colours")
def flat_color_count(found: Found) -> float:
    """Flat colours of at least 0.2% of the ink."""
    return log2(1 + int((found.flat_shares >= NOTABLE_SHARE).sum()))


@feature("log2(1 + colours)", "{:.0f} main flat colours")
def main_color_count(found: Found) -> float:
    """Flat colours of at least 2% of the ink."""
    return log2(1 + int((found.flat_shares >= 0.02).sum()))


@feature("fraction of ink, 0-1", "one flat colour makes {:.2f} of the ink")
def first_color_share(found: Found) -> float:
    """Ink in its commonest flat colour."""
    return float(found.flat_shares[:1].sum())


@feature("fraction of ink, 0-1", "three flat colours make {:.2f} of the ink")
def three_color_share(found: Found) -> float:
    """Ink in its three commonest flat colours."""
    return float(found.flat_shares[:3].sum())


@feature("bits", "the flat colours have {:.1f} bits")
def palette_entropy(found: Found) -> float:
    """Entropy of the flat colours."""
    shares = found.flat_shares
    total = float(shares.sum())
    if total == 0:
        return 0.0
    shares = shares / total
    return -float(np.dot(shares, np.log2(shares)))


@feature("bits", "the colours have {:.1f} bits")
def color_entropy(found: Found) -> float:
    """Entropy of all ink colours at half size, ramps and mixed edges included."""
    return -float(np.dot(found.half_colors, np.log2(found.half_colors)))
