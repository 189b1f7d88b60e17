"""A special suite as small as can be: it counts the pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.types import Mode

NAME = "counting"


def steps(dataset: Dataset, classifiers: Mapping[Mode, Any]) -> int:
    return len(dataset.cases) * len(classifiers)


def measure(
    dataset: Dataset, classifiers: Mapping[Mode, Any], seed: int, advance: Callable[[], object]
) -> dict[str, Any]:
    for _ in range(steps(dataset, classifiers)):
        advance()
    return {"counted": len(dataset.cases), "modes": [mode.value for mode in classifiers], "seed": seed}


def tables(result: dict[str, Any]) -> list[tuple[list[str], list[list[str]]]]:
    return [(["what", "count"], [["pictures", str(result["counted"])]])]


def notes(result: dict[str, Any]) -> list[str]:
    return [f"Counted {result['counted']} pictures."]


def html_section(result: dict[str, Any]) -> str:
    return f"<p>Counted <em>{result['counted']}</em>.</p>"
