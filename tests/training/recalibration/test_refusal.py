"""Saying why a promise cannot be certified."""

from __future__ import annotations

import re

import numpy as np
import pytest

from hybrid_logo.evaluation.certificates import pictures_needed
from hybrid_logo.training.certifying import CertificateSettings, operating_point
from hybrid_logo.training.evidence import Evidence
from hybrid_logo.training.recalibration.refusal import labelled_needed, shortfall

SETTINGS = CertificateSettings(target_risk=0.03)


def evidence(n: int, wrong: int, *, score: float = 0.9, group: str = "") -> Evidence:
    """``n`` logos that the rules accept, the first ``wrong`` wrongly; or the last, which a group holds."""
    labels = np.arange(n) % 4
    answers = np.where(np.arange(n) < wrong, (labels + 1) % 4, labels)
    if group:
        answers = np.where(np.arange(n) >= n - wrong, (labels + 1) % 4, labels)
    said = np.eye(4)[answers]
    return Evidence(
        labels=labels,
        accepted=np.eye(4, dtype=bool)[labels],
        brands=[str(number) for number in range(n)],
        groups={group: np.arange(n) >= n - 250} if group else {},
        points=said,
        scores=np.full(n, score),
        logits=said.astype(np.float32),
    )


def test_too_few_pictures_are_told_how_many_would_do() -> None:
    told = shortfall(evidence(100, 0), SETTINGS, 125)
    fewest = pictures_needed(2, 0.03)
    assert "Of 100 logos kept for certifying, the rules accept 100 (score from 0.9), 0 wrong" in told
    assert f"{fewest:,} accepted logos would do, about {labelled_needed(fewest):,} labelled ones" in told
    assert "there are 125 pictures" in told


def test_what_it_names_as_possible_is_possible() -> None:
    seen = evidence(100, 1)
    told = shortfall(seen, SETTINGS, 125)
    risk = float(re.search(r"--target-risk ([\d.]+)\.", told)[1])  # type: ignore[index]
    assert operating_point(seen, CertificateSettings(target_risk=risk)) is not None
    assert operating_point(seen, CertificateSettings(target_risk=risk - 0.021)) is None


@pytest.mark.parametrize("errors", [1, 2, 3])
def test_the_number_it_names_certifies_at_the_observed_rate(errors: int) -> None:
    """So many more pictures with as many errors among them, and the promise holds."""
    told = shortfall(evidence(150, errors), SETTINGS, 190)
    needed = int(re.search(r"rate ([\d,]+) accepted", told)[1].replace(",", ""))  # type: ignore[index]
    expected = int(needed * errors / 150)
    assert pictures_needed(max(2, expected), 0.03) <= needed
    fewer = needed * 9 // 10
    assert fewer < pictures_needed(max(2, int(np.ceil(fewer * errors / 150))), 0.03)


def test_rules_that_err_too_often_cannot_be_helped() -> None:
    told = shortfall(evidence(300, 30), SETTINGS, 400)
    assert "10.0% wrong is not less than the target, so no number of such pictures would help" in told
    assert "--allow-no-promise" in told


def test_rules_that_accept_nothing_cannot_be_helped() -> None:
    told = shortfall(evidence(300, 0, score=0.1), SETTINGS, 400)
    assert "the rules accept 0" in told
    assert "below every threshold" in told
    assert "No risk up to 0.3 can be certified" in told


def test_the_group_that_fails_is_named() -> None:
    told = shortfall(evidence(1000, 12, group="scans"), SETTINGS, 1250)
    assert "Of 250 logos of the group scans" in told
    assert "12 wrong" in told


def test_the_surest_answers_may_be_the_wrong_ones() -> None:
    seen = evidence(1000, 20)
    scores = np.where(np.arange(1000) < 220, 0.99, 0.5)
    told = shortfall(
        Evidence(seen.labels, seen.accepted, seen.brands, {}, seen.points, scores, seen.logits),
        SETTINGS,
        1250,
    )
    assert "the rules are wrong where they are sure" in told


def test_labelled_logos_follow_the_parts() -> None:
    assert labelled_needed(80) == 100
    assert labelled_needed(810) == 1620  # a third then fits the score
    assert labelled_needed(400.1) == 510
