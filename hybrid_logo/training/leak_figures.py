"""How well the guard against leaks works: what is left out of each set, and what a hash finds on its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.leaks import LARGEST_DISTANCE, HeldOut, Leak, held_out, leaks_of_set, normalised
from hybrid_logo.training.likeness import BITS, hash_bytes, hashes_of_set
from hybrid_logo.training.sources import FURTHER_SETS, ICON_SETS, is_fetched

__all__ = ["HashFigures", "LeakReport", "SetLeaks", "hash_figures", "leak_report"]

SAMPLED = 2000
"""Drawings of which is told how often chance leaves one out."""


@dataclass(frozen=True, slots=True)
class SetLeaks:
    """What the guard leaves out of one set; counts of drawings.

    Attributes:
        set: the set.
        drawings: all that draw something.
        held_out: labelled logos of ``calibrate`` and ``test``.
        by_name: others that a name gives away.
        by_hash: others that look like a held-out logo.
    """

    set: str
    drawings: int
    held_out: int
    by_name: int
    by_hash: int

    @property
    def kept(self) -> int:
        """Drawings that may be learned from."""
        return self.drawings - self.held_out - self.by_name - self.by_hash


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What the guard leaves out of all sets.

    Attributes:
        sets: set by set.
        leaks: the pairs, held-out logos themselves left out.
        of_train: those of them that are labelled logos of the ``train`` split.
        missing: sets that are not fetched.
    """

    sets: tuple[SetLeaks, ...]
    leaks: tuple[Leak, ...]
    of_train: tuple[Leak, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HashFigures:
    """What a hash alone finds, measured on brands that are not held out.

    Attributes:
        pairs: brands in two sets by name, once for each two sets.
        found: those of which two drawings are as near as a leak.
        drawings: drawings that were compared with as many of other brands as are held out.
        flagged: those that are near one of them; some are relatives under another name.
    """

    pairs: int
    found: int
    drawings: int
    flagged: int


def leak_report(labels: Sequence[LabelledLogo], cache: Path | None = None, workers: int = 2) -> LeakReport:
    """Look through all fetched sets.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: a set with visual labels is not fetched, or the cache cannot be written.
    """
    known = held_out(labels, cache, workers)
    split_of = {logo.key: logo.split for logo in labels}
    fetched, missing = _fetched(cache)
    counts, leaks = [], []
    for name in fetched:
        found = leaks_of_set(name, known, cache, workers)
        own = [leak for leak in found if split_of.get((leak.set, leak.name), "train") != "train"]
        others = [leak for leak in found if split_of.get((leak.set, leak.name), "train") == "train"]
        reasons = Counter(leak.by for leak in others)
        drawings = len(hashes_of_set(name, None, cache, workers))
        counts.append(SetLeaks(name, drawings, len(own), reasons["name"], reasons["hash"]))
        leaks += others
    of_train = tuple(leak for leak in leaks if (leak.set, leak.name) in split_of)
    return LeakReport(tuple(counts), tuple(leaks), of_train, tuple(missing))


def hash_figures(
    labels: Sequence[LabelledLogo], sets: Sequence[str], cache: Path | None = None, workers: int = 2
) -> HashFigures:
    """Measure the hash on the drawings of ``sets`` whose names are not those of held-out brands.

    Args:
        labels: of all splits.
        sets: fetched sets that draw brands.
        cache: the cache folder; see ``cache_folder``.
        workers: processes.
    """
    known = held_out(labels, cache, workers)
    hashes: dict[str, dict[str, list[int]]] = {}
    for brand, name, hashed in _free_drawings(known, sets, cache, workers):
        hashes.setdefault(brand, {}).setdefault(name, []).append(hashed)
    nearest = [
        min((one ^ other).bit_count() for one in homes[first] for other in homes[second])
        for homes in hashes.values()
        for first, second in combinations(homes, 2)
    ]
    brands = [brand for brand, homes in hashes.items() for found in homes.values() for _ in found]
    numbers = [hashed for homes in hashes.values() for found in homes.values() for hashed in found]
    drawings, flagged = _flagged(np.array(brands), hash_bytes(numbers), len(known.hashes))
    return HashFigures(len(nearest), sum(found <= LARGEST_DISTANCE for found in nearest), drawings, flagged)


def _fetched(cache: Path | None) -> tuple[list[str], list[str]]:
    """Names of the sets that can be looked through, and of further sets that are not fetched."""
    further = {pinned.name: is_fetched(pinned, cache) for pinned in FURTHER_SETS}
    names = [pinned.name for pinned in ICON_SETS]  # these must be there: they hold what is held out
    return names + [name for name, there in further.items() if there], [
        name for name, there in further.items() if not there
    ]


def _free_drawings(
    known: HeldOut, sets: Sequence[str], cache: Path | None, workers: int
) -> Iterator[tuple[str, str, int]]:
    """Brand, set and hash of each drawing; folders, which all look alike, are left out."""
    for name in sets:
        for key, hashed in hashes_of_set(name, None, cache, workers).items():
            if not key.startswith(("folder", "default")) and known.by_name(key) is None:
                yield normalised(key), name, hashed


def _flagged(brands: NDArray[np.str_], hashes: NDArray[np.uint8], held: int) -> tuple[int, int]:
    """How many drawings of a sample were compared, and how many are near one of ``held`` other brands."""
    random = np.random.default_rng(0)
    others = random.permutation(len(hashes))[:held]
    sample = random.permutation(len(hashes))[:SAMPLED]
    near = 0
    for index in sample:
        strangers = hashes[others][brands[others] != brands[index]]
        distances = np.bitwise_count(strangers ^ hashes[index]).sum(axis=1)
        near += int(distances.min(initial=BITS) <= LARGEST_DISTANCE)
    return len(sample), near
