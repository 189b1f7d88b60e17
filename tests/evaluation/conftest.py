"""A result with every figure, measured once."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from hybrid_logo.evaluation.measuring.answers import compact_answers
from hybrid_logo.evaluation.measuring.benchmark import Measured, describe, measure
from hybrid_logo.evaluation.pictures.datasets import Dataset
from tests.evaluation.table_classifier import many


@pytest.fixture(scope="session")
def many_measured() -> tuple[Dataset, Measured]:
    dataset, classifiers = many()
    return dataset, measure(dataset, classifiers)


@pytest.fixture
def whole_result(many_measured: tuple[Dataset, Measured]) -> dict[str, Any]:
    """As in a result file; may be changed."""
    dataset, measured = many_measured
    times = {"median_ms": 1.0, "p95_ms": 2.0, "mean_ms": 1.25, "ratio_to_decode": 1.0}
    work = {"median_ms": 0.5, "p95_ms": 1.0, "mean_ms": 0.75}
    rate = {"workers": 1, "pictures_per_second": 400.0, "slowest": 390.0, "fastest": 410.0}
    whole = {
        "schema": 1,
        "model": "logo4-test",
        "precision": "int8",
        "environment": {
            "date": "2025-01-31",
            "processor": "Some CPU",
            "cores": 2,
            "versions": {"onnxruntime": "1.20.1", "opencv-python-headless": "4.12.0"},
        },
        "dataset": describe(dataset),
        **measured.figures,
        "times": {
            "decode alone": times,
            "neural": times | {"without_decoding": work},
            "hybrid": times | {"without_decoding": work | {"mean_ms": 0.45}},
        },
        "throughput": {"hybrid": [rate, rate | {"workers": 2, "pictures_per_second": 700.0}]},
        "cost": {"peak_memory_mb": 101.4, "bundle_mb": 5.0, "student_mb": 0.9, "import_ms": 80.0},
        "answers": compact_answers(dataset, measured.answers),
    }
    return deepcopy(whole)
