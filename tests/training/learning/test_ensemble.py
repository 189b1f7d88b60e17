"""Ensembles: temperatures and weights against what made the labels, and what is asked of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from torch import Tensor, nn

from hybrid_logo.errors import SourceError
from hybrid_logo.training.learning.ensemble import (
    Ensemble,
    ensemble_weights,
    fit_temperatures,
    member_probabilities,
    tempered,
)
from tests.training.learning.drawn_examples import small_network, table

Floats = NDArray[np.float64]


def members(count: int = 3, pictures: int = 4000, seed: int = 0) -> Floats:
    return np.random.default_rng(seed).dirichlet(np.full(4, 0.5), (count, pictures))


def sampled(probabilities: Floats, seed: int = 1) -> NDArray[np.int64]:
    """Labels that happen as often as they are told."""
    random = np.random.default_rng(seed)
    return np.array([random.choice(4, p=row) for row in probabilities])


def likelihood(weights: Floats, probabilities: Floats, labels: NDArray[np.int64]) -> float:
    together = np.tensordot(weights, probabilities, 1)
    return float(np.log(together[np.arange(len(labels)), labels]).mean())


def test_weights_are_those_of_the_mixture_that_made_the_labels() -> None:
    told = members()
    expected = np.array([0.6, 0.3, 0.1])
    labels = sampled(np.tensordot(expected, told, 1))
    weights = ensemble_weights(told, labels)
    assert weights.sum() == pytest.approx(1.0)
    assert weights == pytest.approx(expected, abs=0.06)


def test_no_other_weights_are_more_likely() -> None:
    told = members(pictures=300)
    labels = np.random.default_rng(2).integers(0, 4, 300)
    best = likelihood(ensemble_weights(told, labels), told, labels)
    for other in np.random.default_rng(3).dirichlet(np.ones(3), 300):
        assert likelihood(other, told, labels) <= best + 1e-7


def test_a_member_that_only_guesses_against_one_that_knows_is_not_asked() -> None:
    labels = np.arange(200) % 4
    knows = np.where(np.eye(4)[labels] > 0, 0.97, 0.01)
    told = np.stack([np.full((200, 4), 0.25), knows])
    assert ensemble_weights(told, labels) == pytest.approx([0.0, 1.0], abs=1e-6)


def test_members_that_say_the_same_share_the_weight() -> None:
    told = np.repeat(members(1), 4, axis=0)
    assert ensemble_weights(told, sampled(told[0])) == pytest.approx(0.25)


def test_members_that_are_all_certain_and_wrong_give_finite_weights() -> None:
    told = np.repeat(np.eye(4)[None, [1, 1, 1]], 2, axis=0)
    weights = ensemble_weights(told, np.zeros(3, np.int64))
    assert weights == pytest.approx(0.5)
    assert np.isfinite(fit_temperatures(told, np.zeros(3, np.int64))).all()


@pytest.mark.parametrize("fit", [ensemble_weights, fit_temperatures])
def test_nothing_to_fit_on_is_told(fit: Any) -> None:
    with pytest.raises(SourceError, match="Give some"):
        fit(np.zeros((2, 0, 4)), np.zeros(0, np.int64))


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_is_found_that_makes_a_member_honest(temperature: float) -> None:
    honest = members(1)
    labels = sampled(honest[0])
    told = tempered(honest, np.array([1 / temperature]))  # too sure, for a temperature above 1
    assert fit_temperatures(told, labels) == pytest.approx([temperature], rel=0.1)


@given(st.integers(0, 1000), st.floats(0.5, 5.0))
def test_tempering_keeps_the_order_and_is_undone_by_its_inverse(seed: int, temperature: float) -> None:
    told = np.maximum(members(2, 5, seed), 1e-3)
    told /= told.sum(axis=2, keepdims=True)
    temperatures = np.array([temperature, 1.0])
    changed = tempered(told, temperatures)
    assert changed.sum(axis=2) == pytest.approx(1.0)
    assert (changed.argmax(axis=2) == told.argmax(axis=2)).all()
    assert changed[1] == pytest.approx(told[1])
    assert tempered(changed, 1 / temperatures) == pytest.approx(told, rel=1e-5)


class Says(nn.Module):
    """The same logits for every picture; counts its pictures."""

    def __init__(self, *logits: float) -> None:
        super().__init__()
        self.logits, self.asked = nn.Parameter(torch.tensor(logits)), 0

    def forward(self, views: Tensor) -> Tensor:
        assert not self.training
        assert not torch.is_grad_enabled()
        self.asked += len(views)
        return self.logits.repeat(len(views), 1)


def test_the_ensemble_is_the_weighted_mean_of_tempered_members() -> None:
    first, second, unused = Says(2.0, 0.0, 0.0, 0.0), Says(0.0, 4.0, 0.0, 1.0), Says(9.0, 9.0, 0.0, 0.0)
    made = Ensemble(
        (first, second, unused), np.array([0.75, 0.25, 0.0]), np.array([1.0, 2.0, 1.0]), precision="fp32"
    )
    told = made(torch.zeros((3, 32, 32, 3), dtype=torch.uint8))
    expected = 0.75 * first.logits.softmax(dim=0) + 0.25 * (second.logits / 2).softmax(dim=0)
    assert told.dtype == torch.float32
    assert not told.requires_grad
    assert torch.allclose(told, expected.detach().repeat(3, 1))
    assert (first.asked, unused.asked) == (3, 0)


def test_fitting_and_asking_agree() -> None:
    """The mean of stored members' probabilities is what the ensemble says of the views."""
    drawn = table(3)
    networks = [small_network(seed).eval() for seed in (1, 2)]
    told = np.stack([member_probabilities(network, drawn.views, batch_size=5) for network in networks])
    temperatures = fit_temperatures(told, drawn.labels)
    weights = ensemble_weights(tempered(told, temperatures), drawn.labels)
    said = Ensemble(networks, weights, temperatures)(torch.from_numpy(drawn.views)).numpy()
    assert (said.dtype, said.shape) == (np.dtype(np.float32), (24, 4))
    assert said == pytest.approx(np.tensordot(weights, tempered(told, temperatures), 1), abs=0.01)


def test_both_precisions_say_about_the_same() -> None:
    drawn = table(1)
    full, half = (member_probabilities(small_network(), drawn.views, precision=p) for p in ("fp32", "bf16"))
    assert half == pytest.approx(full, abs=0.02)
    assert (half != full).any()


def test_no_pictures_are_no_answers() -> None:
    assert member_probabilities(small_network(), np.zeros((0, 32, 32, 3), np.uint8)).shape == (0, 4)
