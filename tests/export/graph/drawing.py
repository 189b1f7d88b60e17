"""Draws a part of the graph alone and runs it on arrays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray

from hybrid_logo.export.graph.builder import Builder
from hybrid_logo.export.graph.tensor import Tensor

OPSET, IR_VERSION = 18, 10


def session(model: onnx.ModelProto, profile: str | None = None) -> onnxruntime.InferenceSession:
    """``profile``: how the name of the profile begins, if there is to be one."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_profiling = profile is not None
    if profile is not None:
        options.profile_file_prefix = profile
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


class Drawn:
    """Arrays in, arrays out, through the graph that ``draw`` makes of tensors of the same kinds.

    The graph takes arrays of any size with as many axes as ``like``.
    """

    def __init__(self, draw: Callable[..., Tensor | Sequence[Tensor]], *like: NDArray[Any]) -> None:
        builder = Builder(OPSET, IR_VERSION)
        inputs = [
            builder.input(
                f"input_{place}", array.dtype, [f"size_{place}_{axis}" for axis in range(array.ndim)]
            )
            for place, array in enumerate(like)
        ]
        made = draw(*inputs)
        outputs = [made] if isinstance(made, Tensor) else list(made)
        model = builder.model(
            "part", {f"output_{place}": (value, None) for place, value in enumerate(outputs)}
        )
        self._session = session(model)

    def __call__(self, *arrays: NDArray[Any]) -> list[NDArray[Any]]:
        given = {f"input_{place}": array for place, array in enumerate(arrays)}
        return list(self._session.run(None, given))


def computed(draw: Callable[..., Tensor | Sequence[Tensor]], *arrays: NDArray[Any]) -> list[NDArray[Any]]:
    """What the graph that ``draw`` makes gives for ``arrays``."""
    return Drawn(draw, *arrays)(*arrays)


def planar(pixels: NDArray[Any]) -> NDArray[np.float32]:
    """``[h, w]`` or ``[h, w, C]`` as the planes that the graph works on, ``float32[1, C, h, w]``."""
    image = pixels[:, :, None] if pixels.ndim == 2 else pixels
    return np.ascontiguousarray(image.transpose(2, 0, 1)[None], np.float32)


def interleaved(planes: NDArray[Any]) -> NDArray[np.uint8]:
    """The way back, ``uint8[h, w, C]``."""
    return np.ascontiguousarray(planes[0].transpose(1, 2, 0)).astype(np.uint8)
