"""The student: a quantised network that ONNX Runtime runs, asked only where the rules are unsure."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from hybrid_logo.errors import BundleInvalidError, ProviderError
from hybrid_logo.types import LABELS

__all__ = ["Student"]

_ONLY_ERRORS = 3


class Student:
    """One ONNX Runtime session.

    Args:
        model: the bytes of the ONNX file.
        threads: threads within an operator.
        providers: execution providers in order of preference; what is asked for must be obtained.

    Raises:
        BundleInvalidError: the model cannot be loaded, or its input or output is not as expected.
        ProviderError: ONNX Runtime did not give the first provider.
    """

    _making = threading.Lock()  # making a session is not thread-safe

    def __init__(
        self, model: bytes, *, threads: int = 1, providers: Sequence[str] = ("CPUExecutionProvider",)
    ) -> None:
        available = onnxruntime.get_available_providers()
        absent = [name for name in providers if name not in available]
        if absent:
            raise ProviderError(
                f"ONNX Runtime has no {', '.join(absent)} here, only {', '.join(available)}. "
                "Install the onnxruntime package that brings it, or ask for another provider."
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ONLY_ERRORS
        options.enable_cpu_mem_arena = False  # the arena would keep the largest batch for ever
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        with self._making:
            try:
                self._session = onnxruntime.InferenceSession(model, options, providers=list(providers))
            except Exception as error:  # ONNX Runtime has no public base class of its errors
                raise BundleInvalidError(
                    f"ONNX Runtime cannot load the student ({error}). Install the bundle again, "
                    "or a newer onnxruntime."
                ) from error
        if self._session.get_providers()[0] != providers[0]:
            raise ProviderError(
                f"{providers[0]} was asked for, ONNX Runtime gave {self._session.get_providers()[0]}. "
                "Repair that provider's installation, or ask for another."
            )
        taken, given = self._session.get_inputs(), self._session.get_outputs()
        self.side = _side(taken, given)
        self._input, self._output = taken[0].name, given[0].name

    def logits(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """``uint8[N, side, side, 3]`` RGB -> ``float32[N, 4]`` in the order of ``LABELS``.

        Raises:
            ValueError: ``views`` has another type or shape.
        """
        if views.dtype != np.uint8 or views.shape[1:] != (self.side, self.side, 3):
            wanted = f"uint8 [N, {self.side}, {self.side}, 3]"
            raise ValueError(f"the student takes {wanted}, not {views.dtype} {list(views.shape)}")
        return np.asarray(self._session.run([self._output], {self._input: views})[0])


def _side(taken: Sequence[Any], given: Sequence[Any]) -> int:
    """Height and width of the views; the model must take any number of them."""
    found = [(entry.type, entry.shape) for entry in (*taken, *given)]
    match found:
        case [("tensor(uint8)", [count, int(side), width, 3]), ("tensor(float)", [answers, 4])] if (
            side == width and not isinstance(count, int) and not isinstance(answers, int)
        ):
            return side
    raise BundleInvalidError(
        f"The student maps {' to '.join(f'{kind} {shape}' for kind, shape in found)}, "
        f"not uint8 [N, side, side, 3] to float [N, {len(LABELS)}]. Install the bundle again."
    )
