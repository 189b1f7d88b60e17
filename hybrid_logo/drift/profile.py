"""A profile: how often each answer, score and measurement was seen among many pictures."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.drift.bins import ANSWERED, EDGES, PARTS, SLICES
from hybrid_logo.errors import InputError
from hybrid_logo.output import open_output
from hybrid_logo.types import FileResult

__all__ = ["Profile", "profile_of", "read_profile"]

SCHEMA = 1
MOST = 400_000_000
"""Pictures in one profile; the random numbers of the comparison take two of them at a time."""
KEYS = {"schema", "model", "pictures", "counts", "histograms"}
_LENGTH = max(part.stop for part in SLICES.values())
_ROWS = [(SLICES[name].start, edges) for name, edges in EDGES.items()]
_PLACES = {
    name: {part: SLICES[name].start + index for index, part in enumerate(parts)}
    for name, parts in PARTS.items()
}


@dataclass(slots=True, eq=False)
class Profile:
    """What was counted of pictures that one model answered in the mode "hybrid".

    Attributes:
        model: name of the model release.
        counts: ``int64[bins of all histograms]``; ``bins.SLICES`` says where each stands.
    """

    model: str
    counts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(_LENGTH, np.int64))

    @property
    def results(self) -> int:
        """Pictures counted, failed ones included."""
        return int(self.histogram("outcome").sum())

    @property
    def answered(self) -> int:
        """Pictures with an answer."""
        return int(self.histogram("outcome")[0])

    def histogram(self, name: str) -> NDArray[np.int64]:
        """``int64[bins]`` of one histogram, a view."""
        return self.counts[SLICES[name]]

    def share(self, name: str, part: str) -> float:
        """Share of ``part`` in a histogram that counts by name, 0-1; 0 where nothing was counted."""
        total = int(self.histogram(name).sum())
        return int(self.counts[_PLACES[name][part]]) / total if total else 0.0

    def add(self, result: FileResult) -> None:
        """Count one result, wholly or, where an exception ends it, not at all.

        Raises:
            ValueError: it is of another model, or not of the mode "hybrid".
        """
        answer = result.prediction
        if answer is None:
            places = [_PLACES["outcome"][str(result.error_kind)]]
        else:
            if answer.model != self.model:
                raise ValueError(f"a profile of {self.model} cannot count an answer of {answer.model}")
            if answer.score is None or len(answer.measurements) + 2 != len(_ROWS):
                raise ValueError('a profile counts answers of the mode "hybrid", with their measurements')
            values = (answer.score, answer.confidence, *answer.measurements)
            places = [
                _PLACES["outcome"][ANSWERED],
                _PLACES["decided_by"][answer.decided_by],
                _PLACES["label"][answer.label],
                *(
                    start + bisect_right(edges, value)
                    for (start, edges), value in zip(_ROWS, values, strict=True)
                ),
            ]
        self.counts[places] += 1  # one step, which Ctrl-C does not divide

    def __add__(self, other: Profile) -> Profile:
        """Both together.

        Raises:
            ValueError: they are of different models.
        """
        if other.model != self.model:
            raise ValueError(f"profiles of {self.model} and {other.model} cannot be added")
        return Profile(self.model, self.counts + other.counts)

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form: counts by name, and histograms with the lower ends of all bins but the first."""
        return {
            "schema": SCHEMA,
            "model": self.model,
            "pictures": self.results,
            "counts": {
                name: dict(zip(map(str, parts), self.histogram(name).tolist(), strict=True))
                for name, parts in PARTS.items()
            },
            "histograms": {
                name: {"edges": list(edges), "counts": self.histogram(name).tolist()}
                for name, edges in EDGES.items()
            },
        }

    def to_json(self) -> str:
        """The text of a profile file."""
        head, histograms = self.to_dict(), []
        for name, row in head.pop("histograms").items():
            histograms.append(f"    {json.dumps(name)}: {json.dumps(row)}")
        text = json.dumps(head, indent=2).removesuffix("\n}")
        return text + ',\n  "histograms": {\n' + ",\n".join(histograms) + "\n  }\n}\n"

    def write(self, path: str | PathLike[str]) -> None:
        """Write the file; it appears whole or not at all.

        Raises:
            OutputError: it cannot be written.
        """
        with open_output(str(path)) as write:
            write(self.to_json())


def profile_of(results: Iterable[FileResult]) -> Profile:
    """Count results of one model.

    Raises:
        InputError: none of them is an answer, so that no model is known.
        ValueError: they are of several models, or not of the mode "hybrid".
    """
    held = list(results)
    model = next((result.prediction.model for result in held if result.prediction is not None), None)
    if model is None:
        raise InputError("no picture was answered, so there is nothing to count: give pictures of logos")
    profile = Profile(model)
    for result in held:
        profile.add(result)
    return profile


def read_profile(path: str | PathLike[str]) -> Profile:
    """Read what :meth:`Profile.write` wrote.

    Raises:
        InputError: the file cannot be read, is no profile, or was recorded with other bins.
    """
    try:
        data = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise InputError(
            f"{str(path)!r} cannot be read ({error.strerror}): name a file that was recorded with "
            "hybrid-logo classify DIR --profile FILE"
        ) from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{str(path)!r} is no profile ({error}): {_AGAIN}") from error
    try:
        return _from_dict(data)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{str(path)!r} is no profile that can be used ({error}): {_AGAIN}") from error


_AGAIN = "record it again with hybrid-logo classify DIR --profile FILE"


def _from_dict(data: Any) -> Profile:
    if not isinstance(data, dict) or "schema" not in data:
        raise ValueError("it is no JSON object with a schema")
    if data["schema"] != SCHEMA:
        raise ValueError(f"it has schema {data['schema']!r}, this version reads {SCHEMA}")
    if data.keys() != KEYS or not isinstance(data["model"], str):
        raise ValueError(f"it must hold {', '.join(sorted(KEYS))} and nothing else")
    if data["counts"].keys() != PARTS.keys() or data["histograms"].keys() != EDGES.keys():
        raise ValueError("it counts other things than this version")
    profile = Profile(data["model"])
    for name, parts in PARTS.items():
        row = data["counts"][name]
        if tuple(row) != tuple(map(str, parts)):
            raise ValueError(f"{name} counts other things than in this version")
        _fill(profile, name, list(row.values()))
    for name, edges in EDGES.items():
        row = data["histograms"][name]
        if row.keys() != {"edges", "counts"} or row["edges"] != list(edges):
            raise ValueError(f"{name} has other bins than in this version")
        _fill(profile, name, row["counts"])
    totals = {name: int(profile.histogram(name).sum()) for name in SLICES}
    if totals.pop("outcome") != data["pictures"] or set(totals.values()) != {profile.answered}:
        raise ValueError("its counts do not add up")
    return profile


def _fill(profile: Profile, name: str, counts: list[Any]) -> None:
    if any(type(count) is not int or not 0 <= count <= MOST for count in counts) or sum(counts) > MOST:
        raise ValueError(f"{name} must hold counts from 0, {MOST:,} at most together")
    profile.histogram(name)[:] = counts
