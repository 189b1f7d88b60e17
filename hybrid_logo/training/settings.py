"""Settings of a whole run, from a preset or a user's TOML file."""

from __future__ import annotations

import contextlib
import json
import tomllib
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, is_dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from hybrid_logo.errors import SourceError
from hybrid_logo.training.certifying import CertificateSettings
from hybrid_logo.training.corpus import CorpusSettings
from hybrid_logo.training.learning.settings import OF_THE_MACHINE
from hybrid_logo.training.learning.teachers import TeacherSettings
from hybrid_logo.training.learning.trees import TreeSettings
from hybrid_logo.training.rules import RuleSettings
from hybrid_logo.training.student import StudentSettings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = [
    "PRESETS",
    "SETTINGS_FILE",
    "RunSettings",
    "changed_settings",
    "keep_settings",
    "read_settings",
    "settings_of",
]

PRESETS = ("cpu", "release", "edge", "gpu")
SETTINGS_FILE = "settings.json"
RETIRED = {"label_smoothing", "also_accepted_share"}
"""Settings of learning that older versions wrote down and never asked for."""
MOST_TOLD = 4
"""Differences of settings that a message names."""
Settings = TypeVar("Settings", bound="DataclassInstance")


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Settings of a whole run.

    Attributes:
        corpus: what is learned from.
        calibrate_copies: degraded copies of each calibration logo.
        trees: boosted trees on the features that join the teachers.
        rules, teachers, student, router: settings of each step.
        same_view_share: share of the student's teaching that answers the very view which it sees, augmented,
            0-1; the rest answers the picture as it is stored, once for all.
        unlabelled: drawings for the router's certificate that needs no labels; 0 for none.
        begin_with: folder of another run, with whose weights the student of this one begins, and the teachers
            that have no ``init``; a student with fewer channels begins with the most important ones. It
            comes before ``student.begin_with_teacher``. Empty for none.
    """

    corpus: CorpusSettings = field(default_factory=CorpusSettings)
    calibrate_copies: int = 4
    trees: TreeSettings | None = field(default_factory=TreeSettings)
    rules: RuleSettings = field(default_factory=RuleSettings)
    teachers: tuple[TeacherSettings, ...] = ()
    student: StudentSettings = field(default_factory=StudentSettings)
    router: CertificateSettings = field(default_factory=CertificateSettings)
    same_view_share: float = 0.0
    unlabelled: int = 0
    begin_with: str = ""

    @property
    def sources(self) -> set[str]:
        """Of what the student or one of its teachers learns from."""
        runs = [*self.student.runs, *(teacher.training for teacher in self.teachers)]
        return {name for settings in runs for name, share in settings.sources if share > 0}

    @property
    def student_from_scratch(self) -> StudentSettings:
        """The student as experiments train it: with random weights, and at the rate that these ask for."""
        begins = self.begin_with or self.student.begin_with_teacher
        return self.student.with_random_weights() if begins else self.student

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            SourceError: a value lies outside its range; the message names it.
        """
        if self.calibrate_copies < 0:
            raise SourceError(f"calibrate_copies must be at least 0, not {self.calibrate_copies!r}.")
        if not 0.0 <= self.same_view_share <= 1.0:
            raise SourceError(f"same_view_share must lie in 0-1, not {self.same_view_share!r}.")


def read_settings(preset: str | Path, changes: Sequence[str] = ()) -> RunSettings:
    """The settings of a preset by name, or those of a TOML file.

    Args:
        preset: one of ``PRESETS``, or a file.
        changes: such as ``student.training.epochs=5`` or ``teachers.0.training.epochs=5``, with values as
            in TOML.

    Raises:
        SourceError: there is no such preset or file, or a key or value is none that a setting takes.
    """
    if preset in PRESETS:
        text, name = (
            files("hybrid_logo.training").joinpath(f"presets/{preset}.toml").read_text("utf-8"),
            preset,
        )
    else:
        name = str(preset)
        try:
            text = Path(preset).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SourceError(
                f"There is no preset and no readable file {name!r} ({error}). "
                f"Use {', '.join(PRESETS[:-1])} or {PRESETS[-1]}, or name a TOML file."
            ) from error
    return _filled_and_changed(lambda: tomllib.loads(text), changes, f" {name}", "the file or --set")


def changed_settings(settings: RunSettings, changes: Sequence[str]) -> RunSettings:
    """Other settings, as by ``changes`` in :func:`read_settings`.

    Raises:
        SourceError: a key or value is none that a setting takes.
    """
    written = json.dumps(asdict(settings))
    return _filled_and_changed(lambda: json.loads(written, object_hook=_as_read), changes, "", "--set")


def _filled_and_changed(
    read: Callable[[], dict[str, Any]], changes: Sequence[str], name: str, place: str
) -> RunSettings:
    """What ``read`` gives with ``changes``; a message calls it ``name`` and asks to correct ``place``."""
    try:
        values = read()
        for change in changes:
            _merge(values, tomllib.loads(change))
        return filled(RunSettings, values)
    except ValueError as error:  # that of TOML is one
        raise SourceError(f"The settings{name} are wrong: {error}. Correct {place}.") from error


