"""A run's folder is read as far as it is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.report.page import report_page
from hybrid_logo.training.report.record import read_run
from tests.training.report.made_up_run import EPOCHS, made_up_run, write


def test_a_whole_run_is_read_and_nothing_is_missing(tmp_path: Path) -> None:
    record = read_run(made_up_run(tmp_path))
    assert record.missing == ()
    assert [network.name for network in record.networks] == ["student", "0-plain", "1-resnet50d"]
    assert [(network.epochs, network.patience) for network in record.networks] == [(10, 0), (10, 0), (20, 3)]
    assert [line["epoch"] for line in record.networks[0].lines] == list(range(1, EPOCHS + 1))
    assert record.teaching is not None
    assert record.teaching.weights == (0.5, 0.3, 0.2)
    assert record.parity is not None
    assert record.parity["int8-symmetric"].correct == 951


def test_fine_tuning_is_a_run_of_its_own(tmp_path: Path) -> None:
    folder = made_up_run(tmp_path)
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    settings["student"]["fine_tuning"] = {"epochs": 16, "patience": 0}
    write(folder / "settings.json", settings)
    (folder / "student" / "fine-tuning").mkdir()
    write(folder / "student" / "fine-tuning" / "log.jsonl", {"epoch": 1, "loss": 0.5})
    record = read_run(folder)
    assert record.fine_tuning is not None
    assert (record.fine_tuning.name, record.fine_tuning.epochs) == ("fine-tuning", 16)
    assert record.fine_tuning.lines == ({"epoch": 1, "loss": 0.5},)
    assert [network.name for network in record.networks][:2] == ["student", "fine-tuning"]
    assert "<h3>Fine-tuning</h3>" in report_page(record, record.missing, [], [], {}, [])


def test_a_run_that_has_just_begun_tells_what_is_missing(tmp_path: Path) -> None:
    (tmp_path / "student").mkdir()
    (tmp_path / "student" / "log.jsonl").write_text('{"epoch": 1, "loss": 2.5}\n{"epoch": 2, "lo', "utf-8")
    record = read_run(tmp_path)
    assert record.student is not None
    assert record.student.lines == ({"epoch": 1, "loss": 2.5},)
    assert (record.student.epochs, record.student.patience) == (None, 0)
    assert (record.teaching, record.parity, record.teachers) == (None, None, ())
    assert [sentence.split()[0] for sentence in record.missing] == ["settings.json", "quantisation.json"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("settings.json", '{"corpus": '),
        ("settings.json", "7"),
        ("student/log.jsonl", ""),
        ("student/log.jsonl", '{"loss": 1}\n'),
        ("student/log.jsonl", '{"epoch": "one"}\n'),
        ("teachers/0-plain/log.jsonl", "[1]\n"),
        ("teachers/teaching.json", "[]"),
        ("teachers/teaching.json", '{"members": ["a"], "weights": [], "temperatures": []}'),
        ("teachers/teaching.json", '{"members": 3}'),
        ("quantisation.json", "{}"),
        ("quantisation.json", '{"parity_on_calibrate": {"int8": {"pictures": 1}}}'),
        ("quantisation.json", "\0"),
    ],
)
def test_a_damaged_file_is_told_and_the_rest_is_read(file: str, text: str, tmp_path: Path) -> None:
    made_up_run(tmp_path)
    (tmp_path / file).write_text(text, encoding="utf-8")
    record = read_run(tmp_path)
    (told,) = record.missing
    assert told.startswith(Path(file).name) or told.startswith(f"{Path(file).parent.name}/log.jsonl")
    found = [record.settings, record.student, record.teaching, record.parity, len(record.teachers) == 2]
    assert sum(map(bool, found)) == 4


def test_a_log_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    made_up_run(tmp_path)
    (tmp_path / "student" / "log.jsonl").unlink()
    (tmp_path / "student" / "log.jsonl").mkdir()
    assert read_run(tmp_path).student is None


def test_teaching_with_lists_of_several_lengths_is_refused(tmp_path: Path) -> None:
    made_up_run(tmp_path)
    path = tmp_path / "teachers" / "teaching.json"
    write(path, json.loads(path.read_text(encoding="utf-8")) | {"weights": [1.0]})
    record = read_run(tmp_path)
    assert record.teaching is None
    assert "several lengths" in record.missing[0]


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_figure_that_is_no_number_is_left_out_and_its_epoch_told(value: float, tmp_path: Path) -> None:
    lines: list[dict[str, Any]] = [
        {"epoch": 1, "loss": 1.0}, {"epoch": 2, "loss": value}, {"epoch": 3, "loss": value, "note": "x"},
    ]  # fmt: skip
    student = read_run(made_up_run(tmp_path, lines)).student
    assert student is not None
    assert student.diverged == 2
    assert student.lines == ({"epoch": 1, "loss": 1.0}, {"epoch": 2}, {"epoch": 3})


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(SourceError, match=r"holds no training run.*hybrid-logo train student --run"):
            read_run(folder)
