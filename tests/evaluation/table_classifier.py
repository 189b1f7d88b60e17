"""A classifier that answers from a table, a tiny dataset for it, and one large enough for every figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from hybrid_logo.errors import CorruptError
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.types import LABELS, DecidedBy, FileResult, LogoType, Mode, Prediction


class TableClassifier:
    """Answers each picture by a table from its bytes; an unknown picture is corrupt."""

    def __init__(self, table: dict[bytes, Prediction]) -> None:
        self.table = table

    def classify_many(self, sources: Iterable[Any], batch_size: int = 32) -> Iterator[FileResult]:
        for source in sources:
            if source in self.table:
                yield FileResult("", self.table[source])
            else:
                yield FileResult.from_error("", CorruptError("damaged. Restore it."))


def say(label: LogoType, confidence: float, path: str = "rules", score: float | None = None) -> Prediction:
    rest = (1 - confidence) / 3
    scores = tuple(confidence if name == label else rest for name in LABELS)
    return Prediction(label, confidence, True, scores, DecidedBy(path), "a reason", score=score)  # type: ignore[arg-type]


def case(number: int, label: LogoType, also: LogoType | None = None) -> Case:
    accepted = frozenset([label] if also is None else [label, also])
    return Case(f"logo{number}", bytes([number]), label, accepted, also is None, f"brand{number // 2}")


def classifier(answers: list[Prediction | None]) -> TableClassifier:
    return TableClassifier({bytes([n]): answer for n, answer in enumerate(answers) if answer is not None})


def many(seed: int = 0, count: int = 120) -> tuple[Dataset, dict[Mode, TableClassifier]]:
    """Answers of which the rules get about 0.8, the student 0.9 and the hybrid 0.9 right; two are missing."""
    random = np.random.default_rng(seed)
    cases = [case(number, LABELS[number % 4]) for number in range(count)]

    def answer(position: int, right: float, path: str, score: float | None = None) -> Prediction:
        sure = float(random.uniform(0.4, 0.99))
        label = cases[position].label
        wrong = LABELS[(LABELS.index(label) + 1) % 4]
        return say(label if random.uniform() < right * (0.6 + 0.4 * sure) + 0.1 else wrong, sure, path, score)

    rules = [answer(n, 0.85, "rules") for n in range(count - 2)]
    neural = [answer(n, 0.95, "student") for n in range(count - 2)]
    hybrid = [
        say(rules[n].label, 0.9, "rules", 0.95) if rules[n].confidence > 0.7
        else answer(n, 0.95, "both", rules[n].confidence)
        for n in range(count - 2)
    ]  # fmt: skip
    answers = {Mode.RULES: rules, Mode.NEURAL: neural, Mode.HYBRID: hybrid}
    dataset = Dataset("many", cases, "a test", seed=0)
    return dataset, {mode: classifier([*given]) for mode, given in answers.items()}
