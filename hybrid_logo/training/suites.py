"""The built-in suites: pictures of a split, of ``test`` unless said, as rendered or degraded."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from hybrid_logo.errors import SourceError
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.training.degrade import clean_copy, degraded_copy
from hybrid_logo.training.labels import read_labels
from hybrid_logo.training.pictures import copy_seed
from hybrid_logo.training.rendering import load_master
from hybrid_logo.training.sources import load_icons, svg_text

__all__ = ["LABELS_FROM", "SUITES", "built_in_suite", "calibrate_pictures"]

SUITES = ("clean", "degraded")
LABELS_FROM = "a vision-language model in two passes, no human annotator"


def built_in_suite(
    suite: str, seed: int, cache: Path | None = None, labels: Path | None = None, split: str = "test"
) -> Dataset:
    """Pictures of a split: "clean" as rendered, "degraded" one degraded copy of each.

    Args:
        suite: one of ``SUITES``.
        seed: of the degradation.
        cache: the cache folder.
        labels: the labels file.
        split: whatever is still being chosen by the figures must be measured on another one than ``test``.

    Raises:
        SourceError: labels or master pictures are missing.
    """
    logos, cases = read_labels(labels, split=split), []
    if not logos:
        raise SourceError(f"The labels file has no logo of the split {split!r}. Add some of each type.")
    for logo in logos:
        master = load_master(logo, cache)
        data = clean_copy(master) if suite == "clean" else degraded_copy(master, copy_seed(logo, seed, 1))
        cases.append(Case("/".join(logo.key), data, logo.label, logo.accepted, logo.clear, logo.brand))
    return Dataset(f"{split}-{suite}", cases, LABELS_FROM, seed, drawing=partial(_drawing, cache))


def _drawing(cache: Path | None, case: Case) -> str | None:
    """The icon that a master picture was drawn from."""
    icon_set, _, name = case.name.partition("/")
    icon = load_icons(icon_set, cache).get(name)
    return None if icon is None else svg_text(icon)


def calibrate_pictures(
    copies: int, seed: int, cache: Path | None = None, labels: Path | None = None
) -> Iterator[bytes]:
    """Files of the ``calibrate`` split: each logo as rendered, and its degraded copies.

    Args:
        copies: degraded ones of each logo.
        seed: of the degradation.
        cache: the cache folder.
        labels: the labels file.

    Raises:
        SourceError: labels or master pictures are missing.
    """
    for logo in read_labels(labels, split="calibrate"):
        master = load_master(logo, cache)
        yield clean_copy(master)
        yield from (degraded_copy(master, copy_seed(logo, seed, copy)) for copy in range(1, copies + 1))
