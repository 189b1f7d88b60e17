"""Compare two profiles: how much each histogram changed, beyond what chance alone would show.

The change is the population stability index, sum((p - q) * ln(p / q)) over the bins of two histograms with
shares p and q (Kullback and Leibler, 1951; common names of its sizes: below 0.1 small, above 0.25 large).
It is never 0 between two samples, even of the same pictures. So the pictures of both profiles are thrown
together and divided at random, again and again (Fisher, 1935): the mean of what that shows is taken off, and
no change counts that is not larger than all of it. This needs no large sample and no assumption but that the
pictures are independent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.drift.bins import EDGES, PARTS, SLICES, bin_words, edge_words
from hybrid_logo.drift.profile import Profile
from hybrid_logo.errors import InputError

__all__ = ["DIVISIONS", "TOLERANCE", "Change", "Comparison", "compare"]

SCHEMA = 1
TOLERANCE = 0.1
"""Population stability index up to which a change is small, however many pictures show it."""
DIVISIONS = 2000
"""Random divisions. One histogram exceeds them all by chance with probability 1 / 2001, and any of about
forty therefore in at most 2% of comparisons."""


@dataclass(frozen=True, slots=True)
class Change:
    """How one histogram changed.

    Attributes:
        name: of the histogram.
        index: population stability index, less its mean under chance, 0 or more.
        noise: the largest index of the random divisions, likewise.
        limit: index above which this is drift: the noise, or the tolerance where that is larger.
        where: the bin, or the values from an edge on, whose share changed most.
        before: that share in the reference, 0-1.
        after: that share now, 0-1.
    """

    name: str
    index: float
    noise: float
    limit: float
    where: str
    before: float
    after: float

    @property
    def drifted(self) -> bool:
        """Whether it changed by more than chance and tolerance explain."""
        return self.index > self.limit


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two profiles compared.

    Attributes:
        model: name of the model release that both are of.
        pictures: pictures in the profile.
        reference_pictures: pictures in the reference.
        rules_share: share of the answers that the rules decided alone, 0-1, in the profile.
        changes: one for each histogram, drift first, the largest index first.
    """

    model: str
    pictures: int
    reference_pictures: int
    rules_share: float
    changes: tuple[Change, ...]

    @property
    def drifted(self) -> tuple[Change, ...]:
        """Those that count as drift."""
        return tuple(change for change in self.changes if change.drifted)

    @property
    def visible(self) -> float:
        """The index from which half of the histograms would count as drift."""
        return float(np.median([change.limit for change in self.changes]))

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "schema": SCHEMA,
            "drift": bool(self.drifted),
            "model": self.model,
            "pictures": self.pictures,
            "reference_pictures": self.reference_pictures,
            "rules_share": round(self.rules_share, 4),
            "changes": [
                {
                    "name": change.name,
                    "drifted": change.drifted,
                    "index": round(change.index, 4),
                    "noise": round(change.noise, 4),
                    "limit": round(change.limit, 4),
                    "where": change.where,
                    "before": round(change.before, 4),
                    "after": round(change.after, 4),
                }
                for change in self.changes
            ],
        }


def compare(
    profile: Profile, reference: Profile, *, tolerance: float = TOLERANCE, seed: int = 0
) -> Comparison:
    """Compare ``profile`` with ``reference``.

    Args:
        profile: of the pictures of today.
        reference: of the pictures that they should be like.
        tolerance: population stability index that is accepted.
        seed: of the random divisions.

    Raises:
        InputError: they are of different models, or one of them counts no answer.
        ValueError: the tolerance is not above 0.
    """
    if not tolerance > 0:
        raise ValueError(f"the tolerance must be above 0, not {tolerance}")
    if profile.model != reference.model:
        raise InputError(
            f"the profile is of the model {profile.model}, the reference of {reference.model}: record one "
            f"of them again with hybrid-logo classify DIR --profile FILE --model {reference.model}"
        )
    if not (profile.answered and reference.answered):
        raise InputError(
            "a profile without an answered picture cannot be compared: record it again on pictures of logos"
        )
    random = np.random.default_rng(seed)
    changes = [
        _change(name, reference.histogram(name), profile.histogram(name), tolerance, random)
        for name in SLICES
    ]
    return Comparison(
        model=profile.model,
        pictures=profile.results,
        reference_pictures=reference.results,
        rules_share=profile.share("decided_by", "rules"),
        changes=tuple(sorted(changes, key=lambda change: (not change.drifted, -change.index))),
    )


def _change(
    name: str,
    before: NDArray[np.int64],
    after: NDArray[np.int64],
    tolerance: float,
    random: np.random.Generator,
) -> Change:
    both = before + after
    used = both > 0
    drawn = random.multivariate_hypergeometric(both[used], int(after.sum()), DIVISIONS, method="marginals")
    chance = stability_index(both[used] - drawn, drawn)
    expected = float(chance.mean())
    noise = float(chance.max()) - expected
    return Change(
        name,
        max(0.0, float(stability_index(before[used], after[used])) - expected),
        noise,
        max(tolerance, noise),
        *_largest_move(name, before / before.sum(), after / after.sum()),
    )


def stability_index(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.float64]:
    """Population stability index over the last axis of counts, none of them 0 in both.

    One picture, divided as both are together, is added to each: no share is 0.
    """
    both = before + after
    one = both / both.sum(axis=-1, keepdims=True)
    p = (after + one) / (after.sum(axis=-1, keepdims=True) + 1)
    q = (before + one) / (before.sum(axis=-1, keepdims=True) + 1)
    return np.asarray(((p - q) * np.log(p / q)).sum(axis=-1))


def _largest_move(
    name: str, before: NDArray[np.float64], after: NDArray[np.float64]
) -> tuple[str, float, float]:
    """Which share changed most, in words, and from what to what.

    Of a histogram by size it is the share from an edge on (Kolmogorov and Smirnov's largest distance).
    """
    if name in PARTS:
        words = bin_words(name)
    else:
        words = [f"{edge_words(name, edge)} or more" for edge in EDGES[name]]
        before, after = (part[::-1].cumsum()[::-1][1:] for part in (before, after))
    largest = int(np.abs(after - before).round(9).argmax())  # the first of equals
    return words[largest], float(before[largest]), float(after[largest])
