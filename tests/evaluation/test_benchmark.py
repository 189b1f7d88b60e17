"""A benchmark of classifiers that answer from a table."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from hybrid_logo.errors import CorruptError
from hybrid_logo.evaluation.benchmark import Measured, describe, measure
from hybrid_logo.evaluation.datasets import Case, Dataset
from hybrid_logo.types import LABELS, DecidedBy, FileResult, LogoType, Mode, Prediction

S, T, G, C = LogoType


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


DATASET = Dataset(
    "tiny",
    [case(0, S), case(1, T), case(2, G, C), case(3, C), case(4, S, T), case(5, T)],
    "a test",
    seed=0,
)
RULES = [say(S, 0.9), say(T, 0.8), say(C, 0.6), say(S, 0.5), say(T, 0.7), None]
HYBRID = [
    say(S, 0.9, "rules", 0.95),
    say(T, 0.8, "rules", 0.9),
    say(G, 0.9, "student", 0.4),
    say(S, 0.5, "student", 0.3),
    say(T, 0.7, "rules", 0.85),
    None,
]


def classifier(answers: list[Prediction | None]) -> TableClassifier:
    return TableClassifier({bytes([n]): answer for n, answer in enumerate(answers) if answer is not None})


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(DATASET, {Mode.RULES: classifier(RULES), Mode.HYBRID: classifier(HYBRID)})


def counts(figures: dict[str, Any], *names: str) -> list[tuple[int, int]]:
    return [(figures[name]["k"], figures[name]["n"]) for name in names]


def test_accuracies_of_each_mode(measured: Measured) -> None:
    modes = measured.figures["modes"]
    assert counts(modes["rules"], "strict", "accepted", "clear") == [(2, 6), (4, 6), (2, 4)]
    assert counts(modes["hybrid"], "strict", "accepted", "clear") == [(3, 6), (4, 6), (2, 4)]
    assert modes["hybrid"]["failed"] == {"corrupt": 1}
    assert modes["hybrid"]["confusion"] == [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0]]
    assert counts(modes["hybrid"]["classes"]["text"], "recall", "precision") == [(1, 2), (1, 2)]


def test_calibration_leaves_out_pictures_without_an_answer(measured: Measured) -> None:
    calibration = measured.figures["modes"]["hybrid"]["calibration"]
    assert calibration["n"] == 5
    assert sum(part["n"] for part in measured.figures["modes"]["hybrid"]["reliability"]) == 5


def test_pictures_decided_by_rules(measured: Measured) -> None:
    paths = measured.figures["modes"]["hybrid"]["decided_by"]
    assert list(paths) == ["rules", "student"]
    assert counts(paths["rules"], "coverage", "strict", "accepted") == [(3, 6), (2, 3), (3, 3)]
    assert counts(paths["student"], "coverage", "strict", "accepted") == [(2, 6), (1, 2), (1, 2)]


def test_difference_of_the_modes(measured: Measured) -> None:
    difference = measured.figures["differences"]["hybrid - rules"]
    assert difference["strict"]["difference"] == pytest.approx(1 / 6)
    assert difference["accepted"]["difference"] == 0
    assert difference["strict"]["low"] <= 1 / 6 <= difference["strict"]["high"]


def test_rules_alone_are_ranked_by_the_router_and_by_themselves(measured: Measured) -> None:
    alone = measured.figures["rules_alone"]
    # By the router's score: right, right, right, right (complex is defended), wrong, no answer.
    assert alone["router"]["coverage_at_observed_risk"]["0.03"] == pytest.approx(4 / 6)
    assert [risk for _, risk in alone["router"]["curve"]] == pytest.approx([0, 0, 0, 0, 0.2, 2 / 6])
    assert alone["router"]["area"] == pytest.approx((0.2 + 2 / 6) / 6)
    assert set(alone) == {"router", "confidence"}


def test_mistakes_are_named_with_every_answer(measured: Measured) -> None:
    assert measured.figures["mistakes"] == [
        {"name": "logo3", "label": "complex", "rules": "simple", "hybrid": "simple"},
        {"name": "logo5", "label": "text", "rules": None, "hybrid": None},
    ]


def test_one_mode_alone_has_no_differences() -> None:
    figures = measure(DATASET, {Mode.NEURAL: classifier(RULES)}).figures
    assert figures["differences"] == {}
    assert figures["rules_alone"] == {}
    assert [mistake["name"] for mistake in figures["mistakes"]] == ["logo3", "logo5"]


def test_nothing_answered_is_a_result_too() -> None:
    figures = measure(DATASET, {Mode.RULES: TableClassifier({})}).figures["modes"]["rules"]
    assert counts(figures, "strict", "accepted") == [(0, 6), (0, 6)]
    assert figures["failed"] == {"corrupt": 6}
    assert "calibration" not in figures


def test_progress_counts_every_answer() -> None:
    calls: list[None] = []
    measure(DATASET, {Mode.RULES: classifier(RULES)}, lambda: calls.append(None))
    assert len(calls) == 6


def test_the_description_and_the_figures_are_json(measured: Measured) -> None:
    about = describe(DATASET)
    assert json.loads(json.dumps(about)) == about
    assert (about["pictures"], about["clusters"], about["clear"]) == (6, 3, 4)
    assert about["labels"] == {"simple": 2, "text": 2, "gradient": 1, "complex": 1}
    assert json.loads(json.dumps(measured.figures)) == measured.figures
