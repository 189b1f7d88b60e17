"""``hybrid-logo classify`` in this process: inputs, formats, exit codes, resuming."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo.errors import UnreadableError
from hybrid_logo.report import FORMATS
from hybrid_logo.types import FileResult

Run = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("fake")


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def give(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return give


def paths(ran: Any) -> list[str]:
    """Of a run with --format jsonl."""
    return [json.loads(line)["path"] for line in ran.out.splitlines()]


def expected(fake: Any, *names: Path) -> list[dict[str, Any]]:
    return [fake().answer(str(name)).to_dict() for name in names]


def test_a_folder_is_answered_in_order_in_every_format(run: Run, fake: Any, logos: Path) -> None:
    results = expected(fake, logos / "a.png", logos / "broken.jpg", logos / "more" / "ccc.gif")
    outs = {}
    for name in FORMATS:
        ran = run("classify", logos, "--format", name)
        assert ran.code == 1
        outs[name] = ran.out
    assert json.loads(outs["json"]) == results
    assert [json.loads(line) for line in outs["jsonl"].splitlines()] == results
    labels = [result.get("label", "error") for result in results]
    assert outs["label"].splitlines() == labels
    assert [line.split()[0] for line in outs["human"].splitlines()] == labels
    rows = list(csv.DictReader(io.StringIO(outs["csv"])))
    assert [row["path"] for row in rows] == [result["path"] for result in results]
    assert [row["label"] or "error" for row in rows] == labels


def test_exit_code_0_when_all_are_answered(run: Run, logos: Path) -> None:
    ran = run("classify", logos / "a.png")
    assert ran.code == 0
    assert ran.out.endswith(f"{logos / 'a.png'}\n")


def test_summary_is_one_line_on_standard_error(run: Run, logos: Path) -> None:
    ran = run("classify", logos)
    (line,) = ran.err.splitlines()
    assert line.startswith("3 pictures: ")
    assert "1 failed" in line
    assert line.endswith("; left out: 1 SVG")
    assert run("classify", logos, "--quiet").err == ""


def test_a_missing_path_is_a_result(run: Run, logos: Path) -> None:
    ran = run("classify", logos / "none.png", logos / "a.png", "--format", "json")
    assert ran.code == 1
    missing, found = json.loads(ran.out)
    assert missing["error"]["kind"] == "unreadable"
    assert found["status"] == "ok"


def test_a_folder_that_cannot_be_listed_is_a_result(
    run: Run, logos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(folder: str) -> None:
        raise PermissionError(13, "Permission denied", folder)

    monkeypatch.setattr(os, "scandir", refuse)
    ran = run("classify", logos, "--format", "json")
    assert ran.code == 1
    assert [result["error"]["kind"] for result in json.loads(ran.out)] == ["unreadable"]


def test_no_recursive(run: Run, logos: Path) -> None:
    ran = run("classify", logos, "--no-recursive", "--format", "jsonl")
    assert paths(ran) == [str(logos / "a.png"), str(logos / "broken.jpg")]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "--files-from"),
        (["{}/empty"], "no picture found"),
        (["{}/vectors"], "left out: 1 SVG"),
        (["{}/empty", "--format", "json"], "no picture found"),
        (["-", "-"], "only once"),
        (["-", "--files-from", "-"], "only once"),
        (["--files-from", "{}/missing.txt"], "missing.txt"),
        (["--files-from", "{}/nothing.txt"], "no picture found"),
        (["--null", "a.png"], "--files-from"),
        (["a.png", "--format", "xml"], "xml"),
        (["a.png", "--mode", "magic"], "magic"),
        (["a.png", "--workers", "0"], "--workers"),
        (["a.png", "--max-pixels", "0"], "--max-pixels"),
        (["a.png", "--resume"], "--format jsonl"),
        (["a.png", "--resume", "--format", "jsonl"], "--output"),
        (["a.png", "--resume", "--format", "json", "--output", "{}/o"], "--format jsonl"),
        (["-", "--resume", "--format", "jsonl", "--output", "{}/o"], "standard input"),
        (["a.png", "--explain", "--format", "label"], "--explain"),
        (["a.png", "--output", "{}/empty"], "is a folder"),
        (["a.png", "--output", "{}/missing/o"], "No such file"),
        (["a.png", "--output", "-", "--format", "jsonl", "--resume"], "--output"),
        (["a.png", "--nonsense"], "--nonsense"),
    ],
)
def test_wrong_usage_is_told_and_ends_with_2(run: Run, tmp_path: Path, words: list[str], told: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "vectors").mkdir()
    (tmp_path / "vectors" / "a.svg").touch()
    (tmp_path / "nothing.txt").touch()
    before = sorted(os.listdir(tmp_path))
    ran = run("classify", *(word.format(tmp_path) for word in words))
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "Traceback" not in ran.err
    assert sorted(os.listdir(tmp_path)) == before


def test_dash_reads_one_picture_from_standard_input(
    run: Run, standard_input: Callable[[bytes], None], logos: Path
) -> None:
    standard_input(b"12345")
    ran = run("classify", logos / "a.png", "-", "--format", "jsonl")
    assert ran.code == 0
    assert paths(ran) == [str(logos / "a.png"), "-"]
    assert json.loads(ran.out.splitlines()[1])["label"] == "text"


def test_no_more_is_read_from_standard_input_than_shows_that_it_is_too_much(
    run: Run, fake: Any, standard_input: Callable[[bytes], None]
) -> None:
    """The fake labels by length: 8 bytes give the first type, all 10 would give the third."""
    standard_input(b"1234567890")
    ran = run("classify", "-", "--max-bytes", "7", "--format", "label")
    assert ran.out == "simple\n"


@pytest.mark.parametrize("null", [False, True])
@pytest.mark.parametrize("from_input", [False, True])
def test_files_from(
    run: Run, standard_input: Callable[[bytes], None], logos: Path, null: bool, from_input: bool
) -> None:
    names = [str(logos / "more"), str(logos / "a.png")]
    data = "".join(name + ("\0" if null else "\n") for name in names).encode()
    listed = logos / "list"
    listed.write_bytes(data)
    standard_input(data)
    words = ["--files-from", "-" if from_input else listed, *(["--null"] if null else [])]
    ran = run("classify", logos / "a.png", *words, "--format", "jsonl")
    assert ran.code == 0
    assert paths(ran) == [str(logos / name) for name in ("a.png", "more/ccc.gif", "a.png")]


def test_a_dash_in_a_list_is_a_file(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("-").touch()
    Path("list").write_text("-\n")
    assert paths(run("classify", "--files-from", "list", "--format", "jsonl")) == ["./-"]


def test_a_picture_given_as_a_list_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "big.png").write_bytes(b"x" * 300_000)
    ran = run("classify", "--files-from", tmp_path / "big.png")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Error: ")


def test_output_goes_to_a_file(run: Run, logos: Path, tmp_path: Path) -> None:
    to_screen = run("classify", logos, "--format", "csv")
    to_file = run("classify", logos, "--format", "csv", "--output", tmp_path / "out.csv")
    assert (to_file.code, to_file.out) == (1, "")
    assert (tmp_path / "out.csv").read_text() == to_screen.out


def test_output_dash_is_standard_output(run: Run, logos: Path) -> None:
    assert run("classify", logos, "--output", "-").out == run("classify", logos).out != ""


def test_explain_is_for_people(run: Run, logos: Path) -> None:
    plain = run("classify", logos / "a.png").out
    explained = run("classify", logos / "a.png", "--explain").out
    assert explained.startswith(plain)
    assert "ramp_share    +2.10" in explained
    assert (
        run("classify", logos, "--explain", "--format", "json").out
        == run("classify", logos, "--format", "json").out
    )


def test_two_workers_answer_as_one(run: Run, tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{'broken-' * (number % 7 == 0)}{'x' * (number % 4)}-{number}.png").touch()
    (tmp_path / "pipe").mkdir()
    os.mkfifo(tmp_path / "pipe" / "a.png")
    one, two = (run("classify", tmp_path, "--format", "csv", "--workers", n) for n in "12")
    assert (one.code, one.out) == (two.code, two.out)
    assert one.out.count("\n") == 102


def resume(run: Run, output: Path, *words: object) -> Any:
    return run("classify", *words, "--format", "jsonl", "--output", output, "--resume")


def test_resume_begins_a_file_and_then_adds_what_is_new(run: Run, logos: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    assert resume(run, output, logos / "a.png").code == 0
    first = output.read_text()
    ran = resume(run, output, logos)
    assert ran.code == 1
    assert "1 were there already" in ran.err
    assert output.read_text().startswith(first)
    assert output.read_text() == run("classify", logos, "--format", "jsonl").out


def test_resume_mends_a_torn_line(run: Run, logos: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    whole = run("classify", logos, "--format", "jsonl").out
    for size in range(0, len(whole), 101):
        output.write_text(whole[:size])
        resume(run, output, logos)
        assert output.read_text() == whole


def test_resume_with_nothing_left_tells_of_earlier_failures(run: Run, logos: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    resume(run, output, logos)
    before = output.read_text()
    ran = resume(run, output, logos)
    assert ran.code == 1
    assert "0 pictures" in ran.err
    assert "3 were there already, 1 of them failed" in ran.err
    assert output.read_text() == before


def test_resume_knows_folders_that_failed(
    run: Run, logos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out.jsonl"
    failed = FileResult.from_error(str(logos), UnreadableError("closed: open it"))
    output.write_text(json.dumps(failed.to_dict()) + "\n")
    monkeypatch.setattr("hybrid_logo.cli.classify.Scan.__iter__", lambda _: iter((failed,)))
    before = output.read_text()
    assert resume(run, output, logos).code == 1
    assert output.read_text() == before


def test_resume_does_not_mix_models(run: Run, fake: Any, logos: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    result = expected(fake, logos / "a.png")[0] | {"model": "older-0.9"}
    output.write_text(json.dumps(result) + "\n")
    before = output.read_text()
    ran = resume(run, output, logos)
    assert (ran.code, output.read_text()) == (2, before)
    assert "--model older-0.9" in ran.err


def test_resume_refuses_a_file_of_something_else(run: Run, logos: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("my notes\n")
    ran = resume(run, output, logos)
    assert (ran.code, output.read_text()) == (2, "my notes\n")
    assert "line 1" in ran.err


def test_a_write_that_fails_half_way_keeps_the_file_of_before(
    run: Run, logos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "out.csv"
    output.write_text("before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("hybrid_logo.output.os.write", full)
    ran = run("classify", logos, "--format", "csv", "--output", output)
    monkeypatch.undo()
    assert (ran.code, output.read_text()) == (2, "before")
    assert "No space left" in ran.err
    assert sorted(os.listdir(tmp_path)) == ["logos", "out.csv"]
