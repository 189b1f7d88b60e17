"""One row for each picture: every candidate measured against the original, and what a classifier said."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import nullcontext
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import cv2

import hybrid_logo
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import HybridLogoError, OutputError
from hybrid_logo.output import open_to_continue
from hybrid_logo.types import Prediction
from hybrid_logo.vectorize.quality.candidates import CANDIDATES, Convert
from hybrid_logo.vectorize.quality.conditions import CONDITIONS, Condition, Picture, picture_of, reference_of
from hybrid_logo.vectorize.quality.measured import Quality, Reference
from hybrid_logo.vectorize.strategies import strategies_to_try

__all__ = ["Logo", "Row", "fingerprint", "measured_rows", "quality_of"]

Row = dict[str, Any]
"""``logo``, ``condition``, ``type``, ``cluster``; ``predicted``, ``tried`` (types, in order), ``top_two``,
``classify_ms``; ``candidates``: name -> ``original`` and ``picture`` (fields of a ``Quality`` against each,
in their order) and ``ms``, or ``failed``. Where there is no picture: ``failed`` alone."""


@dataclass(frozen=True, slots=True)
class Logo:
    """One original: its name, type, brand and SVG text."""

    name: str
    type: str
    cluster: str
    original: str


SHOWING = ("figures", "strips", "suite_report", "table")
"""Modules of this package that only show what was measured."""


def fingerprint(classifier: HybridClassifier, seed: int) -> str:
    """Of all that rows depend on: the code of the conversions, the model, the conditions and the seed."""
    digest = hashlib.sha256(
        f"{classifier.bundle.name} {classifier.precision} {CONDITIONS} {sorted(CANDIDATES)} {seed}".encode()
    )
    for path in sorted((Path(hybrid_logo.__file__).parent / "vectorize").rglob("*.py")):
        if path.stem not in SHOWING:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def measured_rows(
    logos: Sequence[Logo],
    classifier: HybridClassifier,
    seed: int,
    *,
    journal: Path | None = None,
    workers: int | None = None,
    advance: Callable[[], object] = lambda: None,
) -> list[Row]:
    """Measure all candidates on all pictures of the logos.

    Args:
        logos: the originals.
        classifier: says the types.
        seed: of the JPEG qualities.
        journal: file of JSON lines that keeps each row as soon as it is there, and from which rows of an
            earlier run with the same code, model and seed are taken.
        workers: processes; by default one for each processor. 1 measures in this one.
        advance: called once for each picture.

    Raises:
        MissingExtraError: vtracer or resvg_py is not installed.
        OutputError: the journal cannot be read or written.
    """
    mark = fingerprint(classifier, seed)
    earlier, size = _read_journal(journal, mark)
    found: dict[tuple[str, str], Row] = {}
    missing: list[tuple[Logo, list[Condition]]] = []
    for logo in logos:
        left = []
        for condition in CONDITIONS:
            if (logo.name, condition.name) in earlier:
                found[logo.name, condition.name] = earlier[logo.name, condition.name]
                advance()
            else:
                left.append(condition)
        if left:
            missing.append((logo, left))
    with nullcontext(None) if journal is None else open_to_continue(str(journal), size) as write:
        for row in _measured(missing, classifier, seed, workers or os.cpu_count() or 1):
            found[row["logo"], row["condition"]] = row
            if write is not None:
                write(json.dumps({"fingerprint": mark, **row}) + "\n")
            advance()
    return [found[logo.name, condition.name] for logo in logos for condition in CONDITIONS]


def _measured(
    tasks: Sequence[tuple[Logo, list[Condition]]], classifier: HybridClassifier, seed: int, workers: int
) -> Iterator[Row]:
    """Rows as they come, a logo at a time."""
    workers = min(workers, len(tasks))
    if workers <= 1:
        for logo, conditions in tasks:
            yield from _of_one_logo(logo, conditions, classifier, seed)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        jobs = [pool.submit(_of_one_logo, logo, conditions, classifier, seed) for logo, conditions in tasks]
        try:
            for job in as_completed(jobs):
                yield from job.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _of_one_logo(
    logo: Logo, conditions: Sequence[Condition], classifier: HybridClassifier, seed: int
) -> list[Row]:
    """Its rows; the original is prepared once for all pictures that keep its transparency."""
    clean: Reference | None = None
    rows = []
    for condition in conditions:
        row: Row = {
            "logo": logo.name, "condition": condition.name, "type": logo.type, "cluster": logo.cluster,
        }  # fmt: skip
        try:
            picture = picture_of(logo.original, condition, logo.name, seed)
            start = time.perf_counter()
            prediction = classifier.classify(picture.decoded)  # as ``convert`` does
            row |= _told(prediction) | {"classify_ms": 1000 * (time.perf_counter() - start)}
            if picture.page is not None:
                reference = reference_of(logo.original, picture.page)
            else:
                reference = clean = clean or reference_of(logo.original)
        except HybridLogoError as error:
            rows.append(row | {"failed": str(error)})
            continue
        of_picture = Reference(picture.pixels)
        row["candidates"] = {
            name: _tried(convert, picture, reference, of_picture) for name, convert in CANDIDATES.items()
        }
        rows.append(row)
    return rows


def _told(prediction: Prediction) -> dict[str, Any]:
    ranked = sorted(prediction.probabilities.items(), key=lambda item: -item[1])
    return {
        "predicted": prediction.label.value,
        "tried": [strategy.type.value for strategy in strategies_to_try(prediction)],
        "top_two": [str(label) for label, _ in ranked[:2]],
    }


def _tried(convert: Convert, picture: Picture, reference: Reference, of_picture: Reference) -> dict[str, Any]:
    start = time.perf_counter()
    try:
        svg = convert(picture)
        took = 1000 * (time.perf_counter() - start)
        against = [astuple(each.measure(svg)) for each in (reference, of_picture)]
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # VTracer's panics are no Exception
        return {"failed": f"{type(error).__name__}: {error}"[:200]}
    return {"original": _short(against[0]), "picture": _short(against[1]), "ms": round(took, 2)}


def _short(figures: tuple[float, ...]) -> list[float]:
    return [round(figure, 5) for figure in figures]


def _read_journal(journal: Path | None, mark: str) -> tuple[dict[tuple[str, str], Row], int]:
    """Rows with that fingerprint, and bytes of whole lines; the rest was torn by the end of a run."""
    rows: dict[tuple[str, str], Row] = {}
    size = 0
    if journal is None:
        return rows, size
    try:
        lines = journal.read_bytes().splitlines(keepends=True) if journal.exists() else []
        for line in lines:
            if not line.endswith(b"\n"):
                break
            row = json.loads(line)
            if row.pop("fingerprint") == mark:
                rows[row["logo"], row["condition"]] = row
            size += len(line)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutputError(
            f"{journal} cannot be continued ({error}). Name another file with --journal."
        ) from error
    return rows, size


def quality_of(figures: Sequence[float]) -> Quality:
    """The fields that a row holds."""
    color, low_pass, similarity, edges, size, paths = figures
    return Quality(color, low_pass, similarity, edges, int(size), int(paths))
