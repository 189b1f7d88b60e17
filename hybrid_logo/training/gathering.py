"""Ask rules, router and student about many pictures, so that something can be certified."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from hybrid_logo.rules import Scorecard
from hybrid_logo.student import Student
from hybrid_logo.training.corpus import composed_material, drawn_icons
from hybrid_logo.training.evidence import Evidence, Unlabelled
from hybrid_logo.training.leaks import normalised
from hybrid_logo.training.material import Material
from hybrid_logo.training.pictures import CopyPlan, PictureTable, build_table
from hybrid_logo.training.quantise import logits_of
from hybrid_logo.training.router import RouterScore, judge_all
from hybrid_logo.types import Precision

__all__ = ["Students", "evidence_of", "unlabelled_tables", "without_labels"]

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
    tables: Sequence[PictureTable], scorecard: Scorecard, score: RouterScore, student: Student
) -> Unlabelled:
    """Independent pictures, of which only the student's answer is known.

    Args:
        tables: of pictures; their labels are not looked at.
        scorecard: the rules.
        score: of the router.
        student: the INT8 one.
    """
    scores, disagrees = [], []
    for table in tables:
        judged = judge_all(scorecard, table.features)
        scores.append(score.of(judged))
        disagrees.append(logits_of(student, table.views).argmax(axis=1) != judged.answers)
    return Unlabelled(np.concatenate(scores), np.concatenate(disagrees))


def unlabelled_tables(
    count: int, seed: int, side: int, cache: Path | None, labels: Path | None, workers: int, *, icons: bool
) -> list[PictureTable]:
    """Drawings that nothing was trained on, one picture of each: half as rendered, half degraded.

    Args:
        count: drawings; a few are left out where nothing came out of their number.
        seed: of composed logos and of the degradation; another one than that of the corpus.
        side: height and width of the views, in pixels.
        cache: the cache folder.
        labels: the labels file, which tells the held-out brands.
        workers: processes.
        icons: take icons first, one of each name; only where nothing was trained on icons. Composed logos
            make up the rest.
    """
    materials = [_one_of_each_name(drawn_icons(cache, labels, workers), count, seed)] if icons else []
    missing = count - sum(len(material.logos) for material in materials)
    if missing:
        materials.append(composed_material(missing, seed, cache, labels, workers))
    plan = CopyPlan(1, seed, side)
    tables = [build_table(material.logos, plan, cache, workers, material.pictures) for material in materials]
    random = np.random.default_rng(seed)
    wanted = [random.integers(0, 2, len(material.logos)) for material in materials]
    return [table.rows(table.copies == half[table.logos]) for table, half in zip(tables, wanted, strict=True)]


def _one_of_each_name(material: Material, count: int, seed: int) -> Material:
    """At most ``count`` of the drawings; a brand that several sets draw is one brand."""
    order = np.random.default_rng(seed).permutation(len(material.logos)).tolist()
    first: dict[str, int] = {}
    for number in order:
        first.setdefault(normalised(material.logos[number].name), number)
    left_out = set(order).difference(list(first.values())[:count])
    return material.without({"/".join(material.logos[number].key) for number in left_out})
