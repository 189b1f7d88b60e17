"""The bins of every histogram, fixed by what is counted, so that any two profiles can be compared.

Shares crowd near 0 and 1, so their bins are narrow there. Counts are cut between whole numbers, where no
value lies; features that are logarithms of counts are cut at the same counts.
"""

from __future__ import annotations

from itertools import accumulate, pairwise
from math import log2

from hybrid_logo.errors import PictureError
from hybrid_logo.features import NAMES, UNITS
from hybrid_logo.types import LABELS, DecidedBy

__all__ = ["ANSWERED", "EDGES", "PARTS", "SLICES", "bin_words", "edge_words", "edges_of"]

_LOWER_HALF = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4)
SHARES = (*_LOWER_HALF, 0.5, *(round(1.0 - share, 3) for share in reversed(_LOWER_HALF)))
COUNTS = tuple(n + 0.5 for n in (0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 26, 33, 42, 64, 100, 160, 256))
SPREADS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0)

_BY_UNIT: dict[str, tuple[float, ...]] = {
    "fraction": SHARES,
    "log2(1 + ": tuple(log2(1.0 + count) for count in COUNTS),
    "changes per ": COUNTS,
    "levels": COUNTS,
    "16-level steps": COUNTS,
    "interquartile range over median": SPREADS,
    "bits": tuple(0.5 * step for step in range(1, 20)),
    "log2 of width over height": tuple(0.25 * step for step in range(-9, 10)),
    "log2 of pixels": tuple(0.5 * step for step in range(6, 25)),
}
"""How a unit begins -> where its bins begin, but for the first, which is open below."""


def edges_of(unit: str) -> tuple[float, ...]:
    """Rising lower ends of all bins but the first, for a feature of that unit.

    Raises:
        ValueError: the unit has no bins yet.
    """
    for start, edges in _BY_UNIT.items():
        if unit.startswith(start):
            return edges
    raise ValueError(f"no bins for the unit {unit!r}: add them to hybrid_logo/drift/bins.py")


ANSWERED = "answered"

PARTS: dict[str, tuple[str, ...]] = {
    "outcome": (ANSWERED, *(error.kind for error in PictureError.__subclasses__())),
    "decided_by": tuple(DecidedBy),
    "label": tuple(LABELS),
}
"""What is counted by name; ``outcome`` counts every picture, the others those that were answered."""

EDGES: dict[str, tuple[float, ...]] = {"score": SHARES, "confidence": SHARES} | {
    name: edges_of(UNITS[name]) for name in NAMES
}
"""What is counted by size, in the order of a prediction's score, confidence and measurements."""

_SIZES = [len(names) for names in PARTS.values()] + [len(edges) + 1 for edges in EDGES.values()]

SLICES: dict[str, slice] = {
    name: slice(end - size, end)
    for name, size, end in zip([*PARTS, *EDGES], _SIZES, accumulate(_SIZES), strict=True)
}
"""Where each histogram stands in ``Profile.counts``."""


def edge_words(name: str, edge: float) -> str:
    """An edge of the histogram ``name``, freed of its logarithm.

    >>> edge_words("flat_color_count", log2(1 + 4.5))
    '4.5'
    """
    unit = UNITS.get(name, "")
    if unit.startswith("log2(1 + "):
        edge = 2.0**edge - 1.0
    elif unit.startswith("log2 of "):
        edge = 2.0**edge
    return f"{edge:,.0f}" if edge >= 1000 else f"{edge:.3g}"


def bin_words(name: str) -> list[str]:
    """What each bin of the histogram ``name`` counts."""
    if name in PARTS:
        return [str(part) for part in PARTS[name]]
    edges = [edge_words(name, edge) for edge in EDGES[name]]
    inner = [f"{low} to {high}" for low, high in pairwise(edges)]
    return [f"below {edges[0]}", *inner, f"{edges[-1]} or more"]
