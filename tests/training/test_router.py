"""Fitting the router: what it certifies, by brute force; what it calibrates and whom it asks."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from sklearn.linear_model import LogisticRegression

from hybrid_logo.errors import SourceError
from hybrid_logo.evaluation.certificates import DEFAULT_THRESHOLDS, one_per_cluster
from hybrid_logo.features import NAMES
from hybrid_logo.router import INPUTS, Calibration, Router, router_inputs
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.router import (
    Judged,
    RouterSettings,
    _fit_calibration,
    fit_router,
    judge_all,
)
from hybrid_logo.types import LABELS
from tests.small_release import scorecard

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

SETTINGS = RouterSettings()
BRANDS, COPIES = 700, 2


@dataclass
class World:
    """Pictures of made-up brands, what the rules and the student say of them, and the router fitted to it."""

    table: PictureTable
    judged: Judged
    logits: NDArray[np.float32]
    brands: list[str]
    train: tuple[PictureTable, Judged]

    def fit(self, settings: RouterSettings = SETTINGS) -> Router:
        return fit_router(*self.train, self.table, self.judged, self.logits, self.brands, settings)

    @property
    def wrong(self) -> NDArray[np.bool_]:
        rows = np.arange(len(self.table.labels))
        return np.asarray(~self.table.accepted[rows, self.judged.answers])

    def scores(self, router: Router) -> Floats:
        """By the released numbers alone; silent pictures are never accepted."""
        total = (self.judged.inputs - router.mean) / router.scale @ np.array(router.weights)
        return np.where(self.judged.silent, 0.0, 1 / (1 + np.exp(-total - router.intercept)))


def table_of(labels: Labels, also: NDArray[np.bool_] | None = None) -> PictureTable:
    count = len(labels)
    accepted = np.eye(4, dtype=bool)[labels]
    return PictureTable(
        features=np.zeros((count, len(NAMES)), np.float32),
        views=np.zeros((count, 1, 1, 3), np.uint8),
        logos=np.arange(count) // COPIES,
        copies=np.arange(count) % COPIES,
        labels=labels,
        accepted=accepted if also is None else accepted | also,
        clear=np.ones(count, bool),
    )


def said(labels: Labels, right: NDArray[np.bool_], random: np.random.Generator, loud: float) -> Floats:
    """Scores whose largest is the label where ``right``, and another type elsewhere."""
    answers = np.where(right, labels, (labels + random.integers(1, 4, len(labels))) % 4)
    quiet = random.uniform(0, 0.5, (len(labels), 4))
    return np.asarray(quiet + loud * np.eye(4)[answers])


def half(random: np.random.Generator, rules_right: Any, brands: int) -> tuple[PictureTable, Judged]:
    """Pictures of which the rules are right with the probability ``rules_right(ease)``."""
    count = brands * COPIES
    labels = np.repeat(random.integers(0, 4, brands), COPIES)
    inputs = random.normal(size=(count, len(INPUTS))) * np.linspace(0.5, 20, len(INPUTS))
    ease = inputs[:, 0] / 0.5
    right = random.uniform(size=count) < rules_right(ease)
    points = said(labels, right, random, loud=3.0)
    return table_of(labels), Judged(inputs, points, np.zeros(count, bool))


def world(
    rules_right: Any = lambda ease: 1 / (1 + np.exp(-5 * ease - 4)),
    student_right: float = 0.9,
    brands: int = BRANDS,
    seed: int = 0,
) -> World:
    random = np.random.default_rng(seed)
    train = half(random, rules_right, brands)
    table, judged = half(random, rules_right, brands)
    student = random.uniform(size=len(table.labels)) < student_right
    logits = said(table.labels, student, random, loud=6.0).astype(np.float32)
    names = [f"brand {row // COPIES}" for row in range(len(table.labels))]
    return World(table, judged, logits, names, train)


@pytest.fixture(scope="module")
def usual() -> World:
    return world()


@pytest.fixture(scope="module")
def router(usual: World) -> Router:
    return usual.fit()


def test_judging_a_table_gives_what_judging_each_row_gives() -> None:
    card = scorecard()
    features = np.random.default_rng(0).uniform(-1, 9, (20, len(NAMES))).astype(np.float32)
    features[3, NAMES.index("ink_long_side_log2")] = 12.0
    judged = judge_all(card, features)
    verdicts = [card.judge(values) for values in features]
    for row, (verdict, values) in enumerate(zip(verdicts, features, strict=True)):
        assert (judged.inputs[row] == router_inputs(verdict, values)).all()
        assert (judged.points[row] == verdict.points).all()
        assert judged.silent[row] == bool(verdict.outside)
        assert LABELS[judged.answers[row]] == verdict.label
    assert judged.silent[3]


def test_score_is_the_logistic_regression_of_the_train_split(usual: World, router: Router) -> None:
    (table, judged) = usual.train
    right = judged.answers == table.labels
    mean, scale = judged.inputs.mean(axis=0), judged.inputs.std(axis=0)
    oracle = LogisticRegression(C=0.1, max_iter=2000).fit((judged.inputs - mean) / scale, right)
    expected = oracle.predict_proba((usual.judged.inputs - mean) / scale)[:, 1]
    assert usual.scores(router) == pytest.approx(expected, abs=1e-3)


def test_the_certificate_is_right_by_brute_force(usual: World, router: Router) -> None:
    promise = router.promise
    assert promise is not None
    drawn = one_per_cluster(usual.brands, SETTINGS.seed)
    scores, wrong = usual.scores(router)[drawn].tolist(), usual.wrong[drawn].tolist()
    taken = [bad for score, bad in zip(scores, wrong, strict=True) if score >= promise.threshold]
    assert (promise.n, promise.k) == (len(taken), sum(taken))
    assert promise.coverage == len(taken) / BRANDS
    assert promise.risk_upper == pytest.approx(stats.beta.ppf(0.95, promise.k + 1, promise.n - promise.k))
    assert promise.risk_upper <= promise.target_risk == 0.03
    assert promise.confidence == 0.95


def test_every_stricter_threshold_passed_its_test_too(usual: World, router: Router) -> None:
    """Fixed-sequence testing: the walk from strict to lax never jumps over a failure."""
    assert router.promise is not None
    drawn = one_per_cluster(usual.brands, SETTINGS.seed)
    scores, wrong = usual.scores(router)[drawn], usual.wrong[drawn]
    walked = 0
    for threshold in DEFAULT_THRESHOLDS:
        accepted = scores >= threshold
        if threshold < router.promise.threshold or accepted.sum() < 208:  # 208 certify two errors
            continue
        k, n = int((accepted & wrong).sum()), int(accepted.sum())
        assert stats.binom.cdf(k, n, 0.03) <= 0.05
        walked += 1
    assert walked > 1
    assert router.promise.threshold in DEFAULT_THRESHOLDS


def test_the_laxest_threshold_is_taken_that_costs_no_strict_accuracy(usual: World) -> None:
    """With any loss allowed, the walk's end; with none, a threshold at least as strict."""
    thresholds = []
    for loss in (1.0, 0.002, 0.0):
        promise = usual.fit(replace(SETTINGS, strict_loss=loss)).promise
        assert promise is not None
        thresholds.append(promise.threshold)
    assert thresholds == sorted(thresholds)
    drawn = one_per_cluster(usual.brands, SETTINGS.seed)
    lax = usual.fit(replace(SETTINGS, strict_loss=1.0))
    below = max(t for t in DEFAULT_THRESHOLDS if t < thresholds[0])
    accepted = usual.scores(lax)[drawn] >= below
    k = int((accepted & usual.wrong[drawn]).sum())
    assert stats.binom.cdf(k, int(accepted.sum()), 0.03) > 0.05  # the next one is not certified


