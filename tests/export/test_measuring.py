"""Artefacts side by side, each in a process of its own."""

from __future__ import annotations

import json
import shutil
from functools import partial
from pathlib import Path

import pytest

from hybrid_logo.bundle import read_manifest
from hybrid_logo.errors import HybridLogoError
from hybrid_logo.evaluation.measuring.cold_start import cold_start
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.evaluation.results.artefact_tables import artefact_figures
from hybrid_logo.evaluation.results.figures import load_result
from hybrid_logo.evaluation.running import save_result
from hybrid_logo.evaluation.statistics.metrics import share
from hybrid_logo.export import measuring
from hybrid_logo.export.measuring import artefact_result, measure_artefacts, student_facts
from hybrid_logo.types import LABELS
from tests.export.small_exports import Make, drawn_pictures
from tests.small_release import SIDE


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


def test_rows_and_what_was_skipped(
    make: Make, dataset: Dataset, small_release: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "cold_start", partial(cold_start, repeats=1))
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
    assert own.agreement == made.agreement == share(8, 8)
    assert own.strict == made.strict
    assert made.strict is not None
    assert made.accepted is not None
    assert made.strict.k <= made.accepted.k
    assert (own.target, made.target) == ("", "onnx-int8")
    assert made.size_bytes == whole.stat().st_size < own.size_bytes
    assert 0 < made.median_ms <= made.p95_ms
    assert made.load_ms > 0
    assert 20 < made.memory_mb < 2000
    assert 0.02 < made.cold_start_s < 60
    assert 20 < made.cold_start_memory_mb < 2000
    assert made.pictures == made.asked == 8
    assert made.student == own.student == student_facts(read_manifest(small_release))
    assert (own.release, made.release) == ("small-0.1", "small-0.1")
    path = save_result(artefact_result(dataset, [own, made, skipped]), tmp_path / "results")
    assert path.name.startswith("artefacts-drawn_")
    written = json.loads(path.read_text())
    assert written["model"] == "small-0.1"
    assert [row["strict"]["n"] for row in written["artefacts"][:2]] == [8, 8]
    for told in artefact_figures([load_result(path, ["artefacts"])]), path.read_text():
        assert str(tmp_path) not in told


def test_facts_are_those_of_the_manifest(small_release: Path) -> None:
    manifest = read_manifest(small_release)
    facts = student_facts(manifest)
    assert facts["int8_bytes"] == (small_release / "student-int8.onnx").stat().st_size
    assert (facts["parameters"], facts["multiply_adds"]) == (None, None)
    manifest["quantisation"] = {"network": {"parameters": 7, "multiply_adds": 9}}
    assert student_facts(manifest) == {"side_px": SIDE, **facts, "parameters": 7, "multiply_adds": 9}


def test_a_release_that_cannot_answer_ends_it(dataset: Dataset, tmp_path: Path) -> None:
    with pytest.raises(HybridLogoError, match="no model release"):
        measure_artefacts(dataset, [], str(tmp_path / "none"), lambda: None)
