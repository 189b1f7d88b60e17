"""Export the student to ONNX and quantise it: static QDQ, INT8 weights per channel, in two forms.

``int8`` is safe on every x86: weights keep seven bits (``reduce_range``), so that the 16-bit sums of
processors without VNNI cannot overflow. ``int8-symmetric`` has the full eight bits, and signed activations
around a zero point of 0: what ARM and TensorRT want. FP32 is kept beside them, and all are compared.
"""

from __future__ import annotations

import logging
import platform
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from hybrid_logo.bundle import student_file
from hybrid_logo.student import Student
from hybrid_logo.training.complexity import complexity
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.parity import QUANTISED, parity
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.types import Precision

__all__ = ["OPSET", "export_all", "export_student", "logits_of", "quantise_student"]

OPSET = 18
CALIBRATION_BATCH = 32
FORMATS = {
    Precision.INT8: "QDQ, static, weights INT8 per channel with 7 bits, activations UINT8",
    Precision.INT8_SYMMETRIC: "QDQ, static, weights INT8 per channel, activations INT8, both symmetric",
}


def export_all(
    network: StudentNetwork,
    side: int,
    folder: Path,
    ranges: NDArray[np.uint8],
    held_out: PictureTable,
) -> dict[str, Any]:
    """Write the student in every precision, and compare them.

    Args:
        network: the trained student.
        side: height and width of its view.
        folder: receives ``student-<precision>.onnx``.
        ranges: ``uint8[n, side, side, 3]`` of training pictures, to find the ranges of activations.
        held_out: the ``calibrate`` split.

    Returns:
        what the manifest says under ``quantisation``; JSON-ready.
    """
    paths = {precision: folder / student_file(precision) for precision in Precision}
    export_student(network, side, paths[Precision.FP32])
    for precision in QUANTISED:
        quantise_student(paths[Precision.FP32], paths[precision], ranges, precision)
    logits = {
        precision: logits_of(Student(path.read_bytes()), held_out.views) for precision, path in paths.items()
    }
    reference, labels = logits[Precision.FP32], held_out.labels
    return {
        "network": asdict(complexity(paths[Precision.FP32])),
        "formats": {precision.value: text for precision, text in FORMATS.items()},
        "calibration_set": f"{len(ranges)} training pictures",
        "router_fitted_on": Precision.INT8.value,
        "measured_on": platform.machine(),
        "parity_on_calibrate": {
            precision.value: asdict(parity(reference, logits[precision], labels)) for precision in QUANTISED
        },
        "parity_of_symmetric_with_int8": asdict(
            parity(logits[Precision.INT8], logits[Precision.INT8_SYMMETRIC], labels)
        ),
    }


def export_student(network: StudentNetwork, side: int, path: Path) -> None:
    """Write ``network`` as FP32 ONNX: ``uint8[N, side, side, 3]`` to ``float32[N, 4]`` logits."""
    # The exporter tells of every optional package that it could also export.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    example = torch.zeros((2, side, side, 3), dtype=torch.uint8)
    network.eval().to(memory_format=torch.contiguous_format)
    program = torch.onnx.export(
        network,
        (example,),
        dynamo=True,
        opset_version=OPSET,
        input_names=["pictures"],
        output_names=["logits"],
        dynamic_shapes=({0: torch.export.Dim("N", min=1)},),
        verbose=False,
    )
    assert program is not None
    model = program.model_proto
    for entry in (*model.graph.node, *model.graph.input, *model.graph.output):
        del entry.metadata_props[:]  # traces of the machine that exported it
        entry.doc_string = ""
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())


def quantise_student(
    fp32: Path, quantised: Path, views: NDArray[np.uint8], precision: Precision = Precision.INT8
) -> None:
    """Quantise convolutions and the head of ``fp32``.

    Args:
        fp32: what :func:`export_student` wrote.
        quantised: file to write.
        views: ``uint8[n, side, side, 3]`` of training pictures, to find the ranges of activations.
        precision: one of ``QUANTISED``.
    """
    symmetric = precision is Precision.INT8_SYMMETRIC
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(fp32), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(quantised),
            _Views(views, onnx.load(prepared).graph.input[0].name),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "Gemm", "MatMul"],
            per_channel=True,
            reduce_range=not symmetric,
            activation_type=QuantType.QInt8 if symmetric else QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
            extra_options={"ActivationSymmetric": symmetric, "WeightSymmetric": True},
        )


class _Views(CalibrationDataReader):
    def __init__(self, views: NDArray[np.uint8], name: str) -> None:
        starts = range(0, len(views), CALIBRATION_BATCH)
        self._batches: Iterator[dict[str, NDArray[np.uint8]]] = iter(
            [{name: views[start : start + CALIBRATION_BATCH]} for start in starts]
        )

    def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
        return next(self._batches, None)


def logits_of(student: Student, views: NDArray[np.uint8], batch_size: int = 32) -> NDArray[np.float32]:
    """``float32[n, 4]`` for ``uint8[n, side, side, 3]``, batch by batch."""
    parts: Sequence[NDArray[np.float32]] = [
        student.logits(views[start : start + batch_size]) for start in range(0, len(views), batch_size)
    ]
    return np.concatenate(parts)