def test_another_accepted_type_is_no_error(usual: World) -> None:
    everything = np.ones((len(usual.table.labels), 4), bool)
    generous = replace(usual, table=table_of(usual.table.labels, also=everything))
    promise = generous.fit().promise
    assert promise is not None
    assert promise.k == 0


def test_silent_pictures_are_never_accepted(usual: World) -> None:
    """Whatever the score says; here the rules are wrong on every silent picture."""
    silent = np.arange(BRANDS * COPIES) % 6 < 2
    points = usual.judged.points.copy()
    points[silent] = np.roll(np.eye(4)[usual.table.labels[silent]] * 3, 1, axis=1)
    spoilt = replace(usual, judged=Judged(usual.judged.inputs, points, silent))
    router = spoilt.fit()
    assert router.promise is not None
    drawn = one_per_cluster(usual.brands, SETTINGS.seed)
    loud = spoilt.scores(router)[drawn]
    assert router.promise.n == (loud >= router.promise.threshold).sum() < BRANDS * 2 / 3


def test_nothing_is_promised_where_the_rules_err_anywhere() -> None:
    made = world(rules_right=lambda ease: np.full_like(ease, 0.9))
    router = made.fit()
    assert router.promise is None
    assert router.rules_accepted == router.rules_alone


def test_nothing_is_promised_on_few_brands() -> None:
    """200 pictures of 90 brands are 90 independent ones: 99 are needed even without an error."""
    made = world(rules_right=lambda ease: np.where(ease > -1.5, 1.0, 0.0), brands=90)
    assert made.fit().promise is None


