"""Fitting the router: when the rules are right, against scikit-learn, and what router.json then holds."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from hybrid_logo.errors import SourceError
from hybrid_logo.features import NAMES
from hybrid_logo.router import INPUTS, Router, router_inputs
from hybrid_logo.training.certifying import CertificateSettings, operating_point, without_promise
from hybrid_logo.training.evidence import Evidence
from hybrid_logo.training.router import Judged, RouterScore, fit_router, fit_score, judge_all
from hybrid_logo.types import LABELS
from tests.small_release import scorecard
from tests.training.made_up_evidence import Flags, Floats, Labels, made_up, said

SETTINGS = CertificateSettings(ladder=(0.03, 0.1), coverages=(0.9,))
FILES = {"rules.json": "a" * 64, "student-int8.onnx": "b" * 64}


def judged(count: int = 600, *, seed: int = 0, right: float | None = None) -> tuple[Judged, Labels]:
    """Rules that are the more often right the larger the first input is, or in that share of all."""
    random = np.random.default_rng(seed)
    labels = random.integers(0, 4, count)
    inputs = random.normal(size=(count, len(INPUTS))) * np.linspace(0.5, 20, len(INPUTS))
    chance = 1 / (1 + np.exp(-4 * inputs[:, 0] - 1)) if right is None else right
    points = said(labels, random.uniform(size=count) < chance, random, loud=3.0)
    return Judged(inputs, points, np.zeros(count, bool)), labels


def accepted(labels: Labels) -> Flags:
    return np.eye(4, dtype=bool)[labels]


@pytest.fixture(scope="module")
def score() -> RouterScore:
    known, labels = judged()
    return fit_score(known, accepted(labels))


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return made_up()


@pytest.fixture(scope="module")
def router(score: RouterScore, evidence: Evidence) -> Router:
    return fit_router(score, evidence, SETTINGS, FILES)


def test_judging_a_table_gives_what_judging_each_row_gives() -> None:
    card = scorecard()
    features = np.random.default_rng(0).uniform(-1, 9, (20, len(NAMES))).astype(np.float32)
    features[3, NAMES.index("ink_long_side_log2")] = 12.0
    table = judge_all(card, features)
    verdicts = [card.judge(values) for values in features]
    for row, (verdict, values) in enumerate(zip(verdicts, features, strict=True)):
        assert (table.inputs[row] == router_inputs(verdict, values)).all()
        assert (table.points[row] == verdict.points).all()
        assert table.silent[row] == bool(verdict.outside)
        assert LABELS[table.answers[row]] == verdict.label
    assert table.silent[3]


def oracle(known: Judged, right: Flags, fresh: Judged) -> Floats:
    mean, scale = known.inputs.mean(axis=0), known.inputs.std(axis=0)
    model = LogisticRegression(C=0.1, max_iter=2000).fit((known.inputs - mean) / scale, right)
    return np.asarray(model.predict_proba((fresh.inputs - mean) / scale)[:, 1])


def test_the_score_is_the_logistic_regression_of_what_the_rules_got_right() -> None:
    (known, labels), (fresh, _) = judged(), judged(seed=1)
    also = np.zeros((len(labels), 4), bool)
    also[:, 2] = True  # a picture whose second type is accepted is right as well
    for defended in (accepted(labels), accepted(labels) | also):
        right = defended[np.arange(len(labels)), known.answers]
        fitted = fit_score(known, defended)
        assert fitted.of(fresh) == pytest.approx(oracle(known, right, fresh), abs=1e-3)


def test_silent_pictures_score_nothing(score: RouterScore) -> None:
    fresh, _ = judged(seed=1)
    silent = np.arange(600) % 3 == 0
    found = score.of(replace(fresh, silent=silent))
    assert (found[silent] == 0).all()
    assert (found[~silent] == score.of(fresh)[~silent]).all()
    assert found[~silent].min() > 0


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_rules_that_are_always_right_or_never_teach_nothing(share: float) -> None:
    known, labels = judged(60, right=share)
    with pytest.raises(SourceError, match=r"right on (0|60) of 60 pictures.* Label more logos"):
        fit_score(known, accepted(labels))


def test_an_input_that_never_changes_is_harmless() -> None:
    """Its spread is zero; a value that differs at run time must not outweigh everything."""
    known, labels = judged()
    known.inputs[:, 5] = 1 / 3
    fitted = fit_score(known, accepted(labels))
    assert fitted.scale[5] == 1.0
    assert fitted.weights[5] == pytest.approx(0.0, abs=1e-6)


def test_what_is_released_is_what_was_certified(score: RouterScore) -> None:
    """Six digits, in the file as in the scores that the certificates were computed from."""
    for number in (*score.mean, *score.scale, *score.weights, score.intercept):
        assert float(f"{number:.6g}") == number


def test_the_router_holds_every_part(router: Router, score: RouterScore, evidence: Evidence) -> None:
    assert (router.mean, router.weights, router.intercept) == (score.mean, score.weights, score.intercept)
    assert router.point == operating_point(evidence, SETTINGS)
    assert router.promise is not None
    assert [point.promise.target_risk for point in router.points if point.promise] == [0.03, 0.1]
    assert router.unpromised == without_promise(evidence, SETTINGS)
    assert router.unpromised.promise is None
    assert router.files == FILES
    assert router.rules_alone.student == router.student_alone.rules == 0.0


def test_nothing_is_promised_where_the_rules_err_anywhere(score: RouterScore) -> None:
    poor = made_up(rate=lambda scores, _: np.full_like(scores, 0.12))
    router = fit_router(score, poor, SETTINGS, FILES)
    assert (router.promise, router.points) == (None, ())
    assert router.point == router.unpromised
    assert router.point.rules_accepted == router.rules_alone


def test_what_was_fitted_survives_json_and_repeats(
    router: Router, score: RouterScore, evidence: Evidence
) -> None:
    assert Router.from_dict(json.loads(json.dumps(router.to_dict()))) == router
    assert fit_router(score, evidence, SETTINGS, FILES) == router
