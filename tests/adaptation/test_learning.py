"""Learning from a few pictures: against an independent library, and where it may fail."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from hybrid_logo.adaptation import learning
from hybrid_logo.adaptation.learning import METHODS, fitted_temperature, learn, nearest_mean, ridge


def drawn(counts: list[int], seed: int = 0, apart: float = 3.0, width: int = 12) -> tuple[Any, Any]:
    random = np.random.default_rng(seed)
    types = np.repeat(np.arange(len(counts)), counts)
    inputs = random.normal(size=(len(types), width))
    inputs[np.arange(len(types)), types] += apart
    return inputs, types


def test_with_one_picture_each_the_nearest_one_answers() -> None:
    inputs, types = drawn([1, 1, 1])
    learned = learn(inputs, types)
    assert (learned.method, learned.calibrated) == ("nearest mean", False)
    assert np.isnan(learned.left_out).all()
    asked = np.random.default_rng(1).normal(size=(200, 12)) * 3
    nearest = ((asked[:, None] - inputs) ** 2).sum(axis=2).argmin(axis=1)
    assert (learned.probabilities(asked).argmax(axis=1) == nearest).all()


def test_the_nearest_mean_uses_the_covariance_where_pictures_suffice() -> None:
    random = np.random.default_rng(2)
    types = np.repeat([0, 1], 2000)
    mixing = np.array([[3.0, 0.0], [2.9, 0.5]])  # a long thin cloud, the means across it
    inputs = random.normal(size=(4000, 2)) @ mixing.T
    inputs[types == 1] += (0.0, 2.0)
    weights, intercepts = nearest_mean(inputs, types)
    right = ((inputs @ weights.T + intercepts).argmax(axis=1) == types).mean()
    plain = (inputs[:, 1] > 1.0) == (types == 1)
    assert right > 0.95 > plain.mean()


def test_ridge_is_that_of_scikit_learn_and_types_count_alike() -> None:
    inputs, types = drawn([4, 16])
    weights, intercepts = ridge(inputs, types)
    share = np.where(types == 0, 20 / 8, 20 / 32)
    other = Ridge(alpha=learning.RIDGE).fit(inputs, np.eye(2)[types], sample_weight=share)
    assert weights == pytest.approx(other.coef_)
    assert intercepts == pytest.approx(other.intercept_)


@pytest.mark.parametrize("method", METHODS)
def test_a_picture_left_out_is_judged_without_it(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "METHODS", {method: METHODS[method]})
    inputs, types = drawn([4, 3, 1])
    learned = learn(inputs, types)
    for row in range(7):
        rest = np.arange(8) != row
        weights, intercepts = METHODS[method].fit(inputs[rest], types[rest])
        scores = (weights @ inputs[row] + intercepts) / learned.temperature
        expected = np.exp(scores - scores.max())
        assert learned.left_out[row] == pytest.approx(expected / expected.sum())
    assert np.isnan(learned.left_out[7]).all()


def test_many_pictures_share_their_turns_and_no_type_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "MOST_FITS", 4)
    fits = []

    def counted(inputs: Any, types: Any) -> Any:
        fits.append(np.bincount(types, minlength=2))
        return nearest_mean(inputs, types)

    monkeypatch.setattr(learning, "METHODS", {"counted": learning.Method(counted, 1.0)})
    inputs, types = drawn([30, 2])
    learned = learn(inputs, types)
    assert np.isfinite(learned.left_out).all()
    assert len(fits) == 5
    assert min(each.min() for each in fits) >= 1


def test_the_method_that_fails_least_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(inputs: Any, types: Any) -> Any:
        weights, intercepts = nearest_mean(inputs, types)
        return -weights, -intercepts

    inputs, types = drawn([6, 6], apart=8.0)
    methods = {"wrong": learning.Method(wrong, 1.0), "right": METHODS["nearest mean"]}
    monkeypatch.setattr(learning, "METHODS", methods)
    assert learn(inputs, types).method == "right"


@pytest.mark.parametrize(
    ("counts", "calibrated"), [([10, 10], True), ([5, 15], True), ([4, 40], False), ([9, 10], False)]
)
def test_confidence_is_calibrated_where_pictures_suffice(counts: list[int], calibrated: bool) -> None:
    learned = learn(*drawn(counts))
    assert learned.calibrated is calibrated
    assumed = learned.temperature == METHODS[learned.method].temperature
    assert assumed is not calibrated


def test_calibrated_confidence_meets_accuracy() -> None:
    inputs, types = drawn([60, 60, 60], apart=1.5)
    learned = learn(inputs, types)
    asked, wanted = drawn([2000, 2000, 2000], seed=9, apart=1.5)
    said = learned.probabilities(asked)
    accuracy = (said.argmax(axis=1) == wanted).mean()
    assert 0.6 < accuracy < 0.95
    assert said.max(axis=1).mean() == pytest.approx(accuracy, abs=0.05)


def test_no_error_makes_nothing_certain() -> None:
    types = np.repeat([0, 1], 10)
    scores = np.where(types[:, None] == [0, 1], 1000.0, 0.0)
    heat = fitted_temperature(scores, types)
    assert 1 / (1 + np.exp(-1000.0 / heat)) == pytest.approx(11 / 12, abs=0.03)


@pytest.mark.parametrize("types", [[0, 0, 0], [0, 2, 2]])
def test_one_type_or_an_empty_one_is_refused(types: list[int]) -> None:
    with pytest.raises(ValueError, match="at least two types"):
        learn(np.zeros((3, 2)), np.array(types))
