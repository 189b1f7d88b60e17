"""A record is found in each kind of artefact, and every change of one is noticed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hybrid_logo.errors import ArtefactError
from hybrid_logo.export.containers import append_record, read_record, sealed, split_engine, with_header
from hybrid_logo.export.record import UNSEALED, Record
from tests.export.small_exports import Make

KINDS = {"onnx-int8": "int8", "ort": "fp32", "openvino": "fp32", "torchscript": "fp32"}


def copied(make: Make, target: str, folder: Path) -> Path:
    made = make(target, KINDS[target])
    for path in made.files:
        shutil.copy(path, folder)
    return folder / made.path.name


def spoil(path: Path, place: float) -> None:
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
def test_one_changed_bit_is_noticed(target: str, place: float, make: Make, tmp_path: Path) -> None:
    path = copied(make, target, tmp_path)
    assert read_record(path).target == target
    spoil(path, place)
    with pytest.raises(ArtefactError):
        read_record(path)


@pytest.mark.parametrize("target", KINDS)
def test_a_torn_copy_is_noticed(target: str, make: Make, tmp_path: Path) -> None:
    path = copied(make, target, tmp_path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ArtefactError):
        read_record(path)


def test_weights_beside_an_artefact_belong_to_it(make: Make, tmp_path: Path) -> None:
    path = copied(make, "openvino", tmp_path)
    spoil(path.with_suffix(".bin"), 0.5)
    with pytest.raises(ArtefactError, match="not as it was exported"):
        read_record(path)
    path.with_suffix(".bin").unlink()
    with pytest.raises(ArtefactError, match="copy all files of the artefact together"):
        read_record(path)


def test_a_model_without_a_record_is_told(small_release: Path) -> None:
    with pytest.raises(ArtefactError, match="holds no record of hybrid-logo"):
        read_record(small_release / "student-int8.onnx")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.onnx", b"no model"),
        ("a.ort", b""),
        ("a.xml", b"<net"),
        ("a.xml", b"<net/>"),
        ("a.torchscript", b"no archive"),
        ("a.tflite", b"no archive"),
        ("a.engine", b"no engine"),
        ("a.engine", b"hybrid-logo engine\0\xff\xff\xff\xff\xff\xff\xff\xff"),
        ("a.engine", with_header("[1]", b"engine")),
        ("a.engine", with_header("{}", b"engine")),
        ("a.pt", b""),
    ],
)
def test_files_that_are_no_artefacts_are_told(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ArtefactError, match=r"(?i)export"):
        read_record(tmp_path / name)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArtefactError, match="Check the name"):
        read_record(tmp_path / "a.onnx")


def record(**changed: object) -> Record:
    manifest = {"name": "small-0.1", "labels": ["simple", "text", "gradient", "complex"]}
    return Record("tensorrt", "fp16", manifest, {"tensorrt": "11.1"}, **changed)  # type: ignore[arg-type]


def test_an_engine_lies_behind_its_record(tmp_path: Path) -> None:
    path = tmp_path / "a.engine"
    path.write_bytes(sealed(with_header(record(device="GPU").to_json(), b"\0engine\xff")))
    assert read_record(path).device == "GPU"
    found = split_engine(path.read_bytes())
    assert found is not None
    assert found[1] == b"\0engine\xff"
    spoil(path, 0.99)
    with pytest.raises(ArtefactError, match="not as it was exported"):
        read_record(path)


def test_a_record_behind_a_model_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.tflite"
    path.write_bytes(b"the model")
    append_record(path, record())
    assert path.read_bytes().startswith(b"the model")
    assert read_record(path).target == "tensorrt"
    path.write_bytes(path.read_bytes().replace(b"the model", b"its model"))
    with pytest.raises(ArtefactError, match="not as it was exported"):
        read_record(path)


def test_a_seal_has_one_place() -> None:
    with pytest.raises(ValueError, match="exactly one"):
        sealed(b"none")
    with pytest.raises(ValueError, match="exactly one"):
        sealed(2 * UNSEALED.encode())
