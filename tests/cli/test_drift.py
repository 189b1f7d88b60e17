"""``hybrid-logo classify --profile`` and ``hybrid-logo drift``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo import HybridClassifier
from hybrid_logo.bundle import PROFILE, Bundle
from hybrid_logo.drift.profile import Profile, profile_of, read_profile
from tests.small_release import drawings, drawn, entry, write_manifest

Run = Callable[..., Any]
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(120):
        (folder / f"{'x' * (number % 7)}{number}.png").touch()
    return folder


def test_the_profile_counts_what_was_answered(run: Run, fake: Any, logos: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    ran = run("classify", logos, "--profile", path, "--quiet")
    assert (ran.code, ran.err) == (1, "")
    assert ran.out == run("classify", logos, "--quiet").out
    names = [logos / "a.png", logos / "broken.jpg", logos / "more" / "ccc.gif"]
    expected = profile_of(fake().answer(str(name)) for name in names)
    assert read_profile(path).to_dict() == expected.to_dict()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_profile_is_the_same_with_workers(
    start: Start, fake: Any, many: Path, tmp_path: Path, workers: str
) -> None:
    path = tmp_path / "p.json"
    process = start("classify", many, "--profile", path, "--workers", workers)
    process.communicate(timeout=60)
    assert process.returncode == 0
    expected = profile_of(fake().answer(str(name)) for name in sorted(many.iterdir()))
    assert read_profile(path).to_dict() == expected.to_dict()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_keeps_what_was_counted(start: Start, many: Path, tmp_path: Path, number: int) -> None:
    path, output = tmp_path / "p.json", tmp_path / "out.jsonl"
    words = ["classify", many, "--profile", path, "--format", "jsonl", "--output", output, "--resume"]
    process = start(*words, settings={"SECONDS": "0.02"})
    for _ in range(2000):
        if output.exists() and output.stat().st_size > 2000:
            break
        time.sleep(0.01)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == 128 + number
    counted = read_profile(path).results
    assert 0 < counted < 120
    assert counted == len(output.read_text().splitlines())
    assert sorted(os.listdir(tmp_path)) == ["many", "out.jsonl", "p.json"]
    # The next run continues both.
    process = start(*words)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert read_profile(path).results == 120


@pytest.mark.usefixtures("fake")
def test_a_resumed_run_gives_the_profile_of_one_run(run: Run, logos: Path, tmp_path: Path) -> None:
    whole, path, output = tmp_path / "whole.json", tmp_path / "p.json", tmp_path / "out.jsonl"
    words = ["--format", "jsonl", "--output", output, "--resume", "--profile", path]
    # One picture named twice is two results of one path.
    run("classify", logos / "a.png", logos / "a.png", *words)
    run("classify", logos, *words)
    run("classify", logos / "a.png", logos, "--profile", whole)
    assert read_profile(path).to_dict() == read_profile(whole).to_dict()
    assert read_profile(path).results == 4


@pytest.mark.usefixtures("fake")
def test_a_profile_of_other_runs_is_not_continued(run: Run, logos: Path, tmp_path: Path) -> None:
    path, output = tmp_path / "p.json", tmp_path / "out.jsonl"
    words = ["--format", "jsonl", "--output", output, "--resume"]
    run("classify", logos / "a.png", *words)
    results = output.read_bytes()
    ran = run("classify", logos, *words, "--profile", path)
    assert ran.code == 2
    assert "counts 0 pictures" in ran.err
    assert "holds 1 results" in ran.err
    assert not path.exists()
    run("classify", logos, "--profile", path)
    profile = path.read_bytes()
    ran = run("classify", logos, *words, "--profile", path)
    assert ran.code == 2
    assert "counts 3 pictures" in ran.err
    assert (output.read_bytes(), path.read_bytes()) == (results, profile)


@pytest.mark.usefixtures("fake")
def test_a_profile_that_cannot_be_written_is_told_before_the_work(
    run: Run, logos: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.csv"
    ran = run(
        "classify", logos, "--format", "csv", "--output", output, "--profile", tmp_path / "no" / "p.json"
    )
    assert ran.code == 2
    assert "p.json" in ran.err
    assert not output.exists()


def test_where_nothing_was_counted_the_file_of_before_stays(
    run: Run, fake: Any, logos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(fake, "classify_many", interrupted)
    path = tmp_path / "p.json"
    path.write_text("before")
    assert run("classify", logos, "--profile", path).code == 130
    assert path.read_text() == "before"
    assert sorted(os.listdir(tmp_path)) == ["logos", "p.json"]


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--profile", "-"], "name of a file"),
        (["--profile", "p", "--mode", "rules"], "--mode hybrid"),
        (["--profile", "p", "--output", "./p"], "the same file"),
    ],
)
def test_usage_of_profile(run: Run, logos: Path, words: list[str], told: str) -> None:
    ran = run("classify", logos, *words)
    assert ran.code == 2
    assert told in ran.err


@pytest.fixture
def profiles(small_release: Path, tmp_path: Path) -> dict[str, Path]:
    """Of drawings, of others like them, of twenty, of drawings of one type, and of another model."""
    classifier = HybridClassifier(model=small_release)
    pictures = drawings(30, side=96)
    sets = {
        "then": pictures[:60],
        "now": pictures[60:],
        "few": pictures[:20],
        "text": [drawn("text", seed, 96) for seed in range(60)],  # type: ignore[arg-type]
    }
    for name, chosen in sets.items():
        profile_of(classifier.classify_many(chosen)).write(tmp_path / f"{name}.json")
    Profile("other", read_profile(tmp_path / "now.json").counts).write(tmp_path / "other.json")
    return {name: tmp_path / f"{name}.json" for name in (*sets, "other")}


def test_no_drift_is_exit_code_0(run: Run, profiles: dict[str, Path]) -> None:
    ran = run("drift", profiles["now"], profiles["then"])
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("No drift: 60 pictures compared with 60")
    assert "more changed less" in ran.out


def test_few_pictures_are_told_to_be_few(run: Run, profiles: dict[str, Path]) -> None:
    ran = run("drift", profiles["few"], profiles["then"], "--all")
    assert ran.code == 0
    assert "Record more pictures" in ran.out
    assert "more changed less" not in ran.out


def test_drift_is_exit_code_1_and_says_what_to_do(
    run: Run, profiles: dict[str, Path], tmp_path: Path
) -> None:
    page = tmp_path / "drift.html"
    ran = run("drift", profiles["text"], profiles["then"], "--report", page)
    assert ran.code == 1
    assert "no longer applies" in ran.out
    assert "hybrid-logo calibrate DIR" in ran.out
    rows = [line for line in ran.out.splitlines() if "█" in line]
    assert len(rows) >= 5
    assert "Drift: 60 pictures" in page.read_text()


def test_json_holds_the_same(run: Run, profiles: dict[str, Path]) -> None:
    ran = run("drift", profiles["text"], profiles["then"], "--format", "json")
    found = json.loads(ran.out)
    assert ran.code == 1
    assert found["drift"] is True
    assert found["pictures"] == found["reference_pictures"] == 60
    drifted = [change for change in found["changes"] if change["drifted"]]
    assert "label" in {change["name"] for change in found["changes"]}
    assert all(change["index"] > change["limit"] >= change["noise"] for change in drifted)
    strict = run("drift", profiles["text"], profiles["then"], "--format", "json", "--tolerance", "99")
    assert strict.code == 0
    assert json.loads(strict.out)["drift"] is False


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["other", "then"], "--model small-0.1"),
        (["now", "none"], "does not exist"),
        (["now", "then", "--tolerance", "0"], "tolerance"),
        (["now", "then", "--tolerance", "nan"], "tolerance"),
    ],
)
def test_what_cannot_be_compared_is_exit_code_2(
    run: Run, profiles: dict[str, Path], words: list[str], told: str
) -> None:
    ran = run("drift", *(profiles.get(word, word) for word in words))
    assert ran.code == 2
    assert told in ran.err
    assert ran.out == ""


def test_a_spoiled_profile_is_exit_code_2(run: Run, profiles: dict[str, Path]) -> None:
    profiles["now"].write_text("{}")
    ran = run("drift", profiles["now"], profiles["then"])
    assert ran.code == 2
    assert "record it again" in ran.err


def test_the_released_profile_is_the_reference(
    run: Run, profiles: dict[str, Path], small_release: Path, tmp_path: Path
) -> None:
    without = run("drift", profiles["now"], "--model", small_release)
    assert without.code == 2
    assert "classify DIR --profile REFERENCE" in without.err
    folder = tmp_path / "release"
    folder.mkdir()
    for file in small_release.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    content = profiles["then"].read_bytes()
    (folder / PROFILE).write_bytes(content)
    manifest = dict(Bundle.load(small_release).manifest)
    write_manifest(folder, manifest | {"files": manifest["files"] | {PROFILE: entry(content)}})
    assert run("drift", profiles["now"], "--model", folder).code == 0
    drifted = run("drift", profiles["text"], "--model", folder)
    assert drifted.code == 1
    assert "they are not like those of calibration" in drifted.out
