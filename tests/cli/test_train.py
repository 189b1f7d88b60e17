"""``hybrid-logo train`` from drawn logos to a release that answers, step by step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from hybrid_logo.bundle import Bundle
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import SourceError
from hybrid_logo.router import INPUTS
from hybrid_logo.rules import Scorecard
from hybrid_logo.training import parity
from hybrid_logo.types import LABELS, DecidedBy, Mode, Precision
from tests.small_release import drawn, labelled_set

ROOT = Path(__file__).parents[2]
NAME = "tried-1.0"
WITH_ICONS = ("--set", "student.training.sources.icons=0.3")
"""What an ablation asks for beside the presets for two cores."""
STEPS = ("rules", "teachers", "student", "router", "ablation", "search", "shrink", "release", "all")
SMALL = """
calibrate_copies = 4
trees = { folds = 2, members = 1, rounds = 4, leaves = 4 }
[corpus]
labelled_copies = 2
side = 32
[student.training]
epochs = 2
batch_size = 16
distillation_weight = 0.5
sources = { labelled = 1.0 }
device = "cpu"
threads = 1
"""
"""Trees alone teach, and only labelled logos are learned from."""
Run = Callable[..., Any]


def test_steps_and_their_options_are_told_without_loading_torch(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from hybrid_logo.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\n"
        "assert not {'torch', 'sklearn', 'scipy', 'onnx'} & set(sys.modules)\n"
    )
    for words in (["train", "--help"], *(["train", step, "--help"] for step in STEPS)):
        ran = subprocess.run(
            [sys.executable, "-c", program, *words],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=tmp_path,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr
        wanted = (
            STEPS if words == ["train", "--help"] else ("--run", "--labels", "--cache", "--preset", "--set")
        )
        assert all(word in ran.stdout for word in wanted)


@pytest.mark.parametrize("step", STEPS)
def test_a_missing_extra_is_told_with_its_cure(
    step: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("training.pipeline", "training.learning"):
        monkeypatch.setitem(sys.modules, f"hybrid_logo.{name}", None)
    ran = run("train", step, "--run", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Error: Training needs more packages")
    assert "pip install 'hybrid-logo[train]'" in ran.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--workers", "0"], "--workers"),
        (["--set", "student.training.epochs=0"], "epochs must be more than 0"),
        (["--set", "corpus.labelled_copies=-1"], "labelled_copies must be at least 0"),
        (["--set", "student.training.epoch=3"], "student.training.epoch is no setting"),
        (["--set", "corpus.composed"], "Correct the file or --set."),
        (["--preset", "tpu"], "Use cpu, release, edge or gpu, or name a TOML file."),
    ],
)
def test_impossible_settings_are_wrong_usage(
    words: list[str], message: str, run: Run, tmp_path: Path
) -> None:
    ran = run("train", "rules", "--run", tmp_path / "run", *words)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
    assert not (tmp_path / "run").exists()


def test_all_hands_settings_name_and_folder_on(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hybrid_logo.training import pipeline, whole_run
    from hybrid_logo.training.settings import read_settings

    asked: list[Any] = []

    def recorded(made: pipeline.Run, name: str, folder: Path) -> Any:
        asked.append((made.settings, made.workers))
        asked.append((made.folder, made.cache, made.labels, name, folder))
        return Bundle(folder, {}, None, None)  # type: ignore[arg-type]

    monkeypatch.setattr(whole_run, "train_everything", recorded)
    labels = labelled_set(tmp_path / "cache", tmp_path / "labels.csv", train=1)
    changes = ["corpus.seed=11", "student.training.epochs=3"]
    words = ["--preset", "gpu", "--workers", "4", "--name", NAME]
    words += [word for change in changes for word in ("--set", change)]
    words += ["--run", str(tmp_path / "run"), "--out", str(tmp_path / "out")]
    words += ["--cache", str(tmp_path / "cache"), "--labels", str(labels)]
    ran = run("train", "all", *words)
    assert ran.code == 0, ran.err
    assert asked[0] == (read_settings("gpu", changes), 4)
    assert asked[1] == (tmp_path / "run", tmp_path / "cache", labels, NAME, tmp_path / "out" / NAME)
    assert ran.out == f"{tmp_path / 'out' / NAME}\n"


def test_a_run_goes_on_from_another(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step takes the option; one that names a preset without it is refused and told of it."""
    from hybrid_logo.training import pipeline

    made: list[Any] = []
    monkeypatch.setattr(pipeline.Run, "fit_student", lambda self: made.append(self))
    given = ["train", "student", "--preset", "release", "--run", str(tmp_path)]
    assert run(*given, "--begin-with", "mine").code == 0
    assert made[0].settings.begin_with == "mine"
    ran = run(*given)
    assert ran.code == 2
    assert "(begin_with: 'mine', not '')" in ran.err
    assert "--begin-with" in ran.err


