"""The ablation as a result file and as the table of docs/TRAINING.md, which is written from it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hybrid_logo.errors import OutputError
from hybrid_logo.training.ablation import summary
from hybrid_logo.training.sources import storage_errors

__all__ = ["DOCUMENT", "FIGURES", "RESULT", "as_markdown", "document_differs", "write_result", "write_table"]

RESULT = Path("benchmarks/training/ablation.json")
DOCUMENT = Path("docs/TRAINING.md")
FIGURES = ("clean_strict", "clean_accepted", "degraded_strict", "degraded_accepted")
BLOCK = re.compile(r"(<!-- ablation:begin -->).*?(<!-- ablation:end -->)", re.DOTALL)


def write_result(rows: Sequence[dict[str, Any]], about: dict[str, Any], path: Path) -> None:
    """Write the means of all variants.

    Args:
        rows: of ``Ablation.run``.
        about: what the variants share; JSON-ready.
        path: the result file.

    Raises:
        SourceError: the file cannot be written.
    """
    content = {"schema": 1, **about, "variants": summary(rows, FIGURES)}
    unfinished = path.with_suffix(".tmp")
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
        unfinished.replace(path)


def as_markdown(result: dict[str, Any]) -> str:
    """The table: mean over the seeds, and in brackets the lowest and the highest; percent."""
    titles = ["variant", *(name.replace("_", ", ") for name in FIGURES)]
    lines = [" | ".join(titles), "|".join(["---"] + ["---:"] * len(FIGURES))]
    for row in result["variants"]:
        cells = [row["variant"]]
        for name in FIGURES:
            mean, low, high = (100 * row[name][key] for key in ("mean", "lowest", "highest"))
            cells.append(f"{mean:.1f} ({low:.1f}-{high:.1f})")
        lines.append(" | ".join(cells))
    table = "\n".join(f"| {line} |" for line in lines)
    seeds = len(result["seeds"])
    return (
        f"Percent; mean of {seeds} seeds, lowest and highest in brackets. "
        f"{result['pictures']:,} pictures a run, {result['side_px']} px, FP32, "
        f"{result['logos']:,} logos of `calibrate`.\n\n{table}"
    )


def write_table(root: Path) -> Path:
    """Write the table into the document.

    Raises:
        OutputError: result or document is missing, or the document has no place for it.
        SourceError: the document cannot be written.
    """
    document = root / DOCUMENT
    text = _wanted(root)
    unfinished = document.with_suffix(".tmp")
    with storage_errors(document.parent):
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(document)
    return document


def document_differs(root: Path) -> bool:
    """Whether the document says something else than the result file.

    Raises:
        OutputError: see ``write_table``.
    """
    wanted = _wanted(root)
    return (root / DOCUMENT).read_text(encoding="utf-8") != wanted


def _wanted(root: Path) -> str:
    try:
        result = json.loads((root / RESULT).read_text(encoding="utf-8"))
        text = (root / DOCUMENT).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise OutputError(
            f"The ablation cannot be written down ({error}). Run in a checkout: hybrid-logo train ablation"
        ) from error
    if len(BLOCK.findall(text)) != 1:
        raise OutputError(f"{DOCUMENT} must hold one pair of ablation markers. Add them where it belongs.")
    table = as_markdown(result)
    return BLOCK.sub(lambda found: f"{found[1]}\n{table}\n{found[2]}", text)
