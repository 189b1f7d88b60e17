"""The two files of a report: whole, and of what is there."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np
import pytest

from hybrid_logo.errors import OutputError, SourceError
from hybrid_logo.training.report import write_report
from hybrid_logo.training.suites import LABELS_FROM
from tests.small_release import SIDE, labelled_set
from tests.training.report.constant_student import write_constant_student
from tests.training.report.made_up_run import healthy_lines, made_up_run


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Of a finished run whose student always says ``simple``."""
    folder = tmp_path_factory.mktemp("whole")
    labels = labelled_set(folder / "cache", folder / "labels.csv", calibrate=2, test=1)
    lines = healthy_lines()
    lines[-1]["strict_text"] = 0.5
    run = made_up_run(folder / "my <run>", lines)
    write_constant_student(run / "student-int8.onnx", [2.0, 0.0, 0.0, 0.0])
    return write_report(run, cache=folder / "cache", labels=labels, workers=1)


def test_the_page_is_one_file_that_loads_nothing(written: tuple[Path, Path]) -> None:
    text = written[0].read_text(encoding="utf-8")
    assert written[0].name == "report.html"
    assert not re.search(r"(src|href)=\"(?!data:)|@import|url\(|<script", text)
    assert "<run>" not in text
    assert "my &lt;run&gt;" in text
    assert LABELS_FROM in text
    assert "color-scheme: light dark" in text
    charts = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(charts) == 3 * 7
    for chart in charts:
        ElementTree.fromstring(chart)
        assert not re.search(r"nan|inf\b", chart)


def test_the_page_tells_every_part(written: tuple[Path, Path]) -> None:
    text = written[0].read_text(encoding="utf-8")
    titles = re.findall(r"<h2>(.*?)</h2>", text)
    assert titles == [
        "Findings", "Networks", "Student", "Teachers", "Quantisation", "Confusion on calibrate",
        "Failures on calibrate: 6 of 6 shown",
    ]  # fmt: skip
    assert "Strict accuracy is 50.0% on text; at least 90% is wanted." in text
    assert '<th scope="row">0-plain</th><td>50.0%</td><td>1.50</td><td>96.0%</td>' in text
    assert "<td>99.50%</td><td>950</td><td>951</td><td>+0.10</td>" in text
    assert "<strong>Warning: weak type</strong> (student)" in text
    assert "<strong>Note: unfinished</strong> (1-resnet50d)" in text
    assert text.count('rgb(26 127 55 / 70%)">2 (100.0%)</td>') == 1  # every type is called simple
    assert text.count('rgb(209 36 47 / 70%)">2 (100.0%)</td>') == 3


def test_the_gallery_holds_what_the_student_saw(written: tuple[Path, Path]) -> None:
    text = written[0].read_text(encoding="utf-8")
    pictures = re.findall(r'src="data:image/png;base64,([^"]+)"', text)
    assert len(pictures) == 6
    for encoded in pictures:
        pixels = cv2.imdecode(np.frombuffer(base64.b64decode(encoded), np.uint8), cv2.IMREAD_COLOR)
        assert pixels is not None
        assert pixels.shape == (SIDE, SIDE, 3)
        assert len(np.unique(pixels)) > 1
    assert "label: text</p><p>answer: simple, 71%" in text
    assert "wrong in 3 of 3 copies" in text


def test_the_json_says_the_same(written: tuple[Path, Path]) -> None:
    told = json.loads(written[1].read_text(encoding="utf-8"))
    assert written[1].name == "report.json"
    assert (told["schema"], told["run"], told["split"], told["missing"]) == (1, "my <run>", "calibrate", [])
    assert told["labels_from"] == LABELS_FROM
    assert [finding["rule"] for finding in told["findings"][:3]] == 3 * ["weak type"]
    assert all(finding["warns"] and finding["advice"] for finding in told["findings"][:3])
    assert [network["name"] for network in told["networks"]] == ["student", "0-plain", "1-resnet50d"]
    assert told["networks"][0]["convergence_epoch"] == 7
    assert [line["epoch"] for line in told["logs"]["student"]] == list(range(1, 11))
    assert told["teaching"]["weights"] == [0.5, 0.3, 0.2]
    assert told["parity_on_calibrate"]["int8"]["correct"] == 950
    calibrate = told["calibrate"]
    assert (calibrate["model"], calibrate["clean"]["pictures"]) == ("student-int8.onnx", 8)
    assert calibrate["degraded"]["strict"] == 0.25
    assert {failure["answer"] for failure in calibrate["failures"]} == {"simple"}
    assert calibrate["failures"][0]["probabilities"] == [0.7112, 0.0963, 0.0963, 0.0963]


