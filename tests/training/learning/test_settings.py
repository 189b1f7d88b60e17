"""Settings that cannot be meant are refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.learning.settings import LOSSES, SCHEDULES, TrainingSettings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("loss", "hinge"), ("schedule", "linear"), ("precision", "fp16"), ("device", "tpu"),
        ("warm_up", 1.5), ("average_decay", -0.1), ("distillation_weight", 1.1), ("mix_up", -0.1),
        ("cut_mix", 3.0), ("recolor", float("nan")),
        ("epochs", 0), ("batch_size", 0), ("accumulation", 0), ("learning_rate", 0.0),
        ("learning_rate", float("nan")), ("temperature", -1.0), ("clip_norm", 0.0), ("evaluate_every", 0),
        ("threads", 0), ("restarts", -1), ("weight_decay", -0.1), ("focal_gamma", -1.0),
        ("facts_weight", -1.0), ("patience", -1), ("checkpoint_minutes", -1.0), ("loader_workers", -1),
        ("sources", ()), ("sources", (("labelled", 0.0),)), ("sources", (("labelled", 1.0), ("icons", -1.0))),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(SourceError, match=name):
        TrainingSettings(**{name: value})


def test_mixing_more_batches_than_there_are_is_refused() -> None:
    with pytest.raises(SourceError, match="mix_up and cut_mix"):
        TrainingSettings(mix_up=0.6, cut_mix=0.6)
    TrainingSettings(mix_up=0.5, cut_mix=0.5)


def test_every_named_choice_is_accepted() -> None:
    for loss in LOSSES:
        for schedule in SCHEDULES:
            TrainingSettings(loss=loss, schedule=schedule)
