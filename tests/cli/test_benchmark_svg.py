"""``hybrid-logo benchmark --suite svg``: how many logos, and the journal that a stopped run goes on from."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import pytest
from click.testing import CliRunner, Result

from hybrid_logo.cli import main
from hybrid_logo.evaluation.measuring import benchmark
from hybrid_logo.types import LABELS
from hybrid_logo.vectorize.quality import figures, rows, suite
from hybrid_logo.vectorize.quality.candidates import DEFAULT, strategy_name
from hybrid_logo.vectorize.quality.conditions import CONDITIONS, Picture
from tests.vectorize.drawings import RAMP, RED, pixels

FEW = CONDITIONS[0], CONDITIONS[-1]
LOGOS = 4
"""Two of each of two types."""


class Tracer:
    """Stands for all conversions; counts the pictures that VTracer's default would have converted."""

    def __init__(self) -> None:
        self.pictures = 0
        self.stop_at: int | None = None

    def default(self, picture: Picture) -> str:
        self.pictures += 1
        if self.pictures == self.stop_at:
            raise KeyboardInterrupt
        return RAMP

    def other(self, picture: Picture) -> str:
        return RED


@pytest.fixture
def tracer(monkeypatch: pytest.MonkeyPatch) -> Tracer:
    made = Tracer()
    candidates = {DEFAULT: made.default, **{strategy_name(label): made.other for label in LABELS}}
    monkeypatch.setattr(rows, "CANDIDATES", candidates)
    for module in (rows, suite):
        monkeypatch.setattr(module, "CONDITIONS", FEW)
    monkeypatch.setattr("hybrid_logo.vectorize.quality.conditions.ORIGINAL_SIDE_PX", 64)
    # Intervals are tested where they are made; here they only take time.
    monkeypatch.setattr(figures, "RESAMPLES", 2)
    for name in ("calibration_error", "compare_scores"):
        monkeypatch.setattr(benchmark, name, partial(getattr(benchmark, name), resamples=2))
    monkeypatch.setattr(suite, "strips", lambda *_: {})
    monkeypatch.setattr("hybrid_logo.vectorize.quality.rows.os.cpu_count", lambda: 1)
    return made


@pytest.fixture
def logos(tmp_path: Path) -> Path:
    """The drawing lies beside each picture."""
    for label, drawing in (("simple", RED), ("gradient", RAMP)):
        folder = tmp_path / "logos" / label
        folder.mkdir(parents=True)
        for number in range(LOGOS // 2):
            drawn = drawing.replace("48", f"{48 - number}")
            cv2.imwrite(str(folder / f"brand{number}{label}.png"), pixels(drawn, 64 + number))
            (folder / f"brand{number}{label}.svg").write_text(drawn)
    return tmp_path / "logos"


Run = Callable[..., Result]


@pytest.fixture
def run(tracer: Tracer, logos: Path, small_release: Path) -> Run:
    def call(*words: object) -> Result:
        given = (logos, "--suite", "svg", "--modes", "hybrid", "--timed", 0, "--model", small_release, *words)
        return CliRunner().invoke(main, ["benchmark", *map(str, given)])

    return call


def result_in(folder: Path) -> dict[str, Any]:
    (path,) = folder.iterdir()
    found: dict[str, Any] = json.loads(path.read_text())["svg"]
    return found


@pytest.mark.parametrize(
    "wrong", [["--logos", "0"], ["--logos", "-3"], ["--logos", "all"], ["--logos", "2.5"], ["--journal", "."]]
)
def test_wrong_values_are_refused_before_any_work(run: Run, tracer: Tracer, wrong: list[str]) -> None:
    done = run(*wrong)
    assert done.exit_code == 2
    assert wrong[0] in done.stderr
    assert tracer.pictures == 0


def test_logos_are_counted_for_each_type(run: Run, tracer: Tracer, tmp_path: Path) -> None:
    done = run("--logos", 1, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert result_in(tmp_path / "out")["logos"] == {"simple": 1, "text": 0, "gradient": 1, "complex": 0}
    assert tracer.pictures == 2 * len(FEW)


def test_a_stopped_run_goes_on_where_it_was(run: Run, tracer: Tracer, tmp_path: Path) -> None:
    journal = tmp_path / "rows.jsonl"
    tracer.stop_at = 2 * len(FEW) + 1
    stopped = run("--journal", journal, "--out", tmp_path / "stopped")
    assert stopped.exit_code != 0
    assert not (tmp_path / "stopped").exists()
    assert len(journal.read_text().splitlines()) == 2 * len(FEW)

    tracer.pictures, tracer.stop_at = 0, None
    done = run("--journal", journal, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert tracer.pictures == (LOGOS - 2) * len(FEW)
    assert len(journal.read_text().splitlines()) == LOGOS * len(FEW)

    tracer.pictures = 0
    again = run("--journal", journal, "--out", tmp_path / "again")
    assert again.exit_code == 0, again.output
    assert tracer.pictures == 0
    assert result_in(tmp_path / "again") == result_in(tmp_path / "out")


def test_more_logos_go_on_from_the_journal_of_fewer(run: Run, tracer: Tracer, tmp_path: Path) -> None:
    journal = tmp_path / "rows.jsonl"
    assert run("--journal", journal, "--logos", 1).exit_code == 0
    tracer.pictures = 0
    assert run("--journal", journal, "--logos", 2, "--out", tmp_path / "out").exit_code == 0
    assert tracer.pictures == (LOGOS - 2) * len(FEW)
    assert result_in(tmp_path / "out")["pictures"] == LOGOS * len(FEW)


def test_rows_of_another_run_are_kept_and_not_taken(run: Run, tracer: Tracer, tmp_path: Path) -> None:
    journal = tmp_path / "rows.jsonl"
    assert run("--journal", journal).exit_code == 0
    earlier = journal.read_text()
    tracer.pictures = 0
    assert run("--journal", journal, "--seed", 7).exit_code == 0
    assert tracer.pictures == LOGOS * len(FEW)
    assert journal.read_text().startswith(earlier)


@pytest.mark.parametrize(
    "text",
    ["my notes\n", '{"path": "logo.png", "status": "ok"}\n', "[1, 2]\n"],
    ids=["text", "results", "list"],
)
def test_a_file_that_is_no_journal_is_refused_and_kept(
    run: Run, tracer: Tracer, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(text)
    done = run("--journal", path)
    assert done.exit_code == 2
    assert "mine.jsonl cannot be continued" in done.stderr
    assert "--journal" in done.stderr
    assert (path.read_text(), tracer.pictures) == (text, 0)


def test_a_journal_that_cannot_be_written_is_refused(run: Run, tracer: Tracer, tmp_path: Path) -> None:
    done = run("--journal", tmp_path / "nowhere" / "rows.jsonl")
    assert done.exit_code == 2
    assert "nowhere" in done.stderr
    assert tracer.pictures == 0


@pytest.mark.parametrize("option", [("--logos", "3"), ("--journal", "rows.jsonl")], ids=["logos", "journal"])
def test_options_of_this_suite_alone_are_not_ignored_elsewhere(option: tuple[str, str]) -> None:
    ran = CliRunner().invoke(main, ["benchmark", "--suite", "degraded", *option])
    assert ran.exit_code == 2
    assert f"{option[0]} goes with --suite svg alone." in ran.output
