"""LiteRT with a fake in its place, since its converter asks for a PyTorch of its own."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import ArtefactError
from hybrid_logo.export import litert
from hybrid_logo.export.containers import read_record
from hybrid_logo.export.record import Record
from hybrid_logo.student import Student
from tests.small_release import views_of_drawings


class Interpreter:
    """Answers as the network that was converted last."""

    network: Any = None

    def __init__(self, model_path: str, num_threads: int) -> None:
        if not Path(model_path).read_bytes().startswith(b"converted"):
            raise ValueError("no model")
        self.views = np.empty(0)

    def allocate_tensors(self) -> None:
        pass

    def get_input_details(self) -> list[dict[str, Any]]:
        return [{"index": 0, "shape": np.array([1, 32, 32, 3])}]

    def get_output_details(self) -> list[dict[str, Any]]:
        return [{"index": 1}]

    def get_tensor_details(self) -> list[dict[str, Any]]:
        shapes = ([1, 32, 32, 3], [6, 3, 3, 5], [4, 8])
        types = (np.uint8, np.float32, np.float32)
        return [{"shape": np.array(each), "dtype": kind} for each, kind in zip(shapes, types, strict=True)]

    def set_tensor(self, _: int, views: Any) -> None:
        assert views.shape == (1, 32, 32, 3)
        self.views = views

    def invoke(self) -> None:
        pass

    def get_tensor(self, _: int) -> Any:
        import torch

        with torch.inference_mode():
            return self.network(torch.from_numpy(self.views)).numpy()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    def convert(network: Any, example: tuple[Any]) -> Any:
        monkeypatch.setattr(Interpreter, "network", network)
        return SimpleNamespace(export=lambda path: Path(path).write_bytes(b"converted"))

    interpreter = ModuleType("ai_edge_litert.interpreter")
    interpreter.Interpreter = Interpreter  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "litert_torch", SimpleNamespace(convert=convert))
    monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", interpreter)


@pytest.mark.usefixtures("fake")
def test_the_student_is_converted_and_answers_one_by_one(bundle: Bundle, tmp_path: Path) -> None:
    path = tmp_path / "a.tflite"
    litert.write(bundle, Record("litert", "fp32", bundle.manifest, {}), path)
    record = read_record(path)
    views = views_of_drawings(1)
    expected = Student(bundle.student_model("fp32")).logits(views)
    np.testing.assert_allclose(litert.load(path, record, 1).logits(views), expected, atol=1e-4)
    assert litert.read_back(path, record).stored_in == "fp32"


@pytest.mark.usefixtures("fake")
def test_a_file_that_is_no_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.tflite").write_bytes(b"text")
    with pytest.raises(ArtefactError, match="LiteRT cannot load"):
        litert.LiteRtStudent(tmp_path / "a.tflite", 1)
