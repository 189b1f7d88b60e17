"""One benchmark run on one dataset: answers, special suites, times; and its result as a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybrid_logo.errors import OutputError
from hybrid_logo.evaluation.measuring import benchmark, costs
from hybrid_logo.evaluation.measuring.answers import compact_answers
from hybrid_logo.evaluation.measuring.environment import environment, result_name
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.evaluation.suites.special import SHOWN_ONLY, SPECIAL_SUITES, special_suite
from hybrid_logo.output import open_output
from hybrid_logo.types import Mode, Prediction

if TYPE_CHECKING:
    from hybrid_logo.classifier import HybridClassifier

__all__ = ["Progress", "measure_all", "save_result"]

Progress = Callable[[str, int], AbstractContextManager[Callable[[], object]]]
"""Takes a title and the number of steps; gives what to call after each step."""


def measure_all(
    dataset: Dataset,
    classifiers: Mapping[Mode, HybridClassifier],
    *,
    special: Sequence[str],
    timed: int,
    model: str | None,
    progress: Progress,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
) -> tuple[dict[str, Any], dict[Mode, list[Prediction | None]]]:
    """The JSON-ready result, and the answers behind it.

    Args:
        dataset: at least one labelled picture.
        classifiers: per mode to measure.
        special: names of special suites to run on the same pictures.
        timed: pictures to take times and memory on; 0 for none.
        model: as for ``--model``, for processes that are started.
        progress: shows how far it is.
        settings: name of a special suite -> further arguments that it takes.
    """
    with progress(f"{dataset.name}: answers", len(classifiers) * len(dataset.cases)) as advance:
        measured = benchmark.measure(dataset, classifiers, advance)
    used = next(iter(classifiers.values()))
    result = {
        "schema": benchmark.SCHEMA,
        "model": used.bundle.name,
        "precision": used.precision.value,
        "environment": environment(),
        "dataset": benchmark.describe(dataset),
        **measured.figures,
    }
    for name in special:
        suite, own = special_suite(name), (settings or {}).get(name, {})
        with progress(f"{dataset.name}: {name}", suite.steps(dataset, classifiers, **own)) as advance:
            result[name] = suite.measure(dataset, classifiers, dataset.seed, advance, **own)
    if timed:
        total = costs.steps(min(timed, len(dataset.cases)), len(classifiers))
        with progress(f"{dataset.name}: times", total) as advance:
            result |= costs.measure_costs(dataset.limited(timed), classifiers, model, advance)
    result["answers"] = compact_answers(dataset, measured.answers)
    return result, measured.answers


def save_result(result: Mapping[str, Any], folder: Path) -> Path:
    """Write one result file, named by what was measured: dataset, special suites, day, processor, versions.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made ({error}). Name another folder with --out.") from error
    before = ["artefacts"] if "artefacts" in result else []
    suites = [name for name in SPECIAL_SUITES if name in result]
    measured = "-".join([*before, result["dataset"]["name"], *suites])
    path = folder / result_name(measured, result["environment"], result["precision"])
    with open_output(str(path)) as write:
        write(_json(_rounded(_saved(result))))
    return path


def _saved(result: Mapping[str, Any]) -> dict[str, Any]:
    """The figures alone: what is shown only would make the file large."""
    return {
        key: {name: item for name, item in value.items() if name != SHOWN_ONLY}
        if key in SPECIAL_SUITES
        else value
        for key, value in result.items()
    }


def _json(result: dict[str, Any]) -> str:
    """Indented for people, with one line for each picture's answers."""
    if "artefacts" in result:
        return json.dumps(result, indent=2) + "\n"
    answers = result.pop("answers", [])
    lines = ",\n".join(f"    {json.dumps(row)}" for row in answers)
    return f'{json.dumps(result, indent=2)[:-2]},\n  "answers": [\n{lines}\n  ]\n}}\n'


def _rounded(value: Any) -> Any:
    """Six digits behind the point are more than any figure here is worth."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
