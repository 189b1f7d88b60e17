"""``hybrid-logo benchmark`` with a classifier that answers by the first byte."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from hybrid_logo.cli import main
from hybrid_logo.types import LABELS, DecidedBy, FileResult, Mode, Precision, Prediction


class FakeClassifier:
    """Answers the type whose initial is the first byte of the file; the rules always say simple."""

    def __init__(self, mode: Mode, *, model: str | None = None, precision: str | None = None) -> None:
        self.mode = mode
        self.precision = Precision(precision or "int8")
        self.bundle = SimpleNamespace(name="fake-1")

    def classify_many(self, sources: Iterable[Any], batch_size: int = 32) -> Iterator[FileResult]:
        for source in sources:
            initial = Path(source).read_bytes()[:1]
            chosen = 0 if self.mode == Mode.RULES else (b"stgc".find(initial) % 4)
            scores = tuple(0.85 if position == chosen else 0.05 for position in range(4))
            path = DecidedBy.RULES if chosen == 0 else DecidedBy.STUDENT
            answer = Prediction(LABELS[chosen], 0.85, True, scores, path, "said so", score=scores[0])  # type: ignore[arg-type]
            yield FileResult(str(source), answer)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Any:
    module = ModuleType("hybrid_logo.classifier")
    module.HybridClassifier = FakeClassifier  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "hybrid_logo.classifier", module)

    def _run(*arguments: object) -> Result:
        return CliRunner(env={"COLUMNS": "200"}).invoke(main, ["benchmark", *map(str, arguments)])

    return _run


@pytest.fixture
def logos(tmp_path: Path) -> Path:
    """Ten pictures a type, of which one text is a gradient in truth."""
    for name in LABELS:
        folder = tmp_path / "logos" / name
        folder.mkdir(parents=True)
        for number in range(10):
            (folder / f"{number}.png").write_text(f"{name} {number}")
    (tmp_path / "logos" / "text" / "0.png").write_text("gradient, really")
    return tmp_path / "logos"


def test_a_labelled_folder_is_measured_and_saved(run: Any, logos: Path, tmp_path: Path) -> None:
    done = run(logos, "--timed", 0, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    (path,) = (tmp_path / "out").iterdir()
    assert path.name.startswith("logos_20")
    result = json.loads(path.read_text())
    assert (result["schema"], result["model"]) == (1, "fake-1")
    assert list(result["modes"]) == ["rules", "neural", "hybrid"]
    assert result["modes"]["hybrid"]["strict"]["share"] == pytest.approx(39 / 40)
    assert result["modes"]["rules"]["strict"]["share"] == pytest.approx(10 / 40)
    assert result["modes"]["hybrid"]["decided_by"]["rules"]["coverage"]["share"] == pytest.approx(10 / 40)
    assert [mistake["name"] for mistake in result["mistakes"]] == ["text/0.png"]
    assert len(result["dataset"]["sha256"]) == 64
    assert "97.5%" in done.stdout
    assert "Warning: only 40 pictures" in done.stdout
    assert str(path) in done.stdout.replace("\n", "")


def test_nothing_is_saved_unless_asked(run: Any, logos: Path) -> None:
    done = run(logos, "--timed", 0, "--modes", "hybrid")
    assert done.exit_code == 0
    assert "--out DIR" in done.stderr


def test_the_report_is_one_file_that_loads_nothing(run: Any, logos: Path, tmp_path: Path) -> None:
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[16:48, 16:48] = (0, 0, 255)
    # The picture that is answered wrongly; the fake looks at the first byte, and PNG files start with 0x89.
    (logos / "text" / "0.png").unlink()
    (logos / "text" / "0<b>.png").write_bytes(cv2.imencode(".png", pixels)[1].tobytes())
    report = tmp_path / "report.html"
    done = run(logos, "--timed", 0, "--report", report)
    assert done.exit_code == 0, done.output
    text = report.read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=\"(?!data:)|@import|url\(", text)
    assert text.count("data:image/png;base64,") == 1
    assert "0&lt;b&gt;.png" in text
    assert "<b>" not in text
    charts = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(charts) == 2
    for chart in charts:
        ElementTree.fromstring(chart)


def test_a_place_that_cannot_be_written_is_refused(run: Any, logos: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run(logos, "--timed", 0, "--out", tmp_path / "file" / "out")
    assert done.exit_code == 2
    assert "cannot be made" in done.stderr


def test_limit_draws_some_pictures(run: Any, logos: Path) -> None:
    done = run(logos, "--timed", 0, "--limit", 12)
    assert "12 pictures" in done.stdout
    assert "12 of 40 pictures were drawn" in done.stdout


def test_limits_decide_the_exit_code(run: Any, logos: Path) -> None:
    kept = run(logos, "--timed", 0, "--floor", "accepted=0.97", "--ceiling", "calibration=0.5")
    assert kept.exit_code == 0
    broken = run(logos, "--timed", 0, "--floor", "accepted=0.98", "--floor", "coverage=0.2")
    assert broken.exit_code == 1
    assert "logos: accepted is 0.975, below its floor of 0.98" in broken.stderr
    assert "coverage" not in broken.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ["--floor", "accuracy=0.9"],
        ["--floor", "accepted"],
        ["--floor", "accepted=high"],
        ["--ceiling", "accepted=0.9"],
        ["--modes", "rules,best"],
        ["--suite", "dirty"],
        ["--limit", "0"],
        ["no such folder"],
    ],
)
def test_wrong_usage_is_refused_before_any_work(run: Any, wrong: list[str]) -> None:
    assert run(*wrong).exit_code == 2


@pytest.mark.parametrize(
    ("words", "used"), [([], "int8"), (["--precision", "fp32"], "fp32")], ids=["", "fp32"]
)
def test_the_precision_is_recorded_and_told(
    words: list[str], used: str, run: Any, logos: Path, tmp_path: Path
) -> None:
    done = run(logos, "--timed", 0, "--out", tmp_path / "out", *words)
    assert done.exit_code == 0, done.output
    (path,) = (tmp_path / "out").iterdir()
    assert json.loads(path.read_text())["precision"] == used
    assert path.stem.endswith("_fp32") is (used == "fp32")


def test_a_dataset_that_cannot_be_measured_is_refused(run: Any, tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.exit_code == 2
    assert "holds 0 labelled pictures" in done.stderr
