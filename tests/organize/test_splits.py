from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_logo.errors import InputError
from hybrid_logo.organize.splits import assign, furthest, parse_ratios
from hybrid_logo.types import LogoType

RATIOS = (0.7, 0.2, 0.1)


def shared(counts: np.ndarray, places: list[int]) -> np.ndarray:
    return np.array([counts[np.array(places) == split].sum(0) for split in range(3)])


@pytest.mark.parametrize("text", ["70/20/10", "7/2/1", "0.7/0.2/0.1", " 70 / 20 / 10 "])
def test_ratios_are_made_to_sum_to_one(text: str) -> None:
    assert parse_ratios(text) == pytest.approx(RATIOS)


@pytest.mark.parametrize(
    "text", ["", "70/30", "70/20/10/1", "a/b/c", "70/30/0", "-1/1/1", "nan/1/1", "inf/1/1", "70,20,10"]
)
def test_other_ratios_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match="70/20/10"):
        parse_ratios(text)


def test_balance_keeps_the_ratios_within_each_type() -> None:
    counts = np.repeat(np.eye(4, dtype=np.int64), [200, 50, 30, 10], axis=0)
    wanted = np.array(RATIOS)[:, None] * counts.sum(0)
    distances = {}
    for balance in (True, False):
        found = [shared(counts, assign(counts, RATIOS, balance=balance, seed=seed)) for seed in range(5)]
        assert max(np.abs((one - wanted).sum(1)).max() for one in found) <= 1
        distances[balance] = max(np.abs(one - wanted).max() for one in found)
    assert distances[True] <= 1 < 3 <= distances[False]


def test_groups_are_never_worse_than_the_best_of_all_ways_by_much() -> None:
    counts = np.array([[5, 0, 0, 0], [2, 1, 0, 0], [0, 3, 0, 0], [1, 1, 0, 0], [2, 0, 0, 0], [0, 2, 0, 0]])
    parts = np.hstack((counts, counts.sum(1, keepdims=True)))
    wanted = np.array(RATIOS)[:, None] * parts.sum(0)

    def cost(places: list[int]) -> float:
        return float(((shared(parts, places) - wanted) ** 2 / np.maximum(wanted, 1e-9)).sum())

    best = min(cost(list(places)) for places in itertools.product(range(3), repeat=len(counts)))
    assert cost(assign(counts, RATIOS, balance=True, seed=0)) <= 1.5 * best


@given(
    st.lists(st.lists(st.integers(0, 5), min_size=4, max_size=4), max_size=30).map(
        lambda rows: np.array(rows, np.int64).reshape(-1, 4)
    ),
    st.integers(0, 3),
)
def test_any_groups_get_a_split_and_the_same_one_again(counts: np.ndarray, seed: int) -> None:
    places = assign(counts, RATIOS, balance=True, seed=seed)
    assert len(places) == len(counts)
    assert set(places) <= {0, 1, 2}
    assert places == assign(counts, RATIOS, balance=True, seed=seed)


def test_the_seed_decides_between_groups_that_are_alike() -> None:
    counts = np.tile(np.array([[1, 0, 0, 0]]), (50, 1))
    assert assign(counts, RATIOS, balance=True, seed=0) != assign(counts, RATIOS, balance=True, seed=1)


def test_a_fixed_group_stays_and_the_others_make_up_for_it() -> None:
    counts = np.tile(np.array([[1, 0, 0, 0]]), (10, 1))
    places = assign(counts, RATIOS, balance=True, seed=0, fixed=[2, 2, 2, *[None] * 7])
    assert places == [2, 2, 2, *places[3:]]
    assert places[3:].count(2) == 0


def test_the_furthest_share_is_named() -> None:
    counts = np.array([[70, 0, 7, 6], [20, 0, 2, 1], [10, 0, 1, 3]])
    far = furthest(counts, RATIOS)
    assert far is not None
    assert (far.label, far.split, far.share, far.wanted) == (LogoType.COMPLEX, "test", 0.3, 0.1)
    assert furthest(np.zeros((3, 4)), RATIOS) is None
