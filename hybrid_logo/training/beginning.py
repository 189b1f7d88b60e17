"""What a run begins with where it goes on from another: the weights of its teachers, and its student.

A wide student that has learned leaves its most important channels to a narrow one, which learns on: that one
is more often right than one that begins with random weights (docs/TRAINING.md, "Smaller students").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hybrid_logo.errors import SourceError
from hybrid_logo.training.learning.teachers import TeacherSettings
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.pruning import pruned
from hybrid_logo.training.settings import settings_of
from hybrid_logo.training.student import StudentSettings, trained_student
from hybrid_logo.training.teaching import folder_name

__all__ = ["begun_student", "begun_teachers"]


def begun_teachers(teachers: Sequence[TeacherSettings], folder: Path) -> tuple[TeacherSettings, ...]:
    """The teachers, each to begin with the weights of its namesake in another run.

    Args:
        teachers: one with an ``init`` of its own keeps it.
        folder: of the other run.

    Raises:
        SourceError: a namesake is missing, or was not trained to its end.
    """
    return tuple(
        settings if settings.init else replace(settings, init=str(_weights(settings, number, folder)))
        for number, settings in enumerate(teachers)
    )


def begun_student(settings: StudentSettings, folder: Path) -> StudentNetwork:
    """The student of another run, with the channels that ``settings`` leave it.

    Args:
        settings: of the student to be trained.
        folder: of the other run.

    Raises:
        SourceError: that run holds no trained student, or one that this one cannot be made of.
    """
    other = settings_of(folder).student
    if other.depths != settings.depths:
        raise SourceError(
            f"The student of {folder} has depths {list(other.depths)}, this one {list(settings.depths)}. "
            "Give both the same."
        )
    network = trained_student(other, folder / "student")
    if (network.facts_head is None) != (settings.training.facts_weight == 0):
        raise SourceError(
            f"The student of {folder} learned other tasks. Let facts_weight be 0 in both runs, or in neither."
        )
    network.dropout.p = settings.dropout
    return pruned(network, settings.widths)


def _weights(settings: TeacherSettings, number: int, folder: Path) -> Path:
    path = folder / "teachers" / folder_name(number, settings) / "weights.pt"
    if not path.is_file():
        raise SourceError(f"There is no teacher at {path}. Run: hybrid-logo train teachers --run {folder}")
    return path
