"""ONNX for ONNX Runtime: FP32, FP16 and both INT8 forms, with the record in the model's metadata."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import ExportError
from hybrid_logo.export.containers import sealed
from hybrid_logo.export.facts import FP16, Facts
from hybrid_logo.export.record import KEY, Record
from hybrid_logo.student import Student
from hybrid_logo.types import Precision

__all__ = ["computed_in", "load", "read_back", "stored_in", "student_model", "with_record", "write"]

_OF_TYPE = {"float": "fp32", "float16": FP16, "uint8": "int8", "int8": "int8-symmetric"}
"""Element type of what a convolution takes in ONNX Runtime -> precision."""
_MULTIPLYING = ("Conv", "Gemm", "MatMul")
_OF_THE_STUDENT = ("Conv", "Gemm")
"""Parts of the names of kernels; the rules of a hybrid graph multiply matrices too, but have neither."""


def write(bundle: Bundle, record: Record, path: Path) -> None:
    """Write the student of ``record.precision`` with ``record`` inside."""
    path.write_bytes(sealed(with_record(student_model(bundle, record.precision), record)))


def student_model(bundle: Bundle, precision: str) -> bytes:
    """The student's ONNX file; FP16 is made from FP32."""
    if precision == FP16:
        return _halved(bundle.student_model(Precision.FP32))
    return bundle.student_model(precision)


def with_record(model: bytes, record: Record) -> bytes:
    """An ONNX model with the record added to its metadata, in place of what its makers left there."""
    import onnx

    loaded = onnx.load_from_string(model)
    kept = {entry.key: entry.value for entry in loaded.metadata_props if not entry.key.startswith("onnx.")}
    onnx.helper.set_model_props(loaded, kept | {KEY: record.to_json()})
    return bytes(loaded.SerializeToString())


def _halved(model: bytes) -> bytes:
    """FP32 -> FP16: every number and every sum; the logits come out as FP32.

    Levels of 0-255 and their differences are exact in FP16.
    """
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    loaded = onnx.load_from_string(model)
    graph = loaded.graph
    for entry in graph.initializer:
        if entry.data_type == TensorProto.FLOAT:
            half = numpy_helper.to_array(entry).astype(np.float16)
            entry.CopyFrom(numpy_helper.from_array(half, entry.name))
    for node in graph.node:
        for attribute in node.attribute:
            if node.op_type == "Cast" and attribute.name == "to" and attribute.i == TensorProto.FLOAT:
                attribute.i = TensorProto.FLOAT16
    (output,) = graph.output
    inner = f"{output.name}_half"
    for node in graph.node:
        node.output[:] = [inner if name == output.name else name for name in node.output]
    graph.node.append(helper.make_node("Cast", [inner], [output.name], to=TensorProto.FLOAT))
    del graph.value_info[:]  # they tell the types of before
    onnx.checker.check_model(loaded, full_check=True)
    return bytes(loaded.SerializeToString())


def load(path: Path, record: Record, threads: int) -> Student:
    """A session of ONNX Runtime on the CPU."""
    return Student(path.read_bytes(), threads=threads)


def read_back(path: Path, record: Record) -> Facts:
    """Precision and opset as stored, and the precision that ONNX Runtime computes in here."""
    import onnx

    model = path.read_bytes()
    loaded = onnx.load_from_string(model)
    (opset,) = (entry.version for entry in loaded.opset_import if entry.domain in ("", "ai.onnx"))
    return Facts(stored_in(loaded.graph), computed_in(model), f"ONNX {opset}")


def stored_in(graph: Any) -> str:
    """Precision of the weights that convolutions and linear layers multiply with; "unknown" without any."""
    from onnx import TensorProto

    types = {entry.name: entry.data_type for entry in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    plain = {TensorProto.FLOAT: "fp32", TensorProto.FLOAT16: FP16}
    zeros = {TensorProto.UINT8: "int8", TensorProto.INT8: "int8-symmetric"}
    found = set()
    for node in graph.node:
        if node.op_type not in _MULTIPLYING:
            continue
        weight, taken = node.input[1], made_by.get(node.input[0])
        if weight in types:
            found.add(plain.get(types[weight], "unknown"))
        elif weight in made_by and taken and made_by[weight].op_type == taken.op_type == "DequantizeLinear":
            found.add(zeros.get(types[taken.input[2]], "unknown"))
    return "+".join(sorted(found)) or "unknown"


def computed_in(model: bytes, feeds: Iterable[dict[str, NDArray[Any]]] = ()) -> str:
    """What ONNX Runtime's own profile says that convolutions and linear layers take, such as "int8".

    Args:
        model: the bytes of the model.
        feeds: its inputs, once for each run; one picture of zeros where none are given.

    Raises:
        ExportError: the model does not run on the CPU alone.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        for feed in feeds or [_zeros(session)]:
            session.run(None, feed)
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    kernels = [event["args"] for event in events if event["name"].endswith("_kernel_time")]
    others = {each["provider"] for each in kernels} - {"CPUExecutionProvider"}
    if others:
        raise ExportError(
            f"ONNX Runtime runs parts of the model on {', '.join(others)}, not on the CPU alone. Install the "
            "plain onnxruntime."
        )
    found = {
        _OF_TYPE.get(next(iter(each["input_type_shape"][0])), "unknown")
        for each in kernels
        if any(word in each["op_name"] for word in _OF_THE_STUDENT)
    }
    return "+".join(sorted(found)) or "unknown"


def _zeros(session: Any) -> dict[str, NDArray[Any]]:
    (taken,) = session.get_inputs()
    return {taken.name: np.zeros([size if isinstance(size, int) else 1 for size in taken.shape], np.uint8)}
