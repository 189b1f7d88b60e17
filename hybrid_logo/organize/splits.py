"""Shares groups of pictures among the splits, so that each type has the ratios that were asked for."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import InputError
from hybrid_logo.types import LABELS, LogoType

__all__ = ["SPLITS", "Furthest", "assign", "furthest", "parse_ratios"]

SPLITS = ("train", "calibrate", "test")
MOST_SWEEPS = 20
"""Rounds in which groups change places; a handful is enough."""


@dataclass(frozen=True, slots=True)
class Furthest:
    """Where the result is furthest from the ratios.

    Attributes:
        label, split: the type and the split.
        share: of the type's pictures that are in the split, 0-1.
        wanted: the share that was asked for, 0-1.
    """

    label: LogoType
    split: str
    share: float
    wanted: float


def parse_ratios(text: str) -> tuple[float, float, float]:
    """The shares of train, calibrate and test, which sum to 1.

    Raises:
        InputError: ``text`` is not three numbers above 0 with a slash between.

    >>> parse_ratios("70/20/10")
    (0.7, 0.2, 0.1)
    """
    try:
        first, second, third = (float(word) for word in text.split("/"))
    except ValueError:
        first = second = third = math.nan
    total = first + second + third
    if not (math.isfinite(total) and min(first, second, third) > 0):
        raise InputError(
            f"{text!r} are no ratios. Give three numbers above 0 for {', '.join(SPLITS)}, as in 70/20/10."
        )
    return first / total, second / total, third / total


def assign(
    counts: NDArray[np.int64],
    ratios: tuple[float, float, float],
    *,
    balance: bool,
    seed: int,
    fixed: Sequence[int | None] | None = None,
) -> list[int]:
    """Choose a split for each group; the same for the same arguments.

    Large groups go first, each to where it helps the ratios most; then groups change places as long as that
    helps. What is made small is chi-squared: the squared distance from the wanted counts over these counts.

    Args:
        counts: ``int64[groups, 4]``, pictures of each type in each group.
        ratios: of the splits; they sum to 1.
        balance: keep the ratios within each type, not only over all pictures.
        seed: decides between groups that are alike.
        fixed: per group the split that it must keep, or None where it is free.

    Returns:
        per group a position in ``SPLITS``.
    """
    total = counts.sum(1, keepdims=True)
    parts = (np.hstack((counts, total)) if balance else total).astype(np.float64)
    wanted = np.asarray(ratios)[:, None] * parts.sum(0)
    weights = 1.0 / np.maximum(wanted, 1e-9)
    kept = fixed if fixed is not None else [None] * len(parts)
    chosen = [-1 if place is None else place for place in kept]
    excess = -wanted
    for place, part in zip(chosen, parts, strict=True):
        if place >= 0:
            excess[place] += part
    free = np.random.default_rng(seed).permutation([row for row, place in enumerate(kept) if place is None])
    # A stable sort: among groups of one size the order is the seed's.
    order = sorted((int(row) for row in free), key=lambda row: -int(total[row, 0]))
    for _ in range(MOST_SWEEPS):
        moved = False
        for row in order:
            before = chosen[row]
            if before >= 0:
                excess[before] -= parts[row]
            costs = (weights * parts[row] * (2 * excess + parts[row])).sum(1)
            best = int(costs.argmin())
            if before >= 0 and costs[before] <= costs[best] + 1e-9:
                best = before
            moved |= best != before
            chosen[row] = best
            excess[best] += parts[row]
        if not moved:
            break
    return chosen


def furthest(counts: NDArray[Any], ratios: tuple[float, float, float]) -> Furthest | None:
    """The type and split whose share is furthest from what was asked for; None where there is no picture.

    Args:
        counts: ``[3, 4]``, pictures of each type in each split.
        ratios: of the splits.
    """
    there = counts.sum(0) > 0
    if not there.any():
        return None
    shares = counts / np.maximum(counts.sum(0), 1)
    distances = np.abs(shares - np.asarray(ratios)[:, None]) * there
    split, label = (int(place) for place in np.unravel_index(distances.argmax(), distances.shape))
    return Furthest(LABELS[label], SPLITS[split], float(shares[split, label]), ratios[split])
