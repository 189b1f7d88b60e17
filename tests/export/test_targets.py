"""The table of targets."""

from __future__ import annotations

import pytest

from hybrid_logo.errors import ExportError, MissingExtraError
from hybrid_logo.export import targets
from hybrid_logo.export.containers import PLACES
from hybrid_logo.export.parity import LARGEST_GAP
from hybrid_logo.export.targets import TARGETS, Target, find_target


def test_names_are_unique_and_found() -> None:
    assert len({target.name for target in TARGETS}) == len(TARGETS)
    assert all(find_target(target.name) is target for target in TARGETS)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_a_row_is_complete(target: Target) -> None:
    assert {"write", "load", "read_back"} <= set(dir(target.kind))
    assert set(target.precisions) <= set(LARGEST_GAP)
    assert target.suffix in PLACES
    assert target.install.startswith("pip install ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("onnx", "onnx-"), ("openvin", "openvino"), ("tflite", "litert"), ("onnx-int-8", "onnx-int8")],
)
def test_an_unknown_target_is_suggested_and_never_taken(typed: str, meant: str) -> None:
    with pytest.raises(ExportError, match=rf"Is .*{meant}.* meant\?.* --list$"):
        find_target(typed)


def test_nothing_is_suggested_for_nonsense() -> None:
    with pytest.raises(ExportError, match=r"no target 'zzz'\. All of them"):
        find_target("zzz")


def test_what_is_missing_is_named_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    there = targets.find_spec
    monkeypatch.setattr(targets, "find_spec", lambda name: None if name == "openvino" else there(name))
    assert find_target("onnx-int8").why_not() is None
    assert find_target("openvino").why_not() == "openvino not installed: pip install 'hybrid-logo[export]'"
    with pytest.raises(MissingExtraError, match="openvino cannot be made here"):
        find_target("openvino").require()


def test_a_machine_without_a_gpu_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from hybrid_logo.export import tensorrt_engine

    monkeypatch.setattr(targets, "find_spec", lambda _: object())
    monkeypatch.setattr(tensorrt_engine, "why_not", lambda: "no GPU")
    with pytest.raises(ExportError, match="tensorrt cannot be made here: no GPU"):
        find_target("tensorrt").require()


def test_file_names_tell_release_target_and_precision() -> None:
    assert find_target("onnx-int8").file_name("logo4-9", "int8") == "logo4-9-onnx-int8.onnx"
    assert find_target("ort").file_name("logo4-9", "fp32") == "logo4-9-ort-fp32.ort"
    assert find_target("hybrid").file_name("logo4-9", "int8") == "logo4-9-hybrid-int8.onnx"
