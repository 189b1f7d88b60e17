"""Structured pruning: whole channels leave a trained student, so that it is smaller and faster everywhere.

A channel's importance is the absolute scale of its normalisation (Liu et al. 2017, "Learning Efficient
Convolutional Networks through Network Slimming") times the sum of the absolute weights of its filter (Li et
al. 2017, "Pruning Filters for Efficient ConvNets"). The most important of each convolution stay, and the next
layer loses what it read of the others. What is left answers as if the others had always said 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from hybrid_logo.errors import SourceError
from hybrid_logo.training.network import StudentNetwork

__all__ = ["kept_channels", "narrowed", "pruned"]


def narrowed(widths: Sequence[int], share: float) -> tuple[int, ...]:
    """Each width times ``share``, to the nearest whole number, at least 1."""
    return tuple(max(1, round(share * width)) for width in widths)


def kept_channels(network: StudentNetwork, widths: Sequence[int]) -> list[Tensor]:
    """Channels of each convolution that are worth most.

    Args:
        network: a trained student.
        widths: channels to keep in each convolution of the four stages.

    Returns:
        for each convolution ``int64[width of its stage]``, ascending.

    Raises:
        SourceError: a stage has fewer channels than that.
    """
    kept = []
    for (convolution, norm), stage in zip(_layers(network), _stages(network), strict=True):
        if not 1 <= widths[stage] <= convolution.out_channels:
            raise SourceError(
                f"Stage {stage + 1} of the student has {convolution.out_channels} channels; "
                f"{widths[stage]} cannot be kept. Give 1 to {convolution.out_channels}."
            )
        importance = norm.weight.detach().abs() * convolution.weight.detach().abs().sum(dim=(1, 2, 3))
        kept.append(importance.topk(widths[stage]).indices.sort().values)
    return kept


def pruned(network: StudentNetwork, widths: Sequence[int]) -> StudentNetwork:
    """A smaller student of the most important channels of ``network``, in evaluation mode.

    Args:
        network: a trained student; it is left as it is.
        widths: channels of the four stages, none more than now.

    Raises:
        SourceError: see :func:`kept_channels`.
    """
    chosen = kept_channels(network, widths)
    depths = Counter(_stages(network))
    facts = 0 if network.facts_head is None else network.facts_head.out_features
    small = StudentNetwork(widths, [depths[stage] for stage in sorted(depths)], network.dropout.p, facts)
    read = torch.arange(_layers(network)[0][0].in_channels)
    with torch.no_grad():
        for (convolution, norm), (new_convolution, new_norm), kept in zip(
            _layers(network), _layers(small), chosen, strict=True
        ):
            new_convolution.weight.copy_(convolution.weight[kept][:, read])
            for name, values in norm.state_dict().items():
                new_norm.state_dict()[name].copy_(values[kept] if values.ndim else values)
            read = kept
        for head, new_head in ((network.head, small.head), (network.facts_head, small.facts_head)):
            if head is not None and new_head is not None:
                new_head.weight.copy_(head.weight[:, read])
                new_head.bias.copy_(head.bias)
    return small.eval()


def _layers(network: StudentNetwork) -> list[tuple[nn.Conv2d, nn.BatchNorm2d]]:
    """Convolutions in their order, each with its normalisation."""
    convolutions = [layer for layer in network.body if isinstance(layer, nn.Conv2d)]
    norms = [layer for layer in network.body if isinstance(layer, nn.BatchNorm2d)]
    return list(zip(convolutions, norms, strict=True))


def _stages(network: StudentNetwork) -> list[int]:
    """Number of the stage of each convolution; a stage begins where height and width are halved."""
    stages: list[int] = []
    for convolution, _ in _layers(network):
        before = stages[-1] if stages else -1
        stages.append(before + (convolution.stride == (2, 2)))
    return stages
