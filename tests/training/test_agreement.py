"""Agreement of passes: shares, intervals, and kappa as scikit-learn has it."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from hybrid_logo.training.agreement import Agreement, agreement_of, agreement_with
from hybrid_logo.training.further_labels import Annotation
from hybrid_logo.types import LABELS, LogoType

SIMPLE, TEXT = LogoType.SIMPLE, LogoType.TEXT


def said(first: LogoType, second: LogoType, name: str = "owl") -> Annotation:
    return Annotation("noto", name, name, (first, None), (second, None), None)


def test_kappa_is_that_of_scikit_learn() -> None:
    random = np.random.default_rng(3)
    first = random.integers(0, 4, 200)
    second = np.where(random.random(200) < 0.7, first, random.integers(0, 4, 200))
    found = agreement_of([said(LABELS[a], LABELS[b]) for a, b in zip(first, second, strict=True)])
    assert (found.agreed, found.of) == ((first == second).sum(), 200)
    assert found.kappa == pytest.approx(cohen_kappa_score(first, second))


def test_one_type_alone_and_nothing_have_a_kappa_too() -> None:
    assert agreement_of([said(SIMPLE, SIMPLE)]) == Agreement(1, 1, 1.0)
    assert agreement_of([]).of == 0


def test_each_pass_is_compared_with_what_is_known() -> None:
    known = {
        ("noto", "owl"): (SIMPLE, frozenset({SIMPLE, TEXT})),
        ("noto", "cat"): (TEXT, frozenset({TEXT})),
    }
    answers = [said(TEXT, SIMPLE), said(SIMPLE, TEXT, "cat"), said(TEXT, TEXT, "unknown")]
    assert agreement_with(answers, known, "first") == (Agreement(0, 2), Agreement(1, 2))
    assert agreement_with(answers, known, "second") == (Agreement(2, 2), Agreement(2, 2))


def test_it_is_told_with_its_interval() -> None:
    assert str(Agreement(95, 100)) == "95.0% (88.7-98.4)"
    assert str(Agreement(95, 100, 0.9213)).endswith(", kappa 0.92")
    assert str(Agreement(0, 0)).startswith("0.0%")
