"""The student is asked about the calibrate split, and its failures are put in order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hybrid_logo.errors import BundleInvalidError, SourceError
from hybrid_logo.training.labels import LabelledLogo, read_labels
from hybrid_logo.training.pictures import CopyPlan, PictureTable, build_table
from hybrid_logo.training.rendering import master_path
from hybrid_logo.training.report.answers import Answers, ask_student, failures, figures
from hybrid_logo.types import LABELS, LogoType
from tests.small_release import SIDE, labelled_set
from tests.training.report.constant_student import write_constant_student

SIMPLE, TEXT, GRADIENT, COMPLEX = LABELS
SETTINGS = {"corpus": {"seed": 7}, "calibrate_copies": 2}


def logo(name: str, *accepted: LogoType) -> LabelledLogo:
    return LabelledLogo("set", name, accepted[0], frozenset(accepted), len(accepted) == 1, name, "calibrate")


def answers(logos: list[LabelledLogo], rows: list[tuple[int, int, LogoType, float]]) -> Answers:
    """Rows of logo, copy, answer and its probability."""
    numbers = np.array([row[0] for row in rows])
    said = np.array([[(1 - sure) / 3] * 4 for *_, sure in rows])
    said[np.arange(len(rows)), [LABELS.index(row[2]) for row in rows]] = [row[3] for row in rows]
    table = PictureTable(
        features=np.zeros((len(rows), 1), np.float32),
        views=np.arange(len(rows), dtype=np.uint8)[:, None, None, None].repeat(3, axis=3),
        logos=numbers,
        copies=np.array([row[1] for row in rows]),
        labels=np.array([LABELS.index(logos[number].label) for number in numbers]),
        accepted=np.array([[label in logos[number].accepted for label in LABELS] for number in numbers]),
        clear=np.array([logos[number].clear for number in numbers]),
    )
    return Answers("student.onnx", logos, table, said)


LOGOS = [
    logo("right", SIMPLE),
    logo("doubtful", TEXT, SIMPLE),
    logo("wrong", GRADIENT),
    logo("sure", COMPLEX),
]
ROWS = [
    (0, 0, SIMPLE, 0.99), (0, 1, SIMPLE, 0.9), (1, 0, SIMPLE, 0.9), (1, 1, TEXT, 0.9),
    (2, 0, TEXT, 0.6), (2, 1, SIMPLE, 0.7), (3, 0, COMPLEX, 0.99), (3, 1, TEXT, 0.8),
]  # fmt: skip


def test_failures_are_logos_by_their_surest_wrong_copy_the_surest_first() -> None:
    found = failures(answers(LOGOS, ROWS))
    assert [
        (one.logo.name, one.copy, one.answer, max(one.probabilities), one.wrong, one.copies) for one in found
    ] == [("sure", 1, TEXT, 0.8, 1, 2), ("wrong", 1, SIMPLE, 0.7, 2, 2)]
    assert [int(one.view[0, 0, 0]) for one in found] == [7, 5]


def test_figures_are_told_of_clean_and_of_degraded_copies() -> None:
    told = figures(answers(LOGOS, ROWS))
    assert told["clean"] == {
        "pictures": 4,
        "strict": 0.5,
        "accepted": 0.75,
        "clear": pytest.approx(2 / 3),
        "confusion": [[1, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]],
    }
    assert (told["degraded"]["strict"], told["degraded"]["accepted"]) == (0.5, 0.5)
    assert told["degraded"]["confusion"][0] == [1, 0, 0, 0]
    assert figures(answers(LOGOS[1:2], [(0, 0, TEXT, 0.9)])) == {
        "clean": {
            "pictures": 1, "strict": 1.0, "accepted": 1.0, "clear": None,
            "confusion": [[0] * 4, [0, 1, 0, 0], [0] * 4, [0] * 4],
        }
    }  # fmt: skip


def test_the_student_is_asked_about_the_copies_that_judged_its_training(tmp_path: Path) -> None:
    """And about no other split: the masters of the others are not even there."""
    cache, labels = tmp_path / "cache", tmp_path / "labels.csv"
    labelled_set(cache, labels, train=1, calibrate=1, test=1)
    for drawn in read_labels(labels):
        if drawn.split != "calibrate":
            master_path(drawn, cache).unlink()
    write_constant_student(tmp_path / "student-int8.onnx", [3.0, 1.0, 0.0, 0.0])
    said = ask_student(tmp_path, SETTINGS, cache, labels, workers=1)
    assert said.model == "student-int8.onnx"
    assert [drawn.split for drawn in said.logos] == 4 * ["calibrate"]
    trained_by = build_table(said.logos, CopyPlan(degraded=2, seed=8, side=SIDE), cache, workers=1)
    assert (said.table.views == trained_by.views).all()
    assert said.probabilities.shape == (12, 4)
    assert said.probabilities[5] == pytest.approx(np.exp([3, 1, 0, 0]) / np.exp([3, 1, 0, 0]).sum())
    assert [one.answer for one in failures(said)] == 3 * [SIMPLE]


def test_what_cannot_be_asked_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"student-int8\.onnx is not there"):
        ask_student(tmp_path, SETTINGS)
    write_constant_student(tmp_path / "student-int8.onnx", [1.0, 0.0, 0.0, 0.0])
    for settings in ({}, {"corpus": 3, "calibrate_copies": 2}, {"corpus": {}, "calibrate_copies": 2}):
        with pytest.raises(SourceError, match=r"settings\.json does not tell"):
            ask_student(tmp_path, settings)
    (tmp_path / "student-int8.onnx").write_bytes(b"half a model")
    with pytest.raises(BundleInvalidError):
        ask_student(tmp_path, SETTINGS)
