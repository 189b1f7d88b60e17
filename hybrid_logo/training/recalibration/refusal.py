"""Why a promise cannot be certified on somebody's pictures, and what would help."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import InputError
from hybrid_logo.evaluation.certificates import (
    DEFAULT_THRESHOLDS,
    certified_thresholds,
    clopper_pearson_lower,
    clopper_pearson_upper,
    pictures_needed,
)
from hybrid_logo.promises import EVERY_PICTURE
from hybrid_logo.training.certifying import SPARE_ERRORS, CertificateSettings
from hybrid_logo.training.evidence import Evidence
from hybrid_logo.training.recalibration.parts import LOGOS_TO_REFIT, certifying_share

__all__ = ["CannotPromiseError", "labelled_needed", "refutation", "shortfall"]

LAXER_RISKS = (0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3)
WITHOUT = "Probabilities without any promise: --allow-no-promise."
MOST_ERRORS = 4096
"""Errors that a certificate may reckon with; beyond, the rules are as bad as the target itself."""


class CannotPromiseError(InputError):
    """The pictures do not support the promise that was asked for; nothing was written."""


def shortfall(evidence: Evidence, settings: CertificateSettings, labelled: int) -> str:
    """What was seen, how many pictures would be needed, and which risk can be certified.

    Args:
        evidence: pictures on which ``settings.target_risk`` cannot be certified.
        settings: what was asked for.
        labelled: pictures that the user has labelled.
    """
    walks = _walks(evidence, settings)
    group = min(walks, key=lambda each: bool(walks[each][2]))  # the first without a threshold, or all
    scores, wrong, _ = walks[group]
    target = settings.target_risk
    bound = {
        threshold: clopper_pearson_upper(
            int(wrong[scores >= threshold].sum()), int((scores >= threshold).sum()), settings.confidence
        )
        for threshold in DEFAULT_THRESHOLDS
    }
    threshold = min(bound, key=lambda each: (bound[each], -each))
    n, k = int((scores >= threshold).sum()), int(wrong[scores >= threshold].sum())
    of_group = "" if group == EVERY_PICTURE else f" of the group {group}"
    said = (
        f"a risk of {target:g} at {settings.confidence:.0%} confidence cannot be certified. "
        f"Of {len(scores):,} logos{of_group} kept for certifying, the rules accept {n:,} "
        f"(score from {threshold:g}), {k:,} wrong; "
    )
    needed = None if not n else _accepted_needed(k / n, settings)
    if not n:
        said += "their score is below every threshold, so no number of such pictures would help. "
    elif needed is None:
        said += f"{k / n:.1%} wrong is not less than the target, so no number of such pictures would help. "
    elif needed <= n:
        said += (
            "that would do, but the tests begin with the surest answers and stop before, in all groups or in "
            "one: the rules are wrong where they are sure. "
        )
    else:
        total = labelled_needed(needed * len(set(evidence.brands)) / n)
        said += (
            f"at that rate {needed:,} accepted logos would do, about {total:,} labelled ones in all "
            f"(there are {labelled:,} pictures). "
        )
    return said + _best(evidence, settings)


def refutation(n: int, k: int, settings: CertificateSettings) -> str | None:
    """Why held-out logos speak against the promise; None where they do not.

    Args:
        n: logos that the rules decide.
        k: those among them that they get wrong.
        settings: what was promised.
    """
    if clopper_pearson_lower(k, n, settings.confidence) <= settings.target_risk:
        return None
    return (
        f"of the logos that were kept for checking the rules decide {n:,} and are wrong on {k:,}, more than "
        f"a risk of {settings.target_risk:g} explains: it is refuted. Look for copies of one logo that do "
        "not share a cluster, and for wrong labels."
    )


def labelled_needed(certifying: float) -> int:
    """Logos to label, rounded up, so that so many of them certify."""
    few = certifying / certifying_share(0)
    total = (
        few if few < LOGOS_TO_REFIT else max(LOGOS_TO_REFIT, certifying / certifying_share(LOGOS_TO_REFIT))
    )
    return int(np.ceil(total / 10)) * 10


def _walks(
    evidence: Evidence, settings: CertificateSettings
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.bool_], list[float]]]:
    """Scores, errors and passed thresholds of all logos, and of each group that has enough of them."""
    fewest = pictures_needed(SPARE_ERRORS, settings.target_risk, settings.confidence)
    found = {}
    for group, rows in {EVERY_PICTURE: np.ones(len(evidence.labels), bool), **evidence.groups}.items():
        chosen = evidence.one_per_brand(rows, settings.seed)
        if group == EVERY_PICTURE or len(chosen) >= fewest:
            seen = evidence.scores[chosen], evidence.rules_wrong[chosen]
            asked = settings.target_risk, settings.confidence
            found[group] = (*seen, certified_thresholds(*seen, *asked, spare_errors=SPARE_ERRORS))
    return found


def _accepted_needed(rate: float, settings: CertificateSettings) -> int | None:
    """The fewest accepted pictures that certify the target at an error rate; None where none do."""
    if rate >= settings.target_risk:
        return None
    low, high = SPARE_ERRORS - 1, SPARE_ERRORS

    def enough(errors: int) -> bool:
        return errors >= rate * pictures_needed(errors, settings.target_risk, settings.confidence)

    while not enough(high):
        if high >= MOST_ERRORS:
            return None
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return pictures_needed(high, settings.target_risk, settings.confidence)


def _best(evidence: Evidence, settings: CertificateSettings) -> str:
    """The smallest of some usual risks that these pictures certify."""
    for risk in LAXER_RISKS:
        if risk > settings.target_risk:
            walks = _walks(evidence, replace(settings, target_risk=risk)).values()
            if set.intersection(*(set(passed) for _, _, passed in walks)):
                return f"What can be certified: --target-risk {risk:g}. {WITHOUT}"
    return f"No risk up to {LAXER_RISKS[-1]:g} can be certified. {WITHOUT}"
