"""``hybrid-logo train report`` writes two files, or says in one line why not."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.training.report.made_up_run import made_up_run

Run = Callable[..., Any]


def test_the_report_lies_in_the_run_or_where_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    folder = made_up_run(tmp_path / "run")
    ran = run("train", "report", "--run", folder)
    assert ran.code == 0, ran.err
    assert ran.out == f"{folder / 'report.html'}\n{folder / 'report.json'}\n"
    ran = run("train", "report", "--run", folder, "--out", tmp_path / "mine.html")
    assert ran.out == f"{tmp_path / 'mine.html'}\n{tmp_path / 'mine.json'}\n"
    assert (tmp_path / "mine.html").read_bytes() == (folder / "report.html").read_bytes()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--out", "report.json"], "must be named FILE.html"),
        (["--out", "report"], "must be named FILE.html"),
        ([], "holds no training run. Name its folder with --run"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(
    words: list[str], told: str, run: Run, tmp_path: Path
) -> None:
    ran = run("train", "report", "--run", tmp_path / "nothing", *words)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "Traceback" not in ran.err
    assert list(tmp_path.iterdir()) == []


def test_a_missing_extra_is_told_with_its_cure(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "hybrid_logo.training.report", None)
    ran = run("train", "report", "--run", tmp_path)
    assert ran.code == 2
    assert "pip install 'hybrid-logo[train]'" in ran.err
