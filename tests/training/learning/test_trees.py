"""Trees: they learn, are honest about their own drawings, and are not asked twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.examples import Examples, joined
from hybrid_logo.training.learning import trees as module
from hybrid_logo.training.learning.trees import TreeSettings, ask_trees
from tests.training.learning.drawn_examples import examples, table

SMALL = TreeSettings(folds=3, members=1, rounds=12, leaves=4)


@pytest.fixture(scope="module")
def learned() -> Examples:
    """120 rows of 60 drawings, whose measurements tell their type but for some noise."""
    return examples(table(15))


def random_features(of: Examples, seed: int = 0, copies: int = 2) -> Examples:
    """Measurements that tell nothing of the type and everything of the drawing."""
    count, width = of.features.shape
    drawings = np.random.default_rng(seed).normal(size=(count // copies, width))
    return replace(of, features=np.repeat(drawings, copies, axis=0).astype(np.float32))


def right(said: Any, of: Examples) -> float:
    return float((said.argmax(axis=1) == of.targets.argmax(axis=1)).mean())


def test_they_tell_types_apart_that_measurements_tell(learned: Examples, tmp_path: Path) -> None:
    others = np.repeat(np.arange(4.0)[:, None], learned.features.shape[1], axis=1).astype(np.float32)
    said = ask_trees(learned, others, SMALL, tmp_path)
    assert said.examples.dtype == said.others.dtype == np.float32
    assert said.examples.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert right(said.examples, learned) > 0.9
    assert (said.others.argmax(axis=1) == np.arange(4)).all()


def test_they_know_nothing_by_heart(learned: Examples, tmp_path: Path) -> None:
    """Where only the drawing could be recognised, answers are no better than chance."""
    settings = replace(SMALL, rounds=40, leaves=15, bagged=1.0)
    noise = random_features(learned)
    said = ask_trees(noise, noise.features, settings, tmp_path)
    assert right(said.examples, noise) < 0.45
    assert right(said.others, noise) > 0.8  # asked as if they were others, they are recognised


def test_rows_of_one_brand_stay_together(learned: Examples, tmp_path: Path) -> None:
    """Drawings in pairs that look alike and share a type, as the drawings of a brand do."""
    paired = random_features(learned, copies=4)
    pairs = np.arange(len(paired.features)) // 4
    targets = np.eye(4, dtype=np.float32)[np.random.default_rng(1).permutation(len(pairs) // 4) % 4][pairs]
    paired = replace(paired, targets=targets)
    settings = replace(SMALL, rounds=40, leaves=15, bagged=1.0)
    nothing = paired.features[:0]
    by_drawing = ask_trees(paired, nothing, settings, tmp_path).examples
    by_brand = ask_trees(paired, nothing, settings, tmp_path, groups=pairs).examples
    assert right(by_brand, paired) < 0.5 < right(by_drawing, paired)


def test_only_labelled_rows_of_the_named_sources_are_learned_from(learned: Examples, tmp_path: Path) -> None:
    """A second source with wrong labels changes nothing, unless it is named."""
    wrong = replace(learned, targets=learned.targets[:, ::-1].copy(), names=("icons",))
    unlabelled = replace(learned, targets=np.zeros_like(learned.targets))
    others = learned.features[:8]
    expected = ask_trees(learned, others, SMALL, tmp_path)
    both = ask_trees(joined([learned, wrong]), others, SMALL, tmp_path)
    assert (both.others == expected.others).all()
    assert (both.examples[: len(learned.features)] == expected.examples).all()
    assert right(both.examples[len(learned.features) :], learned) > 0.9
    named = ask_trees(
        joined([learned, wrong]), others, replace(SMALL, sources=("labelled", "icons")), tmp_path
    )
    assert (named.others != expected.others).any()
    with pytest.raises(SourceError, match="0 labelled drawings of labelled are too few for 3 folds"):
        ask_trees(unlabelled, others, SMALL, tmp_path)


def test_a_picture_of_two_types_is_learned_as_both(learned: Examples, tmp_path: Path) -> None:
    """Alike in measurements, with a target of 0.7 and 0.3: that is the answer, too."""
    count = len(learned.features)
    alike = replace(
        learned,
        features=np.zeros_like(learned.features),
        targets=np.tile(np.array([0.7, 0.3, 0, 0], np.float32), (count, 1)),
    )
    said = ask_trees(alike, alike.features[:1], SMALL, tmp_path)
    assert said.others[0] == pytest.approx([0.7, 0.3, 0.0, 0.0], abs=0.01)
    assert said.examples[0] == pytest.approx([0.7, 0.3, 0.0, 0.0], abs=0.01)


def test_pictures_of_one_type_alone_are_refused(learned: Examples, tmp_path: Path) -> None:
    targets = np.tile(np.array([0, 0, 1, 0], np.float32), (len(learned.features), 1))
    with pytest.raises(SourceError, match="one type"):
        ask_trees(replace(learned, targets=targets), learned.features, SMALL, tmp_path)


def test_the_answers_are_stored_and_belong_to_what_was_asked(
    learned: Examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = learned.features[:5]
    first = ask_trees(learned, others, SMALL, tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".npz"]
    grown = []
    whole = module._grow_and_ask
    monkeypatch.setattr(module, "_grow_and_ask", lambda *given: grown.append(1) or whole(*given))
    again = ask_trees(learned, others, SMALL, tmp_path)
    assert grown == []
    assert (again.examples == first.examples).all()
    assert (again.others == first.others).all()
    (next(tmp_path.iterdir())).write_bytes(b"half a file")
    assert (ask_trees(learned, others, SMALL, tmp_path).examples == first.examples).all()  # grown once more
    assert grown == [1]
    ask_trees(learned, others + 1, SMALL, tmp_path)
    ask_trees(learned, others, replace(SMALL, seed=2), tmp_path)
    ask_trees(replace(learned, targets=learned.targets[::-1].copy()), others, SMALL, tmp_path)
    assert grown == [1] * 4


def test_drawings_of_two_sources_with_the_same_number_are_two(learned: Examples) -> None:
    both = joined([learned, replace(learned, names=("icons",))])
    numbers = module._drawings(both)
    assert len(np.unique(numbers)) == 2 * len(np.unique(learned.drawings))
    assert numbers.shape == both.drawings.shape


@pytest.mark.parametrize(
    ("name", "value"),
    [("folds", 1), ("members", 0), ("rounds", 0), ("leaves", 1), ("bagged", 0.0), ("learning_rate", 1.5)],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(SourceError, match=name):
        TreeSettings(**{name: value})
