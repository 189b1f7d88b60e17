"""Fine-tune a network under the rounding that quantisation will bring.

Normalisation is folded into the convolutions, as the exporter does it. Then each convolution and linear
layer sees its weights in the 7-bit steps of INT8 per channel, and its input in 256 steps over a range that is
followed while it learns. The gradient passes through the rounding as if it were not there. Seven bits are
the harder case: the symmetric student has finer weights.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn.utils.fusion import fuse_conv_bn_eval

__all__ = ["with_rounding", "without_rounding"]

Network = TypeVar("Network", bound=nn.Module)

LARGEST_WEIGHT = 64
"""In steps: what ONNX Runtime uses of INT8 with ``reduce_range``."""
LARGEST_ACTIVATION = 255
FOLLOWED = 0.01
"""Share that each batch has in the range of an activation."""


def with_rounding(network: Network) -> Network:
    """A copy of ``network`` to fine-tune: normalisation folded, and the rounding of INT8 simulated.

    It learns like any other network, a few passes at about a hundredth of the first learning rate being
    enough. Ranges are followed in training mode and stay in evaluation mode; a network that was never in
    training mode has none. Layers run in FP32 also under autocast, for bfloat16 is coarser than the steps.

    Args:
        network: a trained one, in which a normalisation follows its convolution in an ``nn.Sequential``.
    """
    rounded = copy.deepcopy(network).eval()
    _fold(rounded)
    _replace(rounded, (nn.Conv2d, nn.Linear), _Rounded)
    return rounded.train()


def without_rounding(network: Network) -> Network:
    """A plain copy, in evaluation mode, whose weights lie on the steps that ``network`` learned with.

    Args:
        network: what :func:`with_rounding` made, fine-tuned.
    """
    plain = copy.deepcopy(network).eval()
    _replace(plain, (_Rounded,), lambda layer: layer.settled())
    return plain


class _Rounded(nn.Module):
    """A convolution or linear layer that sees its weights and its input rounded."""

    def __init__(self, layer: nn.Conv2d | nn.Linear) -> None:
        super().__init__()
        self.layer = layer
        self.taken = _Activations()

    def forward(self, values: Tensor) -> Tensor:
        """See the class."""
        with torch.autocast(values.device.type, enabled=False):
            return functional_call(self.layer, {"weight": self._weight()}, (self.taken(values.float()),))

    def _weight(self) -> Tensor:
        weight = self.layer.weight
        steps = _steps(weight.detach().flatten(1).abs().amax(dim=1) / LARGEST_WEIGHT)
        zero = torch.zeros_like(steps, dtype=torch.int32)
        return torch.fake_quantize_per_channel_affine(weight, steps, zero, 0, -LARGEST_WEIGHT, LARGEST_WEIGHT)

    def settled(self) -> nn.Module:
        """The layer alone, its weights as rounded."""
        with torch.no_grad():
            self.layer.weight.copy_(self._weight())
        return self.layer


class _Activations(nn.Module):
    """Rounds to 256 steps of a range that holds 0, and follows that range while it learns."""

    low: Tensor
    high: Tensor
    seen: Tensor

    def __init__(self) -> None:
        super().__init__()
        for name in ("low", "high"):
            self.register_buffer(name, torch.zeros(()))
        self.register_buffer("seen", torch.zeros((), dtype=torch.bool))

    def forward(self, values: Tensor) -> Tensor:
        """See the class."""
        if self.training:
            self._follow(values.detach())
        step = _steps((self.high - self.low) / LARGEST_ACTIVATION)
        zero = torch.round(-self.low / step).to(torch.int32)
        return torch.fake_quantize_per_tensor_affine(values, step, zero, 0, LARGEST_ACTIVATION)

    def _follow(self, values: Tensor) -> None:
        low, high = values.amin().clamp(max=0), values.amax().clamp(min=0)
        share = torch.where(self.seen, FOLLOWED, 1.0)
        self.low.lerp_(low, share)
        self.high.lerp_(high, share)
        self.seen.fill_(True)


def _steps(sizes: Tensor) -> Tensor:
    """Step sizes, none of them 0: a channel or range that holds only zeros needs some step too."""
    return sizes.clamp(min=torch.finfo(torch.float32).tiny)


def _fold(network: nn.Module) -> None:
    """Put each normalisation into the convolution before it."""
    for part in network.modules():
        if not isinstance(part, nn.Sequential):
            continue
        for place in range(len(part) - 1):
            convolution, norm = part[place], part[place + 1]
            if isinstance(convolution, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                folded = fuse_conv_bn_eval(convolution, norm).requires_grad_()  # it freezes a new bias
                part[place], part[place + 1] = folded, nn.Identity()


def _replace(
    network: nn.Module, kinds: tuple[type[nn.Module], ...], change: Callable[[Any], nn.Module]
) -> None:
    """Replace every part of these kinds, wherever it sits."""
    found = [
        (parent, name, part)
        for parent in network.modules()
        for name, part in parent.named_children()
        if isinstance(part, kinds)
    ]
    for parent, name, part in found:
        setattr(parent, name, change(part))
