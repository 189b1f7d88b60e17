"""Artefacts side by side, each in a process of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hybrid_logo.errors import HybridLogoError
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.export.measuring import measure_artefacts
from hybrid_logo.types import LABELS
from tests.export.small_exports import Make, drawn_pictures


@pytest.fixture
def dataset() -> Dataset:
    files = drawn_pictures().files[:8]
    cases = [
        Case(
            str(place),
            data,
            LABELS[place % 4],
            frozenset(LABELS[:2]) | {LABELS[place % 4]},
            False,
            str(place),
        )
        for place, data in enumerate(files)
    ]
    return Dataset("drawn", cases, "their drawing", 0)


def test_rows_and_what_was_skipped(make: Make, dataset: Dataset, small_release: Path, tmp_path: Path) -> None:
    whole = make("onnx-int8").path
    torn = Path(shutil.copy(whole, tmp_path / "torn.onnx"))
    torn.write_bytes(torn.read_bytes()[:-50])
    steps: list[int] = []
    own, made, skipped = measure_artefacts(
        dataset, [whole, torn], str(small_release), lambda: steps.append(1)
    )
    assert len(steps) == 3
    assert (own.name, made.name, skipped.name) == ("small-0.1", whole.name, "torn.onnx")
    assert "torn.onnx" in skipped.skipped
    assert own.agreement == made.agreement == 1.0
    assert own.strict == made.strict <= made.accepted
    assert made.size_bytes == whole.stat().st_size < own.size_bytes
    assert 0 < made.median_ms <= made.p95_ms
    assert made.load_ms > 0
    assert 20 < made.memory_mb < 2000
    assert made.pictures == made.asked == 8


def test_a_release_that_cannot_answer_ends_it(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(HybridLogoError, match="no model release"):
        measure_artefacts(dataset, [], str(tmp_path / "none"), lambda: None)
