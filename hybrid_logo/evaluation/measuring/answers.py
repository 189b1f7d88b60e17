"""Answers picture by picture, small enough for a result file, so that two runs can be compared in pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.types import Mode, Prediction

__all__ = ["compact_answers"]


def compact_answers(
    dataset: Dataset, answers: Mapping[Mode, Sequence[Prediction | None]]
) -> list[dict[str, Any]]:
    """One JSON-ready row per picture, in the order of the dataset.

    Returns:
        rows of ``name``, ``label``, ``accepted``, ``clear``, ``cluster``, and per mode None or a list of
        label, confidence, path that decided, and the router's score (None where it was not asked).
    """
    return [
        {
            "name": case.name,
            "label": case.label.value,
            "accepted": sorted(label.value for label in case.accepted),
            "clear": case.clear,
            "cluster": case.cluster,
            **{mode.value: _compact(given[position]) for mode, given in answers.items()},
        }
        for position, case in enumerate(dataset.cases)
    ]


def _compact(answer: Prediction | None) -> list[Any] | None:
    if answer is None:
        return None
    return [answer.label.value, answer.confidence, answer.decided_by.value, answer.score]
