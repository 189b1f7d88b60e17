"""What a peer is: something that learns from the labelled logos and then answers for the bytes of a file."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import onnx
from split_pictures import SplitPictures

from hybrid_logo.errors import SourceError
from hybrid_logo.training.sources import storage_errors
from hybrid_logo.types import LogoType

__all__ = ["FACTS", "Answer", "Peer", "Trained", "learned_numbers", "load_facts", "store_facts"]

FACTS = "peer.json"
"""Stands in the folder of a peer that has learned: what it was asked to be, and what it became."""

Answer = Callable[[bytes], LogoType]
"""From the bytes of a file to a type; raises ``PictureError`` where the picture cannot be answered."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A method that answers.

    Attributes:
        name: in tables.
        about: what it is and how it learned, in one sentence.
        answer: one picture, in this process, on one core; this is what is timed.
        answer_many: the same answers for many pictures, None for those that it cannot answer; for a method
            that is so slow that it needs several processes.
        pictures_seen: in training, copies that were shown again counted again; None where it saw none.
        parameters: learned numbers; None where nobody would count them.
        size_mb: of what it must load to answer, in units of 10**6 bytes.
    """

    name: str
    about: str
    answer: Answer
    answer_many: Callable[[Sequence[bytes]], list[LogoType | None]] | None = None
    pictures_seen: int | None = None
    parameters: int | None = None
    size_mb: float | None = None


class Peer(Protocol):
    """A method that others would use instead of ours."""

    def trained(self, pictures: SplitPictures, folder: Path) -> Trained:
        """Learn, or go on with what ``folder`` holds.

        Raises:
            MissingExtraError: a package is not installed; the run goes on without this peer.
            SourceError: ``folder`` holds a peer with other settings, or cannot be written.
        """


def load_facts(folder: Path, asked: dict[str, Any]) -> dict[str, Any] | None:
    """What a finished peer in ``folder`` became; None where it has still to learn.

    Args:
        folder: of the peer.
        asked: settings and data, JSON-ready; must be those that the folder was begun with.

    Raises:
        SourceError: the folder belongs to other settings, is damaged, or cannot be written.
    """
    claim, path = folder / "asked.json", folder / FACTS
    text = json.dumps(asked, indent=1, sort_keys=True) + "\n"
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if not claim.is_file():
            _write(claim, text)
        elif claim.read_text(encoding="utf-8") != text:
            raise SourceError(
                f"{folder} was begun with other settings or labels. Name another folder with --work, or "
                "delete this one to start again."
            )
        if not path.is_file():
            return None
        try:
            return dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError) as error:
            raise SourceError(f"{path} is damaged ({error}). Delete {folder} to start again.") from error


def store_facts(folder: Path, facts: dict[str, Any]) -> dict[str, Any]:
    """Say that the peer in ``folder`` has learned; gives ``facts`` back.

    Raises:
        SourceError: the file cannot be written.
    """
    with storage_errors(folder):
        _write(folder / FACTS, json.dumps(facts, indent=1) + "\n")
    return facts


def learned_numbers(model: bytes) -> int:
    """How many numbers an FP32 ONNX model has learned: all that its graph stores as floats."""
    stored = onnx.load_from_string(model).graph.initializer
    return sum(math.prod(entry.dims) for entry in stored if entry.data_type == onnx.TensorProto.FLOAT)


def _write(path: Path, text: str) -> None:
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
