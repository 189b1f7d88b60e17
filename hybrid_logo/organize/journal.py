"""What is known of each picture, kept beside the result, so that a run that was ended goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from hybrid_logo.errors import InputError, OutputError
from hybrid_logo.organize.brands import BRAND_SOURCES
from hybrid_logo.output import open_to_continue
from hybrid_logo.types import LogoType

__all__ = ["JOURNAL", "Answer", "Journal", "Recorder", "Settings", "open_journal", "read_journal"]

JOURNAL = "answers.jsonl"
"""Its first line holds the settings, each further one an answer; the last one of a picture counts."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides where a picture goes.

    Attributes:
        ratios: shares of train, calibrate and test; they sum to 1.
        balance: keep the ratios within each type.
        brand_from: see ``brands.brand_of``.
        seed: of the choice between groups that are alike.
        link: symbolic links instead of copies.
    """

    ratios: tuple[float, float, float] = (0.7, 0.2, 0.1)
    balance: bool = False
    brand_from: str = "name"
    seed: int = 0
    link: bool = False

    def __post_init__(self) -> None:
        if self.brand_from not in BRAND_SOURCES:
            raise ValueError(f"brand_from must be one of {', '.join(BRAND_SOURCES)}, not {self.brand_from!r}")


@dataclass(frozen=True, slots=True)
class Answer:
    """One picture as it was answered.

    Attributes:
        source: its path within the folder, with ``/`` between folders.
        size, modified: bytes and time in nanoseconds of the file, by which a change is seen.
        sha256: of its bytes, in hexadecimal digits.
        look: see ``lookalikes.look_of``.
        label: the classifier's type.
        confidence: calibrated probability that it is right, 0-1.
        decided_by: whose evidence made it.
        reason: one sentence that a person can read.
    """

    source: str
    size: int
    modified: int
    sha256: str
    look: bytes
    label: LogoType
    confidence: float
    decided_by: str
    reason: str


@dataclass(slots=True)
class Journal:
    """What a journal holds.

    Attributes:
        folder: the folder whose pictures they are, without links in its path.
        model: name of the model release that answered.
        settings: of the run that began it.
        answers: by source.
        size: bytes of whole lines; what follows was torn by the end of the run that wrote it.
    """

    folder: str
    model: str
    settings: Settings
    answers: dict[str, Answer] = field(default_factory=dict)
    size: int = 0

    def require_same(self, folder: str, settings: Settings) -> None:
        """Refuse to go on with another folder or other settings.

        Raises:
            InputError: the message names what differs.
        """
        if folder != self.folder:
            raise InputError(
                f"this result was made of {self.folder!r}, not of {folder!r}: name that folder, or another "
                "one for the result"
            )
        ours, theirs = asdict(self.settings), asdict(settings)
        differing = [name.replace("_", "-") for name in ours if ours[name] != theirs[name]]
        if differing:
            raise InputError(
                f"this result was begun with another --{differing[0]}: leave the option out to go on as "
                "before, or name another folder for the result"
            )


class Recorder(Protocol):
    """Takes an answer and keeps it at once."""

    def __call__(self, answer: Answer) -> None:
        """Keep ``answer``."""


def read_journal(target: Path) -> Journal | None:
    """The journal in ``target``; None where none was begun.

    Raises:
        OutputError: it cannot be read, or a whole line of it is of another kind.
    """
    path = target / JOURNAL
    journal, number = None, 0
    try:
        with path.open("rb") as stream:
            for line in stream:
                if not line.endswith(b"\n"):
                    break
                number += 1
                fields = json.loads(line)
                if journal is None:
                    journal = _head(fields)
                else:
                    answer = _answer(fields)
                    journal.answers[answer.source] = answer
                journal.size += len(line)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise OutputError(f"{path} cannot be read ({error.strerror}). Allow reading it.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise OutputError(
            f"line {number} of {path} is not what this version writes, so it cannot be continued: "
            "name another folder for the result"
        ) from error
    return journal


@contextmanager
def open_journal(target: Path, journal: Journal) -> Iterator[Recorder]:
    """Make ``target`` where it is missing, and append answers to its journal, which is begun if it is new.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the folder {str(target)!r} cannot be made ({error.strerror}): name another one"
        ) from error
    with open_to_continue(os.fspath(target / JOURNAL), journal.size) as write:
        if not journal.size:
            head = {"folder": journal.folder, "model": journal.model, "settings": asdict(journal.settings)}
            write(json.dumps(head) + "\n")

        def record(answer: Answer) -> None:
            journal.answers[answer.source] = answer
            write(json.dumps(asdict(answer) | {"look": answer.look.hex()}) + "\n")

        yield record


def _head(fields: dict[str, Any]) -> Journal:
    settings = fields["settings"]
    return Journal(
        str(fields["folder"]),
        str(fields["model"]),
        Settings(**settings | {"ratios": tuple(settings["ratios"])}),
    )


def _answer(fields: dict[str, Any]) -> Answer:
    known = {"look": bytes.fromhex(fields["look"]), "label": LogoType(fields["label"])}
    return Answer(**fields | known)
