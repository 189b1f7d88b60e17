"""How often rules and student disagree on drawings without labels, as a result file and as a table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hybrid_logo.evaluation.certificates import joint_risk_upper
from hybrid_logo.evaluation.statistics.metrics import share
from hybrid_logo.training.documented import DocumentedTable
from hybrid_logo.training.evidence import Unlabelled

__all__ = ["TABLE", "as_markdown", "content"]

THRESHOLDS = (0.8, 0.9, 0.95, 0.97, 0.98, 0.99)
"""Of the router's score, beside the released one."""


def content(
    unlabelled: Unlabelled, released: float | None, target_risk: float, confidence: float
) -> dict[str, Any]:
    """What the result file holds.

    Args:
        unlabelled: the drawings.
        released: threshold from which the rules of this router answer alone; None where nothing was promised.
        target_risk: share of disagreements that a certificate would allow.
        confidence: of that certificate.
    """
    thresholds = sorted({*THRESHOLDS, *([] if released is None else [released])})
    rows = []
    for threshold in thresholds:
        decided = unlabelled.scores >= threshold
        counts = {"decided": int(decided.sum()), "disagree": int(unlabelled.disagrees[decided].sum())}
        rows.append({"threshold": threshold, **counts})
    return {
        "drawings": len(unlabelled.scores),
        "released_threshold": released,
        "target_risk": target_risk,
        "confidence": confidence,
        "rows": rows,
    }


def as_markdown(result: dict[str, Any]) -> str:
    """The table, and whether the released threshold is certified by it."""
    released, count = result["released_threshold"], result["drawings"]
    lines = [
        "| threshold | rules decide | disagree, of these | disagree, of all |",
        "| ---: | ---: | ---: | ---: |",
    ]
    verdict = "No threshold was promised."
    for row in result["rows"]:
        of_these, of_all = share(row["disagree"], row["decided"]), share(row["disagree"], count)
        mark = "**" if row["threshold"] == released else ""
        cells = [
            f"{mark}{row['threshold']:g}{mark}",
            f"{row['decided'] / count:.1%}",
            *map(_told, (of_these, of_all)),
        ]
        lines.append(f"| {' | '.join(cells)} |")
        if mark:
            shown = row["decided"] > 0 and _upper(row, result) <= result["target_risk"]
            most = f"disagreement on at most {result['target_risk']:.0%} of all"
            without = "not shown: there is no certificate without labels."
            verdict = f"At the threshold of the release, in bold, {most} is {'shown.' if shown else without}"
    head = f"{count:,} drawings, half of them degraded; shares with their exact 95% interval."
    return "\n\n".join([head, "\n".join(lines), verdict])


def _upper(row: dict[str, Any], result: dict[str, Any]) -> float:
    """One-sided, as the certificate is."""
    return joint_risk_upper(row["disagree"], result["drawings"], result["confidence"])


def _told(value: Any) -> str:
    if value.share is None:
        return "-"
    return f"{100 * value.share:.1f}% ({100 * value.low:.1f}-{100 * value.high:.1f})"


TABLE = DocumentedTable(
    "unlabelled",
    Path("benchmarks/training/unlabelled.json"),
    as_markdown,
    command="hybrid-logo train router --write",
)
