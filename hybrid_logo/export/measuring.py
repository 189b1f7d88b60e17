"""Artefacts side by side on labelled pictures, each in a process of its own.

So a runtime that is not installed costs one row ("skipped: why"), and memory and load time are those of one
runtime alone.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hybrid_logo.bundle import MODEL_VARIABLE, student_file
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import HybridLogoError, PictureError
from hybrid_logo.evaluation.measuring.benchmark import SCHEMA, describe
from hybrid_logo.evaluation.measuring.cold_start import cold_start
from hybrid_logo.evaluation.measuring.environment import environment
from hybrid_logo.evaluation.measuring.timing import fresh_python
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.evaluation.statistics.metrics import Share, share
from hybrid_logo.types import Precision

__all__ = ["Row", "answer_alone", "artefact_result", "measure_artefacts", "student_facts"]

_PROGRAM = "from hybrid_logo.export.measuring import answer_alone; answer_alone()"
RELEASE = ""
"""Stands for the model release itself, in the place of the name of an artefact."""


@dataclass(frozen=True, slots=True)
class Row:
    """One artefact.

    Attributes:
        name: its file, or the name of the release.
        skipped: why it was not measured; empty where it was.
        release: that it was exported from, or that it is.
        target: what it was exported for; empty for the release.
        precision: of its student.
        size_bytes: of all its files; of all files of the release.
        load_ms: from the start of loading to the first answer.
        median_ms, p95_ms: for one picture on one thread, decoding included.
        memory_mb: largest resident memory while all pictures were answered, in units of 10**6 bytes.
        cold_start_s: from starting ``hybrid-logo classify`` for one picture to its answer, in seconds.
        cold_start_memory_mb: largest resident memory of that process.
        strict, accepted: right answers, of all pictures; none where it was skipped.
        agreement: answers that are those of the release; none for an artefact of another one.
        pictures: answered ones, of ``asked``.
        asked: pictures of the dataset.
        student: of the release behind it; see :func:`student_facts`.
    """

    name: str
    skipped: str = ""
    release: str = ""
    target: str = ""
    precision: str = ""
    size_bytes: int = 0
    load_ms: float = 0.0
    median_ms: float = 0.0
    p95_ms: float = 0.0
    memory_mb: float = 0.0
    cold_start_s: float = 0.0
    cold_start_memory_mb: float = 0.0
    strict: Share | None = None
    accepted: Share | None = None
    agreement: Share | None = None
    pictures: int = 0
    asked: int = 0
    student: Mapping[str, int | None] | None = None

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready fields."""
        return asdict(self)


def measure_artefacts(
    dataset: Dataset, artefacts: Sequence[Path], model: str | None, advance: Callable[[], object]
) -> list[Row]:
    """One row for the release and one for each artefact.

    Args:
        dataset: labelled pictures.
        artefacts: files of ``hybrid-logo export``.
        model: the release, as for ``--model``.
        advance: called after each row.

    Raises:
        HybridLogoError: the release itself cannot answer.
    """
    rows: list[Row] = []
    reference: list[str | None] = []
    own = ""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{place:06}" for place in range(len(dataset.cases))]
        for file, case in zip(files, dataset.cases, strict=True):
            file.write_bytes(case.read())
        for path in (RELEASE, *map(str, artefacts)):
            told = _told(path, files, model)
            if not reference:
                if "skipped" in told:
                    raise HybridLogoError(str(told["skipped"]))
                reference, own = told["labels"], told["release"]
            rows.append(_row(told, dataset, reference, own))
            advance()
    return rows


def artefact_result(dataset: Dataset, rows: Sequence[Row]) -> dict[str, Any]:
    """The JSON-ready result; ``rows`` begin with the release."""
    return {
        "schema": SCHEMA,
        "model": rows[0].name,
        "precision": rows[0].precision,
        "environment": environment(),
        "dataset": describe(dataset),
        "artefacts": [row.to_dict() for row in rows],
    }


def student_facts(manifest: Mapping[str, Any]) -> dict[str, int | None]:
    """What the manifest of a release says about the size of its student.

    Returns:
        ``side_px``; ``int8_bytes``; ``parameters`` and ``multiply_adds``, as counted in its FP32 graph when
        it was quantised; None where the manifest does not say.
    """
    network = manifest["quantisation"].get("network", {})
    return {
        "side_px": manifest["preprocessing"]["student_side_px"],
        "int8_bytes": manifest["files"].get(student_file(Precision.INT8), {}).get("bytes"),
        "parameters": network.get("parameters"),
        "multiply_adds": network.get("multiply_adds"),
    }


