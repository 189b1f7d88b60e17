"""``hybrid-logo data organize`` with the classifier of the release."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

EXAMPLES = Path(__file__).parents[2] / "examples" / "logos"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example logos."""
    return Path(shutil.copytree(EXAMPLES, tmp_path / "logos"))


def test_a_folder_is_sorted_told_and_corrected(run: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ran = run("data", "organize", folder, out, "--ratios", "2/1/1", "--balance", "--seed", 3, "--review", 5)
    assert (ran.code, ran.err) == (0, "")
    for told in (
        "train",
        "50.0%",
        "Furthest from the ratios",
        "groups of relatives",
        "labels.csv",
        "review.html",
    ):
        assert told in ran.out
    assert (out / "review.html").read_text().count("<fieldset") == 5
    name = (out / "labels.csv").read_text().splitlines()[1].split(",")[6]
    (tmp_path / "c.csv").write_text(f"path,label\n{name},gradient\n")
    ran = run("data", "organize", folder, out, "--corrections", tmp_path / "c.csv")
    assert (ran.code, ran.err) == (0, "")
    assert "1 of them checked by a person" in ran.out
    assert run("benchmark", out / "labels.csv", "--modes", "rules", "--timed", 0).code == 0


def test_the_number_of_processes_changes_nothing(run: Run, folder: Path, tmp_path: Path) -> None:
    found = []
    for workers in (1, 2):
        out = tmp_path / str(workers) / "out"
        assert run("data", "organize", folder, out, "--workers", workers).code == 0
        found.append({path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()})
    assert found[0] == found[1]


def test_a_bad_picture_shows_in_the_exit_code(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "empty.png").touch()
    ran = run("data", "organize", folder, tmp_path / "out")
    assert (ran.code, "rejected.csv: 1 could not be read" in ran.err) == (1, True)
    ran = run("data", "organize", folder, tmp_path / "none", "--dry-run")
    assert (ran.code, "Nothing was written" in ran.out, (tmp_path / "none").exists()) == (1, True, False)


@pytest.mark.parametrize(
    "words", [("--ratios", "70/30"), ("--ratios", "1/1/0"), ("--corrections", "none.csv")]
)
def test_wrong_options_are_one_line_and_write_nothing(
    run: Run, folder: Path, tmp_path: Path, words: tuple[str, str]
) -> None:
    ran = run("data", "organize", folder, tmp_path / "out", *words)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert not (tmp_path / "out").exists()


def test_it_needs_no_training_extra(folder: Path, tmp_path: Path) -> None:
    """Torch and the others are hidden; so is the room that uses them."""
    hidden = ["torch", "onnx", "PIL", "sklearn", "scipy", "resvg_py", "fontTools", "hybrid_logo.training"]
    program = (
        f"import sys; sys.modules.update(dict.fromkeys({hidden!r})); "
        "from hybrid_logo.cli import main; main(sys.argv[1:])"
    )
    words = [sys.executable, "-c", program, "data", "organize", folder, tmp_path / "out"]
    environment = os.environ | {"PYTHONPATH": str(EXAMPLES.parents[1])}
    ran = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    assert (ran.returncode, ran.stderr) == (0, "")
