"""Copies of a split as files."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from hybrid_logo.evaluation.pictures.datasets import read_dataset
from hybrid_logo.training.copies import TABLE, write_copies
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.rendering import master_path
from hybrid_logo.types import LogoType


@pytest.fixture
def logos(tmp_path: Path) -> list[LabelledLogo]:
    """Two logos whose masters lie in a cache."""
    drawn = []
    for name, color in (("disc", (200, 30, 40, 255)), ("ring", (20, 90, 180, 255))):
        logo = LabelledLogo(
            "skill-icons",
            name,
            LogoType.SIMPLE,
            frozenset({LogoType.SIMPLE, LogoType.TEXT}),
            False,
            name,
            "test",
        )
        master = np.zeros((200, 260, 4), np.uint8)
        cv2.circle(master, (130, 100), 80, color, -1 if name == "disc" else 20)
        path = master_path(logo, tmp_path / "cache")
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), master)
        drawn.append(logo)
    return drawn


def test_copies_are_the_same_for_a_seed_and_differ_for_another(
    logos: list[LabelledLogo], tmp_path: Path
) -> None:
    contents = []
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        assert write_copies(logos, tmp_path / folder, seed, 2, tmp_path / "cache") == 6
        with (tmp_path / folder / TABLE).open(newline="") as file:
            names = [row["path"] for row in csv.DictReader(file)]
        contents.append([(tmp_path / folder / name).read_bytes() for name in names])
    first, again, other = contents
    assert first == again
    assert [a == b for a, b in zip(first, other, strict=True)] == [True, False, False, True, False, False]


def test_the_benchmark_reads_what_was_written(logos: list[LabelledLogo], tmp_path: Path) -> None:
    write_copies(logos, tmp_path / "out", 0, 1, tmp_path / "cache")
    dataset = read_dataset(tmp_path / "out" / TABLE, 0)
    assert [case.cluster for case in dataset.cases] == ["disc", "disc", "ring", "ring"]
    assert {case.accepted for case in dataset.cases} == {frozenset({LogoType.SIMPLE, LogoType.TEXT})}
