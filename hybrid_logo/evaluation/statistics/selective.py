"""How well scores rank answers: selective-risk curves, the area under them, coverage at an observed risk.

The area under the risk-coverage curve (AURC) is the mean error among the accepted pictures over all
coverages. Part of it no ranking can avoid; the excess area (Geifman, Uziel and El-Yaniv, "Bias-reduced
uncertainty estimation for deep neural classifiers", 2019) is what lies above the best ranking of the same
answers. Intervals are bootstrapped over clusters (brands), and all scores see the same resamples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hybrid_logo.evaluation.statistics.metrics import Difference, cluster_draws, percentiles, ranked_risk

__all__ = ["TARGET_RISKS", "Ranking", "compare_scores"]

TARGET_RISKS = (0.01, 0.02, 0.03)
CURVE_POINTS = 50

Floats = NDArray[np.float64]


def compare_scores(
    scores: Mapping[str, ArrayLike],
    wrong: ArrayLike,
    clusters: Sequence[object],
    *,
    seed: int,
    resamples: int = 1000,
) -> dict[str, dict[str, Any]]:
    """Rank the same answers by each score, highest first.

    Args:
        scores: name -> ``float64[N]``; the first one is what the others are compared with.
        wrong: ``float64[N]``, 1 where the answer is wrong.
        clusters: of each picture.
        seed: of the bootstrap.
        resamples: of the bootstrap.

    Returns:
        per score: ``area`` and ``excess_area`` with their 95% ``..._interval``, ``curve`` as points of
        (coverage, risk), ``coverage_at_observed_risk`` and ``coverage_interval`` by target risk (this
        sample's own, no certificate), and, but for the first, ``area_above_first``, a paired difference.
    """
    error = np.asarray(wrong, dtype=np.float64)
    rankings = {name: Ranking(np.asarray(score, dtype=np.float64), error) for name, score in scores.items()}
    whole = np.ones(len(error), dtype=np.int64)
    found = {name: ranking.figures(whole) for name, ranking in rankings.items()}
    drawn: dict[str, list[Floats]] = {name: [] for name in rankings}
    for weights in cluster_draws(clusters, seed=seed, resamples=resamples):
        for name, ranking in rankings.items():
            drawn[name].append(ranking.figures(weights))
    first = next(iter(scores))
    told = {}
    for name, ranking in rankings.items():
        values = np.array(drawn[name])
        low, high = np.array([percentiles(column) for column in values.T]).T
        targets = {str(target): place for place, target in enumerate(TARGET_RISKS, start=2)}
        told[name] = {
            "area": float(found[name][0]),
            "area_interval": [float(low[0]), float(high[0])],
            "excess_area": float(found[name][1]),
            "excess_area_interval": [float(low[1]), float(high[1])],
            "coverage_at_observed_risk": {
                target: float(found[name][place]) for target, place in targets.items()
            },
            "coverage_interval": {
                target: [float(low[place]), float(high[place])] for target, place in targets.items()
            },
            "curve": ranking.curve(),
        }
        if name != first:
            above = values[:, 0] - np.array(drawn[first])[:, 0]
            difference = float(found[name][0] - found[first][0])
            told[name]["area_above_first"] = asdict(Difference(difference, *percentiles(above)))
    return told


class Ranking:
    """Pictures in the order of one score, sorted once for all resamples."""

    def __init__(self, score: Floats, wrong: Floats) -> None:
        group = np.unique(-score, return_inverse=True)[1]
        self._order = np.argsort(group, kind="stable")
        self._group, self._wrong = group[self._order], wrong[self._order]

    def figures(self, weights: NDArray[np.int64]) -> Floats:
        """Area, excess area and the coverage at each target risk, each picture taken ``weights`` times."""
        rows = np.repeat(np.arange(len(self._group)), weights[self._order])
        wrong = self._wrong[rows]
        risk = ranked_risk(self._group[rows], wrong)
        best = np.cumsum(np.sort(wrong)) / np.arange(1, len(wrong) + 1)
        kept = [np.flatnonzero(risk <= target) for target in TARGET_RISKS]
        coverage = [(places[-1] + 1) / len(risk) if places.size else 0.0 for places in kept]
        return np.array([risk.mean(), (risk - best).mean(), *coverage])

    def curve(self) -> list[list[float]]:
        """At most ``CURVE_POINTS`` points, the last one at full coverage."""
        risk = ranked_risk(self._group, self._wrong)
        places = np.unique(np.linspace(0, len(risk) - 1, CURVE_POINTS).round().astype(int))
        return [[(place + 1) / len(risk), float(risk[place])] for place in places.tolist()]
