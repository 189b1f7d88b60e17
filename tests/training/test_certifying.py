"""Operating points: what is certified, counted by brute force, and kept over many simulated draws."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from hybrid_logo.calibration import Calibration
from hybrid_logo.evaluation.certificates import DEFAULT_THRESHOLDS, one_per_cluster
from hybrid_logo.operating_points import OperatingPoint
from hybrid_logo.promises import EVERY_PICTURE, Certificate, Claim
from hybrid_logo.training import certifying
from hybrid_logo.training.certifying import (
    CertificateSettings,
    ladder_of_points,
    operating_point,
    without_promise,
)
from hybrid_logo.training.evidence import Evidence, Unlabelled
from tests.training.made_up_evidence import Floats, Rate, made_up

SETTINGS = CertificateSettings(coverages=(0.9,))
LAXEST = replace(SETTINGS, strict_loss=math.inf)
GROUPS = ("clean", "degraded")


@pytest.fixture(scope="module")
def evidence() -> Evidence:
    return made_up(seed=1)


@pytest.fixture(scope="module")
def point(evidence: Evidence) -> OperatingPoint:
    found = operating_point(evidence, SETTINGS)
    assert found is not None
    return found


@pytest.fixture
def fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calibrations that are given instead of fitted."""
    monkeypatch.setattr(certifying, "fit_calibration", lambda points, logits, _: given(points, logits))
    monkeypatch.setattr(certifying, "fit_fusion", lambda *_: Calibration(1.0, 0.0))


def given(points: Any, logits: Any) -> Calibration:
    return Calibration(float(logits is not None), float(points is not None and logits is None))


def wrong(evidence: Evidence, rows: Any) -> list[bool]:
    return [not evidence.accepted[row, evidence.points[row].argmax()] for row in np.asarray(rows).tolist()]


def drawn(evidence: Evidence, group: str) -> NDArray[np.intp]:
    """One picture per brand of a group."""
    chosen = np.arange(len(evidence.labels))
    if group != EVERY_PICTURE:
        chosen = np.flatnonzero(evidence.groups[group])
    return np.asarray(chosen[one_per_cluster(np.array(evidence.brands)[chosen], SETTINGS.seed)])


def promised(found: OperatingPoint | None) -> Certificate:
    assert found is not None
    assert found.promise is not None
    return found.promise


def bound(k: int, n: int) -> float:
    return float(stats.beta.ppf(0.95, k + 1, n - k))


# What is counted


def test_certificates_of_every_group_by_brute_force(evidence: Evidence, point: OperatingPoint) -> None:
    promise = promised(point)
    assert promise.threshold in DEFAULT_THRESHOLDS
    conditional = {each.group: each for each in point.groups if each.claim is Claim.CONDITIONAL}
    assert set(conditional) == set(GROUPS)
    for group, found in {EVERY_PICTURE: promise, **conditional}.items():
        rows = drawn(evidence, group)
        pairs = zip(evidence.scores[rows].tolist(), wrong(evidence, rows), strict=True)
        taken = [bad for score, bad in pairs if score >= promise.threshold]
        assert (found.group, found.threshold) == (group, promise.threshold)
        assert (found.n, found.k) == (len(taken), sum(taken))
        assert found.coverage == pytest.approx(len(taken) / 700)
        assert found.risk_upper == pytest.approx(bound(found.k, found.n))
        assert found.risk_upper <= found.target_risk == 0.03
        assert found.confidence == 0.95


def test_joint_claims_by_brute_force(evidence: Evidence, point: OperatingPoint) -> None:
    threshold = promised(point).threshold
    joint = {each.group: each for each in point.groups if each.claim is Claim.JOINT}
    assert set(joint) == {EVERY_PICTURE, *GROUPS}
    for group, found in joint.items():
        rows = drawn(evidence, group)
        pairs = zip(evidence.scores[rows].tolist(), wrong(evidence, rows), strict=True)
        assert found.k == sum(bad and score >= threshold for score, bad in pairs)
        assert found.n == len(rows) == 700
        assert found.risk_upper == pytest.approx(bound(found.k, 700))


