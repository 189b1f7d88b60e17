"""TensorRT engines, built where they run: from the graph's own types, explicit Q/DQ for INT8.

An engine is bound to one model of GPU and one version of TensorRT. It is kept in a cache whose key holds
the model, the precision, the GPU and the versions, and the layers of the finished engine are read back.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import ArtefactError, ExportError
from hybrid_logo.export.containers import sealed, split_engine, with_header
from hybrid_logo.export.facts import FP16, Facts
from hybrid_logo.export.onnx_models import student_model
from hybrid_logo.export.record import Record

__all__ = ["TensorRtStudent", "cache_key", "layer_precision", "load", "read_back", "why_not", "write"]

LARGEST_BATCH = 1024
USUAL_BATCH = 32
_DATA_TYPE = re.compile(r"\b(Int8|INT8|Half|FP16|BF16|TF32|Float|FP32)\b")
_OF_TYPE = {"int8": "int8-symmetric", "half": FP16, "fp16": FP16, "float": "fp32", "fp32": "fp32"}
_MULTIPLYING = re.compile(r"conv|gemm|matmul|matrixmultiply|fullyconnected", re.IGNORECASE)


class TensorRtStudent:
    """An engine on the GPU; PyTorch holds its memory.

    Args:
        engine: its bytes.
        name: of the artefact, for messages.

    Raises:
        ArtefactError: TensorRT cannot load it here.
    """

    def __init__(self, engine: bytes, name: str) -> None:
        import tensorrt

        self.engine: Any = tensorrt.Runtime(tensorrt.Logger(tensorrt.Logger.ERROR)).deserialize_cuda_engine(
            engine
        )
        if self.engine is None:
            raise ArtefactError(
                f"TensorRT {tensorrt.__version__} cannot load {name} on this GPU. Build it here with: "
                "hybrid-logo export tensorrt --out DIR"
            )
        self._context = self.engine.create_execution_context()
        self._input, self._output = (self.engine.get_tensor_name(place) for place in range(2))
        self.side = int(self.engine.get_tensor_shape(self._input)[1])

    def logits(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        """``uint8[N, side, side, 3]`` RGB -> ``float32[N, 4]``."""
        import torch

        given = torch.from_numpy(np.ascontiguousarray(views)).cuda()
        answers = torch.empty((len(views), 4), dtype=torch.float32, device="cuda")
        self._context.set_input_shape(self._input, tuple(given.shape))
        self._context.set_tensor_address(self._input, given.data_ptr())
        self._context.set_tensor_address(self._output, answers.data_ptr())
        stream = torch.cuda.current_stream()
        if not self._context.execute_async_v3(stream.cuda_stream):
            raise ArtefactError("TensorRT could not run the engine. Build it here again.")
        stream.synchronize()
        return np.asarray(answers.cpu().numpy())


def why_not() -> str | None:
    """Why no engine can be built here, though the packages are installed; None where it can."""
    import torch

    return None if torch.cuda.is_available() else "no NVIDIA GPU that PyTorch can use"


def write(bundle: Bundle, record: Record, path: Path) -> None:
    """Build an engine, or take it from the cache, and write it behind its record."""
    model = student_model(bundle, record.precision)
    kept = _cache_folder() / f"{cache_key(model, record)}.engine"
    if kept.is_file():
        engine = kept.read_bytes()
    else:
        engine = _built(model, bundle.side)
        _keep(kept, engine)
    path.write_bytes(sealed(with_header(record.to_json(), engine)))


def cache_key(model: bytes, record: Record) -> str:
    """SHA-256 of all that an engine depends on: model, precision, GPU and versions."""
    depends = [
        hashlib.sha256(model).hexdigest(),
        record.precision,
        record.device,
        sorted(record.made_with.items()),
    ]
    return hashlib.sha256(json.dumps(depends).encode()).hexdigest()


def _cache_folder() -> Path:
    named = os.environ.get("HYBRID_LOGO_CACHE")
    root = Path(named).expanduser() if named else Path.home() / ".cache" / "hybrid-logo"
    return root / "engines"


def _keep(path: Path, engine: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(engine)
    os.replace(file.name, path)


def _built(model: bytes, side: int) -> bytes:
    """An engine in the types of the graph; nothing is left to TensorRT's choice."""
    import tensorrt

    logger = tensorrt.Logger(tensorrt.Logger.ERROR)
    builder = tensorrt.Builder(logger)
    # Since TensorRT 11 every network is strongly typed, and the flag is gone.
    flag = getattr(tensorrt.NetworkDefinitionCreationFlag, "STRONGLY_TYPED", None)
    network = builder.create_network(0 if flag is None else 1 << int(flag))
    parser = tensorrt.OnnxParser(network, logger)
    if not parser.parse(model):
        told = "; ".join(str(parser.get_error(place)) for place in range(parser.num_errors))
        raise ExportError(
            f"TensorRT {tensorrt.__version__} cannot read the student ({told}). Use a newer one."
        )
    config = builder.create_builder_config()
    config.profiling_verbosity = tensorrt.ProfilingVerbosity.DETAILED  # else no layer tells its types
    config.clear_flag(tensorrt.BuilderFlag.TF32)  # FP32 is FP32
    profile = builder.create_optimization_profile()
    sizes = ((count, side, side, 3) for count in (1, USUAL_BATCH, LARGEST_BATCH))
    profile.set_shape(network.get_input(0).name, *sizes)
    config.add_optimization_profile(profile)
    built = builder.build_serialized_network(network, config)
    if built is None:
        raise ExportError("TensorRT could not build an engine. Look at its messages, and free GPU memory.")
    return bytes(built)


def load(path: Path, record: Record, threads: int) -> TensorRtStudent:
    """The engine behind the header; ``threads`` does not matter on a GPU."""
    import torch

    if record.device != torch.cuda.get_device_name():
        raise ArtefactError(
            f"{path} was built for {record.device}, here is {torch.cuda.get_device_name()}. Build it here "
            f"with: {record.command}"
        )
    found = split_engine(path.read_bytes())
    if found is None:
        raise ArtefactError(f"{path} holds no engine behind its record. Copy it again, or export it again.")
    return TensorRtStudent(found[1], str(path))


def read_back(path: Path, record: Record) -> Facts:
    """What the layers of the finished engine take, by TensorRT's own inspector."""
    import tensorrt

    engine = load(path, record, 1).engine
    told = engine.create_engine_inspector().get_engine_information(tensorrt.LayerInformationFormat.JSON)
    found = layer_precision(json.loads(told)["Layers"])
    return Facts(found, found, f"TensorRT {tensorrt.__version__}", record.device)


def layer_precision(layers: Iterable[Mapping[str, Any] | str]) -> str:
    """Precision that the convolutions and linear layers of an engine take, such as "fp16".

    Args:
        layers: ``Layers`` of the inspector's JSON, of which a layer that is a mere name tells nothing.
    """
    found = set()
    for layer in layers:
        if isinstance(layer, str):
            found.add("unknown")
        elif _MULTIPLYING.search(f"{layer.get('LayerType', '')} {layer.get('ParameterType', '')}"):
            told = _DATA_TYPE.search(str(layer["Inputs"][0].get("Format/Datatype", "")))
            found.add(_OF_TYPE.get(told[0].lower(), told[0].lower()) if told else "unknown")
    return "+".join(sorted(found)) or "unknown"
