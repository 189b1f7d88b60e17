"""Drawn logos with labels, small enough to learn from in a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The cache folder with master pictures, and the labels file: three logos of each type to learn from."""
    from tests.small_release import labelled_set

    folder = tmp_path_factory.mktemp("labelled")
    return folder / "cache", labelled_set(
        folder / "cache", folder / "labels.csv", train=3, calibrate=1, test=2
    )


@pytest.fixture
def pictures(labelled: tuple[Path, Path]) -> Any:
    """``SplitPictures`` of them, with one degraded copy each."""
    from hybrid_logo.training.corpus import CorpusSettings
    from tests.benchmarks.peer_scripts import split_pictures

    cache, labels = labelled
    corpus = CorpusSettings(labelled_copies=1, side=32)
    return split_pictures.SplitPictures(corpus, calibrate_copies=1, cache=cache, labels=labels, workers=1)
