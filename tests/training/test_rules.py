"""Learning the scorecard: planted rules are found, ranges rest on enough logos, brands stay together."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hybrid_logo.features import NAMES
from hybrid_logo.rules import Scorecard
from hybrid_logo.training import rules as module
from hybrid_logo.training.rules import RuleSettings, fit_folds, fit_scorecard

COUNT = 1500
FEW = RuleSettings(rounds=25, pair_rounds=15, pairs=3)
FIRST, SECOND = NAMES.index("ramp_share"), NAMES.index("component_count")


def noise(count: int = COUNT, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random((count, len(NAMES)), np.float32)


def one_hot(labels: NDArray[Any]) -> NDArray[np.float64]:
    return 0.97 * np.eye(4)[labels] + 0.0075


def fitted(
    features: NDArray[np.float32], labels: NDArray[Any], settings: RuleSettings = FEW, **more: Any
) -> Scorecard:
    logos = more.get("logos", np.arange(len(features)))
    copies = more.get("copies", np.zeros(len(features), np.int64))
    return fit_scorecard(features, one_hot(labels), logos, copies, settings)


def accuracy(card: Scorecard, features: NDArray[np.float32], labels: NDArray[Any]) -> float:
    answers = [int(card.judge(values).points.argmax()) for values in features]
    return float((np.array(answers) == labels).mean())


def test_one_planted_feature_is_found_and_beats_the_most_frequent_type() -> None:
    def planted(features: NDArray[np.float32]) -> NDArray[np.int64]:
        return np.select([features[:, FIRST] < 0.4, features[:, FIRST] < 0.7], [0, 2], 3)

    features, fresh = noise(), noise(500, seed=1)
    card = fitted(features, planted(features))
    majority = np.bincount(planted(fresh)).max() / len(fresh)
    assert majority < 0.5
    assert accuracy(card, fresh, planted(fresh)) > 0.9
    loudest = [card.judge(values).evidence(1)[0][0] for values in fresh]
    assert np.mean([NAMES[FIRST] in row.split(" x ") for row in loudest]) > 0.95


def test_a_planted_pair_is_found_which_single_features_cannot_tell() -> None:
    def planted(features: NDArray[np.float32]) -> NDArray[np.int64]:
        return np.where((features[:, FIRST] > 0.5) ^ (features[:, SECOND] > 0.5), 1, 3)

    features, fresh = noise(), noise(500, seed=1)
    settings = RuleSettings(rounds=20, pair_rounds=20, pairs=2, pair_ranges=4)
    card = fitted(features, planted(features), settings)
    assert {NAMES[FIRST], NAMES[SECOND]} in [set(pair.features) for pair in card.pairs]
    assert accuracy(card, fresh, planted(fresh)) > 0.9
    without = fitted(features, planted(features), RuleSettings(rounds=20, pair_rounds=0, pairs=0))
    assert without.pairs == ()
    assert accuracy(without, fresh, planted(fresh)) < 0.65


def test_noise_gives_no_points_to_speak_of() -> None:
    """Shrinkage: what hangs on chance stays small beside a real rule."""
    features = noise()
    labels = np.where(features[:, FIRST] > 0.5, 1, 0)
    card = fitted(features, labels, RuleSettings(rounds=25, pair_rounds=0, pairs=0))
    spread = {
        table.feature: float(np.ptp([row[0] - row[1] for row in table.points])) for table in card.ranges
    }
    real = spread.pop(NAMES[FIRST])
    assert max(spread.values()) < real / 4


def difficult_columns(logos: int, copies: int) -> NDArray[np.float32]:
    """Columns of every awkward kind; the copies of a logo are alike."""
    random = np.random.default_rng(4)
    features = np.zeros((logos, len(NAMES)), np.float32)
    for column in range(len(NAMES)):
        kind = column % 6
        if kind == 0:
            features[:, column] = random.normal(size=logos)
        elif kind == 1:  # mostly zero
            features[:, column] = np.maximum(0, random.normal(size=logos) - 1.5)
        elif kind == 2:  # whole numbers
            features[:, column] = random.integers(0, 4, logos)
        elif kind == 3:  # constant
            features[:, column] = 0.5
        elif kind == 4:  # long tail
            features[:, column] = np.exp(2 * random.normal(size=logos))
        else:  # one logo apart from all others
            features[0, column] = 100.0
    return np.repeat(features, copies, axis=0)


@pytest.mark.parametrize("least", [1, 10, 40])
def test_no_range_hangs_on_fewer_logos_than_asked(least: int) -> None:
    logos, copies = 150, 3
    features = difficult_columns(logos, copies)
    logo_of_row = np.repeat(np.arange(logos), copies)
    labels = np.repeat(np.random.default_rng(0).integers(0, 4, logos), copies)
    settings = RuleSettings(rounds=1, pair_rounds=1, pairs=2, logos_a_range=least)
    card = fitted(features, labels, settings, logos=logo_of_row, copies=np.tile(np.arange(copies), logos))
    checked = 0
    tables = [(NAMES.index(table.feature), table.edges) for table in card.ranges]
    for pair in card.pairs:
        tables += [(NAMES.index(name), ends) for name, ends in zip(pair.features, pair.edges, strict=True)]
    for column, edges in tables:
        assert len(edges) < settings.ranges
        ends = [-np.inf, *np.array(edges, np.float32), np.inf]
        for low, high in pairwise(ends):
            met = {
                logo
                for logo, value in zip(logo_of_row.tolist(), features[:, column], strict=True)
                if low <= value < high
            }
            assert len(met) >= least
            checked += 1
    assert checked > len(NAMES) + 20


def test_what_was_trained_on_is_never_outside() -> None:
    features = noise(300)
    card = fitted(features, np.arange(300) % 4, RuleSettings(rounds=1, pair_rounds=0, pairs=0))
    assert all(card.judge(values).outside == () for values in features)
    strange = features[0].copy()
    strange[FIRST] = 1.5
    assert card.judge(strange).outside == (NAMES[FIRST],)


NOTHING_LEARNT = RuleSettings(rounds=0, pair_rounds=0, pairs=0, clean_share=0.2)


def test_every_logo_weighs_the_same_however_many_copies_it_has() -> None:
    logos = np.array([0] * 10 + [1] + [2] * 3)
    copies = np.array([*range(10), 0, 0, 1, 2])
    labels = np.array([0] * 10 + [1] + [2] * 3)
    card = fitted(noise(14), labels, NOTHING_LEARNT, logos=logos, copies=copies)
    assert np.exp(card.base) == pytest.approx(one_hot(np.array([0, 1, 2])).mean(axis=0), abs=0.01)


def test_the_clean_copy_has_its_share() -> None:
    logos, copies = np.zeros(5, np.int64), np.arange(5)
    labels = np.where(copies == 0, 0, 1)
    card = fitted(noise(5), labels, NOTHING_LEARNT, logos=logos, copies=copies)
    clean, degraded = one_hot(np.array([0, 1]))
    assert np.exp(card.base) == pytest.approx(0.2 * clean + 0.8 * degraded, abs=0.01)


def test_a_logo_without_degraded_copies_counts_in_full() -> None:
    card = fitted(noise(2), np.array([0, 1]), NOTHING_LEARNT)
    assert np.exp(card.base)[:2] == pytest.approx([0.4925, 0.4925], abs=0.01)


def test_points_are_short_and_sum_to_zero() -> None:
    """Nobody can read points with a common part, which changes no verdict."""
    features = noise(600)
    card = fitted(features, np.where(features[:, FIRST] > 0.5, 1, 0))
    rows = [row for table in card.ranges for row in table.points]
    rows += [row for pair in card.pairs for line in pair.points for row in line]
    for row in rows:
        assert abs(sum(row)) < 0.021
        assert all(round(number, 2) == number for number in row)
    assert Scorecard.from_dict(json.loads(json.dumps(card.to_dict()))).to_dict() == card.to_dict()


def test_the_same_pictures_give_the_same_scorecard() -> None:
    features = noise(400)
    labels = np.arange(400) % 4
    assert fitted(features, labels).to_dict() == fitted(features, labels).to_dict()


def test_folds_hold_out_whole_brands(monkeypatch: pytest.MonkeyPatch) -> None:
    brands = np.array([0, 0, 0, 1, 1, 2, 3, 3, 4, 5, 5, 6, 6, 6])
    logos = np.array([0, 0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 7, 8])
    features, targets = noise(14), one_hot(logos % 4)
    learnt: list[set[int]] = []

    def recorded(features: Any, targets: Any, logos: NDArray[np.int64], *_: Any) -> str:
        learnt.append(set(logos.tolist()))
        return f"scorecard {len(learnt)}"

    monkeypatch.setattr(module, "fit_scorecard", recorded)
    parts = fit_folds(features, targets, logos, np.zeros(14, np.int64), brands, FEW)
    assert [card for _, card in parts] == [f"scorecard {number}" for number in range(1, 6)]
    assert sorted(np.concatenate([rows for rows, _ in parts])) == list(range(14))
    for (rows, _), seen in zip(parts, learnt, strict=True):
        held = set(brands[rows].tolist())
        assert held
        assert held.isdisjoint(brands[np.isin(logos, list(seen))].tolist())
        assert seen == set(logos.tolist()) - set(logos[rows].tolist())