def test_warnings_come_before_notes(tmp_path: Path) -> None:
    lines = healthy_lines()
    lines[-1]["strict_text"] = 0.5
    _, path = write_report(made_up_run(tmp_path / "run", lines))
    warns = [finding["warns"] for finding in json.loads(path.read_text(encoding="utf-8"))["findings"]]
    assert warns == [True, True, True, False]  # the second teacher has not done its 20 epochs


def test_a_run_that_has_just_begun_has_a_report(tmp_path: Path) -> None:
    (tmp_path / "run" / "student").mkdir(parents=True)
    log = tmp_path / "run" / "student" / "log.jsonl"
    log.write_text('{"epoch": 1, "loss": 2.5, "learning_rate": 0.0}\n{"ep', encoding="utf-8")
    page, path = write_report(tmp_path / "run", tmp_path / "early.html")
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"<h2>(.*?)</h2>", text) == ["Not there", "Findings", "Student"]
    assert len(re.findall("<circle", text)) == 2  # a line of one point is nothing without its dot
    told = json.loads(path.read_text(encoding="utf-8"))
    assert path == tmp_path / "early.json"
    assert [finding["rule"] for finding in told["findings"]] == ["not judged"]
    assert told["calibrate"] == {"model": None, "failures": []}
    assert "student-int8.onnx is not there" in told["missing"][-1]


def test_pictures_that_are_missing_leave_the_rest(tmp_path: Path) -> None:
    run = made_up_run(tmp_path / "run")
    write_constant_student(run / "student-int8.onnx", [2.0, 0.0, 0.0, 0.0])
    page, path = write_report(run, labels=tmp_path / "none.csv", cache=tmp_path)
    assert "none.csv" in json.loads(path.read_text(encoding="utf-8"))["missing"][-1]
    assert "<h2>Quantisation</h2>" in page.read_text(encoding="utf-8")


def test_figures_that_are_no_numbers_leave_valid_files(tmp_path: Path) -> None:
    lines = [line | {"loss": float("nan"), "held_out_loss": float("inf")} for line in healthy_lines()]
    page, path = write_report(made_up_run(tmp_path / "run", lines))
    assert not re.search(r"NaN|Infinity", path.read_text(encoding="utf-8"))
    assert "diverged" in page.read_text(encoding="utf-8")


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    run = made_up_run(tmp_path / "run")
    first = [path.read_bytes() for path in write_report(run, tmp_path / "a.html")]
    assert first == [path.read_bytes() for path in write_report(run, tmp_path / "b.html")]


def test_places_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="holds no training run"):
        write_report(tmp_path)
    with pytest.raises(OutputError, match="name another file"):
        write_report(made_up_run(tmp_path / "run"), tmp_path / "nowhere" / "a.html")


def test_findings_speak_of_the_student_as_it_ends(tmp_path: Path) -> None:
    """What fine-tuning mended is no finding, and what it spoilt is one."""
    run = made_up_run(tmp_path / "run")
    lines = healthy_lines()
    lines[-1] |= {"strict_text": 0.5, "degraded_strict": 0.8}
    lines[4]["loss"] = 9.0
    log = "".join(json.dumps(line) + "\n" for line in lines)
    (run / "student" / "log.jsonl").write_text(log, encoding="utf-8")
    _, path = write_report(run)
    rules = {(found["of"], found["rule"]) for found in json.loads(path.read_text("utf-8"))["findings"]}
    told = ("weak type", "unsteady", "fragile", "behind its teachers")
    assert {("student", rule) for rule in told} <= rules
    (run / "student" / "fine-tuning").mkdir()
    tuned = healthy_lines()
    tuned[-1]["strict_complex"] = 0.6
    text = "".join(json.dumps(line) + "\n" for line in tuned)
    (run / "student" / "fine-tuning" / "log.jsonl").write_text(text, encoding="utf-8")
    _, path = write_report(run)
    found = [one for one in json.loads(path.read_text("utf-8"))["findings"] if one["rule"] == "weak type"]
    assert [(one["of"], "complex" in one["says"]) for one in found] == [("fine-tuning", True)]
    rules = {one["rule"] for one in json.loads(path.read_text("utf-8"))["findings"] if one["of"] == "student"}
    assert "unsteady" in rules
    assert not {"fragile", "behind its teachers"} & rules
