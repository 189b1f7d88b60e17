"""Fine-tuning under rounding: it is the rounding of the quantised file, and the network learns through it."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from hybrid_logo.student import Student
from hybrid_logo.training.quantisation_aware import with_rounding, without_rounding
from hybrid_logo.training.quantise import export_student, quantise_student
from tests.small_release import SIDE, network, views_of_drawings

VIEWS = torch.from_numpy(views_of_drawings(6))
TYPES = torch.arange(len(VIEWS)) % 4


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """The networks are so small that threads would only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def answers(model: nn.Module) -> Tensor:
    with torch.no_grad():
        return model.eval()(VIEWS)


def tuned(steps: int) -> nn.Module:
    torch.manual_seed(0)
    rounded = with_rounding(network())
    optimizer = torch.optim.AdamW(rounded.parameters(), lr=2e-3)
    for _ in range(steps):
        loss = nn.functional.cross_entropy(rounded.train()(VIEWS), TYPES)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return rounded


@pytest.fixture(scope="module")
def fine_tuned() -> nn.Module:
    return tuned(40)


def test_rounding_changes_the_answers_a_little_and_the_network_not_at_all() -> None:
    plain = network()
    before = copy.deepcopy(plain.state_dict())
    expected = answers(plain)
    rounded = with_rounding(plain)
    rounded(VIEWS)  # finds the ranges
    found = answers(rounded)
    assert 0 < (found - expected).abs().max() < 0.15 * float(np.ptp(expected.numpy()))
    assert all(torch.equal(before[name], value) for name, value in plain.state_dict().items())
    assert not any(isinstance(part, nn.BatchNorm2d) for part in rounded.modules())


def test_folding_alone_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """With steps so fine that nothing is rounded."""
    from hybrid_logo.training import quantisation_aware as module

    monkeypatch.setattr(module, "LARGEST_WEIGHT", 2**20)
    monkeypatch.setattr(module, "LARGEST_ACTIVATION", 2**20)
    rounded = with_rounding(network())
    rounded(VIEWS)
    assert answers(rounded).numpy() == pytest.approx(answers(network()).numpy(), abs=1e-3)


def test_every_weight_learns_through_the_rounding() -> None:
    rounded = with_rounding(network())
    nn.functional.cross_entropy(rounded(VIEWS), TYPES).backward()
    for name, weight in rounded.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.abs().sum() > 0, name


def test_it_learns(fine_tuned: nn.Module) -> None:
    first, last = (nn.functional.cross_entropy(answers(model), TYPES) for model in (tuned(1), fine_tuned))
    assert last < 0.5 * first


def test_the_same_seed_gives_the_same_weights() -> None:
    one, two = (tuned(3).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_ranges_hold_still_in_evaluation(fine_tuned: nn.Module) -> None:
    first = answers(fine_tuned)
    answers_of_one = fine_tuned.eval()(VIEWS[:1] // 4)
    assert torch.isfinite(answers_of_one).all()
    assert torch.equal(answers(fine_tuned), first)


def test_a_copy_has_ranges_of_its_own(fine_tuned: nn.Module) -> None:
    """As a moving average of the weights needs it."""
    before = answers(fine_tuned)
    twin = copy.deepcopy(fine_tuned).train()
    for _ in range(50):
        twin(VIEWS // 4)
    assert torch.equal(answers(fine_tuned), before)
    assert not torch.equal(answers(twin), before)


def test_layers_stay_in_fp32_under_autocast(fine_tuned: nn.Module) -> None:
    expected = answers(fine_tuned)
    with torch.autocast("cpu", torch.bfloat16):
        assert answers(fine_tuned).numpy() == pytest.approx(expected.numpy(), abs=0.2)
        assert fine_tuned.head(torch.ones(1, 8)).dtype == torch.float32


def test_a_channel_of_zeros_stays_one() -> None:
    silent = network()
    with torch.no_grad():
        silent.body[0].weight[0] = 0
    rounded = with_rounding(silent)
    assert torch.isfinite(rounded(VIEWS)).all()
    assert not without_rounding(rounded).body[0].weight[0].any()


def test_the_quantised_file_has_exactly_the_weights_that_learned(
    fine_tuned: nn.Module, tmp_path: Path
) -> None:
    plain = without_rounding(fine_tuned)
    assert type(plain) is type(network())
    fp32, int8 = tmp_path / "fp32.onnx", tmp_path / "int8.onnx"
    export_student(plain, SIDE, fp32)
    quantise_student(fp32, int8, VIEWS.numpy())
    graph = onnx.load(int8).graph
    values = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    made_by = {node.output[0]: node for node in graph.node}
    stored = []
    for node in graph.node:
        if node.op_type == "Conv":
            quantised, scale, _ = (values[name] for name in made_by[node.input[1]].input)
            stored.append(quantised * scale[:, None, None, None])
    learned = [part.weight.detach().numpy() for part in plain.modules() if isinstance(part, nn.Conv2d)]
    assert len(stored) == len(learned) == 4
    for one, other in zip(stored, learned, strict=True):
        assert one == pytest.approx(other, abs=1e-6)
    found = Student(int8.read_bytes()).logits(VIEWS.numpy())
    assert found == pytest.approx(answers(fine_tuned).numpy(), abs=0.1 * float(np.ptp(found)))
