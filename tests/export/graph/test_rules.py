from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.export.graph.rules import judge, loudest
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.features import NAMES
from hybrid_logo.rules import PairTable, RangeTable, Scorecard
from hybrid_logo.types import LABELS
from tests.export.graph.drawing import Drawn
from tests.small_release import scorecard

VALUES = np.zeros(len(NAMES), np.float32)


def drawn(card: Scorecard) -> Drawn:
    def parts(values: Tensor) -> list[Tensor]:
        made = judge(card, values)
        return [made.points, made.margin, made.label, made.support, made.outside, loudest(made)]

    return Drawn(parts, VALUES)


def assert_same(card: Scorecard, graph: Drawn, values: NDArray[np.float32]) -> None:
    expected = card.judge(values)
    points, margin, label, support, outside, evidence = graph(values)
    assert points == pytest.approx(expected.points)
    assert margin.item() == pytest.approx(expected.margin)
    assert LABELS[label.item()] == expected.label
    assert support == pytest.approx(expected.support())
    assert outside.item() == bool(expected.outside)
    told = [(card.rows[int(row)], round(float(point), 2)) for row, point in evidence]
    assert dict(told) == dict(expected.evidence())


def at_edges(card: Scorecard) -> list[NDArray[np.float32]]:
    """Values below, on and above edges, within the range that was seen."""
    random = np.random.default_rng(2)
    made = []
    for shift in (-1e-3, 0.0, 1e-3):
        for _ in range(4):
            ends: list[Any] = [random.choice([*table.edges, *table.seen]) for table in card.ranges]
            made.append(np.array(ends, np.float32) + np.float32(shift))
    return made


@pytest.mark.parametrize("card", [scorecard(), Bundle.load().scorecard], ids=["by hand", "of the release"])
def test_points_are_those_of_the_package(card: Scorecard) -> None:
    graph = drawn(card)
    for values in at_edges(card):
        assert_same(card, graph, values)


def test_a_scorecard_without_pairs_is_judged() -> None:
    card = scorecard()
    alone = Scorecard(card.base, card.ranges, [])
    assert_same(alone, drawn(alone), at_edges(card)[0])


def test_a_scorecard_without_edges_says_its_base() -> None:
    tables = [RangeTable(name, (-9.0, 9.0), (), ((0.0,) * 4,)) for name in NAMES]
    card = Scorecard((0.5, 0.25, 1.0, 0.0), tables, [])
    assert drawn(card)(VALUES)[0].tolist() == [0.5, 0.25, 1.0, 0.0]


@pytest.mark.parametrize("value", [np.nan, np.inf, -1e9])
def test_a_value_never_seen_lies_outside(value: float) -> None:
    card = scorecard()
    values = at_edges(card)[4].copy()
    values[NAMES.index("ink_long_side_log2")] = value
    assert drawn(card)(values)[4].item()


def test_both_ranges_of_a_pair_count() -> None:
    """A table whose two directions differ in length, at each of its cells."""
    card = scorecard()
    points = tuple(tuple((float(row), float(column), 0.0, 0.0) for column in range(4)) for row in range(3))
    pair = PairTable(("ramp_share", "aspect_log2"), ((0.2, 0.4), (-1.0, 0.0, 1.0)), points)
    silent = [replace(table, edges=(), points=((0.0,) * 4,)) for table in card.ranges]
    graph = drawn(Scorecard((0.0,) * 4, silent, [pair]))
    for row, first in enumerate((0.1, 0.3, 0.5)):
        for column, second in enumerate((-2.0, -0.5, 0.5, 2.0)):
            values = VALUES.copy()
            values[NAMES.index("ramp_share")], values[NAMES.index("aspect_log2")] = first, second
            assert graph(values)[0].tolist() == [row, column, 0, 0]
