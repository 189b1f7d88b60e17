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
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from hybrid_logo.bundle import MODEL_VARIABLE
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import HybridLogoError, PictureError
from hybrid_logo.evaluation.measuring.timing import fresh_python
from hybrid_logo.evaluation.pictures.datasets import Dataset

__all__ = ["Row", "answer_alone", "measure_artefacts"]

_PROGRAM = "from hybrid_logo.export.measuring import answer_alone; answer_alone()"
RELEASE = ""
"""Stands for the model release itself, in the place of the name of an artefact."""


@dataclass(frozen=True, slots=True)
class Row:
    """One artefact.

    Attributes:
        name: its file, or the name of the release.
        skipped: why it was not measured; empty where it was.
        size_bytes: of all its files; of all files of the release.
        load_ms: from the start of loading to the first answer.
        median_ms, p95_ms: for one picture on one thread, decoding included.
        memory_mb: largest resident memory, in units of 10**6 bytes.
        strict, accepted: share of right answers, 0-1.
        agreement: share of answers that are those of the release, 0-1.
        pictures: answered ones, of ``asked``.
        asked: pictures of the dataset.
    """

    name: str
    skipped: str = ""
    size_bytes: int = 0
    load_ms: float = 0.0
    median_ms: float = 0.0
    p95_ms: float = 0.0
    memory_mb: float = 0.0
    strict: float = 0.0
    accepted: float = 0.0
    agreement: float = 0.0
    pictures: int = 0
    asked: int = 0

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
    with tempfile.TemporaryDirectory() as folder:
        for place, case in enumerate(dataset.cases):
            (Path(folder) / f"{place:06}").write_bytes(case.read())
        for path in (RELEASE, *map(str, artefacts)):
            try:
                told = json.loads(fresh_python(_PROGRAM, path, folder, model or "").stdout)
            except HybridLogoError as error:
                told = {"skipped": str(error), "name": path}
            if not reference:
                if "skipped" in told:
                    raise HybridLogoError(str(told["skipped"]))
                reference = told["labels"]
            rows.append(_row(told, dataset, reference))
            advance()
    return rows


def _row(told: dict[str, Any], dataset: Dataset, reference: Sequence[str | None]) -> Row:
    if "skipped" in told:
        return Row(Path(told["name"]).name, skipped=told["skipped"], asked=len(dataset.cases))
    labels = told.pop("labels")
    count = len(dataset.cases)
    pairs = list(zip(labels, dataset.cases, strict=True))
    return Row(
        **told,
        strict=sum(label == case.label for label, case in pairs) / count,
        accepted=sum(label in case.accepted for label, case in pairs) / count,
        agreement=sum(one == other for one, other in zip(labels, reference, strict=True)) / count,
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
        "name": classifier.bundle.name if path == RELEASE else Path(path).name,
        "labels": labels,
        "size_bytes": _size(classifier, path),
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


def _size(classifier: HybridClassifier, path: str) -> int:
    if path == RELEASE:
        return sum(int(entry["bytes"]) for entry in classifier.bundle.manifest["files"].values())
    from hybrid_logo.export.containers import read_record
    from hybrid_logo.export.judging import size_of

    return size_of(Path(path), read_record(Path(path)))


def _peak_memory_mb() -> float:
    """Largest resident memory of this process so far; NaN where the system does not tell."""
    try:  # ru_maxrss would count the process that started this one
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except OSError:
        return float("nan")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6
