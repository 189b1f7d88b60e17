"""What a run begins with: the best channels of its own teacher, or the weights of another run."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from hybrid_logo.errors import SourceError
from hybrid_logo.training.beginning import (
    begun_student,
    begun_teachers,
    keep_held_out,
    settings_to_tell,
    student_of_teacher,
    teacher_to_begin_with,
)
from hybrid_logo.training.labels import read_labels
from hybrid_logo.training.learning.given_weights import read_weights
from hybrid_logo.training.learning.teachers import (
    PLAIN_DEPTHS,
    PLAIN_WIDTHS,
    TeacherNetwork,
    TeacherSettings,
    as_student,
    load_teacher,
)
from hybrid_logo.training.pipeline import Run
from hybrid_logo.training.pruning import pruned
from hybrid_logo.training.release import sha256_of
from hybrid_logo.training.shared_teaching import take_teaching
from tests.training.small_run import SETTINGS, TRAINING, new_run

TEACHER = TeacherSettings("plain", unfreeze=False, layer_decay=1.0, training=TRAINING)
WIDE = replace(SETTINGS, teachers=(TEACHER,))
FROZEN = replace(TRAINING, learning_rate=1e-12, weight_decay=0.0)
"""Steps so small that what is learned from tells nothing: weights stay those that it begins with."""


LIKE_ITS_TEACHER = replace(
    WIDE,
    student=replace(
        WIDE.student, widths=(3, 4, 5, 6), depths=PLAIN_DEPTHS, begin_with_teacher=True, training=FROZEN
    ),
)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with teachers and student."""
    run = new_run(tmp_path_factory.mktemp("wide"), WIDE)
    run.fit_teachers()
    run.fit_student()
    return run


def test_a_narrow_run_goes_on_from_a_wide_one(wide: Run, tmp_path: Path) -> None:
    student = replace(WIDE.student, widths=(3, 4, 5, 6), training=FROZEN)
    teacher = replace(TEACHER, training=FROZEN)
    settings = replace(WIDE, student=student, teachers=(teacher,), begin_with=str(wide.folder))
    run = Run(tmp_path / "run", settings, wide.cache, wide.labels, workers=1)
    run.fit_teachers()
    run.fit_student()

    first = pruned(wide.trained_student(), student.widths).state_dict()
    last = run.trained_student().state_dict()
    assert {name: value.shape for name, value in first.items()} == {
        name: value.shape for name, value in last.items()
    }
    learned = [name for name, value in first.items() if value.is_floating_point() and "running" not in name]
    for name in learned:
        torch.testing.assert_close(last[name], first[name], atol=1e-5, rtol=1e-4)

    weights = [read_weights(one.folder / "teachers" / "0-plain" / "weights.pt") for one in (wide, run)]
    for name, value in weights[0].items():
        if value.is_floating_point() and "running" not in name:
            torch.testing.assert_close(weights[1][name], value, atol=1e-5, rtol=1e-4)


def test_as_many_channels_begin_as_they_were(wide: Run) -> None:
    begun = begun_student(replace(WIDE, begin_with=str(wide.folder)))
    assert begun is not None
    same = begun.state_dict()
    for name, value in wide.trained_student().state_dict().items():
        assert torch.equal(same[name], value), name


def test_a_teacher_and_the_student_made_of_it_say_the_same(wide: Run) -> None:
    teacher = load_teacher(wide.folder / "teachers" / "0-plain")
    views = torch.randint(0, 256, (4, 32, 32, 3), dtype=torch.uint8, generator=torch.manual_seed(3))
    with torch.no_grad():
        said, repeated = teacher(views), as_student(teacher)(views)
    assert said.std() > 0
    torch.testing.assert_close(repeated, said)


def test_what_a_teacher_learned_of_the_facts_is_kept() -> None:
    teacher = TeacherNetwork(replace(TEACHER, dropout=0.0), facts=3).train()
    student = as_student(teacher).train()
    student.dropout.p = 0.0
    views = torch.randint(0, 256, (4, 32, 32, 3), dtype=torch.uint8, generator=torch.manual_seed(3))
    with torch.no_grad():
        for said, repeated in zip(teacher(views), student(views), strict=True):
            torch.testing.assert_close(repeated, said)


def test_the_teacher_that_is_like_the_student_need_not_be_the_first() -> None:
    settings = replace(LIKE_ITS_TEACHER, teachers=(replace(TEACHER, head="mlp"), TEACHER))
    assert teacher_to_begin_with(settings) == (1, TEACHER)


