"""The adversarial suite on the small release: every attack, and what is said where one is missing."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import cv2
import pytest

from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.evaluation.suites.black_box import attack_hybrid, attack_router
from hybrid_logo.training import adversarial_suite
from hybrid_logo.training.adversarial_suite import html_section, measure, notes, steps, tables
from hybrid_logo.types import Mode
from tests.small_release import drawings

Classifiers = dict[Mode, HybridClassifier]


@pytest.fixture(autouse=True)
def few_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adversarial_suite, "attack_hybrid", partial(attack_hybrid, queries=6))
    monkeypatch.setattr(adversarial_suite, "attack_router", partial(attack_router, queries=6))


@pytest.fixture(scope="module")
def classifiers(small_release: Path) -> Classifiers:
    return {mode: HybridClassifier(mode, model=small_release) for mode in Mode}


@pytest.fixture(scope="module")
def dataset(classifiers: Classifiers) -> Dataset:
    """Four drawings, labelled as the hybrid labels them."""
    cases = []
    for number, pixels in enumerate(drawings(1, side=64)):
        data = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))[1].tobytes()
        label = classifiers[Mode.HYBRID].classify(data).label
        cases.append(Case(str(number), data, label, frozenset([label]), True, str(number)))
    return Dataset("drawn", cases, "the classifier", 0)


def test_all_attacks_are_measured_and_told(dataset: Dataset, classifiers: Classifiers) -> None:
    calls: list[None] = []
    result = measure(dataset, classifiers, 1, lambda: calls.append(None))
    assert len(calls) == steps(dataset, classifiers) == 12
    assert json.loads(json.dumps(result)) == result
    assert result["attacks"]["hybrid"]["already"] == 0
    assert all(attack["measured"] for attack in result["attacks"].values())
    ((head, rows),) = tables(result)
    assert [row[:2] for row in rows] == [
        *(["FP32 student, by its gradient", levels] for levels in "1248"),
        *(["hybrid, by its labels", levels] for levels in ("4", "8", "16")),
        *(["router, by its score", levels] for levels in ("4", "8", "16")),
    ]
    assert all(len(row) == len(head) for row in rows)
    told = " ".join(notes(result))
    assert "Not measured" not in told
    assert "at most 6 answers a picture" in told
    root = ElementTree.fromstring(f"<div>{html_section(result)}</div>")
    assert len(list(root.iter("polyline"))) == 3


def test_the_sample_is_limited(
    monkeypatch: pytest.MonkeyPatch, dataset: Dataset, classifiers: Classifiers
) -> None:
    monkeypatch.setattr(adversarial_suite, "PICTURES", 2)
    result = measure(dataset, {Mode.HYBRID: classifiers[Mode.HYBRID]}, 1)
    assert (result["drawn"], result["of"], result["attacks"]["hybrid"]["pictures"]) == (2, 4, 2)


def missing(result: dict[str, Any]) -> dict[str, str]:
    return {name: attack["why"] for name, attack in result["attacks"].items() if not attack["measured"]}


def test_a_missing_mode_is_told(dataset: Dataset, classifiers: Classifiers) -> None:
    calls: list[None] = []
    asked = {Mode.RULES: classifiers[Mode.RULES]}
    result = measure(dataset, asked, 1, lambda: calls.append(None))
    assert len(calls) == steps(dataset, asked)
    assert missing(result).keys() == {"hybrid", "router"}
    assert any(note.startswith("Not measured: router") for note in notes(result))
    result = measure(dataset, {Mode.HYBRID: classifiers[Mode.HYBRID]}, 1)
    assert missing(result) == {"router": "the modes hybrid and rules are needed"}


@pytest.mark.parametrize("absent", ["torch", "onnx"])
def test_a_missing_extra_is_told(
    absent: str, monkeypatch: pytest.MonkeyPatch, dataset: Dataset, classifiers: Classifiers
) -> None:
    for name in ("student_attack", "white_box"):
        monkeypatch.delitem(sys.modules, f"hybrid_logo.training.{name}", raising=False)
    monkeypatch.setitem(sys.modules, absent, None)
    calls: list[None] = []
    asked = {Mode.HYBRID: classifiers[Mode.HYBRID]}
    result = measure(dataset, asked, 1, lambda: calls.append(None))
    assert len(calls) == steps(dataset, asked)
    why = f"{absent} is missing. Install it with: pip install 'hybrid-logo[train]'"
    assert missing(result)["student"] == why
    assert result["attacks"]["hybrid"]["measured"]
    assert f"Not measured: FP32 student, by its gradient. {absent} is missing" in html_section(result)


def test_a_student_that_cannot_be_rebuilt_is_told(
    monkeypatch: pytest.MonkeyPatch, dataset: Dataset, classifiers: Classifiers
) -> None:
    monkeypatch.setattr("hybrid_logo.training.white_box.LARGEST_LOGIT_GAP", -1.0)
    result = measure(dataset, {Mode.RULES: classifiers[Mode.RULES]}, 1)
    assert "cannot be rebuilt" in missing(result)["student"]