def test_what_counts_as_certain_is_certified_on_the_answers_of_the_hybrid(
    usual: World, router: Router
) -> None:
    certain, promise = router.certain, router.promise
    assert certain is not None
    assert promise is not None
    drawn = one_per_cluster(usual.brands, SETTINGS.seed)
    scores = usual.scores(router)
    n = k = 0
    for row in drawn.tolist():
        if scores[row] >= promise.threshold:
            answer = router.rules_accepted.probabilities(usual.judged.points[row], None)
        else:
            answer = router.asked.probabilities(usual.judged.points[row], usual.logits[row])
        if answer.max() >= certain.threshold:
            n += 1
            k += int(answer.argmax()) != usual.table.labels[row]
    assert (certain.n, certain.k) == (n, k)
    assert certain.risk_upper == pytest.approx(stats.beta.ppf(0.95, k + 1, n - k))
    poor = world(rules_right=lambda ease: np.full_like(ease, 0.5), student_right=0.5).fit()
    assert poor.certain is None


def log_loss(probabilities: Floats, labels: Labels) -> float:
    return -float(np.log(probabilities[np.arange(len(labels)), labels]).mean())


def test_calibration_lowers_the_log_loss_of_new_pictures(router: Router) -> None:
    """The made-up student is far too sure of itself: right in 90%, it says 99%."""
    fresh = world(seed=7)
    points, logits, labels = fresh.judged.points, fresh.logits, fresh.table.labels
    raw = Calibration(1.0, 0.0).probabilities(None, logits)
    calibrated = router.student_alone.probabilities(None, logits)
    assert raw.max(axis=1).mean() > 0.98
    assert calibrated.max(axis=1).mean() == pytest.approx(0.9, abs=0.02)
    assert log_loss(calibrated, labels) < 0.95 * log_loss(raw, labels)
    rules = router.rules_alone.probabilities(points, None)
    assert log_loss(rules, labels) < log_loss(Calibration(0.0, 1.0).probabilities(points, None), labels)
    hit = (points.argmax(axis=1) == labels).mean()
    assert rules.max(axis=1).mean() == pytest.approx(hit, abs=0.04)


def test_rules_that_decide_are_calibrated_on_what_they_decide(usual: World, router: Router) -> None:
    assert router.promise is not None
    accepted = usual.scores(router) >= router.promise.threshold
    points, labels = usual.judged.points[accepted], usual.table.labels[accepted]
    said = router.rules_accepted.probabilities(points, None).max(axis=1).mean()
    assert said == pytest.approx((points.argmax(axis=1) == labels).mean(), abs=0.01)
    assert said > router.rules_alone.probabilities(points, None).max(axis=1).mean()


