"""``hybrid-logo convert`` with a converter that answers from file names."""

from __future__ import annotations

import errno
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hybrid_logo.errors import ConversionError, MissingExtraError
from hybrid_logo.image import read_file
from hybrid_logo.types import LABELS, DecidedBy, Prediction
from hybrid_logo.vectorize.converter import Conversion
from hybrid_logo.vectorize.quality.measured import Quality
from hybrid_logo.vectorize.strategies import STRATEGIES

Run = Callable[..., Any]


class FakeConverter:
    """Converts by the length of the name; ``bad`` in it fails, ``lack`` misses the extra."""

    made: list[FakeConverter]
    seconds = 0.0

    def __init__(self, classifier: Any, *, time_limit_s: float, memory_limit_bytes: int) -> None:
        self.limits = time_limit_s, memory_limit_bytes
        self.converted: list[str] = []
        self.closed = self.busy = False
        self.made.append(self)

    def __enter__(self) -> FakeConverter:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.closed = True

    def convert(self, path: str) -> Conversion:
        assert not self.busy, "one picture at a time"
        self.busy = True
        try:
            read_file(path)
            time.sleep(self.seconds / (1 + len(self.converted)))
            if "bad" in os.path.basename(path):
                raise ConversionError("it took too long: make it smaller.")
            if "lack" in os.path.basename(path):
                raise MissingExtraError("install it")
            self.converted.append(path)
        finally:
            self.busy = False
        label = LABELS[len(os.path.basename(path)) % 4]
        scores: Any = tuple(0.91 if name == label else 0.03 for name in LABELS)
        said = Prediction(label, 0.91, True, scores, DecidedBy.RULES, "because")
        svg = f"<svg>{os.path.basename(path)}</svg>\n"
        return Conversion(svg, said, STRATEGIES[label], Quality(0.5, 0.2, 0.9, 0.1, len(svg), 1))


@pytest.fixture(autouse=True)
def converters(monkeypatch: pytest.MonkeyPatch) -> list[FakeConverter]:
    from hybrid_logo.cli import options
    from hybrid_logo.vectorize import running

    FakeConverter.made, FakeConverter.seconds = [], 0.0
    bundle = SimpleNamespace(name="fake", router=SimpleNamespace(changed=()))
    monkeypatch.setattr(options, "make_classifier", lambda *_, **__: SimpleNamespace(bundle=bundle))
    monkeypatch.setattr(running, "Converter", FakeConverter)
    return FakeConverter.made


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "logos"
    (folder / "more").mkdir(parents=True)
    for name in ("a.png", "bb.jpg", "more/ccc.gif", "vector.svg"):
        (folder / name).write_bytes(b"picture")
    return folder


def written(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()
    }


ALL = {"a.svg": "<svg>a.png</svg>\n", "bb.svg": "<svg>bb.jpg</svg>\n", "more/ccc.svg": "<svg>ccc.gif</svg>\n"}


def test_a_folder_is_converted_into_another(run: Run, pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    ran = run("convert", pictures, "--out", out)
    assert (ran.code, written(out)) == (0, ALL)
    assert [line.split(" -> ")[1] for line in ran.out.splitlines()] == [str(out / name) for name in ALL]
    assert ran.err.startswith("3 pictures: 1 complex, 1 gradient, 1 text; ")


def test_a_bad_picture_is_a_result_and_the_others_go_on(run: Run, pictures: Path, tmp_path: Path) -> None:
    (pictures / "b-bad.png").write_bytes(b"picture")
    ran = run("convert", pictures, pictures / "gone.png", "--out", tmp_path / "out", "--format", "jsonl")
    results = {Path(line["path"]).name: line for line in map(json.loads, ran.out.splitlines())}
    assert ran.code == 1
    assert results["b-bad.png"]["error"]["kind"] == "conversion"
    assert results["gone.png"]["error"]["kind"] == "unreadable"
    assert results["a.png"]["status"] == "ok"
    assert results["a.png"]["output"] == str(tmp_path / "out" / "a.svg")
    assert written(tmp_path / "out") == ALL
    assert "2 failed" in ran.err


def test_what_is_there_is_not_overwritten(run: Run, pictures: Path, tmp_path: Path, converters: Any) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "bb.svg").write_text("mine")
    ran = run("convert", pictures, "--out", out)
    assert (ran.code, written(out), converters) == (2, {"bb.svg": "mine"}, [])
    assert "--force" in ran.err
    assert "--resume" in ran.err


