"""Both black-box attacks on classifiers with a weak spot of known depth."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from hybrid_logo.evaluation.pictures.datasets import Case
from hybrid_logo.evaluation.suites import black_box
from hybrid_logo.evaluation.suites.black_box import BUDGETS, attack_hybrid, attack_router, budget_rows
from hybrid_logo.types import LABELS, DecidedBy, FileResult, LogoType, Mode, Prediction
from tests.drawn_pictures import BLUE, disc, laid_on, letter_on_tile

S, T, G, C = LogoType
QUERIES = 80
DEPTH = 6
"""Levels by which the weak spot must rise."""


class Weak:
    """Says simple until the middle pixel's green has risen by ``DEPTH``; then complex."""

    def __init__(self, mode: Mode, green: int, deceivable: bool = True) -> None:
        self.mode, self.green, self.deceivable = mode, green, deceivable

    def classify_many(self, sources: Iterable[Any], batch_size: int = 32) -> Iterator[FileResult]:
        for pixels in sources:
            risen = int(pixels[24, 24, 1]) - self.green
            label = C if risen >= DEPTH else S
            scores = tuple(0.7 if each == label else 0.1 for each in LABELS)
            unsure = label == C and not self.deceivable
            path = DecidedBy.STUDENT if unsure else DecidedBy.RULES
            yield FileResult("", Prediction(label, 0.7, True, scores, path, "x", score=0.5))  # type: ignore[arg-type]


def case(name: str, pixels: np.ndarray, *accepted: LogoType) -> Case:
    order = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    data = cv2.imencode(".png", cv2.cvtColor(pixels, order))[1].tobytes()
    return Case(name, data, accepted[0], frozenset(accepted), len(accepted) == 1, name)


TRANSPARENT = disc(48, BLUE)
OPAQUE = laid_on(letter_on_tile(48, BLUE, BLUE), (250, 250, 250))
CASES = [
    case("transparent", TRANSPARENT, S),
    case("opaque", OPAQUE, S, T),
    case("wrong before", TRANSPARENT, T),
    case("cannot be wrong", TRANSPARENT, S, C),
    Case("none", b"no picture", S, frozenset([S]), True, "none"),
]


def broken(result: dict[str, Any]) -> list[tuple[int, int, int]]:
    return [(row["levels"], row["broken"]["k"], row["broken"]["n"]) for row in result["budgets"]]


def test_the_hybrid_is_broken_from_the_depth_of_its_weak_spot_on() -> None:
    calls: list[None] = []
    hybrid = Weak(Mode.HYBRID, BLUE[1])
    result = attack_hybrid(CASES, hybrid, 0, lambda: calls.append(None), QUERIES)
    assert len(calls) == len(CASES)
    assert (result["pictures"], result["already"]) == (4, 1)
    assert broken(result) == [(4, 0, 3), (8, 2, 3), (16, 2, 3)]
    assert result["budgets"][0]["median_queries"] is None
    assert 1 <= result["budgets"][2]["median_queries"] <= result["budgets"][1]["median_queries"] <= QUERIES
    assert json.loads(json.dumps(result)) == result
    assert result == attack_hybrid(CASES, hybrid, 0, lambda: None, QUERIES)


def test_the_router_is_deceived_from_the_depth_of_its_weak_spot_on() -> None:
    calls: list[None] = []
    hybrid, rules = Weak(Mode.HYBRID, BLUE[1]), Weak(Mode.RULES, BLUE[1])
    result = attack_router(CASES, hybrid, rules, 0, lambda: calls.append(None), QUERIES)
    assert len(calls) == len(CASES)
    assert (result["pictures"], result["already"]) == (4, 1)
    assert broken(result) == [(4, 0, 3), (8, 2, 3), (16, 2, 3)]
    assert QUERIES < result["budgets"][1]["median_queries"] <= 2 * QUERIES
    assert result["budgets"][2]["median_queries"] == result["budgets"][1]["median_queries"]


def test_a_larger_budget_goes_on_from_what_the_smaller_one_found(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = []

    def search(pixels: np.ndarray, danger: Any, budget: int, queries: int, random: Any, start: Any) -> Any:
        starts.append(start)
        return pixels + np.uint8(budget), 0.0, queries

    monkeypatch.setattr(black_box, "square_search", search)
    attack_router(CASES[:1], Weak(Mode.HYBRID, BLUE[1]), Weak(Mode.RULES, BLUE[1]), 0, lambda: None, 5)
    assert np.array_equal(starts, [TRANSPARENT, TRANSPARENT + np.uint8(4), TRANSPARENT + np.uint8(8)])


def test_a_router_that_asks_whenever_the_rules_are_wrong_holds() -> None:
    hybrid, rules = Weak(Mode.HYBRID, BLUE[1], deceivable=False), Weak(Mode.RULES, BLUE[1])
    result = attack_router(CASES[:2], hybrid, rules, 0, lambda: None, QUERIES)
    assert broken(result) == [(budget, 0, 2) for budget in BUDGETS]


@pytest.mark.parametrize("cases", [[], CASES[4:]])
def test_nothing_to_attack_is_a_result_too(cases: list[Case]) -> None:
    result = attack_hybrid(cases, Weak(Mode.HYBRID, BLUE[1]), 0, lambda: None, QUERIES)
    assert broken(result) == [(budget, 0, 0) for budget in BUDGETS]


def test_rows_count_what_fell_and_the_median_of_its_queries() -> None:
    first, second = budget_rows((4, 8), [(None, 9), (5, 5), (None, None), (7, 7)])
    assert (first["broken"]["k"], first["median_queries"]) == (2, 6.0)
    assert (second["broken"]["share"], second["median_queries"]) == (0.75, 7.0)
