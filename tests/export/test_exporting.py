"""Every target that can be made here, from the small release: what it is, and what is left when it fails."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import BundleError, ExportError, MissingExtraError, OutputError, ParityError
from hybrid_logo.export import exporting, onnx_models
from hybrid_logo.export.containers import read_record
from hybrid_logo.export.exporting import Exported, export
from hybrid_logo.export.facts import Facts
from hybrid_logo.export.pictures import GatePictures
from hybrid_logo.export.targets import find_target
from hybrid_logo.student import Student
from tests.export.small_exports import Make, silent
from tests.small_release import views_of_drawings

STUDENTS = [
    ("onnx-fp32", "fp32"),
    ("onnx-fp16", "fp16"),
    ("onnx-int8", "int8"),
    ("onnx-int8-symmetric", "int8-symmetric"),
    ("ort", "int8-symmetric"),
    ("ort", "fp32"),
    ("openvino", "fp32"),
    ("torchscript", "fp32"),
]
NEVER_ASKED = pytest.fail


@pytest.mark.parametrize(("target", "precision"), STUDENTS)
def test_an_artefact_answers_as_the_student_of_its_release(
    target: str, precision: str, make: Make, bundle: Bundle
) -> None:
    made = make(target, precision)
    views = views_of_drawings(3)
    said = find_target(target).kind.load(made.path, read_record(made.path), 1).logits(views)
    source = "fp32" if precision == "fp16" else precision
    expected = Student(bundle.student_model(source)).logits(views)
    assert said.dtype == np.float32
    assert (said.argmax(axis=1) == expected.argmax(axis=1)).mean() >= 11 / 12
    np.testing.assert_allclose(said, expected, atol=1e-4 if precision == "fp32" else 0.5)
    assert made.facts.stored_in == precision


@pytest.mark.parametrize(("target", "precision"), STUDENTS)
def test_the_record_and_the_report_travel_with_it(
    target: str, precision: str, make: Make, bundle: Bundle
) -> None:
    made = make(target, precision)
    record = read_record(made.path)
    assert (record.target, record.precision, record.release) == (target, precision, bundle.name)
    assert record.manifest == bundle.manifest
    assert record.made_with["onnxruntime"]
    assert record.parity["pictures"] == 24
    assert record.parity["same"] >= 0.995
    assert made.parity.size_bytes == sum(
        (made.path.parent / name).stat().st_size for name in (made.path.name, *record.files)
    )
    report = json.loads(made.path.with_name(f"{made.path.name}.json").read_text(encoding="utf-8"))
    assert report["parity"] == made.parity.to_dict()
    page = made.path.with_name(f"{made.path.name}.md").read_text(encoding="utf-8")
    assert "100.00%" in page
    assert {path.name for path in made.path.parent.iterdir()} == {path.name for path in made.files}


@pytest.mark.parametrize("target", ["onnx-fp32", "onnx-int8", "onnx-int8-symmetric"])
def test_the_onnx_files_give_the_very_numbers(target: str, make: Make) -> None:
    assert make(target, None).parity.identical


def test_fp16_is_no_copy_of_fp32(make: Make) -> None:
    half, whole = make("onnx-fp16"), make("onnx-fp32")
    assert not half.parity.identical
    assert 0 < half.parity.largest_gap < 0.05
    assert half.parity.size_bytes < whole.parity.size_bytes


def failing(
    bundle: Bundle, folder: Path, pictures: GatePictures, name: str = "onnx-int8", **how: Any
) -> Callable[[], Exported]:
    return lambda: export(find_target(name), how.get("precision"), bundle, folder, lambda: pictures, silent)


def test_below_the_gate_nothing_is_left(
    bundle: Bundle, pictures: GatePictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = bundle.student_model("int8-symmetric")  # another network in the eyes of an impossible gate
    monkeypatch.setattr(onnx_models, "student_model", lambda *_: other)
    monkeypatch.setattr(Facts, "contradictions", lambda *_: [])
    monkeypatch.setitem(exporting.judge.__globals__["Parity"].require.__globals__["LARGEST_GAP"], "int8", 0.0)
    with pytest.raises(ParityError, match="Nothing was written"):
        failing(bundle, tmp_path / "new", pictures)()
    assert not (tmp_path / "new").exists()
    (tmp_path / "mine.txt").write_text("kept")
    with pytest.raises(ParityError):
        failing(bundle, tmp_path, pictures)()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_another_precision_than_asked_is_refused(
    bundle: Bundle, pictures: GatePictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fp32 = bundle.student_model("fp32")
    monkeypatch.setattr(onnx_models, "student_model", lambda *_: fp32)
    with pytest.raises(ParityError, match="its numbers are fp32, not int8"):
        failing(bundle, tmp_path / "new", pictures)()
    assert not (tmp_path / "new").exists()


def test_an_artefact_that_differs_each_time_is_refused(
    bundle: Bundle, pictures: GatePictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "same_numbers", lambda *_: False)
    with pytest.raises(ParityError, match="another one each time"):
        failing(bundle, tmp_path / "new", pictures)()
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_told(bundle: Bundle, pictures: GatePictures, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"Name another folder with --out"):
        failing(bundle, tmp_path / "file" / "in", pictures)()


def test_a_full_disk_leaves_nothing(
    bundle: Bundle, pictures: GatePictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match="No space left on device"):
        failing(bundle, tmp_path / "new", pictures)()
    assert not (tmp_path / "new").exists()


def test_a_missing_package_is_told_before_anything_is_done(
    bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hybrid_logo.export.targets.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'hybrid-logo\[export\]'$"):
        export(find_target("openvino"), None, bundle, tmp_path / "new", NEVER_ASKED, silent)
    assert not (tmp_path / "new").exists()


def test_a_broken_package_is_told(
    bundle: Bundle, pictures: GatePictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise ImportError("libsomething.so: cannot open")

    monkeypatch.setattr(onnx_models, "with_record", broken)
    with pytest.raises(MissingExtraError, match="a package is broken"):
        failing(bundle, tmp_path / "new", pictures)()


def test_a_precision_is_never_substituted(bundle: Bundle, pictures: GatePictures, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="openvino is made in int8, fp32, not in fp16"):
        failing(bundle, tmp_path, pictures, "openvino", precision="fp16")()


def test_a_release_without_that_student_is_told(
    small_models: dict[str, bytes], pictures: GatePictures, tmp_path: Path
) -> None:
    from tests.small_release import write_release

    plain = {name: model for name, model in small_models.items() if name != "int8-symmetric"}
    bundle = Bundle.load(write_release(tmp_path / "plain", plain))
    with pytest.raises(BundleError, match="has no student in int8-symmetric"):
        failing(bundle, tmp_path / "new", pictures, "onnx-int8-symmetric")()
    assert not (tmp_path / "new").exists()
