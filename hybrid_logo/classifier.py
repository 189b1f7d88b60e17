"""The cascade: rules answer what they are sure of, the student is asked for the rest.

The only module that knows rules, router and student.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import BundleInvalidError, PictureError
from hybrid_logo.features import measure
from hybrid_logo.image import DEFAULT_LIMITS, Limits, Source, decode
from hybrid_logo.ink import prepare, square_view
from hybrid_logo.rules import Verdict
from hybrid_logo.student import Student
from hybrid_logo.types import LABELS, DecidedBy, FileResult, Mode, Precision, Prediction

__all__ = ["HybridClassifier"]

STUDENT_BATCH = 32
"""Pictures that the student sees at once."""


@dataclass(frozen=True, slots=True, eq=False)
class _Measured:
    """One picture on its way: what the rules said, and the student's view where it is asked.

    Attributes:
        verdict: None in the mode "neural".
        values: ``float32[len(features.NAMES)]``.
        score: of the router; None where it is not asked.
        view: ``uint8[side, side, 3]``; None where the rules decide.
        seconds: time spent on it alone, reading and decoding included.
    """

    verdict: Verdict | None
    values: NDArray[np.float32] | None
    score: float | None
    view: NDArray[np.uint8] | None
    seconds: float


class HybridClassifier:
    """Says how logos must be converted to SVG.

    Making one verifies and loads the bundle; the student's session is made when it is first asked. One
    object may be shared by threads. Pickling carries the settings only, so that it can be sent to a
    spawned worker, which loads the bundle itself.

    Args:
        mode: who may answer: "hybrid", "rules" or "neural".
        model: folder or name of a model release; by default the one that came with the package.
        threads: threads of the student's session.
        limits: how large a picture may be.
        precision: of the student: "int8", "int8-symmetric" or "fp32"; by default what suits this processor
            (``Bundle.precision``). What is asked is what runs, or an error.

    Raises:
        ValueError: an unknown mode or precision, or less than one thread.
        BundleError: the release cannot be used, or has no student in ``precision``.

    >>> import numpy as np
    >>> logo = np.full((64, 64, 3), 255, np.uint8)
    >>> logo[16:48, 16:48] = (200, 30, 40)
    >>> str(HybridClassifier().classify(logo).label)
    'simple'
    """

    def __init__(
        self,
        mode: Mode | str = Mode.HYBRID,
        *,
        model: str | os.PathLike[str] | None = None,
        threads: int = 1,
        limits: Limits = DEFAULT_LIMITS,
        precision: Precision | str | None = None,
    ) -> None:
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        self.mode = Mode(mode)
        self.limits = limits
        self._threads = threads
        self._settings: dict[str, Any] = {"model": model, "threads": threads, "precision": precision}
        self.bundle = Bundle.load(model)
        self.precision = self.bundle.precision(precision)
        self._student_model = self.bundle.student_model(self.precision)
        self._student: Student | None = None
        self._making_student = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return _from_settings, (self.mode, self.limits, self._settings)

    def classify(self, source: Source) -> Prediction:
        """The answer for one picture.

        Args:
            source: path, bytes of a file, ``uint8[H, W]``, ``uint8[H, W, 3]`` RGB or ``uint8[H, W, 4]``
                RGBA array, or a Pillow image.

        Raises:
            PictureError: the picture cannot be answered.
            TypeError: ``source`` is of a kind that holds no picture.
        """
        measured = self._measure(source)
        return self._answer([measured])[0]

    def classify_many(
        self, sources: Iterable[Source], batch_size: int = STUDENT_BATCH
    ) -> Iterator[FileResult]:
        """One result per picture, in the order of ``sources``, which is read as results are taken.

        Rules look at every picture of a batch first; then the student sees those that need it at once.

        Args:
            sources: see :meth:`classify`.
            batch_size: pictures held in memory at a time.

        Raises:
            ValueError: ``batch_size`` is less than 1.
            TypeError: a source is of a kind that holds no picture.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, not {batch_size}")
        pictures = iter(sources)
        while batch := list(islice(pictures, batch_size)):
            yield from self._classify_batch(batch)

    def _classify_batch(self, batch: list[Source]) -> list[FileResult]:
        measured: list[_Measured | FileResult] = []
        for source in batch:
            try:
                measured.append(self._measure(source))
            except PictureError as error:
                measured.append(FileResult.from_error(_name(source), error))
        answers = iter(self._answer([item for item in measured if isinstance(item, _Measured)]))
        return [
            item if isinstance(item, FileResult) else FileResult(_name(source), next(answers))
            for source, item in zip(batch, measured, strict=True)
        ]

    def _measure(self, source: Source) -> _Measured:
        """Decode, prepare and judge; take the student's view where it will be asked."""
        started = time.perf_counter()
        picture = prepare(decode(source, self.limits))
        if self.mode is Mode.NEURAL:
            view = square_view(picture, self.bundle.side)
            return _Measured(None, None, None, view, time.perf_counter() - started)
        values = measure(picture)
        verdict = self.bundle.scorecard.judge(values)
        score, taken = None, None
        if self.mode is Mode.HYBRID:
            score = self.bundle.router.score(verdict, values)
            if not self.bundle.router.accepts(verdict, score):
                taken = square_view(picture, self.bundle.side)
        return _Measured(verdict, values, score, taken, time.perf_counter() - started)

    def _answer(self, batch: list[_Measured]) -> list[Prediction]:
        """Ask the student for all that need it at once, then answer in order."""
        views = [item.view for item in batch if item.view is not None]
        logits = iter(())
        share = 0.0
        if views:
            started = time.perf_counter()
            logits = iter(self._ask(np.stack(views)))
            share = (time.perf_counter() - started) / len(views)
        answers = []
        for item in batch:
            if item.view is None:
                answers.append(self._by_rules(item))
            else:
                timed = replace(item, seconds=item.seconds + share)
                answers.append(self._by_student(timed, next(logits)))
        return answers

    def _ask(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        with self._making_student:
            if self._student is None:
                self._student = self._make_student()
        # Equal batches: a session keeps the memory of the largest that it has seen.
        parts = [views[start : start + STUDENT_BATCH] for start in range(0, len(views), STUDENT_BATCH)]
        return np.concatenate([self._student.logits(part) for part in parts])

    def _make_student(self) -> Student:
        student = Student(self._student_model, threads=self._threads)
        if student.side != self.bundle.side:
            raise BundleInvalidError(
                f"{self.bundle.folder} names views of {self.bundle.side} px, its student takes "
                f"{student.side} px. Install the bundle again."
            )
        return student

    def _by_rules(self, item: _Measured) -> Prediction:
        verdict, values = item.verdict, item.values
        assert verdict is not None
        assert values is not None
        router = self.bundle.router
        said = self.bundle.scorecard.explain(verdict, values)
        if self.mode is Mode.RULES:
            calibration = router.rules_alone
            if verdict.outside:
                said += f"; outside the range seen in training: {', '.join(verdict.outside)}"
        else:
            calibration = router.rules_accepted
        return self._prediction(item, DecidedBy.RULES, calibration.probabilities(verdict.points, None), said)

    def _by_student(self, item: _Measured, logits: NDArray[np.float32]) -> Prediction:
        router = self.bundle.router
        if item.verdict is None or item.values is None:
            probabilities = router.student_alone.probabilities(None, logits)
            return self._prediction(item, DecidedBy.STUDENT, probabilities, "the student was asked alone")
        verdict = item.verdict
        probabilities = router.asked.probabilities(verdict.points, logits)
        label = LABELS[int(probabilities.argmax())]
        why = self._why_asked(item)
        said = LABELS[int(logits.argmax())]
        if label == verdict.label == said:
            why = f"{self.bundle.scorecard.explain(verdict, item.values)}; {why}, and the student agrees"
        else:
            why = f"the student says {said}; {why}, leaning to {verdict.label}"
            if label != said:
                why += f"; both together say {label}"
        decided_by = DecidedBy.BOTH if router.asked.rules else DecidedBy.STUDENT
        return self._prediction(item, decided_by, probabilities, why)

    def _why_asked(self, item: _Measured) -> str:
        assert item.verdict is not None
        promise = self.bundle.router.promise
        if promise is None:
            return "no threshold of the rules could be certified"
        if item.verdict.outside:
            return f"{item.verdict.outside[0]} lies outside the range that the rules know"
        return f"the rules were unsure ({item.score:.2f} of {promise.threshold:.2f})"

    def _prediction(
        self, item: _Measured, decided_by: DecidedBy, probabilities: NDArray[np.float64], reason: str
    ) -> Prediction:
        router = self.bundle.router
        first, second, third, fourth = probabilities.tolist()
        best = int(probabilities.argmax())
        confidence = float(probabilities[best])
        # The limit was certified for the answers of the hybrid, and for no others.
        certified = router.certain if self.mode is Mode.HYBRID else None
        return Prediction(
            label=LABELS[best],
            confidence=confidence,
            certain=certified is not None and confidence >= certified.threshold,
            scores=(first, second, third, fourth),
            decided_by=decided_by,
            reason=reason,
            evidence=item.verdict.evidence() if item.verdict is not None else (),
            score=item.score,
            threshold=router.promise.threshold if router.promise and item.score is not None else None,
            model=self.bundle.name,
            time_ms=item.seconds * 1000.0,
        )


def _name(source: Source) -> str:
    """What a result calls ``source``."""
    return os.fsdecode(source) if isinstance(source, str | os.PathLike) else ""


def _from_settings(mode: Mode, limits: Limits, settings: dict[str, Any]) -> HybridClassifier:
    return HybridClassifier(mode, limits=limits, **settings)
