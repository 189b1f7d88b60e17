"""The steps of a run: what each leaves, and that each names the command that it misses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.router import INPUTS
from hybrid_logo.rules import Scorecard
from hybrid_logo.training import pipeline as module
from hybrid_logo.training.pipeline import Run
from hybrid_logo.training.release import FILES
from hybrid_logo.training.router import judge_all
from hybrid_logo.training.suites import SUITES, built_in_suite
from hybrid_logo.training.whole_run import train_everything
from hybrid_logo.types import LABELS
from tests.small_release import labelled_set, scorecard
from tests.training.small_run import SETTINGS, distilled


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn masters, and ``labels.csv`` beside them."""
    folder = tmp_path_factory.mktemp("cache")
    labelled_set(folder, folder / "labels.csv", train=8, calibrate=4, test=2)
    return folder


@pytest.fixture
def run(cache: Path, tmp_path: Path) -> Run:
    return Run(tmp_path / "run", SETTINGS, cache, cache / "labels.csv", workers=1)


def test_rules_leave_a_scorecard_and_what_strangers_said_of_each_copy(run: Run) -> None:
    card = run.fit_rules()
    stored = json.loads((run.folder / "rules.json").read_text(encoding="utf-8"))
    assert Scorecard.from_dict(stored).to_dict() == card.to_dict()
    _, table = run._train()
    assert len(table.logos) >= 0.9 * 32 * 3  # a logo that vanishes on its page leaves a gap
    with np.load(run.folder / "folds.npz") as folds:
        assert folds["inputs"].shape == (len(table.logos), len(INPUTS))
        assert folds["points"].shape == (len(table.logos), len(LABELS))
        assert folds["silent"].dtype == bool
        # Other scorecards said it than the one that is released, row by row.
        own = judge_all(card, table.features)
        assert not np.allclose(folds["points"], own.points)
    assert not list(run.folder.glob("*.tmp"))


