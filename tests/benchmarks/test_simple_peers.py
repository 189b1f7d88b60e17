"""Majority and boosted trees, and what a folder of a peer keeps."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_logo.errors import BlankError, MissingExtraError, SourceError
from hybrid_logo.types import LABELS
from tests.benchmarks.peer_scripts import boosted_trees, majority, peer
from tests.small_release import drawn

TREES = boosted_trees.BoostedTrees(rounds=4, leaves=4)


def made_up(count: int = 400) -> tuple[Any, Any]:
    """Features on a coarse grid, which often meet a threshold, and labels that follow them."""
    random = np.random.default_rng(1)
    features = (random.integers(0, 12, (count, 5)) / 10).astype(np.float32)
    labels = (features[:, 0] > 0.5) * 2 + (features[:, 1] + 0.2 * features[:, 2] > 0.6)
    return features, labels.astype(np.int64)


def test_the_majority_is_the_most_frequent_label_of_the_train_split(pictures: Any, tmp_path: Path) -> None:
    kept = pictures.logos.copy()
    pictures.logos[:] = [replace(logo, label=LABELS[2]) if logo.label == LABELS[0] else logo for logo in kept]
    trained = majority.Majority().trained(pictures, tmp_path / "none")
    assert trained.answer(b"no picture") == LABELS[2]
    assert trained.about == f"always {LABELS[2].value}, the label of 6 of 12 training logos"
    assert not (tmp_path / "none").exists()


def test_onnx_says_what_scikit_learn_says() -> None:
    features, labels = made_up()
    forest = boosted_trees.BoostedTrees(rounds=12).grown(features, labels)
    session = onnxruntime.InferenceSession(boosted_trees.as_onnx(forest))
    random = np.random.default_rng(2)
    asked = np.concatenate([features, random.uniform(-1, 2, (200, 5)).astype(np.float32)])
    label, probabilities = session.run(None, {"features": asked})
    np.testing.assert_allclose(probabilities, forest.predict_proba(asked), atol=1e-5)
    assert (label == forest.predict(asked)).all()
    assert set(label.tolist()) == {0, 1, 2, 3}


@given(st.floats(-1e30, 1e30), st.integers(-2, 2))
def test_a_rounded_threshold_parts_float32_as_the_exact_one_does(threshold: float, steps: int) -> None:
    value = np.float32(threshold)
    for _ in range(abs(steps)):
        value = np.nextafter(value, np.float32(math.copysign(np.inf, steps)))
    rounded = np.float32(boosted_trees._rounded_down(threshold))
    assert (value <= rounded) == (float(value) <= threshold)


def test_trees_learn_once_and_answer_for_files(pictures: Any, tmp_path: Path) -> None:
    first = TREES.trained(pictures, tmp_path / "trees")
    assert first.pictures_seen == len(pictures.train.labels) == 24
    assert first.parameters >= 4 * TREES.rounds
    assert first.size_mb == (tmp_path / "trees" / "trees.onnx").stat().st_size / 1e6
    files = [case.read() for suite in pictures.suites("train") for case in suite.cases]
    answers = [first.answer(data) for data in files]
    assert set(answers) <= set(LABELS)
    with pytest.raises(BlankError):
        first.answer(png(np.zeros((32, 32, 4), np.uint8)))

    unmade = replace(pictures, cache=tmp_path / "empty")
    again = TREES.trained(unmade, tmp_path / "trees")
    assert [again.answer(data) for data in files] == answers


def png(rgba: Any) -> bytes:
    from hybrid_logo.training.encodings import as_png

    return as_png(rgba)


def test_a_folder_with_other_settings_or_labels_is_refused(pictures: Any, tmp_path: Path) -> None:
    TREES.trained(pictures, tmp_path)
    more_copies = replace(pictures, corpus=replace(pictures.corpus, labelled_copies=2))
    for peer_, data in ((replace(TREES, leaves=5), pictures), (TREES, more_copies)):
        with pytest.raises(SourceError, match="other settings or labels"):
            peer_.trained(data, tmp_path)
    (tmp_path / peer.FACTS).write_text("{", encoding="utf-8")
    with pytest.raises(SourceError, match="damaged"):
        TREES.trained(pictures, tmp_path)


def test_trees_without_a_type_or_without_scikit_learn_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    features, labels = made_up()
    with pytest.raises(SourceError, match=f"no training logo of {LABELS[3].value}"):
        TREES.grown(features[labels < 3], labels[labels < 3])
    monkeypatch.setitem(__import__("sys").modules, "sklearn.ensemble", None)
    with pytest.raises(MissingExtraError, match="pip install scikit-learn"):
        TREES.grown(features, labels)


def test_training_files_are_drawn_by_the_seed_clean_and_degraded_in_turn(pictures: Any) -> None:
    files = list(pictures.train_files(4))
    assert [(data, logo.key) for data, logo in pictures.train_files(4)] == [
        (data, logo.key) for data, logo in files
    ]
    assert len({logo.key for _, logo in files}) == 4
    label, seed = files[0][1].name.split("-")
    assert files[0][0] == png(drawn(LABELS[[each.value for each in LABELS].index(label)], int(seed)))
    assert files[1][0] != png(drawn(files[1][1].label, int(files[1][1].name.split("-")[1])))
