"""``hybrid-logo adapt`` and ``classify --adapter``, with a small release."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from hybrid_logo.report import CsvReport, HumanReport
from hybrid_logo.types import FileResult, LogoType, UserType
from tests import small_release as release
from tests.adaptation.made_up import answer

Run = Callable[..., Any]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, small_models: dict[str, bytes]) -> Path:
    """A release whose scorecard has seen measurements of the size that logos have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "EVERYTHING", (-1.0, 9.0))
        return release.write_release(tmp_path_factory.mktemp("models") / "release", small_models)


@pytest.fixture(scope="module")
def drawings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folders of six pictures each: busy ones and lettering."""
    root = tmp_path_factory.mktemp("own types")
    for name, label in (("busy mascot", LogoType.COMPLEX), ("sign", LogoType.TEXT)):
        (root / name).mkdir()
        for seed in range(6):
            bgra = cv2.cvtColor(release.drawn(label, seed), cv2.COLOR_RGBA2BGRA)
            cv2.imwrite(str(root / name / f"{seed}.png"), bgra)
    return root


@pytest.fixture
def own(drawings: Path, tmp_path: Path) -> Path:
    """The same, to be spoiled."""
    return Path(shutil.copytree(drawings, tmp_path / "own"))


@pytest.fixture(scope="module")
def adapter(drawings: Path, model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from hybrid_logo.cli import main

    path = tmp_path_factory.mktemp("adapters") / "own types.json"
    main(["adapt", str(drawings), "--out", str(path), "--model", str(model)], standalone_mode=False)
    return path


def test_types_are_learned_and_told_beside_the_four(
    run: Run, own: Path, model: Path, adapter: Path, tmp_path: Path
) -> None:
    ran = run("adapt", own, "--out", tmp_path / "a.json", "--model", model)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[0].endswith("from 12 pictures: busy mascot (6), sign (6).")
    assert "Each left out in turn, 12 of 12 were told right: 100.0%, exact 95% interval 73.5-100.0." in lines
    assert "So few pictures say little." in ran.out
    assert any(line.split() == ["sign", ".", "6"] for line in lines)
    assert "Confidence is not calibrated" in ran.out
    assert lines[-1] == (
        f"Use it: hybrid-logo classify INPUT... --adapter {tmp_path / 'a.json'} --model {model}"
    )
    assert (tmp_path / "a.json").read_text() == adapter.read_text()


def test_pictures_that_are_told_wrong_come_first(run: Run, own: Path, model: Path, tmp_path: Path) -> None:
    (own / "sign/5.png").rename(own / "busy mascot/stray.png")
    ran = run("adapt", own, "--out", tmp_path / "a.json", "--model", model)
    hardest = ran.out.split("told wrong first:\n")[1].splitlines()
    assert hardest[0].startswith("  sign ")
    assert hardest[0].endswith(f"%, not busy mascot: {own / 'busy mascot/stray.png'}")
    assert ", as it is: " in hardest[1]


def test_one_picture_of_each_is_learned_and_untested(
    run: Run, own: Path, model: Path, tmp_path: Path
) -> None:
    for path in own.glob("*/[1-5].png"):
        path.unlink()
    ran = run("adapt", own, "--out", tmp_path / "a.json", "--model", model)
    assert ran.code == 0
    assert "Learned by nearest mean from 2 pictures" in ran.out
    assert "nothing tells how well it does" in ran.out


def test_a_broken_picture_is_told_and_left_out(run: Run, own: Path, model: Path, tmp_path: Path) -> None:
    (own / "sign/0.png").write_bytes(b"")
    ran = run("adapt", own, "--out", tmp_path / "a.json", "--model", model)
    assert ran.code == 1
    assert f"Left out: {own / 'sign/0.png'}: " in ran.err
    assert "sign (5)" in ran.out


def test_a_type_without_a_readable_picture_is_refused(
    run: Run, own: Path, model: Path, tmp_path: Path
) -> None:
    for path in (own / "sign").iterdir():
        path.write_bytes(path.name.encode())
    ran = run("adapt", own, "--out", tmp_path / "a.json", "--model", model)
    assert ran.code == 2
    assert "Error: no picture of sign could be read: give others" in ran.err
    assert "1 more could not be read" in ran.err
    assert not (tmp_path / "a.json").exists()


def test_confusion_of_many_types_is_a_list(run: Run, drawings: Path, model: Path, tmp_path: Path) -> None:
    for number in range(9):
        folder = tmp_path / "many" / f"type {number}"
        folder.mkdir(parents=True)
        for seed in range(2):
            bgra = cv2.cvtColor(release.drawn(LogoType.TEXT, 2 * number + seed), cv2.COLOR_RGBA2BGRA)
            cv2.imwrite(str(folder / f"{seed}.png"), bgra)
    ran = run("adapt", tmp_path / "many", "--out", tmp_path / "a.json", "--model", model)
    assert ran.code == 0
    assert "folder  told as  pictures" in ran.out
    assert "as type" not in ran.out


def test_every_format_holds_the_type(run: Run, drawings: Path, model: Path, adapter: Path) -> None:
    picture = drawings / "sign" / "0.png"
    words = ("classify", picture, "--adapter", adapter, "--model", model, "--quiet", "--format")
    (fields,) = json.loads(run(*words, "json").out)
    own = fields["user_type"]
    assert (own["label"], own["calibrated"]) == ("sign", False)
    assert 0 < own["margin"] < own["confidence"] < 1
    assert json.loads(run(*words, "jsonl").out)["user_type"] == own
    (row,) = csv.DictReader(io.StringIO(run(*words, "csv").out))
    assert [row[f"user_type{name}"] for name in ("", "_confidence", "_margin", "_calibrated")] == [
        "sign", str(own["confidence"]), str(own["margin"]), "false",
    ]  # fmt: skip
    human = run(*words, "human").out
    assert f"  sign          {own['confidence']:.1%}?  {picture}\n" in human
    (plain,) = json.loads(run("classify", picture, "--model", model, "--format", "json").out)
    fields.pop("user_type")
    assert {**fields, "time_ms": 0} == {**plain, "time_ms": 0}


def test_workers_tell_the_same(run: Run, drawings: Path, model: Path, adapter: Path) -> None:
    words = ("classify", drawings, "--adapter", adapter, "--model", model, "--format", "json")
    one, two = (json.loads(run(*words, "--workers", count).out) for count in ("1", "2"))
    assert [each["user_type"] for each in one] == [each["user_type"] for each in two]
    assert [each["user_type"]["label"] for each in one] == ["busy mascot"] * 6 + ["sign"] * 6


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--mode", "rules"], "--adapter needs --mode hybrid"),
        (["--format", "label"], "does not go with --format label"),
        (["--resume", "--format", "jsonl", "--output", "x"], "does not go with --resume"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    run: Run, drawings: Path, adapter: Path, words: list[str], told: str
) -> None:
    ran = run("classify", drawings, "--adapter", adapter, *words)
    assert ran.code == 2
    assert told in ran.err


def test_an_adapter_of_other_files_is_refused(
    run: Run, drawings: Path, model: Path, adapter: Path, tmp_path: Path
) -> None:
    data = json.loads(adapter.read_text())
    data["files"]["rules.json"] = "0" * 64
    (tmp_path / "a.json").write_text(json.dumps(data), encoding="utf-8")
    ran = run("classify", drawings, "--adapter", tmp_path / "a.json", "--model", model)
    assert (ran.code, ran.out) == (2, "")
    assert "was made before rules.json of small-0.1 changed: make it again" in ran.err


def test_columns_stay_in_line_where_a_picture_fails() -> None:
    report = HumanReport(user_types=["a", "long name"])
    told = FileResult("x.png", answer([]), user_type=UserType("a", 0.5, 0.1, True))
    failed = FileResult("x.png", error_kind="empty", error_message="no bytes")
    assert report.entry(told).index("x.png") == report.entry(failed).index("x.png")
    row = CsvReport(user_types=True).entry(failed)
    assert row.count(",") == CsvReport(user_types=True).opening().count(",")
