"""Exact finite-sample promises about error rates: binomial tails, bounds, and a certified threshold.

Everything here rests on one fact: among ``n`` independent pictures of which each is wrong with
probability ``p``, the number of wrong ones follows a binomial law. No normal approximation is used and
no large sample is needed. Pictures of one logo (a clean one and its degraded copies, two sizes of it) are
not independent: pass one of them, see ``one_per_cluster``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "DEFAULT_THRESHOLDS",
    "binomial_cdf",
    "certified_thresholds",
    "clopper_pearson_interval",
    "clopper_pearson_lower",
    "clopper_pearson_upper",
    "joint_risk_upper",
    "one_per_cluster",
    "pictures_needed",
]

DEFAULT_THRESHOLDS: tuple[float, ...] = tuple(round(1.0 - step / 200, 3) for step in range(1, 151))
"""Grid for scores that are probabilities: 0.995, 0.990, ... 0.250, fixed before any label is seen."""


def binomial_cdf(k: int, n: int, p: float) -> float:
    """P(at most ``k`` of ``n`` independent events of probability ``p`` happen), by summing the terms.

    Raises:
        ValueError: ``n`` is negative or ``p`` is outside 0-1.
    """
    if n < 0 or not 0.0 <= p <= 1.0:
        raise ValueError(f"n must be 0 or more and p must lie in 0-1, not n={n}, p={p}")
    if k < 0:
        return 0.0
    if k >= n or p == 0.0:
        return 1.0
    if p == 1.0:
        return 0.0
    i = np.arange(1, k + 1, dtype=np.float64)
    # log C(n, i) as a running sum of log ratios keeps more digits than differences of log-gamma.
    log_choose = np.concatenate(([0.0], np.cumsum(np.log((n - i + 1) / i))))
    events = np.arange(k + 1, dtype=np.float64)
    terms = np.exp(log_choose + events * math.log(p) + (n - events) * math.log1p(-p))
    return min(1.0, float(terms.sum()))


def clopper_pearson_upper(k: int, n: int, confidence: float = 0.95) -> float:
    """Exact one-sided upper bound of a rate seen ``k`` times in ``n``, rounded up by under 1e-12.

    The largest rate under which seeing ``k`` or fewer still has probability ``1 - confidence``
    (Clopper and Pearson, 1934). With ``n = 0`` nothing is known and the bound is 1.

    Raises:
        ValueError: ``k`` is outside 0-``n`` or ``confidence`` outside 0-1 (both ends excluded).
    """
    _check_confidence(confidence)
    if not 0 <= k <= n:
        raise ValueError(f"k must lie in 0-{n}, not {k}")
    if k == n:
        return 1.0
    low, high = k / n, 1.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        if binomial_cdf(k, n, middle) > 1.0 - confidence:
            low = middle
        else:
            high = middle
    return high


def clopper_pearson_lower(k: int, n: int, confidence: float = 0.95) -> float:
    """Exact one-sided lower bound of a rate seen ``k`` times in ``n``; 0 with ``n = 0``."""
    return 1.0 - clopper_pearson_upper(n - k, n, confidence)


def clopper_pearson_interval(k: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact two-sided interval of a rate seen ``k`` times in ``n``: each side misses by at most half."""
    side = (1.0 + confidence) / 2
    return clopper_pearson_lower(k, n, side), clopper_pearson_upper(k, n, side)


def joint_risk_upper(k_accepted_and_wrong: int, n_total: int, confidence: float = 0.95) -> float:
    """Upper bound of P(a picture is accepted and wrong), the damage that the rules can do to the whole.

    As a figure it holds for a threshold that was not chosen with these pictures' labels. That it keeps a
    target set beforehand holds for a chosen threshold too: this rate, and with it the bound, only shrinks as
    the threshold grows, so the promise is broken only where the bound errs at the one threshold at which
    the true rate crosses the target (Bates et al., 2021). With "wrong" meaning "the student says otherwise"
    no labels are needed, and the error of the whole is at most the student's error plus this.
    """
    return clopper_pearson_upper(k_accepted_and_wrong, n_total, confidence)


