"""Tables of documents that are written from result files, and never typed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hybrid_logo.errors import OutputError
from hybrid_logo.training.sources import storage_errors

__all__ = ["DOCUMENT", "DocumentedTable"]

DOCUMENT = Path("docs/TRAINING.md")


@dataclass(frozen=True, slots=True)
class DocumentedTable:
    """A result file, and the place in the document that repeats it.

    Attributes:
        name: of the markers ``<!-- name:begin -->`` and ``<!-- name:end -->``.
        result: the result file, relative to the checkout.
        render: content of the result file -> Markdown.
        document: which repeats it, relative to the checkout.
        command: what measures it; by default ``hybrid-logo train name``.
    """

    name: str
    result: Path
    render: Callable[[dict[str, Any]], str]
    document: Path = DOCUMENT
    command: str = ""

    def write_result(self, content: dict[str, Any], path: Path) -> None:
        """Write a result file; ``content`` is JSON-ready.

        Raises:
            SourceError: the file cannot be written.
        """
        unfinished = path.with_suffix(".tmp")
        with storage_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps({"schema": 1, **content}, indent=1) + "\n", encoding="utf-8")
            unfinished.replace(path)

    def write(self, root: Path) -> Path:
        """Write the table into the document.

        Raises:
            OutputError: result or document is missing, or the document has no place for it.
            SourceError: the document cannot be written.
        """
        document = root / self.document
        text = self._wanted(root)
        unfinished = document.with_suffix(".tmp")
        with storage_errors(document.parent):
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(document)
        return document

    def differs(self, root: Path) -> bool:
        """Whether the document says something else than the result file.

        Raises:
            OutputError: see ``write``.
        """
        wanted = self._wanted(root)
        return (root / self.document).read_text(encoding="utf-8") != wanted

    def _wanted(self, root: Path) -> str:
        try:
            result = json.loads((root / self.result).read_text(encoding="utf-8"))
            text = (root / self.document).read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise OutputError(
                f"The table {self.name} cannot be written down ({error}). "
                f"Run in a checkout: {self.command or f'hybrid-logo train {self.name}'}"
            ) from error
        block = re.compile(rf"(<!-- {self.name}:begin -->).*?(<!-- {self.name}:end -->)", re.DOTALL)
        if len(block.findall(text)) != 1:
            raise OutputError(
                f"{self.document} must hold one pair of {self.name} markers. Add them where it belongs."
            )
        table = self.render(result)
        return block.sub(lambda found: f"{found[1]}\n{table}\n{found[2]}", text)
