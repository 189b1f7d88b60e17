"""What a calibration did, in sentences and a table for the terminal."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hybrid_logo.bundle import Bundle
from hybrid_logo.training.recalibration.comparison import compared
from hybrid_logo.training.recalibration.recalibrate import Recalibrated

__all__ = ["print_comparison", "sentences"]

USES = {"fit": "fit the score", "certify": "certify", "check": "check"}


def sentences(made: Recalibrated, bundle: Bundle) -> list[str]:
    """What was fitted to what, and whether the promise held."""
    planned = made.plan
    facts, fitted = planned.facts, planned.fitted
    parts = ", ".join(
        f"{facts['parts'][part]['pictures']:,} {use}"
        for part, use in USES.items()
        if facts["parts"][part]["pictures"]
    )
    aside = ", ".join(f"{count:,} {why}" for why, count in facts["left_out"].items() if count)
    told = [
        f"{bundle.name} fitted to {facts['pictures']:,} pictures of {facts['clusters']:,} logos: {parts}"
        f"{f'; left out: {aside}' if aside else ''}.",
        f"{fitted.score[0].upper()}{fitted.score[1:]}.",
    ]
    promise = fitted.router.promise
    if promise is not None:
        n, k = fitted.held
        told.append(
            f"Promise at {promise.confidence:.0%} confidence: at most {100 * promise.target_risk:g}% of the "
            f"rules' answers are wrong. Of the logos kept for checking they decide {n:,} and are wrong on "
            f"{k:,}, which does not refute it."
        )
    found = fitted.agreement
    if found is not None:
        told.append(
            f"Without labels: on {found.k:,} of {found.n:,} pictures the rules decide and the student says "
            f"otherwise, at most {found.risk_upper:.2%} of all; the error of the whole is at most that of "
            "the student plus this. "
            + ("It is certified." if found.certified else "That is above the target risk: not certified.")
        )
    elif "unlabelled" in facts:
        told.append("Without a promise the rules decide nothing, so the unlabelled pictures certify nothing.")
    return told


def print_comparison(made: Recalibrated, bundle: Bundle, said: list[str], console: Console) -> None:
    """Print sentences, table and warnings."""
    for sentence in said:
        console.print(sentence, highlight=False, markup=False)
    for part in compared(bundle.router, made.plan.fitted.router, made.checked):
        console.print(f"\n{part.title}:", highlight=False)
        table = Table(*part.head, box=SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
        for row in part.rows:
            table.add_row(*map(Text, row))
        console.print(table)
    for warning in made.plan.warnings:
        console.print(Text.assemble(("Warning: ", "yellow"), warning), highlight=False)
