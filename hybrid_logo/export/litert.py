"""LiteRT (TensorFlow Lite) of the FP32 student, converted from its PyTorch form.

The record lies in a ZIP archive behind the model, where LiteRT expects the files that belong to one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import ArtefactError
from hybrid_logo.export.containers import append_record
from hybrid_logo.export.facts import Facts
from hybrid_logo.export.record import Record
from hybrid_logo.export.torchscript import rebuilt

__all__ = ["LiteRtStudent", "load", "read_back", "write"]

_OF_TYPE = {np.dtype(np.float32): "fp32", np.dtype(np.float16): "fp16", np.dtype(np.int8): "int8-symmetric"}


class LiteRtStudent:
    """An interpreter; it sees one picture at a time.

    Args:
        path: the ``.tflite``.
        threads: of inference.

    Raises:
        ArtefactError: LiteRT cannot load it.
    """

    def __init__(self, path: Path, threads: int) -> None:
        from ai_edge_litert.interpreter import Interpreter

        try:
            self.interpreter: Any = Interpreter(model_path=str(path), num_threads=threads)
            self.interpreter.allocate_tensors()
        except (RuntimeError, ValueError) as error:
            raise ArtefactError(
                f"LiteRT cannot load {path} ({error}). Copy it again, or export it again."
            ) from error
        (taken,), (given,) = self.interpreter.get_input_details(), self.interpreter.get_output_details()
        self._taken, self._given = taken["index"], given["index"]
        self.side = int(taken["shape"][1])

    def logits(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """``uint8[N, side, side, 3]`` RGB -> ``float32[N, 4]``."""
        answers = np.empty((len(views), 4), np.float32)
        for place in range(len(views)):
            self.interpreter.set_tensor(self._taken, views[place : place + 1])
            self.interpreter.invoke()
            answers[place] = self.interpreter.get_tensor(self._given)[0]
        return answers


def write(bundle: Bundle, record: Record, path: Path) -> None:
    """Convert the rebuilt student."""
    import litert_torch
    import torch

    example = torch.zeros((1, bundle.side, bundle.side, 3), dtype=torch.uint8)
    litert_torch.convert(rebuilt(bundle.student_model(record.precision)), (example,)).export(str(path))
    append_record(path, record)


def load(path: Path, record: Record, threads: int) -> LiteRtStudent:
    """See :class:`LiteRtStudent`."""
    return LiteRtStudent(path, threads)


def read_back(path: Path, record: Record) -> Facts:
    """The types of the tensors that are weights: those of four axes that no operator computes."""
    details = LiteRtStudent(path, 1).interpreter.get_tensor_details()
    types = {
        _OF_TYPE.get(np.dtype(each["dtype"]), str(each["dtype"])) for each in details if _is_weight(each)
    }
    found = "+".join(sorted(types)) or "unknown"
    return Facts(found, found, "LiteRT")


def _is_weight(tensor: dict[str, Any]) -> bool:
    return len(tensor["shape"]) == 4 and tuple(tensor["shape"][1:3]) == (3, 3)
