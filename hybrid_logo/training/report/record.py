"""What a run's folder holds, as far as it is there and whole: a run may be going on, or have been killed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hybrid_logo.errors import SourceError
from hybrid_logo.training.learning.records import read_log
from hybrid_logo.training.parity import QUANTISED, Parity
from hybrid_logo.training.settings import SETTINGS_FILE

__all__ = ["Learning", "Line", "RunRecord", "Teaching", "read_run"]

Line = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Learning:
    """How one network learned.

    Attributes:
        name: ``student``, or the folder of a teacher.
        lines: of its log, one an epoch; each has ``epoch``, and its figures are finite numbers.
        diverged: the epoch of the first line with a loss that is no number; None where there is none.
        epochs: that were asked for; None where it is not known.
        patience: as asked for; see ``TrainingSettings``.
    """

    name: str
    lines: tuple[Line, ...]
    diverged: int | None = None
    epochs: int | None = None
    patience: int = 0


@dataclass(frozen=True, slots=True)
class Teaching:
    """The teachers together.

    Attributes:
        members: name of each.
        weights: its share in what they say together, 0-1.
        temperatures: above 1 its answers were made less sure.
        figures: name or ``together`` -> figures on calibrate, see ``held_out_figures``.
    """

    members: tuple[str, ...]
    weights: tuple[float, ...]
    temperatures: tuple[float, ...]
    figures: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What is known of a run.

    Attributes:
        folder: of the run.
        settings: that it was begun with; empty where they are missing.
        student: None where its training has not begun.
        fine_tuning: its second run; None where there is none, or it has not begun.
        teachers: the networks among them.
        teaching: None where the teachers have not been asked.
        parity: precision -> how far the quantised student is from FP32; None where nothing was exported.
        missing: what is not there or cannot be used, a sentence each.
    """

    folder: Path
    settings: Mapping[str, Any]
    student: Learning | None
    fine_tuning: Learning | None
    teachers: tuple[Learning, ...]
    teaching: Teaching | None
    parity: Mapping[str, Parity] | None
    missing: tuple[str, ...]

    @property
    def networks(self) -> list[Learning]:
        """The student, its fine-tuning and the teachers, as far as they have begun."""
        own = [learning for learning in (self.student, self.fine_tuning) if learning is not None]
        return [*own, *self.teachers]


def read_run(folder: Path) -> RunRecord:
    """What ``folder`` holds.

    Raises:
        SourceError: it holds nothing of a training run.
    """
    missing: list[str] = []
    settings = _read(folder / SETTINGS_FILE, missing) or {}
    student = _learning(folder / "student", _inner(settings, "student", "training"), missing)
    tuned = folder / "student" / "fine-tuning"
    tuning = _inner(settings, "student", "fine_tuning")
    fine_tuning = _learning(tuned, tuning, missing) if tuned.is_dir() else None
    asked = settings.get("teachers")
    places = sorted(path.parent for path in folder.glob("teachers/*/log.jsonl"))
    teachers = [_learning(place, _inner(_of_teacher(place, asked), "training"), missing) for place in places]
    has_teachers = (folder / "teachers").is_dir()
    teaching = _teaching(folder / "teachers" / "teaching.json", missing) if has_teachers else None
    parity = _parity(folder / "quantisation.json", missing)
    if not (student or places or teaching or parity):
        raise SourceError(
            f"{folder} holds no training run. Name its folder with --run, or begin one: "
            f"hybrid-logo train student --run {folder}"
        )
    known = tuple(teacher for teacher in teachers if teacher is not None)
    return RunRecord(folder, settings, student, fine_tuning, known, teaching, parity, tuple(missing))


def _learning(folder: Path, training: Mapping[str, Any], missing: list[str]) -> Learning | None:
    """The log in ``folder``; what is not a finite number is left out of its lines."""
    try:
        stored = read_log(folder / "log.jsonl")
    except OSError as error:
        missing.append(f"{folder.name}/log.jsonl cannot be read ({error.strerror}).")
        return None
    whole = [line for line in stored if _is_number(line.get("epoch"))]
    if not whole:
        missing.append(f"{folder.name}/log.jsonl has no finished epoch.")
        return None
    broken = [
        line["epoch"]
        for line in whole
        if any(isinstance(value, float) and not math.isfinite(value) for value in line.values())
    ]
    lines = tuple({name: value for name, value in line.items() if _is_number(value)} for line in whole)
    epochs, patience = training.get("epochs"), training.get("patience")
    return Learning(
        name=folder.name,
        lines=lines,
        diverged=int(broken[0]) if broken else None,
        epochs=epochs if isinstance(epochs, int) else None,
        patience=patience if isinstance(patience, int) else 0,
    )


def _teaching(path: Path, missing: list[str]) -> Teaching | None:
    stored = _read(path, missing)
    try:
        if stored is None:
            return None
        members = tuple(str(name) for name in stored["members"])
        weights = tuple(float(weight) for weight in stored["weights"])
        temperatures = tuple(float(value) for value in stored["temperatures"])
        figures = {
            name: {key: float(value) for key, value in stored["figures_on_calibrate"][name].items()}
            for name in (*members, "together")
        }
        if not len(members) == len(weights) == len(temperatures):
            raise ValueError("lists of several lengths")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        missing.append(f"{path.name} is not as the teachers leave it ({error!r}).")
        return None
    return Teaching(members, weights, temperatures, figures)


def _parity(path: Path, missing: list[str]) -> dict[str, Parity] | None:
    stored = _read(path, missing)
    try:
        if stored is None:
            return None
        return {name.value: Parity(**stored["parity_on_calibrate"][name.value]) for name in QUANTISED}
    except (KeyError, TypeError) as error:
        missing.append(f"{path.name} does not compare the quantised students with FP32 ({error!r}).")
        return None


def _read(path: Path, missing: list[str]) -> dict[str, Any] | None:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        missing.append(f"{path.name} is not there: that step has not ended.")
    except (OSError, ValueError, TypeError) as error:
        missing.append(f"{path.name} cannot be read ({error}).")
    return None


def _of_teacher(folder: Path, asked: Any) -> Any:
    """The settings of the teacher in ``folder``, whose name begins with its number."""
    number = folder.name.split("-")[0]
    known = isinstance(asked, list) and number.isdecimal() and int(number) < len(asked)
    return asked[int(number)] if known else {}


def _inner(settings: Any, *names: str) -> Mapping[str, Any]:
    """A table within tables; empty where it is not there."""
    for name in names:
        settings = settings.get(name) if isinstance(settings, Mapping) else None
    return settings if isinstance(settings, Mapping) else {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
