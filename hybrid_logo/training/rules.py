"""Learn the scorecard from measured pictures: cyclic boosting of one feature at a time.

An explainable boosting machine in the sense of Lou, Caruana and Gehrke (Intelligible Models for
Classification and Regression, KDD 2012; pairs: Accurate Intelligible Models with Pairwise
Interactions, KDD 2013): every round moves the points of each feature's ranges a little along the
gradient of the log-loss, so that what a feature gives is one table and not a forest. Ranges are
quantiles, merged until enough different logos stand behind each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.features import NAMES
from hybrid_logo.rules import PairTable, RangeTable, Scorecard
from hybrid_logo.training.console import tracked
from hybrid_logo.types import LABELS

__all__ = ["RuleSettings", "fit_folds", "fit_scorecard"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """How a scorecard is fitted.

    Attributes:
        ranges: most ranges of one feature.
        pair_ranges: most ranges of each feature of a pair.
        pairs: number of pairs.
        logos_a_range: different logos that must stand behind a range.
        rounds: passes over the single features.
        pair_rounds: further passes over features and pairs together.
        learning_rate: share of a Newton step taken at once.
        shrinkage: weight, in logos, that pulls points towards zero.
        clean_share: weight of the clean copy among the copies of a logo.
    """

    ranges: int = 14
    pair_ranges: int = 5
    pairs: int = 16
    logos_a_range: int = 30
    rounds: int = 60
    pair_rounds: int = 40
    learning_rate: float = 0.15
    shrinkage: float = 6.0
    clean_share: float = 0.2


def fit_scorecard(
    features: NDArray[np.float32],
    targets: Floats,
    logos: NDArray[np.int64],
    copies: NDArray[np.int64],
    settings: RuleSettings,
    title: str = "Rules",
) -> Scorecard:
    """Fit a scorecard.

    Args:
        features: ``float32[n, len(NAMES)]``.
        targets: ``float[n, 4]``, probability of each type.
        logos: ``int64[n]``, index of the logo of each row.
        copies: ``int64[n]``, 0 for the clean copy.
        settings: see there.
        title: of the progress bar.
    """
    weights = _weights(logos, copies, settings.clean_share)
    edges = [_edges(column, logos, settings.ranges, settings.logos_a_range) for column in features.T]
    base = np.log((weights[:, None] * targets).sum(axis=0) / weights.sum())
    boosting = _Boosting(np.tile(base, (len(features), 1)), targets, weights, settings)
    singles = [
        boosting.table(np.searchsorted(ends, column, side="right"), len(ends) + 1)
        for ends, column in zip(edges, features.T, strict=True)
    ]
    for _ in tracked(range(settings.rounds), settings.rounds, f"{title}: features"):
        boosting.round(singles)
    coarse = [_edges(column, logos, settings.pair_ranges, settings.logos_a_range) for column in features.T]
    ranges = [
        np.searchsorted(ends, column, side="right") for ends, column in zip(coarse, features.T, strict=True)
    ]
    chosen = _best_pairs(boosting, ranges, [len(ends) + 1 for ends in coarse], settings.pairs)
    pairs = [
        boosting.table(
            ranges[i] * (len(coarse[j]) + 1) + ranges[j], (len(coarse[i]) + 1) * (len(coarse[j]) + 1)
        )
        for i, j in chosen
    ]
    for _ in tracked(range(settings.pair_rounds), settings.pair_rounds, f"{title}: pairs"):
        boosting.round([*singles, *pairs])
    return Scorecard(
        _rounded(base),
        [
            RangeTable(
                name,
                (_short(column.min()), _short(column.max())),
                tuple(map(_short, ends)),
                tuple(_rounded(points) for points in _centered(table.points)),
            )
            for name, column, ends, table in zip(NAMES, features.T, edges, singles, strict=True)
        ],
        [
            PairTable(
                (NAMES[i], NAMES[j]),
                (tuple(map(_short, coarse[i])), tuple(map(_short, coarse[j]))),
                tuple(
                    tuple(_rounded(points) for points in line)
                    for line in _centered(table.points).reshape(len(coarse[i]) + 1, len(coarse[j]) + 1, -1)
                ),
            )
            for (i, j), table in zip(chosen, pairs, strict=True)
        ],
    )


def fit_folds(
    features: NDArray[np.float32],
    targets: Floats,
    logos: NDArray[np.int64],
    copies: NDArray[np.int64],
    clusters: NDArray[np.int64],
    settings: RuleSettings,
    folds: int = 5,
) -> list[tuple[NDArray[np.int64], Scorecard]]:
    """Scorecards that have not seen the rows they go with: (rows, scorecard) per fold.

    ``clusters`` (``int64[n]``) keeps relatives, the logos of one brand, in one fold.
    """
    fold_of = np.random.default_rng(0).permutation(int(clusters.max()) + 1) % folds
    result = []
    for fold in range(folds):
        held = fold_of[clusters] == fold
        scorecard = fit_scorecard(
            features[~held],
            targets[~held],
            logos[~held],
            copies[~held],
            settings,
            f"Fold {fold + 1} of {folds}",
        )
        result.append((np.flatnonzero(held), scorecard))
    return result


@dataclass(slots=True, eq=False)
class _Table:
    """Range of each row and points of each range: ``int64[n]`` and ``float64[ranges, 4]``."""

    ranges: NDArray[np.int64]
    points: Floats


class _Boosting:
    def __init__(self, logits: Floats, targets: Floats, weights: Floats, settings: RuleSettings) -> None:
        self.logits, self.targets, self.weights, self.settings = logits, targets, weights, settings

    @staticmethod
    def table(ranges: NDArray[np.int64], count: int) -> _Table:
        return _Table(ranges, np.zeros((count, len(LABELS))))

    def round(self, tables: Sequence[_Table]) -> None:
        """Move every table a little, one after the other."""
        for table in tables:
            gradient, curvature = self.sums(table.ranges, len(table.points))
            pull = self.settings.shrinkage * table.points
            step = self.settings.learning_rate * (gradient - pull) / (curvature + self.settings.shrinkage)
            table.points += step
            self.logits += step[table.ranges]

    def sums(self, ranges: NDArray[np.int64], count: int) -> tuple[Floats, Floats]:
        """Gradient and curvature of the log-likelihood per range and type: ``float64[count, 4]`` each."""
        gradients, curvatures = self.derivatives()
        return (
            np.stack([np.bincount(ranges, column, count) for column in gradients.T], axis=1),
            np.stack([np.bincount(ranges, column, count) for column in curvatures.T], axis=1),
        )

    def derivatives(self) -> tuple[Floats, Floats]:
        """Per row and type: ``float64[n, 4]`` each."""
        shifted = np.exp(self.logits - self.logits.max(axis=1, keepdims=True))
        p = shifted / shifted.sum(axis=1, keepdims=True)
        return self.weights[:, None] * (self.targets - p), self.weights[:, None] * p * (1 - p)


def _best_pairs(
    boosting: _Boosting, ranges: Sequence[NDArray[np.int64]], counts: Sequence[int], most: int
) -> list[tuple[int, int]]:
    """The pairs whose cells explain most of what single features left over."""
    gradients, curvatures = boosting.derivatives()
    gains = {}
    for i, j in combinations(range(len(ranges)), 2):
        cells = ranges[i] * counts[j] + ranges[j]
        count = counts[i] * counts[j]
        gains[i, j] = sum(
            float(
                (
                    np.bincount(cells, g, count) ** 2
                    / (np.bincount(cells, h, count) + boosting.settings.shrinkage)
                ).sum()
            )
            for g, h in zip(gradients.T, curvatures.T, strict=True)
        )
    return sorted(gains, key=lambda pair: -gains[pair])[:most]


def _weights(logos: NDArray[np.int64], copies: NDArray[np.int64], clean_share: float) -> Floats:
    """Every logo weighs 1: its clean copy ``clean_share`` of it, its degraded copies the rest."""
    counts = np.bincount(logos[copies > 0], minlength=int(logos.max()) + 1)[logos]
    degraded = (1 - clean_share) / np.maximum(1, counts)
    return np.where(copies == 0, np.where(counts > 0, clean_share, 1.0), degraded)


def _edges(
    column: NDArray[np.float32], logos: NDArray[np.int64], most: int, logos_a_range: int
) -> NDArray[np.float32]:
    """Rising lower ends of all ranges but the first; every range is met by enough different logos."""
    quantiles = np.quantile(column, np.linspace(0, 1, most + 1)[1:-1])
    kept: list[float] = []
    for edge in np.unique(np.array([_short(value) for value in quantiles], np.float32)):
        below = (column < edge) & (column >= (kept[-1] if kept else -np.inf))
        above = column >= edge
        if min(len(np.unique(logos[below])), len(np.unique(logos[above]))) >= logos_a_range:
            kept.append(float(edge))
    return np.array(kept, np.float32)


def _centered(points: Floats) -> Floats:
    """Points that sum to zero over the types: the same verdict, and easier to read."""
    return points - points.mean(axis=-1, keepdims=True)


def _rounded(points: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 2) for value in points)


def _short(value: float) -> float:
    """Four digits: enough to tell ranges apart, and short to print."""
    return float(f"{value:.4g}")
