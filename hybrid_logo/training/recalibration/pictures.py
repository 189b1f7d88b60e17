"""The user's pictures: each counted once, measured, and shown to the student in every precision."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import InputError, PictureError
from hybrid_logo.evaluation.pictures.dataset_checks import named
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.features import NAMES, measure
from hybrid_logo.image import load_picture
from hybrid_logo.ink import square_view
from hybrid_logo.promises import EVERY_PICTURE
from hybrid_logo.scan import Scan
from hybrid_logo.student import Student
from hybrid_logo.training.console import tracked
from hybrid_logo.training.recalibration.parts import near_identical
from hybrid_logo.types import LABELS, Precision

__all__ = ["Labelled", "Measured", "read_labelled", "read_unlabelled"]

BATCH = 32
SHRUNK_SIDE_PX = 16
"""Of the views that are compared to find copies of one picture."""
RESERVED_GROUPS = (EVERY_PICTURE, "unlabelled")


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """Pictures as rules and student see them.

    Attributes:
        features: ``float32[n, len(NAMES)]``.
        logits: ``float32[n, 4]`` of the student per precision.
        shrunk: ``uint8[n, SHRUNK_SIDE_PX**2 * 3]``, to find copies by.
    """

    features: NDArray[np.float32]
    logits: Mapping[Precision, NDArray[np.float32]]
    shrunk: NDArray[np.uint8]

    def rows(self, chosen: NDArray[np.intp]) -> Measured:
        """Only the chosen pictures."""
        logits = {precision: given[chosen] for precision, given in self.logits.items()}
        return Measured(self.features[chosen], logits, self.shrunk[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Labelled pictures that can be answered, each once.

    Attributes:
        dataset: their cases; copies of one logo share a cluster.
        measured: of each.
        groups: name -> ``bool[n]``, as the user named them.
        left_out: reason -> number of pictures of the user that are not among them.
        warnings: what the user should know, with numbers.
    """

    dataset: Dataset
    measured: Measured
    groups: Mapping[str, NDArray[np.bool_]]
    left_out: Mapping[str, int]
    warnings: Sequence[str]

    @property
    def labels(self) -> NDArray[np.int64]:
        """``int64[n]``."""
        return np.array([LABELS.index(case.label) for case in self.dataset.cases], dtype=np.int64)

    @property
    def accepted(self) -> NDArray[np.bool_]:
        """``bool[n, 4]``."""
        return np.array([[label in case.accepted for label in LABELS] for case in self.dataset.cases])

    @property
    def clusters(self) -> list[str]:
        """Of each picture."""
        return [case.cluster for case in self.dataset.cases]


def read_labelled(dataset: Dataset, path: Path, bundle: Bundle) -> Labelled:
    """Measure a user's labelled pictures.

    Args:
        dataset: as read from ``path``.
        path: the folder or CSV file; the column ``group`` of the latter names groups of pictures.
        bundle: whose student is asked.

    Raises:
        InputError: the same picture has several labels, all have one label, or none can be read.
    """
    group_of = _group_column(path)
    cases = _counted_once(dataset.cases)
    copies = len(dataset.cases) - len(cases)
    kept, measured, failed = _measure([case.source for case in cases], bundle, "Labelled pictures")
    if not len(kept):
        raise InputError(f"0 of {len(cases):,} pictures can be read: {named(failed)}. Give other pictures.")
    cases = [cases[position] for position in kept.tolist()]
    warnings = list(dataset.warnings)
    if failed:
        warnings.append(f"{len(failed):,} pictures cannot be answered and were left out: {named(failed)}")
    if all(case.cluster == case.name for case in cases):
        cases, told = _clustered(cases, measured)
        warnings += told
    counts = Counter(case.label for case in cases)
    absent = [label for label in LABELS if label not in counts]
    if len(counts) == 1:
        raise InputError(
            f"All {len(cases):,} pictures that can be used are {cases[0].label}. Calibration learns how "
            "often each type is meant, so label pictures of every type that occurs."
        )
    if absent:
        warnings.append(f"with 0 pictures of {', '.join(absent)}, the new release will hardly ever say so")
    held = Dataset(dataset.name, cases, dataset.labels_from, dataset.seed)
    names = sorted({group_of[case.name] for case in cases if case.name in group_of})
    groups = {name: np.array([group_of.get(case.name) == name for case in cases]) for name in names}
    left_out = {"unreadable": len(failed), "copies of the same bytes": copies}
    return Labelled(held, measured, groups, left_out, warnings)