def test_teachers_that_stay_behind_cannot_be_begun_with(wide: Run, tmp_path: Path) -> None:
    run = Run(tmp_path / "run", LIKE_ITS_TEACHER, wide.cache, wide.labels, workers=1)
    with pytest.raises(SourceError, match=r"--from brings what teachers said.*--begin-with"):
        take_teaching(run, wide)
    assert not (run.folder / "teachers").exists()


def test_a_student_begins_with_the_best_channels_of_its_teacher(tmp_path: Path) -> None:
    run = new_run(tmp_path, LIKE_ITS_TEACHER)
    with pytest.raises(SourceError, match=r"missing\. Run: hybrid-logo train teachers --run"):
        run.fit_student()
    run.fit_teachers()
    run.fit_student()
    widths = run.settings.student.widths
    first = pruned(as_student(load_teacher(run.folder / "teachers" / "0-plain")), widths).state_dict()
    last = run.trained_student().state_dict()
    learned = [name for name, value in first.items() if value.is_floating_point() and "running" not in name]
    assert len(learned) == 3 * sum(PLAIN_DEPTHS) + 2
    for name in learned:
        torch.testing.assert_close(last[name], first[name], atol=1e-5, rtol=1e-4)


def test_a_run_that_goes_on_begins_with_the_other_student(wide: Run, tmp_path: Path) -> None:
    """Not with its teacher: the student of that run has learned more."""
    settings = replace(WIDE, student=replace(WIDE.student, begin_with_teacher=True))
    settings = replace(settings, begin_with=str(wide.folder))
    assert begun_student(settings) is not None
    assert student_of_teacher(settings, tmp_path) is None
    assert student_of_teacher(WIDE, tmp_path) is None


@pytest.mark.parametrize(
    ("teacher", "student", "words"),
    [
        ({}, {"widths": (4, 4, 8, PLAIN_WIDTHS[3] + 1)}, "at most the widths"),
        ({}, {"depths": (1, 1, 1, 1)}, "depths"),
        ({"architecture": "resnet50d"}, {}, "needs a teacher of the architecture plain"),
        ({"head": "mlp"}, {}, "with a linear head"),
        ({"training": replace(TRAINING, facts_weight=0.3)}, {}, "facts_weight"),
    ],
)
def test_a_teacher_unlike_the_student_is_refused_before_it_is_trained(
    teacher: dict[str, Any], student: dict[str, Any], words: str, tmp_path: Path
) -> None:
    settings = replace(
        LIKE_ITS_TEACHER,
        teachers=(replace(TEACHER, **teacher),),
        student=replace(LIKE_ITS_TEACHER.student, **student),
    )
    run = new_run(tmp_path, settings)
    with pytest.raises(SourceError, match=words):
        run.fit_teachers()
    assert sorted(path.name for path in run.folder.iterdir()) == ["settings.json"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"widths": (5, 4, 8, 8)}, "Stage 1 of the student has 4 channels; 5 cannot be kept"),
        ({"depths": (1, 2, 1, 1)}, "depths"),
        ({"training": replace(TRAINING, facts_weight=0.3)}, "facts_weight"),
    ],
)
def test_another_student_is_refused(changed: dict[str, Any], words: str, wide: Run) -> None:
    with pytest.raises(SourceError, match=words):
        begun_student(replace(WIDE, student=replace(WIDE.student, **changed), begin_with=str(wide.folder)))


def test_a_teacher_with_weights_of_its_own_keeps_them(wide: Run) -> None:
    own = replace(TEACHER, init="mine.pt")
    assert begun_teachers(replace(WIDE, teachers=(own,), begin_with=str(wide.folder))) == (own,)


def test_without_another_run_weights_are_random() -> None:
    assert begun_teachers(WIDE) == WIDE.teachers
    assert begun_student(WIDE) is None


def test_a_missing_teacher_is_told(wide: Run) -> None:
    with pytest.raises(SourceError, match=r"train those of .* or ask for the same teachers"):
        begun_teachers(replace(WIDE, teachers=(TEACHER, TEACHER), begin_with=str(wide.folder)))


def test_a_student_that_is_not_finished_is_refused(wide: Run, tmp_path: Path) -> None:
    """Its checkpoint is there, and its ONNX files are not: it was stopped on the way."""
    stopped = tmp_path / "stopped"
    shutil.copytree(wide.folder, stopped)
    (stopped / "student-fp32.onnx").unlink()
    narrow = replace(WIDE, begin_with=str(stopped))
    with pytest.raises(SourceError, match=r"no finished student\. Run: hybrid-logo train student --run"):
        begun_student(narrow)
    run = Run(tmp_path / "run", narrow, wide.cache, wide.labels, workers=1)
    with pytest.raises(SourceError, match="no finished student"):
        run.fit_teachers()  # before hours of teaching
    assert not (run.folder / "teachers").exists()


