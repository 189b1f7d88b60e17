"""Ask an artefact and its release about the same pictures."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle, student_file
from hybrid_logo.calibration import softmax
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import PictureError
from hybrid_logo.evaluation.measuring.environment import processor
from hybrid_logo.export.facts import FP16, Facts, Network
from hybrid_logo.export.graph_classifier import GraphClassifier
from hybrid_logo.export.parity import Answers, Parity, compared, median_ms
from hybrid_logo.export.pictures import GatePictures
from hybrid_logo.export.record import Record
from hybrid_logo.export.targets import Target
from hybrid_logo.image import decode, load_picture
from hybrid_logo.ink import square_view
from hybrid_logo.student import Student
from hybrid_logo.types import LABELS, Precision

if TYPE_CHECKING:
    from hybrid_logo.export.exporting import Progress

__all__ = ["judge", "same_numbers", "size_of"]

BATCH = 32


def judge(
    target: Target,
    path: Path,
    record: Record,
    bundle: Bundle,
    pictures: GatePictures,
    facts: Facts,
    progress: Progress,
) -> Parity:
    """Compare what lies at ``path`` with ``bundle``; see ``exporting.export``."""
    fp32 = int(bundle.manifest["files"][student_file(Precision.FP32)]["bytes"])
    compare = _hybrids if target.whole else _students
    with progress(f"{target.name}: {pictures.told}", len(pictures.files)) as advance:
        figures = compare(target, path, record, bundle, pictures, advance)
    return Parity(
        **figures,
        pictures_from=pictures.told,
        size_bytes=size_of(path, record),
        fp32_bytes=fp32,
        computed_in=facts.computed_in,
        processor=processor(),
    )


def size_of(path: Path, record: Record) -> int:
    """Bytes of all files of an artefact."""
    return sum(each.stat().st_size for each in (path, *(path.parent / name for name in record.files)))


def _students(
    target: Target,
    path: Path,
    record: Record,
    bundle: Bundle,
    pictures: GatePictures,
    advance: Callable[[], object],
) -> dict[str, Any]:
    """Networks alone, on the views that the cascade would show them."""
    names, views = [], []
    for name, data in zip(pictures.names, pictures.files, strict=True):
        advance()
        try:
            views.append(square_view(load_picture(data), bundle.side))
        except PictureError:
            continue
        names.append(name)
    shown = np.stack(views)
    source = Precision.FP32 if record.precision == FP16 else Precision(record.precision)
    fp32 = Student(bundle.student_model(Precision.FP32))
    made = target.kind.load(path, record, 1)
    answers = _answers(made, shown)
    figures = compared(_answers(Student(bundle.student_model(source)), shown), answers, names)
    of_fp32 = _answers(fp32, shown).probabilities.argmax(axis=1)
    mine, its = median_ms([made.logits, fp32.logits], [view[None] for view in views])
    return figures | {
        "pictures": len(names),
        "reference": f"the student of {bundle.name} in {source}",
        "same_as_fp32": float((answers.probabilities.argmax(axis=1) == of_fp32).mean()),
        "median_ms": mine,
        "reference_ms": its,
    }


def same_numbers(
    target: Target, first: Path, second: Path, record: Record, side: int, files: Sequence[bytes]
) -> bool:
    """Whether two artefacts of a target give the same numbers, bit for bit."""
    if target.whole:
        one, other = (_decisions(GraphClassifier(path), files, lambda: None) for path in (first, second))
        return np.array_equal(one.probabilities, other.probabilities) and one.decided_by == other.decided_by
    pictures = []
    for data in files:
        with contextlib.suppress(PictureError):
            pictures.append(load_picture(data))
    shown = np.stack([square_view(picture, side) for picture in pictures])
    logits, others = (target.kind.load(path, record, 1).logits(shown) for path in (first, second))
    return np.array_equal(logits, others)


def _answers(network: Network, views: NDArray[np.uint8]) -> Answers:
    parts = [network.logits(views[start : start + BATCH]) for start in range(0, len(views), BATCH)]
    logits = np.concatenate(parts)
    return Answers(softmax(logits.astype(np.float64)), raw=logits)


def _hybrids(
    target: Target,
    path: Path,
    record: Record,
    bundle: Bundle,
    pictures: GatePictures,
    advance: Callable[[], object],
) -> dict[str, Any]:
    """Whole decisions, from decoded pictures on."""
    python = HybridClassifier(model=bundle.folder, precision=record.precision)
    graph = GraphClassifier(path)
    names: list[str] = []
    decoded: list[bytes] = []
    for name, data in zip(pictures.names, pictures.files, strict=True):
        try:
            decode(data)
        except PictureError:
            continue
        names.append(name)
        decoded.append(data)
    expected = _decisions(python, decoded, lambda: None)
    found = _decisions(graph, decoded, advance)
    mine, its = median_ms([graph.classify, python.classify], decoded)
    return compared(expected, found, names) | {
        "pictures": len(names),
        "reference": f"the Python hybrid of {bundle.name}",
        "same_as_fp32": None,
        "median_ms": mine,
        "reference_ms": its,
    }


def _decisions(
    classifier: HybridClassifier, files: Sequence[bytes], advance: Callable[[], object]
) -> Answers:
    """Pictures that are refused count as an answer of their own, so that both must refuse them."""
    probabilities, decided_by = [], []
    for data in files:
        advance()
        try:
            answer = classifier.classify(data)
        except PictureError as error:
            probabilities.append([1.0 / len(LABELS)] * len(LABELS))
            decided_by.append(f"refusal ({error.kind})")
        else:
            probabilities.append(list(answer.scores))
            decided_by.append(answer.decided_by.value)
    return Answers(np.array(probabilities), decided_by)
