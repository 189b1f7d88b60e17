from __future__ import annotations

import csv
import os
from collections.abc import Generator, Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from hybrid_logo.errors import CorruptError, HybridLogoError, InputError, OutputError
from hybrid_logo.evaluation.pictures.datasets import read_dataset
from hybrid_logo.organize import placing
from hybrid_logo.organize.organiser import Outcome
from hybrid_logo.organize.organiser import organize as sort_folder
from hybrid_logo.types import LABELS, DecidedBy, FileResult, LogoType, Prediction


def draw(path: Path, seed: int) -> None:
    """Blocks of random colours."""
    colors = np.random.default_rng(seed).integers(0, 256, (4, 4, 3), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    encoded = cv2.imencode(".png", cv2.resize(colors, (64, 64), interpolation=cv2.INTER_NEAREST))[1]
    path.write_bytes(encoded.tobytes())


class Classifier:
    """Says the type that the folder is named by; of dark pictures it is less sure."""

    def __init__(self, most: int = 1000) -> None:
        self.asked: list[str] = []
        self.most = most

    def __call__(self, inputs: Iterable[Any]) -> Generator[FileResult, None, None]:
        for item in inputs:
            if isinstance(item, FileResult):
                yield item
                continue
            name = os.path.basename(item)
            if len(self.asked) == self.most:
                raise KeyboardInterrupt
            self.asked.append(name)
            if "broken" in name:
                yield FileResult.from_error(item, CorruptError("Damaged. Get it again."))
                continue
            label = next((label for label in LABELS if label == Path(item).parent.name), LogoType.SIMPLE)
            low = 0.1 if "dark" in name else 0.02
            first, second, third, fourth = (1 - 3 * low if one == label else low for one in LABELS)
            yield FileResult(
                item,
                Prediction(
                    label, 1 - 3 * low, True, (first, second, third, fourth), DecidedBy.RULES, "<because>"
                ),
            )


def run(source: Path, target: Path, classifier: Classifier | None = None, **how: Any) -> Outcome:
    classify: Any = classifier or Classifier()
    given = how.pop("given", {"ratios": (0.5, 0.25, 0.25), "balance": True})
    return sort_folder(source, target, classify, model="m-1", given=given, **how)


@pytest.fixture
def logos(tmp_path: Path) -> Path:
    """Twelve pictures of eight brands."""
    folder = tmp_path / "logos"
    for number, brand in enumerate("abcdefgh"):
        draw(folder / LABELS[number % 4] / f"{brand}co.png", number)
    for number, brand in enumerate("abcd"):
        draw(folder / "more" / LABELS[number % 4] / f"{brand}co-dark.png", 50 + number)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_each_picture_is_copied_whole_and_the_benchmark_reads_the_table(logos: Path, tmp_path: Path) -> None:
    before = contents(logos)
    run(logos, tmp_path / "out")
    table = rows(tmp_path / "out" / "labels.csv")
    assert contents(logos) == before
    assert {row["source"] for row in table} == set(before)
    for row in table:
        assert (tmp_path / "out" / row["path"]).read_bytes() == before[row["source"]]
        assert row["path"].split("/")[:2] == [row["split"], row["label"]]
        assert row["label"] in row["source"]
    dataset = read_dataset(tmp_path / "out" / "labels.csv", 0)
    assert {case.cluster for case in dataset.cases} == {row["brand"] for row in table}
    homes = {(row["brand"], row["split"]) for row in table}
    assert len(homes) == 8
    assert rows(tmp_path / "out" / "rejected.csv") == []
    assert not list((tmp_path / "out").glob("*.part"))


def test_what_cannot_be_read_is_listed_and_the_rest_goes_on(logos: Path, tmp_path: Path) -> None:
    (logos / "broken.png").touch()
    (logos / "loop").symlink_to(logos)
    (logos / "v.svg").touch()
    outcome = run(logos, tmp_path / "out")
    assert rows(tmp_path / "out" / "rejected.csv") == [
        {"path": "broken.png", "kind": "corrupt", "message": "Damaged. Get it again."}
    ]
    assert (len(outcome.plan), len(outcome.failures), outcome.scan.linked, outcome.scan.vectors) == (
        12,
        1,
        1,
        1,
    )


def test_names_that_are_no_utf8_are_placed_and_can_be_corrected(logos: Path, tmp_path: Path) -> None:
    draw(logos / os.fsdecode(b"caf\xe9.png"), 99)
    run(logos, tmp_path / "out")
    (row,) = [row for row in rows(tmp_path / "out" / "labels.csv") if row["brand"] == "caf"]
    assert (row["source"], Path(row["path"]).name) == ("caf\\udce9.png", "caf_.png")
    (tmp_path / "c.csv").write_text("path,label\ncaf\\udce9.png,text\n")
    outcome = run(logos, tmp_path / "out", corrections=tmp_path / "c.csv")
    assert [placement.name for placement in outcome.plan if placement.by_person] == ["caf_.png"]


def test_an_ended_run_goes_on_where_it_stopped_and_ends_the_same(logos: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(logos, tmp_path / "one" / "out", Classifier(5))
    with (tmp_path / "one" / "out" / "answers.jsonl").open("a") as file:
        file.write('{"source": "torn')
    second = Classifier()
    run(logos, tmp_path / "one" / "out", second, resume=True)
    assert len(second.asked) == 7
    run(logos, tmp_path / "two" / "out")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_full_disk_is_told_and_the_run_goes_on_later(
    logos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Path] = []

    def fill(path: Path, data: bytes) -> int:
        if len(written) == 4:
            path.touch()
            raise OSError(28, "No space left on device")
        written.append(path)
        with path.open("wb") as file:
            return file.write(data)

    with monkeypatch.context() as patched:
        patched.setattr(placing.Path, "write_bytes", fill)
        with pytest.raises(OutputError, match=r"No space left.*--resume"):
            run(logos, tmp_path / "out")
    assert not (tmp_path / "out" / "labels.csv").exists()
    assert not list((tmp_path / "out").rglob("*.tmp"))
    again = Classifier()
    run(logos, tmp_path / "out", again, resume=True, given={})
    assert again.asked == []
    assert len(rows(tmp_path / "out" / "labels.csv")) == 12


def test_new_and_changed_pictures_are_answered_and_the_others_stay(logos: Path, tmp_path: Path) -> None:
    run(logos, tmp_path / "out")
    before = {row["source"]: row["path"] for row in rows(tmp_path / "out" / "labels.csv")}
    draw(logos / "simple/aco.png", 77)
    draw(logos / "text/zco.png", 78)
    classifier = Classifier()
    run(logos, tmp_path / "out", classifier, resume=True, given={})
    assert sorted(classifier.asked) == ["aco.png", "zco.png"]
    after = {row["source"]: row["path"] for row in rows(tmp_path / "out" / "labels.csv")}
    assert {name: after[name] for name in before} == before
    assert (tmp_path / "out" / after["simple/aco.png"]).read_bytes() == (
        logos / "simple/aco.png"
    ).read_bytes()


def test_corrections_move_pictures_between_types_only_and_are_kept(logos: Path, tmp_path: Path) -> None:
    run(logos, tmp_path / "out")
    (before,) = [r for r in rows(tmp_path / "out" / "labels.csv") if r["source"] == "simple/aco.png"]
    (tmp_path / "c.csv").write_text("﻿path,label\r\nsimple/aco.png,complex\r\ntext/bco.png,text\r\n")
    (logos / "simple/aco.png").unlink()
    classifier = Classifier()
    run(logos, tmp_path / "out", classifier, corrections=tmp_path / "c.csv", given={})
    run(logos, tmp_path / "out", classifier, resume=True, given={})
    assert classifier.asked == []
    table = {row["source"]: row for row in rows(tmp_path / "out" / "labels.csv")}
    moved = table["simple/aco.png"]
    assert (moved["label"], moved["decided_by"], moved["split"]) == ("complex", "person", before["split"])
    assert (tmp_path / "out" / moved["path"]).is_file()
    assert not (tmp_path / "out" / before["path"]).exists()
    assert table["text/bco.png"]["decided_by"] == "person"
    sheet = (tmp_path / "out" / "review.html").read_text()
    assert sheet.count("<fieldset") == 10


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("path,label\nnothing.png,text\n", "not there"),
        ("path,label\nsimple/aco.png,textual\n", "line 2.*no type"),
        ("path,label\nsimple/aco.png,text\nsimple/aco.png,simple\n", "two types"),
        ("path,label\nsimple/aco.png\n", "line 2"),
        ("a,b\n", "columns"),
        ("path,label\n\0\xff", "cannot be read|no type|line 2"),
    ],
)
def test_wrong_corrections_change_nothing(logos: Path, tmp_path: Path, text: str, message: str) -> None:
    run(logos, tmp_path / "out")
    before = contents(tmp_path / "out")
    (tmp_path / "c.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=message):
        run(logos, tmp_path / "out", corrections=tmp_path / "c.csv")
    assert contents(tmp_path / "out") == before


def test_a_dry_run_writes_nothing(logos: Path, tmp_path: Path) -> None:
    outcome = run(logos, tmp_path / "out", dry_run=True)
    assert len(outcome.plan) == 12
    assert not (tmp_path / "out").exists()


def test_links_lead_to_the_pictures(logos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run(Path("logos"), Path("out"), given={"link": True})
    table = rows(tmp_path / "out" / "labels.csv")
    assert all(os.readlink(tmp_path / "out" / row["path"]) == str(logos / row["source"]) for row in table)


def test_a_result_inside_the_source_is_no_source(logos: Path) -> None:
    run(logos, logos / "out")
    classifier = Classifier()
    outcome = run(logos, logos / "out", classifier, resume=True)
    assert (classifier.asked, len(outcome.plan)) == ([], 12)


@pytest.mark.parametrize("target", ["logos", "logos/more/..", ".", "taken", "taken/file"])
def test_folders_that_hold_something_else_are_refused(logos: Path, tmp_path: Path, target: str) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file").write_text("mine")
    before = contents(tmp_path)
    for resume in (False, True):
        with pytest.raises(HybridLogoError, match="name a folder"):
            run(logos, tmp_path / target, resume=resume)
    assert contents(tmp_path) == before


def test_a_result_is_continued_only_when_asked_and_with_the_same_settings(
    logos: Path, tmp_path: Path
) -> None:
    run(logos, tmp_path / "out")
    with pytest.raises(OutputError, match="--resume"):
        run(logos, tmp_path / "out")
    for given, option in (({"seed": 4}, "seed"), ({"brand_from": "folder"}, "brand-from")):
        with pytest.raises(InputError, match=f"another --{option}"):
            run(logos, tmp_path / "out", resume=True, given=given)
    with pytest.raises(InputError, match="give --model m-1"):
        sort_folder(logos, tmp_path / "out", Classifier(), model="m-2", given={}, resume=True)
    with pytest.raises(InputError, match="was made of"):
        run(logos / "more", tmp_path / "out", resume=True)


def test_an_empty_folder_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "a.svg").touch()
    with pytest.raises(InputError, match="1 SVG"):
        run(tmp_path / "empty", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_picture_that_changes_meanwhile_is_rejected_until_the_next_run(logos: Path, tmp_path: Path) -> None:
    counted = []

    def spoil() -> None:
        counted.append(1)
        if len(counted) == 12:  # all are answered, none is placed
            draw(logos / "simple" / "aco.png", 99)

    outcome = run(logos, tmp_path / "out", advance=spoil)
    assert [failed.path for failed in outcome.failures] == ["simple/aco.png"]
    assert "simple/aco.png" not in {row["source"] for row in rows(tmp_path / "out" / "labels.csv")}
    assert [row["kind"] for row in rows(tmp_path / "out" / "rejected.csv")] == ["unreadable"]
    assert run(logos, tmp_path / "out", resume=True).failures == []


def test_what_is_in_its_place_is_not_written_again(logos: Path, tmp_path: Path) -> None:
    run(logos, tmp_path / "out")
    numbers = {path: path.stat().st_ino for path in (tmp_path / "out").rglob("*.png")}
    run(logos, tmp_path / "out", resume=True)
    assert {path: path.stat().st_ino for path in numbers} == numbers


def test_a_part_of_the_result_is_no_source_of_it(logos: Path, tmp_path: Path) -> None:
    run(logos, tmp_path / "out")
    with pytest.raises(InputError, match="outside it"):
        run(tmp_path / "out" / "train", tmp_path / "out", resume=True)
