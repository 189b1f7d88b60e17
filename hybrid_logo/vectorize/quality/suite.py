"""The suite ``svg``: conversions of drawn originals, each method against VTracer's default."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hybrid_logo.errors import InputError, MissingExtraError
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.evaluation.pictures.originals import drawn_cases
from hybrid_logo.evaluation.suites.special import SHOWN_ONLY
from hybrid_logo.types import LABELS, Mode
from hybrid_logo.vectorize.quality.conditions import CONDITIONS
from hybrid_logo.vectorize.quality.figures import figures_of
from hybrid_logo.vectorize.quality.rows import Logo, measured_rows
from hybrid_logo.vectorize.quality.strips import strips
from hybrid_logo.vectorize.quality.suite_report import html_section, notes, tables

if TYPE_CHECKING:
    from hybrid_logo.classifier import HybridClassifier

__all__ = ["LOGOS", "NAME", "html_section", "measure", "notes", "steps", "tables"]

NAME = "svg"
LOGOS = 25
"""Of each type."""


def steps(
    dataset: Dataset,
    classifiers: Mapping[Mode, HybridClassifier],
    *,
    logos: int = LOGOS,
    journal: Path | None = None,
) -> int:
    """How often ``measure`` calls ``advance``."""
    return len(CONDITIONS) * len(_drawn(dataset, logos, dataset.seed))


def measure(
    dataset: Dataset,
    classifiers: Mapping[Mode, HybridClassifier],
    seed: int,
    advance: Callable[[], object] = lambda: None,
    *,
    logos: int = LOGOS,
    journal: Path | None = None,
) -> dict[str, Any]:
    """Convert a sample by all methods.

    Args:
        dataset: labelled pictures with the drawings that they were made of.
        classifiers: the hybrid says the types, or else the first.
        seed: of the sample, the JPEG qualities and the bootstrap.
        advance: called once for each picture.
        logos: of each type, at most, one of each brand.
        journal: see ``measured_rows``.

    Returns:
        JSON-ready figures. What ``SHOWN_ONLY`` holds is HTML for the report alone.

    Raises:
        MissingExtraError: vtracer or resvg_py is not installed.
        InputError: there is no drawing of any picture.
        OutputError: the journal cannot be read or written.
    """
    _check_extra()
    sample = _drawn(dataset, logos, seed)
    if not sample:
        raise InputError(
            f"None of the {len(dataset.cases):,} pictures of {dataset.name} has the vector that it was drawn "
            "from. Put it beside each picture, under the same name with the ending .svg."
        )
    classifier = classifiers.get(Mode.HYBRID) or next(iter(classifiers.values()))
    rows = measured_rows(sample, classifier, seed, journal=journal, advance=advance)
    good = [row for row in rows if "failed" not in row]
    originals = {logo.name: logo.original for logo in sample}
    return {
        "logos": {label: sum(logo.type == label for logo in sample) for label in LABELS},
        "of": len(dataset.cases),
        "pictures": len(good),
        "not_drawn": len(rows) - len(good),
        "seed": seed,
        "potrace": shutil.which("potrace") is not None,
        **figures_of(good, seed),
        SHOWN_ONLY: strips(good, originals, seed),
    }


def _drawn(dataset: Dataset, logos: int, seed: int) -> list[Logo]:
    """At most so many logos of each type, of different brands."""
    found = []
    for label in LABELS:
        of_type = replace(dataset, cases=[case for case in dataset.cases if case.label == label])
        cases = drawn_cases(of_type, logos, seed) if of_type.cases else []
        for case in cases:
            original = dataset.drawing(case)
            if original is not None:
                found.append(Logo(case.name, case.label.value, case.cluster, original))
    return found


def _check_extra() -> None:
    try:
        import resvg_py  # noqa: F401
        import vtracer  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            f"The suite svg cannot be run ({error}). Install what is needed with: "
            "pip install 'hybrid-logo[svg]'"
        ) from error