def test_resume_leaves_what_is_there(run: Run, pictures: Path, tmp_path: Path, converters: Any) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "bb.svg").write_text("mine")
    ran = run("convert", pictures, "--out", out, "--resume")
    assert (ran.code, written(out)) == (0, ALL | {"bb.svg": "mine"})
    assert "1 were there already" in ran.err
    assert [Path(name).name for name in converters[0].converted] == ["a.png", "ccc.gif"]
    assert run("convert", pictures, "--out", out, "--resume").code == 0


def test_force_replaces(run: Run, pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "bb.svg").write_text("old")
    assert run("convert", pictures, "--out", out, "--force").code == 0
    assert written(out) == ALL


def test_names_that_clash_are_told_before_any_work(run: Run, tmp_path: Path, converters: Any) -> None:
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.png").write_bytes(b"picture")
    ran = run("convert", tmp_path / "x", tmp_path / "y", "--out", tmp_path / "out")
    assert (ran.code, converters) == (2, [])
    assert "would both become" in ran.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("workers", [1, 3])
def test_workers_keep_the_order(run: Run, tmp_path: Path, converters: Any, workers: int) -> None:
    FakeConverter.seconds = 0.03
    for number in range(12):
        (tmp_path / f"{number:02}.png").write_bytes(b"picture")
    ran = run("convert", tmp_path, "--out", tmp_path / "out", "--workers", workers, "--format", "jsonl")
    assert [Path(json.loads(line)["path"]).name for line in ran.out.splitlines()] == [
        f"{number:02}.png" for number in range(12)
    ]
    assert len(converters) == workers
    assert all(made.closed and made.converted for made in converters)
    assert threading.active_count() < 10


def test_limits_are_passed_on(run: Run, pictures: Path, tmp_path: Path, converters: Any) -> None:
    run("convert", pictures, "--out", tmp_path / "out", "--time-limit", "2.5", "--memory-limit", "1024")
    assert converters[0].limits == (2.5, 2**30)


def test_a_report_shows_every_picture(run: Run, pictures: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    (pictures / "b-bad.png").write_bytes(b"picture")
    assert run("convert", pictures, "--out", tmp_path / "out", "--report", report).code == 1
    html = report.read_text()
    assert html.count('<section class="row">') == 4
    assert "it took too long" in html
    assert html.endswith("</html>\n")


@pytest.mark.parametrize(
    "words",
    [
        ["--out", "{out}"],
        ["{in}"],
        ["-", "--out", "{out}"],
        ["{in}", "--out", "{out}", "--force", "--resume"],
        ["{in}", "--out", "{out}", "--workers", "0"],
        ["{in}", "--out", "{out}", "--time-limit", "0"],
        ["{empty}", "--out", "{out}"],
        ["{in}", "--out", "{file}"],
        ["{in}", "--out", "{file}/below"],
        ["{in}", "--out", "{out}", "--report", "{empty}"],
    ],
)
def test_wrong_usage_ends_with_2(run: Run, pictures: Path, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    places = {name: tmp_path / name for name in ("out", "empty", "file")} | {"in": pictures}
    ran = run("convert", *(word.format(**places) for word in words))
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert "Error" in ran.err
    assert not list(tmp_path.rglob("*.tmp"))


def test_a_missing_extra_is_no_fault_of_a_picture(run: Run, pictures: Path, tmp_path: Path) -> None:
    (pictures / "lack.png").write_bytes(b"picture")
    ran = run("convert", pictures, "--out", tmp_path / "out")
    assert ran.code == 2
    assert "install it" in ran.err


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_takes_nothing_ends_the_run(
    run: Run, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    real = os.fsync
    calls = []

    def fail(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(number, os.strerror(number))
        real(handle)

    monkeypatch.setattr(os, "fsync", fail)
    ran = run("convert", pictures, "--out", tmp_path / "out")
    assert ran.code == 2
    assert "cannot use" in ran.err
    assert written(tmp_path / "out")["a.svg"] == ALL["a.svg"]
    assert not list(tmp_path.rglob("*.tmp"))


def test_the_same_picture_named_twice_is_converted_once(
    run: Run, pictures: Path, tmp_path: Path, converters: Any
) -> None:
    assert run("convert", pictures / "a.png", pictures / "a.png", "--out", tmp_path / "out").code == 0
    assert len(converters[0].converted) == 1
