"""Settings of a run: presets, users' files, and what a mistake in them is told."""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path

import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.beginning import teacher_to_begin_with
from hybrid_logo.training.complexity import complexity
from hybrid_logo.training.corpus import SEEN, SOURCES, CorpusSettings
from hybrid_logo.training.learning import TrainingSettings
from hybrid_logo.training.learning.trees import TreeSettings
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.quantise import export_student
from hybrid_logo.training.settings import (
    PRESETS,
    RunSettings,
    changed_settings,
    filled,
    keep_settings,
    read_settings,
    settings_of,
)
from hybrid_logo.training.student import StudentSettings


def file(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


# Presets

WHOLE = tuple(preset for preset in PRESETS if preset != "edge")


@pytest.mark.parametrize("preset", WHOLE)
def test_presets_are_read_and_ask_for_known_sources(preset: str) -> None:
    settings = read_settings(preset)
    runs = [settings.student.training, *(teacher.training for teacher in settings.teachers)]
    assert settings.teachers
    left_out = set() if preset == "gpu" else {"icons"}  # they cost time, and accuracy in short runs
    assert {name for run in runs for name, _ in run.sources} == set(SOURCES) - left_out
    assert settings.trees is not None
    assert settings.trees.sources == SEEN
    assert settings.student.training.distillation_weight > 0
    json.dumps(asdict(settings))  # the run's folder and the release hold them


@pytest.mark.parametrize("preset", WHOLE)
def test_presets_say_nothing_that_the_code_does_not_take(preset: str) -> None:
    text = files("hybrid_logo.training").joinpath(f"presets/{preset}.toml").read_text("utf-8")
    values = tomllib.loads(text)
    settings = read_settings(preset)
    assert settings.corpus == replace(CorpusSettings(), **values["corpus"])
    assert len(settings.teachers) == len(values["teachers"])
    for teacher, told in zip(settings.teachers, values["teachers"], strict=True):
        assert teacher.architecture == told["architecture"]
        assert teacher.training.epochs == told["training"]["epochs"]
        assert dict(teacher.training.sources) == told["training"]["sources"]


def test_presets_train_the_same_student() -> None:
    """Within the hour, longer, or on a GPU."""
    cpu, *others = (read_settings(preset) for preset in ("cpu", "release", "gpu"))
    for other in others:
        assert (cpu.student.widths, cpu.student.depths) == (other.student.widths, other.student.depths)
        assert cpu.student.dropout == other.student.dropout
        assert cpu.corpus.side == other.corpus.side


def test_the_student_for_small_devices_costs_what_it_may(tmp_path: Path) -> None:
    """At most 15 million multiply-adds; its teachers are those of a run with the same drawings."""
    settings, whole = read_settings("edge"), read_settings("release")
    network = StudentNetwork(settings.student.widths, settings.student.depths)
    path = tmp_path / "edge.onnx"
    export_student(network.eval(), settings.corpus.side, path)
    assert 5e6 < complexity(path).multiply_adds <= 15e6
    assert settings.student.needs_teachers
    assert not settings.teachers
    for other in (whole, read_settings("cpu")):  # either can teach it
        assert settings.corpus.labelled_copies <= other.corpus.labelled_copies
        assert settings.corpus.composed <= other.corpus.composed
        assert settings.corpus.composed_copies <= other.corpus.composed_copies
        assert settings.sources <= other.sources
        assert (settings.corpus.seed, settings.calibrate_copies) == (
            other.corpus.seed,
            other.calibrate_copies,
        )


@pytest.mark.parametrize("preset", ["cpu", "release", "gpu"])
def test_a_student_can_begin_with_one_of_its_teachers(preset: str) -> None:
    settings = read_settings(preset)
    chosen = teacher_to_begin_with(settings)
    assert chosen is not None
    assert settings.teachers[chosen[0]] == chosen[1]


@pytest.mark.parametrize("preset", ["cpu", "release", "gpu"])
def test_experiments_begin_with_random_weights(preset: str) -> None:
    """At the rate that these ask for, whatever the student of the run begins with."""
    settings = read_settings(preset)
    student, random = settings.student, settings.student_from_scratch
    assert student.training.learning_rate < random.training.learning_rate == TrainingSettings().learning_rate
    assert random == replace(student, begin_with_teacher=False, training=random.training)
    assert replace(settings, student=random).student_from_scratch is random
    assert replace(settings, student=random, begin_with="mine").student_from_scratch == random


def test_teachers_that_the_student_begins_with_must_teach_it() -> None:
    with pytest.raises(SourceError, match=r"begin_with_teacher .*distillation_weight"):
        StudentSettings(begin_with_teacher=True)


def test_a_run_of_an_older_version_keeps_its_settings(tmp_path: Path) -> None:
    """It knew nothing of what has been added since, and did without."""
    settings = RunSettings(student=StudentSettings(training=TrainingSettings(distillation_weight=0.5)))
    keep_settings(settings, tmp_path)
    path = tmp_path / "settings.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    del written["student"]["begin_with_teacher"]
    path.write_text(json.dumps(written), encoding="utf-8")
    keep_settings(settings, tmp_path)
    other = replace(settings, student=replace(settings.student, begin_with_teacher=True))
    with pytest.raises(SourceError, match=r"other settings \(student.begin_with_teacher: False, not True\)"):
        keep_settings(other, tmp_path)


def test_where_a_run_is_made_may_change(tmp_path: Path) -> None:
    settings = read_settings("cpu")
    keep_settings(settings, tmp_path)
    elsewhere = replace(settings.student.training, threads=16, loader_workers=4, checkpoint_minutes=9.0)
    keep_settings(replace(settings, student=replace(settings.student, training=elsewhere)), tmp_path)


def test_a_message_names_what_differs_but_not_all_of_it(tmp_path: Path) -> None:
    keep_settings(read_settings("cpu"), tmp_path)
    change = ["teachers.0.training.epochs=9", "corpus.seed=8"]
    with pytest.raises(
        SourceError, match=r"\(corpus.seed: 7, not 8, teachers.0.training.epochs: 8, not 9\)\."
    ):
        keep_settings(read_settings("cpu", change), tmp_path)
    with pytest.raises(SourceError, match=r"teachers, student.widths.0: 24, not 16 and \d+ more\)"):
        keep_settings(read_settings("edge"), tmp_path)


def test_a_change_reaches_one_of_several_teachers() -> None:
    plain, changed = read_settings("cpu"), read_settings("cpu", ["teachers.0.training.epochs=9"])
    [teacher] = plain.teachers
    assert changed == replace(
        plain, teachers=(replace(teacher, training=replace(teacher.training, epochs=9)),)
    )
    with pytest.raises(SourceError, match="teachers has the places 0-0, and no 1"):
        read_settings("cpu", ["teachers.1.training.epochs=9"])


def test_settings_that_were_retired_are_passed_over(tmp_path: Path) -> None:
    """Older versions wrote them down for every training and never asked for them."""
    settings = read_settings("cpu")
    keep_settings(settings, tmp_path)
    path = tmp_path / "settings.json"
    written = json.loads(path.read_text(encoding="utf-8"))
    for training in (written["student"]["training"], written["teachers"][0]["training"]):
        training |= {"label_smoothing": 0.03, "also_accepted_share": 0.25}
    path.write_text(json.dumps(written), encoding="utf-8")
    assert settings_of(tmp_path) == settings
    keep_settings(settings, tmp_path)


def test_settings_of_a_run_can_be_changed() -> None:
    settings = read_settings("cpu")
    changed = changed_settings(settings, ["teachers.0.training.threads=8", "unlabelled=5"])
    assert changed == read_settings("cpu", ["teachers.0.training.threads=8", "unlabelled=5"]) != settings
    assert changed_settings(settings, []) == settings
    with pytest.raises(SourceError, match="nothing is no setting"):
        changed_settings(settings, ["nothing=3"])


def test_every_preset_is_named() -> None:
    stored = {entry.name for entry in files("hybrid_logo.training").joinpath("presets").iterdir()}
    assert {name for name in stored if name.endswith(".toml")} == {f"{name}.toml" for name in PRESETS}


# A user's file


def test_what_is_left_out_keeps_its_default(tmp_path: Path) -> None:
    assert read_settings(file(tmp_path, "")) == RunSettings()
    settings = read_settings(file(tmp_path, "calibrate_copies = 2\n[student.training]\nepochs = 3\n"))
    expected = replace(
        RunSettings(),
        calibrate_copies=2,
        student=replace(StudentSettings(), training=replace(StudentSettings().training, epochs=3)),
    )
    assert settings == expected


def test_every_kind_of_value_is_read(tmp_path: Path) -> None:
    text = """
    [student]
    widths = [8, 8, 16, 16]
    dropout = 0
    [student.training]
    loss = "focal"
    [student.training.sources]
    labelled = 2
    icons = 0.5
    [[teachers]]
    architecture = "plain"
    unfreeze = false
    [[teachers]]
    """
    settings = read_settings(file(tmp_path, text))
    assert settings.student.widths == (8, 8, 16, 16)
    assert settings.student.dropout == 0.0
    assert isinstance(settings.student.dropout, float)
    assert settings.student.training.loss == "focal"
    assert settings.student.training.sources == (("labelled", 2.0), ("icons", 0.5))
    first, second = settings.teachers
    assert (first.architecture, first.unfreeze, second.unfreeze) == ("plain", False, True)


def test_false_leaves_the_trees_out(tmp_path: Path) -> None:
    assert read_settings(file(tmp_path, "trees = false")).trees is None
    assert read_settings("cpu", ["trees=false"]).trees is None
    assert read_settings(file(tmp_path, "[trees]\nfolds = 3")).trees == TreeSettings(folds=3)


# Single changes


def test_changes_are_merged_in_their_order() -> None:
    plain = read_settings("cpu")
    settings = read_settings(
        "cpu",
        [
            "student.training.epochs=5",
            "corpus.composed = 500",
            "student.training.epochs=6",
            'student.training.loss="focal"',
            "student.training.sources.icons=0.75",
            "teachers=[]",
        ],
    )
    training = settings.student.training
    assert (training.epochs, training.loss, settings.corpus.composed) == (6, "focal", 500)
    assert dict(training.sources) == dict(plain.student.training.sources) | {"icons": 0.75}
    assert training.distillation_weight == plain.student.training.distillation_weight
    assert settings.corpus.labelled_copies == plain.corpus.labelled_copies
    assert settings.teachers == ()
    assert plain == read_settings("cpu")


def test_a_table_takes_the_place_of_false(tmp_path: Path) -> None:
    path = file(tmp_path, "trees = false")
    assert read_settings(path, ["trees.folds=4"]).trees == TreeSettings(folds=4)


# Mistakes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("epochs = 3", "epochs is no setting; known are begin_with, calibrate_copies, corpus, "),
        ("[student.training]\nepoch = 3", r"student\.training\.epoch is no setting; known are .*epochs"),
        ("[[teachers]]\n[teachers.training]\nseeds = 3", r"teachers\.training\.seeds is no setting"),
        ("[student.training]\nepochs = 3.5", r"student\.training\.epochs must be int, not 3\.5"),
        ("[student.training]\nepochs = true", r"student\.training\.epochs must be int, not True"),
        ("[student.training]\nlearning_rate = '1'", "learning_rate must be float, not '1'"),
        ("[student.training]\nlearning_rate = false", "learning_rate must be float, not False"),
        ("[student.training]\nloss = 1", "loss must be str, not 1"),
        ("[student.training]\nsources = ['labelled']", r"student\.training\.sources must be a list"),
        ("[student.training]\nsources = [['labelled', 1, 2]]", r"sources must have 2 parts"),
        ("[student.training.sources]\nlabelled = 'all'", "sources must be float, not 'all'"),
        ("[student]\nwidths = 8", r"student\.widths must be a list"),
        ("[student]\nwidths = [8, 8, 8, 'a']", r"student\.widths must be int, not 'a'"),
        ("corpus = 3", "corpus must be a table"),
        ("trees = true", "trees must be a table"),
        ("teachers = ['plain']", "teachers must be a table"),
        ("[teachers]\narchitecture = 'plain'", "teachers must be a list"),
        ("[router]\ntarget_risk = 3", r"target_risk must lie between 0 and 1, not 3\.0"),
        ("[router]\nladder = [0.01, 0]", r"ladder must lie between 0 and 1, not 0\.01, 0\.0"),
        ("[corpus", "Expected"),
        ("a = 1\na = 2", "overwrite"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        read_settings(file(tmp_path, text))
    assert str(caught.value).startswith(f"The settings {tmp_path / 'mine.toml'} are wrong: ")
    assert str(caught.value).endswith(". Correct the file or --set.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[student.training]\nepochs = 0", "epochs must be more than 0, not 0"),
        ("[corpus]\nside = 4", "side must be at least 16, not 4"),
        ("[student]\nwidths = [8]", "widths must be 4 numbers"),
        ("[trees]\nfolds = 1", "folds must be at least 2"),
        ("[[teachers]]\nhead = 'deep'", "head must be one of"),
        ("calibrate_copies = -1", "calibrate_copies must be at least 0"),
    ],
)
def test_a_value_out_of_range_is_told(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message):
        read_settings(file(tmp_path, text))


