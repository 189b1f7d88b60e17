"""A benchmark of classifiers that answer from a table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hybrid_logo.evaluation.measuring.benchmark import Measured, describe, measure
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.types import LogoType, Mode
from tests.evaluation.table_classifier import TableClassifier, case, classifier, say

S, T, G, C = LogoType

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
    assert list(alone) == ["router", "confidence", "largest probability", "margin"]
    low, high = alone["router"]["area_interval"]
    assert low <= alone["router"]["area"] <= high
    assert "area_above_first" not in alone["router"]
    # By confidence the complex one lies before a right one: the same errors, another order.
    assert alone["margin"]["area_above_first"]["difference"] == pytest.approx(
        alone["margin"]["area"] - alone["router"]["area"]
    )


def test_without_a_router_the_rules_own_scores_are_compared() -> None:
    answers = {Mode.RULES: classifier(RULES), Mode.NEURAL: classifier(HYBRID)}
    alone = measure(DATASET, answers).figures["rules_alone"]
    assert list(alone) == ["confidence", "largest probability", "margin"]


def test_who_is_right_alone_is_counted() -> None:
    modes = {Mode.RULES: RULES, Mode.NEURAL: [None, *HYBRID[1:]], Mode.HYBRID: HYBRID}
    figures = measure(DATASET, {mode: classifier(answers) for mode, answers in modes.items()}).figures
    row = figures["complementarity"]["all types"]
    assert row["groups"] == {"both": 3, "only rules": 1, "only neural": 0, "neither": 2}
    assert (row["oracle"]["k"], row["hybrid"]["k"], row["kept"]["k"]) == (4, 4, 1)


def test_every_mode_is_ranked_by_its_own_confidence(measured: Measured) -> None:
    ranked = measured.figures["modes"]["hybrid"]["selective"]
    assert ranked["curve"][-1] == pytest.approx([1.0, 2 / 6])
    assert ranked["excess_area"] == pytest.approx(ranked["area"] - (1 / 5 + 2 / 6) / 6)


def test_reliability_is_told_of_each_path_too(measured: Measured) -> None:
    paths = measured.figures["modes"]["hybrid"]["decided_by"]
    assert sum(part["n"] for part in paths["rules"]["reliability"]) == 3


def test_mistakes_are_named_with_every_answer(measured: Measured) -> None:
    assert measured.figures["mistakes"] == [
        {"name": "logo3", "label": "complex", "rules": "simple", "hybrid": "simple"},
        {"name": "logo5", "label": "text", "rules": None, "hybrid": None},
    ]


def test_one_mode_alone_has_no_differences() -> None:
    figures = measure(DATASET, {Mode.NEURAL: classifier(RULES)}).figures
    assert figures["differences"] == {}
    assert figures["rules_alone"] == {}
    assert figures["complementarity"] == {}
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
