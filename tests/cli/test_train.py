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
from hybrid_logo.router import INPUTS
from hybrid_logo.rules import Scorecard
from hybrid_logo.training import parity
from hybrid_logo.types import LABELS, DecidedBy, Mode, Precision
from tests.small_release import drawn, labelled_set

ROOT = Path(__file__).parents[2]
NAME = "tried-1.0"
STEPS = ("rules", "student", "router", "release", "all")
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
        wanted = STEPS if words == ["train", "--help"] else ("--run", "--labels", "--cache", "--epochs")
        assert all(word in ran.stdout for word in wanted)


def test_a_missing_extra_is_told_with_its_cure(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "hybrid_logo.training.pipeline", None)
    ran = run("train", "rules", "--run", tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "pip install 'hybrid-logo[train]'" in ran.err


@pytest.mark.parametrize(
    "words", [["--epochs", "0"], ["--copies", "0"], ["--seed", "-1"], ["--workers", "0"]]
)
def test_impossible_settings_are_wrong_usage(words: list[str], run: Run, tmp_path: Path) -> None:
    ran = run("train", "rules", "--run", tmp_path / "run", *words)
    assert ran.code == 2
    assert words[0] in ran.err
    assert not (tmp_path / "run").exists()


def test_all_hands_settings_name_and_folder_on(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hybrid_logo.training import pipeline

    asked: list[Any] = []

    def recorded(made: pipeline.Run, name: str, folder: Path) -> Any:
        asked.append(
            (made.settings.student.epochs, made.settings.train_copies, made.settings.seed, made.workers)
        )
        asked.append((made.folder, made.cache, made.labels, name, folder))
        return Bundle(folder, {}, None, None)  # type: ignore[arg-type]

    monkeypatch.setattr(pipeline, "train_everything", recorded)
    labels = labelled_set(tmp_path / "cache", tmp_path / "labels.csv", train=1)
    words = ["--epochs", "3", "--copies", "5", "--seed", "11", "--workers", "4", "--name", NAME]
    words += ["--run", str(tmp_path / "run"), "--out", str(tmp_path / "out")]
    words += ["--cache", str(tmp_path / "cache"), "--labels", str(labels)]
    ran = run("train", "all", *words)
    assert ran.code == 0, ran.err
    assert asked[0] == (3, 5, 11, 4)
    assert asked[1] == (tmp_path / "run", tmp_path / "cache", labels, NAME, tmp_path / "out" / NAME)
    assert ran.out == f"{tmp_path / 'out' / NAME}\n"


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
    common += ["--epochs", "2", "--copies", "2", "--workers", "1"]

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

    ran = step("student")
    assert ran.code == 0, ran.err
    assert (folder / "student-int8.onnx").stat().st_size < (folder / "student-fp32.onnx").stat().st_size / 3

    must_come_first("router", step(*release))

    ran = step("router")
    assert ran.code == 0, ran.err
    fitted = json.loads((folder / "router.json").read_text(encoding="utf-8"))
    assert tuple(fitted["inputs"]) == INPUTS
    assert fitted["promise"] is None  # 24 brands certify nothing

    ran = step(*release)
    assert ran.code == 0, ran.err
    assert ran.out == f"{models / NAME}\n"
    made = Bundle.load(models / NAME)
    assert made.name == NAME
    assert made.precisions == tuple(Precision)
    quantisation = made.manifest["quantisation"]
    assert quantisation["parity_on_calibrate"]["int8-symmetric"]["pictures"] >= 100
    assert quantisation["network"]["multiply_adds"] > quantisation["network"]["parameters"] > 100_000
    assert made.manifest["training"]["settings"]["student"]["epochs"] == 2
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
