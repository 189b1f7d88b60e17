"""One input's SVG, or the reason why there is none, and the line that tells it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from hybrid_logo.errors import PictureError
from hybrid_logo.report import printable
from hybrid_logo.vectorize.converter import Conversion

__all__ = ["ConversionResult"]

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class ConversionResult:
    """What became of one picture.

    Attributes:
        path: the input's name as given.
        output: the file of the SVG; None where it was not written.
        conversion: None where ``error_kind`` is set.
        error_kind: the ``kind`` of the ``PictureError`` that was met.
        error_message: what was wrong and what to do.
    """

    path: str
    output: Path | None = None
    conversion: Conversion | None = None
    error_kind: str | None = None
    error_message: str | None = None

    def __post_init__(self) -> None:
        if (self.conversion is None) == (self.error_kind is None):
            raise ValueError("a result holds either a conversion or an error")

    @classmethod
    def from_error(cls, path: str, error: PictureError) -> ConversionResult:
        """The result that stands for ``error``."""
        return cls(path, error_kind=error.kind, error_message=str(error))

    @property
    def status(self) -> Literal["ok", "error"]:
        """Whether there is an SVG."""
        return "error" if self.conversion is None else "ok"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready fields, without the document."""
        head: dict[str, Any] = {"schema": SCHEMA, "path": self.path, "status": self.status}
        if self.conversion is None:
            return head | {"error": {"kind": self.error_kind, "message": self.error_message}}
        return head | {"output": str(self.output)} | self.conversion.to_dict()

    def line(self) -> str:
        """For people: how it was converted, bytes, paths, colour error, from where to where."""
        path = printable(self.path)
        if self.conversion is None:
            return f"{'error':<8}  {self.error_kind}  {path}: {printable(self.error_message or '')}\n"
        quality = self.conversion.quality
        paths = "path" if quality.paths == 1 else "paths"
        kind = self.conversion.strategy.type.value
        return (
            f"{kind:<8}  {quality.bytes:>9,} B  {quality.paths:>5,} {paths:<5}  "
            f"error {quality.color_error:>5.2f}  {path} -> {printable(str(self.output))}\n"
        )