@pytest.mark.parametrize(
    "change",
    ["student", "student.training.epochs", "=3", "corpus.composed=many", "teachers.training.epochs=3"],
)
def test_a_change_that_is_none_is_told(change: str) -> None:
    with pytest.raises(SourceError, match=r"The settings cpu are wrong: .*--set"):
        read_settings("cpu", [change])


def test_a_file_that_is_not_there_names_the_presets(tmp_path: Path) -> None:
    binary = tmp_path / "picture.toml"
    binary.write_bytes(b"\x89PNG\xff\xfe")
    for preset in ("tpu", tmp_path / "absent.toml", tmp_path, binary):
        with pytest.raises(
            SourceError, match=r"no readable file .*Use cpu, release, edge or gpu, or name a TOML"
        ):
            read_settings(preset)


@dataclass(frozen=True)
class Inner:
    size: float = 1.0


@dataclass(frozen=True)
class Outer:
    inner: Inner | None = None
    pairs: tuple[tuple[str, int], ...] = ()
    two: tuple[int, float] = (1, 2.0)


def test_dataclasses_are_filled_by_their_annotations() -> None:
    made = filled(Outer, {"inner": {"size": 3}, "pairs": {"a": 1}, "two": [4, 5]})
    assert made == Outer(Inner(3.0), (("a", 1),), (4, 5.0))
    assert filled(Outer, {"pairs": [["b", 2]]}).pairs == (("b", 2),)
    with pytest.raises(ValueError, match=r"^inner\.weight is no setting; known are size$"):
        filled(Outer, {"inner": {"weight": 3}})
