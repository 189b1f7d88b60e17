"""``hybrid-logo benchmark`` with a classifier that answers by the first byte."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from hybrid_logo.cli import main
from hybrid_logo.evaluation import running
from hybrid_logo.evaluation.measuring import benchmark
from hybrid_logo.evaluation.pictures.datasets import Dataset, read_dataset
from hybrid_logo.evaluation.suites import special
from hybrid_logo.types import LABELS, DecidedBy, FileResult, Mode, Precision, Prediction


class FakeClassifier:
    """Answers the type whose initial is the first byte of the file; the rules always say simple."""

    def __init__(self, mode: Mode, *, model: str | None = None, precision: str | None = None) -> None:
        self.mode = mode
        self.precision = Precision(precision or "int8")
        self.bundle = SimpleNamespace(name="fake-1", router=SimpleNamespace(changed=()))

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
    # Intervals are tested where they are made; here they only take time.
    for place, name in ((benchmark, "calibration_error"), (benchmark, "compare_scores")):
        monkeypatch.setattr(place, name, partial(getattr(place, name), resamples=10))

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
    assert not re.search(r"(src|href)=\"(?!data:|#)|@import|url\(", text)
    assert text.count("data:image/png;base64,") == 1
    assert "default-src 'none'" in text
    assert "0&lt;b&gt;.png" in text
    assert "<b>" not in text
    charts = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(charts) == 5
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
        ["--compare", "a.json"],
        ["--compare", "a.json", "b.json"],
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


def test_a_special_suite_runs_on_the_users_pictures(
    run: Any, logos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    suites = {"counting": "tests.evaluation.fake_suite"}
    monkeypatch.setattr(special, "SPECIAL_SUITES", suites)
    monkeypatch.setattr(running, "SPECIAL_SUITES", suites)
    out, report = tmp_path / "out", tmp_path / "report.html"
    done = run(logos, "--timed", 0, "--suite", "counting", "--limit", 12, "--out", out, "--report", report)
    assert done.exit_code == 0, done.output
    (path,) = out.iterdir()
    assert path.name.startswith("logos-counting_")
    result = json.loads(path.read_text())
    assert result["counting"] == {"counted": 12, "modes": ["rules", "neural", "hybrid"], "seed": 0}
    assert "Counted 12 pictures." in done.stdout
    assert "Counted <em>12</em>." in report.read_text()
    assert "counting" not in run(logos, "--timed", 0, "--suite", "clean").stdout


@pytest.mark.parametrize(
    ("suites", "measured"),
    [
        ("counting", {"clean": True}),
        ("degraded", {"degraded": False}),
        ("degraded,counting", {"clean": True, "degraded": False}),
        ("counting,clean,degraded", {"clean": True, "degraded": False}),
    ],
)
def test_a_special_suite_brings_the_clean_pictures(
    run: Any, logos: Path, suites: str, measured: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hybrid_logo.cli import benchmark as command

    def split(suite: str, seed: int, *_: object) -> Dataset:
        pictures = read_dataset(logos, seed)
        return Dataset(f"test-{suite}", pictures.cases[::4], "a test", seed)

    monkeypatch.setattr(special, "SPECIAL_SUITES", {"counting": "tests.evaluation.fake_suite"})
    monkeypatch.setattr(command, "_test_split", split)
    text = run("--timed", 0, "--modes", "rules", "--suite", suites).stdout
    parts = re.split(r"^test-(\w+)$", text, flags=re.MULTILINE)
    assert {name: "Counted" in told for name, told in zip(parts[1::2], parts[2::2], strict=True)} == measured


def test_two_results_are_compared(run: Any, logos: Path, tmp_path: Path) -> None:
    files = []
    for folder, words in (("a", ["--modes", "rules,hybrid"]), ("b", ["--modes", "hybrid"])):
        assert run(logos, "--timed", 0, "--out", tmp_path / folder, *words).exit_code == 0
        files += (tmp_path / folder).iterdir()
    done = run("--compare", *files)
    assert done.exit_code == 0, done.output
    assert re.search(r"hybrid +strict +97\.5% +97\.5% +\+0\.0 .* the same", done.stdout)
    assert "in pairs" in done.stdout
    assert not re.search(r"^ *rules  ", done.stdout, re.MULTILINE)


def test_results_on_other_pictures_are_not_compared(run: Any, logos: Path, tmp_path: Path) -> None:
    assert run(logos, "--timed", 0, "--modes", "rules", "--out", tmp_path / "a").exit_code == 0
    (first,) = (tmp_path / "a").iterdir()
    (logos / "text" / "1.png").unlink()
    logos.rename(tmp_path / "others")
    assert run(tmp_path / "others", "--timed", 0, "--modes", "rules", "--out", tmp_path / "b").exit_code == 0
    (second,) = (tmp_path / "b").iterdir()
    done = run("--compare", first, second)
    assert done.exit_code == 2
    assert "different pictures: logos and others" in done.stderr
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    assert run("--compare", first, broken).exit_code == 2


def test_artefacts_are_shown_and_stored(
    run: Any, tmp_path: Path, logos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hybrid_logo.evaluation.statistics.metrics import share
    from hybrid_logo.export import measuring
    from hybrid_logo.export.measuring import Row

    part = share(3, 4)
    rows = [
        Row("fake-1", precision="int8", size_bytes=4_000_000, strict=part, accepted=part, agreement=part),
        Row("a.engine", skipped="TensorRT [tensorrt] is not there"),
    ]
    monkeypatch.setattr(measuring, "measure_artefacts", lambda *_: rows)
    artefact = tmp_path / "a.engine"
    artefact.touch()
    found = run(logos, "--artefact", artefact, "--out", tmp_path / "results")
    assert found.exit_code == 0, found.output
    assert "75.0%" in found.output
    assert "2: a.engine: skipped: TensorRT [tensorrt] is not there" in found.output
    (path,) = (tmp_path / "results").iterdir()
    assert path.name.startswith("artefacts-")
    result = json.loads(path.read_text())
    assert (result["model"], result["dataset"]["pictures"]) == ("fake-1", 40)
    assert result["artefacts"][0]["strict"]["low"] < 0.75 < result["artefacts"][0]["strict"]["high"]
    assert "Nothing was saved" in run(logos, "--artefact", artefact).stderr
