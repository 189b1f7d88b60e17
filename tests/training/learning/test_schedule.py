"""Shapes of the learning rate along a run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hybrid_logo.training.learning.schedule import learning_rate_share
from hybrid_logo.training.learning.settings import TrainingSettings

COSINE = TrainingSettings(warm_up=0.1)
RESTARTS = TrainingSettings(warm_up=0.0, schedule="warm-restarts", restarts=2)


def shares(settings: TrainingSettings, steps: int = 1000) -> np.ndarray:
    return np.array([learning_rate_share(step / steps, settings) for step in range(steps + 1)])


def test_cosine_rises_along_the_warm_up_and_falls_to_zero() -> None:
    found = shares(COSINE)
    assert found[0] == 0.01  # the first step learns something
    assert found[50] == pytest.approx(0.5)
    assert found[100] == pytest.approx(1.0)
    assert found[550] == pytest.approx(0.5)
    assert found[1000] == pytest.approx(0.0, abs=1e-9)
    assert (np.diff(found[100:]) <= 0).all()


def test_without_a_warm_up_it_starts_at_the_top() -> None:
    assert learning_rate_share(0.0, replace(COSINE, warm_up=0.0)) == 1.0


def test_each_restart_is_twice_as_long_as_the_one_before() -> None:
    found = shares(RESTARTS, 7000)
    tops = np.flatnonzero(np.diff(found) > 0.5) + 1
    assert tops == pytest.approx([1000, 3000], abs=1)
    assert found[[500, 2000, 5000]] == pytest.approx(0.5, abs=1e-3)
    assert found[7000] == pytest.approx(0.0, abs=1e-6)


def test_no_restarts_is_a_cosine() -> None:
    assert shares(replace(RESTARTS, restarts=0)) == pytest.approx(shares(replace(COSINE, warm_up=0.0)))


@pytest.mark.parametrize("schedule", ["cosine", "warm-restarts"])
def test_it_stays_in_its_range(schedule: str) -> None:
    for warm_up in (0.0, 0.3, 1.0):
        found = shares(TrainingSettings(schedule=schedule, warm_up=warm_up))
        assert found.min() >= 0.0
        assert found.max() <= 1.0
