"""The table of targets: what can be exported, what runs it, and what is needed to make it.

A target is added by a row here and a module of ``facts.Kind`` beside this one.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from hybrid_logo.errors import ExportError, MissingExtraError
from hybrid_logo.export.facts import FP16, Kind

__all__ = ["TARGETS", "Target", "find_target"]

EXTRA = "pip install 'hybrid-logo[export]'"
WITH_TORCH = "pip install 'hybrid-logo[export]' torch"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that can be exported.

    Attributes:
        name: as typed.
        runs_on: what runs it, and where.
        precisions: of the student that it can hold; the first is what nobody asked for.
        suffix: of its file.
        module: in this package; a ``Kind``.
        runtime: distribution that runs it; the artefact is bound to its major version.
        needs: modules to be imported to make it.
        install: what brings them.
    """

    name: str
    runs_on: str
    precisions: tuple[str, ...]
    suffix: str
    module: str
    runtime: str
    needs: tuple[str, ...] = ("onnx",)
    install: str = EXTRA

    @property
    def kind(self) -> Kind:
        """The module that makes and loads it."""
        return cast("Kind", import_module(f"hybrid_logo.export.{self.module}"))

    @property
    def whole(self) -> bool:
        """Whether it answers alone, without a model release beside it."""
        return self.module == "hybrid"

    def why_not(self) -> str | None:
        """Why it cannot be made here, ending with what to do; None where it can."""
        absent = [name for name in self.needs if not _is_there(name)]
        if absent:
            return f"{', '.join(absent)} not installed: {self.install}"
        why_not = getattr(self.kind, "why_not", None)
        return why_not() if why_not else None

    def require(self) -> None:
        """Check that it can be made here.

        Raises:
            MissingExtraError: something is not installed; the message holds the exact line.
            ExportError: this machine lacks what it needs.
        """
        reason = self.why_not()
        if reason is None:
            return
        if all(_is_there(name) for name in self.needs):
            raise ExportError(
                f"{self.name} cannot be made here: {reason}. Run this where there is one, or take another "
                "target: hybrid-logo export --list"
            )
        raise MissingExtraError(f"{self.name} cannot be made here: {reason}")

    def precision(self, asked: str | None) -> str:
        """The precision to make.

        Raises:
            ExportError: the target has no such precision.
        """
        if asked is not None and asked not in self.precisions:
            raise ExportError(
                f"{self.name} is made in {', '.join(self.precisions)}, not in {asked}. Ask for one of these, "
                "or take another target: hybrid-logo export --list"
            )
        return asked or self.precisions[0]

    def file_name(self, release: str, precision: str) -> str:
        """Name of the artefact."""
        middle = self.name if self.name.endswith(precision) else f"{self.name}-{precision}"
        return f"{release}-{middle}{self.suffix}"


def _is_there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # of the package around it
        return False


ONNX = (".onnx", "onnx_models", "onnxruntime")
TARGETS = (
    Target("onnx-fp32", "ONNX Runtime on any processor", ("fp32",), *ONNX),
    Target("onnx-fp16", "ONNX Runtime where FP16 is native", (FP16,), *ONNX),
    Target("onnx-int8", "ONNX Runtime on x86, with or without VNNI", ("int8",), *ONNX),
    Target("onnx-int8-symmetric", "ONNX Runtime on 64-bit ARM", ("int8-symmetric",), *ONNX),
    Target(
        name="ort",
        runs_on="ONNX Runtime Mobile on phones",
        precisions=("int8-symmetric", "int8", "fp32"),
        suffix=".ort",
        module="ort_format",
        runtime="onnxruntime",
        needs=("onnx", "flatbuffers"),
    ),
    Target(
        name="openvino",
        runs_on="OpenVINO on Intel and ARM processors",
        precisions=("int8", "fp32"),
        suffix=".xml",
        module="openvino_ir",
        runtime="openvino",
        needs=("openvino",),
    ),
    Target(
        name="tensorrt",
        runs_on="TensorRT on the NVIDIA GPU that builds it",
        precisions=("int8-symmetric", FP16, "fp32"),
        suffix=".engine",
        module="tensorrt_engine",
        runtime="tensorrt",
        needs=("tensorrt", "torch", "onnx"),
        install=f"{WITH_TORCH} tensorrt",
    ),
    Target(
        name="torchscript",
        runs_on="libtorch and PyTorch",
        precisions=("fp32",),
        suffix=".torchscript",
        module="torchscript",
        runtime="torch",
        needs=("torch", "onnx"),
        install=WITH_TORCH,
    ),
    Target(
        name="litert",
        runs_on="LiteRT (TensorFlow Lite) on phones",
        precisions=("fp32",),
        suffix=".tflite",
        module="litert",
        runtime="ai-edge-litert",
        needs=("litert_torch", "ai_edge_litert", "onnx"),
        install=f"{WITH_TORCH} litert-torch ai-edge-litert",
    ),
    Target(
        name="hybrid",
        runs_on="ONNX Runtime anywhere: processor, browser, Node",
        precisions=("int8", "int8-symmetric", "fp32"),
        suffix=".onnx",
        module="hybrid",
        runtime="onnxruntime",
        needs=("onnx", "hybrid_logo.export.graph"),
    ),
)
"""Every target, in the order of the list."""


_OTHER_NAMES = {"tflite": "litert", "pytorch": "torchscript", "onnxruntime": "onnx-int8"}
"""What people may type -> the target to suggest."""


def find_target(name: str) -> Target:
    """The row of a name.

    Raises:
        ExportError: there is none; the message suggests the nearest, and none is taken instead.
    """
    for target in TARGETS:
        if target.name == name:
            return target
    names = [*_OTHER_NAMES, *(target.name for target in TARGETS)]
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    near = near or [each for each in names if each.startswith(name)]
    near = [_OTHER_NAMES.get(each, each) for each in near]
    hint = f" Is {' or '.join(near)} meant?" if near else ""
    raise ExportError(f"There is no target {name!r}.{hint} All of them: hybrid-logo export --list")