def _merge(values: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Put ``changes`` into ``values``; a place in a list is named by its number, as in ``teachers.0.head``.

    Raises:
        ValueError: a list has no such place.
    """
    for name, value in changes.items():
        old = values.get(name)
        if isinstance(value, Mapping) and isinstance(old, list):
            numbered = {str(number): one for number, one in enumerate(old)}
            strange = sorted(set(value) - set(numbered))
            if strange:
                raise ValueError(f"{name} has the places 0-{len(old) - 1}, and no {strange[0]}")
            _merge(numbered, value)
            values[name] = list(numbered.values())
        elif isinstance(value, Mapping) and isinstance(old, dict):
            _merge(old, value)
        else:
            values[name] = value


def keep_settings(settings: RunSettings, folder: Path) -> None:
    """Write down the settings of a run in its folder, or refuse others than those that it was begun with.

    Raises:
        SourceError: the folder was begun with other settings.
    """
    mine = json.loads(json.dumps(asdict(settings)))
    path = folder / SETTINGS_FILE
    if not path.is_file():
        unfinished = path.with_suffix(".tmp")
        unfinished.write_text(json.dumps(mine, indent=1) + "\n", encoding="utf-8")
        unfinished.replace(path)
        return
    begun = json.loads(path.read_text(encoding="utf-8"))
    with contextlib.suppress(SourceError):  # settings that an older version did not know have their defaults
        begun = json.loads(json.dumps(asdict(settings_of(folder))))
    changed = list(_differences(begun, mine))
    if changed:
        more = f" and {len(changed) - MOST_TOLD} more" if len(changed) > MOST_TOLD else ""
        told = ", ".join(changed[:MOST_TOLD])
        raise SourceError(
            f"{folder} was begun with other settings ({told}{more}). Leave --preset, "
            "--set and --begin-with out to go on with those, or give another folder with --run."
        )


def _differences(begun: object, mine: object, place: str = "") -> Iterator[str]:
    """Where the settings of a run differ, and how; what only tells where it is made may differ."""
    if isinstance(begun, dict) and isinstance(mine, dict):
        for name in mine:
            if name not in OF_THE_MACHINE:
                yield from _differences(begun.get(name), mine[name], f"{place}.{name}" if place else name)
    elif isinstance(begun, list) and isinstance(mine, list) and len(begun) == len(mine):
        for number, (one, other) in enumerate(zip(begun, mine, strict=True)):
            yield from _differences(one, other, f"{place}.{number}")
    elif begun != mine:
        short = all(isinstance(value, bool | int | float | str) for value in (begun, mine))
        yield f"{place}: {begun!r}, not {mine!r}" if short else place


def settings_of(folder: Path) -> RunSettings:
    """The settings with which the run in ``folder`` was begun.

    Raises:
        SourceError: ``folder`` holds no run of this version.
    """
    path = folder / SETTINGS_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"), object_hook=_as_read)
        if not isinstance(values, dict):
            raise ValueError("its settings are no table")
        return filled(RunSettings, values)
    except (OSError, ValueError, TypeError) as error:
        raise SourceError(
            f"{folder} holds no run of this version ({error}). Run: hybrid-logo train teachers --run {folder}"
        ) from error


def filled(kind: type[Settings], values: Mapping[str, Any], place: str = "") -> Settings:
    """An instance of the dataclass ``kind``; what ``values`` leaves out keeps its default.

    Raises:
        ValueError: an unknown key, or a value of another type; the message names its place.
    """
    hints = get_type_hints(kind)
    known = {entry.name for entry in fields(kind)}
    strange = sorted(set(values) - known)
    if strange:
        raise ValueError(f"{place}{strange[0]} is no setting; known are {', '.join(sorted(known))}")
    return kind(**{name: _value(hints[name], value, f"{place}{name}") for name, value in values.items()})


def _as_read(table: dict[str, object]) -> dict[str, object]:
    """A table as TOML would give it, which leaves out by false, without settings of older versions."""
    kept = table.keys() - RETIRED if "learning_rate" in table else table.keys()
    return {name: False if table[name] is None else table[name] for name in table if name in kept}


def _value(hint: Any, value: Any, place: str) -> Any:
    if get_origin(hint) in (Union, types.UnionType):  # TOML has no null: false leaves an optional part out
        if value is False:
            return None
        hint = next(one for one in get_args(hint) if one is not type(None))
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, Mapping):
            raise ValueError(f"{place} must be a table")
        return filled(hint, value, f"{place}.")
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        if isinstance(value, Mapping) and get_origin(inner[0]) is tuple:  # pairs of name and value
            value = list(value.items())
        if not isinstance(value, list | tuple):
            raise ValueError(f"{place} must be a list")
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(_value(inner[0], part, place) for part in value)
        if len(inner) != len(value):
            raise ValueError(f"{place} must have {len(inner)} parts")
        return tuple(_value(one, part, place) for one, part in zip(inner, value, strict=True))
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not hint:
        raise ValueError(f"{place} must be {hint.__name__}, not {value!r}")
    return value