def pictures_needed(errors: int, target_risk: float, confidence: float = 0.95) -> int:
    """The fewest accepted pictures that certify ``target_risk`` when ``errors`` of them are wrong."""
    _check_confidence(confidence)
    if errors < 0 or not 0.0 < target_risk < 1.0:
        raise ValueError(f"errors must be 0 or more and target_risk in 0-1, not {errors}, {target_risk}")
    low, high = errors, errors + 1  # low never certifies: all of them may be wrong
    while not _rejects(errors, high, target_risk, confidence):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if _rejects(errors, middle, target_risk, confidence):
            high = middle
        else:
            low = middle
    return high


def certified_thresholds(
    scores: ArrayLike,
    wrong: ArrayLike,
    target_risk: float,
    confidence: float = 0.95,
    *,
    thresholds: Sequence[float] = DEFAULT_THRESHOLDS,
    spare_errors: int = 2,
) -> list[float]:
    """Every threshold at which the risk among accepted pictures is certified, strictest first.

    Thresholds are walked from strictest to laxest. Each tests "the risk is more than ``target_risk``"
    by the exact binomial p-value P(Binomial(n, target_risk) <= k); the walk ends at the first that
    cannot be rejected. Since a broken promise needs the first true
    hypothesis on the walk to be rejected, the whole search errs with the probability of one test: no
    correction for the number of thresholds is due (fixed-sequence testing, as in "Learn then Test",
    Angelopoulos et al., 2021). Picking the lowest threshold with a small enough observed error has no
    such promise.

    The grid must be fixed before these labels are seen: the default one, or coverages read off the
    scores of *other* pictures. The walk starts at the first threshold that accepts enough pictures to
    certify ``spare_errors`` errors; stricter ones could hardly pass, and a failure there would end the
    walk for nothing. That start looks at scores and never at correctness, and here is why it may: given
    the scores, start and order are constants and only correctness is random. The number of errors is then
    a sum of independent events with unequal probabilities, whose lower tail is no heavier than the
    binomial one with the same mean wherever k <= n * mean - 1 (Hoeffding, 1956; required below). So,
    with no assumption about the scores, the mean risk of pictures scored like the accepted ones is
    certified. For the risk of fresh pictures above a threshold the same holds exactly where pictures do
    not become safer as their scores fall; otherwise start and count are very slightly dependent, an effect
    that the simulated worlds of the tests bound.

    With ``confidence`` all that were passed keep the promise at once: any may be chosen, by whatever figure.

    Args:
        scores: float[N], larger means safer to accept.
        wrong: bool[N], whether accepting the picture would be an error.
        target_risk: promised share of wrong ones among accepted pictures, 0-1.
        confidence: probability that the promise holds, 0-1.
        thresholds: the grid, in any order.
        spare_errors: errors that the first tested threshold may hold and still pass.

    Raises:
        ValueError: sizes differ, a score is not finite, or a rate is outside 0-1.
    """
    score = np.asarray(scores, dtype=np.float64)
    error = np.asarray(wrong, dtype=bool)
    if score.ndim != 1 or score.shape != error.shape:
        raise ValueError(f"scores and wrong must be two lists of one size, not {score.shape}, {error.shape}")
    if not np.isfinite(score).all():
        raise ValueError("every score must be a finite number")
    fewest = pictures_needed(spare_errors, target_risk, confidence)
    order = np.argsort(-score)
    falling, errors = -score[order], np.concatenate(([0], np.cumsum(error[order])))
    passed = []
    for threshold in sorted(thresholds, reverse=True):
        n = int(np.searchsorted(falling, -threshold, side="right"))
        k = int(errors[n])
        if n < fewest:
            continue
        if not _rejects(k, n, target_risk, confidence):
            break
        passed.append(float(threshold))
    return passed


def one_per_cluster(clusters: ArrayLike, seed: int) -> NDArray[np.intp]:
    """Ascending indices of one picture per cluster (logo or brand), drawn at random by ``seed``."""
    names = np.asarray(clusters)
    order = np.random.default_rng(seed).permutation(len(names))
    _, first = np.unique(names[order], return_index=True)
    return np.sort(order[first])


def _rejects(k: int, n: int, target_risk: float, confidence: float) -> bool:
    """Whether ``k`` wrong of ``n`` is too few for a risk above ``target_risk``."""
    return k <= n * target_risk - 1 and binomial_cdf(k, n, target_risk) <= 1.0 - confidence


def _check_confidence(confidence: float) -> None:
    if not 0.0 < confidence < 1.0:
        raise ValueError(f"confidence must lie between 0 and 1, not {confidence}")
