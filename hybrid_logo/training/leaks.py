"""Guard against leaks: no brand of the splits ``calibrate`` and ``test`` in any training source.

A brand sits in several icon sets under several names. It is found by its name, without the words that tell
a variant or a file type, by other names that are known of it, and by the look of its drawings.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.likeness import hash_bytes, hashes_of_set, perceptual_hash

__all__ = [
    "BRANDLESS_SETS",
    "LARGEST_DISTANCE",
    "HeldOut",
    "Leak",
    "held_out",
    "held_out_names",
    "leaks_of_set",
    "names_of",
    "normalised",
    "other_names",
    "perceptual_hash",
    "unrelated",
]

LARGEST_DISTANCE = 12
"""Bits of 256 by which the hashes of one brand's drawings may differ."""

FIRST_WORDS = re.compile(r"^(?:(?:file|folder)-type-|folder-|default-)(?:light-|dark-)?")
LAST_WORDS = re.compile(
    r"-(?:icons?|logo|wordmark|original|plain|line|dark|light|background|branded|alt|mono|monochrome|"
    r"monochromatic|colou?r|opened|open|round|vertical|horizontal|classic|old|official|text|brand|badge|cn|"
    r"(?:19|20)\d\d|\d)$"
)
DOMAIN = re.compile(r"(?<=[a-z]{2})dot(?=[a-z]{2,4}$)")
"""As in nextdotjs."""
VERSION = re.compile(r"(?<=[a-z]{3})\d+$")
LANGUAGE = re.compile(r"(?<=[a-z]{3})(?:js|lang)$")

OWNERS = ("amazon", "aws", "google", "microsoft", "apache", "adobe", "canonical", "gnu")
"""Companies whose products are known without their name as well."""
SHORTEST_PRODUCT = 3
SHORTEST_BEGINNING = 5
"""Letters of a held-out name that may begin another name, as in azuredevops."""
SHORTEST_FIRST = 3
"""Letters of a held-out name that may be the first words of another one."""

SAME = {
    "cpp": "cplusplus",
    "gcloud": "googlecloud",
    "gcp": "googlecloudplatform",
    "golang": "go",
    "k8s": "kubernetes",
    "md": "markdown",
    "pgsql": "postgresql",
    "postgres": "postgresql",
    "psd": "adobephotoshop",
    "photoshop": "adobephotoshop",
    "vscode": "visualstudiocode",
    "yml": "yaml",
}
"""Brands with two names that have nothing in common; one is read as the other wherever it begins a name."""

BRANDLESS_SETS = (
    "circle-flags", "fluent-emoji", "fluent-emoji-flat", "fxemoji", "meteocons", "noto"
)  # fmt: skip
"""Sets that draw things and no brands: there only the whole name counts, or every second flag were a coin."""


@dataclass(frozen=True, slots=True)
class Leak:
    """A drawing that is, or looks like, one of a held-out brand.

    Attributes:
        set: the drawing's set.
        name: the drawing.
        held_out: set/name of the labelled logo that it is a relative of.
        by: ``name`` or ``hash``.
    """

    set: str
    name: str
    held_out: str
    by: str


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """What is known of every brand of ``calibrate`` and ``test``.

    Attributes:
        names: a logo's set/name by each of its brand's normalised names.
        products: the same by the names of products without their owner's name.
        hashes: ``uint8[n, 32]``, of their drawings; see ``hash_bytes``.
        drawings: set/name of each hash.
    """

    names: Mapping[str, str]
    products: Mapping[str, str]
    hashes: NDArray[np.uint8]
    drawings: tuple[str, ...]

    def by_name(self, name: str, *, whole: bool = False) -> str | None:
        """The held-out logo whose brand a drawing's name tells, as set/name.

        Args:
            name: of the drawing.
            whole: compare whole names only; otherwise other names of brands, the first words, and the
                beginning of a word, too.
        """
        own = names_of(name)
        candidates = [self.names.get(key) or self.products.get(key) for key in own]
        if not whole:
            candidates += [self.names.get(other_names().get(key, key)) for key in own]
            words = _stripped(name).split("-")
            firsts = [normalised("".join(words[:count])) for count in range(len(words) - 1, 0, -1)]
            candidates += [self.names.get(key) for key in firsts if len(key) >= SHORTEST_FIRST]
            candidates += [
                self.names.get(key[:length])
                for key in own
                for length in range(len(key) - 1, SHORTEST_BEGINNING - 1, -1)
            ]
        return next((found for found in candidates if found is not None), None)

    def by_hash(self, hashed: int) -> str | None:
        """The held-out logo that a drawing looks like most, as set/name; None where none is near."""
        if not len(self.hashes):
            return None
        distances = np.bitwise_count(self.hashes ^ hash_bytes([hashed])).sum(axis=1)
        nearest = int(distances.argmin())
        return self.drawings[nearest] if distances[nearest] <= LARGEST_DISTANCE else None


