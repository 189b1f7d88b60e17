"""The rebuilt student says what its file says; descent stays within its budget and finds wrong answers."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
import torch
from torch import Tensor, nn

from hybrid_logo.errors import SourceError
from hybrid_logo.student import Student
from hybrid_logo.training.white_box import projected_gradient, rebuilt, require_same_logits, step_size
from tests.small_release import SIDE, views_of_drawings

VIEWS = views_of_drawings(3)


@pytest.fixture(scope="module")
def network(small_models: dict[str, bytes]) -> nn.Module:
    return rebuilt(small_models["fp32"])


@pytest.fixture(scope="module")
def accepted(small_models: dict[str, bytes]) -> np.ndarray:
    """What the student says is right."""
    return np.eye(4, dtype=bool)[Student(small_models["fp32"]).logits(VIEWS).argmax(1)]


def margins(network: nn.Module, views: np.ndarray, accepted: np.ndarray) -> np.ndarray:
    logits = network(torch.from_numpy(views).float()).numpy()
    return np.where(accepted, logits, -np.inf).max(1) - np.where(accepted, -np.inf, logits).max(1)


def test_the_rebuilt_network_has_the_logits_of_its_file(
    network: nn.Module, small_models: dict[str, bytes]
) -> None:
    assert require_same_logits(network, Student(small_models["fp32"]), VIEWS) < 1e-3
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_another_network_is_refused(small_models: dict[str, bytes]) -> None:
    changed = rebuilt(small_models["fp32"])
    changed.head.bias += 0.01
    with pytest.raises(SourceError, match=r"differ by up to 0\.01"):
        require_same_logits(changed, Student(small_models["fp32"]), VIEWS)


@pytest.mark.parametrize("change", ["no head", "grouped", "no bias"])
def test_what_is_no_plain_network_cannot_be_rebuilt(change: str, small_models: dict[str, bytes]) -> None:
    model = onnx.load_from_string(small_models["fp32"])
    nodes = {node.op_type: node for node in model.graph.node}
    if change == "no head":
        model.graph.node.remove(nodes["Gemm"])
    elif change == "grouped":
        next(option for option in nodes["Conv"].attribute if option.name == "group").i = 2
    else:
        del nodes["Conv"].input[2]
    with pytest.raises(SourceError, match="cannot be rebuilt"):
        rebuilt(model.SerializeToString())


def test_no_budget_changes_nothing(network: nn.Module, accepted: np.ndarray) -> None:
    found = projected_gradient(network, VIEWS, accepted, 0, np.random.default_rng(0))
    assert np.array_equal(found, VIEWS)


@pytest.mark.parametrize("budget", [1, 3, 8])
def test_descent_stays_within_its_budget_and_lowers_the_margin(
    budget: int, network: nn.Module, accepted: np.ndarray
) -> None:
    found = projected_gradient(network, VIEWS, accepted, budget, np.random.default_rng(0))
    assert found.dtype == np.uint8
    assert np.abs(found.astype(int) - VIEWS).max() == budget
    assert (margins(network, found, accepted) < margins(network, VIEWS, accepted)).all()
    again = projected_gradient(network, VIEWS, accepted, budget, np.random.default_rng(0))
    assert np.array_equal(found, again)


def test_descent_is_better_than_chance(network: nn.Module, accepted: np.ndarray) -> None:
    """No random change of 8 levels does what descent within 4 does."""
    found = projected_gradient(network, VIEWS, accepted, 4, np.random.default_rng(0))
    moved = np.random.default_rng(0).choice([-8, 8], VIEWS.shape)
    chance = np.clip(VIEWS.astype(int) + moved, 0, 255).astype(np.uint8)
    assert margins(network, found, accepted).mean() < margins(network, chance, accepted).mean()


def test_more_accepted_types_are_harder_to_leave(network: nn.Module, accepted: np.ndarray) -> None:
    three = ~np.roll(accepted, 1, axis=1)
    found = projected_gradient(network, VIEWS, three, 4, np.random.default_rng(0))
    logits = network(torch.from_numpy(found).float()).numpy()
    wanted = np.roll(accepted, 1, axis=1)
    before = network(torch.from_numpy(VIEWS).float()).numpy()
    assert (logits[wanted] - logits.max(1) >= before[wanted] - before.max(1) - 1e-4).all()


def test_scale_and_bias_decide_what_the_answer_is() -> None:
    """With its logits turned by the scale, the same network is led the other way."""

    class Brightness(nn.Module):
        def forward(self, levels: Tensor) -> Tensor:
            mean = levels.mean(dim=(1, 2, 3)) - 128
            return torch.stack([mean, -mean, mean * 0 - 99, mean * 0 - 99], dim=1)

    grey = np.full((1, SIDE, SIDE, 3), 128, np.uint8)
    first = np.array([[True, False, False, False]])
    darker = projected_gradient(Brightness(), grey, first, 4, np.random.default_rng(0))
    brighter = projected_gradient(Brightness(), grey, first, 4, np.random.default_rng(0), scale=-0.1)
    assert (darker.max(), brighter.min()) == (124, 132)
    biased = (0.0, 500.0, 0.0, 900.0)
    held = projected_gradient(Brightness(), grey, first, 4, np.random.default_rng(0), bias=biased)
    assert held.max() == 124


def test_a_constant_network_is_never_broken() -> None:
    class Constant(nn.Module):
        def forward(self, levels: Tensor) -> Tensor:
            return levels.sum(dim=(1, 2, 3))[:, None] * 0 + torch.tensor([2.0, 1.0, 0.0, 0.0])

    accepted = np.tile([True, False, False, False], (len(VIEWS), 1))
    found = projected_gradient(Constant(), VIEWS, accepted, 8, np.random.default_rng(0))
    assert np.abs(found.astype(int) - VIEWS).max() <= 8


@pytest.mark.parametrize(("budget", "step"), [(1, 1), (4, 1), (8, 2), (16, 4)])
def test_a_step_is_a_quarter_of_the_budget(budget: int, step: int) -> None:
    assert step_size(budget) == step