def read_unlabelled(
    folder: Path, labelled: Dataset, bundle: Bundle
) -> tuple[Measured, Mapping[str, int], list[str]]:
    """Independent pictures of a folder, none of them among the labelled ones.

    Returns:
        one picture of each that looks different, how many others were left out and why, and warnings.

    Raises:
        InputError: there is none.
    """
    paths = [Path(item) for item in Scan([str(folder)]) if isinstance(item, str)]
    if not paths:
        raise InputError(f"{folder} holds 0 pictures. Give a folder of pictures with --unlabelled.")
    cases = [Case(str(path), path, LABELS[0], frozenset(LABELS[:1]), True, str(path)) for path in paths]
    known = {_digest(case) for case in labelled.cases} - {None}
    fresh = [case for case in _counted_once(cases) if _digest(case) not in known]
    kept, measured, failed = _measure([case.source for case in fresh], bundle, "Unlabelled pictures")
    if not len(kept):
        raise InputError(
            f"0 of {len(paths):,} pictures in {folder} can be used: {len(failed):,} cannot be read, the "
            "others are among the labelled ones. Give other pictures with --unlabelled."
        )
    first = np.unique(near_identical(measured.shrunk))
    left_out = {
        "unreadable": len(failed),
        "labelled or of the same bytes as another": len(cases) - len(fresh),
        "hardly different from another": len(kept) - len(first),
    }
    told = [f"{len(failed):,} unlabelled pictures cannot be read: {named(failed)}"] if failed else []
    return measured.rows(first), left_out, told


def _measure(
    sources: Sequence[Path | bytes], bundle: Bundle, title: str
) -> tuple[NDArray[np.intp], Measured, list[str]]:
    """Which pictures can be answered, what is seen of them, and the names of the others with the reason."""
    students = {each: Student(bundle.student_model(each)) for each in bundle.precisions}
    side = students[Precision.INT8].side
    kept, failed, features, shrunk, views = [], [], [], [], []
    logits: dict[Precision, list[NDArray[np.float32]]] = {each: [] for each in students}
    for position, source in enumerate(tracked(sources, len(sources), title)):
        try:
            picture = load_picture(source)
        except PictureError as error:
            failed.append(f"{source if isinstance(source, Path) else position} ({error.kind})")
            continue
        kept.append(position)
        features.append(measure(picture))
        views.append(square_view(picture, side))
        shrunk.append(_shrunk(views[-1]))
        if len(views) == BATCH:
            _ask(students, views, logits)
    _ask(students, views, logits)
    given = {each: np.concatenate(parts) if parts else _none(4) for each, parts in logits.items()}
    of_features = np.array(features, np.float32) if features else _none(len(NAMES))
    found = Measured(of_features, given, np.array(shrunk, np.uint8).reshape(-1, 3 * SHRUNK_SIDE_PX**2))
    return np.array(kept, dtype=np.intp), found, failed


def _ask(
    students: Mapping[Precision, Student],
    views: list[NDArray[np.uint8]],
    logits: Mapping[Precision, list[NDArray[np.float32]]],
) -> None:
    """Show the views to every student, and forget them."""
    if views:
        batch = np.stack(views)
        for precision, student in students.items():
            logits[precision].append(student.logits(batch))
        views.clear()


def _none(width: int) -> NDArray[np.float32]:
    return np.empty((0, width), np.float32)


def _shrunk(view: NDArray[np.uint8]) -> NDArray[np.uint8]:
    small = cv2.resize(view, (SHRUNK_SIDE_PX, SHRUNK_SIDE_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8).reshape(-1)


def _digest(case: Case) -> bytes | None:
    """Of the bytes; None where there are none."""
    data = case.read()
    return hashlib.sha256(data).digest() if data else None


def _counted_once(cases: Sequence[Case]) -> list[Case]:
    """The first of all pictures with the same bytes; what cannot be read is kept, to be told of later."""
    first: dict[bytes, Case] = {}
    torn: list[str] = []
    kept = []
    for case in cases:
        key = _digest(case)
        same = case if key is None else first.setdefault(key, case)
        if same is case:
            kept.append(case)
        elif same.label != case.label:
            torn.append(f"{same.name} ({same.label}) and {case.name} ({case.label})")
    if torn:
        raise InputError(
            f"{len(torn):,} pictures have the same bytes as another of a different type: {named(torn)}. "
            "Keep the right one of each."
        )
    return kept


def _clustered(cases: Sequence[Case], measured: Measured) -> tuple[list[Case], list[str]]:
    """Pictures that hardly differ become one cluster, since the user names none."""
    alike = near_identical(measured.shrunk)
    told = [
        "no clusters are given: every picture counts as a logo of its own, save those that hardly differ. "
        "Where there are several pictures of a logo, name it in the column cluster of a CSV file"
    ]
    near = len(cases) - len(np.unique(alike))
    if near:
        told.append(f"{near:,} of {len(cases):,} pictures count with another one that hardly differs")
    return [
        replace(case, cluster=cases[first].name) for case, first in zip(cases, alike.tolist(), strict=True)
    ], told


def _group_column(path: Path) -> dict[str, str]:
    """Path -> group, as far as a CSV file names groups; ``read_dataset`` has checked the rest of it.

    Raises:
        InputError: a group has a name that certificates use themselves.
    """
    if path.is_dir():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        groups = {row["path"]: row["group"] for row in csv.DictReader(file) if row.get("group")}
    taken = sorted(set(groups.values()) & set(RESERVED_GROUPS))
    if taken:
        raise InputError(f"{path}: a group may not be called {', '.join(taken)}. Give it another name.")
    return groups
