"""Decides where each picture goes: groups of relatives, a split for each group, a name of its own."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.organize.brands import brand_of
from hybrid_logo.organize.journal import Answer, Settings
from hybrid_logo.organize.lookalikes import lookalikes
from hybrid_logo.organize.splits import SPLITS, assign
from hybrid_logo.types import LABELS, LogoType

__all__ = ["Earlier", "Placement", "key_of", "make_plan", "tabulate"]

LONGEST_NAME = 200
"""Bytes; file systems take 255."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """Where a picture was put by a run before.

    Attributes:
        split, name: its split and its name, which it keeps; its type may change.
    """

    split: str
    name: str


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one picture goes.

    Attributes:
        answer: the picture and what the classifier said of it.
        brand: as guessed from its name.
        cluster: name of the group of relatives that stay in one split.
        split: one of ``SPLITS``.
        label: the type: a person's where one was given, else the classifier's.
        by_person: a person gave the type.
        name: of the file, of which there is no other in the whole result.
    """

    answer: Answer
    brand: str
    cluster: str
    split: str
    label: LogoType
    by_person: bool
    name: str

    @property
    def key(self) -> str:
        """What tables call the picture."""
        return key_of(self.answer.source)

    @property
    def path(self) -> str:
        """Relative to the result."""
        return f"{self.split}/{self.label}/{self.name}"


def key_of(source: str) -> str:
    r"""``source`` as text that every table can hold: stray bytes are written as ``\udcff``."""
    return source.encode("utf-8", "backslashreplace").decode("utf-8")


def make_plan(
    answers: Mapping[str, Answer],
    settings: Settings,
    corrections: Mapping[str, LogoType],
    earlier: Mapping[str, Earlier],
) -> list[Placement]:
    """Place every answered picture; the same for the same arguments.

    Args:
        answers: by source.
        settings: what decides.
        corrections: types that a person gave, by key.
        earlier: places of a run before, by key. Splits and names are kept, so that a set that grows does
            not mix its splits; where two groups have since turned out to be one, the larger part decides.

    Returns:
        placements in the order of their sources.
    """
    ordered = [answers[source] for source in sorted(answers)]
    keys = [key_of(answer.source) for answer in ordered]
    brands = [brand_of(answer.source, settings.brand_from) for answer in ordered]
    labels = [corrections.get(key, answer.label) for key, answer in zip(keys, ordered, strict=True)]
    clusters = _clusters(brands, [answer.look for answer in ordered])
    rows = {cluster: row for row, cluster in enumerate(sorted(set(clusters)))}
    counts = np.zeros((len(rows), len(LABELS)), np.int64)
    homes: list[Counter[int]] = [Counter() for _ in rows]
    for key, cluster, label in zip(keys, clusters, labels, strict=True):
        counts[rows[cluster], LABELS.index(label)] += 1
        if key in earlier:
            homes[rows[cluster]][SPLITS.index(earlier[key].split)] += 1
    fixed = [min(home, key=lambda split: (-home[split], split)) if home else None for home in homes]
    places = assign(counts, settings.ratios, balance=settings.balance, seed=settings.seed, fixed=fixed)
    names = _names(keys, [answer.source for answer in ordered], earlier)
    return [
        Placement(
            answer, brand, cluster, SPLITS[places[rows[cluster]]], label, key in corrections, names[key]
        )
        for answer, key, brand, cluster, label in zip(ordered, keys, brands, clusters, labels, strict=True)
    ]


def tabulate(plan: Sequence[Placement]) -> NDArray[np.int64]:
    """``int64[3, 4]``: pictures of each type in each split."""
    counts = np.zeros((len(SPLITS), len(LABELS)), np.int64)
    for placement in plan:
        counts[SPLITS.index(placement.split), LABELS.index(placement.label)] += 1
    return counts


def _clusters(brands: Sequence[str], looks: Sequence[bytes]) -> list[str]:
    """One name per picture, the same for those that a brand or a look binds together, also in a chain."""
    parents = {brand: brand for brand in brands}

    def root(brand: str) -> str:
        while parents[brand] != brand:
            parents[brand] = brand = parents[parents[brand]]
        return brand

    for one, other in lookalikes(looks):
        first, second = sorted((root(brands[one]), root(brands[other])))
        parents[second] = first
    return [root(brand) for brand in brands]


def _names(keys: Sequence[str], sources: Sequence[str], earlier: Mapping[str, Earlier]) -> dict[str, str]:
    """A name per key that no other has, also where upper and lower case are one."""
    names = {key: earlier[key].name for key in keys if key in earlier}
    taken = {_folded(name) for name in names.values()}
    next_numbers: Counter[str] = Counter()
    for key, source in zip(keys, sources, strict=True):
        if key in names:
            continue
        wanted = _writable(source.rpartition("/")[2])
        stem, suffix = os.path.splitext(wanted)
        name = wanted
        while _folded(name) in taken:
            next_numbers[wanted] += 1
            name = f"{stem}-{next_numbers[wanted] + 1}{suffix}"
        names[key] = name
        taken.add(_folded(name))
    return names


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _writable(name: str) -> str:
    """``name`` as UTF-8 without control characters, short enough to get a number."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    clean = "".join(char if char.isprintable() and char not in '\\/:*?"<>|\ufffd' else "_" for char in text)
    stem, suffix = os.path.splitext(clean)
    room = LONGEST_NAME - len(suffix.encode("utf-8"))
    return stem.encode("utf-8")[:room].decode("utf-8", "ignore") + suffix
