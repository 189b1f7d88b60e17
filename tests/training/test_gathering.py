"""Evidence of a table: what rules, router and students say of each of its rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from hybrid_logo.features import measure
from hybrid_logo.image import load_picture
from hybrid_logo.router import INPUTS, Router
from hybrid_logo.student import Student
from hybrid_logo.training import gathering
from hybrid_logo.training.gathering import evidence_of, unlabelled_tables, without_labels
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.material import Material
from hybrid_logo.training.pictures import CopyPlan, PictureTable
from hybrid_logo.training.router import RouterScore
from hybrid_logo.types import LABELS, LogoType, Precision
from tests.small_release import drawings, router, scorecard, views_of_drawings

DRAWN = 5
BRANDS = [f"brand {number // 2}" for number in range(4 * DRAWN)]


@pytest.fixture(scope="module")
def students(small_models: dict[str, bytes]) -> dict[Precision, Student]:
    return {precision: Student(small_models[precision.value]) for precision in Precision}


@pytest.fixture(scope="module")
def table() -> PictureTable:
    """Each drawing is followed by a "degraded" one."""
    count = 4 * DRAWN
    labels = np.arange(count) % 4
    return PictureTable(
        features=np.stack([measure(load_picture(pixels)) for pixels in drawings(DRAWN)]),
        views=views_of_drawings(DRAWN),
        logos=np.arange(count) // 2,
        copies=np.arange(count) % 2,
        labels=labels,
        accepted=np.eye(4, dtype=bool)[labels],
        clear=np.ones(count, bool),
    )


def score_of(made: Router) -> RouterScore:
    return RouterScore(made.mean, made.scale, made.weights, made.intercept)


def test_evidence_is_what_each_picture_gets_at_run_time(
    table: PictureTable, students: dict[Precision, Student]
) -> None:
    made, card = router(), scorecard()
    found = evidence_of(table, BRANDS, card, score_of(made), students)
    for row, values in enumerate(table.features):
        verdict = card.judge(values)
        assert LABELS[int(found.points[row].argmax())] == verdict.label
        assert found.scores[row] == (0.0 if verdict.outside else pytest.approx(made.score(verdict, values)))
    int8, *others = (students[each] for each in (Precision.INT8, Precision.INT8_SYMMETRIC, Precision.FP32))
    assert found.logits == pytest.approx(int8.logits(table.views), abs=1e-4)
    assert len(found.others) == 2
    for logits, student in zip(found.others, others, strict=True):
        assert logits == pytest.approx(student.logits(table.views), abs=1e-4)
    assert {name: rows.tolist() for name, rows in found.groups.items()} == {
        "clean": [row % 2 == 0 for row in range(4 * DRAWN)],
        "degraded": [row % 2 == 1 for row in range(4 * DRAWN)],
    }
    assert (found.labels == table.labels).all()
    assert (found.accepted == table.accepted).all()
    assert found.brands == BRANDS


def test_one_picture_per_brand_of_each_group(table: PictureTable, students: dict[Precision, Student]) -> None:
    found = evidence_of(table, BRANDS, scorecard(), score_of(router()), students)
    for rows in (*found.groups.values(), np.ones(4 * DRAWN, bool)):
        chosen = found.one_per_brand(rows, seed=0)
        assert rows[chosen].all()
        assert sorted(BRANDS[row] for row in chosen) == sorted(set(BRANDS))
    assert found.one_per_brand(np.zeros(4 * DRAWN, bool), seed=0).tolist() == []


def test_disagreement_needs_no_label(table: PictureTable, students: dict[Precision, Student]) -> None:
    card, student = scorecard(), students[Precision.INT8]
    half = np.arange(len(table.labels)) < 5
    found = without_labels([table.rows(half), table.rows(~half)], card, score_of(router()), student)
    rules = [LABELS.index(card.judge(values).label) for values in table.features]
    expected = student.logits(table.views).argmax(axis=1) != rules
    assert (found.disagrees == expected).all()
    assert 0 < expected.sum() < len(expected)
    labelled = evidence_of(table, BRANDS, card, score_of(router()), students)
    assert (found.scores == labelled.scores).all()
    assert router().weights[INPUTS.index("margin")] == 1.0


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], CopyPlan]]:
    """Which drawings tables were built of; there are ten icons of seven brands."""
    names = ["acme", "acme-dark", "acme-light", "bolt", "cube", "dot", "edge", "edge-icon", "fox", "gem"]

    def icons(*_: object) -> Material:
        return material("icons", names)

    def composed(count: int, seed: int, *_: object) -> Material:
        return material("composed", [f"{seed}-{number}" for number in range(count)])

    def material(set_name: str, wanted: list[str]) -> Material:
        logos = [
            LabelledLogo(set_name, name, LogoType.SIMPLE, frozenset({LogoType.SIMPLE}), True, name, "train")
            for name in wanted
        ]
        known = np.ones((len(logos), 4), bool)
        unknown: list[Any] = [None] * len(logos)
        return Material(logos, [Path()] * len(logos), unknown, known, known[:, 0], unknown)

    calls: list[tuple[list[str], CopyPlan]] = []

    def build(logos: list[LabelledLogo], plan: CopyPlan, *_: object) -> PictureTable:
        calls.append((["/".join(each.key) for each in logos], plan))
        rows = np.arange(2 * len(logos))
        nothing: NDArray[np.float32] = np.zeros((len(rows), 1), np.float32)
        views = np.zeros((len(rows), 1, 1, 3), np.uint8)
        return PictureTable(
            nothing, views, rows // 2, rows % 2, rows, np.zeros((len(rows), 4), bool), rows > 0
        )

    monkeypatch.setattr(gathering, "drawn_icons", icons)
    monkeypatch.setattr(gathering, "composed_material", composed)
    monkeypatch.setattr(gathering, "build_table", build)
    return calls


def test_unlabelled_logos_give_one_picture_each(
    built: list[tuple[list[str], CopyPlan]], tmp_path: Path
) -> None:
    """Half of them as rendered."""
    [table] = unlabelled_tables(200, 3, 32, tmp_path, None, 1, icons=False)
    [(names, plan)] = built
    assert (len(set(names)), plan) == (200, CopyPlan(1, 3, 32))
    assert table.logos.tolist() == list(range(200))
    assert 70 < (table.copies == 0).sum() < 130


def test_icons_that_nothing_learned_from_come_first_and_each_brand_once(
    built: list[tuple[list[str], CopyPlan]], tmp_path: Path
) -> None:
    tables = unlabelled_tables(12, 3, 32, tmp_path, None, 1, icons=True)
    (icons, _), (composed, _) = built
    assert {name.split("/")[1].split("-")[0] for name in icons} == {
        "acme", "bolt", "cube", "dot", "edge", "fox", "gem"
    }  # fmt: skip
    assert (len(icons), len(composed)) == (7, 5)
    assert [len(table.logos) for table in tables] == [7, 5]


def test_no_more_icons_are_taken_than_asked_for(
    built: list[tuple[list[str], CopyPlan]], tmp_path: Path
) -> None:
    tables = unlabelled_tables(3, 3, 32, tmp_path, None, 1, icons=True)
    assert [len(table.logos) for table in tables] == [3]
