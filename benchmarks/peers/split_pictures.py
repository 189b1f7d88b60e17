"""The pictures of each split: those that our own release learned from, and those that all are measured on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from hybrid_logo.errors import SourceError
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.training.corpus import CorpusSettings, calibrate_plan, train_plan
from hybrid_logo.training.degrade import clean_copy, degraded_copy
from hybrid_logo.training.labels import LabelledLogo, read_labels
from hybrid_logo.training.pictures import PictureTable, build_table, copy_seed
from hybrid_logo.training.rendering import load_master
from hybrid_logo.training.suites import SUITES, built_in_suite
from hybrid_logo.training.train_split import logos_to_learn_from

__all__ = ["SplitPictures"]


@dataclass(frozen=True)
class SplitPictures:
    """What peers learn from and are measured on; tables of copies are made when they are first asked for.

    Attributes:
        corpus: degraded copies of each logo, their seed, and the side of the views; with those of the release
            a cache that has them is used.
        calibrate_copies: degraded copies of each logo of the ``calibrate`` split.
        cache: the cache folder.
        labels: the labels file.
        workers: processes that make copies.
    """

    corpus: CorpusSettings = field(default_factory=CorpusSettings)
    calibrate_copies: int = 4
    cache: Path | None = None
    labels: Path | None = None
    workers: int = 2

    @cached_property
    def logos(self) -> list[LabelledLogo]:
        """The labelled logos of the ``train`` split that are no relatives of held-out ones.

        Raises:
            SourceError: there are none.
        """
        if self.labels is None:
            return logos_to_learn_from(read_labels(), self.cache, self.workers)
        return self._logos("train")

    @cached_property
    def train(self) -> PictureTable:
        """Clean and degraded copies of the ``train`` split: views and features."""
        plan = train_plan(self.corpus, self.corpus.labelled_copies)
        return build_table(self.logos, plan, self.cache, self.workers)

    @cached_property
    def held_out(self) -> PictureTable:
        """Copies of the ``calibrate`` split, for the log of a training run."""
        plan = calibrate_plan(self.calibrate_copies, self.corpus.seed, self.corpus.side)
        return build_table(self._logos("calibrate"), plan, self.cache, self.workers)

    def fingerprint(self) -> str:
        """Hash of the labels that are learned from and of how their copies are made."""
        rows = [
            [*logo.key, logo.label.value, sorted(label.value for label in logo.accepted)]
            for logo in self.logos
        ]
        return hashlib.sha256(json.dumps([asdict(self.corpus), rows]).encode()).hexdigest()[:16]

    def train_files(self, count: int) -> Iterator[tuple[bytes, LabelledLogo]]:
        """Files of ``count`` training logos drawn by the seed, as rendered and degraded in turn.

        Raises:
            SourceError: a master picture is missing.
        """
        random = np.random.default_rng(self.corpus.seed)
        for turn, number in enumerate(random.permutation(len(self.logos))[:count].tolist()):
            logo = self.logos[number]
            master = load_master(logo, self.cache)
            degraded = turn % 2 == 1
            seed = copy_seed(logo, self.corpus.seed, 1)
            yield degraded_copy(master, seed) if degraded else clean_copy(master), logo

    def suites(self, split: str, limit: int | None = None) -> list[Dataset]:
        """As rendered and degraded by seed 0; at most ``limit`` pictures of each."""
        found = [built_in_suite(suite, 0, self.cache, self.labels, split) for suite in SUITES]
        return [suite.limited(limit) for suite in found]

    def _logos(self, split: str) -> list[LabelledLogo]:
        found = read_labels(self.labels, split)
        if not found:
            raise SourceError(f"The labels file has no logo of the split {split!r}. Add some of each type.")
        return found