def test_disagreement_by_brute_force(evidence: Evidence) -> None:
    random = np.random.default_rng(5)
    scores = random.uniform(size=2000)
    disagrees = random.uniform(size=2000) < 0.1 * (1 - scores)
    found = operating_point(evidence, SETTINGS, Unlabelled(scores, disagrees))
    threshold = promised(found).threshold
    assert found is not None
    (claim,) = (each for each in found.groups if each.claim is Claim.DISAGREEMENT)
    pairs = zip(scores.tolist(), disagrees.tolist(), strict=True)
    assert claim.k == sum(other and score >= threshold for score, other in pairs)
    assert (claim.group, claim.n) == ("unlabelled", 2000)
    assert claim.coverage == pytest.approx((scores >= threshold).mean())
    assert claim.risk_upper == pytest.approx(bound(claim.k, 2000))


@pytest.mark.parametrize("count", [0, 50])
def test_no_disagreement_is_certified_on_few_pictures(count: int, evidence: Evidence) -> None:
    """50 without any could still hide 5.8%."""
    found = operating_point(evidence, SETTINGS, Unlabelled(np.ones(count), np.zeros(count, bool)))
    assert found is not None
    assert Claim.DISAGREEMENT not in {each.claim for each in found.groups}


def test_another_accepted_type_is_no_error(evidence: Evidence) -> None:
    generous = replace(evidence, accepted=np.ones_like(evidence.accepted))
    found = operating_point(generous, SETTINGS)
    assert promised(found).k == 0
    assert found is not None
    assert [each.k for each in found.groups] == [0] * 5


@pytest.mark.usefixtures("fixed")
def test_the_hash_tells_the_data_apart(evidence: Evidence) -> None:
    assert operating_point(evidence, LAXEST) == operating_point(evidence, LAXEST)
    others = [made_up(seed=2), replace(evidence, accepted=np.ones_like(evidence.accepted))]
    hashes = {promised(operating_point(each, LAXEST)).data_sha256 for each in (evidence, *others)}
    assert len(hashes) == 3
    assert all(len(each) == 64 for each in hashes)


# Which threshold


def walk(evidence: Evidence, group: str, target: float = 0.03) -> list[float]:
    """Thresholds that a fixed sequence of exact tests passes."""
    rows = drawn(evidence, group)
    scores, bad = evidence.scores[rows], np.array(wrong(evidence, rows))
    fewest = next(n for n in range(1, 10_000) if stats.binom.cdf(2, n, target) <= 0.05)
    passed = []
    for threshold in DEFAULT_THRESHOLDS:
        accepted = scores >= threshold
        if accepted.sum() < fewest:
            continue
        if stats.binom.cdf((accepted & bad).sum(), accepted.sum(), target) > 0.05:
            break
        passed.append(threshold)
    return passed


@pytest.mark.usefixtures("fixed")
def test_the_laxest_threshold_is_where_the_last_of_the_walks_ends(evidence: Evidence) -> None:
    walks = [walk(evidence, group) for group in (EVERY_PICTURE, *GROUPS)]
    assert len({min(each) for each in walks}) > 1
    common = set.intersection(*map(set, walks))
    assert promised(operating_point(evidence, LAXEST)).threshold == min(common)


@pytest.mark.usefixtures("fixed")
def test_the_laxest_threshold_is_taken_that_costs_no_strict_accuracy(evidence: Evidence) -> None:
    """A student that is always right gives every picture to itself that it may."""
    able = replace(evidence, logits=(10 * np.eye(4)[evidence.labels]).astype(np.float32))
    thresholds = [
        promised(operating_point(able, replace(SETTINGS, strict_loss=loss))).threshold
        for loss in (1.0, 0.002, 0.0)
    ]
    assert thresholds == sorted(thresholds)
    assert thresholds[0] < thresholds[-1]
    assert all(threshold in walk(able, group) for threshold in thresholds for group in GROUPS)


@pytest.mark.usefixtures("fixed")
def test_a_group_that_breaks_the_promise_takes_it_from_all() -> None:
    """Clean pictures, which score higher here, do not pay for degraded ones."""
    made = made_up(rate=lambda scores, degraded: np.where(degraded, 0.06, 0.0), seed=3)
    poor = replace(made, scores=np.where(made.groups["degraded"], made.scores / 2, made.scores))
    assert walk(poor, EVERY_PICTURE)
    assert walk(poor, "clean")
    assert operating_point(poor, SETTINGS) is None
    assert promised(operating_point(replace(poor, groups={}), SETTINGS)).group == EVERY_PICTURE


