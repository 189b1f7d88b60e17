"""Figures about answers, as pure functions of arrays: accuracy, calibration, selective risk.

Shares carry exact (Clopper-Pearson) 95% intervals; everything else has a bootstrap interval that follows
a seed. A picture that got no answer counts as answered wrongly.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hybrid_logo.evaluation.certificates import clopper_pearson_interval

__all__ = [
    "CalibrationError",
    "Difference",
    "ReliabilityBin",
    "Share",
    "calibration_error",
    "class_figures",
    "cluster_draws",
    "confusion_matrix",
    "expected_calibration_error",
    "paired_difference",
    "percentiles",
    "ranked_risk",
    "reliability_bins",
    "risk_coverage",
    "share",
    "three_accuracies",
]

CONFIDENCE = 0.95
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """``k`` of ``n``, with the exact 95% interval ``low``-``high``; ``share`` is None where n is 0."""

    k: int
    n: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Pictures of similar confidence: their number, mean confidence and share of right answers."""

    n: int
    confidence: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class CalibrationError:
    """Expected calibration error (0-1), its 95% bootstrap interval, and what chance alone would show.

    ``by_chance`` is the mean error of a perfectly calibrated model with the same confidences.
    """

    error: float
    low: float
    high: float
    by_chance: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of the first minus mean of the second, with its 95% bootstrap interval."""

    difference: float
    low: float
    high: float


def share(k: int, n: int) -> Share:
    """``k`` of ``n`` with its exact 95% interval."""
    low, high = clopper_pearson_interval(k, n, CONFIDENCE)
    return Share(k, n, k / n if n else None, low, high)


def three_accuracies(
    labels: Sequence[str],
    accepted: Sequence[Collection[str]],
    clear: Sequence[bool],
    answers: Sequence[str | None],
) -> dict[str, Share]:
    """Strict, accepted and clear accuracy: three readings of one set of answers.

    Args:
        labels: the one right type of each picture.
        accepted: the types that can be defended for each picture, its label among them.
        clear: whether only one type can be defended.
        answers: what was answered; None where there was no answer, which is wrong in all three.

    Returns:
        ``strict`` (answer is the label), ``accepted`` (answer can be defended) and ``clear`` (strict,
        among the clear pictures alone).

    Raises:
        ValueError: the four lists differ in size, or a label is not among its accepted types.
    """
    rows = list(zip(labels, accepted, clear, answers, strict=True))
    if any(label not in defended for label, defended, _, _ in rows):
        raise ValueError("each label must be among the accepted types of its picture")
    return {
        "strict": share(sum(answer == label for label, _, _, answer in rows), len(rows)),
        "accepted": share(sum(answer in defended for _, defended, _, answer in rows), len(rows)),
        "clear": share(
            sum(answer == label for label, _, plain, answer in rows if plain), sum(map(bool, clear))
        ),
    }


def class_figures(
    labels: Sequence[str], answers: Sequence[str | None], classes: Sequence[str]
) -> dict[str, dict[str, Share]]:
    """Recall and precision of each class, by the strict label."""
    pairs = list(zip(labels, answers, strict=True))
    figures = {}
    for name in classes:
        right = sum(label == answer == name for label, answer in pairs)
        figures[name] = {
            "recall": share(right, sum(label == name for label, _ in pairs)),
            "precision": share(right, sum(answer == name for _, answer in pairs)),
        }
    return figures


def confusion_matrix(
    labels: Sequence[str], answers: Sequence[str | None], classes: Sequence[str]
) -> NDArray[np.int64]:
    """``int64[C, C]``: rows are labels, columns are answers. Pictures without an answer are left out."""
    index = {name: position for position, name in enumerate(classes)}
    matrix = np.zeros((len(classes), len(classes)), dtype=np.int64)
    for label, answer in zip(labels, answers, strict=True):
        if answer is not None:
            matrix[index[label], index[answer]] += 1
    return matrix


def reliability_bins(confidence: ArrayLike, correct: ArrayLike, bins: int = 15) -> list[ReliabilityBin]:
    """At most ``bins`` bins of about equal mass, lowest confidence first; equal confidences share a bin."""
    sure, right = _pair(confidence, correct)
    edges = np.quantile(sure, np.arange(1, bins) / bins)
    bin_of = np.searchsorted(edges, sure, side="left")
    size = np.bincount(bin_of)
    sums = (np.bincount(bin_of, weights=values) for values in (sure, right))
    return [
        ReliabilityBin(n, confidence / n, accuracy / n)
        for n, confidence, accuracy in zip(size.tolist(), *(column.tolist() for column in sums), strict=True)
        if n
    ]


def expected_calibration_error(confidence: ArrayLike, correct: ArrayLike, bins: int = 15) -> float:
    """Mean distance between confidence and accuracy over bins of equal mass, debiased, 0-1.

    The plain estimate is too large, since noise in a bin's accuracy always adds distance. As Kumar, Liang
    and Ma ("Verified uncertainty calibration", 2019) do by simulation, the expected inflation under normal
    noise of the bin's own size is subtracted; here in closed form, the mean of a folded normal.
    """
    pictures = np.size(confidence)
    total = 0.0
    for part in reliability_bins(confidence, correct, bins):
        distance = abs(part.confidence - part.accuracy)
        noise = math.sqrt(part.accuracy * (1.0 - part.accuracy) / part.n)
        inflated = distance
        if noise > 0.0:
            ratio = distance / noise
            inflated = noise * math.sqrt(2.0 / math.pi) * math.exp(-(ratio**2) / 2)
            inflated += distance * math.erf(ratio / math.sqrt(2.0))
        total += part.n / pictures * (2 * distance - inflated)
    return max(0.0, total)


def calibration_error(
    confidence: ArrayLike, correct: ArrayLike, *, seed: int, bins: int = 15, resamples: int = 1000
) -> CalibrationError:
    """``expected_calibration_error`` with its interval and the value that chance alone gives.

    A resample carries the sample's noise and its own, so its errors lie too high: their spread is used,
    not their place. The interval is the estimate with 1.96 bootstrap standard deviations on both sides,
    from 0 on where chance alone would show as much (97.5% of perfectly calibrated draws lie below it).
    """
    sure, right = _pair(confidence, correct)
    random = np.random.default_rng(seed)
    error = expected_calibration_error(sure, right, bins)
    drawn = (random.integers(0, len(sure), len(sure)) for _ in range(resamples))
    deviation = np.std([expected_calibration_error(sure[rows], right[rows], bins) for rows in drawn])
    perfect = (random.uniform(size=len(sure)) < sure for _ in range(resamples))
    chance = np.array([expected_calibration_error(sure, outcome, bins) for outcome in perfect])
    explained_by_chance = error <= np.quantile(chance, (1 + CONFIDENCE) / 2)
    return CalibrationError(
        error=error,
        low=0.0 if explained_by_chance else max(0.0, error - 1.96 * float(deviation)),
        high=min(1.0, error + 1.96 * float(deviation)),
        by_chance=float(chance.mean()),
        n=len(sure),
    )


def risk_coverage(scores: ArrayLike, wrong: ArrayLike) -> tuple[Floats, Floats, float]:
    """How the error among accepted pictures grows as more are accepted, highest score first.

    Equal scores are accepted together: their errors are spread evenly over them, so that the order of the
    input does not matter.

    Returns:
        coverage ``float64[N]`` (1/N, 2/N, ... 1), selective risk ``float64[N]`` (share of wrong answers among
        the accepted), and the area under the curve, the mean of the risks: 0 is best.
    """
    score, error = _pair(scores, wrong)
    group = np.unique(-score, return_inverse=True)[1]
    order = np.argsort(group, kind="stable")
    risk = ranked_risk(group[order], error[order])
    return np.arange(1, len(risk) + 1) / len(risk), risk, float(risk.mean())


def ranked_risk(group: NDArray[np.int64], wrong: Floats) -> Floats:
    """Selective risk after 1, 2, ... N pictures of a ranking.

    Args:
        group: ``int64[N]``, ascending: pictures of one score have one number.
        wrong: ``float64[N]``, 1 where the answer is wrong; spread evenly over each group.
    """
    size = np.bincount(group)
    spread = np.bincount(group, weights=wrong) / np.maximum(size, 1)
    return np.asarray(np.cumsum(spread[group]) / np.arange(1, len(group) + 1), dtype=np.float64)


def cluster_draws(
    clusters: Sequence[object], *, seed: int, resamples: int = 1000
) -> Iterator[NDArray[np.int64]]:
    """Bootstrap resamples of pictures, clusters (brands) drawn as wholes.

    Yields:
        ``int64[N]``: how often each picture is drawn.
    """
    names: dict[object, int] = {}
    cluster = np.array([names.setdefault(name, len(names)) for name in clusters], dtype=np.int64)
    random = np.random.default_rng(seed)
    for _ in range(resamples):
        drawn = random.integers(0, len(names), len(names))
        yield np.bincount(drawn, minlength=len(names))[cluster]


def paired_difference(
    first: ArrayLike, second: ArrayLike, clusters: Sequence[object], *, seed: int, resamples: int = 1000
) -> Difference:
    """Mean of ``first`` minus mean of ``second`` on the same pictures, clusters (brands) drawn as wholes."""
    one, two = _pair(first, second)
    if len(clusters) != len(one):
        raise ValueError(f"{len(one)} pictures need as many clusters, not {len(clusters)}")
    gain = one - two
    draws = cluster_draws(clusters, seed=seed, resamples=resamples)
    return Difference(
        float(gain.mean()), *percentiles([float(drawn @ gain / drawn.sum()) for drawn in draws])
    )


def percentiles(values: ArrayLike) -> tuple[float, float]:
    """The 95% bootstrap interval of what resamples gave; NaN where one gave NaN."""
    low, high = np.quantile(np.asarray(values), [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)


def _pair(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    """Both as ``float64[N]``.

    Raises:
        ValueError: sizes differ, there is nothing, or a value is not finite.
    """
    one, two = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if one.ndim != 1 or one.shape != two.shape or not one.size:
        raise ValueError(f"two lists of one size, at least 1, are needed, not {one.shape} and {two.shape}")
    if not (np.isfinite(one).all() and np.isfinite(two).all()):
        raise ValueError("every value must be a finite number")
    return one, two
