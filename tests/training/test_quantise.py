"""Export and quantisation: the same answers as the network, in the form that the run time asks for."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, numpy_helper

from hybrid_logo.bundle import Bundle
from hybrid_logo.student import Student
from hybrid_logo.training.quantise import OPSET, logits_of, parity
from tests.small_release import SIDE, drawings, network, views_of_drawings

ROOT = Path(__file__).parents[2]
VARIANTS = ("fp32", "int8")


@pytest.fixture(scope="module")
def views() -> NDArray[np.uint8]:
    noise = np.random.default_rng(0).integers(0, 256, (8, SIDE, SIDE, 3), np.uint8)
    return np.concatenate([views_of_drawings(8), noise])


@pytest.fixture(scope="module")
def models(small_models: dict[str, bytes]) -> dict[str, ModelProto]:
    return {name: onnx.load_from_string(content) for name, content in small_models.items()}


def test_fp32_answers_as_the_network(views: NDArray[np.uint8], small_models: dict[str, bytes]) -> None:
    with torch.inference_mode():
        expected = network()(torch.from_numpy(views)).numpy()
    assert np.ptp(expected) > 2
    assert Student(small_models["fp32"]).logits(views) == pytest.approx(expected, abs=1e-4)


def test_int8_answers_nearly_as_fp32(views: NDArray[np.uint8], small_models: dict[str, bytes]) -> None:
    """The tests' student has random weights with loud answers: a hard case."""
    fp32, int8 = (Student(small_models[name]).logits(views) for name in VARIANTS)
    measured = parity(fp32, int8)
    assert measured.pictures == len(views)
    assert measured.same_label >= 0.85
    assert 0 < measured.mean_gap < 0.05
    assert measured.largest_gap < 0.3


def test_parity_is_what_its_fields_say() -> None:
    reference = np.log(np.array([[0.7, 0.1, 0.1, 0.1], [0.4, 0.3, 0.2, 0.1], [0.25] * 4], np.float32))
    other = np.log(np.array([[0.6, 0.2, 0.1, 0.1], [0.3, 0.4, 0.1, 0.2], [0.25] * 4], np.float32)) + 5
    measured = parity(reference, other)
    assert measured.pictures == 3
    assert measured.same_label == pytest.approx(2 / 3)
    assert measured.largest_gap == pytest.approx(0.1, abs=1e-6)
    assert measured.mean_gap == pytest.approx(0.2 / 3, abs=1e-6)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("count", [1, 2, 5, 33])
def test_any_number_of_pictures(
    variant: str, count: int, views: NDArray[np.uint8], small_models: dict[str, bytes]
) -> None:
    student = Student(small_models[variant])
    assert student.logits(views[:count]) == pytest.approx(student.logits(views)[:count], abs=1e-4)


def test_batches_are_put_together_in_order(views: NDArray[np.uint8], small_models: dict[str, bytes]) -> None:
    student = Student(small_models["int8"])
    assert logits_of(student, views, batch_size=7) == pytest.approx(student.logits(views), abs=1e-4)


@pytest.mark.parametrize("variant", VARIANTS)
def test_input_and_output_are_those_of_the_manifest(variant: str, models: dict[str, ModelProto]) -> None:
    graph = models[variant].graph
    (taken,), (given,) = graph.input, graph.output
    assert taken.type.tensor_type.elem_type == TensorProto.UINT8
    assert [dim.dim_value for dim in taken.type.tensor_type.shape.dim] == [0, SIDE, SIDE, 3]
    assert given.type.tensor_type.elem_type == TensorProto.FLOAT
    assert [dim.dim_value for dim in given.type.tensor_type.shape.dim] == [0, 4]
    assert {entry.domain: entry.version for entry in models[variant].opset_import}[""] == OPSET


def test_weights_of_all_convolutions_are_int8_per_channel_with_seven_bits(
    models: dict[str, ModelProto],
) -> None:
    graph = models["int8"].graph
    values = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    counted = 0
    for node in graph.node:
        if node.op_type not in ("Conv", "Gemm", "MatMul"):
            continue
        weights = made_by[node.input[1]]
        assert weights.op_type == "DequantizeLinear"
        stored, scale = values[weights.input[0]], values[weights.input[1]]
        assert stored.dtype == np.int8
        assert stored.min() >= -64
        assert stored.max() <= 64
        assert scale.shape == (stored.shape[0],) if node.op_type == "Conv" else scale.size in stored.shape
        activations = made_by[node.input[0]]
        assert activations.op_type == "DequantizeLinear"
        assert values[activations.input[2]].dtype == np.uint8
        counted += 1
    assert counted == 5  # four convolutions and the head


def machine_words() -> list[bytes]:
    words = {str(ROOT), sys.prefix, sys.base_prefix, tempfile.gettempdir(), str(Path.home()), "site-packages"}
    return [word.encode() for word in words if len(word) > 3]


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_tells_where_it_was_made(variant: str, small_models: dict[str, bytes]) -> None:
    content = small_models[variant]
    found = [word for word in machine_words() if word in content]
    assert found == []
    assert re.search(rb"\.py\b|File \"", content) is None


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_in_the_release_tells_where_it_was_made(variant: str) -> None:
    content = Bundle.load().student_model(variant)
    assert re.search(rb"\.py\b|File \"|/tmp/|/home/|/root/|site-packages", content) is None


def test_parity_of_the_release_on_drawn_logos() -> None:
    from hybrid_logo.image import load_picture
    from hybrid_logo.ink import square_view

    bundle = Bundle.load()
    views = np.stack([square_view(load_picture(pixels), bundle.side) for pixels in drawings(16)])
    fp32, int8 = (logits_of(Student(bundle.student_model(name)), views) for name in VARIANTS)
    measured = parity(fp32, int8)
    assert measured.same_label >= 0.95
    assert measured.mean_gap < 0.03
    recorded = bundle.manifest["quantisation"]["parity_on_calibrate"]
    assert recorded["pictures"] > 1000
    assert recorded["same_label"] >= 0.97
