"""Run an exported artefact: a student inside the cascade of its release, or a hybrid graph alone."""

from __future__ import annotations

import os
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from hybrid_logo.bundle import MODEL_VARIABLE, Bundle
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import ArtefactError, BundleNotFoundError, MissingExtraError
from hybrid_logo.export.containers import read_record
from hybrid_logo.export.facts import FP16
from hybrid_logo.export.graph_classifier import GraphClassifier
from hybrid_logo.export.record import Record
from hybrid_logo.export.targets import Target, find_target
from hybrid_logo.image import DEFAULT_LIMITS, Limits
from hybrid_logo.operating_points import OperatingPoint
from hybrid_logo.policy import DEFAULT_POLICY, Policy
from hybrid_logo.promises import Claim
from hybrid_logo.router import Router
from hybrid_logo.types import Mode, Precision

__all__ = ["ExportedClassifier", "classifier_from", "require_runtime", "without_claims_on_the_student"]


class ExportedClassifier(HybridClassifier):
    """The cascade of a release with an exported student in place of its own.

    What was certified about the rules does not depend on the student and stays. What was certified about the
    student's answers (``certain``, prediction sets, disagreement) stays where the artefact gave the very same
    numbers as the release's student, bit for bit, on every picture of its gate. Elsewhere it is void: a
    measured agreement is no certificate.

    Args:
        path: the artefact.
        mode, threads, limits, policy: as for ``HybridClassifier``.
        model: the release that the artefact was made from; by default the variable HYBRID_LOGO_MODEL, else
            the installed one of its name.

    Raises:
        ArtefactError: it is damaged, of another release, or made for another runtime.
        MissingExtraError: its runtime is not installed.
    """

    def __init__(
        self,
        path: Path,
        mode: Mode | str = Mode.HYBRID,
        *,
        model: str | os.PathLike[str] | None = None,
        threads: int = 1,
        limits: Limits = DEFAULT_LIMITS,
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        self.record = read_record(path)
        self.target = find_target(self.record.target)
        require_runtime(self.target, self.record, path)
        self._path, self._model = path, model
        of_release = Precision.FP32 if self.record.precision == FP16 else Precision(self.record.precision)
        super().__init__(
            mode, model=model, threads=threads, limits=limits, policy=policy, precision=of_release
        )

    def __reduce__(self) -> tuple[Any, ...]:
        settings = {
            "model": self._model,
            "threads": self._threads,
            "limits": self.limits,
            "policy": self.policy,
        }
        return _again, (self._path, self.mode, settings)

    def _load_bundle(self, model: str | os.PathLike[str] | None) -> Bundle:
        try:
            bundle = Bundle.load(model or os.environ.get(MODEL_VARIABLE) or self.record.release)
        except BundleNotFoundError as error:
            raise ArtefactError(
                f"{self._path} is the student of {self.record.release}, which is not here ({error}) A "
                "student needs its release beside it; a hybrid graph does not: hybrid-logo export hybrid "
                "--out DIR"
            ) from error
        self.record.require_release(bundle)
        if self.record.parity.get("identical"):
            return bundle
        return replace(bundle, router=without_claims_on_the_student(bundle.router))

    def _make_student(self) -> Any:
        student = self.target.kind.load(self._path, self.record, self._threads)
        if student.side != self.bundle.side:
            raise ArtefactError(
                f"{self._path} takes views of {student.side} px, {self.bundle.name} makes them of "
                f"{self.bundle.side} px. Export it again: {self.record.command}"
            )
        return student


def classifier_from(
    path: str | os.PathLike[str],
    mode: Mode | str = Mode.HYBRID,
    *,
    model: str | os.PathLike[str] | None = None,
    threads: int = 1,
    limits: Limits = DEFAULT_LIMITS,
    policy: Policy = DEFAULT_POLICY,
) -> HybridClassifier:
    """See ``HybridClassifier.from_export``."""
    file = Path(path)
    record = read_record(file)
    target = find_target(record.target)
    if not target.whole:
        return ExportedClassifier(file, mode, model=model, threads=threads, limits=limits, policy=policy)
    if Mode(mode) is not Mode.HYBRID or policy != DEFAULT_POLICY or model is not None:
        raise ValueError(
            f"{file} holds one way to answer, the hybrid's: mode, policy and model cannot be chosen. Leave "
            "them out, or take the release itself"
        )
    require_runtime(target, record, file)
    return GraphClassifier(file, threads=threads, limits=limits)


def require_runtime(target: Target, record: Record, path: Path) -> None:
    """Check that the runtime of an artefact is here, in the major version that it was made and judged with.

    Raises:
        MissingExtraError: it is not installed.
        ArtefactError: it has another major version.
    """
    name, made = target.runtime, record.made_with.get(target.runtime, "")
    try:
        present = version(name)
    except PackageNotFoundError as error:
        raise MissingExtraError(
            f"{path} needs {name} {made}, which is not installed: pip install '{name}=={_major(made)}.*'"
        ) from error
    if _major(made) != _major(present):
        raise ArtefactError(
            f"{path} was made and judged with {name} {made}, here is {present}, another major version. "
            f"Export it again: {record.command}, or install the version before: "
            f"pip install '{name}=={_major(made)}.*'"
        )


def _major(version: str) -> str:
    return version.split(".")[0]


def without_claims_on_the_student(router: Router) -> Router:
    """The same without what was certified about the student's answers; what concerns the rules stays."""

    def bare(point: OperatingPoint) -> OperatingPoint:
        groups = tuple(each for each in point.groups if each.claim is not Claim.DISAGREEMENT)
        return replace(point, certain=None, groups=groups, sets=())

    return replace(
        router,
        point=bare(router.point),
        points=tuple(bare(point) for point in router.points),
        unpromised=bare(router.unpromised),
    )


def _again(path: Path, mode: Mode, settings: dict[str, Any]) -> ExportedClassifier:
    return ExportedClassifier(path, mode, **settings)
