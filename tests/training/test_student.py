"""The student: which network its settings give, and its run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from hybrid_logo.errors import SourceError
from hybrid_logo.training.examples import FACTS
from hybrid_logo.training.learning import predict
from hybrid_logo.training.learning.records import read_log
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.student import StudentSettings, new_student, train_student, trained_student
from tests.small_release import SIDE
from tests.training.learning.drawn_examples import SETTINGS, examples, table

SMALL = StudentSettings(widths=(6, 6, 8, 8), depths=(1, 1, 1, 2), dropout=0.1, training=SETTINGS)


def weights(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return dict(network.state_dict())


def test_widths_depths_and_dropout_are_those_of_the_settings() -> None:
    made = new_student(SMALL)
    convolutions = [layer for layer in made.body if isinstance(layer, torch.nn.Conv2d)]
    assert [layer.out_channels for layer in convolutions] == [6, 6, 8, 8, 8]
    assert made.dropout.p == 0.1


def test_the_default_is_the_network_that_is_released() -> None:
    assert weights(new_student(StudentSettings())).keys() == weights(StudentNetwork()).keys()
    for name, value in weights(StudentNetwork()).items():
        assert weights(new_student(StudentSettings()))[name].shape == value.shape, name


@pytest.mark.parametrize("weight", [0.0, 0.3])
def test_facts_are_told_only_where_they_are_learned(weight: float) -> None:
    made = new_student(replace(SMALL, training=replace(SETTINGS, facts_weight=weight)))
    views = torch.zeros((2, SIDE, SIDE, 3), dtype=torch.uint8)
    answer = made.train()(views)
    assert isinstance(answer, tuple) is (weight > 0)
    if weight:
        assert answer[1].shape == (2, len(FACTS))
    assert made.eval()(views).shape == (2, 4)


@pytest.mark.parametrize(
    ("training", "fine_tuning", "needed"),
    [(0, None, False), (0.5, None, True), (0, 0, False), (0, 0.5, True)],
)
def test_teachers_are_needed_where_either_run_learns_from_them(
    training: float, fine_tuning: float | None, needed: bool
) -> None:
    tuned = None if fine_tuning is None else replace(SETTINGS, distillation_weight=fine_tuning)
    made = replace(SMALL, training=replace(SETTINGS, distillation_weight=training), fine_tuning=tuned)
    assert made.needs_teachers is needed
    assert len(made.runs) == 1 + (tuned is not None)


def test_the_same_seed_gives_the_same_weights() -> None:
    other = replace(SMALL, training=replace(SETTINGS, seed=2))
    first, torch_state = new_student(SMALL), torch.rand(1)
    again = new_student(SMALL)
    assert torch.rand(1) == torch_state
    for name, value in weights(again).items():
        assert torch.equal(value, weights(first)[name]), name
    assert not torch.equal(weights(new_student(other))["head.weight"], weights(first)["head.weight"])


def test_a_run_trains_the_student_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    drawn = table(2, 1)
    settings = replace(SMALL, training=replace(SETTINGS, facts_weight=0.3))
    trained = train_student(examples(drawn), drawn, settings, tmp_path)
    assert isinstance(trained, StudentNetwork)
    assert not trained.training
    assert not torch.equal(weights(trained)["head.weight"], weights(new_student(settings))["head.weight"])
    assert [line["epoch"] for line in read_log(tmp_path / "log.jsonl")] == [1, 2, 3]
    again = train_student(examples(drawn), drawn, settings, tmp_path)
    assert np.array_equal(predict(again, drawn.views), predict(trained, drawn.views))
    longer = replace(settings, training=replace(settings.training, epochs=9))
    with pytest.raises(SourceError, match=r"other settings \(epochs\)"):
        train_student(examples(drawn), drawn, longer, tmp_path)


def test_fine_tuning_goes_on_from_the_first_run(tmp_path: Path) -> None:
    drawn = table(2, 1)
    tuned = replace(SMALL, fine_tuning=replace(SETTINGS, epochs=2, learning_rate=1e-6, seed=5))
    first = train_student(examples(drawn), drawn, SMALL, tmp_path)
    second = train_student(examples(drawn), drawn, tuned, tmp_path)
    assert [line["epoch"] for line in read_log(tmp_path / "fine-tuning" / "log.jsonl")] == [1, 2]
    # So small a learning rate leaves the weights where the first run ended, not where a new one begins.
    for name, value in first.named_parameters():
        assert torch.allclose(value, weights(second)[name], atol=1e-3), name
    assert not torch.equal(first.head.weight, second.head.weight)


@pytest.mark.parametrize(
    ("name", "value"),
    [("widths", (8, 8, 8)), ("widths", (8, 8, 8, 0)), ("depths", ()), ("depths", (1, 1, 1, 1, 1)),
     ("dropout", 1.0), ("dropout", -0.1)],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(name: str, value: Any) -> None:
    with pytest.raises(SourceError, match=f"{name} must "):
        replace(SMALL, **{name: value})


@pytest.mark.parametrize("patience", [0, 1])
@pytest.mark.parametrize("tuned", [False, True])
def test_a_trained_student_is_found_again(tuned: bool, patience: int, tmp_path: Path) -> None:
    last = replace(SETTINGS, epochs=2, patience=patience, facts_weight=0.3)
    settings = replace(SMALL, training=last, fine_tuning=last if tuned else None)
    with pytest.raises(SourceError, match="Run: hybrid-logo train student"):
        trained_student(settings, tmp_path)
    made = train_student(examples(table(2)), table(2), settings, tmp_path)
    found = trained_student(settings, tmp_path)
    assert not found.training
    assert all(torch.equal(value, weights(made)[name]) for name, value in weights(found).items())
    with pytest.raises(SourceError, match="other settings"):
        trained_student(replace(settings, training=replace(last, seed=9), fine_tuning=None), tmp_path)
