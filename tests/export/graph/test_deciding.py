from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.calibration import Calibration
from hybrid_logo.export.graph.deciding import DECIDERS, decide
from hybrid_logo.export.graph.rules import judge
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.features import NAMES
from hybrid_logo.router import INPUTS, Router
from hybrid_logo.rules import Scorecard
from hybrid_logo.types import DecidedBy
from tests.export.graph.drawing import Drawn
from tests.small_release import operating_point, router, scorecard

LOGITS = np.array([0.5, -1.0, 2.0, 0.25], np.float32)


def deciding(decides: Router, card: Scorecard) -> Drawn:
    """Values and whether an answer is possible in; probabilities, who decided and the score out."""

    def draw(values: Tensor, possible: Tensor) -> tuple[Tensor, ...]:
        made = decide(decides, judge(card, values), values, possible, lambda: values.builder.constant(LOGITS))
        return made.probabilities, made.decided_by, made.score

    return Drawn(draw, np.zeros(len(NAMES), np.float32), np.array([True]))


def random_values(card: Scorecard, count: int) -> list[NDArray[np.float32]]:
    random = np.random.default_rng(3)
    low, high = np.clip(np.array([table.seen for table in card.ranges]).T, -5, 20)
    return [random.uniform(low, high).astype(np.float32) for _ in range(count)]


def of_any_weights(threshold: float = 0.5) -> Router:
    random = np.random.default_rng(8)
    weights, mean, scale = (tuple(random.uniform(low, 2, len(INPUTS)).tolist()) for low in (-2, -2, 0.3))
    point = operating_point()
    assert point.promise is not None
    return router(
        weights=weights, mean=mean, scale=scale, promise=replace(point.promise, threshold=threshold)
    )


@pytest.mark.parametrize(
    ("decides", "card"),
    [(of_any_weights(), scorecard()), (Bundle.load().router, Bundle.load().scorecard)],
    ids=["any weights", "of the release"],
)
def test_who_answers_and_what_is_as_in_the_package(decides: Router, card: Scorecard) -> None:
    graph = deciding(decides, card)
    deciders = set()
    for values in random_values(card, 60):
        verdict = card.judge(values)
        probabilities, decided_by, score = graph(values, np.array([True]))
        expected = decides.score(verdict, values)
        assert score.item() == pytest.approx(expected, abs=1e-9)
        by_rules = decides.accepts(verdict, expected)
        calibration = decides.point.rules_accepted if by_rules else decides.point.asked
        logits = None if by_rules else LOGITS
        assert probabilities == pytest.approx(calibration.probabilities(verdict.points, logits))
        assert DECIDERS[decided_by.item()] == (DecidedBy.RULES if by_rules else DecidedBy.BOTH)
        deciders.add(by_rules)
    assert deciders == {True, False}


def test_the_threshold_itself_is_accepted() -> None:
    card = scorecard()
    values = random_values(card, 1)[0]
    unsure = of_any_weights()
    score = deciding(unsure, card)(values, np.array([True]))[2].item()
    for threshold, decider in ((score, DecidedBy.RULES), (np.nextafter(score, 1), DecidedBy.BOTH)):
        found = deciding(of_any_weights(float(threshold)), card)(values, np.array([True]))
        assert DECIDERS[found[1].item()] == decider


def test_nobody_is_asked_where_no_answer_is_possible() -> None:
    card, decides = scorecard(), router(promise=None, rules_accepted=Calibration(0.0, 0.0))
    found = deciding(decides, card)(random_values(card, 1)[0], np.array([False]))
    assert found[0].tolist() == [0.25] * 4


def test_a_scorecard_that_gives_nothing_agrees_with_nothing() -> None:
    card = scorecard()
    silent = [replace(table, edges=(), points=((0.0,) * 4,)) for table in card.ranges]
    empty = Scorecard((0.0,) * 4, silent, [])
    decides, values = of_any_weights(), random_values(card, 1)[0]
    score = deciding(decides, empty)(values, np.array([True]))[2].item()
    assert score == pytest.approx(decides.score(empty.judge(values), values))