@pytest.mark.usefixtures("fixed")
def test_a_threshold_that_a_group_was_never_tested_at_is_not_taken() -> None:
    """Degraded pictures score low: their walk begins where others are long under way."""
    made = made_up(brands=1000, rate=lambda scores, _: np.zeros_like(scores), seed=4)
    low = replace(made, scores=np.where(made.groups["degraded"], made.scores * 0.8, made.scores))
    able = replace(low, points=low.points + 9 * np.eye(4)[low.labels])
    strict = replace(SETTINGS, strict_loss=0.0)
    # The student is right wherever the rules would be taken, so any threshold is as good as another.
    beginning = max(walk(able, "degraded"))
    assert beginning < max(walk(able, "clean"))
    assert promised(operating_point(able, strict)).threshold <= beginning


@pytest.mark.usefixtures("fixed")
def test_a_group_with_too_few_pictures_is_not_certified_and_takes_nothing(evidence: Evidence) -> None:
    """208 are needed; these 207 are all wrong, or all right."""
    for bad in (True, False):
        few = np.zeros(1400, bool)
        few[np.flatnonzero(evidence.groups["clean"])[:207]] = True
        points = evidence.points.copy()
        shifted = (evidence.labels[few] + bad) % 4
        points[few] = 3 * np.eye(4)[shifted]
        made = replace(
            evidence,
            points=points,
            groups={"few": few},
            scores=np.where(few & bad, 0.0, np.maximum(evidence.scores, few * 1.0)),
        )
        found = operating_point(made, SETTINGS)
        assert promised(found).group == EVERY_PICTURE
        assert found is not None
        assert "few" not in {each.group for each in found.groups}


def test_pictures_without_a_score_are_never_accepted(evidence: Evidence) -> None:
    silent = np.arange(1400) % 6 < 2
    found = operating_point(replace(evidence, scores=np.where(silent, 0.0, evidence.scores)), LAXEST)
    assert promised(found).coverage <= 2 / 3


@pytest.mark.parametrize("brands", [1, 2, 90])
def test_nothing_is_promised_on_few_brands(brands: int) -> None:
    """180 pictures of 90 brands are 90 independent ones: 99 are needed even without an error."""
    made = made_up(brands, rate=lambda scores, _: np.zeros_like(scores))
    assert operating_point(made, SETTINGS) is None
    assert ladder_of_points(made, replace(SETTINGS, ladder=(0.01, 0.03))) == []
    bare = without_promise(made, SETTINGS)
    assert (bare.promise, bare.groups) == (None, ())


# The ladder


@pytest.mark.usefixtures("fixed")
def test_rungs_are_the_laxest_certified_and_leave_ever_more_to_the_rules() -> None:
    made = made_up(brands=1500, rate=lambda scores, _: 0.6 * (1 - scores) ** 5, seed=6)
    settings = replace(SETTINGS, ladder=(0.1, 0.01, 0.03, 0.03))
    rungs = [promised(rung) for rung in ladder_of_points(made, settings)]
    assert [rung.target_risk for rung in rungs] == [0.01, 0.03, 0.1]
    thresholds = [rung.threshold for rung in rungs]
    assert thresholds == sorted(thresholds, reverse=True)
    assert len(set(thresholds)) == 3
    for rung in rungs:
        common = set.intersection(
            *(set(walk(made, group, rung.target_risk)) for group in (EVERY_PICTURE, *GROUPS))
        )
        assert rung.threshold == min(common)
        assert rung.risk_upper <= rung.target_risk


