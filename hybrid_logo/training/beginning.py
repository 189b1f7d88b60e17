"""What a run begins with: the student with channels of its teacher, or all with the weights of another run.

A wide network that has learned leaves its most important channels to a narrow one, which learns on: that one
is more often right than one that begins with random weights (docs/TRAINING.md, "Smaller students").
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from hybrid_logo.bundle import student_file
from hybrid_logo.errors import SourceError
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.learning import parallel
from hybrid_logo.training.learning.teachers import (
    PLAIN,
    PLAIN_DEPTHS,
    PLAIN_WIDTHS,
    TeacherSettings,
    as_student,
    load_teacher,
)
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.pruning import pruned
from hybrid_logo.training.release import sha256_of
from hybrid_logo.training.settings import RunSettings, settings_of
from hybrid_logo.training.sources import storage_errors
from hybrid_logo.training.student import StudentSettings, trained_student
from hybrid_logo.training.teaching import folder_name
from hybrid_logo.types import Precision

__all__ = [
    "begun_student",
    "begun_teachers",
    "keep_held_out",
    "settings_to_tell",
    "student_of_teacher",
    "teacher_to_begin_with",
]

HELD_OUT = "held-out.json"
"""Brands that a run learned nothing from, in its folder."""
LEARNED = ("teachers", "student")
"""What is in the folder of a run that has learned."""


def keep_held_out(
    settings: RunSettings, folder: Path, logos: Sequence[LabelledLogo], guarded: bool = False
) -> None:
    """Write down the brands that a run holds out; refuse one that learned otherwise, or begins with such.

    What an older version learned without writing it down stays untold.

    Args:
        settings: of the run.
        folder: of the run.
        logos: all splits of its labels.
        guarded: relatives of held-out logos are left out of their ``train`` split, see ``train_split``.

    Raises:
        SourceError: this run, or the one that it begins with, may have learned from a brand that is now
            measured on; or that one does not tell.
    """
    held = sorted({logo.brand for logo in logos if logo.split != "train"})
    if settings.begin_with:
        _refuse_seen(held, Path(settings.begin_with), guarded)
    learned = any((folder / name).exists() for name in LEARNED)
    if learned and (folder / HELD_OUT).is_file():
        _refuse_seen(held, folder, guarded)
    if not learned and parallel.is_first():
        with storage_errors(folder):
            unfinished = folder / f"{HELD_OUT}.tmp"
            told = {"relatives_left_out": guarded, "brands": held}
            unfinished.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
            unfinished.replace(folder / HELD_OUT)


def _refuse_seen(held: Sequence[str], folder: Path, guarded: bool) -> None:
    """Make sure that a run has learned from no brand of ``held``.

    Raises:
        SourceError: it may have, or does not tell.
    """
    try:
        told = json.loads((folder / HELD_OUT).read_text(encoding="utf-8"))
        theirs = set(told["brands"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(
            f"{folder / HELD_OUT} does not tell which brands that run held out ({error}). Use a run of this "
            "version and of the same labels."
        ) from error
    seen = [brand for brand in held if brand not in theirs]
    if seen:
        raise SourceError(
            f"The run in {folder} did not hold out all brands that are measured on now ({len(seen)} of "
            f"{len(held)} not, such as {seen[0]}). Use a run that had the same labels."
        )
    if guarded and not told.get("relatives_left_out"):
        raise SourceError(
            f"The run in {folder} learned from logos of train that are relatives of held-out ones "
            "(docs/DATASET.md). Use a run of this version."
        )


def begun_teachers(settings: RunSettings) -> tuple[TeacherSettings, ...]:
    """The teachers of a run, each to begin with the weights of its namesake where ``begin_with`` names a run.

    One with an ``init`` of its own keeps it.

    Raises:
        SourceError: a namesake is missing, or was not trained to its end.
    """
    if not settings.begin_with:
        return settings.teachers
    return tuple(
        teacher
        if teacher.init
        else replace(teacher, init=str(_weights(teacher, number, settings.begin_with)))
        for number, teacher in enumerate(settings.teachers)
    )


def begun_student(settings: RunSettings) -> StudentNetwork | None:
    """The student of the run ``begin_with``, with the channels that ``settings`` leave it; None without one.

    Raises:
        SourceError: that run holds no trained student, or one that this one cannot be made of.
    """
    if not settings.begin_with:
        return None
    folder, wanted = Path(settings.begin_with), settings.student
    other = settings_of(folder).student
    if not (folder / student_file(Precision.FP32)).is_file():
        raise SourceError(
            f"{folder} holds no finished student. Run: hybrid-logo train student --run {folder}"
        )
    if other.depths != wanted.depths:
        raise SourceError(
            f"The student of {folder} has depths {list(other.depths)}, this one {list(wanted.depths)}. "
            "Give both the same."
        )
    network = trained_student(other, folder / "student")
    if (network.facts_head is None) != (wanted.training.facts_weight == 0):
        raise SourceError(
            f"The student of {folder} learned other tasks. Let facts_weight be 0 in both runs, or in neither."
        )
    network.dropout.p = wanted.dropout
    return pruned(network, wanted.widths)


def teacher_to_begin_with(settings: RunSettings) -> tuple[int, TeacherSettings] | None:
    """Place and settings of the teacher that the student begins with; None where it begins otherwise.

    Raises:
        SourceError: it is to begin with a teacher, and there is none that it can be made of.
    """
    if settings.begin_with or not settings.student.begin_with_teacher:
        return None
    return _teacher_like(settings.student, settings.teachers)


def student_of_teacher(settings: RunSettings, folder: Path) -> StudentNetwork | None:
    """The student with the most important channels of its teacher; None where it begins otherwise.

    Args:
        settings: of the run.
        folder: of its teachers, trained to their end.

    Raises:
        SourceError: see :func:`teacher_to_begin_with`; or that teacher is missing.
    """
    chosen = teacher_to_begin_with(settings)
    if chosen is None:
        return None
    number, teacher = chosen
    wide = as_student(load_teacher(folder / folder_name(number, teacher)))
    wide.dropout.p = settings.student.dropout
    return pruned(wide, settings.student.widths)


def _teacher_like(
    student: StudentSettings, teachers: Sequence[TeacherSettings]
) -> tuple[int, TeacherSettings]:
    """The first teacher that the student can begin with, and its place.

    Raises:
        SourceError: there is none.
    """
    for number, teacher in enumerate(teachers):
        same_tasks = (teacher.training.facts_weight > 0) == (student.training.facts_weight > 0)
        if (teacher.architecture, teacher.head) == (PLAIN, "linear") and same_tasks:
            too_wide = any(own > wide for own, wide in zip(student.widths, PLAIN_WIDTHS, strict=True))
            if too_wide or student.depths != PLAIN_DEPTHS:
                raise SourceError(
                    f"A student that begins with its teacher has depths {list(PLAIN_DEPTHS)} and at most the "
                    f"widths {list(PLAIN_WIDTHS)}, not {list(student.depths)} and {list(student.widths)}."
                )
            return number, teacher
    raise SourceError(
        f"begin_with_teacher needs a teacher of the architecture {PLAIN} with a linear head, whose "
        "facts_weight is 0 where the student's is. Add one, or leave begin_with_teacher out."
    )


def settings_to_tell(settings: RunSettings) -> dict[str, Any]:
    """The settings for a manifest: of the run that this one began with, its name and what its student was.

    Raises:
        SourceError: that run is gone.
    """
    told = asdict(settings)
    if settings.begin_with:
        folder = Path(settings.begin_with)
        student = folder / student_file(Precision.FP32)
        if not student.is_file():
            raise SourceError(f"{student} is gone, with which this run began. Bring it back to release this.")
        told["begin_with"] = {"run": folder.name, "student_fp32_sha256": sha256_of(student)}
    return told


def _weights(teacher: TeacherSettings, number: int, folder: str) -> str:
    path = Path(folder) / "teachers" / folder_name(number, teacher) / "weights.pt"
    if not path.is_file():
        raise SourceError(
            f"There is no teacher at {path}: train those of {folder} to their end, or ask for the same "
            "teachers in both runs."
        )
    return str(path)
