"""Ask rules, router and student about many pictures, so that something can be certified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.rules import Scorecard
from hybrid_logo.student import Student
from hybrid_logo.training.corpus import composed_material
from hybrid_logo.training.evidence import Evidence, Unlabelled
from hybrid_logo.training.pictures import CopyPlan, PictureTable, build_table
from hybrid_logo.training.quantise import logits_of
from hybrid_logo.training.router import RouterScore, judge_all
from hybrid_logo.types import Precision

__all__ = ["Students", "evidence_of", "unlabelled_table", "without_labels"]

Students = Mapping[Precision, Student]
"""The student in every precision; calibration is fitted to the INT8 one."""


def evidence_of(
    table: PictureTable, brands: Sequence[str], scorecard: Scorecard, score: RouterScore, students: Students
) -> Evidence:
    """Labelled copies: the clean ones and the degraded ones are groups of their own.

    Args:
        table: copies of logos.
        brands: of each row.
        scorecard: the rules.
        score: of the router.
        students: see there.
    """
    judged = judge_all(scorecard, table.features)
    others = [precision for precision in students if precision is not Precision.INT8]
    return Evidence(
        labels=table.labels,
        accepted=table.accepted,
        brands=brands,
        groups={"clean": table.copies == 0, "degraded": table.copies > 0},
        points=judged.points,
        scores=score.of(judged),
        logits=logits_of(students[Precision.INT8], table.views),
        others=[logits_of(students[precision], table.views) for precision in others],
    )


def without_labels(
    features: NDArray[np.float32],
    views: NDArray[np.uint8],
    scorecard: Scorecard,
    score: RouterScore,
    student: Student,
) -> Unlabelled:
    """Independent pictures, of which only the student's answer is known.

    Args:
        features: ``float32[n, len(NAMES)]``.
        views: ``uint8[n, side, side, 3]``.
        scorecard: the rules.
        score: of the router.
        student: the INT8 one.
    """
    judged = judge_all(scorecard, features)
    return Unlabelled(score.of(judged), logits_of(student, views).argmax(axis=1) != judged.answers)


def unlabelled_table(
    count: int, seed: int, side: int, cache: Path | None, labels: Path | None, workers: int
) -> PictureTable:
    """Composed logos that nothing was trained on, one picture of each: half as rendered, half degraded.

    Args:
        count: logos; a few are left out where nothing came out of their number.
        seed: of the logos and of their degradation; another one than that of the corpus.
        side: height and width of the views, in pixels.
        cache: the cache folder.
        labels: the labels file, which tells the held-out brands.
        workers: processes.
    """
    material = composed_material(count, seed, cache, labels, workers)
    table = build_table(material.logos, CopyPlan(1, seed, side), cache, workers, material.pictures)
    wanted = np.random.default_rng(seed).integers(0, 2, len(material.logos))
    return table.rows(table.copies == wanted[table.logos])
