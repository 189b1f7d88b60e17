"""The smaller students as a result file and as a table of docs/TRAINING.md that says what pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hybrid_logo.training.ablation import summary
from hybrid_logo.training.documented import DocumentedTable
from hybrid_logo.training.search import FIGURES
from hybrid_logo.training.shrink import AS_TRAINED, FROM_SCRATCH, PRUNED, VARIANTS, Variant

__all__ = ["TABLE", "as_markdown", "content"]

SPREAD = (*FIGURES, "same_label", "largest_gap", "bytes")
SIZES = ("parameters", "multiply_adds")
COUNTS = 0.005
"""A difference in the share of accepted answers that counts."""
SAVES = 0.95
"""Share of the time, or of the file, that a student which saves either has at most."""


def content(
    rows: Sequence[dict[str, Any]], median_ms: Mapping[str, float], about: dict[str, Any]
) -> dict[str, Any]:
    """What the result file holds.

    Args:
        rows: of ``Shrinking.measure``.
        median_ms: of ``Shrinking.median_ms``.
        about: what the variants share; JSON-ready.
    """
    sizes = {row["variant"]: {name: row[name] for name in SIZES} for row in rows}
    students = [
        {**row, "median_ms": median_ms[row["variant"]], **sizes[row["variant"]]}
        for row in summary(rows, SPREAD)
    ]
    return {**about, "students": students}


def as_markdown(result: dict[str, Any]) -> str:
    """The table, means over the seeds, and what it says."""
    means = {row["variant"]: _means(row) for row in result["students"]}
    own = means[AS_TRAINED]
    paying = [name for name in means if _pays(means[name], own)]
    titles = ["student", *(name.replace("_", ", ") for name in FIGURES)]
    titles += ["label as in FP32", "time", "file", "multiply-adds"]
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)]]
    lines += [
        [
            f"**{name}**" if name in paying else name,
            *(f"{100 * row[figure]:.1f}" for figure in FIGURES),
            f"{100 * row['same_label']:.2f}",
            f"{row['median_ms'] / own['median_ms']:.2f}x",
            f"{row['bytes'] / 1000:,.0f} kB",
            f"{row['multiply_adds'] / 1e6:.1f} M",
        ]
        for name, row in means.items()
    ]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return "\n\n".join([_about(result), table, *_said(means, paying)])


def _means(row: Mapping[str, Any]) -> dict[str, float]:
    return {name: value["mean"] if isinstance(value, dict) else value for name, value in row.items()}


def _gains(row: Mapping[str, float], other: Mapping[str, float]) -> tuple[float, float]:
    """How much more often ``row`` is accepted than ``other``: the less and the more of clean and degraded."""
    clean, degraded = (row[name] - other[name] for name in ("clean_accepted", "degraded_accepted"))
    return min(clean, degraded), max(clean, degraded)


def _pays(row: Mapping[str, float], own: Mapping[str, float]) -> bool:
    saves = any(row[name] <= SAVES * own[name] for name in ("median_ms", "bytes"))
    least, most = _gains(row, own)
    return least >= -COUNTS and (saves or most > COUNTS)


def _about(result: Mapping[str, Any]) -> str:
    seeds = len(result["seeds"])
    runs = "one seed" if seeds == 1 else f"mean of {seeds} seeds"
    much = f"{100 * COUNTS:.1f} points"
    return (
        "INT8, activations too except where the weights alone are. "
        f"{runs.capitalize()} and {result['pictures']:,} pictures a run where something is learned, percent "
        f"on {result['logos']:,} logos of `calibrate`; time of one picture on one core against the student "
        "as trained, all asked in turn. Pruned students begin with what that one learned from more "
        f"pictures. Bold pays: on clean and on degraded pictures it is accepted at most {much} less often "
        f"than the student as trained, and it takes at most {SAVES:.0%} of its time or of its file, or is "
        f"accepted more than {much} more often on either."
    )


def _said(means: Mapping[str, Mapping[str, float]], paying: Sequence[str]) -> list[str]:
    """Pruning against the same size from scratch, and what is left."""
    told = []
    for share in dict.fromkeys(one.share for one in VARIANTS if one.way == PRUNED):
        names = [Variant(way, share).name for way in (PRUNED, FROM_SCRATCH)]
        if not all(name in means for name in names):
            continue
        least, most = _gains(*(means[name] for name in names))
        if least >= -COUNTS and most <= COUNTS:
            verdict = f"pruning and training from scratch differ by no more than {100 * COUNTS:.1f} points"
        elif least >= -COUNTS:
            verdict = "pruning does better than training from scratch"
        elif most <= COUNTS:
            verdict = "training from scratch does better than pruning"
        else:
            verdict = "pruning and training from scratch are each better on some pictures"
        pruned, scratch = (100 * means[name]["degraded_accepted"] for name in names)
        told.append(
            f"With {share:.0%} of the channels, {verdict}: {pruned:.1f} against {scratch:.1f} percent "
            "accepted on degraded pictures."
        )
    pays = f"What pays: {'; '.join(paying)}." if paying else "Nothing of it pays: the student stays as it is."
    left = [name for name in means if name not in (AS_TRAINED, *paying)]
    out = [f"What does not: {'; '.join(left)}."] if left and paying else []
    return [" ".join([*told, pays, *out])]


TABLE = DocumentedTable("shrink", Path("benchmarks/training/shrink.json"), as_markdown)
