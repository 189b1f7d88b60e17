"""Intervals of differences between two runs on the same pictures, bootstrapped in pairs over brands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.evaluation.statistics.metrics import cluster_draws, expected_calibration_error, percentiles
from hybrid_logo.evaluation.statistics.selective import Ranking
from hybrid_logo.types import LABELS, DecidedBy, Mode

__all__ = ["Answers", "paired_intervals", "statistics"]

Rows = Sequence[Mapping[str, Any]]


def paired_intervals(
    first: Rows, second: Rows, seed: int, resamples: int = 1000
) -> dict[tuple[str, str], tuple[float, float]]:
    """95% intervals of second minus first by mode and figure, for figures that follow from the answers.

    Args:
        first: rows of ``compact_answers``.
        second: rows about the same pictures in the same order.
        seed: of the bootstrap.
        resamples: of the bootstrap.
    """
    modes = [mode.value for mode in Mode if mode.value in first[0] and mode.value in second[0]]
    runs = [{mode: Answers(rows, mode) for mode in modes} for rows in (first, second)]
    drawn: dict[tuple[str, str], list[float]] = {}
    clusters = [row["cluster"] for row in first]
    for weights in cluster_draws(clusters, seed=seed, resamples=resamples):
        for mode in modes:
            one, two = (statistics(run[mode], weights) for run in runs)
            for name in one.keys() & two.keys():
                drawn.setdefault((mode, name), []).append(two[name] - one[name])
    # A figure that some resamples lack (a rare type, a path that is seldom taken) has no honest interval.
    return {key: percentiles(values) for key, values in drawn.items() if len(values) == resamples}


class Answers:
    """One mode's answers as arrays, sorted once for all resamples."""

    def __init__(self, rows: Rows, mode: str) -> None:
        given = [row[mode] for row in rows]
        self.label = np.array([LABELS.index(row["label"]) for row in rows])
        self.answer = np.array([-1 if one is None else LABELS.index(one[0]) for one in given])
        self.clear = np.array([row["clear"] for row in rows])
        self.accepted = np.array(
            [one is not None and one[0] in row["accepted"] for row, one in zip(rows, given, strict=True)]
        )
        self.confidence = np.array([0.0 if one is None else one[1] for one in given])
        wrong = (~self.accepted).astype(np.float64)
        self.rankings = {"area by confidence": Ranking(self.confidence, wrong)}
        if mode == Mode.RULES:
            routed = [row.get(Mode.HYBRID) for row in rows]
            scores = np.array([0.0 if one is None else one[3] or 0.0 for one in routed])
            if scores.any():
                self.rankings["area by router"] = Ranking(scores, wrong)
        self.paths = (
            {
                path.value: np.array([one is not None and one[2] == path for one in given])
                for path in DecidedBy
            }
            if mode == Mode.HYBRID
            else {}
        )


def statistics(answers: Answers, weights: NDArray[np.int64]) -> dict[str, float]:
    """Figures of answers of which each is taken ``weights`` times; what has nothing to count is left out."""
    right = answers.answer == answers.label
    shares = {
        "strict": (right, None),
        "accepted": (answers.accepted, None),
        "clear": (right & answers.clear, answers.clear),
    }
    for number, label in enumerate(LABELS):
        is_label, said = answers.label == number, answers.answer == number
        shares[f"recall of {label}"] = (right & is_label, is_label)
        shares[f"precision of {label}"] = (right & is_label, said)
    for path, taken in answers.paths.items():
        shares[f"share decided by {path}"] = (taken, None)
        shares[f"accepted where {path} decided"] = (answers.accepted & taken, taken)
    found = {}
    for name, (hit, among) in shares.items():
        whole = weights.sum() if among is None else weights @ among
        if whole:
            found[name] = float(weights @ hit / whole)
    answered = np.repeat(np.arange(len(weights)), np.where(answers.answer >= 0, weights, 0))
    if answered.size:
        found["calibration error"] = expected_calibration_error(answers.confidence[answered], right[answered])
    for name, ranking in answers.rankings.items():
        found[name] = float(ranking.figures(weights)[0])
    return found
