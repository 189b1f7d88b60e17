"""The learning rate along a run, as a share of its highest value."""

from __future__ import annotations

import math

from hybrid_logo.training.learning.settings import TrainingSettings

__all__ = ["learning_rate_share"]


def learning_rate_share(done: float, settings: TrainingSettings) -> float:
    """Share of the highest learning rate.

    Args:
        done: share of all steps that are behind, 0-1.
        settings: its ``warm_up``, ``schedule`` and ``restarts``.
    """
    if done < settings.warm_up:
        return max(0.01, done / settings.warm_up)
    left = (done - settings.warm_up) / max(1e-9, 1.0 - settings.warm_up)
    if settings.schedule == "warm-restarts":
        left = _within_cycle(left, settings.restarts)
    return 0.5 * (1.0 + math.cos(math.pi * min(1.0, left)))


def _within_cycle(done: float, restarts: int) -> float:
    """How far the present cycle is; each cycle is twice as long as the one before."""
    length = 1.0 / (2 ** (restarts + 1) - 1)
    for _ in range(restarts):
        if done < length:
            break
        done -= length
        length *= 2
    return done / length
