"""Make an artefact: build it aside, read it back, judge it, and only then let it appear."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import MissingExtraError, OutputError, ParityError
from hybrid_logo.export.containers import read_record
from hybrid_logo.export.facts import Facts
from hybrid_logo.export.judging import judge, same_numbers, size_of
from hybrid_logo.export.parity import Parity
from hybrid_logo.export.pictures import GatePictures
from hybrid_logo.export.record import Record
from hybrid_logo.export.report import write_report
from hybrid_logo.export.targets import Target

__all__ = ["Exported", "Progress", "export", "versions_of"]

REPEATED = 40
"""Pictures on which the kept artefact must give the very numbers of the measured one."""

Progress = Callable[[str, int], AbstractContextManager[Callable[[], object]]]
"""Takes a title and the number of steps; gives what to call after each step."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A finished artefact.

    Attributes:
        path: its main file.
        files: all that was written, the report among them.
        facts: what was read back from it.
        parity: how it was judged.
    """

    path: Path
    files: tuple[Path, ...]
    facts: Facts
    parity: Parity


def export(
    target: Target,
    precision: str | None,
    bundle: Bundle,
    folder: Path,
    pictures: Callable[[], GatePictures],
    progress: Progress,
) -> Exported:
    """Make ``target`` from ``bundle`` in ``folder``.

    Args:
        target: row of ``TARGETS``.
        precision: of the student; None for the target's own.
        bundle: the model release.
        folder: receives the artefact and its report when all is well, and nothing otherwise.
        pictures: gives those to judge it on; called when the target can be made.
        progress: shows how far it is.

    Raises:
        MissingExtraError: a package is missing.
        ExportError: it cannot be made here, or not in this precision.
        ParityError: it answers too differently, or is not what was asked.
        BundleError: the release has no student of this precision.
        OutputError: ``folder`` cannot be written.
    """
    target.require()
    chosen = target.precision(precision)
    if chosen in tuple(bundle.precisions) or chosen != "fp16":
        bundle.precision(chosen)  # the release must hold it, but for FP16, which is made from FP32
    with _aside(folder) as work:
        judged = pictures()
        path = work / "measured" / target.file_name(bundle.name, chosen)
        record = Record(target.name, chosen, bundle.manifest, versions_of(target), device=_device(target))
        _write(target, bundle, record, path)
        record = read_record(path)
        facts = target.kind.read_back(path, record)
        wrong = facts.contradictions(chosen, int(bundle.manifest["opset"]))
        if wrong:
            raise ParityError(
                f"{target.name} is not what was asked: {'; '.join(wrong)}. Nothing was written. Take another "
                "target or precision: hybrid-logo export --list"
            )
        parity = judge(target, path, record, bundle, judged, facts, progress)
        parity.require(target.name, chosen)
        # Once more with the figures inside; what is kept must be what was measured.
        final = work / "final" / path.name
        _write(target, bundle, record.with_parity(parity.figures()), final)
        record = read_record(final)
        if not same_numbers(target, path, final, record, bundle.side, judged.files[:REPEATED]):
            raise ParityError(
                f"{target.name} comes out another one each time. Nothing was written. Report this."
            )
        parity = replace(parity, size_bytes=size_of(final, record))
        with _explained(target, folder):
            write_report(final, record, facts, parity)
            names = sorted(each.name for each in final.parent.iterdir())
            for name in sorted(names, key=lambda each: each == path.name):  # the artefact itself comes last
                os.replace(final.parent / name, folder / name)
    return Exported(folder / path.name, tuple(folder / name for name in names), facts, parity)


def _write(target: Target, bundle: Bundle, record: Record, path: Path) -> None:
    with _explained(target, path.parent):
        path.parent.mkdir(exist_ok=True)
        target.kind.write(bundle, record, path)


def versions_of(target: Target) -> dict[str, str]:
    """Versions of this package and of what makes and runs ``target``."""
    found = {}
    for name in ("hybrid-logo", "onnxruntime", "onnx", target.runtime):
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # a checkout that is not installed
            continue
    return found


def _device(target: Target) -> str:
    if target.module != "tensorrt_engine":
        return ""
    import torch

    return str(torch.cuda.get_device_name())


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """A folder inside ``folder`` to work in; it goes in the end, and so does ``folder`` if new and empty."""
    fresh = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(".tmp", ".hybrid-logo-", folder))
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written ({error.strerror}). Name another folder with --out."
        ) from error
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
        if fresh and not any(folder.iterdir()):
            folder.rmdir()


@contextmanager
def _explained(target: Target, folder: Path) -> Iterator[None]:
    try:
        yield
    except ImportError as error:
        raise MissingExtraError(
            f"{target.name} cannot be made, for a package is broken ({error}). Install it again: "
            f"{target.install}"
        ) from error
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be written ({error.strerror or error}). Free space there, or name another "
            "folder with --out."
        ) from error
