"""Copies of a split as files: a folder that other tools, and ``hybrid-logo benchmark``, can read."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from hybrid_logo.header import read_header
from hybrid_logo.training.console import tracked
from hybrid_logo.training.degrade import clean_copy, degraded_copy
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.pictures import copy_seed
from hybrid_logo.training.rendering import load_master
from hybrid_logo.training.sources import storage_errors

__all__ = ["TABLE", "write_copies"]

TABLE = "labels.csv"
"""Name of the table beside the pictures, with the columns that ``evaluation.pictures.datasets`` reads."""


def write_copies(
    logos: Sequence[LabelledLogo], folder: Path, seed: int, degraded: int, cache: Path | None = None
) -> int:
    """Write the clean copy and ``degraded`` degraded ones of each logo; the same files for the same seed.

    Args:
        logos: their master pictures must be drawn.
        folder: receives ``set/name-N.suffix``, N 0 for the clean copy, and ``labels.csv``.
        seed: of the degradation.
        degraded: degraded copies of each logo.
        cache: the cache folder.

    Returns:
        the number of pictures.

    Raises:
        SourceError: a master picture is missing, or ``folder`` cannot be written.
    """
    rows = []
    for logo in tracked(logos, len(logos), "Copies"):
        master = load_master(logo, cache)
        for copy in range(degraded + 1):
            data = clean_copy(master) if copy == 0 else degraded_copy(master, copy_seed(logo, seed, copy))
            name = f"{logo.set}/{logo.name}-{copy}.{read_header(data).format}"
            with storage_errors(folder):
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            others = "|".join(sorted(logo.accepted - {logo.label}))
            rows.append((name, logo.label.value, others, logo.brand))
    with storage_errors(folder), (folder / TABLE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "label", "also_accepted", "cluster"))
        writer.writerows(rows)
    return len(rows)