def test_weights_are_only_given_to_what_is_used(router: Router) -> None:
    assert router.rules_alone.student == router.rules_accepted.student == 0.0
    assert router.student_alone.rules == 0.0
    assert min(router.rules_alone.rules, router.student_alone.student, router.asked.student) > 0


def test_both_are_asked_where_that_helps(usual: World) -> None:
    """Mistakes of the two are independent, so together they are right more often."""
    made = world(rules_right=lambda ease: np.full_like(ease, 0.8), student_right=0.8)
    asked = made.fit().asked
    assert asked.rules > 0
    alone = made.logits.argmax(axis=1) == made.table.labels
    both = asked.probabilities(made.judged.points, made.logits).argmax(axis=1) == made.table.labels
    assert both.mean() >= alone.mean()


def test_rules_are_left_out_where_they_mislead_on_new_brands(usual: World) -> None:
    """Rules that are right for half of the brands and wrong for the others look useful on either half."""
    made = world(rules_right=lambda ease: np.full_like(ease, 0.6))
    # The brands in alphabetical order alternate between the two halves of the check.
    order = {name: place for place, name in enumerate(sorted(set(made.brands)))}
    helps = np.array([order[name] % 2 == 0 for name in made.brands])
    truth = np.eye(4)[made.table.labels] * 3
    points = np.where(helps[:, None], truth, np.roll(truth, 1, axis=1))
    made = replace(made, judged=Judged(made.judged.inputs, points, made.judged.silent))
    router = made.fit()
    assert router.promise is None
    assert router.asked.rules == 0.0
    assert router.asked.student > 0


def test_where_the_rules_decide_all_the_rest_is_still_calibrated() -> None:
    """No picture is left that would be asked about; the numbers must be sound all the same."""
    made = world(rules_right=lambda ease: np.ones_like(ease))
    spoilt = made.train[1].points.copy()
    spoilt[::50] = np.roll(spoilt[::50], 1, axis=1)  # or there would be nothing to learn
    made = replace(made, train=(made.train[0], replace(made.train[1], points=spoilt)))
    router = made.fit()
    assert router.promise is not None
    assert router.promise.coverage == 1.0
    assert router.asked.student > 0


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_rules_that_are_always_right_or_never_teach_nothing(share: float) -> None:
    made = world(rules_right=lambda ease: np.full_like(ease, share), brands=30)
    with pytest.raises(SourceError, match=r"right on (0|60) of 60 pictures .* Label more logos"):
        made.fit()


def test_an_input_that_never_changes_is_harmless(usual: World) -> None:
    """Its spread is zero; a value that differs at run time must not outweigh everything."""
    inputs = usual.train[1].inputs.copy()
    inputs[:, 5] = 1 / 3
    router = replace(usual, train=(usual.train[0], replace(usual.train[1], inputs=inputs))).fit()
    assert router.scale[5] == 1.0
    assert router.weights[5] == pytest.approx(0.0, abs=1e-6)


def test_what_was_fitted_survives_json_and_repeats(usual: World, router: Router) -> None:
    assert Router.from_dict(json.loads(json.dumps(router.to_dict()))) == router
    assert usual.fit() == router
    other = usual.fit(replace(SETTINGS, seed=6))
    assert other.promise is not None
    assert router.promise is not None
    assert other.promise.data_sha256 != router.promise.data_sha256


def test_points_alone_are_calibrated_without_changing_a_label() -> None:
    """Whatever the labels are, the rules answer the type with most points."""
    random = np.random.default_rng(8)
    points = random.normal(0, 1, (400, 4))
    labels = np.where(random.random(400) < 0.6, 3, points.argmax(axis=1))
    calibration = _fit_calibration(points, None, labels)
    assert calibration.bias == (0.0, 0.0, 0.0, 0.0)
    assert np.array_equal(calibration.probabilities(points, None).argmax(axis=1), points.argmax(axis=1))
