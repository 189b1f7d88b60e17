"""Rules, neural and hybrid on the same labelled pictures: one JSON-ready result per dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np

from hybrid_logo.evaluation.datasets import Dataset
from hybrid_logo.evaluation.metrics import (
    calibration_error,
    class_figures,
    confusion_matrix,
    paired_difference,
    reliability_bins,
    risk_coverage,
    share,
    three_accuracies,
)
from hybrid_logo.types import LABELS, DecidedBy, FileResult, Mode, Prediction

__all__ = ["SCHEMA", "Classifier", "Measured", "describe", "measure"]

SCHEMA = 1
TARGET_RISKS = (0.01, 0.02, 0.03)
CURVE_POINTS = 50


class Classifier(Protocol):
    """What is asked of a classifier here; ``HybridClassifier`` has it."""

    def classify_many(self, sources: Iterable[Any], batch_size: int = 32) -> Iterator[FileResult]:
        """One result per source, in order."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one dataset, and the answers that they come from.

    Attributes:
        figures: JSON-ready.
        answers: per mode, one prediction per picture; None where there was none.
    """

    figures: dict[str, Any]
    answers: dict[Mode, list[Prediction | None]]


def measure(
    dataset: Dataset,
    classifiers: Mapping[Mode, Classifier],
    advance: Callable[[], object] = lambda: None,
) -> Measured:
    """Answer every picture in every mode and count.

    Args:
        dataset: at least one labelled picture.
        classifiers: per mode to measure.
        advance: called after each answer.
    """
    answers: dict[Mode, list[Prediction | None]] = {}
    modes: dict[str, Any] = {}
    for mode, classifier in classifiers.items():
        results = []
        for result in classifier.classify_many(case.source for case in dataset.cases):
            results.append(result)
            advance()
        answers[mode] = [result.prediction for result in results]
        modes[mode.value] = _mode_figures(dataset, results)
    figures: dict[str, Any] = {
        "modes": modes,
        "differences": _differences(dataset, answers),
        "rules_alone": _selective(dataset, answers),
        "mistakes": _mistakes(dataset, answers),
    }
    return Measured(figures, answers)


def describe(dataset: Dataset) -> dict[str, Any]:
    """What was measured on."""
    cases = dataset.cases
    return {
        "name": dataset.name,
        "pictures": len(cases),
        "clusters": len({case.cluster for case in cases}),
        "clear": sum(case.clear for case in cases),
        "labels": {label.value: sum(case.label == label for case in cases) for label in LABELS},
        "labels_from": dataset.labels_from,
        "sha256": dataset.sha256(),
        "seed": dataset.seed,
        "warnings": dataset.warnings,
    }


def _mode_figures(dataset: Dataset, results: Sequence[FileResult]) -> dict[str, Any]:
    answers = [result.prediction for result in results]
    words = _words(answers)
    labels = [case.label.value for case in dataset.cases]
    failures: dict[str, int] = {}
    for result in results:
        if result.error_kind is not None:
            failures[result.error_kind] = failures.get(result.error_kind, 0) + 1
    per_class = class_figures(labels, words, LABELS)
    return {
        **_accuracy_and_calibration(dataset, answers),
        "failed": failures,
        "classes": {
            name: {figure: asdict(value) for figure, value in row.items()} for name, row in per_class.items()
        },
        "confusion": confusion_matrix(labels, words, LABELS).tolist(),
        "decided_by": _by_path(dataset, answers),
    }


def _accuracy_and_calibration(dataset: Dataset, answers: Sequence[Prediction | None]) -> dict[str, Any]:
    """Three accuracies of all pictures; calibration of those that were answered, against the strict label."""
    cases = dataset.cases
    accuracies = three_accuracies(
        [case.label for case in cases],
        [case.accepted for case in cases],
        [case.clear for case in cases],
        [None if answer is None else answer.label for answer in answers],
    )
    answered = [
        (answer.confidence, answer.label == case.label)
        for case, answer in zip(cases, answers, strict=True)
        if answer is not None
    ]
    figures: dict[str, Any] = {name: asdict(value) for name, value in accuracies.items()}
    if answered:
        confidence, right = zip(*answered, strict=True)
        figures["calibration"] = asdict(calibration_error(confidence, right, seed=dataset.seed))
        figures["reliability"] = [asdict(part) for part in reliability_bins(confidence, right)]
    return figures


def _by_path(dataset: Dataset, answers: Sequence[Prediction | None]) -> dict[str, Any]:
    """The same figures for the pictures that each path decided, with its share of all pictures."""
    paths = {}
    for path in DecidedBy:
        taken = [position for position, answer in enumerate(answers) if answer and answer.decided_by == path]
        if not taken:
            continue
        cases = [dataset.cases[position] for position in taken]
        part = Dataset(dataset.name, cases, dataset.labels_from, dataset.seed)
        figures = _accuracy_and_calibration(part, [answers[position] for position in taken])
        del figures["reliability"]
        paths[path.value] = {"coverage": asdict(share(len(taken), len(answers))), **figures}
    return paths


def _differences(dataset: Dataset, answers: Mapping[Mode, Sequence[Prediction | None]]) -> dict[str, Any]:
    """Hybrid minus each other mode on the same pictures, brands drawn as wholes."""
    if Mode.HYBRID not in answers:
        return {}
    clusters = [case.cluster for case in dataset.cases]
    ours = _right(dataset, answers[Mode.HYBRID])
    return {
        f"hybrid - {mode}": {
            name: asdict(paired_difference(ours[name], theirs, clusters, seed=dataset.seed))
            for name, theirs in _right(dataset, answers[mode]).items()
        }
        for mode in answers
        if mode != Mode.HYBRID
    }


def _selective(dataset: Dataset, answers: Mapping[Mode, Sequence[Prediction | None]]) -> dict[str, Any]:
    """How wrong (accepted error) the rules are among the pictures that a score would leave to them.

    Two scores are compared: the router's, which decides, and the rules' own confidence. Coverages are what
    this very sample shows at an observed risk; they are no certificate.
    """
    if Mode.RULES not in answers:
        return {}
    rules = answers[Mode.RULES]
    wrong = [not right for right in _right(dataset, rules)["accepted"]]
    scores = {"confidence": [answer.confidence if answer else 0.0 for answer in rules]}
    if Mode.HYBRID in answers:
        routed = [answer.score if answer else None for answer in answers[Mode.HYBRID]]
        if any(score is not None for score in routed):
            scores["router"] = [0.0 if score is None else score for score in routed]
    figures = {}
    for name, values in scores.items():
        coverage, risk, area = risk_coverage(values, wrong)
        step = max(1, len(risk) // CURVE_POINTS)
        figures[name] = {
            "area": area,
            "coverage_at_observed_risk": {
                str(target): float(coverage[risk <= target].max(initial=0.0)) for target in TARGET_RISKS
            },
            "curve": np.column_stack((coverage, risk))[step - 1 :: step].tolist(),
        }
    return figures


def _mistakes(dataset: Dataset, answers: Mapping[Mode, Sequence[Prediction | None]]) -> list[dict[str, Any]]:
    """Pictures that the hybrid (or else the last mode) got wrong, with every mode's answer."""
    judged = answers.get(Mode.HYBRID) or answers[list(answers)[-1]]
    wrong = [position for position, right in enumerate(_right(dataset, judged)["accepted"]) if not right]
    return [
        {
            "name": dataset.cases[position].name,
            "label": dataset.cases[position].label.value,
            **{mode.value: _words(given)[position] for mode, given in answers.items()},
        }
        for position in wrong
    ]


def _right(dataset: Dataset, answers: Sequence[Prediction | None]) -> dict[str, list[bool]]:
    pairs = list(zip(dataset.cases, answers, strict=True))
    return {
        "strict": [answer is not None and answer.label == case.label for case, answer in pairs],
        "accepted": [answer is not None and answer.label in case.accepted for case, answer in pairs],
    }


def _words(answers: Sequence[Prediction | None]) -> list[str | None]:
    return [None if answer is None else answer.label.value for answer in answers]
