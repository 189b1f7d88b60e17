"""What is worked out once for each drawing of an icon set, kept in the cache as one JSON file.

The file's name holds a hash of the code that the rows come from. It is written again every so many drawings,
so that an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import ast
import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import cv2

import hybrid_logo
from hybrid_logo.errors import SourceError
from hybrid_logo.training.console import tracked
from hybrid_logo.training.sources import load_icons, storage_errors, svg_text

__all__ = ["Row", "code_hash", "rows_of_set"]

SAVE_EVERY = 256
FEWEST_TO_SHARE = 32
"""Drawings from which it is worth while to start processes."""

Row = Any
"""What JSON can hold; a text says why the drawing has no row."""


def rows_of_set(
    name: str,
    wanted: Collection[str] | None,
    path: Path,
    measure: Callable[[str], Row],
    check: Callable[[Row], object],
    title: str,
    cache: Path | None = None,
    workers: int = 2,
) -> dict[str, Row]:
    """The rows of a fetched set's drawings by name; those that ``path`` holds are not worked out again.

    Processes are spawned, so a script that calls this needs the usual ``if __name__ == "__main__"``.

    Args:
        name: the set.
        wanted: names of drawings; all by default.
        path: where the rows are kept.
        measure: the row of an SVG document; a function of a module, so that another process finds it. Where
            it raises ``SourceError``, the row is the error's text.
        check: raises ``LookupError``, ``TypeError`` or ``ValueError`` for a row that is damaged; then all of
            the file is worked out again.
        title: of the progress bar.
        cache: the cache folder; see ``cache_folder``.
        workers: processes; 1 works in this one.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: the set is not fetched or the cache cannot be written.
    """
    icons = load_icons(name, cache)
    names = list(icons if wanted is None else dict.fromkeys(wanted))
    rows = _read(path, check)
    missing = [(key, svg_text(icons[key])) for key in names if key in icons and key not in rows]
    with storage_errors(path.parent), _measured(missing, measure, workers) as measured:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            for done, (key, row) in enumerate(tracked(measured, len(missing), title), start=1):
                rows[key] = row
                if done % SAVE_EVERY == 0:
                    _write(path, rows)
        finally:
            if missing:
                _write(path, rows)
    return {key: rows.get(key, "the icon set has no such drawing") for key in names}


def code_hash(modules: Iterable[str]) -> str:
    """16 hexadecimal digits that change with the code of these modules of ``hybrid_logo.training``."""
    digest = hashlib.sha256()
    folder = Path(hybrid_logo.__file__).parent / "training"
    for module in modules:
        source = (folder / f"{module}.py").read_text(encoding="utf-8")
        digest.update(ast.dump(ast.parse(source)).encode())  # a comment changes no row
    return digest.hexdigest()[:16]


@contextmanager
def _measured(
    missing: Sequence[tuple[str, str]], measure: Callable[[str], Row], workers: int
) -> Iterator[Iterator[tuple[str, Row]]]:
    task = partial(_row, measure)
    if workers <= 1 or len(missing) < FEWEST_TO_SHARE:
        yield map(task, missing)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        try:
            yield pool.map(task, missing, chunksize=16)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _row(measure: Callable[[str], Row], drawing: tuple[str, str]) -> tuple[str, Row]:
    name, svg = drawing
    try:
        return name, measure(svg)
    except SourceError as error:
        return name, str(error)


def _read(path: Path, check: Callable[[Row], object]) -> dict[str, Row]:
    """What an earlier run left; a damaged file counts as none."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        for row in rows.values():
            if not isinstance(row, str):
                check(row)
    except (OSError, LookupError, ValueError, TypeError, AttributeError):
        return {}
    return dict(rows)


def _write(path: Path, rows: dict[str, Row]) -> None:
    unfinished = path.with_suffix(f".{os.getpid()}.tmp")  # another command may write the same rows
    unfinished.write_text(json.dumps(rows) + "\n", encoding="utf-8")
    unfinished.replace(path)
