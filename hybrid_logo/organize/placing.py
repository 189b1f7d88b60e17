"""Brings each picture to its place: a copy or a link, whole or not at all; the source is only read."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hybrid_logo.errors import OutputError, PictureError, UnreadableError
from hybrid_logo.image import Limits, read_file
from hybrid_logo.organize.plan import Earlier, Placement
from hybrid_logo.organize.splits import SPLITS
from hybrid_logo.types import LABELS, FileResult

__all__ = ["place"]

_UNDER_WAY = ".under-way.tmp"
"""The one file that is not whole yet; a run that was killed leaves it, and the next one takes it over."""


def place(
    source: Path,
    target: Path,
    plan: Iterable[Placement],
    earlier: Mapping[str, Earlier],
    *,
    link: bool,
    limits: Limits,
    advance: Callable[[], object],
) -> list[FileResult]:
    """Bring the pictures of ``plan`` to their places in ``target``; what is there already is kept.

    Args:
        source: the folder that they come from.
        target: the folder of the result.
        plan: where they go.
        earlier: places of a run before, by key: such a picture is moved within ``target``.
        link: make symbolic links instead of copies.
        limits: how large a file may be.
        advance: called after each picture.

    Returns:
        the pictures that could not be read again, and why.

    Raises:
        OutputError: ``target`` cannot be written.
    """
    failures = []
    for placement in plan:
        goal = target / placement.path
        try:
            with _explained(goal):
                if not _holds(goal, placement):
                    goal.parent.mkdir(parents=True, exist_ok=True)
                    former = _former_place(target, placement) if placement.key in earlier else None
                    if former is not None:
                        os.replace(former, goal)
                    else:
                        _bring(source / placement.answer.source, goal, target, placement, link, limits)
        except PictureError as error:
            failures.append(FileResult.from_error(placement.answer.source, error))
        advance()
    return failures


def _bring(origin: Path, goal: Path, target: Path, placement: Placement, link: bool, limits: Limits) -> None:
    data = read_file(origin, limits)
    if hashlib.sha256(data).hexdigest() != placement.answer.sha256:
        raise UnreadableError(f"{str(origin)!r} was changed meanwhile. Run again with --resume.")
    under_way = target / _UNDER_WAY
    try:
        if link:
            under_way.unlink(missing_ok=True)
            under_way.symlink_to(os.path.realpath(origin))
        else:
            under_way.write_bytes(data)
        os.replace(under_way, goal)
    except OSError:
        under_way.unlink(missing_ok=True)
        raise


def _former_place(target: Path, placement: Placement) -> Path | None:
    """Where the same bytes lie under the same name, of which there is but one in the whole result."""
    places = (target / split / label / placement.name for split in SPLITS for label in LABELS)
    return next((path for path in places if _holds(path, placement)), None)


def _holds(path: Path, placement: Placement) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == placement.answer.sha256
    except OSError:
        return False


@contextmanager
def _explained(goal: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{str(goal)!r} cannot be written ({error.strerror}): free space or allow writing there, then go "
            "on with --resume"
        ) from error
