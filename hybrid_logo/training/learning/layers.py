"""Which layers learn, and how fast.

In a network that starts from given weights, the early layers know edges and colours already. They are
changed little: their learning rate is lower, and the run begins with the head alone and goes down the
network in four stages (Howard and Ruder 2018). What learns depends on the share of the run that is behind
and on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from torch import nn

from hybrid_logo.training.learning.settings import TrainingSettings

__all__ = ["STAGES", "HasBody", "layer_groups", "layer_numbers", "parameter_groups", "unfreeze"]

STAGES = ((0.0, 0.0), (0.1, 0.25), (0.25, 0.5), (0.4, 1.0))
"""From which share of the run on which share of the body's layers learns, counted from the last one."""


class HasBody(Protocol):
    """A network whose ``body`` starts from given weights; everything else is new and learns at once."""

    body: nn.Module

    def named_parameters(self) -> Any:
        """As ``torch.nn.Module``."""


def parameter_groups(network: nn.Module, settings: TrainingSettings) -> list[dict[str, Any]]:
    """Matrices and kernels decay, scales and biases do not."""
    matrices = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    return [
        {"params": matrices, "weight_decay": settings.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def layer_numbers(body: nn.Module) -> dict[str, int]:
    """Parameter name -> number of its layer, 0 for the first.

    The layers are those that timm gives its networks; in any other one each convolution begins a layer.
    """
    if hasattr(body, "group_matcher"):
        from timm.models import group_parameters

        matcher: Any = body.group_matcher
        return dict(group_parameters(body, matcher(coarse=False), reverse=True))
    number, numbers = -1, {}
    for prefix, module in body.named_modules():
        number += isinstance(module, nn.Conv2d)
        for name, _ in module.named_parameters(recurse=False):
            numbers[f"{prefix}.{name}"] = max(0, number)
    return numbers


def layer_groups(decay: float) -> Callable[[Any, TrainingSettings], list[dict[str, Any]]]:
    """The trainer's ``groups``: each layer learns ``decay`` times as fast as the one behind it.

    The head learns at ``learning_rate``. As everywhere, matrices and kernels decay, scales and biases do
    not.
    """

    def groups(network: HasBody, settings: TrainingSettings) -> list[dict[str, Any]]:
        numbers = layer_numbers(network.body)
        head = max(numbers.values()) + 1
        found: dict[tuple[int, bool], list[nn.Parameter]] = {}
        for name, parameter in network.named_parameters():
            number = numbers[name.removeprefix("body.")] if name.startswith("body.") else head
            found.setdefault((number, parameter.ndim > 1), []).append(parameter)
        return [
            {
                "params": parameters,
                "lr": settings.learning_rate * decay ** (head - number),
                "weight_decay": settings.weight_decay if is_matrix else 0.0,
            }
            for (number, is_matrix), parameters in sorted(found.items())
        ]

    return groups


def unfreeze(network: Any, done: float) -> None:
    """The trainer's ``on_progress``: let the layers learn whose turn it is, and freeze the others.

    Args:
        network: a ``HasBody``; it must keep the statistics of frozen batch normalisations.
        done: share of the run that is behind, 0-1.
    """
    learning = max(share for start, share in STAGES if start <= done)
    numbers = layer_numbers(network.body)
    first = (1.0 - learning) * (max(numbers.values()) + 1)
    for name, parameter in network.body.named_parameters():
        parameter.requires_grad_(numbers[name] >= first)
