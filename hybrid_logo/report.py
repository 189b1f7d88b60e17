r"""Results out: one line per picture for people, or the one schema of ``FileResult.to_dict`` for programs.

Every format is a stream: text that opens it, text per result, text that closes it. The text is written as
UTF-8 whatever the locale; a file name that is no UTF-8 appears with its stray bytes written as ``\udcff``,
which in JSON is an escape that gives the very same name back.
"""

from __future__ import annotations

import csv
import io
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from hybrid_logo.types import LABELS, FileResult, Prediction

__all__ = [
    "FORMATS",
    "CsvReport",
    "HumanReport",
    "JsonLinesReport",
    "JsonReport",
    "LabelReport",
    "Report",
    "Tally",
]


class Report(ABC):
    """One output format. ``opening``, then ``entry`` per result in order, then ``closing``."""

    def opening(self) -> str:
        """Text before the first result."""
        return ""

    @abstractmethod
    def entry(self, result: FileResult) -> str:
        """Text of one result, with its line end."""

    def closing(self) -> str:
        """Text after the last result."""
        return ""


class JsonLinesReport(Report):
    """One JSON object per line."""

    def entry(self, result: FileResult) -> str:
        """The result as one line."""
        return json.dumps(result.to_dict()) + "\n"


class JsonReport(Report):
    """One JSON array, written result by result."""

    def __init__(self) -> None:
        self._separator = "\n"

    def opening(self) -> str:
        """The bracket that opens the array."""
        return "["

    def entry(self, result: FileResult) -> str:
        """The result with the separator from the one before."""
        separator, self._separator = self._separator, ",\n"
        return separator + json.dumps(result.to_dict())

    def closing(self) -> str:
        """The bracket that closes the array."""
        return "\n]\n"


class LabelReport(Report):
    """The label alone, or the word ``error``: as many lines as pictures."""

    def entry(self, result: FileResult) -> str:
        """One word."""
        return f"{_word(result)}\n"


class CsvReport(Report):
    """A header and one row per result; ``evidence`` is a JSON object, absent values are empty.

    Args:
        user_types: add the columns of the user's own types.
        sets: add the columns of prediction sets; a set is a JSON array.
    """

    COLUMNS = (
        "schema",
        "path",
        "status",
        "label",
        "confidence",
        "certain",
        *(f"probability_{label.value}" for label in LABELS),
        "decided_by",
        "reason",
        "evidence",
        "score",
        "threshold",
        "model",
        "time_ms",
        "error_kind",
        "error_message",
    )
    USER_TYPE_COLUMNS = ("user_type", "user_type_confidence", "user_type_margin", "user_type_calibrated")

    SET_COLUMNS = ("prediction_set", "coverage")

    def __init__(self, *, user_types: bool = False, sets: bool = False) -> None:
        self._columns = self.COLUMNS
        self._columns += self.USER_TYPE_COLUMNS if user_types else ()
        self._columns += self.SET_COLUMNS if sets else ()

    def opening(self) -> str:
        """The header."""
        return _csv_row(list(self._columns))

    def entry(self, result: FileResult) -> str:
        """The fields of ``FileResult.to_dict`` laid flat."""
        fields = result.to_dict()
        for label, probability in fields.pop("probabilities", {}).items():
            fields[f"probability_{label}"] = probability
        for name, value in fields.pop("error", {}).items():
            fields[f"error_{name}"] = value
        for name, value in fields.pop("user_type", {}).items():
            fields["user_type" if name == "label" else f"user_type_{name}"] = value
        for name in ("user_type_calibrated", "evidence", "certain", "prediction_set"):
            if name in fields:
                fields[name] = json.dumps(fields[name])
        return _csv_row([fields.get(column) for column in self._columns])


