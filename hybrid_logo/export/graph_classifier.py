"""The hybrid graph as a classifier: it needs no model release, only ONNX Runtime and the decoder."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import ArtefactError, PictureError
from hybrid_logo.export.containers import read_record
from hybrid_logo.export.graph_session import GraphSession
from hybrid_logo.export.record import Record
from hybrid_logo.image import DEFAULT_LIMITS, Limits, Source
from hybrid_logo.picture import Decoded
from hybrid_logo.policy import DEFAULT_POLICY
from hybrid_logo.types import LABELS, DecidedBy, FileResult, Mode, Precision, Prediction

__all__ = ["GraphClassifier", "GraphRelease"]


@dataclass(frozen=True, slots=True)
class GraphRelease:
    """What a hybrid graph knows of the release that it was made from; stands where a ``Bundle`` stands.

    Attributes:
        folder: the artefact.
        manifest: of the release.
    """

    folder: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """Name of the release."""
        return str(self.manifest["name"])


class GraphClassifier(HybridClassifier):
    """Answers from a hybrid graph alone.

    The promises were certified for the Python code. The graph agrees with it as far as its gate has
    measured, which is no certificate, so no answer is ``certain``.

    Args:
        path: the artefact.
        threads: of ONNX Runtime.
        limits: how large a picture may be.

    Raises:
        ArtefactError: it is damaged, or no hybrid graph.
    """

    def __init__(self, path: Path, *, threads: int = 1, limits: Limits = DEFAULT_LIMITS) -> None:
        self.mode, self.policy, self.limits = Mode.HYBRID, DEFAULT_POLICY, limits
        self._path, self._threads = path, threads
        self.record: Record = read_record(path)
        self.bundle: Any = GraphRelease(path, dict(self.record.manifest))
        self.precision = Precision(self.record.precision)
        self._graph = GraphSession(path.read_bytes(), threads=threads)
        self._names = _names_behind_numbers(self._graph.metadata, path)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (self._path, self._threads, self.limits)

    def classify(self, source: Source | Decoded) -> Prediction:
        """See :meth:`HybridClassifier.classify`."""
        started = time.perf_counter()
        said = self._graph.answer(self._decoded(source))
        place = int(said["label"])
        if place < 0:
            raise _refusal(self._names["refused"][-1 - place])
        first, second, third, fourth = scores = said["probabilities"].astype(float).tolist()
        decided_by = DecidedBy(self._names["decided_by"][int(said["decided_by"])])
        return Prediction(
            label=LABELS[place],
            confidence=max(scores),
            certain=False,
            scores=(first, second, third, fourth),
            decided_by=decided_by,
            reason=_REASONS[decided_by],
            evidence=tuple(
                (str(self._names["evidence"][int(row)]), float(points)) for row, points in said["evidence"]
            ),
            model=self.bundle.name,
            time_ms=1000.0 * (time.perf_counter() - started),
        )

    def _classify_batch(self, batch: Sequence[Source]) -> list[FileResult]:
        results = []
        for source in batch:
            name = os.fsdecode(source) if isinstance(source, str | os.PathLike) else ""
            try:
                results.append(FileResult(name, self.classify(source)))
            except PictureError as error:
                results.append(FileResult.from_error(name, error))
        return results


_REASONS = {
    DecidedBy.RULES: "the rules of the graph answered alone",
    DecidedBy.STUDENT: "the student in the graph was asked",
    DecidedBy.BOTH: "the student in the graph was asked, and joined with the points of the rules",
}


def _refusal(kind: str) -> PictureError:
    """The error that the Python path raises where the graph has refused a picture."""
    classes = {each.kind: each for each in PictureError.__subclasses__()}
    return classes[kind](f"the hybrid graph calls the picture {kind.replace('_', ' ')}: {_WHAT_TO_DO[kind]}")


_WHAT_TO_DO = {
    "blank": "give one on which something is drawn",
    "too_small": "export it larger",
    "too_large": "export it smaller",
}


def _names_behind_numbers(metadata: dict[str, str], path: Path) -> dict[str, list[str]]:
    """What the numbers of ``decided_by``, ``evidence`` and of refusals stand for."""
    try:
        return {key: list(json.loads(metadata[key])) for key in ("decided_by", "evidence", "refused")}
    except (KeyError, ValueError, TypeError) as error:
        raise ArtefactError(
            f"{path} does not say what its numbers stand for ({error}). Export it again with: "
            "hybrid-logo export hybrid --out DIR"
        ) from error


def _again(path: Path, threads: int, limits: Limits) -> GraphClassifier:
    return GraphClassifier(path, threads=threads, limits=limits)
