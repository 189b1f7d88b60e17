"""The release of before and the new one on the pictures that neither learned from nor certified anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.evaluation.measuring.benchmark import describe
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.evaluation.statistics.metrics import (
    CalibrationError,
    Difference,
    ReliabilityBin,
    Share,
    calibration_error,
    class_figures,
    paired_difference,
    reliability_bins,
    share,
    three_accuracies,
)
from hybrid_logo.types import LABELS, DecidedBy, Mode, Precision, Prediction

__all__ = ["Checked", "Figures", "check"]

Answers = Sequence[Prediction | None]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What a hybrid answers on the held-out pictures.

    Attributes:
        accuracies: "strict", "accepted" and "clear".
        decided: share that the rules decide.
        wrong: wrong ones among these.
        calibration: of the confidence that the strict label is met.
        reliability: its bins.
    """

    accuracies: Mapping[str, Share]
    decided: Share
    wrong: Share
    calibration: CalibrationError
    reliability: Sequence[ReliabilityBin]


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """What both releases answer on the same pictures.

    Attributes:
        before: of the release that was fitted anew.
        after: of the new one.
        gains: "strict" and "accepted" -> after minus before, logos drawn as wholes.
        metrics: what the manifest of the new one says: data, and accuracies in every mode.
    """

    before: Figures
    after: Figures
    gains: Mapping[str, Difference]
    metrics: Mapping[str, Any]

    @property
    def pictures(self) -> int:
        """How many were held out."""
        return self.before.decided.n


def check(dataset: Dataset, before: Path, after: Path) -> Checked:
    """Let both releases answer, with the student that the router was fitted to.

    Args:
        dataset: the pictures of the ``check`` part.
        before: folder of the release that was fitted anew.
        after: folder of the new one.
    """
    old = _answers(dataset, before, Mode.HYBRID)
    new = {mode: _answers(dataset, after, mode) for mode in Mode}
    clusters = [case.cluster for case in dataset.cases]
    first, second = _right(dataset, old), _right(dataset, new[Mode.HYBRID])
    return Checked(
        before=_figures(dataset, old),
        after=_figures(dataset, new[Mode.HYBRID]),
        gains={
            name: paired_difference(second[name], first[name], clusters, seed=dataset.seed) for name in first
        },
        metrics={
            "data": describe(dataset),
            "modes": {mode.value: _mode_metrics(dataset, answers) for mode, answers in new.items()},
        },
    )


def _answers(dataset: Dataset, folder: Path, mode: Mode) -> Answers:
    classifier = HybridClassifier(mode, model=folder, precision=Precision.INT8)
    return [result.prediction for result in classifier.classify_many(case.source for case in dataset.cases)]


def _figures(dataset: Dataset, answers: Answers) -> Figures:
    pairs = [
        (case, answer) for case, answer in zip(dataset.cases, answers, strict=True) if answer is not None
    ]
    by_rules = [(case, answer) for case, answer in pairs if answer.decided_by is DecidedBy.RULES]
    wrong = sum(answer.label not in case.accepted for case, answer in by_rules)
    confidence = [answer.confidence for _, answer in pairs]
    right = [answer.label == case.label for case, answer in pairs]
    return Figures(
        accuracies=_accuracies(dataset, answers),
        decided=share(len(by_rules), len(answers)),
        wrong=share(wrong, len(by_rules)),
        calibration=calibration_error(confidence, right, seed=dataset.seed),
        reliability=reliability_bins(confidence, right),
    )


def _accuracies(dataset: Dataset, answers: Answers) -> dict[str, Share]:
    cases = dataset.cases
    return three_accuracies(
        [case.label for case in cases],
        [case.accepted for case in cases],
        [case.clear for case in cases],
        _words(answers),
    )


def _mode_metrics(dataset: Dataset, answers: Answers) -> dict[str, Any]:
    """JSON-ready."""
    classes = class_figures([case.label for case in dataset.cases], _words(answers), LABELS)
    return {
        **{name: asdict(value) for name, value in _accuracies(dataset, answers).items()},
        "classes": {
            label: {name: asdict(value) for name, value in row.items()} for label, row in classes.items()
        },
    }


def _words(answers: Answers) -> list[str | None]:
    return [None if answer is None else answer.label for answer in answers]


def _right(dataset: Dataset, answers: Answers) -> dict[str, list[bool]]:
    pairs = list(zip(dataset.cases, answers, strict=True))
    return {
        "strict": [answer is not None and answer.label == case.label for case, answer in pairs],
        "accepted": [answer is not None and answer.label in case.accepted for case, answer in pairs],
    }
