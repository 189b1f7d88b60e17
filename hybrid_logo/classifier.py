"""The cascade: rules answer what they are sure of, the student is asked for the rest.

The only module that knows rules, router and student.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.decisions import Decisions, Measured
from hybrid_logo.errors import BundleInvalidError, PictureError
from hybrid_logo.features import measure
from hybrid_logo.image import DEFAULT_LIMITS, Limits, Source, decode
from hybrid_logo.ink import prepare, square_view
from hybrid_logo.picture import Decoded
from hybrid_logo.policy import DEFAULT_POLICY, Policy
from hybrid_logo.student import Student
from hybrid_logo.types import FileResult, Mode, Precision, Prediction

__all__ = ["HybridClassifier"]

STUDENT_BATCH = 32
"""Pictures that the student sees at once."""
TIMED_CALLS = 12
"""Calls that tell how long the student takes; the first third warms it up."""


class HybridClassifier:
    """Says how logos must be converted to SVG.

    Making one verifies and loads the bundle; the student's session is made when it is first asked, or, where
    the policy limits the time, at once to time it. One object may be shared by threads. Pickling carries the
    settings only, so that it can be sent to a spawned worker, which loads the bundle itself.

    Args:
        mode: who may answer: "hybrid", "rules" or "neural".
        model: folder or name of a model release; by default the one that came with the package.
        threads: threads of the student's session.
        limits: how large a picture may be.
        policy: what is asked of the answers: risk, time, confidence, prediction sets.
        precision: of the student: "int8", "int8-symmetric" or "fp32"; by default what suits this processor
            (``Bundle.precision``). What is asked is what runs, or an error.

    Raises:
        ValueError: an unknown mode or precision, less than one thread, or a policy that the release holds
            no certificate or no prediction sets for, or that another mode than "hybrid" cannot keep.
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
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        if threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        self.mode = Mode(mode)
        self.limits = limits
        self._threads = threads
        self._settings: dict[str, Any] = {
            "model": model,
            "threads": threads,
            "precision": precision,
            "policy": policy,
        }
        self.policy = policy
        self.bundle = self._load_bundle(model)
        self._decisions = Decisions(self.bundle, self.mode, policy)
        self.precision = self.bundle.precision(precision)
        self._student_model = self.bundle.student_model(self.precision)
        self._student: Student | None = None
        self._student_ms: float | None = None
        self._making_student = threading.Lock()
        if policy.time_budget_ms:  # timed now, so that the first picture does not pay for it
            self._student_ms = self._timed_student()

    @classmethod
    def from_export(
        cls, path: str | os.PathLike[str], mode: Mode | str = Mode.HYBRID, **settings: Any
    ) -> HybridClassifier:
        """A classifier that runs an artefact of ``hybrid-logo export``.

        A student takes the place of the release's own in its cascade, so the release must be here. A hybrid
        graph answers alone. What is certified about the student's answers holds only where the artefact
        gave the very numbers of the release's student at its gate; else no answer is ``certain``.

        Args:
            path: the artefact.
            mode: who may answer; a hybrid graph knows "hybrid" only.
            **settings: ``model``, ``threads``, ``limits`` and ``policy`` as for the class; a hybrid graph
                knows ``threads`` and ``limits``.

        Raises:
            ArtefactError: it is damaged, of another release or made for another runtime.
            MissingExtraError: what runs it is not installed.
            ValueError: as for the class.
        """
        # By name: the run time knows nothing of exports until one is asked for (docs/ARCHITECTURE.md).
        running = import_module("hybrid_logo.export.running")
        made: HybridClassifier = running.classifier_from(path, mode, **settings)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _from_settings, (self.mode, self.limits, self._settings)

    def classify(self, source: Source | Decoded) -> Prediction:
        """The answer for one picture.

        Args:
            source: path, bytes of a file, ``uint8[H, W]``, ``uint8[H, W, 3]`` RGB or ``uint8[H, W, 4]``
                RGBA array, or a Pillow image; or what ``image.decode`` made of one, for callers who need
                its pixels too. Decoding then counts neither in ``time_ms`` nor in the policy's time.

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
        measured: list[Measured | FileResult] = []
        for source in batch:
            try:
                measured.append(self._measure(source))
            except PictureError as error:
                measured.append(FileResult.from_error(_name(source), error))
        answers = iter(self._answer([item for item in measured if isinstance(item, Measured)]))
        return [
            item if isinstance(item, FileResult) else FileResult(_name(source), next(answers))
            for source, item in zip(batch, measured, strict=True)
        ]

    def _measure(self, source: Source | Decoded) -> Measured:
        """Decode, prepare and judge; take the student's view where it will be asked."""
        started = time.perf_counter()
        picture = prepare(self._decoded(source))
        if self.mode is Mode.NEURAL:
            view = square_view(picture, self.bundle.side)
            return Measured(None, None, None, view, time.perf_counter() - started)
        values = measure(picture)
        verdict = self.bundle.scorecard.judge(values)
        score, taken, hurried = None, None, False
        if self.mode is Mode.HYBRID:
            score = self._decisions.router.score(verdict, values)
            if not self._decisions.router.accepts(verdict, score):
                hurried = self._lacks_time(time.perf_counter() - started)
                taken = None if hurried else square_view(picture, self.bundle.side)
        return Measured(verdict, values, score, taken, time.perf_counter() - started, hurried)

    def _decoded(self, source: Source | Decoded) -> Decoded:
        """Decoded here where the caller has not done so."""
        return source if isinstance(source, Decoded) else decode(source, self.limits)

    def _lacks_time(self, seconds: float) -> bool:
        """Whether asking the student breaks the time budget of a picture that took ``seconds`` so far."""
        budget, spent = self.policy.time_budget_ms, 1000.0 * seconds
        return budget is not None and (spent > budget or spent + self.student_ms > budget)

    @property
    def student_ms(self) -> float:
        """Time that the student takes for one picture on this machine, in milliseconds.

        The median of some calls after it has warmed up, timed once.
        """
        if self._student_ms is None:
            self._student_ms = self._timed_student()
        return self._student_ms

    def _timed_student(self) -> float:
        view = np.zeros((1, self.bundle.side, self.bundle.side, 3), np.uint8)
        times = []
        for _ in range(TIMED_CALLS):
            started = time.perf_counter()
            self._ask(view)
            times.append(1000.0 * (time.perf_counter() - started))
        return float(np.median(times[TIMED_CALLS // 3 :]))

    def _answer(self, batch: list[Measured]) -> list[Prediction]:
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
                answers.append(self._decisions.by_rules(item))
            else:
                timed = replace(item, seconds=item.seconds + share)
                answers.append(self._decisions.by_student(timed, next(logits)))
        return answers

    def _ask(self, views: NDArray[np.uint8]) -> NDArray[np.float32]:
        with self._making_student:
            if self._student is None:
                self._student = self._make_student()
        # Equal batches: a session keeps the memory of the largest that it has seen.
        parts = [views[start : start + STUDENT_BATCH] for start in range(0, len(views), STUDENT_BATCH)]
        return np.concatenate([self._student.logits(part) for part in parts])

    def _load_bundle(self, model: str | os.PathLike[str] | None) -> Bundle:
        return Bundle.load(model)

    def _make_student(self) -> Student:
        student = Student(self._student_model, threads=self._threads)
        if student.side != self.bundle.side:
            raise BundleInvalidError(
                f"{self.bundle.folder} names views of {self.bundle.side} px, its student takes "
                f"{student.side} px. Install the bundle again."
            )
        return student


def _name(source: Source) -> str:
    """What a result calls ``source``."""
    return os.fsdecode(source) if isinstance(source, str | os.PathLike) else ""


def _from_settings(mode: Mode, limits: Limits, settings: dict[str, Any]) -> HybridClassifier:
    return HybridClassifier(mode, limits=limits, **settings)
