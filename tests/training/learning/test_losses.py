"""Losses against their formulas and their limits."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from hybrid_logo.training.learning.losses import (
    AdaptiveFocalLoss,
    FocalLoss,
    distillation_loss,
    facts_loss,
    label_loss,
)
from tests.training.learning.drawn_examples import SETTINGS


def batch(count: int = 12) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn((count, 4), generator=generator, requires_grad=True)
    targets = torch.rand((count, 4), generator=generator)
    return logits, targets / targets.sum(dim=1, keepdim=True)


def number(value: Tensor) -> float:
    return float(value.detach())


def losses() -> list[torch.nn.Module]:
    return [FocalLoss(0.0), FocalLoss(2.0), AdaptiveFocalLoss(1.5)]


def test_focal_loss_with_gamma_0_is_cross_entropy() -> None:
    logits, targets = batch()
    expected = torch.nn.functional.cross_entropy(logits, targets)
    assert number(FocalLoss(0.0)(logits, targets)) == pytest.approx(number(expected), rel=1e-5)


def test_focal_loss_of_hard_targets_is_the_published_one() -> None:
    logits, _ = batch()
    right = torch.arange(12) % 4
    given = logits.softmax(dim=1)[torch.arange(12), right]
    expected = ((1 - given) ** 2 * -given.log()).mean()
    hard = torch.nn.functional.one_hot(right, 4).float()
    assert number(FocalLoss(2.0)(logits, hard)) == pytest.approx(number(expected), rel=1e-4)


def test_a_met_soft_target_counts_as_easy() -> None:
    targets = torch.tensor([[0.7, 0.3, 0.0, 0.0]])
    met, missed = (targets + 1e-9).log(), torch.zeros((1, 4))
    loss = FocalLoss(2.0)
    assert number(loss(met, targets)) < 1e-6 < number(loss(missed, targets))


@pytest.mark.parametrize("loss", losses(), ids=repr)
def test_rows_without_a_label_add_nothing(loss: torch.nn.Module) -> None:
    logits, targets = batch()
    longer = torch.cat([logits, torch.full((3, 4), 7.0)]).detach().requires_grad_()
    padded = torch.cat([targets, torch.zeros((3, 4))])
    loss.eval()
    together = loss(longer, padded)
    assert number(together) == pytest.approx(number(loss(logits, targets)), rel=1e-6)
    together.backward()
    assert longer.grad is not None
    assert (longer.grad[12:] == 0).all()
    assert (longer.grad[:12] != 0).any()
    assert number(loss(longer[12:], padded[12:])) == 0.0


def test_adaptive_focal_follows_the_run() -> None:
    """Many pictures of type 0, none of type 3, all answered with type 0."""
    loss = AdaptiveFocalLoss(2.0, decay=0.9)
    targets = torch.eye(4)[[0, 0, 0, 0, 0, 0, 1, 2]]
    logits = torch.tensor([4.0, 0.0, 0.0, 0.0]).repeat(8, 1)
    given = logits[0].softmax(dim=0)
    for _ in range(200):
        loss(logits, targets)
    assert torch.allclose(loss.targets_share, torch.tensor([0.75, 0.125, 0.125, 0.0]), atol=1e-6)
    assert torch.allclose(loss.answers_share, given, atol=1e-6)
    assert torch.allclose(loss.right[:3], given[:3], atol=1e-6)
    assert loss.right[3] == 0.5  # never seen
    weights = loss.weights(torch.zeros((1, 4)), torch.zeros((1, 4)))[0]
    assert weights[1] > 2 * weights[0]  # rarer, neglected


def test_adaptive_focal_moves_one_step_by_its_decay_and_in_training_only() -> None:
    loss = AdaptiveFocalLoss(2.0, decay=0.9)
    logits, targets = torch.zeros((2, 4)), torch.eye(4)[[1, 1]]
    loss.eval()(logits, targets)
    assert (loss.targets_share == 0.25).all()
    loss.train()(logits, targets)
    assert loss.targets_share == pytest.approx([0.225, 0.325, 0.225, 0.225])
    assert loss.right == pytest.approx([0.5, 0.475, 0.5, 0.5])
    assert set(loss.state_dict()) == {"targets_share", "answers_share", "right"}
    loss(logits, torch.zeros((2, 4)))  # nothing labelled: nothing learned
    assert loss.targets_share == pytest.approx([0.225, 0.325, 0.225, 0.225])


def test_adaptive_focal_starts_as_a_focal_loss_with_half_its_gamma() -> None:
    logits, targets = batch()
    adaptive = AdaptiveFocalLoss(2.0).eval()
    assert number(adaptive(logits, targets)) == pytest.approx(
        number(FocalLoss(1.0)(logits, targets)), rel=1e-4
    )


@pytest.mark.parametrize(
    ("name", "kind", "gamma"),
    [
        ("cross-entropy", FocalLoss, 0.0),
        ("focal", FocalLoss, 1.5),
        ("adaptive-focal", AdaptiveFocalLoss, 1.5),
    ],
)
def test_settings_name_the_loss(name: str, kind: type[FocalLoss], gamma: float) -> None:
    made = label_loss(replace(SETTINGS, loss=name, focal_gamma=1.5))
    assert type(made) is kind
    assert made.gamma == gamma


@pytest.mark.parametrize("temperature", [1.0, 2.0, 4.0])
def test_a_student_that_equals_its_teacher_has_nothing_to_learn(temperature: float) -> None:
    logits, _ = batch()
    loss = distillation_loss(logits, logits.detach().softmax(dim=1), temperature)
    assert number(loss) == pytest.approx(0.0, abs=1e-5)
    loss.backward()
    assert logits.grad is not None
    assert logits.grad.abs().max() < 1e-5


@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_distillation_is_the_divergence_and_leaves_out_who_was_not_asked(temperature: float) -> None:
    logits, teacher = batch()
    softened = teacher ** (1 / temperature)
    softened = softened / softened.sum(dim=1, keepdim=True)
    answers = (logits / temperature).log_softmax(dim=1)
    expected = temperature**2 * (softened * (softened.log() - answers)).sum(dim=1).mean()
    padded = torch.cat([teacher, torch.zeros((4, 4))])
    longer = torch.cat([logits, torch.eye(4)])
    assert number(distillation_loss(longer, padded, temperature)) == pytest.approx(number(expected), rel=1e-4)
    assert number(distillation_loss(longer[12:], padded[12:], temperature)) == 0.0


def test_unknown_facts_add_nothing() -> None:
    told = torch.tensor([[0.5, 0.0], [0.2, 0.9]], requires_grad=True)
    facts = torch.tensor([[0.5, torch.nan], [torch.nan, 0.4]])
    loss = facts_loss(told, facts)
    assert number(loss) == pytest.approx((0.0 + (0.5 - 0.05)) / 2)  # the second is beyond beta: linear
    loss.backward()
    assert told.grad is not None
    assert torch.equal(told.grad != 0, torch.tensor([[False, False], [False, True]]))
    assert number(facts_loss(told, torch.full((2, 2), torch.nan))) == 0.0
