"""Export the student to ONNX and quantise it: static QDQ, INT8 weights per channel.

The quantised file is safe on every x86: weights keep seven bits (``reduce_range``), so that the
16-bit sums of processors without VNNI cannot overflow. FP32 is kept beside it, and both are compared.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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

from hybrid_logo.router import softmax
from hybrid_logo.student import Student
from hybrid_logo.training.network import StudentNetwork

__all__ = ["OPSET", "Parity", "export_student", "parity", "quantise_student"]

OPSET = 18
CALIBRATION_BATCH = 32


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


def quantise_student(fp32: Path, int8: Path, views: NDArray[np.uint8]) -> None:
    """Quantise convolutions and the head of ``fp32``.

    Args:
        fp32: what :func:`export_student` wrote.
        int8: file to write.
        views: ``uint8[n, side, side, 3]`` of ``train`` pictures, to find the ranges of activations.
    """
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(fp32), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(int8),
            _Views(views, onnx.load(prepared).graph.input[0].name),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=["Conv", "Gemm", "MatMul"],
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            calibrate_method=CalibrationMethod.MinMax,
        )


class _Views(CalibrationDataReader):
    def __init__(self, views: NDArray[np.uint8], name: str) -> None:
        starts = range(0, len(views), CALIBRATION_BATCH)
        self._batches: Iterator[dict[str, NDArray[np.uint8]]] = iter(
            [{name: views[start : start + CALIBRATION_BATCH]} for start in starts]
        )

    def get_next(self) -> dict[str, NDArray[np.uint8]] | None:
        return next(self._batches, None)


@dataclass(frozen=True, slots=True)
class Parity:
    """How far the quantised student is from the FP32 one.

    Attributes:
        pictures: number of pictures compared.
        same_label: share of them with the same label, 0-1.
        largest_gap: largest difference of a probability, 0-1.
        mean_gap: mean over the pictures of the largest difference of a probability.
    """

    pictures: int
    same_label: float
    largest_gap: float
    mean_gap: float


def parity(reference: NDArray[np.float32], other: NDArray[np.float32]) -> Parity:
    """Compare logits ``float32[n, 4]``."""
    gaps = np.abs(softmax(reference) - softmax(other)).max(axis=1)
    same = reference.argmax(axis=1) == other.argmax(axis=1)
    return Parity(len(reference), float(same.mean()), float(gaps.max()), float(gaps.mean()))


def logits_of(student: Student, views: NDArray[np.uint8], batch_size: int = 32) -> NDArray[np.float32]:
    """``float32[n, 4]`` for ``uint8[n, side, side, 3]``, batch by batch."""
    parts: Sequence[NDArray[np.float32]] = [
        student.logits(views[start : start + batch_size]) for start in range(0, len(views), batch_size)
    ]
    return np.concatenate(parts)
