"""What an artefact says about itself: the record that travels inside it, with the release's manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import ArtefactError
from hybrid_logo.types import LABELS

__all__ = ["KEY", "UNSEALED", "Record"]

KEY = "hybrid_logo"
"""Name of the record among the metadata of an artefact."""
SCHEMA = 1
UNSEALED = hashlib.sha256(b"hybrid-logo: not sealed yet").hexdigest()
"""Stands where the seal comes, so that sealing moves no byte."""


@dataclass(frozen=True, slots=True)
class Record:
    """What an artefact says about itself.

    Attributes:
        target: name of the target it was made for.
        precision: of its numbers: "int8", "int8-symmetric", "fp16" or "fp32".
        manifest: ``manifest.json`` of the release that it was made from.
        made_with: distribution -> version, of what made it and of what must run it.
        files: files that belong to it -> SHA-256.
        device: what it is bound to, such as the model of a GPU; empty where to nothing.
        parity: figures of the gate; empty until they were measured.
        seal: SHA-256 of the artefact with ``UNSEALED`` in this place. It tells damage and careless changes;
            it is no signature, for whoever changes an artefact on purpose can seal it again.
    """

    target: str
    precision: str
    manifest: Mapping[str, Any]
    made_with: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
    device: str = ""
    parity: Mapping[str, Any] = field(default_factory=dict)
    seal: str = UNSEALED

    @property
    def release(self) -> str:
        """Name of the model release."""
        return str(self.manifest["name"])

    def require_release(self, bundle: Bundle) -> None:
        """Check that ``bundle`` is the very release that the artefact was made from.

        Raises:
            ArtefactError: it is another one.
        """
        if self.manifest != bundle.manifest:
            raise ArtefactError(
                f"The artefact was made from {self.release}, whose manifest is not that of {bundle.folder}. "
                f"Give the release that it was made from, or export again: {self.command}"
            )

    @property
    def command(self) -> str:
        """What makes the artefact again."""
        return f"hybrid-logo export {self.target} --out DIR"

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps({"schema": SCHEMA} | asdict(self))

    @classmethod
    def from_json(cls, text: str, name: str) -> Record:
        """Read what :meth:`to_json` made.

        Args:
            text: the JSON.
            name: of the artefact, for messages.

        Raises:
            ArtefactError: it is of another schema or malformed.
        """
        try:
            data = json.loads(text)
            if data.pop("schema") != SCHEMA:
                raise ArtefactError(
                    f"{name} was made by another version of hybrid-logo. Install that version, or export "
                    "again."
                )
            if data.keys() != {each.name for each in fields(cls)}:
                raise ValueError("other keys than those of a record")
            record = cls(**data)
            if record.manifest["labels"] != [label.value for label in LABELS]:
                raise ValueError(f"it answers {record.manifest['labels']}")
            for value in (record.manifest["name"], record.target, record.precision, record.seal):
                if not isinstance(value, str):
                    raise TypeError(f"{value!r} is no text")
            for value in (record.files, record.made_with, record.parity):
                if not isinstance(value, dict):
                    raise TypeError(f"{value!r} is no object")
        except (AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise ArtefactError(
                f"The record inside {name} is malformed ({error}). Make the artefact again with: "
                "hybrid-logo export"
            ) from error
        return record

    def with_parity(self, parity: Mapping[str, Any]) -> Record:
        """The same with the figures of the gate, not sealed."""
        return replace(self, parity=dict(parity), seal=UNSEALED)
