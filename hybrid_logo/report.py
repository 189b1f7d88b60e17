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
from typing import Any, ClassVar

from hybrid_logo.types import LABELS, FileResult

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
    """A header and one row per result; ``evidence`` is a JSON object, absent values are empty."""

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

    def opening(self) -> str:
        """The header."""
        return _csv_row(list(self.COLUMNS))

    def entry(self, result: FileResult) -> str:
        """The fields of ``FileResult.to_dict`` laid flat."""
        fields = result.to_dict()
        for label, probability in fields.pop("probabilities", {}).items():
            fields[f"probability_{label}"] = probability
        for name, value in fields.pop("error", {}).items():
            fields[f"error_{name}"] = value
        if "evidence" in fields:
            fields["evidence"] = json.dumps(fields["evidence"])
        if "certain" in fields:
            fields["certain"] = json.dumps(fields["certain"])
        return _csv_row([fields.get(column) for column in self.COLUMNS])


class HumanReport(Report):
    """Aligned columns: label, confidence, who decided, path.

    A question mark after the confidence stands where it is below the limit that was certified.

    Args:
        color: write ANSI colours.
        explain: add the reason, and the scorecard's points as a small table, below each picture.
    """

    _COLORS: ClassVar = {"simple": 32, "text": 36, "gradient": 35, "complex": 33, "error": 31}

    def __init__(self, *, color: bool = False, explain: bool = False) -> None:
        self._color = color
        self._explain = explain

    def entry(self, result: FileResult) -> str:
        """One line, and the explanation where it is asked for."""
        word = f"{_word(result):<8}"
        if self._color:
            word = f"\x1b[{self._COLORS[_word(result)]}m{word}\x1b[0m"
        path = printable(result.path)
        answer = result.prediction
        if answer is None:
            message = printable(result.error_message or "")
            return f"{word}          {result.error_kind:<13}  {path}: {message}\n"
        doubt = " " if answer.certain else "?"
        line = f"{word}  {answer.confidence:>6.1%}{doubt} {answer.decided_by.value:<13}  {path}\n"
        if not self._explain:
            return line
        indent = " " * 10
        width = max((len(name) for name, _ in answer.evidence), default=0)
        table = "".join(f"{indent}  {name:<{width}}  {points:+6.2f}\n" for name, points in answer.evidence)
        return f"{line}{indent}{printable(answer.reason)}\n{table}"


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


def _word(result: FileResult) -> str:
    return "error" if result.prediction is None else result.prediction.label.value


def _csv_row(values: list[Any]) -> str:
    line = io.StringIO()
    # With this line end the writer also quotes names that hold a carriage return.
    csv.writer(line, lineterminator="\r\n").writerow(values)
    return line.getvalue().removesuffix("\r\n") + "\n"
