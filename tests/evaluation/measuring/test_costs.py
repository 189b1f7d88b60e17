"""Costs of the release that comes with the package."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hybrid_logo.bundle import student_file
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.evaluation.measuring import costs
from hybrid_logo.evaluation.measuring.costs import measure_costs
from hybrid_logo.evaluation.measuring.throughput import worker_counts
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.types import LogoType, Mode


@pytest.mark.slow
def test_times_memory_and_sizes_of_a_run() -> None:
    cases = []
    for number in range(6):
        pixels = np.full((200, 200, 3), 255, np.uint8)
        cv2.circle(pixels, (100, 100), 20 + 10 * number, (200, 30 * number, 0), -1)
        data = cv2.imencode(".png", pixels)[1].tobytes()
        cases.append(Case(str(number), data, LogoType.SIMPLE, frozenset(LogoType), False, str(number)))
    modes = (Mode.RULES, Mode.NEURAL, Mode.HYBRID)
    classifiers = {mode: HybridClassifier(mode) for mode in modes}
    steps: list[None] = []
    used = next(iter(classifiers.values()))
    found = measure_costs(Dataset("x", cases, "a test", 0), classifiers, None, lambda: steps.append(None))
    assert len(steps) == costs.steps(6, 3)
    times = found["times"]
    assert list(times) == ["decode alone", "decode with checks", "rules without decoding", *modes]
    assert times["rules"]["mean_ms"] > times["rules without decoding"]["mean_ms"] > 0
    assert 0 < times["hybrid"]["without_decoding"]["mean_ms"] < times["hybrid"]["mean_ms"]
    assert list(found["throughput"]) == [*modes]
    assert [row["workers"] for row in found["throughput"]["hybrid"]] == worker_counts()
    cost = found["cost"]
    assert cost["timed_pictures"] == 6
    # A process with numpy, OpenCV and ONNX Runtime; this one holds PyTorch at times, which must not count.
    assert 30 < cost["peak_memory_mb"] < 150
    assert cost["student_mb"] == used.bundle.manifest["files"][student_file(used.precision)]["bytes"] / 1e6
    assert cost["student_mb"] < cost["bundle_mb"]
    assert 0 < cost["import_ms"] < 2000
