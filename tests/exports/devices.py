"""What the tests of the examples in exports/ share: a model, pictures, and what Python says about them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from hybrid_logo import HybridClassifier
from hybrid_logo.export.pictures import drawn_logo
from hybrid_logo.image import decode
from tests.export.graph.kinds_of_pictures import answerable, refused

EXPORTS = Path(__file__).parents[2] / "exports"
ANSWERED = 100
LARGEST_GAP = 1e-4
"""Of a probability. Python rounds the points of its evidence, the graph does not."""


@dataclass(frozen=True, slots=True)
class Pictures:
    """PNG files, and the results of the released model for each, as ``hybrid-logo classify`` gives them."""

    paths: Sequence[Path]
    expected: Sequence[dict[str, Any]]


def png_pictures(folder: Path) -> Pictures:
    """``ANSWERED`` drawn pictures of every kind that can be answered, and some of those that cannot."""
    random = np.random.default_rng(1)
    drawn = [pixels for _, pixels in answerable()]
    while len(drawn) < ANSWERED:
        drawn.append(cv2.cvtColor(decode(drawn_logo(random)).pixels, cv2.COLOR_BGR2RGB))
    small = [pixels for _, pixels in refused() if pixels.size < 2**20]
    paths = []
    for place, pixels in enumerate([*drawn[:ANSWERED], *small]):
        stored = pixels[..., [2, 1, 0, 3]] if pixels.shape[2] == 4 else pixels[..., ::-1]
        paths.append(folder / f"{place:03}.png")
        assert cv2.imwrite(str(paths[-1]), np.ascontiguousarray(stored))
    classifier = HybridClassifier(precision="int8")
    expected = [result.to_dict() for result in classifier.classify_many(paths)]
    assert sum(result["status"] == "ok" for result in expected) == ANSWERED
    assert {result["decided_by"] for result in expected[:ANSWERED]} == {"rules", "both"}
    return Pictures(paths, expected)


def assert_same(expected: Sequence[dict[str, Any]], told: Sequence[dict[str, Any]]) -> None:
    """A device says what Python says."""
    assert len(told) == len(expected)
    for here, there in zip(expected, told, strict=True):
        assert there["status"] == here["status"], (here, there)
        if here["status"] == "error":
            assert there["error"]["kind"] == here["error"]["kind"], (here, there)
            continue
        assert (there["label"], there["decided_by"]) == (here["label"], here["decided_by"]), (here, there)
        assert there["probabilities"] == pytest.approx(here["probabilities"], abs=LARGEST_GAP)
        assert there["confidence"] == pytest.approx(here["confidence"], abs=LARGEST_GAP)


def program(name: str, package: str) -> str:
    """The path of a program, or a skipped test, which is a failure under CI."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is needed. Install it: apt-get install {package}")
    return found


def run(
    command: Sequence[str | Path], folder: Path, *, code: int = 0, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run a command, which must end with ``code``."""
    done = subprocess.run(
        [*map(str, command)], cwd=folder, capture_output=True, text=True, timeout=timeout, check=False
    )
    assert done.returncode == code, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done


def results(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    """The JSON lines that a program has printed."""
    return [json.loads(line) for line in done.stdout.splitlines()]
