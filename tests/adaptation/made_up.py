"""Answers of an imagined model about pictures of types that only its measurements tell apart."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from hybrid_logo.features import NAMES
from hybrid_logo.types import LABELS, DecidedBy, Prediction

MODEL = "imagined-1.0"


def answer(values: Any, scores: tuple[float, ...] = (0.4, 0.3, 0.2, 0.1), model: str = MODEL) -> Prediction:
    best = int(np.argmax(scores))
    return Prediction(
        LABELS[best],
        confidence=scores[best],
        certain=False,
        scores=scores,  # type: ignore[arg-type]
        decided_by=DecidedBy.BOTH,
        reason="",
        model=model,
        measurements=tuple(map(float, values)),
    )


def pictures(counts: dict[str, int], seed: int = 0, apart: float = 3.0) -> tuple[list[Prediction], list[str]]:
    """Answers and types: each type lies ``apart`` along a measurement of its own, among noise."""
    random = np.random.default_rng(seed)
    answers, types = [], []
    for number, (name, count) in enumerate(sorted(counts.items())):
        for _ in range(count):
            values = random.normal(50.0, 10.0, len(NAMES))
            values[number] += 10.0 * apart
            answers.append(answer(values))
            types.append(name)
    return answers, types


def bundle(name: str = MODEL, **files: str) -> Any:
    """A release that has seen 30-70 of each measurement."""
    held = {"rules.json": "a" * 64, "student-int8.onnx": "b" * 64} | files
    return SimpleNamespace(
        name=name,
        manifest={"files": {key: {"sha256": value} for key, value in held.items()}},
        scorecard=SimpleNamespace(ranges=[SimpleNamespace(seen=(30.0, 70.0)) for _ in NAMES]),
    )
