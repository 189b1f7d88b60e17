"""Learning rates by layer and the stages in which layers begin to learn."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from hybrid_logo.training.learning import train
from hybrid_logo.training.learning.batches import Batch
from hybrid_logo.training.learning.layers import (
    STAGES,
    layer_groups,
    layer_numbers,
    parameter_groups,
    unfreeze,
)
from hybrid_logo.training.learning.teachers import TeacherNetwork, TeacherSettings
from tests.training.learning.drawn_examples import SETTINGS, examples, small_network, table

SMALL = "mobilenetv3_small_050"


def teacher(architecture: str = "plain") -> TeacherNetwork:
    torch.manual_seed(1)
    return TeacherNetwork(TeacherSettings(architecture=architecture), facts=4)


def test_each_convolution_of_a_plain_body_begins_a_layer() -> None:
    network = teacher()
    numbers = layer_numbers(network.body)
    assert numbers.keys() == dict(network.body.named_parameters()).keys()
    assert [numbers[f"{place}.weight"] for place in (0, 1, 3, 4, 24, 25)] == [0, 0, 1, 1, 8, 8]


def test_layers_of_a_timm_body_go_from_its_stem_to_its_last_convolution() -> None:
    network = teacher(SMALL)
    numbers = layer_numbers(network.body)
    assert numbers.keys() == dict(network.body.named_parameters()).keys()
    assert numbers["conv_stem.weight"] == 0
    assert numbers["conv_head.weight"] == max(numbers.values())
    assert sorted(set(numbers.values())) == list(range(max(numbers.values()) + 1))


@pytest.mark.parametrize("architecture", ["plain", SMALL])
def test_groups_hold_every_parameter_once_and_slow_down_towards_the_stem(architecture: str) -> None:
    network = teacher(architecture)
    settings = replace(SETTINGS, learning_rate=0.01, weight_decay=0.3)
    groups = layer_groups(0.5)(network, settings)
    held = [id(parameter) for group in groups for parameter in group["params"]]
    assert sorted(held) == sorted(id(parameter) for parameter in network.parameters())
    rate = {id(parameter): group["lr"] for group in groups for parameter in group["params"]}
    layers = max(layer_numbers(network.body).values()) + 1
    for name, parameter in network.body.named_parameters():
        number = layer_numbers(network.body)[name]
        assert rate[id(parameter)] == pytest.approx(0.01 * 0.5 ** (layers - number))
    assert all(rate[id(parameter)] == 0.01 for parameter in network.head.parameters())
    for group in groups:
        is_matrix = {parameter.ndim > 1 for parameter in group["params"]}
        assert len(is_matrix) == 1
        assert group["weight_decay"] == (0.3 if is_matrix.pop() else 0.0)


def test_without_given_weights_only_matrices_decay() -> None:
    network = small_network()
    matrices, others = parameter_groups(network, replace(SETTINGS, weight_decay=0.3))
    assert (matrices["weight_decay"], others["weight_decay"]) == (0.3, 0.0)
    assert {parameter.ndim for parameter in matrices["params"]} == {2, 4}
    assert len(matrices["params"]) + len(others["params"]) == len(list(network.parameters()))


@pytest.mark.parametrize(
    ("done", "learning"),
    [(0.0, 0), (0.09, 0), (0.1, 2), (0.24, 2), (0.25, 4), (0.39, 4), (0.4, 9), (1.0, 9)],
)
def test_layers_begin_to_learn_from_the_last_one(done: float, learning: int) -> None:
    """Nine layers: none, the last quarter, the last half, all."""
    network = teacher()
    unfreeze(network, done)
    numbers = layer_numbers(network.body)
    learns = {numbers[name] for name, p in network.body.named_parameters() if p.requires_grad}
    assert learns == set(range(9 - learning, 9))
    assert all(p.requires_grad for p in [*network.head.parameters(), *network.facts_head.parameters()])


def test_there_are_four_stages() -> None:
    assert len(STAGES) == 4
    assert STAGES[0] == (0.0, 0.0)
    assert STAGES[-1][1] == 1.0


@pytest.mark.parametrize("architecture", ["plain", SMALL])
def test_frozen_layers_keep_weights_and_statistics(architecture: str) -> None:
    network = teacher(architecture)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.5)
    numbers = layer_numbers(network.body)
    half = (max(numbers.values()) + 1) / 2

    def step() -> set[str]:
        views = torch.randint(0, 256, (4, 32, 32, 3), dtype=torch.uint8)
        logits, facts = network.train()(views)
        optimizer.zero_grad()
        (logits.square().mean() + facts.square().mean()).backward()
        optimizer.step()
        return {name for name, value in network.state_dict().items() if not torch.equal(value, before[name])}

    unfreeze(network, 0.0)
    assert {name.split(".")[0] for name in step()} == {"head", "facts_head"}
    unfreeze(network, 0.3)
    changed = {name.removeprefix("body.") for name in step() if name.startswith("body.")}
    normalised = {name for name, module in network.body.named_modules() if isinstance(module, nn.BatchNorm2d)}
    for name in dict(network.body.named_parameters()):
        assert (name in changed) <= (numbers[name] >= half), name
    for name in normalised:
        assert (f"{name}.running_mean" in changed) == (numbers[f"{name}.weight"] >= half), name
    unfreeze(network, 1.0)
    changed = step()
    assert {f"body.{name}.running_mean" for name in normalised} <= changed


def test_a_stopped_run_thaws_as_one_that_was_not(tmp_path: Path) -> None:
    drawn = table()
    settings = replace(SETTINGS, epochs=5)

    def run(folder: Path, stop_at: int = -1) -> nn.Module:
        steps = 0

        def teach(batch: Batch) -> torch.Tensor:
            nonlocal steps
            steps += 1
            if steps == stop_at:
                raise KeyboardInterrupt
            return torch.full((len(batch.views), 4), 0.25)

        given: dict[str, Any] = {"groups": layer_groups(0.7), "on_progress": unfreeze, "teacher": teach}
        distilled = replace(settings, distillation_weight=0.3)
        return train(teacher(), examples(drawn), drawn, distilled, folder, **given)

    expected = run(tmp_path / "straight").state_dict()
    for stop_at in (2, 6):  # in the first stage, and in the third
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "stopped", stop_at)
    for name, value in run(tmp_path / "stopped").state_dict().items():
        assert torch.equal(value, expected[name]), name