def test_a_run_of_other_splits_is_refused(wide: Run, tmp_path: Path) -> None:
    """What it learned from may be what is measured on."""
    assert wide.labels is not None
    table = wide.labels.read_text(encoding="utf-8").splitlines()
    held = json.loads((wide.folder / "held-out.json").read_text(encoding="utf-8"))["brands"]
    assert held == sorted({logo.brand for logo in read_labels(wide.labels) if logo.split != "train"})
    row = next(number for number, line in enumerate(table) if line.endswith(",train"))
    table[row] = table[row].removesuffix("train") + "test"
    labels = tmp_path / "labels.csv"
    labels.write_text("\n".join(table) + "\n", encoding="utf-8")
    other = replace(WIDE, begin_with=str(wide.folder))
    run = Run(tmp_path / "run", other, wide.cache, labels, workers=1)
    for step in (run.fit_teachers, run.fit_student):
        with pytest.raises(SourceError, match=r"did not hold out all brands .*1 of \d+ not, such as \w"):
            step()
    assert sorted(path.name for path in run.folder.iterdir()) == ["settings.json"]
    with pytest.raises(SourceError, match="did not hold out all brands"):
        take_teaching(Run(tmp_path / "edge", WIDE, wide.cache, labels, workers=1), wide)
    keep_held_out(other, run.folder, read_labels(wide.labels))
    assert json.loads((run.folder / "held-out.json").read_text(encoding="utf-8"))["brands"] == held


def test_a_run_that_learned_does_not_change_what_it_held_out(wide: Run, tmp_path: Path) -> None:
    """Labels may be changed between its steps."""
    logos = read_labels(wide.labels)
    more = [replace(logo, split="test") for logo in logos]
    with pytest.raises(SourceError, match="did not hold out all brands"):
        keep_held_out(WIDE, wide.folder, more)
    before = (wide.folder / "held-out.json").read_bytes()
    keep_held_out(WIDE, wide.folder, [logo for logo in logos if logo.split != "calibrate"])
    assert (wide.folder / "held-out.json").read_bytes() == before
    old = tmp_path / "old"
    (old / "student").mkdir(parents=True)
    keep_held_out(WIDE, old, logos)
    assert not (old / "held-out.json").exists()


def test_a_run_that_learned_from_relatives_is_refused_where_they_are_left_out(
    wide: Run, tmp_path: Path
) -> None:
    logos = read_labels(wide.labels)
    other = replace(WIDE, begin_with=str(wide.folder))
    (tmp_path / "run").mkdir()
    keep_held_out(other, tmp_path / "run", logos)
    with pytest.raises(SourceError, match="learned from logos of train that are relatives"):
        keep_held_out(other, tmp_path / "run", logos, guarded=True)
    (tmp_path / "new").mkdir()
    keep_held_out(WIDE, tmp_path / "new", logos, guarded=True)
    keep_held_out(replace(WIDE, begin_with=str(tmp_path / "new")), tmp_path / "run", logos, guarded=True)


@pytest.mark.parametrize("content", [None, "", "[]", '{"brands": 1}'])
def test_a_run_that_does_not_tell_its_splits_is_refused(
    content: str | None, wide: Run, tmp_path: Path
) -> None:
    silent = tmp_path / "silent"
    shutil.copytree(wide.folder, silent)
    (silent / "held-out.json").unlink()
    if content is not None:
        (silent / "held-out.json").write_text(content)
    with pytest.raises(SourceError, match="does not tell which brands that run held out"):
        keep_held_out(replace(WIDE, begin_with=str(silent)), tmp_path, read_labels(wide.labels))


def test_a_manifest_tells_the_other_run_by_name_and_weights(wide: Run, tmp_path: Path) -> None:
    told = settings_to_tell(replace(WIDE, begin_with=str(wide.folder)))["begin_with"]
    assert told == {"run": "run", "student_fp32_sha256": sha256_of(wide.folder / "student-fp32.onnx")}
    assert settings_to_tell(WIDE)["begin_with"] == ""
    with pytest.raises(SourceError, match="is gone"):
        settings_to_tell(replace(WIDE, begin_with=str(tmp_path)))


def test_no_run_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no run"):
        begun_student(replace(WIDE, begin_with=str(tmp_path)))
