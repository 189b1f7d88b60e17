"""Structured pruning: what is left answers as the whole network with the other channels silenced."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn

from hybrid_logo.errors import SourceError
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.pruning import kept_channels, narrowed, pruned
from tests.small_release import views_of_drawings
from tests.training.learning.drawn_examples import small_network

WIDTHS = (5, 3, 6, 4)
VIEWS = torch.from_numpy(views_of_drawings(2))


def trained() -> StudentNetwork:
    """As if it had been trained: every number differs, and some scales are negative."""
    network = small_network(widths=(6, 6, 8, 8), depths=(1, 2, 1, 2))
    with torch.no_grad():
        for name, values in network.state_dict().items():
            if values.is_floating_point() and values.ndim == 1:
                low = 0.1 if name.endswith("running_var") else -1.0
                values.uniform_(low, 1.5)
    return network.eval()


def layers(network: StudentNetwork, kind: type[nn.Module]) -> list[nn.Module]:
    return [layer for layer in network.body if isinstance(layer, kind)]


def silenced(network: StudentNetwork, kept: Sequence[Tensor]) -> StudentNetwork:
    """A copy in which all other channels say 0 after their normalisation."""
    masked = deepcopy(network)
    for norm, stay in zip(layers(masked, nn.BatchNorm2d), kept, strict=True):
        assert isinstance(norm, nn.BatchNorm2d)
        gone = torch.ones(norm.num_features, dtype=torch.bool)
        gone[stay] = False
        norm.weight.data[gone] = 0.0
        norm.bias.data[gone] = 0.0
    return masked


@pytest.mark.parametrize("widths", [WIDTHS, (1, 1, 1, 1), (6, 6, 8, 8)])
@pytest.mark.parametrize("training", [False, True])
def test_it_answers_as_the_masked_network(widths: tuple[int, ...], training: bool) -> None:
    network = trained()
    before = deepcopy(network.state_dict())
    small = pruned(network, widths)
    masked = silenced(network, kept_channels(network, widths))
    assert not small.training
    small.dropout.p = masked.dropout.p = 0.0
    small.train(training)
    masked.train(training)
    with torch.inference_mode():
        mine, expected = small(VIEWS), masked(VIEWS)
    for one, other in zip(mine, expected, strict=True) if training else [(mine, expected)]:
        assert torch.allclose(one, other, atol=1e-4)
        assert other.std() > 1e-3
    assert all(torch.equal(values, before[name]) for name, values in network.state_dict().items())


def test_widths_depths_dropout_and_facts_are_kept() -> None:
    small = pruned(trained(), WIDTHS)
    assert [layer.out_channels for layer in layers(small, nn.Conv2d)] == [5, 3, 3, 6, 4, 4]
    assert small.dropout.p == trained().dropout.p
    assert small.facts_head is not None
    assert pruned(small_network(facts=0), WIDTHS).facts_head is None


def test_all_channels_kept_is_the_same_network() -> None:
    network = trained()
    kept = pruned(network, (6, 6, 8, 8)).state_dict()
    assert all(torch.equal(values, kept[name]) for name, values in network.state_dict().items())


def test_importance_is_scale_times_filter() -> None:
    network = trained()
    convolution, norm = network.body[0], network.body[1]
    assert isinstance(convolution, nn.Conv2d)
    assert isinstance(norm, nn.BatchNorm2d)
    with torch.no_grad():
        convolution.weight[:] = 1.0
        convolution.weight[1] = -4.0
        norm.weight[:] = torch.tensor([0.5, 0.3, -2.0, 0.4, 0.1, 1.0])
    assert kept_channels(network, (3, 1, 1, 1))[0].tolist() == [1, 2, 5]


@pytest.mark.parametrize(
    ("widths", "told"), [((7, 6, 8, 8), "Stage 1 .* 6 "), ((6, 6, 8, 0), "Stage 4 .* 8 ")]
)
def test_channels_that_are_not_there_cannot_be_kept(widths: tuple[int, ...], told: str) -> None:
    with pytest.raises(SourceError, match=told):
        pruned(trained(), widths)


@pytest.mark.parametrize(
    ("share", "expected"), [(1.0, (24, 48, 96, 160)), (0.75, (18, 36, 72, 120)), (0.001, (1, 1, 1, 1))]
)
def test_a_share_of_the_channels(share: float, expected: tuple[int, ...]) -> None:
    assert narrowed((24, 48, 96, 160), share) == expected
