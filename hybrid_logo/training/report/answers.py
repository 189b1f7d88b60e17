"""What the exported student says of the calibrate split: accuracy, confusion, and its worst failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import student_file
from hybrid_logo.calibration import softmax
from hybrid_logo.errors import SourceError
from hybrid_logo.evaluation.statistics.metrics import confusion_matrix
from hybrid_logo.student import Student
from hybrid_logo.training.corpus import calibrate_plan
from hybrid_logo.training.labels import LabelledLogo, read_labels
from hybrid_logo.training.pictures import PictureTable, build_table
from hybrid_logo.training.quantise import logits_of
from hybrid_logo.types import LABELS, LogoType, Precision

__all__ = ["Answers", "Failure", "ask_student", "failures", "figures"]


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """One answer a picture.

    Attributes:
        model: name of the student's file.
        logos: of the calibrate split.
        table: their copies.
        probabilities: ``float64[n, 4]``, as the student gives them, before any calibration.
    """

    model: str
    logos: Sequence[LabelledLogo]
    table: PictureTable
    probabilities: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Failure:
    """The copy of a logo on which a wrong answer is most sure.

    Attributes:
        logo: see there.
        copy: 0 is the clean one.
        answer: a type that is not accepted.
        probabilities: of the types in the order of ``LABELS``.
        wrong: copies of the logo that are answered wrongly.
        copies: that there are.
        view: ``uint8[side, side, 3]``, what the student saw.
    """

    logo: LabelledLogo
    copy: int
    answer: LogoType
    probabilities: tuple[float, ...]
    wrong: int
    copies: int
    view: NDArray[np.uint8]


def ask_student(
    folder: Path,
    settings: Mapping[str, Any],
    cache: Path | None = None,
    labels: Path | None = None,
    workers: int = 2,
) -> Answers:
    """What the student in ``folder`` says of the same copies by which its training was judged.

    Args:
        folder: of the run.
        settings: that the run was begun with.
        cache: the cache folder; copies that it does not hold are made.
        labels: the labels file.
        workers: processes that make copies.

    Raises:
        SourceError: there is no student yet, or pictures or settings are missing.
        BundleInvalidError: the student cannot be loaded.
    """
    path = folder / student_file(Precision.INT8)
    if not path.is_file():
        raise SourceError(f"{path.name} is not there: the student has not been exported yet.")
    student = Student(path.read_bytes())
    try:
        copies, seed = int(settings["calibrate_copies"]), int(settings["corpus"]["seed"])
    except (KeyError, TypeError, ValueError) as error:
        raise SourceError(
            f"settings.json does not tell the copies of the calibrate split ({error!r})."
        ) from error
    logos = read_labels(labels, "calibrate")
    table = build_table(logos, calibrate_plan(copies, seed, student.side), cache, workers)
    return Answers(path.name, logos, table, softmax(logits_of(student, table.views)))


def figures(answers: Answers) -> dict[str, Any]:
    """JSON-ready: pictures, accuracies and confusion (rows are labels) of clean and of degraded copies."""
    table, said = answers.table, answers.probabilities.argmax(axis=1)
    names = [label.value for label in LABELS]
    told = {}
    for name, chosen in (("clean", table.copies == 0), ("degraded", table.copies > 0)):
        if not chosen.any():
            continue
        right = said == table.labels
        accepted = table.accepted[np.arange(len(said)), said]
        clear = chosen & table.clear
        told[name] = {
            "pictures": int(chosen.sum()),
            "strict": float(right[chosen].mean()),
            "accepted": float(accepted[chosen].mean()),
            "clear": float(right[clear].mean()) if clear.any() else None,
            "confusion": confusion_matrix(
                [names[label] for label in table.labels[chosen]],
                [names[answer] for answer in said[chosen]],
                names,
            ).tolist(),
        }
    return told


def failures(answers: Answers) -> list[Failure]:
    """Logos with an answer that cannot be defended, the surest first; each by its worst copy."""
    table, said = answers.table, answers.probabilities.argmax(axis=1)
    sure = answers.probabilities.max(axis=1)
    wrong = ~table.accepted[np.arange(len(said)), said]
    found = []
    for number in np.unique(table.logos[wrong]).tolist():
        rows = np.flatnonzero(table.logos == number)
        failed = rows[wrong[rows]]
        worst = int(failed[sure[failed].argmax()])
        found.append(
            Failure(
                logo=answers.logos[number],
                copy=int(table.copies[worst]),
                answer=LABELS[said[worst]],
                probabilities=tuple(answers.probabilities[worst].tolist()),
                wrong=len(failed),
                copies=len(rows),
                view=table.views[worst],
            )
        )
    return sorted(found, key=lambda failure: -max(failure.probabilities))
