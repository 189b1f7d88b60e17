"""The facts of whole icon sets, worked out once and kept in the cache."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

from hybrid_logo.training.facts.measure import Facts, measure_facts
from hybrid_logo.training.row_cache import Row, code_hash, rows_of_set
from hybrid_logo.training.sources import cache_folder, icon_set

__all__ = ["facts_of_set", "facts_path"]

SHAPING_MODULES = (
    *(f"facts/{name}" for name in ("document", "measure", "paint", "ramps", "shapes")),
    "rendering",
)
"""Modules of ``hybrid_logo.training`` whose code decides what the facts are."""

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
    path = facts_path(name, cache)
    rows = rows_of_set(name, wanted, path, _row, Facts.from_dict, f"Facts of {name}", cache, workers)
    for key, row in rows.items():
        if isinstance(row, str):
            log.warning("%s/%s has no facts: %s", name, key, row)
    return {key: Facts.from_dict(row) for key, row in rows.items() if not isinstance(row, str)}


def facts_path(name: str, cache: Path | None = None) -> Path:
    """Where the facts of a set lie for this code."""
    file = f"{icon_set(name).folder_name}-{code_hash(SHAPING_MODULES)}.json"
    return cache_folder(cache) / "facts" / file


def _row(svg: str) -> Row:
    return asdict(measure_facts(svg))
