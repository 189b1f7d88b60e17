"""The command line from end to end: the model release of this version and the logos in examples/logos."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_logo import DecidedBy, HybridClassifier, LogoType, Mode, __version__
from hybrid_logo.bundle import find_bundle, read_manifest

ROOT = Path(__file__).parents[2]
LOGOS = sorted(path for path in (ROOT / "examples" / "logos").iterdir() if path.suffix != ".md")


def hybrid_logo(
    *words: str | Path, data: bytes = b"", folder: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("HYBRID_LOGO_MODEL", None)
    ran = subprocess.run(
        [sys.executable, "-m", "hybrid_logo", *words],
        cwd=folder, env=environment, input=data, capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    return subprocess.CompletedProcess(ran.args, ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def untimed(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "time_ms"}


@pytest.fixture(scope="module")
def name() -> str:
    return str(read_manifest(find_bundle())["name"])


@pytest.mark.parametrize("mode", Mode)
def test_a_folder_gets_the_answers_of_the_library(mode: Mode) -> None:
    ran = hybrid_logo("classify", "examples/logos", "--format", "json", "--mode", mode.value)
    assert ran.returncode == 0, ran.stderr
    results = json.loads(ran.stdout)
    paths = [str(path.relative_to(ROOT)) for path in LOGOS]
    assert [result["path"] for result in results] == paths
    library = HybridClassifier(mode).classify_many(LOGOS)
    expected = [
        untimed(result.to_dict()) | {"path": path} for path, result in zip(paths, library, strict=True)
    ]
    assert [untimed(result) for result in results] == expected
    assert all(result["time_ms"] > 0 for result in results)


def test_every_type_is_among_the_answers() -> None:
    labels = hybrid_logo("classify", "examples/logos", "--format", "label").stdout.split()
    assert set(labels) == set(LogoType)


def test_two_workers_answer_as_one() -> None:
    one, two = (
        hybrid_logo("classify", "examples", "--format", "jsonl", "--workers", workers) for workers in "12"
    )
    assert one.returncode == two.returncode == 0
    first, second = ([untimed(json.loads(line)) for line in ran.stdout.splitlines()] for ran in (one, two))
    assert first == second
    assert len(first) == len(LOGOS)


def test_summary_adds_up() -> None:
    ran = hybrid_logo("classify", "examples/logos", "--format", "csv")
    decided = [row["decided_by"] for row in csv.DictReader(io.StringIO(ran.stdout))]
    told = {who: int(count) for count, who in re.findall(r"(\d+) by (\w+)", ran.stderr)}
    assert told == {who.value: decided.count(who) for who in DecidedBy if who in decided}
    assert ran.stderr.startswith(f"{len(LOGOS)} pictures: ")


def test_standard_input_is_answered_like_the_file() -> None:
    ran = hybrid_logo("classify", "-", "--format", "json", data=LOGOS[0].read_bytes())
    (through,) = json.loads(ran.stdout)
    (named,) = json.loads(hybrid_logo("classify", LOGOS[0], "--format", "json").stdout)
    assert untimed(through) == untimed(named) | {"path": "-"}


def test_explain_shows_the_points_of_the_rules() -> None:
    ran = hybrid_logo("classify", LOGOS[0], "--explain")
    prediction = HybridClassifier().classify(LOGOS[0])
    assert prediction.reason in ran.stdout
    points = [
        (feature, float(value))
        for feature, value in re.findall(r"^ {10,}(.*\S) +([+-]\d+\.\d\d)$", ran.stdout, re.M)
    ]
    assert points == [(feature, round(value, 2)) for feature, value in prediction.evidence]


def test_bad_files_are_told_apart_and_the_others_answered(tmp_path: Path) -> None:
    whole = LOGOS[0].read_bytes()
    folder = tmp_path / "in"
    (folder / "x.png").mkdir(parents=True)
    (folder / "x.png" / "inside.png").write_bytes(whole)
    (folder / "empty.png").touch()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "text.jpg").write_text("not a picture")
    (folder / "drawing.png").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (folder / "drawing.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (folder / "wrong-suffix.gif").write_bytes(whole)
    (folder / "dangling.png").symlink_to("nowhere.png")
    (folder / "loop.png").symlink_to("loop.png")
    os.mkfifo(folder / "pipe.png")
    (folder / "again").symlink_to(folder)
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.png")).write_bytes(whole)
    kinds = {
        "empty.png": "empty",
        "cut.png": "corrupt",
        "text.jpg": "unsupported",
        "drawing.png": "vector",
        "dangling.png": "unreadable",
        "loop.png": "unreadable",
        "pipe.png": "unreadable",
    }
    ran = hybrid_logo("classify", folder, folder / "drawing.svg", "--format", "jsonl")
    assert ran.returncode == 1
    results = [json.loads(line) for line in ran.stdout.splitlines()]
    failed = {os.path.basename(r["path"]): r["error"]["kind"] for r in results if r["status"] == "error"}
    assert failed == kinds | {"drawing.svg": "vector"}
    answered = [os.path.relpath(r["path"], folder) for r in results if r["status"] == "ok"]
    assert answered == ["caf\udce9.png", "wrong-suffix.gif", "x.png/inside.png"]
    assert re.fullmatch(r"11 pictures: .*; left out: 1 SVG, 1 linked\n", ran.stderr)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_decoders_do_not_speak_for_themselves(tmp_path: Path, workers: str) -> None:
    """They print on standard error what is wrong with a damaged picture, without its name."""
    for path in LOGOS:
        data = bytearray(path.read_bytes())
        data[len(data) // 2 :: 7] = bytes(len(data[len(data) // 2 :: 7]))
        (tmp_path / path.name).write_bytes(data)
    ran = hybrid_logo("classify", tmp_path, "--workers", workers)
    assert ran.returncode == 1
    assert re.fullmatch(rf"{len(LOGOS)} pictures: .*\n", ran.stderr)
    assert hybrid_logo("classify", tmp_path, "--workers", workers, "--quiet").stderr == ""


@pytest.mark.parametrize(
    ("words", "kind"), [(["--max-pixels", "100"], "too_large"), (["--max-bytes", "100"], "too_large")]
)
@pytest.mark.parametrize("through_input", [False, True])
def test_limits_hold(words: list[str], kind: str, through_input: bool) -> None:
    data = LOGOS[0].read_bytes() if through_input else b""
    ran = hybrid_logo("classify", "-" if through_input else LOGOS[0], *words, "--format", "json", data=data)
    assert ran.returncode == 1
    assert json.loads(ran.stdout)[0]["error"]["kind"] == kind


def test_a_model_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    for path in find_bundle().iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert hybrid_logo("classify", LOGOS[0], "--model", tmp_path).returncode == 0
    with (tmp_path / "rules.json").open("a") as rules:
        rules.write(" ")
    for words in (["classify", LOGOS[0]], ["classify", LOGOS[0], "--workers", "2"], ["rules"]):
        ran = hybrid_logo(*words, "--model", tmp_path)
        assert (ran.returncode, ran.stdout) == (2, "")
        assert re.fullmatch(r"Error: .*rules\.json.*\n", ran.stderr)
    ran = hybrid_logo("check", "--model", tmp_path, "--format", "json")
    assert ran.returncode == 1
    assert "rules.json" in next(f["value"] for f in json.loads(ran.stdout)["findings"] if not f["ok"])


def test_check_passes_here() -> None:
    ran = hybrid_logo("check", "--format", "json")
    assert ran.returncode == 0, ran.stdout
    findings = {finding["name"]: finding["value"] for finding in json.loads(ran.stdout)["findings"]}
    assert {f"self-test {mode.value}" for mode in Mode} <= set(findings)
    assert np.__version__ == findings["numpy"]


def test_version_names_tool_and_model(name: str) -> None:
    ran = hybrid_logo("--version")
    assert (ran.returncode, ran.stdout) == (0, f"hybrid-logo {__version__}, model {name}\n")


def test_rules_are_those_of_the_release() -> None:
    ran = hybrid_logo("rules", "--format", "json")
    assert ran.returncode == 0
    assert json.loads(ran.stdout) == json.loads((find_bundle() / "rules.json").read_text())


def test_rules_are_printed_for_people() -> None:
    ran = hybrid_logo("rules")
    assert ran.returncode == 0
    released = json.loads((find_bundle() / "rules.json").read_text())
    assert sum(line.startswith("┏") for line in ran.stdout.splitlines()) == len(
        released["ranges"] + released["pairs"]
    )


def test_a_run_works_from_any_folder(tmp_path: Path) -> None:
    assert hybrid_logo("classify", LOGOS[0], folder=tmp_path).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("words", [[], ["--workers", "2"]])
def test_memory_does_not_grow_with_the_number_of_pictures(tmp_path: Path, words: list[str]) -> None:
    """Peak of the process that writes the results; 3,000 pictures more may cost 5 MB."""

    def peak(count: int) -> int:
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            os.link(tmp_path / "logo.png", folder / f"{number:05}.png")
        process = subprocess.Popen(
            [sys.executable, "-m", "hybrid_logo", "classify", folder, "--format", "jsonl", "--quiet", *words],
            env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        return used.ru_maxrss // 1024

    (tmp_path / "logo.png").write_bytes(next(p for p in LOGOS if p.suffix == ".png").read_bytes())
    assert peak(3_200) < peak(200) + 5
