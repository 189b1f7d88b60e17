"""Metrics against hand counts, brute force and scikit-learn."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix as expected_matrix
from sklearn.metrics import precision_recall_fscore_support

from hybrid_logo.evaluation.certificates import clopper_pearson_interval
from hybrid_logo.evaluation.statistics.metrics import (
    calibration_error,
    class_figures,
    confusion_matrix,
    expected_calibration_error,
    paired_difference,
    reliability_bins,
    risk_coverage,
    share,
    three_accuracies,
)

CLASSES = ("simple", "text", "gradient", "complex")


def test_share_carries_the_exact_interval() -> None:
    found = share(45, 50)
    assert (found.k, found.n, found.share) == (45, 50, 0.9)
    assert (found.low, found.high) == clopper_pearson_interval(45, 50, 0.95)
    assert share(0, 0).share is None


def test_three_accuracies_by_hand() -> None:
    found = three_accuracies(
        labels=["simple", "simple", "text", "gradient", "complex"],
        accepted=[{"simple"}, {"simple", "text"}, {"text"}, {"gradient", "complex"}, {"complex"}],
        clear=[True, False, True, False, True],
        answers=["simple", "text", "simple", "gradient", None],
    )
    counts = {name: (value.k, value.n) for name, value in found.items()}
    assert counts == {"strict": (2, 5), "accepted": (3, 5), "clear": (1, 3)}


def test_accuracies_refuse_labels_that_contradict_themselves() -> None:
    with pytest.raises(ValueError, match="among the accepted"):
        three_accuracies(["simple"], [{"text"}], [True], ["text"])
    with pytest.raises(ValueError, match="shorter"):
        three_accuracies(["simple"], [{"simple"}], [True], [])


def test_confusion_and_class_figures_agree_with_scikit_learn() -> None:
    random = np.random.default_rng(3)
    labels = random.choice(CLASSES, 200).tolist()
    answers = random.choice(CLASSES, 200).tolist()
    expected = expected_matrix(labels, answers, labels=list(CLASSES))
    assert (confusion_matrix(labels, answers, CLASSES) == expected).all()
    precision, recall, _, _ = precision_recall_fscore_support(labels, answers, labels=list(CLASSES))
    figures = class_figures(labels, answers, CLASSES)
    assert [figures[name]["precision"].share for name in CLASSES] == pytest.approx(precision.tolist())
    assert [figures[name]["recall"].share for name in CLASSES] == pytest.approx(recall.tolist())


def test_a_missing_answer_lowers_recall_and_stays_out_of_the_matrix() -> None:
    figures = class_figures(["text", "text"], ["text", None], CLASSES)["text"]
    assert (figures["recall"].k, figures["recall"].n) == (1, 2)
    assert (figures["precision"].k, figures["precision"].n) == (1, 1)
    assert confusion_matrix(["text", "text"], ["text", None], CLASSES).sum() == 1


def test_bins_have_equal_mass_and_keep_every_picture() -> None:
    confidence = np.random.default_rng(0).permutation(np.linspace(0.3, 1, 150))
    bins = reliability_bins(confidence, np.ones(150))
    assert [part.n for part in bins] == [10] * 15
    assert [part.confidence for part in bins] == sorted(part.confidence for part in bins)


def test_equal_confidences_share_a_bin_whatever_their_order() -> None:
    confidence = np.repeat([0.6, 0.9], 50)
    correct = np.concatenate([np.ones(30), np.zeros(20), np.ones(45), np.zeros(5)])
    bins = reliability_bins(confidence, correct)
    assert [(part.n, part.confidence, part.accuracy) for part in bins] == [
        (50, pytest.approx(0.6), 0.6),
        (50, pytest.approx(0.9), 0.9),
    ]
    order = np.random.default_rng(1).permutation(100)
    assert reliability_bins(confidence[order], correct[order]) == bins


def test_debiasing_subtracts_what_simulated_noise_adds() -> None:
    """The closed form against the simulation that Kumar et al. describe."""
    random = np.random.default_rng(5)
    confidence = random.uniform(0.6, 1, 600)
    correct = random.uniform(size=600) < confidence - 0.04
    bins = reliability_bins(confidence, correct)
    weight = np.array([part.n for part in bins]) / 600
    sure = np.array([part.confidence for part in bins])
    accuracy = np.array([part.accuracy for part in bins])
    spread = np.sqrt(accuracy * (1 - accuracy) / (600 * weight))
    plain = (weight * abs(sure - accuracy)).sum()
    noisy = (weight * abs(sure - random.normal(accuracy, spread, (40_000, len(bins))))).sum(1).mean()
    found = expected_calibration_error(confidence, correct)
    assert found == pytest.approx(plain - (noisy - plain), abs=3e-4)
    assert found < plain


def test_certain_and_right_has_no_error_and_certain_and_wrong_has_all() -> None:
    assert expected_calibration_error(np.ones(40), np.ones(40)) == 0.0
    assert expected_calibration_error(np.ones(40), np.zeros(40)) == 1.0


def test_error_of_a_miscalibrated_model_is_found_and_chance_is_named() -> None:
    random = np.random.default_rng(8)
    confidence = random.uniform(0.6, 1, 4000)
    correct = random.uniform(size=4000) < confidence - 0.1
    found = calibration_error(confidence, correct, seed=1, resamples=200)
    assert found.low < 0.1 < found.high
    assert found.low > found.by_chance
    assert found == calibration_error(confidence, correct, seed=1, resamples=200)


@pytest.mark.slow
@pytest.mark.parametrize("offset", [0.0, 0.02, 0.05])
def test_interval_of_the_error_covers_the_truth(offset: float) -> None:
    random = np.random.default_rng(2)
    covered = 0
    for seed in range(150):
        confidence = random.uniform(0.6, 0.98, 733)
        correct = random.uniform(size=733) < confidence - offset
        found = calibration_error(confidence, correct, seed=seed, resamples=100)
        covered += found.low <= offset <= found.high
    assert covered / 150 >= 0.9


def test_risk_coverage_equals_brute_force() -> None:
    random = np.random.default_rng(4)
    scores, wrong = random.permutation(40), random.uniform(size=40) < 0.3
    coverage, risk, area = risk_coverage(scores, wrong)
    order = np.argsort(-scores)
    expected = [wrong[order[: count + 1]].mean() for count in range(40)]
    assert risk.tolist() == pytest.approx(expected)
    assert coverage.tolist() == pytest.approx([(count + 1) / 40 for count in range(40)])
    assert area == pytest.approx(np.mean(expected))


def test_ties_give_the_mean_over_all_orders() -> None:
    wrong = [True, False, False, True]
    curves = []
    for order in itertools.permutations(range(4)):
        curves.append(np.cumsum(np.array(wrong)[list(order)]) / np.arange(1, 5))
    _, risk, area = risk_coverage([0.5] * 4, wrong)
    assert risk.tolist() == pytest.approx(np.mean(curves, axis=0).tolist())
    assert area == pytest.approx(0.5)


def test_a_perfect_ranking_has_the_smallest_area() -> None:
    wrong = np.array([False] * 8 + [True] * 2)
    best = risk_coverage(np.arange(10)[::-1], wrong)[2]
    worst = risk_coverage(np.arange(10), wrong)[2]
    assert best < risk_coverage(np.zeros(10), wrong)[2] < worst


def test_paired_difference_follows_the_clusters() -> None:
    random = np.random.default_rng(6)
    first = random.uniform(size=300) < 0.9
    second = random.uniform(size=300) < 0.8
    alone = paired_difference(first, second, range(300), seed=0)
    assert alone.difference == pytest.approx(first.mean() - second.mean())
    assert 0 < alone.low < alone.difference < alone.high
    # The same pictures ten times over, in clusters: no more certain than once.
    tenfold = np.tile(np.arange(300), 10)
    clustered = paired_difference(first[tenfold], second[tenfold], tenfold.tolist(), seed=0)
    careless = paired_difference(first[tenfold], second[tenfold], range(3000), seed=0)
    width = alone.high - alone.low
    assert clustered.high - clustered.low == pytest.approx(width, rel=0.15)
    assert careless.high - careless.low < 0.5 * width


def test_equal_answers_differ_by_nothing() -> None:
    found = paired_difference([1, 0, 1], [1, 0, 1], "abc", seed=0)
    assert (found.difference, found.low, found.high) == (0, 0, 0)


@pytest.mark.parametrize(("first", "second"), [([], []), ([0.5], [1, 0]), ([float("nan")], [1])])
def test_lists_that_do_not_fit_are_refused(first: list[float], second: list[float]) -> None:
    with pytest.raises(ValueError, match=r"needed|finite"):
        expected_calibration_error(first, second)
    with pytest.raises(ValueError, match=r"needed|finite"):
        risk_coverage(first, second)
