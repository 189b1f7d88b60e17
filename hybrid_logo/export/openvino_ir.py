"""OpenVINO IR: a model in ``.xml``, its weights beside it in ``.bin``.

There is no symmetric INT8: with signed activations OpenVINO 2026.4 answers otherwise than ONNX Runtime, and
fails the gate by far on x86.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import ArtefactError
from hybrid_logo.export.containers import sealed
from hybrid_logo.export.facts import Facts
from hybrid_logo.export.record import KEY, Record

__all__ = ["OpenVinoStudent", "load", "read_back", "write"]

_OF_TYPE = {"f32": "fp32", "f16": "fp16", "bf16": "bf16", "u8": "int8", "i8": "int8"}
"""OpenVINO's name of an element type -> precision."""


class OpenVinoStudent:
    """A compiled model on the CPU.

    Left alone, OpenVINO computes in BF16 or FP16 where the processor can; here it computes in what is stored.

    Args:
        path: the ``.xml``.
        threads: of inference.

    Raises:
        ArtefactError: OpenVINO cannot load it.
    """

    def __init__(self, path: Path, threads: int) -> None:
        import openvino

        settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}
        try:
            self.compiled: Any = openvino.Core().compile_model(str(path), "CPU", settings)
        except RuntimeError as error:
            raise ArtefactError(
                f"OpenVINO cannot load {path} ({error}). Copy its .xml and .bin again, or export it again."
            ) from error
        self.side = int(self.compiled.input(0).partial_shape[1].get_length())

    def logits(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """``uint8[N, side, side, 3]`` RGB -> ``float32[N, 4]``."""
        return np.array(self.compiled(views)[0])


def write(bundle: Bundle, record: Record, path: Path) -> None:
    """Convert the student and write ``.xml`` and ``.bin``; numbers stay in the precision that they have."""
    import openvino

    model = openvino.Core().read_model(bundle.student_model(record.precision), b"")
    weights = path.with_suffix(".bin")
    for _ in range(2):  # the record names the hash of the weights, which the first turn writes
        model.set_rt_info(record.to_json(), [KEY])
        openvino.save_model(model, str(path), compress_to_fp16=False)
        record = replace(record, files={weights.name: hashlib.sha256(weights.read_bytes()).hexdigest()})
    path.write_bytes(sealed(path.read_bytes()))


def load(path: Path, record: Record, threads: int) -> OpenVinoStudent:
    """See :class:`OpenVinoStudent`."""
    return OpenVinoStudent(path, threads)


def read_back(path: Path, record: Record) -> Facts:
    """The type of the stored weights, and what the compiled layers compute in."""
    import openvino

    compiled = OpenVinoStudent(path, 1).compiled
    layers = [node.get_rt_info() for node in compiled.get_runtime_model().get_ordered_ops()]
    computed = [
        layer["runtimePrecision"].astype(str)
        for layer in layers
        if layer["layerType"].astype(str) in ("Convolution", "FullyConnected")
    ]
    nodes = openvino.Core().read_model(str(path)).get_ordered_ops()
    stored = [
        _constant_behind(node.input_value(1)) for node in nodes if node.get_type_name() == "Convolution"
    ]
    (device,) = compiled.get_property("EXECUTION_DEVICES")
    return Facts(_named(stored), _named(computed), "OpenVINO IR", str(device))


def _named(types: Iterable[str]) -> str:
    return "+".join(sorted({_OF_TYPE.get(each, "unknown") for each in types})) or "unknown"


def _constant_behind(output: Any) -> str:
    """Element type of the constant that a weight comes from, through conversions and scales."""
    node = output.get_node()
    while node.get_type_name() != "Constant":
        node = node.input_value(0).get_node()
    return str(node.get_element_type().get_type_name())
