"""A student that says the same of every picture, made without training and exporting."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.small_release import SIDE


def write_constant_student(path: Path, logits: Sequence[float]) -> None:
    """``uint8[N, SIDE, SIDE, 3]`` to ``logits``, N times."""
    weights = np.zeros((SIDE * SIDE * 3, 4), np.float32)
    graph = helper.make_graph(
        [
            helper.make_node("Cast", ["pictures"], ["levels"], to=TensorProto.FLOAT),
            helper.make_node("Flatten", ["levels"], ["row"]),
            helper.make_node("Gemm", ["row", "weights", "bias"], ["logits"]),
        ],
        "constant",
        [helper.make_tensor_value_info("pictures", TensorProto.UINT8, ["N", SIDE, SIDE, 3])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", 4])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.array(logits, np.float32), "bias"),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.save(model, path)