def test_rows_of_the_folds_are_those_of_the_table(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up fold scorecard tells which row it judged."""
    judged = module.judge_all

    def numbered(card: Any, features: Any) -> Any:
        made = judged(scorecard(), features)
        return replace(made, points=np.repeat(features[:, :1].astype(float), 4, axis=1))

    monkeypatch.setattr(module, "judge_all", numbered)
    run.fit_rules()
    _, table = run._train()
    with np.load(run.folder / "folds.npz") as folds:
        assert (folds["points"][:, 0] == table.features[:, 0]).all()


def test_rules_learn_from_few_copies_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    whole = module.fit_scorecard

    def recorded(features: Any, targets: Any, logos: Any, copies: Any, settings: Any) -> Any:
        seen.append(int(copies.max()))
        return whole(features, targets, logos, copies, settings)

    monkeypatch.setattr(module, "RULE_COPIES", 1)
    monkeypatch.setattr(module, "fit_scorecard", recorded)
    run.fit_rules()
    assert seen == [1]


OF_STUDENT = ("examples.json", "quantisation.json")


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_text("{}", encoding="utf-8")


def rules_of_the_tests(run: Run, rows: int) -> None:
    (run.folder / "rules.json").write_text(json.dumps(scorecard().to_dict()), encoding="utf-8")
    np.savez(
        run.folder / "folds.npz",
        inputs=np.zeros((rows, len(INPUTS))),
        points=np.zeros((rows, 4)),
        silent=np.zeros(rows, bool),
    )


def students_of_the_tests(run: Run, models: dict[str, bytes]) -> None:
    for precision, model in models.items():
        (run.folder / f"student-{precision}.onnx").write_bytes(model)


def test_the_router_names_what_it_misses(run: Run, small_models: dict[str, bytes]) -> None:
    def misses(name: str, step: str) -> None:
        with pytest.raises(SourceError) as caught:
            run.fit_router()
        path = run.folder / name
        assert str(caught.value) == f"{path} is missing. Run: hybrid-logo train {step} --run {run.folder}"

    misses("rules.json", "rules")
    rules_of_the_tests(run, 5)
    (run.folder / "folds.npz").rename(run.folder / "kept.npz")
    misses("folds.npz", "rules")
    (run.folder / "kept.npz").rename(run.folder / "folds.npz")
    misses("student-int8.onnx", "student")
    students_of_the_tests(run, small_models)
    with pytest.raises(SourceError, match=r"other copies of the logos\. Run: hybrid-logo train rules --run"):
        run.fit_router()


@pytest.mark.parametrize(
    ("present", "step"),
    [
        ((), "student"),
        (("rules.json",), "student"),
        (("quantisation.json",), "student"),
        (OF_STUDENT, "rules"),
        ((*OF_STUDENT, "rules.json"), "router"),
        ((*OF_STUDENT, "rules.json", "router.json"), "student"),
        ((*OF_STUDENT, "rules.json", "router.json", "student-int8.onnx"), "student"),
    ],
)
def test_a_release_names_what_it_misses(
    present: tuple[str, ...], step: str, run: Run, tmp_path: Path
) -> None:
    touch(run.folder, *present)
    with pytest.raises(SourceError, match=rf"is missing\. Run: hybrid-logo train {step} --run"):
        run.release("tried-1.0", tmp_path / "models" / "tried-1.0")
    assert not (tmp_path / "models").exists()


def steps(run: Run) -> dict[str, Callable[[], object]]:
    return {
        "rules": run.fit_rules,
        "teachers": run.fit_teachers,
        "student": run.fit_student,
        "router": run.fit_router,
    }


@pytest.mark.parametrize("step", ["rules", "teachers", "student", "router"])
def test_missing_masters_name_the_data_command(
    step: str, run: Run, tmp_path: Path, small_models: dict[str, bytes]
) -> None:
    rules_of_the_tests(run, 1)
    (run.folder / "teachers").mkdir()
    touch(run.folder / "teachers", "teaching.json")
    students_of_the_tests(run, small_models)
    run.cache = tmp_path / "empty cache"
    with pytest.raises(SourceError, match="Run: hybrid-logo data render"):
        steps(run)[step]()


@pytest.mark.parametrize("split", ["train", "calibrate", "test"])
def test_a_split_without_logos_is_told(split: str, run: Run, cache: Path, tmp_path: Path) -> None:
    lines = (cache / "labels.csv").read_text(encoding="utf-8").splitlines()
    labels = tmp_path / "labels.csv"
    labels.write_text("\n".join(line for line in lines if not line.endswith(split)) + "\n", encoding="utf-8")
    run.labels = labels
    touch(run.folder, *OF_STUDENT, *FILES)
    first_user = {
        "train": run.fit_rules,
        "calibrate": run.fit_teachers,
        "test": lambda: run.release("tried-1.0", tmp_path / "models" / "tried-1.0"),
    }
    with pytest.raises(SourceError, match=f"no logo of the split '{split}'"):
        first_user[split]()


@pytest.mark.parametrize("weight", [0.5, 0.0])
def test_all_steps_run_in_their_order(
    weight: float, monkeypatch: pytest.MonkeyPatch, cache: Path, tmp_path: Path
) -> None:
    """Teachers are asked only where the student listens to them."""
    done: list[str] = []
    names = ["fit_rules", "fit_teachers", "fit_student", "fit_router"]
    for step in names:
        monkeypatch.setattr(Run, step, lambda self, step=step: done.append(step))
    monkeypatch.setattr(Run, "release", lambda self, name, folder: done.append(f"{name} in {folder.name}"))
    train_everything(Run(tmp_path, distilled(weight), cache), "tried-1.0", tmp_path / "there")
    asked = [name for name in names if weight or name != "fit_teachers"]
    assert done == [*asked, "tried-1.0 in there"]


def test_splits_are_degraded_by_different_seeds(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = []

    def recorded(logos: Any, plan: Any, *_: Any) -> None:
        plans.append(plan)

    monkeypatch.setattr(module, "build_table", recorded)
    monkeypatch.setattr(module, "few_copies", recorded)
    run._train()
    run._calibrate()
    assert plans[0].seed != plans[1].seed
    assert (plans[0].hue_turns, plans[1].hue_turns) == (True, False)
    assert (plans[0].degraded, plans[1].degraded) == (2, 1)


@pytest.mark.parametrize("suite", SUITES)
def test_built_in_suites_are_the_test_split(suite: str, cache: Path) -> None:
    dataset = built_in_suite(suite, 3, cache, cache / "labels.csv")
    assert [case.name for case in dataset.cases] == [
        f"skill-icons/{label}-{seed}" for seed in (13, 14) for label in LABELS
    ]
    assert "no human annotator" in dataset.labels_from
    again = built_in_suite(suite, 3, cache, cache / "labels.csv")
    other = built_in_suite(suite, 4, cache, cache / "labels.csv")
    assert dataset.sha256() == again.sha256()
    assert (dataset.sha256() == other.sha256()) is (suite == "clean")


def test_unlabelled_logos_are_others_than_those_that_were_learned_from(
    run: Run, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(module, "unlabelled_tables", lambda *given, icons: asked.append((*given, icons)))
    monkeypatch.setattr(module, "without_labels", lambda *_: "what they say")
    parts: Any = (None, None, None)
    assert run._unlabelled(*parts) is None
    assert asked == []
    many = Run(tmp_path / "many", replace(SETTINGS, unlabelled=500), cache, cache / "labels.csv", 1)
    assert many._unlabelled(*parts) == "what they say"
    ((count, seed, side, *_, icons),) = asked
    assert (count, side, icons) == (
        500,
        SETTINGS.corpus.side,
        True,
    )  # the run learns from labelled logos alone
    assert seed != SETTINGS.corpus.seed


def test_nobody_to_teach_is_told_before_anything_is_learned(
    monkeypatch: pytest.MonkeyPatch, cache: Path, tmp_path: Path
) -> None:
    settings = replace(distilled(0.5), trees=None)
    done: list[str] = []
    for step in ("fit_rules", "fit_teachers", "fit_student", "fit_router"):
        monkeypatch.setattr(Run, step, lambda self, step=step: done.append(step))
    monkeypatch.setattr(Run, "release", lambda *_: done.append("release"))
    run = Run(tmp_path / "run", settings, cache)
    with pytest.raises(SourceError, match=r"nobody to teach the student\..*--from RUN"):
        train_everything(run, "tried-1.0", tmp_path / "there")
    assert done == []
    (run.folder / "teachers").mkdir()  # as train teachers --from leaves it
    touch(run.folder / "teachers", "teaching.json")
    train_everything(run, "tried-1.0", tmp_path / "there")
    assert done == ["fit_rules", "fit_student", "fit_router", "release"]


def test_every_step_is_told_and_no_other_release_is_replaced(
    monkeypatch: pytest.MonkeyPatch, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for step in ("fit_rules", "fit_teachers", "fit_student", "fit_router", "release"):
        monkeypatch.setattr(Run, step, lambda *_: None)
    run = Run(tmp_path / "run", distilled(0.5), cache)
    train_everything(run, "tried-1.0", tmp_path / "there")
    steps = ("rules", "teachers", "student", "router", "release")
    expected = [f"Step {number} of 5: {step}" for number, step in enumerate(steps, start=1)]
    assert capsys.readouterr().err.splitlines() == expected
    (tmp_path / "there").mkdir()
    with pytest.raises(SourceError, match="there holds something else"):
        train_everything(run, "tried-1.0", tmp_path / "there")
    assert capsys.readouterr().err == ""
