"""The student search: what each candidate learns, what is measured of it, and the table of the front."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.student import Student
from hybrid_logo.training import search as module
from hybrid_logo.training.examples import Examples
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.search import CANDIDATES, Candidate, Search, as_markdown
from hybrid_logo.training.student import StudentSettings, new_student
from tests.small_release import views_of_drawings
from tests.training.learning.drawn_examples import SETTINGS, examples, table

SMALL, WIDE, LARGE = Candidate(32, (4, 4, 4, 4)), Candidate(32, (8, 8, 8, 8)), Candidate(48, (4, 4, 4, 4))
STUDENT = StudentSettings(
    depths=(1, 1, 1, 1),
    training=replace(SETTINGS, sources=(("labelled", 2.0), ("icons", 1.0)), distillation_weight=0.7),
    fine_tuning=SETTINGS,
)


def load(side: int) -> tuple[Examples, PictureTable]:
    """Two logos of each type with two copies."""
    seen = table(2)
    seen = replace(seen, views=np.repeat(views_of_drawings(2, side), 2, axis=0))
    made = examples(seen)
    return made.taught(np.full((len(made.views), 4), 0.25, np.float32)), seen


Trained = list[tuple[Examples, PictureTable, StudentSettings]]


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> Trained:
    """What would have been trained; the students are left as they are made."""
    runs: Trained = []

    def train(shown: Examples, held_out: PictureTable, settings: StudentSettings, folder: Path) -> Any:
        runs.append((shown, held_out, settings))
        folder.mkdir(parents=True)
        return new_student(settings).eval()

    monkeypatch.setattr(module, "train_student", train)
    return runs


def test_candidates_differ_in_size_alone(trained: Trained, tmp_path: Path) -> None:
    rows = Search(STUDENT, tmp_path, pictures=0.04, seeds=(1, 2)).run(load, [SMALL, WIDE, LARGE])
    assert [(row["candidate"], row["seed"]) for row in rows] == [
        (one.name, seed) for one in (SMALL, WIDE, LARGE) for seed in (1, 2)
    ]
    assert [shown.views.shape[1] for shown, _, _ in trained] == [32, 32, 32, 32, 48, 48]
    assert [one.widths for _, _, one in trained[::2]] == [SMALL.widths, WIDE.widths, LARGE.widths]
    assert {one.fine_tuning for _, _, one in trained} == {None}
    assert {one.training.sources for _, _, one in trained} == {(("labelled", 1.0),)}
    assert {one.training.epochs for _, _, one in trained} == {5}  # 40 pictures of 8 drawings
    assert {one.training.distillation_weight for _, _, one in trained} == {0.7}
    small, _, wide, _, large, _ = rows
    assert small["parameters"] == large["parameters"] < wide["parameters"]
    assert small["multiply_adds"] < large["multiply_adds"]
    assert all(0 <= row["clean_strict"] <= 1 for row in rows)


def test_what_is_measured_is_kept(trained: Trained, tmp_path: Path) -> None:
    search = Search(STUDENT, tmp_path, pictures=0.02, seeds=(1,))
    first = search.run(load, [SMALL])
    log = tmp_path / "results.jsonl"
    log.write_text(log.read_text(encoding="utf-8") + '{"key": "cut o', encoding="utf-8")
    both = search.run(load, [SMALL, WIDE])
    assert both[0] == first[0]
    assert len(trained) == 2
    assert search.run(load, [SMALL, WIDE]) == both
    assert len(trained) == 2
    replace(search, pictures=0.03).run(load, [SMALL])
    assert len(trained) == 3


def test_a_real_search(tmp_path: Path) -> None:
    search = Search(STUDENT, tmp_path, pictures=0.016, seeds=(1,))
    [row] = search.run(load, [SMALL])
    assert {"clean_accepted", "degraded_accepted", "parameters"} <= row.keys()


def test_all_candidates_are_timed_in_turn(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    class Noted(Student):
        def logits(self, views: np.ndarray) -> np.ndarray:
            asked.append(views.shape[1])
            return super().logits(views)

    search = Search(STUDENT, tmp_path, pictures=0.02, seeds=(1,))
    search.run(load, [SMALL, LARGE])
    monkeypatch.setattr(module, "Student", Noted)
    monkeypatch.setattr(module, "TIMED_VIEWS", 6)
    monkeypatch.setattr(module, "TURN", 3)
    times = search.median_ms(load, [SMALL, LARGE])
    assert times.keys() == {SMALL.name, LARGE.name}
    assert min(times.values()) > 0
    assert asked == ([32] * 3 + [48] * 3) * 3  # of which the first turn warms up


def test_a_student_that_was_measured_but_is_gone(trained: Trained, tmp_path: Path) -> None:
    search = Search(STUDENT, tmp_path, pictures=0.02, seeds=(1,))
    search.run(load, [SMALL])
    [path] = tmp_path.glob("*/student-int8.onnx")
    path.unlink()
    with pytest.raises(SourceError, match=r"student-int8\.onnx is missing\. .* or delete"):
        search.median_ms(load, [SMALL])


def test_the_candidates_are_four_to_six_and_differ() -> None:
    assert 4 <= len(set(CANDIDATES)) == len(CANDIDATES) <= 6
    assert {candidate.side for candidate in CANDIDATES} == {64, 96, 128}


# The table


def row(candidate: str, accepted: float, seed: int = 1) -> dict[str, Any]:
    figures = dict.fromkeys(module.FIGURES, accepted)
    return {"candidate": candidate, "seed": seed, **figures} | {
        "parameters": 1000, "multiply_adds": 2_500_000
    }  # fmt: skip


RESULT = {"pictures": 60_000, "seeds": [1, 2], "logos": 716, "released": "b"} | {
    "median_ms": {"a": 2.0, "b": 4.0, "c": 5.0}
}  # fmt: skip


def test_the_front_is_bold_and_times_are_ratios() -> None:
    rows = [row("a", 0.5), row("a", 0.6, 2), row("b", 0.9), row("c", 0.8)]
    lines = as_markdown(RESULT | {"rows": rows}).splitlines()
    assert lines[-3:] == [
        "| **a** |" + " 55.0 |" * 4 + " 0.50x | 1,000 | 2.5 M |",
        "| **b** |" + " 90.0 |" * 4 + " 1.00x | 1,000 | 2.5 M |",
        "| c |" + " 80.0 |" * 4 + " 1.25x | 1,000 | 2.5 M |",
    ]


def test_the_released_student_must_be_among_them() -> None:
    with pytest.raises(SourceError, match=r"'b' was not measured\. Run: hybrid-logo train search"):
        as_markdown(RESULT | {"rows": [row("a", 0.5)]})
