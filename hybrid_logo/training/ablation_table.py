"""The ablation as a result file and as a table of docs/TRAINING.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hybrid_logo.training.ablation import summary
from hybrid_logo.training.documented import DocumentedTable

__all__ = ["FIGURES", "TABLE", "as_markdown", "content"]

FIGURES = ("clean_strict", "clean_accepted", "degraded_strict", "degraded_accepted")


def content(rows: Sequence[dict[str, Any]], about: dict[str, Any]) -> dict[str, Any]:
    """What the result file holds: the means of all variants.

    Args:
        rows: of ``Ablation.run``.
        about: what the variants share; JSON-ready.
    """
    return {**about, "variants": summary(rows, FIGURES)}


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


TABLE = DocumentedTable("ablation", Path("benchmarks/training/ablation.json"), as_markdown)
