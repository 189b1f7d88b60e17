"""Evidence of made-up brands: two pictures of each, whose scores say how often the rules are wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.training.evidence import Evidence

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Flags = NDArray[np.bool_]
Rate = Callable[[Floats, Flags], Any]
"""P(the rules are wrong) by score and by whether the picture is degraded."""


def falling(scores: Floats, degraded: Flags) -> Any:
    """Rules that err seldom where they score high, more often on degraded pictures."""
    return np.where(degraded, 0.12, 0.06) * (1 - scores) ** 2


def said(labels: Labels, right: Flags, random: np.random.Generator, loud: float) -> Floats:
    """Points whose largest is the label where ``right``, and another type elsewhere."""
    answers = np.where(right, labels, (labels + random.integers(1, 4, len(labels))) % 4)
    quiet = random.uniform(0, 0.5, (len(labels), 4))
    return np.asarray(quiet + loud * np.eye(4)[answers])


def made_up(brands: int = 700, rate: Rate = falling, student_right: float = 0.9, seed: int = 0) -> Evidence:
    """Evidence with the groups "clean" and "degraded", one picture of each brand in either."""
    random = np.random.default_rng(seed)
    count = 2 * brands
    labels = np.repeat(random.integers(0, 4, brands), 2)
    degraded = np.arange(count) % 2 == 1
    scores = random.uniform(size=count)
    rules_right = random.uniform(size=count) >= rate(scores, degraded)
    logits = said(labels, random.uniform(size=count) < student_right, random, loud=6.0)
    return Evidence(
        labels=labels,
        accepted=np.eye(4, dtype=bool)[labels],
        brands=[f"brand {row // 2}" for row in range(count)],
        groups={"clean": ~degraded, "degraded": degraded},
        points=said(labels, rules_right, random, loud=3.0),
        scores=scores,
        logits=logits.astype(np.float32),
    )
