"""A student whose weights alone are INT8: the file is small, and no activation is rounded.

Each output channel of a convolution or linear layer has its own step, the largest weight being 127 of them.
``DequantizeLinear`` turns the weights into FP32 again where they are used (ONNX operators, opset 13 on), so
all arithmetic is that of the FP32 student. No 16-bit sums could overflow: all eight bits serve.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, helper, numpy_helper

__all__ = ["quantise_weights"]

LARGEST_WEIGHT = 127


def quantise_weights(fp32: Path, path: Path) -> None:
    """Write ``fp32`` with the weights of its convolutions and linear layers as INT8 per output channel.

    Args:
        fp32: what ``quantise.export_student`` wrote.
        path: file to write.
    """
    model = onnx.load(fp32)
    graph = model.graph
    stored = {entry.name: entry for entry in graph.initializer}
    readers = [node for node in graph.node if node.op_type in ("Conv", "Gemm", "MatMul")]
    axes = {node.input[1]: _output_axis(node) for node in readers}
    for place, (name, axis) in enumerate(axes.items()):
        graph.node.insert(place, _quantised(graph, name, numpy_helper.to_array(stored[name]), axis))
        graph.initializer.remove(stored[name])
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def _output_axis(node: NodeProto) -> int:
    """Axis of the output channels in the weights of ``node``."""
    if node.op_type == "Conv":
        return 0
    turned = any(entry.name == "transB" and entry.i for entry in node.attribute)
    return 0 if turned else 1


def _quantised(graph: GraphProto, name: str, weights: NDArray[np.float32], axis: int) -> NodeProto:
    """The node that gives ``name`` again, from the INT8 weights and steps that ``graph`` receives."""
    others = tuple(other for other in range(weights.ndim) if other != axis)
    largest = np.abs(weights).max(axis=others, keepdims=True)
    steps = np.where(largest > 0, largest / LARGEST_WEIGHT, 1.0).astype(np.float32)
    whole = np.rint(weights / steps).astype(np.int8)
    names = [f"{name}_{part}" for part in ("int8", "step", "zero")]
    values = (whole, steps.reshape(-1), np.zeros(steps.size, np.int8))
    graph.initializer.extend(map(numpy_helper.from_array, values, names))
    return helper.make_node("DequantizeLinear", names, [name], name=f"{name}_dequantised", axis=axis)
