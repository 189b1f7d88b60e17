"""Same-view teaching: whose answer the student hears, and about which picture."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from hybrid_logo.training.learning.batches import Batch
from hybrid_logo.training.learning.ensemble import Ensemble
from hybrid_logo.training.learning.same_view import SameView


class Brightness(nn.Module):
    """Sure of type 0 where a view is black, of type 1 where it is white."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(20.0))

    def forward(self, views: Tensor) -> Tensor:
        light = views.float().mean(dim=(1, 2, 3)) / 255 - 0.5
        none = torch.zeros_like(light)
        return self.scale * torch.stack([-light, light, none - 1, none - 1], dim=1)


def batch(stored: list[list[float]], levels: list[int]) -> Batch:
    views = torch.tensor(levels, dtype=torch.uint8)[:, None, None, None].expand(-1, 8, 8, 3)
    count = len(levels)
    return Batch(views, torch.zeros(count, 4), torch.zeros(count, 4), torch.tensor(stored))


def teacher(share: float) -> SameView:
    return SameView(Ensemble((Brightness(),), np.array([1.0]), np.array([1.0]), precision="fp32"), share)


def test_each_view_gets_its_own_answer_joined_to_the_stored_one() -> None:
    even = [0.25, 0.25, 0.25, 0.25]
    said = teacher(0.6)(batch([even, even], [0, 255]))
    assert said.argmax(dim=1).tolist() == [0, 1]
    assert torch.allclose(said[0, 2:], torch.full((2,), 0.4 * 0.25), atol=1e-3)
    assert torch.allclose(said.sum(dim=1), torch.ones(2))


def test_what_the_facts_exclude_stays_excluded() -> None:
    said = teacher(1.0)(batch([[0.0, 0.5, 0.5, 0.0]], [0]))
    assert said[0, 0] == said[0, 3] == 0
    assert torch.allclose(said.sum(dim=1), torch.ones(1))


def test_a_picture_that_no_teacher_was_asked_about_is_not_taught() -> None:
    assert (teacher(0.6)(batch([[0.0] * 4], [255])) == 0).all()
