"""From a folder of pictures to one that is sorted into splits and types; what was begun goes on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from hybrid_logo.errors import InputError, OutputError, PictureError, UnreadableError
from hybrid_logo.image import DEFAULT_LIMITS, Limits, load_picture, read_file
from hybrid_logo.organize import tables
from hybrid_logo.organize.journal import (
    JOURNAL,
    Answer,
    Journal,
    Recorder,
    Settings,
    open_journal,
    read_journal,
)
from hybrid_logo.organize.lookalikes import look_of
from hybrid_logo.organize.placing import place
from hybrid_logo.organize.plan import Placement, key_of, make_plan
from hybrid_logo.organize.review import REVIEW, write_review
from hybrid_logo.scan import Scan
from hybrid_logo.types import FileResult
from hybrid_logo.workers import Input

__all__ = ["Classify", "Outcome", "organize"]

Classify = Callable[[Iterable[Input]], Generator[FileResult, None, None]]
"""As ``workers.answer`` with its classifier given: results in the order of the inputs."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the pictures.

    Attributes:
        plan: where each answered picture is, or would be.
        failures: pictures and folders that could not be read.
        settings: that decided.
        scan: counts what was left out.
    """

    plan: list[Placement]
    failures: list[FileResult]
    settings: Settings
    scan: Scan


def organize(
    source: Path,
    target: Path,
    classify: Classify,
    *,
    model: str,
    given: Mapping[str, Any],
    resume: bool = False,
    corrections: Path | None = None,
    dry_run: bool = False,
    most_reviewed: int = 200,
    limits: Limits = DEFAULT_LIMITS,
    advance: Callable[[], object] = lambda: None,
) -> Outcome:
    """Sort the pictures of ``source`` into ``target/split/type``, and write tables and the review sheet.

    ``source`` is only read. Files in ``target`` appear whole or not at all.

    Args:
        source: a folder; what lies in ``target`` is left out.
        target: a folder that is missing or empty, or one to go on with.
        classify: answers the pictures.
        model: name of the model release that answers.
        given: fields of ``Settings``; where the rest was chosen by a run before, it stays so.
        resume: go on with ``target``.
        corrections: a table of types that a person gave; implies ``resume`` where there is something.
        dry_run: write nothing.
        most_reviewed: pictures on the review sheet.
        limits: how large a picture may be.
        advance: called after each picture that is answered, and after each that is placed.

    Raises:
        InputError: there is no picture, or the arguments do not fit each other or the run before.
        OutputError: ``target`` holds something else, or cannot be written.
    """
    fresh = tables.read_corrections(corrections, required=True) if corrections is not None else {}
    journal = _begin(source, target, model, given, resume or corrections is not None)
    earlier = tables.read_earlier_places(target)
    corrected = tables.read_corrections(target / tables.CORRECTIONS) | fresh
    scan = Scan([os.fspath(source)])
    found = _require_some(_outside(scan, source, target), scan, journal)
    to_do = (item for item in found if not _is_known(item, source, journal))
    failures = []
    recording = _in_memory(journal) if dry_run else open_journal(target, journal)
    with recording as record, closing(classify(to_do)) as results:
        for result in results:
            known = _learn(result, source, limits)
            if isinstance(known, Answer):
                record(known)
            else:
                failures.append(known)
            advance()
    tables.require_known(corrections, fresh, map(key_of, journal.answers))
    plan = make_plan(journal.answers, journal.settings, corrected, earlier)
    if not dry_run:
        if corrected:
            tables.write_corrections(target / tables.CORRECTIONS, corrected)
        tables.write_labels(target / tables.PLANNED_TABLE, plan)
        lost = place(
            source, target, plan, earlier, link=journal.settings.link, limits=limits, advance=advance
        )
        failures += lost
        missing = {failed.path for failed in lost}
        plan = [placement for placement in plan if placement.answer.source not in missing]
        write_review(target / REVIEW, target, plan, most_reviewed, limits)
        tables.write_rejected(target / tables.REJECTED, failures)
        tables.write_labels(target / tables.LABELS_TABLE, plan)
        (target / tables.PLANNED_TABLE).unlink(missing_ok=True)
    return Outcome(plan, failures, journal.settings, scan)


def _begin(source: Path, target: Path, model: str, given: Mapping[str, Any], resume: bool) -> Journal:
    """The journal to go on with, or a new one."""
    folder, result = os.path.realpath(source), os.path.realpath(target)
    if Path(folder).is_relative_to(result):
        raise InputError(f"{str(source)!r} lies in {str(target)!r}: name a folder for the result outside it")
    journal = read_journal(target)
    if journal is None:
        if _holds_something_else(target):
            raise OutputError(f"{str(target)!r} holds something else: name a folder that is empty or missing")
        return Journal(folder, model, Settings(**given))
    if not resume:
        raise OutputError(
            f"{str(target)!r} holds a result already: give --resume to go on with it, or name another folder"
        )
    if journal.model != model:
        raise InputError(
            f"{str(target)!r} was begun with the model {journal.model}, and this run uses {model}: "
            f"give --model {journal.model}, or name another folder"
        )
    journal.require_same(folder, replace(journal.settings, **given))
    return journal


def _holds_something_else(target: Path) -> bool:
    try:
        return bool(set(os.listdir(target)) - {JOURNAL})
    except FileNotFoundError:
        return False
    except OSError:
        return True


def _outside(scan: Scan, source: Path, target: Path) -> Iterator[str | FileResult]:
    """What lies in ``target`` is no source."""
    folder, result = os.path.realpath(source), os.path.realpath(target)
    inside = Path(result).relative_to(folder).as_posix() if Path(result).is_relative_to(folder) else None
    for item in scan:
        name = _relative(item if isinstance(item, str) else item.path, source)
        if inside is None or not f"{name}/".startswith(f"{inside}/"):
            yield item


def _require_some(
    found: Iterator[str | FileResult], scan: Scan, journal: Journal
) -> Iterator[str | FileResult]:
    first = next(found, None)
    if first is not None:
        return chain((first,), found)
    if journal.answers:
        return found
    vectors = f" ({scan.vectors:,} SVG files are vector already)" if scan.vectors else ""
    raise InputError(f"no picture found{vectors}: name a folder that holds some")


def _is_known(item: str | FileResult, source: Path, journal: Journal) -> bool:
    """Whether the same file was answered already."""
    if isinstance(item, FileResult):
        return False
    answer = journal.answers.get(_relative(item, source))
    try:
        status = os.stat(item)
    except OSError:
        return False
    return answer is not None and (answer.size, answer.modified) == (status.st_size, status.st_mtime_ns)


def _learn(result: FileResult, source: Path, limits: Limits) -> Answer | FileResult:
    """What must be kept of a picture, or why it has no answer."""
    name, said = _relative(result.path, source), result.prediction
    if said is None:
        return replace(result, path=name)
    try:
        data = read_file(result.path, limits)
        status = os.stat(result.path)
        look = look_of(load_picture(data, limits))
    except PictureError as error:
        return FileResult.from_error(name, error)
    except OSError:
        return FileResult.from_error(
            name, UnreadableError("It has vanished meanwhile. Run again with --resume.")
        )
    return Answer(
        source=name,
        size=status.st_size,
        modified=status.st_mtime_ns,
        sha256=hashlib.sha256(data).hexdigest(),
        look=look,
        label=said.label,
        confidence=round(said.confidence, 6),
        decided_by=said.decided_by.value,
        reason=said.reason,
    )


def _relative(path: str, source: Path) -> str:
    """Of ``path``, which begins with ``source``, the rest, with ``/`` between folders."""
    return os.path.relpath(path, source).replace(os.sep, "/")


@contextmanager
def _in_memory(journal: Journal) -> Iterator[Recorder]:
    """Keeps answers in ``journal`` alone."""

    def record(answer: Answer) -> None:
        journal.answers[answer.source] = answer

    yield record
