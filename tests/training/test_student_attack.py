"""The attack on the small student: counts that grow with the budget, and what INT8 says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from hybrid_logo.bundle import Bundle
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.evaluation.pictures.datasets import Case
from hybrid_logo.training import student_attack
from hybrid_logo.training.student_attack import BUDGETS, attack_student
from hybrid_logo.types import LABELS, LogoType, Mode
from tests.small_release import drawings

Found = dict[str, Any]


@pytest.fixture(scope="module")
def bundle(small_release: Path) -> Bundle:
    return Bundle.load(small_release)


@pytest.fixture(scope="module")
def cases(small_release: Path) -> list[Case]:
    """Ten drawings that the student labels rightly, one that it does not, three that cannot be attacked."""
    made = [
        cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))[1].tobytes()
        for pixels in drawings(3, side=96)
    ][:11]
    classifier = HybridClassifier(Mode.NEURAL, model=small_release, precision="fp32")
    said = [classifier.classify(data).label for data in made]
    labels = [*said[:10], LABELS[LABELS.index(said[10]) - 1]]
    cases = [case(str(number), *pair) for number, pair in enumerate(zip(made, labels, strict=True))]
    anything = Case("anything", made[0], said[0], frozenset(LABELS), False, "anything")
    return [*cases, anything, case("none", b"no picture", said[0]), case("empty", b"", said[0])]


def case(name: str, data: bytes, label: LogoType) -> Case:
    return Case(name, data, label, frozenset([label]), True, name)


@pytest.fixture(scope="module")
def found(bundle: Bundle, cases: list[Case]) -> Found:
    calls: list[None] = []
    result = attack_student(cases, bundle, 0, lambda: calls.append(None))
    assert len(calls) == len(cases)
    return result


def test_pictures_are_counted_once(found: Found) -> None:
    assert (found["measured"], found["pictures"], found["already"]) == (True, 11, 1)
    assert [row["levels"] for row in found["budgets"]] == list(BUDGETS)
    assert {row["broken"]["n"] for row in found["budgets"]} == {10}
    assert json.loads(json.dumps(found)) == found


def test_a_larger_budget_never_breaks_less(found: Found) -> None:
    broken = [row["broken"]["k"] for row in found["budgets"]]
    assert broken == sorted(broken)
    assert broken[-1] > 0


def test_int8_is_shown_what_broke_fp32(found: Found) -> None:
    for row in found["budgets"]:
        assert row["int8"]["k"] <= row["int8"]["n"] <= row["broken"]["k"]
    assert found["budgets"][-1]["int8"]["k"] > 0


def test_the_same_seed_finds_the_same(found: Found, bundle: Bundle, cases: list[Case]) -> None:
    assert attack_student(cases, bundle, 0) == found


def test_batches_change_no_count_of_pictures(
    monkeypatch: pytest.MonkeyPatch, bundle: Bundle, cases: list[Case]
) -> None:
    monkeypatch.setattr(student_attack, "BATCH", 3)
    result = attack_student(cases, bundle, 0)
    assert (result["pictures"], result["already"], result["budgets"][0]["broken"]["n"]) == (11, 1, 10)


def test_an_attack_that_changes_nothing_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, bundle: Bundle, cases: list[Case]
) -> None:
    monkeypatch.setattr(
        student_attack, "projected_gradient", lambda network, views, *_, **__: np.array(views)
    )
    result = attack_student(cases, bundle, 0)
    assert [row["broken"]["k"] for row in result["budgets"]] == [0] * len(BUDGETS)
    assert result["budgets"][0]["int8"]["share"] is None


def test_nothing_to_attack_is_a_result_too(bundle: Bundle) -> None:
    result = attack_student([], bundle, 0)
    assert (result["pictures"], result["budgets"][0]["broken"]["n"]) == (0, 0)
