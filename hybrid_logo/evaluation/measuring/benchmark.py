"""Rules, neural and hybrid on the same labelled pictures: one JSON-ready result per dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.evaluation.statistics.complementarity import complementarity
from hybrid_logo.evaluation.statistics.metrics import (
    calibration_error,
    class_figures,
    confusion_matrix,
    paired_difference,
    reliability_bins,
    share,
    three_accuracies,
)
from hybrid_logo.evaluation.statistics.selective import compare_scores
from hybrid_logo.types import LABELS, DecidedBy, FileResult, Mode, Prediction

__all__ = ["SCHEMA", "Classifier", "Measured", "describe", "measure"]

SCHEMA = 1
PICTURES_A_BIN = 30
"""Of what is drawn; the calibration error always has 15 bins."""


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
        "complementarity": _complementarity(dataset, answers),
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
        "selective": _ranked(
            dataset, answers, {"confidence": [answer.confidence if answer else 0.0 for answer in answers]}
        )["confidence"],
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
        bins = min(15, max(3, len(right) // PICTURES_A_BIN))
        figures["reliability"] = [asdict(part) for part in reliability_bins(confidence, right, bins)]
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

    The router's score, which decides, is compared with what the rules' own answer tells: its confidence, the
    largest probability, and the margin between the two largest. Without an answer, every score is 0.
    """
    if Mode.RULES not in answers:
        return {}
    rules = answers[Mode.RULES]
    scores: dict[str, list[float]] = {}
    routed = [answer.score if answer else None for answer in answers.get(Mode.HYBRID, [])]
    if any(score is not None for score in routed):
        scores["router"] = [score or 0.0 for score in routed]
    scores["confidence"] = [answer.confidence if answer else 0.0 for answer in rules]
    scores["largest probability"] = [max(answer.scores) if answer else 0.0 for answer in rules]
    scores["margin"] = [_margin(answer) for answer in rules]
    return _ranked(dataset, rules, scores)


def _margin(answer: Prediction | None) -> float:
    if answer is None:
        return 0.0
    second, first = sorted(answer.scores)[-2:]
    return first - second


def _ranked(
    dataset: Dataset, answers: Sequence[Prediction | None], scores: Mapping[str, Sequence[float]]
) -> dict[str, Any]:
    wrong = [not right for right in _right(dataset, answers)["accepted"]]
    return compare_scores(scores, wrong, [case.cluster for case in dataset.cases], seed=dataset.seed)


def _complementarity(dataset: Dataset, answers: Mapping[Mode, Sequence[Prediction | None]]) -> dict[str, Any]:
    if not {Mode.RULES, Mode.NEURAL} <= answers.keys():
        return {}
    right = {mode: _right(dataset, given)["accepted"] for mode, given in answers.items()}
    labels = [case.label for case in dataset.cases]
    return complementarity(labels, right[Mode.RULES], right[Mode.NEURAL], right.get(Mode.HYBRID))


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
