"""Weights alone as INT8: stored so, and answers that are nearly those of FP32."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import ModelProto, TensorProto, helper, numpy_helper

from hybrid_logo.student import Student
from hybrid_logo.training.parity import parity
from hybrid_logo.training.weight_only import quantise_weights
from tests.small_release import views_of_drawings


@pytest.fixture(scope="module")
def paths(small_models: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("weights")
    fp32, weights = folder / "fp32.onnx", folder / "weights.onnx"
    fp32.write_bytes(small_models["fp32"])
    quantise_weights(fp32, weights)
    return fp32, weights


def values_of(model: ModelProto) -> dict[str, np.ndarray]:
    return {entry.name: numpy_helper.to_array(entry) for entry in model.graph.initializer}


def test_answers_are_nearly_those_of_fp32(paths: tuple[Path, Path], small_models: dict[str, bytes]) -> None:
    views = views_of_drawings(8)
    fp32, weights = (Student(path.read_bytes()).logits(views) for path in paths)
    int8 = Student(small_models["int8"]).logits(views)
    labels = fp32.argmax(axis=1)
    mine, others = parity(fp32, weights, labels), parity(fp32, int8, labels)
    assert 0 < mine.mean_gap < others.mean_gap
    assert mine.largest_gap < 0.05
    assert mine.same_label >= 0.95


def test_every_weight_is_int8_per_output_channel_within_half_a_step(paths: tuple[Path, Path]) -> None:
    fp32, weights = (onnx.load(path) for path in paths)
    before, after = values_of(fp32), values_of(weights)
    made_by = {output: node for node in weights.graph.node for output in node.output}
    counted = 0
    for node in weights.graph.node:
        if node.op_type not in ("Conv", "Gemm", "MatMul"):
            assert node.op_type not in ("QuantizeLinear", "DynamicQuantizeLinear")
            continue
        name = node.input[1]
        stored, steps, zeros = (after[each] for each in made_by[name].input)
        assert (stored.dtype, stored.shape) == (np.int8, before[name].shape)
        assert steps.shape == stored.shape[:1]  # the exporter puts output channels first in both kinds
        assert np.abs(stored.astype(int)).reshape(len(stored), -1).max(axis=1).tolist() == [127] * len(stored)
        assert not zeros.any()
        by_channel = steps.reshape(-1, *[1] * (stored.ndim - 1))
        assert (np.abs(stored * by_channel - before[name]) <= 0.5001 * by_channel).all()
        assert node.input[0] not in made_by or made_by[node.input[0]].op_type != "DequantizeLinear"
        assert name not in after
        counted += 1
    assert counted == 5


@pytest.mark.parametrize("kind", ["MatMul", "Gemm"])
def test_output_channels_lie_along_the_last_axis_of_a_product(kind: str, tmp_path: Path) -> None:
    """A channel of zeros has a step too, and weights that two operators share are stored once."""
    weights = np.array([[1.0, 0.0, 200.0], [-2.0, 0.0, 100.0]], np.float32)
    taken, given = (
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (("x", [1, 2]), ("y", [1, 3]))
    )
    nodes = [helper.make_node(kind, ["x", "w"], [name]) for name in ("a", "b")]
    nodes.append(helper.make_node("Add", ["a", "b"], ["y"]))
    graph = helper.make_graph(nodes, "two", [taken], [given], [numpy_helper.from_array(weights, "w")])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, tmp_path / "fp32.onnx")
    quantise_weights(tmp_path / "fp32.onnx", tmp_path / "weights.onnx")
    made = onnx.load(tmp_path / "weights.onnx")
    assert [node.op_type for node in made.graph.node] == ["DequantizeLinear", kind, kind, "Add"]
    stored, steps, _ = values_of(made).values()
    assert steps == pytest.approx(np.array([2 / 127, 1.0, 200 / 127]))
    assert stored.tolist() == [[64, 0, 127], [-127, 0, 64]]
    session = onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])
    [answer] = session.run(None, {"x": np.ones((1, 2), np.float32)})
    assert answer == pytest.approx(2 * weights.sum(axis=0)[None], abs=2.0)
