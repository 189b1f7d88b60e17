"""Drawn logos of the four types as examples to learn from and as a table to be judged by."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from hybrid_logo.features import NAMES
from hybrid_logo.training.examples import FACTS, Examples, soft_targets
from hybrid_logo.training.learning import TrainingSettings
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.pictures import PictureTable
from tests.small_release import views_of_drawings

torch.set_num_threads(1)  # pictures of 32 pixels; threads that wait for each other cost more than they bring

SETTINGS = TrainingSettings(
    epochs=3,
    sources=(("labelled", 1.0),),
    batch_size=8,
    precision="fp32",
    device="cpu",
    threads=1,
    evaluate_every=1,
    checkpoint_minutes=0.0,
)
"""A checkpoint after every step."""


def table(logos: int = 5, copies: int = 2) -> PictureTable:
    """``4 * logos`` drawn logos, the types in turn; the copies of one are mirrored."""
    views = views_of_drawings(logos)
    count = len(views)
    labels = np.repeat(np.arange(count) % 4, copies)
    noise = np.random.default_rng(0).normal(0, 0.3, (count * copies, len(NAMES)))
    return PictureTable(
        features=(noise + labels[:, None]).astype(np.float32),
        views=np.stack([view[:, :: 1 - 2 * (copy % 2)] for view in views for copy in range(copies)]),
        logos=np.repeat(np.arange(count), copies),
        copies=np.tile(np.arange(copies), count),
        labels=labels,
        accepted=np.eye(4, dtype=bool)[labels],
        clear=np.ones(count * copies, bool),
    )


def examples(of: PictureTable, source: str = "labelled") -> Examples:
    """With facts of every second drawing."""
    facts = {
        logo: np.array([0.1 * (logo % 4), 0.5, np.nan, 0.2], np.float32)
        for logo in range(0, int(of.logos.max()) + 1, 2)
    }
    return Examples.of_table(of, source, soft_targets(of, 0.25, 0.03), facts)


def small_network(seed: int = 1, **changed: Any) -> StudentNetwork:
    """Seeded, with dropout and an auxiliary head."""
    torch.manual_seed(seed)
    made: dict[str, Any] = {"widths": (6, 6, 8, 8), "depths": (1, 1, 1, 1), "facts": len(FACTS)}
    return StudentNetwork(**made | changed)


class Pixels(nn.Module):
    """``uint8[N, side, side, 3]`` as one row a picture: for a network without normalisation and dropout."""

    def forward(self, views: Tensor) -> Tensor:
        return views.float().flatten(1) / 255 - 0.5
