"""How large an exported student is: its learned numbers, and the multiplications of one picture."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import onnx

__all__ = ["Complexity", "complexity"]


@dataclass(frozen=True, slots=True)
class Complexity:
    """What decides the size of a network and, roughly, its time.

    Attributes:
        parameters: weights and biases of the convolutions and linear layers, normalisation folded in.
        multiply_adds: multiplications of these weights with an addition, for one picture.
    """

    parameters: int
    multiply_adds: int


def complexity(model: Path) -> Complexity:
    """Of an FP32 ONNX file that holds the shape of each output, as the exporter writes it."""
    graph = onnx.load(model).graph
    learned = {entry.name: math.prod(entry.dims) for entry in graph.initializer}
    shapes = {
        entry.name: [size.dim_value for size in entry.type.tensor_type.shape.dim]
        for entry in (*graph.value_info, *graph.output)
    }
    parameters = multiply_adds = 0
    for node in graph.node:
        if node.op_type in ("Conv", "Gemm", "MatMul"):
            parameters += sum(learned[name] for name in node.input[1:])
            # Each weight of a convolution is used at every place of its output.
            places = math.prod(shapes[node.output[0]][2:])
            multiply_adds += learned[node.input[1]] * places
    return Complexity(parameters, multiply_adds)