def _told(path: str, files: Sequence[Path], model: str | None) -> dict[str, Any]:
    """What the processes of a row say."""
    try:
        told: dict[str, Any] = json.loads(
            fresh_python(_PROGRAM, path, str(files[0].parent), model or "").stdout
        )
        if "skipped" in told:
            return told
        answered = next((place for place, label in enumerate(told["labels"]) if label is not None), 0)
        variables = {MODEL_VARIABLE: model} if path != RELEASE and model is not None else {}
        started = cold_start(files[answered], model if path == RELEASE else path, variables=variables)
    except HybridLogoError as error:
        return {"skipped": str(error), "name": path}
    return told | {"cold_start_s": started.seconds, "cold_start_memory_mb": started.memory_mb}


def _row(told: dict[str, Any], dataset: Dataset, reference: Sequence[str | None], release: str) -> Row:
    count = len(dataset.cases)
    if "skipped" in told:
        name = Path(told["name"]).name
        why = told["skipped"].replace(told["name"], name).strip().splitlines()[-1]
        return Row(name, skipped=why, asked=count)
    labels = told.pop("labels")
    pairs = list(zip(labels, dataset.cases, strict=True))
    same = share(sum(one == other for one, other in zip(labels, reference, strict=True)), count)
    return Row(
        **told,
        strict=share(sum(label == case.label for label, case in pairs), count),
        accepted=share(sum(label in case.accepted for label, case in pairs), count),
        agreement=same if told["release"] == release else None,
        pictures=sum(label is not None for label in labels),
        asked=count,
    )


def answer_alone() -> None:
    """What the process of a row does: answer all files of a folder, and print figures and labels as JSON."""
    path, folder, model = sys.argv[1:]
    try:
        print(json.dumps(_measured(path, sorted(Path(folder).iterdir()), model or None)))
    except (HybridLogoError, ImportError) as error:
        print(json.dumps({"name": path, "skipped": str(error)}))


def _measured(path: str, files: Sequence[Path], model: str | None) -> dict[str, Any]:
    pictures = [file.read_bytes() for file in files]
    started = time.perf_counter()
    if path == RELEASE:
        classifier = HybridClassifier(model=model)
    else:
        if model is not None:  # a hybrid graph needs no release, and would refuse to be given one
            os.environ[MODEL_VARIABLE] = model
        classifier = HybridClassifier.from_export(path)
    labels = [_label(classifier, pictures[0])]
    loaded = time.perf_counter() - started
    labels, seconds = [], []
    for data in pictures:
        started = time.perf_counter()
        labels.append(_label(classifier, data))
        seconds.append(time.perf_counter() - started)
    return {
        **_identity(classifier, path),
        "labels": labels,
        "load_ms": 1000.0 * loaded,
        "median_ms": 1000.0 * float(np.median(seconds)),
        "p95_ms": 1000.0 * float(np.quantile(seconds, 0.95)),
        "memory_mb": _peak_memory_mb(),
    }


def _label(classifier: HybridClassifier, data: bytes) -> str | None:
    try:
        return classifier.classify(data).label.value
    except PictureError:
        return None


def _identity(classifier: HybridClassifier, path: str) -> dict[str, Any]:
    """What it is, and how large."""
    if path == RELEASE:
        manifest = classifier.bundle.manifest
        return {
            "name": classifier.bundle.name,
            "release": classifier.bundle.name,
            "precision": classifier.precision.value,
            "size_bytes": sum(int(entry["bytes"]) for entry in manifest["files"].values()),
            "student": student_facts(manifest),
        }
    from hybrid_logo.export.containers import read_record
    from hybrid_logo.export.judging import size_of

    record = read_record(Path(path))
    return {
        "name": Path(path).name,
        "release": record.release,
        "target": record.target,
        "precision": record.precision,
        "size_bytes": size_of(Path(path), record),
        "student": student_facts(record.manifest),
    }


def _peak_memory_mb() -> float:
    """Largest resident memory of this process so far; NaN where the system does not tell."""
    try:  # ru_maxrss would count the process that started this one
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return float("nan")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
