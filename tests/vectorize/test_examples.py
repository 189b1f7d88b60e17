"""The example programs that convert; they run as their readers would run them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
LEAF = EXAMPLES / "logos" / "simple-leaf.png"


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / program, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_embed_prints_the_svg() -> None:
    done = run("convert_embed.py", LEAF)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("simple: ")
    assert ElementTree.fromstring(done.stdout).get("viewBox") == "0 0 256 256"


def test_batch_writes_every_svg_and_tells_the_bad_one(tmp_path: Path) -> None:
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    for name in ("a.png", "c.png"):
        shutil.copy(LEAF, source / name)
    (source / "b.png").write_bytes(b"no picture")
    done = run("convert_batch.py", source, target)
    assert (done.returncode, done.stderr) == (1, "")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(result["path"]).name for result in results] == ["a.png", "b.png", "c.png"]
    assert results[1]["error"] == "unsupported"
    assert {path.name for path in target.iterdir()} == {"a.png.svg", "c.png.svg"}


@pytest.mark.parametrize("program", ["convert_embed.py", "convert_batch.py"])
def test_programs_say_how_they_are_called(program: str) -> None:
    done = run(program)
    assert done.returncode == 2
    assert f"python examples/{program}" in done.stderr
