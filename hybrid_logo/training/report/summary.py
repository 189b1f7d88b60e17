"""One network's run in a few figures: where it converged, which weights it keeps, how wide the gap is."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from hybrid_logo.training.report.record import Learning, Line

__all__ = ["TOLERANCE", "Summary", "gap_of", "summary"]

TOLERANCE = 0.01
"""A run has converged at the first evaluation whose loss is at most this share above the lowest one."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in figures; accuracies are strict shares, 0-1, and None where they were not measured.

    Attributes:
        name: of the network.
        epochs: that are behind.
        planned: that were asked for; None where it is not known.
        ended: none is left to do.
        best_epoch: of the lowest loss on held-out pictures.
        kept_epoch: whose weights the run ends with: the best ones with patience, otherwise the last.
        convergence_epoch: see ``TOLERANCE``.
        lowest_loss, last_loss: on held-out pictures.
        train, clean, degraded: of the kept epoch.
        gap: see ``gap_of``, of the kept epoch.
        pictures_per_second: median of the epochs; None where it was not measured.
    """

    name: str
    epochs: int
    planned: int | None
    ended: bool
    best_epoch: int
    kept_epoch: int
    convergence_epoch: int
    lowest_loss: float
    last_loss: float
    train: float | None
    clean: float | None
    degraded: float | None
    gap: float | None
    pictures_per_second: float | None


def summary(learning: Learning) -> Summary | None:
    """None before the first evaluation on held-out pictures."""
    judged = [line for line in learning.lines if "held_out_loss" in line]
    if not judged:
        return None
    best = min(judged, key=lambda line: line["held_out_loss"])
    kept = best if learning.patience else judged[-1]
    waited = sum(line["epoch"] > best["epoch"] for line in judged)
    done, planned = int(learning.lines[-1]["epoch"]), learning.epochs
    speeds = [line["pictures_per_second"] for line in learning.lines if "pictures_per_second" in line]
    close = best["held_out_loss"] * (1 + TOLERANCE)
    return Summary(
        name=learning.name,
        epochs=done,
        planned=planned,
        ended=planned is None or done >= planned or 0 < learning.patience <= waited,
        best_epoch=int(best["epoch"]),
        kept_epoch=int(kept["epoch"]),
        convergence_epoch=int(next(line["epoch"] for line in judged if line["held_out_loss"] <= close)),
        lowest_loss=best["held_out_loss"],
        last_loss=judged[-1]["held_out_loss"],
        train=kept.get("train_strict"),
        clean=kept.get("clean_strict"),
        degraded=kept.get("degraded_strict"),
        gap=gap_of(kept),
        pictures_per_second=median(speeds) if speeds else None,
    )


def gap_of(line: Line) -> float | None:
    """Strict accuracy in training less that on held-out pictures, degraded ones where there are some.

    Losses are not alike on both sides: soft targets, teachers and facts shape that of training. Degraded
    pictures are most of what is learned from. None where an accuracy was not measured.
    """
    held_out = line.get("degraded_strict", line.get("clean_strict"))
    return None if held_out is None or "train_strict" not in line else line["train_strict"] - held_out
