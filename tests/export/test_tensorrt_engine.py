"""TensorRT with a fake in its place: what is asked of it, what is kept, and what is read back."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import ArtefactError, ExportError
from hybrid_logo.export import tensorrt_engine
from hybrid_logo.export.containers import read_record
from hybrid_logo.export.record import Record
from hybrid_logo.export.tensorrt_engine import cache_key, layer_precision


class FakeTensorRt:
    """As much of the package as is used; ``asked`` keeps what was asked."""

    def __init__(self, layers: list[dict[str, Any]]) -> None:
        self.__version__ = "11.2.0"
        self.asked: list[Any] = []
        self.built, self.parses, self.layers = 0, True, layers
        self.Logger = lambda level: level
        self.Logger.ERROR = "errors only"  # type: ignore[attr-defined]
        self.NetworkDefinitionCreationFlag = SimpleNamespace(STRONGLY_TYPED=1)
        self.ProfilingVerbosity = SimpleNamespace(DETAILED="detailed")
        self.BuilderFlag = SimpleNamespace(TF32="tf32")
        self.LayerInformationFormat = SimpleNamespace(JSON="json")
        self.Builder = lambda _: self
        self.OnnxParser = lambda *_: self
        self.Runtime = lambda _: self
        self.num_errors = 1

    def create_network(self, flags: int) -> Any:
        self.asked.append(("flags", flags))
        return SimpleNamespace(get_input=lambda _: SimpleNamespace(name="pictures"))

    def parse(self, model: bytes) -> bool:
        self.asked.append(("model", model))
        return self.parses

    def get_error(self, _: int) -> str:
        return "no such operator"

    def create_builder_config(self) -> FakeTensorRt:
        return self

    def clear_flag(self, flag: str) -> None:
        self.asked.append(("cleared", flag))

    def create_optimization_profile(self) -> FakeTensorRt:
        return self

    def set_shape(self, name: str, *sizes: tuple[int, ...]) -> None:
        self.asked.append((name, sizes))

    def add_optimization_profile(self, _: object) -> None:
        pass

    def build_serialized_network(self, *_: object) -> bytes:
        self.built += 1
        return b"an engine"

    def deserialize_cuda_engine(self, engine: bytes) -> Any:
        if engine != b"an engine":
            return None
        told = json.dumps({"Layers": self.layers})
        inspector = SimpleNamespace(get_engine_information=lambda _: told)
        return SimpleNamespace(
            create_engine_inspector=lambda: inspector,
            create_execution_context=lambda: None,
            get_tensor_name=("pictures", "logits").__getitem__,
            get_tensor_shape=lambda _: (-1, 32, 32, 3),
        )


def convolution(kind: str) -> dict[str, Any]:
    return {"LayerType": "CaskConvolution", "Inputs": [{"Format/Datatype": f"Channel major {kind} format"}]}


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeTensorRt:
    import torch

    made = FakeTensorRt([convolution("FP16"), {"LayerType": "Reformat", "Inputs": []}])
    monkeypatch.setitem(sys.modules, "tensorrt", made)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "GPU 9")
    monkeypatch.setenv("HYBRID_LOGO_CACHE", str(tmp_path / "cache"))
    return made


@pytest.fixture
def record(bundle: Bundle) -> Record:
    return Record("tensorrt", "fp16", bundle.manifest, {"tensorrt": "11.2.0"}, device="GPU 9")


def test_an_engine_is_built_in_the_types_of_the_graph(
    fake: FakeTensorRt, record: Record, bundle: Bundle, tmp_path: Path
) -> None:
    path = tmp_path / "a.engine"
    tensorrt_engine.write(bundle, record, path)
    asked = dict(fake.asked)
    assert asked["flags"] == 2  # strongly typed
    assert asked["cleared"] == "tf32"
    assert asked["pictures"] == ((1, 32, 32, 3), (32, 32, 32, 3), (1024, 32, 32, 3))
    assert read_record(path).device == "GPU 9"
    facts = tensorrt_engine.read_back(path, read_record(path))
    assert (facts.stored_in, facts.computed_in, facts.form) == ("fp16", "fp16", "TensorRT 11.2.0")


def test_an_engine_is_kept_until_something_it_depends_on_changes(
    fake: FakeTensorRt, record: Record, bundle: Bundle, tmp_path: Path
) -> None:
    tensorrt_engine.write(bundle, record, tmp_path / "a.engine")
    tensorrt_engine.write(bundle, record.with_parity({"same": 1.0}), tmp_path / "b.engine")
    assert fake.built == 1
    tensorrt_engine.write(bundle, replace(record, device="GPU 10"), tmp_path / "c.engine")
    assert fake.built == 2


def test_the_key_holds_model_precision_gpu_and_versions(record: Record) -> None:
    others = [
        replace(record, precision="fp32"),
        replace(record, device="GPU 10"),
        replace(record, made_with={"tensorrt": "11.3.0"}),
    ]
    keys = {cache_key(b"model", each) for each in (record, *others)} | {cache_key(b"other", record)}
    assert len(keys) == 5


def test_an_engine_of_another_gpu_is_refused(
    fake: FakeTensorRt, record: Record, bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    tensorrt_engine.write(bundle, record, tmp_path / "a.engine")
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "GPU 10")
    with pytest.raises(ArtefactError, match="was built for GPU 9, here is GPU 10"):
        tensorrt_engine.load(tmp_path / "a.engine", record, 1)


def test_an_engine_that_cannot_be_loaded_is_told(fake: FakeTensorRt) -> None:
    with pytest.raises(ArtefactError, match="Build it here"):
        tensorrt_engine.TensorRtStudent(b"of another version", "a.engine")


def test_a_graph_that_cannot_be_read_is_told(
    fake: FakeTensorRt, record: Record, bundle: Bundle, tmp_path: Path
) -> None:
    fake.parses = False
    with pytest.raises(ExportError, match="no such operator"):
        tensorrt_engine.write(bundle, record, tmp_path / "a.engine")


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        ([convolution("FP16")], "fp16"),
        ([convolution("Half")], "fp16"),
        ([convolution("Int8"), convolution("INT8")], "int8-symmetric"),
        ([convolution("FP32"), convolution("Int8")], "fp32+int8-symmetric"),
        ([convolution("TF32")], "tf32"),
        ([convolution("strange")], "unknown"),
        (["conv_1"], "unknown"),
        ([], "unknown"),
    ],
)
def test_layers_tell_the_precision(layers: list[Any], told: str) -> None:
    assert layer_precision(layers) == told


def test_why_not(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert tensorrt_engine.why_not() == "no NVIDIA GPU that PyTorch can use"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert tensorrt_engine.why_not() is None


def test_it_takes_views_of_its_size(fake: FakeTensorRt) -> None:
    assert tensorrt_engine.TensorRtStudent(b"an engine", "a.engine").side == 32
