"""The trained student as files: exported and quantised; where that costs too much, it learns the rounding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from hybrid_logo.training.examples import Examples
from hybrid_logo.training.learning import parallel
from hybrid_logo.training.learning.trainer import Teacher
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.parity import loses_by_rounding
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.quantise import export_all
from hybrid_logo.training.settings import RunSettings
from hybrid_logo.training.sources import storage_errors
from hybrid_logo.training.student import tune_under_rounding

__all__ = ["write_student"]

QUANTISATION_PICTURES = 1024


def write_student(
    network: StudentNetwork,
    examples: Examples,
    held_out: PictureTable,
    settings: RunSettings,
    folder: Path,
    teacher: Teacher | None = None,
) -> dict[str, Any]:
    """Write ``student-<precision>.onnx`` and compare them.

    All processes that learn together call this: they learn the rounding together, the first one writes.

    Args:
        network: the trained student.
        examples: what it learned from; some of them give the ranges of activations.
        held_out: the ``calibrate`` copies.
        settings: of the run.
        folder: of the run.
        teacher: see ``learning.train``.

    Returns:
        what the manifest says under ``quantisation``, JSON-ready; empty but for the first process.

    Raises:
        SourceError: the folder cannot be written.
    """
    random = np.random.default_rng(settings.corpus.seed)
    count = min(QUANTISATION_PICTURES, len(examples.views))
    chosen = np.sort(random.choice(len(examples.views), count, replace=False))

    def exported(student: StudentNetwork) -> dict[str, Any]:
        if not parallel.is_first():
            return {}
        with storage_errors(folder):
            return export_all(student, settings.corpus.side, folder, examples.views[chosen], held_out)

    facts = exported(network)
    learns = parallel.any_says(bool(facts) and loses_by_rounding(facts))
    if learns:
        within = folder / "student"
        facts |= exported(tune_under_rounding(network, examples, held_out, settings.student, within, teacher))
    return facts | {"learned_rounding": learns} if facts else {}