class HumanReport(Report):
    """Aligned columns: label, confidence, who decided, the user's own type and its confidence, path.

    A question mark after a confidence stands where it is below the limit that was certified; after that of
    the user's own type, where it could not be calibrated.

    Args:
        color: write ANSI colours.
        explain: add the reason, and the scorecard's points as a small table, below each picture.
        user_types: names of the user's own types; none where no adapter was asked.
    """

    _COLORS: ClassVar = {"simple": 32, "text": 36, "gradient": 35, "complex": 33, "error": 31}

    def __init__(self, *, color: bool = False, explain: bool = False, user_types: Sequence[str] = ()) -> None:
        self._color = color
        self._explain = explain
        self._own_width = max((len(printable(name)) for name in user_types), default=0)

    def entry(self, result: FileResult) -> str:
        """One line, and the explanation where it is asked for."""
        word = f"{_word(result):<8}"
        if self._color:
            word = f"\x1b[{self._COLORS[_word(result)]}m{word}\x1b[0m"
        path = printable(result.path)
        answer = result.prediction
        if answer is None:
            message = printable(result.error_message or "")
            return f"{word}          {result.error_kind:<13}{self._own(result)}  {path}: {message}\n"
        doubt = " " if answer.certain else "?"
        decided = f"{answer.decided_by.value:<13}{self._own(result)}"
        line = f"{word}  {answer.confidence:>6.1%}{doubt} {decided}  {path}\n"
        if not self._explain:
            return line
        indent = " " * 10
        width = max((len(name) for name, _ in answer.evidence), default=0)
        table = "".join(f"{indent}  {name:<{width}}  {points:+6.2f}\n" for name, points in answer.evidence)
        return f"{line}{indent}{printable(answer.reason)}\n{_set(answer, indent)}{table}"

    def _own(self, result: FileResult) -> str:
        """The user's own type in its columns; blank where there is none, nothing where none are asked."""
        if not self._own_width:
            return ""
        own = result.user_type
        if own is None:
            return " " * (self._own_width + 11)
        doubt = " " if own.calibrated else "?"
        return f"  {printable(own.label):<{self._own_width}}  {own.confidence:>6.1%}{doubt}"


FORMATS: dict[str, type[Report]] = {
    "human": HumanReport,
    "label": LabelReport,
    "json": JsonReport,
    "jsonl": JsonLinesReport,
    "csv": CsvReport,
}


class Tally:
    """Counts the results of one run for its summary.

    Attributes:
        decided: pictures answered, per ``DecidedBy`` value.
        failed: pictures without an answer.
    """

    def __init__(self) -> None:
        self.decided = {"rules": 0, "student": 0, "both": 0}
        self.failed = 0

    @property
    def total(self) -> int:
        """Results counted."""
        return sum(self.decided.values()) + self.failed

    def add(self, result: FileResult) -> None:
        """Count one result."""
        if result.prediction is None:
            self.failed += 1
        else:
            self.decided[result.prediction.decided_by.value] += 1

    def sentence(self, seconds: float) -> str:
        """What happened, in one line.

        Args:
            seconds: wall time of the run.
        """
        decided = ", ".join(f"{count:,} by {who}" for who, count in self.decided.items() if count)
        failed = f"{self.failed:,} failed" if self.failed else ""
        parts = ", ".join(part for part in (decided, failed) if part)
        noun = "picture" if self.total == 1 else "pictures"
        speed = f" ({self.total / seconds:,.0f} per second)" if self.total and seconds > 0 else ""
        return f"{self.total:,} {noun}{': ' if parts else ''}{parts}; {seconds:.2f} s{speed}"


def printable(text: str) -> str:
    """``text`` with control characters and stray bytes escaped: it stays on its line of a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def _set(answer: Prediction, indent: str) -> str:
    """The prediction set in words, where one was asked for."""
    if answer.coverage is None:
        return ""
    types = ", ".join(label.value for label in answer.prediction_set)
    return f"{indent}prediction set of coverage {answer.coverage:.4g}: {types}\n"


def _word(result: FileResult) -> str:
    return "error" if result.prediction is None else result.prediction.label.value


def _csv_row(values: list[Any]) -> str:
    line = io.StringIO()
    # With this line end the writer also quotes names that hold a carriage return.
    csv.writer(line, lineterminator="\r\n").writerow(values)
    return line.getvalue().removesuffix("\r\n") + "\n"
