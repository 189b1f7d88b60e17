"""Teachers and trees together: whom the student listens to, and that it is about the same pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training import teaching as module
from hybrid_logo.training.examples import Examples
from hybrid_logo.training.learning.teachers import TeacherSettings
from hybrid_logo.training.learning.trees import TreeSettings, TreesSaid
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.teaching import load_teaching, teach
from tests.training.learning.drawn_examples import SETTINGS, examples, table

TEACHER = TeacherSettings(architecture="plain", training=SETTINGS)
TREES = TreeSettings(folds=3, members=1, rounds=3, leaves=4)


@pytest.fixture(scope="module")
def held_out() -> PictureTable:
    return table(3, 1)


@pytest.fixture(scope="module")
def learned() -> Examples:
    return examples(table())


def says(labels: Any, sure: float) -> Any:
    """``sure`` on the label, the rest shared by the others."""
    labels = np.asarray(labels)
    said = np.full((len(labels), 4), (1 - sure) / 3)
    said[np.arange(len(labels)), labels] = sure
    return said


class Stand:
    """In place of networks: what each member says of examples and of held-out pictures, in turn."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *members: tuple[Any, Any]) -> None:
        self.trained: list[tuple[str, str]] = []
        answers = [one for member in members for one in member]
        monkeypatch.setattr(module, "train_teacher", self._train)
        monkeypatch.setattr(module, "member_probabilities", lambda *_: answers.pop(0))

    def _train(self, settings: TeacherSettings, _examples: Any, _held_out: Any, folder: Path) -> None:
        self.trained.append((settings.architecture, folder.name))


def record(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "teaching.json").read_text(encoding="utf-8")))


