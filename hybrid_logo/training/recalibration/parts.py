"""Which pictures belong together, and which of them fit, certify and check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

__all__ = ["LOGOS_TO_REFIT", "Parts", "certifying_share", "near_identical", "split"]

Flags = NDArray[np.bool_]

LOGOS_TO_REFIT = 1000
"""Logos from which on a part of them is spent on a new score; below, the released one is kept.

This looks at their number and never at their labels: otherwise pictures that happen to show few errors would
be those that certify.
"""
SHARES_TO_REFIT = (0.3, 0.5, 0.2)
SHARES_TO_KEEP = (0.0, 0.8, 0.2)
NEAR_LEVELS = 6.0
"""Root mean square difference of two shrunk views, in levels, up to which they are one picture."""
CHUNK = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """``bool[n]`` each; a cluster is in one of them only.

    Attributes:
        fit: the score may learn from these; none of them where it is kept.
        certify: thresholds, certificates and calibration come from these.
        check: only measured on.
    """

    fit: Flags
    certify: Flags
    check: Flags


def certifying_share(logos: int) -> float:
    """Share of so many logos that certify."""
    return _shares(logos)[1]


def split(labels: NDArray[np.int64], clusters: Sequence[str], seed: int) -> Parts:
    """Draw the parts by cluster, each type alike.

    Args:
        labels: ``int64[n]``.
        clusters: of each picture.
        seed: of the draw.
    """
    of_picture = np.unique(np.array(clusters), return_inverse=True)[1]
    count = int(of_picture.max()) + 1
    shares = _shares(count)
    random = np.random.default_rng(seed)
    # A cluster of several types goes with the first of them.
    label_of = labels[np.unique(of_picture, return_index=True)[1]]
    part_of = np.empty(count, dtype=np.int64)
    for label in np.unique(labels):
        drawn = random.permutation(np.flatnonzero(label_of == label))
        fit, check = round(shares[0] * len(drawn)), round(shares[2] * len(drawn))
        part_of[drawn] = 1
        part_of[drawn[:fit]] = 0
        part_of[drawn[len(drawn) - check :]] = 2
    part = part_of[of_picture]
    return Parts(part == 0, part == 1, part == 2)


def near_identical(shrunk: NDArray[np.uint8]) -> NDArray[np.int64]:
    """``int64[n]``: of each picture the first of its cluster; a chain of pictures that hardly differ is one.

    Args:
        shrunk: ``uint8[n, d]``.
    """
    values = shrunk.astype(np.float32)
    squares = (values**2).sum(axis=1)
    limit = NEAR_LEVELS**2 * shrunk.shape[1]
    everyone = first = np.arange(len(shrunk))
    for start in range(0, len(shrunk), CHUNK):  # chunk by chunk: all pairs at once may not fit into memory
        rows = slice(start, start + CHUNK)
        apart = squares[rows, None] + squares - 2 * values[rows] @ values.T
        one, other = np.nonzero(apart <= limit)
        ends = np.concatenate((everyone, one + start)), np.concatenate((first, other))
        graph = csr_array((np.ones(len(ends[0]), np.int8), ends), shape=(len(shrunk), len(shrunk)))
        number = connected_components(graph, directed=False)[1]
        first = np.unique(number, return_index=True)[1][number]
    return np.asarray(first, np.int64)


def _shares(logos: int) -> tuple[float, float, float]:
    return SHARES_TO_REFIT if logos >= LOGOS_TO_REFIT else SHARES_TO_KEEP
