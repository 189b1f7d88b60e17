"""How many answers of the student an attacker turns who knows its weights, and what INT8 says to these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import Bundle
from hybrid_logo.errors import PictureError
from hybrid_logo.evaluation.pictures.datasets import Case
from hybrid_logo.evaluation.statistics.metrics import share
from hybrid_logo.image import load_picture
from hybrid_logo.ink import square_view
from hybrid_logo.student import Student
from hybrid_logo.training.white_box import STEPS, projected_gradient, rebuilt, require_same_logits
from hybrid_logo.types import LABELS, Precision

__all__ = ["BUDGETS", "attack_student"]

BUDGETS = (1, 2, 4, 8)
"""Levels by which a sample of the student's view may change."""
BATCH = 32

Views = NDArray[np.uint8]
Flags = NDArray[np.bool_]


def attack_student(
    cases: Sequence[Case], bundle: Bundle, seed: int, advance: Callable[[], object] = lambda: None
) -> dict[str, Any]:
    """Attack the view of the FP32 student, and show what is found to the INT8 student.

    A view that is broken within a budget is broken within every larger one. An answer is the largest
    calibrated probability, as in the mode "neural".

    Args:
        cases: what to attack.
        bundle: the model release.
        seed: of the random starts.
        advance: called once per case.

    Returns:
        JSON-ready: how many ``pictures``, how many were wrong ``already`` and are not attacked; per budget
        those ``broken``, and as ``int8``, of the broken ones that INT8 gets right unchanged, those that it
        gets wrong too.

    Raises:
        SourceError: the student cannot be rebuilt from its file.
    """
    model, calibration = bundle.student_model(Precision.FP32), bundle.router.student_alone
    network, fp32 = rebuilt(model), Student(model)
    int8 = Student(bundle.student_model(Precision.INT8))

    def right(student: Student, views: Views, accepted: Flags) -> Flags:
        answers = calibration.probabilities(None, student.logits(views)).argmax(axis=1)
        return accepted[np.arange(len(views)), answers]

    def attack(views: Views, accepted: Flags, random: np.random.Generator) -> tuple[Views, NDArray[np.int64]]:
        """The last view tried for each picture, and the place of the first budget that broke it."""
        found, first = views.copy(), np.full(len(views), len(BUDGETS))
        for place, budget in enumerate(BUDGETS):
            holds = np.flatnonzero(first == len(BUDGETS))
            if not len(holds):
                break
            found[holds] = projected_gradient(
                network,
                views[holds],
                accepted[holds],
                budget,
                random,
                scale=calibration.student,
                bias=calibration.bias,
            )
            first[holds[~right(fp32, found[holds], accepted[holds])]] = place
        return found, first

    opened = already = 0
    first, unchanged, fooled = (np.zeros(0, np.int64) for _ in range(3))
    for start in range(0, len(cases), BATCH):
        batch = cases[start : start + BATCH]
        views, accepted = _views(batch, bundle.side)
        opened += len(views)
        if len(views):
            require_same_logits(network, fp32, views)
            attacked = right(fp32, views, accepted)
            already += int((~attacked).sum())
            views, accepted = views[attacked], accepted[attacked]
        if len(views):
            found, places = attack(views, accepted, np.random.default_rng((seed, start)))
            first = np.append(first, places)
            unchanged = np.append(unchanged, right(int8, views, accepted))
            fooled = np.append(fooled, ~right(int8, found, accepted))
        for _ in batch:
            advance()
    rows = []
    for place, budget in enumerate(BUDGETS):
        broken = first <= place
        shown = broken & (unchanged == 1)
        rows.append(
            {
                "levels": budget,
                "broken": asdict(share(int(broken.sum()), len(first))),
                "int8": asdict(share(int((shown & (fooled == 1)).sum()), int(shown.sum()))),
            }
        )
    return {"measured": True, "pictures": opened, "already": already, "steps": STEPS, "budgets": rows}


def _views(cases: Sequence[Case], side: int) -> tuple[Views, Flags]:
    """``uint8[n, side, side, 3]`` and ``bool[n, 4]`` of the pictures that can be opened and got wrong."""
    views, accepted = [], []
    for case in cases:
        try:
            picture = load_picture(case.read())
        except PictureError:
            continue
        if len(case.accepted) < len(LABELS):
            views.append(square_view(picture, side))
            accepted.append([label in case.accepted for label in LABELS])
    return np.array(views, np.uint8), np.array(accepted, np.bool_)