@pytest.mark.usefixtures("fixed")
def test_a_rung_that_leaves_less_than_a_stricter_one_is_left_out() -> None:
    """The walk at 10% begins among few pictures, and ends at once where these rules fail for a while."""
    made = made_up(brands=3082, rate=lambda scores, _: np.zeros_like(scores))
    scores = np.repeat([0.95, 0.9, 0.8], [124, 40, 6000])
    points = np.where((scores == 0.9)[:, None], np.roll(made.points, 1, axis=1), made.points)
    made = replace(made, points=points, groups={}, scores=scores)
    lax, strict = (operating_point(made, replace(LAXEST, target_risk=risk)) for risk in (0.1, 0.03))
    assert (promised(lax).threshold, promised(strict).threshold) == (0.905, 0.25)
    rungs = ladder_of_points(made, replace(SETTINGS, ladder=(0.03, 0.1)))
    assert rungs == [strict]


@pytest.mark.parametrize(
    "changed",
    [
        {"target_risk": 0.0},
        {"target_risk": 1.0},
        {"confidence": 1.0},
        {"ladder": (0.03, 3.0)},
        {"coverages": (90.0,)},
        {"strict_loss": -0.1},
        {"strict_loss": math.nan},
    ],
    ids=str,
)
def test_settings_that_cannot_be_meant_are_refused_by_name(changed: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=rf"{next(iter(changed))} must"):
        CertificateSettings(**changed)


# What counts as certain, and prediction sets


def hybrid(evidence: Evidence, point: OperatingPoint, logits: NDArray[np.float32]) -> Floats:
    threshold = math.inf if point.promise is None else point.promise.threshold
    return np.where(
        (evidence.scores >= threshold)[:, None],
        point.rules_accepted.probabilities(evidence.points, None),
        point.asked.probabilities(evidence.points, logits),
    )


