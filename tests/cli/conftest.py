"""The command line with a classifier that answers from file names."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The class of the fake classifier, which the commands then use."""
    monkeypatch.syspath_prepend(HERE)
    from fake_classifier import FakeClassifier

    from hybrid_logo.cli import options

    monkeypatch.setattr(options, "make_classifier", lambda *_, **__: FakeClassifier())
    return FakeClassifier


@pytest.fixture
def run(capfdbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Ran]:
    """Call the command line in this process."""
    from hybrid_logo.cli import main

    def call(*words: str | Path) -> Ran:
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words], prog_name="hybrid-logo")
        code = ended.value.code
        assert code is None or isinstance(code, int)
        captured = capfdbinary.readouterr()
        return Ran(code or 0, captured.out.decode(), captured.err.decode())

    return call


def environment(**settings: str) -> dict[str, str]:
    """For a process of its own, free of what the terminal of the tester sets."""
    unwanted = {"NO_COLOR", "FORCE_COLOR", "TERM", "LC_ALL", "LANG", "LC_CTYPE", "HYBRID_LOGO_MODEL"}
    kept = {name: value for name, value in os.environ.items() if name not in unwanted}
    return kept | {"PYTHONPATH": str(ROOT), "TERM": "xterm"} | settings


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start the command line with the fake classifier as a process of its own.

    ``settings`` are added to its environment; ``redirect`` is what a shell says about its streams.
    """
    started: list[subprocess.Popen[bytes]] = []

    def begin(
        *words: str | bytes | Path, settings: dict[str, str] | None = None, redirect: str = "", **how: Any
    ) -> subprocess.Popen[bytes]:
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        process = subprocess.Popen(
            ["sh", "-c", f'exec "$0" "$@" {redirect}', sys.executable, HERE / "fake_program.py", *words],
            env=environment(**(settings or {})),
            **(streams | how),
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.wait(timeout=60)
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


@pytest.fixture
def logos(tmp_path: Path) -> Path:
    """A folder with three pictures, one of them broken, and things to leave out."""
    folder = tmp_path / "logos"
    (folder / "more").mkdir(parents=True)
    for name in ("a.png", "broken.jpg", "more/ccc.gif", "vector.svg", "notes.txt"):
        (folder / name).touch()
    return folder
