"""Fitting calibrations: the smallest log-loss on new pictures, and rules only where they help."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize

from hybrid_logo.calibration import Calibration
from hybrid_logo.training.calibration import fit_calibration, fit_fusion
from tests.training.made_up_evidence import Flags, Floats, Labels, Rate, made_up


def always(share: float) -> Rate:
    return lambda scores, _degraded: np.full_like(scores, share)


def log_loss(probabilities: Floats, labels: Labels) -> float:
    return -float(np.log(probabilities[np.arange(len(labels)), labels]).mean())


def test_the_log_loss_is_the_smallest_that_there_is() -> None:
    """Against a search without slopes."""
    random = np.random.default_rng(3)
    labels = random.integers(0, 4, 300)
    points = random.normal(size=(300, 4)) + np.eye(4)[labels]
    logits = (random.normal(size=(300, 4)) + 2 * np.eye(4)[labels]).astype(np.float32)

    def loss(numbers: Floats) -> float:
        made = Calibration(float(numbers[0]), float(numbers[1]), tuple(numbers[2:].tolist()))  # type: ignore[arg-type]
        return log_loss(made.probabilities(points, logits), labels) + 0.01 * float((numbers[2:] ** 2).sum())

    best = minimize(loss, np.full(6, 0.5), method="Powell", options={"xtol": 1e-6, "ftol": 1e-12}).x
    found = fit_calibration(points, logits, labels)
    assert [found.student, found.rules, *found.bias] == pytest.approx(best, abs=2e-3)


def test_calibration_lowers_the_log_loss_of_new_pictures() -> None:
    """The made-up student is far too sure of itself: right in 90%, it says 99%."""
    known, fresh = made_up(), made_up(seed=7)
    student = fit_calibration(None, known.logits, known.labels)
    raw = Calibration(1.0, 0.0).probabilities(None, fresh.logits)
    calibrated = student.probabilities(None, fresh.logits)
    assert raw.max(axis=1).mean() > 0.98
    assert calibrated.max(axis=1).mean() == pytest.approx(0.9, abs=0.02)
    assert log_loss(calibrated, fresh.labels) < 0.95 * log_loss(raw, fresh.labels)
    rules = fit_calibration(known.points, None, known.labels).probabilities(fresh.points, None)
    assert log_loss(rules, fresh.labels) < log_loss(
        Calibration(0.0, 1.0).probabilities(fresh.points, None), fresh.labels
    )
    hit = (fresh.points.argmax(axis=1) == fresh.labels).mean()
    assert rules.max(axis=1).mean() == pytest.approx(hit, abs=0.04)


def test_weights_are_only_given_to_what_is_used() -> None:
    known = made_up(100)
    rules = fit_calibration(known.points, None, known.labels)
    student = fit_calibration(None, known.logits, known.labels)
    both = fit_calibration(known.points, known.logits, known.labels)
    assert rules.student == student.rules == 0.0
    assert min(rules.rules, student.student, both.rules, both.student) > 0


def test_points_alone_are_calibrated_without_changing_a_label() -> None:
    """Whatever the labels are, the rules answer the type with most points."""
    random = np.random.default_rng(8)
    points = random.normal(0, 1, (400, 4))
    labels = np.where(random.random(400) < 0.6, 3, points.argmax(axis=1))
    calibration = fit_calibration(points, None, labels)
    assert calibration.bias == (0.0, 0.0, 0.0, 0.0)
    assert np.array_equal(calibration.probabilities(points, None).argmax(axis=1), points.argmax(axis=1))


def test_both_are_fused_where_that_helps() -> None:
    """Mistakes of the two are independent, so together they are right more often."""
    made = made_up(rate=always(0.2), student_right=0.8)
    asked = fit_fusion(made.points, made.logits, made.labels, made.brands)
    assert asked.rules > 0
    alone = made.logits.argmax(axis=1) == made.labels
    both = asked.probabilities(made.points, made.logits).argmax(axis=1) == made.labels
    assert both.mean() >= alone.mean()


def test_rules_are_left_out_where_they_mislead_on_new_brands() -> None:
    """Rules that are right for half of the brands and wrong for the others look useful on either half."""
    made = made_up(rate=always(0.4))
    # The brands in alphabetical order alternate between the two halves of the check.
    order = {name: place for place, name in enumerate(sorted(set(made.brands)))}
    helps: Flags = np.array([order[name] % 2 == 0 for name in made.brands])
    truth = np.eye(4)[made.labels] * 3
    points = np.where(helps[:, None], truth, np.roll(truth, 1, axis=1))
    made = replace(made, points=points)
    asked = fit_fusion(made.points, made.logits, made.labels, made.brands)
    assert asked.rules == 0.0
    assert asked == fit_calibration(None, made.logits, made.labels)


def test_one_brand_leaves_nothing_to_hold_out() -> None:
    made = made_up(50)
    asked = fit_fusion(made.points, made.logits, made.labels, ["one"] * 100)
    assert asked == fit_calibration(None, made.logits, made.labels)