def softer(evidence: Evidence) -> Evidence:
    """With a student of graded confidence in two precisions, of which the second is worse."""
    random = np.random.default_rng(9)
    ease = np.repeat(random.normal(2.5, 1.5, len(evidence.labels) // 2), 2)
    logits = random.normal(size=evidence.points.shape) + 2 * np.eye(4)[evidence.labels] * ease[:, None]
    other = logits + random.normal(0, 0.8, logits.shape)
    return replace(evidence, logits=logits.astype(np.float32), others=[other.astype(np.float32)])


@pytest.mark.usefixtures("fixed")
def test_certain_holds_for_every_precision(evidence: Evidence) -> None:
    made = softer(evidence)
    found = operating_point(made, SETTINGS)
    assert found is not None
    assert found.certain is not None
    rows = drawn(made, EVERY_PICTURE)
    counts = []
    for logits in (made.logits, *made.others):
        answers = hybrid(made, found, logits)[rows]
        sure = answers.max(axis=1) >= found.certain.threshold
        bad = answers.argmax(axis=1) != made.labels[rows]
        n, k = int(sure.sum()), int((sure & bad).sum())
        assert stats.binom.cdf(k, n, 0.03) <= 0.05
        counts.append((n, k))
    assert (found.certain.n, found.certain.k) == max(counts, key=lambda pair: bound(pair[1], pair[0]))
    alone = operating_point(replace(made, others=()), SETTINGS)
    assert alone is not None
    assert alone.certain is not None
    assert alone.certain.threshold < found.certain.threshold


def test_a_student_that_guesses_is_never_certain() -> None:
    poor = made_up(rate=lambda scores, _: np.full_like(scores, 0.5), student_right=0.5)
    assert without_promise(poor, SETTINGS).certain is None


def test_answers_are_counted_by_calibrations_that_have_not_seen_the_brand(
    evidence: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each picture is answered once, by what was fitted to other brands."""
    learned: list[set[int]] = []
    truth = replace(evidence, labels=np.arange(1400))  # the "labels" tell who was learned from
    monkeypatch.setattr(
        certifying,
        "fit_calibration",
        lambda points, logits, labels: learned.append(set(labels.tolist())) or given(points, logits),
    )
    taken = evidence.scores >= 0.6
    (answers,) = certifying._unseen_answers(truth, taken, fused=False)
    assert np.allclose(answers[taken], given(0, None).probabilities(evidence.points[taken], None))
    assert np.allclose(answers[~taken], given(None, 0).probabilities(None, evidence.logits[~taken]))
    by_rules, asked = learned[::2], learned[1::2]
    assert len(by_rules) == len(asked) == 5
    for mine, theirs in zip(by_rules, asked, strict=True):
        known = {row // 2 for row in mine | theirs}
        held = set(range(700)) - known
        assert mine == {row for row in np.flatnonzero(taken).tolist() if row // 2 not in held}
        assert theirs == {row for row in np.flatnonzero(~taken).tolist() if row // 2 not in held}
        assert len(held) == 140
    assert set.intersection(*(mine | theirs for mine, theirs in zip(by_rules, asked, strict=True))) == set()


def test_where_the_rules_decide_all_the_rest_is_still_calibrated() -> None:
    """No picture is left that would be asked about; the numbers must be sound all the same."""
    made = made_up(rate=lambda scores, _: np.zeros_like(scores))
    made = replace(made, scores=np.ones_like(made.scores))
    found = operating_point(made, SETTINGS)
    assert promised(found).coverage == 1.0
    assert found is not None
    assert found.asked.student > 0


def test_rules_that_decide_are_calibrated_on_what_they_decide(
    evidence: Evidence, point: OperatingPoint
) -> None:
    accepted = evidence.scores >= promised(point).threshold
    points, labels = evidence.points[accepted], evidence.labels[accepted]
    said = point.rules_accepted.probabilities(points, None).max(axis=1).mean()
    assert said == pytest.approx((points.argmax(axis=1) == labels).mean(), abs=0.01)


def label_probabilities(random: np.random.Generator, brands: int) -> Evidence:
    """One picture per brand; the student gives its label a probability that is uniform in 0-1."""
    labels = random.integers(0, 4, brands)
    p = random.uniform(size=brands)
    others = np.repeat((1 - p)[:, None] / 3, 4, axis=1)
    others[np.arange(brands), labels] = p
    return Evidence(
        labels=labels,
        accepted=np.eye(4, dtype=bool)[labels],
        brands=[str(number) for number in range(brands)],
        groups={},
        points=np.zeros((brands, 4)),
        scores=np.zeros(brands),
        logits=np.log(others),
    )


@pytest.mark.parametrize(
    ("brands", "coverage"), [(59, 0.9), (9, 0.9), (8, 0.9), (72, 0.9), (99, 0.95), (50, 0.95), (99, 0.99)]
)
def test_prediction_sets_cover_as_often_as_stated_and_hardly_more(brands: int, coverage: float) -> None:
    """Of new labels, whose probability is uniform, a limit covers one minus itself."""
    draws = 500
    random = np.random.default_rng(brands)
    covered = []
    for _ in range(draws):
        made = label_probabilities(random, brands)
        covered.append(1 - certifying._sets(made, [np.exp(made.logits)], coverage, seed=0).least)
    noise = 4 * math.sqrt(coverage * (1 - coverage) / (brands + 2) / draws)
    assert np.mean(covered) >= coverage - noise
    assert np.mean(covered) <= min(1.0, coverage + 1 / (brands + 1) + noise)


@pytest.mark.usefixtures("fixed")
def test_prediction_sets_leave_out_as_many_labels_as_they_may() -> None:
    """By counting: with 9 pictures and 90% not even the least probable label is left out; with 19, one is."""
    random = np.random.default_rng(2)
    for brands, missed in ((8, 0), (9, 1), (18, 1), (19, 2)):
        made = label_probabilities(random, brands)
        (found,) = without_promise(made, SETTINGS).sets
        p = np.sort(np.exp(made.logits)[np.arange(brands), made.labels])
        assert found.n == brands
        assert found.least == (0.0 if missed == 0 else pytest.approx(p[missed - 1]))


@pytest.mark.usefixtures("fixed")
def test_ties_are_covered() -> None:
    """Equal probabilities at the limit stay in the set."""
    made = label_probabilities(np.random.default_rng(0), 40)
    tied = replace(made, logits=np.round(made.logits, 0))
    (found,) = without_promise(tied, SETTINGS).sets
    p = Calibration(1.0, 0.0).probabilities(None, tied.logits)[np.arange(40), tied.labels]
    assert (p >= found.least).mean() >= 0.9


@pytest.mark.usefixtures("fixed")
def test_prediction_sets_hold_for_every_precision(evidence: Evidence) -> None:
    made = softer(evidence)
    alone = [
        without_promise(replace(made, logits=logits, others=()), SETTINGS).sets[0].least
        for logits in (made.logits, *made.others)
    ]
    assert len(set(alone)) == 2
    assert without_promise(made, SETTINGS).sets[0].least == min(alone)


# Many draws

WORLDS: dict[str, Rate] = {
    "at the limit": lambda scores, _: np.full_like(scores, 0.0301),
    "degraded at the limit": lambda scores, degraded: np.where(degraded, 0.0301, 0.0),
    "steep": lambda scores, degraded: np.where(degraded, 0.3, 0.1) * (1 - scores) ** 2,
    "step": lambda scores, degraded: np.where(scores > np.where(degraded, 0.6, 0.5), 0.01, 0.12),
}
fine_scores = (np.arange(20_000) + 0.5) / 20_000


def true_risks(rate: Rate, threshold: float) -> dict[str, float]:
    """Of fresh pictures of each group, by fine integration; a drawn picture is of either group as often."""
    fine = fine_scores[fine_scores >= threshold]
    clean, degraded = (float(np.mean(rate(fine, np.full(len(fine), which)))) for which in (False, True))
    return {EVERY_PICTURE: (clean + degraded) / 2, "clean": clean, "degraded": degraded}


def broken(rate: Rate, settings: CertificateSettings, draws: Iterator[Evidence]) -> dict[str, float]:
    """Share of draws whose operating point breaks its promise for a group."""
    found = []
    for evidence in draws:
        point = operating_point(evidence, settings)
        risks = true_risks(rate, promised(point).threshold) if point else {}
        found.append({name: risk > settings.target_risk for name, risk in risks.items()})
    names = (EVERY_PICTURE, *GROUPS)
    return {name: float(np.mean([each.get(name, False) for each in found])) for name in names}


def draws_of(rate: Rate, count: int, groups: bool = True) -> Iterator[Evidence]:
    for seed in range(count):
        made = made_up(500, rate, seed=1000 + seed)
        yield made if groups else replace(made, groups={})


@pytest.mark.slow
@pytest.mark.usefixtures("fixed")
@pytest.mark.parametrize("settings", [SETTINGS, LAXEST], ids=["most accurate", "laxest"])
@pytest.mark.parametrize("world", WORLDS)
def test_promises_hold_over_many_calibration_draws(world: str, settings: CertificateSettings) -> None:
    count = 400
    found = broken(WORLDS[world], settings, draws_of(WORLDS[world], count))
    assert max(found.values()) <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / count)


@pytest.mark.usefixtures("fixed")
def test_groups_are_what_keeps_the_promise_for_degraded_pictures() -> None:
    count = 40
    rate: Rate = lambda scores, degraded: np.where(degraded, 0.04, 0.001)  # noqa: E731
    kept = broken(rate, LAXEST, draws_of(rate, count))
    pooled = broken(rate, LAXEST, draws_of(rate, count, groups=False))
    assert kept["degraded"] <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / count)
    assert pooled["degraded"] > 0.3


def softest(brands: int, seed: int) -> Evidence:
    return replace(softer(made_up(brands, seed=seed)), others=())


@pytest.mark.slow
def test_fitted_prediction_sets_and_certainty_hold_on_new_brands() -> None:
    """With calibrations that are fitted to the same pictures, whose brands each did not see."""
    fresh = softest(20_000, seed=99)
    rows = np.arange(len(fresh.labels))
    settings = replace(SETTINGS, target_risk=0.1, coverages=(0.9, 0.95))
    covered, broken_ones, count = [], 0, 100
    for seed in range(count):
        found = without_promise(softest(150, seed), settings)
        answers = hybrid(fresh, found, fresh.logits)
        covered.append([(answers[rows, fresh.labels] >= sets.least).mean() for sets in found.sets])
        if found.certain is not None:
            sure = answers.max(axis=1) >= found.certain.threshold
            broken_ones += (answers[sure].argmax(axis=1) != fresh.labels[sure]).mean() > 0.1
    spread = np.std(covered, axis=0) / math.sqrt(count)
    assert (np.mean(covered, axis=0) >= np.array([0.9, 0.95]) - 3 * spread).all()
    assert (np.mean(covered, axis=0) <= np.array([0.9, 0.95]) + 0.02).all()
    assert broken_ones / count <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / count)