def test_the_default_preset_is_for_a_processor(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from hybrid_logo.training import pipeline
    from hybrid_logo.training.settings import read_settings

    made: list[Any] = []

    def recorded(*given: Any) -> Any:
        made.append(given)
        raise SourceError("far enough")

    monkeypatch.setattr(pipeline, "Run", recorded)
    assert run("train", "rules").err == "Error: far enough\n"
    assert made == [(Path("runs/default"), read_settings("cpu"), None, None, 2)]


@pytest.fixture
def ablation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Any]:
    """In a folder of its own, with a result that is made up; what was planned."""
    from hybrid_logo.training.ablation import Ablation
    from hybrid_logo.training.ablation_table import FIGURES
    from hybrid_logo.training.pipeline import Run as TrainingRun
    from tests.training.learning.drawn_examples import examples, table

    planned: list[Any] = []

    def measured(self: Ablation, *given: Any) -> list[dict[str, Any]]:
        planned.append((self, *given))
        return [{"variant": "all", "seed": seed} | dict.fromkeys(FIGURES, 0.5) for seed in self.seeds]

    monkeypatch.setattr(Ablation, "run", measured)
    made = (examples(table(1)), table(3))
    monkeypatch.setattr(TrainingRun, "taught_examples", lambda _: made)
    monkeypatch.chdir(tmp_path)
    return planned


def test_an_ablation_is_planned_and_kept_in_the_folder_of_the_run(
    run: Run, tmp_path: Path, ablation: list[Any]
) -> None:
    preset = ("--preset", "release")  # whose own student has other widths
    ran = run(
        "train", "ablation", "--run", "tried", "--pictures", "1.5", "--seeds", "2", *preset, *WITH_ICONS
    )
    assert (ran.code, ran.err) == (0, "")
    path = Path("tried/ablation/ablation.json")
    assert ran.out == f"{path}\n"
    [(planned, _, held_out)] = ablation
    assert (planned.pictures, planned.seeds, planned.folder) == (1.5, (1, 2), path.parent)
    assert planned.student.widths == (24, 48, 96, 160)
    assert len(held_out.logos) == 24
    told = json.loads(path.read_text(encoding="utf-8"))
    assert (told["pictures"], told["seeds"], told["side_px"], told["logos"]) == (1500, [1, 2], 96, 12)
    assert [(row["variant"], row["seeds"]) for row in told["variants"]] == [("all", 2)]


def test_an_ablation_can_be_written_down(run: Run, tmp_path: Path, ablation: list[Any]) -> None:
    from hybrid_logo.training.ablation_table import TABLE
    from hybrid_logo.training.documented import DOCUMENT

    DOCUMENT.parent.mkdir()
    DOCUMENT.write_text("<!-- ablation:begin -->\n<!-- ablation:end -->\n", encoding="utf-8")
    ran = run("train", "ablation", "--run", "tried", "--write", *WITH_ICONS)
    assert (ran.code, ran.out) == (0, f"{DOCUMENT}\n")
    assert TABLE.result.is_file()
    assert not TABLE.differs(tmp_path)
    DOCUMENT.write_text("no place for it", encoding="utf-8")
    ran = run("train", "ablation", "--run", "tried", "--write")
    assert ran.code == 2
    assert "ablation markers" in ran.err


