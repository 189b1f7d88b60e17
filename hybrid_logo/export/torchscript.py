"""TorchScript of the FP32 student, rebuilt from the release's ONNX file.

PyTorch has deprecated TorchScript; it is here for programs on libtorch that still read it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import ArtefactError, ExportError
from hybrid_logo.export.containers import append_record
from hybrid_logo.export.facts import Facts
from hybrid_logo.export.record import Record

__all__ = ["TorchScriptStudent", "load", "read_back", "rebuilt", "write"]


class TorchScriptStudent:
    """A loaded script on the CPU.

    Args:
        path: the archive.
        side: height and width of the views.
        threads: of PyTorch, while it answers.

    Raises:
        ArtefactError: PyTorch cannot load it.
    """

    def __init__(self, path: Path, side: int, threads: int) -> None:

        try:
            with _deprecation_known():
                self.script: Any = _jit().load(str(path), map_location="cpu")
        except RuntimeError as error:
            raise ArtefactError(
                f"PyTorch cannot load {path} ({error}). Copy it again, or export it again."
            ) from error
        self.side = side
        self._threads = threads

    def logits(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """``uint8[N, side, side, 3]`` RGB -> ``float32[N, 4]``."""
        import torch

        before = torch.get_num_threads()
        torch.set_num_threads(self._threads)  # of the whole process, so it is put back
        try:
            with torch.inference_mode():
                return np.asarray(self.script(torch.from_numpy(views)).numpy())
        finally:
            torch.set_num_threads(before)


def write(bundle: Bundle, record: Record, path: Path) -> None:
    """Trace the rebuilt student; the record becomes a member of the archive."""
    import torch

    network = rebuilt(bundle.student_model(record.precision))
    example = torch.zeros((2, bundle.side, bundle.side, 3), dtype=torch.uint8)
    with _deprecation_known(), torch.inference_mode():
        script = _jit().trace(network, (example,), check_trace=False)
        _jit().save(script, str(path))
    append_record(path, record, f"{path.stem}/extra/")


def rebuilt(model: bytes) -> Any:
    """The student as a PyTorch module, from its FP32 ONNX file; normalisation stays folded in.

    Raises:
        ExportError: the file holds another network than a student.
    """
    import onnx
    import torch
    from onnx import helper, numpy_helper
    from torch import nn

    from hybrid_logo.training.network import StudentNetwork

    graph = onnx.load_from_string(model).graph
    arrays = {entry.name: numpy_helper.to_array(entry).copy() for entry in graph.initializer}
    convolutions = [node for node in graph.node if node.op_type == "Conv"]
    heads = [node for node in graph.node if node.op_type == "Gemm"]
    widths: list[int] = []
    depths: list[int] = []
    for node in convolutions:
        strides = next(helper.get_attribute_value(each) for each in node.attribute if each.name == "strides")
        if strides == [2, 2]:
            widths.append(len(arrays[node.input[1]]))
            depths.append(0)
        if not depths or len(node.input) != 3:
            raise ExportError("The FP32 student is no network of this tool. Export another target.")
        depths[-1] += 1
    network: Any = StudentNetwork(widths, depths, dropout=0.0)
    with torch.no_grad():
        for place, node in enumerate(convolutions):
            plain = network.body[3 * place]
            weight, bias = (torch.from_numpy(arrays[name]) for name in node.input[1:])
            if plain.weight.shape != weight.shape or len(heads) != 1:
                raise ExportError("The FP32 student is no network of this tool. Export another target.")
            plain.weight.copy_(weight)
            plain.bias = nn.Parameter(bias)
            network.body[3 * place + 1] = nn.Identity()
        network.head.weight.copy_(torch.from_numpy(arrays[heads[0].input[1]]))
        network.head.bias.copy_(torch.from_numpy(arrays[heads[0].input[2]]))
    return network.eval()


def load(path: Path, record: Record, threads: int) -> TorchScriptStudent:
    """See :class:`TorchScriptStudent`."""
    return TorchScriptStudent(path, int(record.manifest["preprocessing"]["student_side_px"]), threads)


def read_back(path: Path, record: Record) -> Facts:
    """The types of the parameters, which PyTorch computes in on a CPU."""
    import torch

    names = {torch.float32: "fp32", torch.float16: "fp16"}
    types = {names.get(each.dtype, str(each.dtype)) for each in load(path, record, 1).script.parameters()}
    found = "+".join(sorted(types))
    return Facts(found, found, "TorchScript")


def _jit() -> Any:
    """``torch.jit``, which has no types."""
    import torch

    return torch.jit


@contextmanager
def _deprecation_known() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"`torch\.jit\.\w+` is deprecated", FutureWarning)
        warnings.filterwarnings("ignore", r"`torch\.jit\.\w+` is deprecated", DeprecationWarning)
        yield
