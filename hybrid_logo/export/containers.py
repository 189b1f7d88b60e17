"""Where each kind of artefact keeps its record, and whether the artefact is as it was sealed.

Reading needs no runtime but ONNX Runtime, which is always there.

| suffix | where the record lies |
|---|---|
| ``.onnx``, ``.ort`` | custom metadata of the model |
| ``.xml`` | ``rt_info`` of the OpenVINO model; the weights beside it in ``.bin`` are sealed too |
| ``.torchscript`` | a member of the archive |
| ``.tflite`` | an archive behind the model, where LiteRT expects the files that belong to one |
| ``.engine`` | TensorRT engines hold no metadata: a header of this tool stands before the engine |
"""

from __future__ import annotations

import hashlib
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import onnxruntime

from hybrid_logo.errors import ArtefactError
from hybrid_logo.export.record import KEY, UNSEALED, Record

__all__ = ["PLACES", "append_record", "read_record", "sealed", "split_engine", "with_header"]

MEMBER = f"{KEY}.json"
"""Name of the record in an archive."""
MAGIC = b"hybrid-logo engine\0"
LARGEST_RECORD = 16 * 2**20
_ONLY_FATAL = 4


def sealed(content: bytes) -> bytes:
    """The bytes of an artefact that holds an unsealed record, with the seal put in."""
    if content.count(UNSEALED.encode()) != 1:
        raise ValueError("the artefact must hold exactly one unsealed record")
    return content.replace(UNSEALED.encode(), hashlib.sha256(content).hexdigest().encode())


def read_record(path: Path) -> Record:
    """The record of an artefact, after its seal was checked.

    Raises:
        ArtefactError: there is no such file, it is no artefact of this tool, or it was changed.
    """
    if path.suffix not in _READERS:
        raise ArtefactError(
            f"{path} is no artefact that is known here ({', '.join(_READERS)}). Make one with: "
            "hybrid-logo export TARGET --out DIR"
        )
    try:
        text = _READERS[path.suffix](path)
        if text is None:
            raise ArtefactError(
                f"{path} holds no record of hybrid-logo, so nobody knows what it answers. Make an artefact "
                "with: hybrid-logo export TARGET --out DIR"
            )
        record = Record.from_json(text, str(path))
        digest = _digest(path, record.seal)
        beside = {
            name: hashlib.sha256((path.parent / name).read_bytes()).hexdigest() for name in record.files
        }
    except OSError as error:
        raise ArtefactError(
            f"{path} cannot be read ({error.strerror or error}). Check the name, and copy all files of the "
            "artefact together."
        ) from error
    if digest != record.seal or beside != record.files:
        raise ArtefactError(
            f"{path} is not as it was exported: it was changed or damaged. Copy it again, or export again: "
            f"{record.command}"
        )
    return record


def append_record(path: Path, record: Record, folder: str = "") -> None:
    """Seal an archive, or a file that may have one behind it, and append the record as its last member."""
    with zipfile.ZipFile(path, "a") as archive:
        before = path.read_bytes()[: archive.start_dir]
        whole = replace(record, seal=hashlib.sha256(before).hexdigest())
        archive.writestr(folder + MEMBER, whole.to_json())


def _digest(path: Path, seal: str) -> str:
    """What the seal must be, from the bytes as they are."""
    content = path.read_bytes()
    if path.suffix in (".torchscript", ".tflite"):
        with zipfile.ZipFile(path) as archive:
            content = content[: _member(archive).header_offset]
    return hashlib.sha256(content.replace(seal.encode(), UNSEALED.encode())).hexdigest()


def _member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    """The record in an archive; ``KeyError`` where there is none."""
    for entry in archive.infolist():
        if entry.filename.endswith(MEMBER) and entry.file_size <= LARGEST_RECORD:
            return entry
    raise KeyError(MEMBER)


def with_header(record: str, engine: bytes) -> bytes:
    """A TensorRT engine behind its record."""
    text = record.encode()
    return MAGIC + struct.pack("<Q", len(text)) + text + engine


def split_engine(content: bytes) -> tuple[str, bytes] | None:
    """Record and engine of what :func:`with_header` made; None for anything else."""
    start = len(MAGIC) + struct.calcsize("<Q")
    if not content.startswith(MAGIC) or len(content) < start:
        return None
    (length,) = struct.unpack_from("<Q", content, len(MAGIC))
    if length > len(content) - start:
        return None
    return content[start : start + length].decode(errors="replace"), content[start + length :]


def _of_onnx(path: Path) -> str | None:
    content = path.read_bytes()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ONLY_FATAL
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime has no public base class of its errors
        raise ArtefactError(
            f"ONNX Runtime {onnxruntime.__version__} cannot load {path} ({error}). Copy it again, export it "
            "again, or install a newer onnxruntime."
        ) from error
    text: str | None = session.get_modelmeta().custom_metadata_map.get(KEY)
    return text


def _of_ir(path: Path) -> str | None:
    try:
        root = ElementTree.fromstring(path.read_bytes())
    except ElementTree.ParseError as error:
        raise ArtefactError(
            f"{path} is no OpenVINO model ({error}). Copy it again, or export it again."
        ) from error
    entry = root.find(f"./rt_info/{KEY}")
    return None if entry is None else entry.get("value")


def _of_archive(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read(_member(archive)).decode(errors="replace")
    except KeyError:
        return None
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        RuntimeError,
    ) as error:
        raise ArtefactError(f"{path} is damaged ({error}). Copy it again, or export it again.") from error


def _of_engine(path: Path) -> str | None:
    found = split_engine(path.read_bytes())
    return None if found is None else found[0]


_READERS: dict[str, Callable[[Path], str | None]] = {
    ".onnx": _of_onnx,
    ".ort": _of_onnx,
    ".xml": _of_ir,
    ".torchscript": _of_archive,
    ".tflite": _of_archive,
    ".engine": _of_engine,
}

PLACES = {
    ".onnx": "metadata of the ONNX model",
    ".ort": "metadata of the ORT model",
    ".xml": "rt_info of the OpenVINO model; the weights lie beside it in a .bin file",
    ".torchscript": "a member of the archive",
    ".tflite": "an archive behind the model",
    ".engine": "a header that hybrid-logo puts before the engine, for TensorRT engines hold no metadata; "
    "remove it (see exports/README.md) before another program reads the engine",
}
"""Suffix -> where the record lies, in words."""