def normalised(name: str) -> str:
    """A brand's name without version, variant and file-type words, punctuation and case.

    Where nothing else is left, the words are the name.
    """
    joined = re.sub(r"[^a-z0-9]", "", _stripped(name))
    for part in (DOMAIN, VERSION, LANGUAGE):
        joined = part.sub("", joined)
    return SAME.get(joined, joined)


def names_of(name: str) -> list[str]:
    """The normalised name, and that of the product alone where it begins with its owner's name."""
    whole = normalised(name)
    products = [whole.removeprefix(owner) for owner in OWNERS if whole.startswith(owner)]
    return [whole, *(product for product in products if len(product) >= SHORTEST_PRODUCT)]


@lru_cache(maxsize=1)
def other_names() -> dict[str, str]:
    """Held-out brands by their other names: former names, coins by ticker, products with their owner's logo.

    Unlike ``SAME`` these are whole normalised names. They were collected by eye and grow as more are found
    (other_names.csv).
    """
    text = Path(__file__).with_name("other_names.csv").read_text(encoding="utf-8")
    return {row["name"]: row["brand"] for row in csv.DictReader(text.splitlines())}


def held_out(labels: Iterable[LabelledLogo], cache: Path | None = None, workers: int = 2) -> HeldOut:
    """Names and hashes of every brand of ``calibrate`` and ``test``.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: a set is not fetched or the cache cannot be written.
    """
    logos = [logo for logo in labels if logo.split != "train"]
    hashes: dict[str, int] = {}
    of_set: dict[str, list[str]] = {}
    for logo in logos:
        of_set.setdefault(logo.set, []).append(logo.name)
    for name, wanted in of_set.items():
        found = hashes_of_set(name, wanted, cache, workers)
        hashes |= {f"{name}/{key}": hashed for key, hashed in found.items()}
    return replace(held_out_names(logos), hashes=hash_bytes(hashes.values()), drawings=tuple(hashes))


def held_out_names(labels: Iterable[LabelledLogo]) -> HeldOut:
    """What names alone tell of every brand of ``calibrate`` and ``test``; nothing is fetched or drawn."""
    names: dict[str, str] = {}
    products: dict[str, str] = {}
    for logo in labels:
        if logo.split == "train":
            continue
        for text in (logo.brand, logo.name):
            whole, *product = names_of(text)
            names.setdefault(whole, f"{logo.set}/{logo.name}")
            products |= dict.fromkeys(product, f"{logo.set}/{logo.name}")
    return HeldOut(names, products, hash_bytes([]), ())


def leaks_of_set(name: str, known: HeldOut, cache: Path | None = None, workers: int = 2) -> list[Leak]:
    """The drawings of a fetched set that are of held-out brands, or look like theirs.

    Drawings that draw nothing are left out.

    Args:
        name: the set.
        known: the held-out brands.
        cache: the cache folder; see ``cache_folder``.
        workers: processes.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: the set is not fetched or the cache cannot be written.
    """
    found = []
    for key, hashed in hashes_of_set(name, None, cache, workers).items():
        if (relative := known.by_name(key, whole=name in BRANDLESS_SETS)) is not None:
            found.append(Leak(name, key, relative, "name"))
        elif (relative := known.by_hash(hashed)) is not None:
            found.append(Leak(name, key, relative, "hash"))
    return found


def unrelated(name: str, known: HeldOut, cache: Path | None = None, workers: int = 2) -> list[str]:
    """The drawings of a fetched set that are of no held-out brand, neither by name nor by hash.

    Drawings that draw nothing are left out too.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: a set is not fetched or the cache cannot be written.
    """
    leaking = {leak.name for leak in leaks_of_set(name, known, cache, workers)}
    return [key for key in hashes_of_set(name, None, cache, workers) if key not in leaking]


def _stripped(name: str) -> str:
    """Lower-case words joined by hyphens, without those that tell a file type or a variant."""
    words = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    left = FIRST_WORDS.sub("", words) or words
    while (shorter := LAST_WORDS.sub("", left)) != left and shorter:
        left = shorter
    return left
