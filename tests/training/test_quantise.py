"""Export and quantisation: the same answers as the network, in the form that the run time asks for."""

from __future__ import annotations

import json
import re
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, numpy_helper

from hybrid_logo.bundle import Bundle
from hybrid_logo.student import Student
from hybrid_logo.training.parity import QUANTISED, parity
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.quantise import FORMATS, OPSET, export_all, logits_of
from hybrid_logo.types import Precision
from tests.small_release import SIDE, drawings, network, views_of_drawings

ROOT = Path(__file__).parents[2]


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


@pytest.mark.parametrize("precision", QUANTISED)
def test_int8_answers_nearly_as_fp32(
    precision: Precision, views: NDArray[np.uint8], small_models: dict[str, bytes]
) -> None:
    """The tests' student has random weights with loud answers: a hard case."""
    fp32, int8 = (Student(small_models[name]).logits(views) for name in (Precision.FP32, precision))
    measured = parity(fp32, int8, fp32.argmax(axis=1))
    assert measured.pictures == len(views)
    assert measured.same_label >= 0.85
    assert 0 < measured.mean_gap < 0.05
    assert measured.largest_gap < 0.3


@pytest.mark.parametrize("precision", Precision)
@pytest.mark.parametrize("count", [1, 2, 5, 33])
def test_any_number_of_pictures(
    precision: Precision, count: int, views: NDArray[np.uint8], small_models: dict[str, bytes]
) -> None:
    student = Student(small_models[precision])
    assert student.logits(views[:count]) == pytest.approx(student.logits(views)[:count], abs=1e-4)


def test_batches_are_put_together_in_order(views: NDArray[np.uint8], small_models: dict[str, bytes]) -> None:
    student = Student(small_models["int8"])
    assert logits_of(student, views, batch_size=7) == pytest.approx(student.logits(views), abs=1e-4)


@pytest.mark.parametrize("precision", Precision)
def test_input_and_output_are_those_of_the_manifest(
    precision: Precision, models: dict[str, ModelProto]
) -> None:
    graph = models[precision].graph
    (taken,), (given,) = graph.input, graph.output
    assert taken.type.tensor_type.elem_type == TensorProto.UINT8
    assert [dim.dim_value for dim in taken.type.tensor_type.shape.dim] == [0, SIDE, SIDE, 3]
    assert given.type.tensor_type.elem_type == TensorProto.FLOAT
    assert [dim.dim_value for dim in given.type.tensor_type.shape.dim] == [0, 4]
    assert {entry.domain: entry.version for entry in models[precision].opset_import}[""] == OPSET


@pytest.mark.parametrize(
    ("precision", "largest", "activation"), [("int8", 64, np.uint8), ("int8-symmetric", 127, np.int8)]
)
def test_weights_are_int8_per_channel_and_activations_of_the_type_promised(
    precision: str, largest: int, activation: type, models: dict[str, ModelProto]
) -> None:
    graph = models[precision].graph
    values = {entry.name: numpy_helper.to_array(entry) for entry in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    counted = 0
    for node in graph.node:
        if node.op_type not in ("Conv", "Gemm", "MatMul"):
            continue
        weights = made_by[node.input[1]]
        assert weights.op_type == "DequantizeLinear"
        stored, scale, zero = (values[name] for name in weights.input)
        assert stored.dtype == np.int8
        assert np.abs(stored.astype(int)).max() == largest
        assert not zero.any()
        assert scale.shape == (stored.shape[0],) if node.op_type == "Conv" else scale.size in stored.shape
        activations = made_by[node.input[0]]
        assert activations.op_type == "DequantizeLinear"
        assert values[activations.input[2]].dtype == activation
        assert activation is np.uint8 or values[activations.input[2]] == 0
        counted += 1
    assert counted == 5  # four convolutions and the head


def test_all_that_is_exported_is_compared_and_recorded(tmp_path: Path) -> None:
    views = views_of_drawings(6)
    count = len(views)
    labels = np.arange(count) % 4
    empty = np.zeros((count, 0), np.float32)
    numbers = np.arange(count)
    held_out = PictureTable(
        empty, views, numbers, np.zeros_like(numbers), labels, np.eye(4, dtype=bool)[labels], labels >= 0
    )
    facts = export_all(network(), SIDE, tmp_path, views[::2], held_out)
    assert json.loads(json.dumps(facts)) == facts
    assert {path.name for path in tmp_path.iterdir()} == {
        "student-fp32.onnx",
        "student-int8.onnx",
        "student-int8-symmetric.onnx",
    }
    logits = {
        name: Student((tmp_path / f"student-{name}.onnx").read_bytes()).logits(views) for name in Precision
    }
    compared = facts["parity_on_calibrate"]
    assert set(compared) == set(facts["formats"]) == set(QUANTISED) == set(FORMATS)
    for precision in QUANTISED:
        again = asdict(parity(logits[Precision.FP32], logits[precision], labels))
        assert compared[precision] == pytest.approx(again, abs=1e-4)
    between = asdict(parity(logits[Precision.INT8], logits[Precision.INT8_SYMMETRIC], labels))
    assert facts["parity_of_symmetric_with_int8"] == pytest.approx(between, abs=1e-4)
    assert facts["router_fitted_on"] == "int8"
    assert facts["calibration_set"].startswith("12 training pictures")


def machine_words() -> list[bytes]:
    words = {str(ROOT), sys.prefix, sys.base_prefix, tempfile.gettempdir(), str(Path.home()), "site-packages"}
    return [word.encode() for word in words if len(word) > 3]


@pytest.mark.parametrize("precision", Precision)
def test_nothing_tells_where_it_was_made(precision: Precision, small_models: dict[str, bytes]) -> None:
    content = small_models[precision]
    found = [word for word in machine_words() if word in content]
    assert found == []
    assert re.search(rb"\.py\b|File \"", content) is None


def test_nothing_in_the_release_tells_where_it_was_made() -> None:
    bundle = Bundle.load()
    for precision in bundle.precisions:
        content = bundle.student_model(precision)
        assert re.search(rb"\.py\b|File \"|/tmp/|/home/|/root/|site-packages", content) is None


def test_parity_of_the_release_on_drawn_logos() -> None:
    from hybrid_logo.image import load_picture
    from hybrid_logo.ink import square_view

    bundle = Bundle.load()
    views = np.stack([square_view(load_picture(pixels), bundle.side) for pixels in drawings(16)])
    logits = {name: logits_of(Student(bundle.student_model(name)), views) for name in bundle.precisions}
    for precision in set(QUANTISED) & set(bundle.precisions):
        measured = parity(logits[Precision.FP32], logits[precision], np.arange(len(views)) % 4)
        assert measured.same_label >= 0.95
        assert measured.mean_gap < 0.03
