"""Fills are recovered from colours that they gave, with as few stops as they have."""

from __future__ import annotations

import numpy as np
import pytest

from hybrid_logo.vectorize.gradients.fills import Fill, Floats, fit_fill

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.uniform(0, 100, 700), RANDOM.uniform(0, 80, 700)
RED, BLUE, WHITE = (220.0, 20, 40, 255), (20.0, 60, 230, 255), (255.0, 255, 255, 255)


def colors(along: Floats, offsets: list[float], stops: list[tuple[float, ...]]) -> Floats:
    return np.stack([np.interp(along, offsets, channel) for channel in np.array(stops).T], axis=1).round()


def test_one_colour_is_flat() -> None:
    fill = fit_fill(X, Y, np.tile(RED, (700, 1)) + RANDOM.normal(0, 0.3, (700, 4)))
    assert fill.kind == "flat"
    assert fill.colors[0] == pytest.approx(RED, abs=1)
    assert fill.at(X, Y).shape == (700, 4)


@pytest.mark.parametrize("degrees", [0, 37, 90, 151])
def test_a_linear_ramp_and_its_direction(degrees: int) -> None:
    direction = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    along = X * direction[0] + Y * direction[1]
    given = colors((along - along.min()) / np.ptp(along), [0, 1], [RED, BLUE])
    fill = fit_fill(X, Y, given)
    assert (fill.kind, len(fill.offsets)) == ("linear", 2)
    found = np.arctan2(fill.geometry[3] - fill.geometry[1], fill.geometry[2] - fill.geometry[0])
    assert abs(np.sin(found - np.radians(degrees))) < 0.02
    assert np.abs(fill.at(X, Y) - given).max() < 4


def test_a_ramp_there_and_back_needs_a_third_stop() -> None:
    given = colors(X / 100, [0, 0.5, 1], [RED, WHITE, RED])
    fill = fit_fill(X, Y, given)
    assert fill.kind == "linear"
    assert 3 <= len(fill.offsets) <= 5
    assert np.abs(fill.at(X, Y) - given).mean() < 2


def test_a_radial_ramp_and_its_centre() -> None:
    given = colors(np.hypot(X - 30, Y - 55) / 90, [0, 0.4, 1], [WHITE, RED, BLUE])
    fill = fit_fill(X, Y, given)
    assert fill.kind == "radial"
    assert fill.geometry[:2] == pytest.approx((30, 55), abs=3)
    assert np.abs(fill.at(X, Y) - given).mean() < 3


def test_noise_alone_makes_no_ramp() -> None:
    noisy = np.array(RED) + RANDOM.normal(0, 6, (700, 4))
    assert fit_fill(X, Y, noisy).kind == "flat"


def test_a_fade_keeps_its_alpha() -> None:
    given = colors(X / 100, [0, 1], [RED, (0, 0, 0, 0)])
    fill = fit_fill(X, Y, given)
    assert not fill.opaque
    assert not fill.invisible
    assert sorted(fill.colors[[0, -1], 3]) == pytest.approx([0, 255], abs=3)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_few_points_are_flat(count: int) -> None:
    assert fit_fill(X[:count], Y[:count], RANDOM.uniform(0, 255, (count, 4))).kind == "flat"


def test_beyond_its_ends_a_ramp_stays_the_same() -> None:
    fill = Fill("linear", (0, 0, 10, 0), np.array([0.0, 1]), np.array([RED, BLUE]), 0.0)
    assert fill.at(np.array([-5.0, 20]), np.zeros(2)).tolist() == [list(RED), list(BLUE)]
