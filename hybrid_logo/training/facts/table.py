"""The facts of whole icon sets, worked out once and kept in the cache.

One JSON file a set version. Its name holds a hash of the code that the facts come from, and it is
written again every so many drawings, so that an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import ast
import hashlib
import json
import logging
import multiprocessing
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import cv2

import hybrid_logo
from hybrid_logo.errors import SourceError
from hybrid_logo.training.console import tracked
from hybrid_logo.training.facts.measure import Facts, measure_facts
from hybrid_logo.training.sources import cache_folder, icon_set, load_icons, storage_errors, svg_text

__all__ = ["facts_of_set", "facts_path"]

SAVE_EVERY = 256
SHAPING_MODULES = (
    *(f"facts/{name}" for name in ("document", "measure", "paint", "ramps", "shapes")),
    "rendering",
)
"""Modules of ``hybrid_logo.training`` whose code decides what the facts are."""

Row = dict[str, Any] | str
"""The facts of one drawing, or why it has none."""

log = logging.getLogger(__name__)


def facts_of_set(
    name: str, wanted: Collection[str] | None = None, cache: Path | None = None, workers: int = 2
) -> dict[str, Facts]:
    """The facts of a fetched set's drawings; those that the cache holds are not measured again.

    Drawings without facts (a corrupt SVG, a name that the set does not have) are left out, and logged.
    Processes are spawned, so a script that calls this needs the usual ``if __name__ == "__main__"``.

    Args:
        name: the set.
        wanted: names of drawings; all by default.
        cache: the cache folder; see ``cache_folder``.
        workers: processes; 1 measures in this one.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: the set is not fetched or the cache cannot be written.
    """
    icons = load_icons(name, cache)
    names = list(icons if wanted is None else dict.fromkeys(wanted))
    path = facts_path(name, cache)
    rows = _read(path)
    missing = [(key, svg_text(icons[key])) for key in names if key in icons and key not in rows]
    with storage_errors(path.parent), _measured(missing, workers) as measured:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            for done, (key, row) in enumerate(tracked(measured, len(missing), f"Facts of {name}"), start=1):
                rows[key] = row
                if done % SAVE_EVERY == 0:
                    _write(path, rows)
        finally:
            if missing:
                _write(path, rows)
    found = {key: rows.get(key, "the icon set has no such drawing") for key in names}
    for key, row in found.items():
        if isinstance(row, str):
            log.warning("%s/%s has no facts: %s", name, key, row)
    return {key: Facts.from_dict(row) for key, row in found.items() if isinstance(row, dict)}


def facts_path(name: str, cache: Path | None = None) -> Path:
    """Where the facts of a set lie for this code."""
    return cache_folder(cache) / "facts" / f"{icon_set(name).folder_name}-{_fingerprint()}.json"


@contextmanager
def _measured(missing: Sequence[tuple[str, str]], workers: int) -> Iterator[Iterator[tuple[str, Row]]]:
    if workers <= 1 or len(missing) < 32:
        yield map(_measure, missing)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        try:
            yield pool.map(_measure, missing, chunksize=16)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _measure(task: tuple[str, str]) -> tuple[str, Row]:
    name, svg = task
    try:
        return name, asdict(measure_facts(svg))
    except SourceError as error:
        return name, str(error)


def _read(path: Path) -> dict[str, Row]:
    """What an earlier run left; a damaged file counts as none."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
        for row in rows.values():
            if not isinstance(row, str):
                Facts.from_dict(row)
    except (OSError, LookupError, ValueError, TypeError, AttributeError):
        return {}
    return dict(rows)


def _write(path: Path, rows: dict[str, Row]) -> None:
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(json.dumps(rows) + "\n", encoding="utf-8")
    unfinished.replace(path)


def _fingerprint() -> str:
    digest = hashlib.sha256()
    folder = Path(hybrid_logo.__file__).parent / "training"
    for module in SHAPING_MODULES:
        source = (folder / f"{module}.py").read_text(encoding="utf-8")
        digest.update(ast.dump(ast.parse(source)).encode())  # a comment changes no fact
    return digest.hexdigest()[:16]