def test_the_better_teacher_is_listened_to(
    learned: Examples, held_out: PictureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one guesses; what it says of the examples counts for nothing."""
    count = len(learned.views)
    good = says(learned.targets.argmax(axis=1), 0.7)
    guess = says(np.random.default_rng(0).integers(4, size=count), 0.7)
    judged = says(held_out.labels, 0.7)
    judged[:2] = judged[:2, ::-1]
    stand = Stand(monkeypatch, (good, judged), (guess, says((held_out.labels + 1) % 4, 0.7)))
    other = replace(TEACHER, architecture="resnet50d")
    together = teach(learned, held_out, [TEACHER, other], None, tmp_path)
    assert stand.trained == [("plain", "0-plain"), ("resnet50d", "1-resnet50d")]
    assert together.dtype == np.float32
    assert together.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert (together.argmax(axis=1) == learned.targets.argmax(axis=1)).all()
    told = record(tmp_path)
    assert told["members"] == ["0-plain", "1-resnet50d"]
    assert told["weights"][0] > 0.8
    figures = told["figures_on_calibrate"]
    assert figures["0-plain"]["clean_strict"] == pytest.approx(10 / 12)
    assert figures["1-resnet50d"]["clean_strict"] == 0.0
    assert figures["together"]["clean_strict"] == pytest.approx(10 / 12)


def test_each_member_is_made_as_sure_as_it_should_be(
    learned: Examples, held_out: PictureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sure by far, and wrong about every fourth held-out picture."""
    wrong = np.where(np.arange(12) % 4 == 3, (held_out.labels + 1) % 4, held_out.labels)
    said = says(learned.targets.argmax(axis=1), 0.999)
    Stand(monkeypatch, (said, says(wrong, 0.999)))
    together = teach(learned, held_out, [TEACHER], None, tmp_path)
    assert record(tmp_path)["temperatures"][0] > 2
    assert together.max() == pytest.approx(0.75, abs=0.01)


def test_trees_join_the_teachers(
    learned: Examples, held_out: PictureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def ask(of: Examples, others: Any, settings: TreeSettings, folder: Path, groups: Any) -> TreesSaid:
        asked.append((others, settings, folder, groups))
        labels = of.targets.argmax(axis=1)
        return TreesSaid(says(labels, 0.9).astype(np.float32), says(held_out.labels, 0.9).astype(np.float32))

    uniform = np.full((len(learned.views), 4), 0.25)
    Stand(monkeypatch, (uniform, uniform[:12]))
    monkeypatch.setattr(module, "ask_trees", ask)
    groups = np.arange(len(learned.views))
    together = teach(learned, held_out, [TEACHER], TREES, tmp_path, groups)
    [(others, settings, folder, given)] = asked
    assert others is held_out.features
    assert (settings, folder) == (TREES, tmp_path)
    assert given is groups
    told = record(tmp_path)
    assert told["members"] == ["0-plain", "trees"]
    assert told["weights"][1] > 0.99
    assert (together.argmax(axis=1) == learned.targets.argmax(axis=1)).all()


def test_a_real_teacher_and_real_trees(learned: Examples, held_out: PictureTable, tmp_path: Path) -> None:
    settings = replace(TEACHER, training=replace(SETTINGS, epochs=1))
    together = teach(learned, held_out, [settings], TREES, tmp_path)
    assert together.shape == (len(learned.views), 4)
    assert sum(record(tmp_path)["weights"]) == pytest.approx(1.0)
    assert (tmp_path / "0-plain" / "weights.pt").is_file()
    assert not list(tmp_path.glob("*tmp*"))
    assert np.array_equal(load_teaching(learned, tmp_path), together)
    again = teach(learned, held_out, [settings], TREES, tmp_path)
    assert np.array_equal(again, together)


def test_somebody_must_teach(learned: Examples, held_out: PictureTable, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nobody to teach"):
        teach(learned, held_out, [], None, tmp_path)


# What they said before


@pytest.fixture
def folder(
    learned: Examples, held_out: PictureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    Stand(monkeypatch, (says(learned.targets.argmax(axis=1), 0.7), says(held_out.labels, 0.7)))
    teach(learned, held_out, [TEACHER], None, tmp_path)
    return tmp_path


@pytest.mark.parametrize("file", ["teaching.json", "teaching.npz"])
@pytest.mark.parametrize("content", [None, b"", b"[1]", b"PK\x03\x04 cut off"])
def test_who_was_not_asked_names_the_command(
    file: str, content: bytes | None, folder: Path, learned: Examples
) -> None:
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)
    with pytest.raises(SourceError, match=r"not been asked .*Run: hybrid-logo train teachers$"):
        load_teaching(learned, folder)


@pytest.mark.parametrize("change", ["features", "drawings", "names", "fewer"])
def test_answers_about_other_examples_are_refused(change: str, folder: Path, learned: Examples) -> None:
    other = {
        "features": lambda: replace(learned, features=learned.features + 1),
        "drawings": lambda: replace(learned, drawings=learned.drawings[::-1]),
        "names": lambda: replace(learned, names=("icons",)),
        "fewer": learned.as_rendered,
    }[change]()
    with pytest.raises(SourceError, match=r"other examples\. Run: hybrid-logo train teachers"):
        load_teaching(other, folder)


def test_a_folder_that_cannot_be_written_is_told(
    learned: Examples, held_out: PictureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Stand(monkeypatch, (says(learned.targets.argmax(axis=1), 0.7), says(held_out.labels, 0.7)))
    (tmp_path / "teaching.npz").mkdir()
    with pytest.raises(SourceError, match="cannot be written"):
        teach(learned, held_out, [TEACHER], None, tmp_path)


def test_only_the_first_process_stores(
    learned: Examples, held_out: PictureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Stand(monkeypatch, (says(learned.targets.argmax(axis=1), 0.7), says(held_out.labels, 0.7)))
    monkeypatch.setattr(module.parallel, "rank", lambda: 1)
    teach(learned, held_out, [TEACHER], None, tmp_path)
    assert list(tmp_path.iterdir()) == []