def test_a_search_is_planned_and_can_be_written_down(
    run: Run, tmp_path: Path, ablation: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hybrid_logo.training.documented import DOCUMENT
    from hybrid_logo.training.pipeline import Run as TrainingRun
    from hybrid_logo.training.search import CANDIDATES, FIGURES, Search

    def measured(self: Search, load: Any, candidates: Any) -> list[dict[str, Any]]:
        assert load(64) == 64
        name = f"96 px, {'-'.join(map(str, self.student.widths))}"
        names = [candidate.name for candidate in candidates]
        assert names.count(name) == 1
        assert set(names) - {name} == {candidate.name for candidate in CANDIDATES} - {name}
        sizes = {"parameters": 1000, "multiply_adds": 1_000_000}
        return [
            {"key": "", "candidate": name, "seed": seed} | sizes | dict.fromkeys(FIGURES, 0.5)
            for seed in self.seeds
        ]

    def timed(self: Search, load: Any, candidates: Any) -> dict[str, float]:
        assert load(128) == 128
        return {candidate.name: 0.2 for candidate in candidates}

    monkeypatch.setattr(Search, "run", measured)
    monkeypatch.setattr(Search, "median_ms", timed)
    monkeypatch.setattr(TrainingRun, "taught_logos", lambda _, side: side)
    monkeypatch.setattr(TrainingRun, "logos", lambda _, split: [split] * 12)
    ran = run("train", "search", "--run", "tried", "--seeds", "2", "--pictures", "1.5")
    path = Path("tried/search/search.json")
    assert (ran.code, ran.out) == (0, f"{path}\n")
    told = json.loads(path.read_text(encoding="utf-8"))
    assert (told["pictures"], told["seeds"], told["logos"]) == (1500, [1, 2], 12)
    assert "key" not in told["rows"][0]
    DOCUMENT.parent.mkdir()
    DOCUMENT.write_text("<!-- search:begin -->\n<!-- search:end -->\n", encoding="utf-8")
    assert run("train", "search", "--run", "tried", "--write").out == f"{DOCUMENT}\n"
    assert run("train", "search", "--run", "other", "--set", "student.widths=[8, 8, 8, 8]").code == 0
    assert "| **96 px, 24-48-96-156** | 50.0 |" in DOCUMENT.read_text(encoding="utf-8")


def test_smaller_students_are_planned_and_can_be_written_down(
    run: Run, ablation: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hybrid_logo.training.documented import DOCUMENT
    from hybrid_logo.training.pipeline import Run as TrainingRun
    from hybrid_logo.training.shrink import VARIANTS, Shrinking
    from tests.training.learning.drawn_examples import examples, table
    from tests.training.test_shrink_table import row

    planned: list[Shrinking] = []

    def measured(self: Shrinking, *_: Any) -> list[dict[str, Any]]:
        planned.append(self)
        return [row(one.name) for one in VARIANTS]

    monkeypatch.setattr(Shrinking, "measure", measured)
    monkeypatch.setattr(Shrinking, "median_ms", lambda *_: {one.name: 1.0 for one in VARIANTS})
    monkeypatch.setattr(TrainingRun, "trained_student", lambda _: "trained")
    monkeypatch.setattr(TrainingRun, "taught_logos", lambda _, side: (examples(table(1)), table(3)))
    ran = run("train", "shrink", "--run", "tried", "--seeds", "2", "--pictures", "1.5")
    path = Path("tried/shrink/shrink.json")
    assert (ran.code, ran.out, ran.err) == (0, f"{path}\n", "")
    [plan] = planned
    assert (plan.network, plan.run, plan.folder) == ("trained", Path("tried"), path.parent)
    assert (plan.pictures, plan.seeds) == (1.5, (1, 2))
    told = json.loads(path.read_text(encoding="utf-8"))
    assert (told["pictures"], told["seeds"], told["side_px"], told["logos"]) == (1500, [1, 2], 96, 12)
    assert [one["variant"] for one in told["students"]] == [one.name for one in VARIANTS]
    DOCUMENT.parent.mkdir()
    DOCUMENT.write_text("<!-- shrink:begin -->\n<!-- shrink:end -->\n", encoding="utf-8")
    assert run("train", "shrink", "--run", "tried", "--write").out == f"{DOCUMENT}\n"
    assert "Nothing of it pays" in DOCUMENT.read_text(encoding="utf-8")


def test_smaller_students_need_a_trained_one(run: Run, tmp_path: Path) -> None:
    ran = run("train", "shrink", "--run", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"Run: hybrid-logo train student --run {tmp_path}\n")


def test_an_ablation_needs_teachers(run: Run, tmp_path: Path) -> None:
    ran = run("train", "ablation", "--run", tmp_path, *WITH_ICONS)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.endswith(f"Run: hybrid-logo train teachers --run {tmp_path}\n")


def test_an_ablation_of_a_run_without_icons_is_refused_before_its_teachers_are_asked_for(
    run: Run, tmp_path: Path
) -> None:
    ran = run("train", "ablation", "--run", tmp_path, "--preset", "release")
    assert (ran.code, ran.out) == (2, "")
    assert "--set student.training.sources.icons=0.3 --set teachers.0.training.sources.icons=0.3" in ran.err


def test_teachers_of_another_run_are_taken(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--from`` trains none, and a folder that holds no run is told."""
    from hybrid_logo.training.pipeline import Run as TrainingRun
    from hybrid_logo.training.pipeline import RunSettings

    taken: list[tuple[Path, Path]] = []
    module = "hybrid_logo.training.shared_teaching.take_teaching"
    monkeypatch.setattr(module, lambda mine, other: taken.append((mine.folder, other.folder)))
    monkeypatch.setattr(TrainingRun, "fit_teachers", lambda _: pytest.fail("trained"))
    TrainingRun(tmp_path / "whole", RunSettings())
    given = ("train", "teachers", "--run", tmp_path / "edge", "--preset", "edge", "--from")
    ran = run(*given, tmp_path / "whole")
    assert (ran.code, ran.out) == (0, f"{tmp_path / 'edge' / 'teachers'}\n")
    assert taken == [(tmp_path / "edge", tmp_path / "whole")]
    (tmp_path / "bare").mkdir()
    ran = run(*given, tmp_path / "bare")
    assert ran.code == 2
    assert "holds no run of this version" in ran.err


def test_what_is_known_without_labels_can_be_written_down(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hybrid_logo.training.documented import DOCUMENT
    from hybrid_logo.training.pipeline import Run as TrainingRun

    def fitted(self: TrainingRun) -> None:
        rows = [{"threshold": 0.9, "decided": 50, "disagree": 1}]
        told = {
            "drawings": 100,
            "released_threshold": 0.9,
            "target_risk": 0.03,
            "confidence": 0.95,
            "rows": rows,
        }
        (self.folder / "unlabelled.json").write_text(json.dumps(told), encoding="utf-8")

    monkeypatch.setattr(TrainingRun, "fit_router", fitted)
    monkeypatch.chdir(tmp_path)
    DOCUMENT.parent.mkdir()
    DOCUMENT.write_text("<!-- unlabelled:begin -->\n<!-- unlabelled:end -->\n", encoding="utf-8")
    ran = run("train", "router", "--run", "tried", "--write")
    assert (ran.code, ran.out) == (2, "")
    assert "Begin a run with --set unlabelled=" in ran.err
    ran = run("train", "router", "--run", "other", "--write", "--set", "unlabelled=100")
    assert (ran.code, ran.out) == (0, f"{Path('other/router.json')}\n{DOCUMENT}\n")
    assert "| **0.9** | 50.0% | 2.0% (" in DOCUMENT.read_text(encoding="utf-8")


def test_from_labels_to_a_release_that_answers(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every step in turn; before its turn each says which command must come first."""
    # Two passes leave answers near a tie, which rounding turns.
    monkeypatch.setattr(parity, "LEAST_SAME_LABEL", 0.5)
    monkeypatch.setattr(parity, "LARGEST_LOSS", 0.5)
    folder, models = tmp_path / "run", tmp_path / "models"
    labels = labelled_set(tmp_path / "cache", tmp_path / "labels.csv", train=16, calibrate=6, test=3)
    common = ["--run", folder, "--cache", tmp_path / "cache", "--labels", labels]
    preset = tmp_path / "small.toml"
    preset.write_text(SMALL, encoding="utf-8")
    common += ["--preset", preset, "--set", "rules.rounds=40", "--workers", "1"]

    def step(name: str, *more: Any) -> Any:
        return run("train", name, *common, *more)

    def must_come_first(command: str, ran: Any) -> None:
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("Error: ")
        assert ran.err.endswith(f"Run: hybrid-logo train {command} --run {folder}\n")

    release = ("release", "--name", NAME, "--out", models)
    must_come_first("rules", step("router"))
    must_come_first("student", step(*release))

    ran = step("rules")
    assert ran.code == 0, ran.err
    assert str(folder / "rules.json") in ran.out
    card = Scorecard.from_dict(json.loads((folder / "rules.json").read_text(encoding="utf-8")))
    assert any(table.edges for table in card.ranges)

    must_come_first("student", step("router"))
    must_come_first("student", step(*release))

    must_come_first("teachers", step("student"))
    ran = step("teachers")
    assert (ran.code, ran.out) == (0, f"{folder / 'teachers'}\n")

    ran = step("student")
    assert ran.code == 0, ran.err
    assert ran.out.count(".onnx") == len(Precision)
    assert (folder / "student-int8.onnx").stat().st_size < (folder / "student-fp32.onnx").stat().st_size / 3

    must_come_first("router", step(*release))

    ran = step("router")
    assert ran.code == 0, ran.err
    fitted = json.loads((folder / "router.json").read_text(encoding="utf-8"))
    assert tuple(fitted["inputs"]) == INPUTS
    assert fitted["point"]["promise"] is None  # 24 brands certify nothing

    ran = step(*release)
    assert ran.code == 0, ran.err
    assert ran.out == f"{models / NAME}\n"
    made = Bundle.load(models / NAME)
    assert made.name == NAME
    assert made.precisions == tuple(Precision)
    quantisation = made.manifest["quantisation"]
    assert quantisation["parity_on_calibrate"]["int8-symmetric"]["pictures"] >= 100
    assert quantisation["network"]["multiply_adds"] > quantisation["network"]["parameters"] > 100_000
    assert made.manifest["training"]["settings"]["student"]["training"]["epochs"] == 2
    assert made.manifest["metrics"]["clean"]["data"]["pictures"] == 12

    for mode in Mode:
        answers = HybridClassifier(mode, model=models / NAME).classify_many(
            drawn(label, 99) for label in LABELS
        )
        decided = {answer.prediction.decided_by for answer in answers if answer.prediction is not None}
        if mode is Mode.RULES:
            assert decided == {DecidedBy.RULES}
        else:
            assert decided <= {DecidedBy.STUDENT, DecidedBy.BOTH}
            assert decided

    Image.fromarray(drawn(LABELS[0], 99)).save(tmp_path / "logo.png")
    ran = run("classify", tmp_path / "logo.png", "--model", models / NAME, "--format", "json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)[0]["model"] == NAME


def test_a_later_step_takes_the_settings_of_the_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hybrid_logo.training import pipeline
    from hybrid_logo.training.settings import read_settings

    made: list[Any] = []
    monkeypatch.setattr(pipeline.Run, "fit_student", lambda self: made.append(self.settings))
    given = ("--preset", "edge", "--set", "student.training.epochs=3", "--run", str(tmp_path))
    assert run("train", "student", *given).code == 0
    assert run("train", "student", "--run", str(tmp_path)).code == 0
    expected = read_settings("edge", ["student.training.epochs=3"])
    assert made == [expected, expected]
    ran = run("train", "student", "--preset", "edge", "--run", str(tmp_path))
    assert ran.code == 2
    assert "student.training.epochs: 3, not 60" in ran.err


def test_torchrun_is_for_the_steps_that_learn(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    for step in ("rules", "router", "release", "all"):
        ran = run("train", step, "--run", str(tmp_path / "run"))
        assert ran.code == 2
        assert "Error: torchrun is for two steps" in ran.err
    assert not (tmp_path / "run").exists()
