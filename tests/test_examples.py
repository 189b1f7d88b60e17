from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hybrid_logo import LABELS

EXAMPLES = Path(__file__).parents[1] / "examples"
LOGOS = sorted((EXAMPLES / "logos").iterdir())


def run(program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", EXAMPLES / program, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def type_of(path: Path) -> str:
    return path.name.split("-")[0]


def test_all_four_types_are_shown_at_least_four_times() -> None:
    counts = Counter(type_of(path) for path in LOGOS)
    assert set(counts) == {label.value for label in LABELS}
    assert min(counts.values()) >= 4


def test_many_formats_are_shown_and_suffixes_are_true() -> None:
    kinds = set()
    for path in LOGOS:
        with Image.open(path) as picture:
            suffixes = {".jpg": "JPEG", ".tiff": "TIFF"}
            assert picture.format == suffixes.get(path.suffix, path.suffix[1:].upper())
            kinds.add((picture.format, picture.mode))
    assert {
        ("PNG", "RGBA"),
        ("PNG", "RGB"),
        ("PNG", "P"),
        ("JPEG", "RGB"),
        ("WEBP", "RGBA"),
        ("GIF", "P"),
        ("BMP", "P"),
        ("TIFF", "RGB"),
    } <= kinds


@pytest.mark.parametrize("path", LOGOS, ids=lambda path: path.name)
def test_each_logo_is_small(path: Path) -> None:
    assert path.stat().st_size < 30_000


@pytest.mark.slow
def test_logos_are_what_the_program_draws(tmp_path: Path) -> None:
    """Encoders differ between versions, so pixels are compared, and not exactly."""
    done = run("draw_logos.py", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in tmp_path.iterdir()) == [path.name for path in LOGOS]
    for path in LOGOS:
        with Image.open(path) as kept, Image.open(tmp_path / path.name) as drawn:
            assert kept.size == drawn.size
            pixels = [np.asarray(picture.convert("RGBA"), np.int16) for picture in (kept, drawn)]
        assert np.abs(pixels[0] - pixels[1]).mean() < 1.5, path.name


def test_embed_answers_a_picture_from_its_bytes() -> None:
    path = EXAMPLES / "logos" / "gradient-orb.png"
    done = run("embed.py", path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[0] == type_of(path)


def test_embed_says_why_there_is_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "empty.png"
    path.touch()
    done = run("embed.py", path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("empty: ")


def test_batch_answers_every_logo_and_nearly_always_rightly() -> None:
    done = run("batch.py", EXAMPLES / "logos")
    assert (done.returncode, done.stderr) == (0, "")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(result["path"]) for result in results] == LOGOS
    assert all(result["status"] == "ok" for result in results)
    wrong = [result["path"] for result in results if result["label"] != type_of(Path(result["path"]))]
    assert len(wrong) <= 2, wrong


def test_batch_goes_on_after_a_bad_picture(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"no picture")
    (tmp_path / "b.png").write_bytes((EXAMPLES / "logos" / "simple-leaf.png").read_bytes())
    done = run("batch.py", tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    assert [json.loads(line)["status"] for line in done.stdout.splitlines()] == ["error", "ok"]


@pytest.mark.parametrize("program", ["embed.py", "batch.py"])
def test_programs_say_how_they_are_called(program: str) -> None:
    done = run(program)
    assert done.returncode == 2
    assert f"python examples/{program}" in done.stderr
