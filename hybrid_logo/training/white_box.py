"""The white-box attack on the FP32 student: projected gradient descent on what it sees.

The network is rebuilt from its ONNX file, so that no training checkpoint is needed, and must give the same
logits before it is attacked.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from hybrid_logo.errors import SourceError
from hybrid_logo.student import Student
from hybrid_logo.training.network import DifferenceMaps

__all__ = ["STEPS", "projected_gradient", "rebuilt", "require_same_logits", "step_size"]

STEPS = 20
"""Of projected gradient descent."""
LARGEST_LOGIT_GAP = 1e-3
"""By which a rebuilt network may differ from its file: sums are taken in another order."""

Views = NDArray[np.uint8]


class _Rebuilt(nn.Module):
    """A student of plain convolutions: levels ``float32[N, side, side, 3]`` to logits ``float32[N, 4]``."""

    def __init__(self, body: list[nn.Module], head: nn.Linear) -> None:
        super().__init__()
        self.maps = DifferenceMaps()
        self.body = nn.Sequential(*body)
        self.head = head

    def forward(self, levels: Tensor) -> Tensor:
        """See the class."""
        return self.head(self.body(self.maps(levels)).mean(dim=(2, 3)))


def rebuilt(model: bytes) -> nn.Module:
    """The network of an FP32 student, frozen.

    Args:
        model: the bytes of its ONNX file.

    Raises:
        SourceError: it is not made of convolutions, rectifiers and one linear head.
    """
    graph = onnx.load_from_string(model).graph
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    body: list[nn.Module] = []
    head = None
    try:
        for node in graph.node:
            options = {
                attribute.name: onnx.helper.get_attribute_value(attribute) for attribute in node.attribute
            }
            if node.op_type == "Conv":
                weight, bias = (weights[name] for name in node.input[1:])
                body += [_convolution(weight, bias, options), nn.ReLU()]
            elif node.op_type == "Gemm":
                head = _linear(*(weights[name] for name in node.input[1:]))
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise _not_rebuilt(error) from error
    if head is None:
        raise _not_rebuilt("it has no linear head")
    return _Rebuilt(body, head).eval().requires_grad_(False)


def require_same_logits(network: nn.Module, student: Student, views: Views) -> float:
    """The largest difference of a logit between network and student.

    Args:
        network: as rebuilt.
        student: made from the same file.
        views: ``uint8[n, side, side, 3]``, at least one.

    Raises:
        SourceError: the difference is more than rounding explains.
    """
    with torch.no_grad():
        logits = network(torch.from_numpy(views).float()).numpy()
    gap = float(np.abs(logits - student.logits(views)).max())
    if not gap <= LARGEST_LOGIT_GAP:
        raise _not_rebuilt(f"its logits differ by up to {gap:.3g}")
    return gap


def step_size(budget: int) -> int:
    """Levels of one step: a quarter of the budget, at least one."""
    return max(1, budget // 4)


def projected_gradient(
    network: nn.Module,
    views: Views,
    accepted: NDArray[np.bool_],
    budget: int,
    random: np.random.Generator,
    *,
    scale: float = 1.0,
    bias: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0),
    steps: int = STEPS,
) -> Views:
    """For each view the one nearest to a wrong answer that descent finds within ``budget`` levels.

    Projected gradient descent (Madry et al. 2018) in the largest norm from a random start, on the margin
    between accepted types and others (Carlini and Wagner 2017). Every iterate has whole levels, so what is
    found is a picture that can be saved.

    Args:
        network: as rebuilt.
        views: ``uint8[n, side, side, 3]``, taken as one batch.
        accepted: ``bool[n, 4]``; in each row some are and some are not.
        budget: levels by which a sample may change.
        random: makes the start.
        scale: answers are the largest of ``scale * logits + bias``.
        bias: see ``scale``.
        steps: how often it goes down the gradient.
    """
    original, allowed = torch.from_numpy(views).float(), torch.from_numpy(accepted)
    lowest, highest = (original - budget).clamp_min(0), (original + budget).clamp_max(255)
    moved = torch.from_numpy(random.integers(-budget, budget + 1, views.shape))
    levels = (original + moved).clamp(lowest, highest)
    best, least = original.clone(), torch.full((len(views),), torch.inf)
    for step in range(steps + 1):
        levels.requires_grad_(True)
        answers = scale * network(levels) + torch.tensor(bias)
        right = answers.masked_fill(~allowed, -torch.inf).amax(1)
        margin = right - answers.masked_fill(allowed, -torch.inf).amax(1)
        better = margin.detach() < least
        best[better], least[better] = levels.detach()[better], margin.detach()[better]
        if step < steps:
            (gradient,) = torch.autograd.grad(margin.sum(), levels)
            levels = (levels.detach() - step_size(budget) * gradient.sign()).clamp(lowest, highest)
    return best.to(torch.uint8).numpy()


def _convolution(
    weight: NDArray[np.float32], bias: NDArray[np.float32], options: dict[str, Any]
) -> nn.Conv2d:
    above, left, below, right = options["pads"]
    if (above, left) != (below, right) or options.get("group", 1) != 1:
        raise ValueError(f"a convolution with {options}")
    outputs, inputs, tall, wide = weight.shape
    layer = nn.Conv2d(inputs, outputs, (tall, wide), tuple(options["strides"]), (above, left))
    _fill(layer, weight, bias)
    return layer


def _linear(weight: NDArray[np.float32], bias: NDArray[np.float32]) -> nn.Linear:
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    _fill(layer, weight, bias)
    return layer


def _fill(layer: nn.Conv2d | nn.Linear, weight: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
    layer.load_state_dict({"weight": torch.tensor(weight), "bias": torch.tensor(bias)})


def _not_rebuilt(reason: object) -> SourceError:
    return SourceError(
        f"The FP32 student cannot be rebuilt as a plain convolutional network ({reason}). "
        "Attack a release whose student was exported by: hybrid-logo train student"
    )
