"""Fitting a router to made-up pictures: who learns from which, and when a promise is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hybrid_logo.bundle import Bundle
from hybrid_logo.evaluation.certificates import joint_risk_upper
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.features import measure
from hybrid_logo.image import load_picture
from hybrid_logo.router import INPUTS
from hybrid_logo.training.certifying import CertificateSettings
from hybrid_logo.training.recalibration.fitting import Fitted, fit, settings_of
from hybrid_logo.training.recalibration.parts import LOGOS_TO_REFIT, Parts, split
from hybrid_logo.training.recalibration.pictures import Labelled, Measured
from hybrid_logo.training.recalibration.refusal import CannotPromiseError
from hybrid_logo.training.router import judge_all
from hybrid_logo.types import LABELS, Precision
from tests.small_release import drawings

SETTINGS = CertificateSettings(target_risk=0.1, seed=2)
SOME = 300
MANY = LOGOS_TO_REFIT + 100


@pytest.fixture(scope="module")
def bundle(small_release: Path) -> Bundle:
    return Bundle.load(small_release)


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    return np.array([measure(load_picture(pixels)) for pixels in drawings(15, side=72)])


def world(features: np.ndarray, count: int, precisions: tuple[Precision, ...] = tuple(Precision)) -> Labelled:
    """Drawings over and over, of which the small rules get half of the texts wrong."""
    random = np.random.default_rng(6)
    drawn = random.permutation(np.arange(count) % len(features))
    logits = random.normal(0, 1, (count, 4)) + 2 * np.eye(4)[drawn % 4]
    cases = [
        Case(str(row), b"", LABELS[which % 4], frozenset([LABELS[which % 4]]), True, str(row))
        for row, which in enumerate(drawn.tolist())
    ]
    seen = Measured(
        features[drawn],
        {each: logits.astype(np.float32) for each in precisions},
        np.empty((count, 0), np.uint8),
    )
    return Labelled(Dataset("own", cases, "me", 0), seen, {}, {}, [])


def mislabelled(labelled: Labelled, rows: np.ndarray) -> Labelled:
    """The same with every label of these rows made wrong."""
    cases = [
        replace(
            case, label=(wrong := LABELS[(LABELS.index(case.label) + 1) % 4]), accepted=frozenset([wrong])
        )
        if row
        else case
        for case, row in zip(labelled.dataset.cases, rows.tolist(), strict=True)
    ]
    return replace(labelled, dataset=replace(labelled.dataset, cases=cases))


def parts_of(labelled: Labelled) -> Parts:
    return split(labelled.labels, labelled.clusters, SETTINGS.seed)


def fitted(labelled: Labelled, bundle: Bundle, **changed: object) -> Fitted:
    asked = {"unlabelled": None, "settings": SETTINGS, "promise_needed": True, "parts": parts_of(labelled)}
    return fit(labelled, bundle=bundle, **(asked | changed))  # type: ignore[arg-type]


def test_the_promise_counts_the_certifying_pictures_alone(bundle: Bundle, features: np.ndarray) -> None:
    labelled = world(features, SOME)
    parts = parts_of(labelled)
    found = fitted(labelled, bundle)
    promise = found.router.promise
    assert promise is not None
    scores = np.array(
        [
            bundle.router.score(bundle.scorecard.judge(values), values)
            for values in labelled.measured.features[parts.certify]
        ]
    )
    judged = judge_all(bundle.scorecard, labelled.measured.features[parts.certify])
    taken = scores >= promise.threshold
    wrong = judged.answers != labelled.labels[parts.certify]
    assert (promise.n, promise.k) == (taken.sum(), (taken & wrong).sum())
    assert promise.target_risk == 0.1
    assert set(found.router.files) == {"rules.json", *(f"student-{each}.onnx" for each in Precision)}
    assert found.held[0] == pytest.approx(parts.check.sum() * taken.mean(), abs=12)


def test_few_logos_keep_the_released_score(bundle: Bundle, features: np.ndarray) -> None:
    found = fitted(world(features, SOME), bundle)
    assert found.router.weights == bundle.router.weights
    assert "released score is kept" in found.score
    assert f"{LOGOS_TO_REFIT:,} logos, not {SOME}" in found.score


def test_many_logos_fit_a_score_that_ranks_better(bundle: Bundle, features: np.ndarray) -> None:
    blind = replace(bundle, router=replace(bundle.router, weights=(0.0,) * len(INPUTS)))
    labelled = world(features, MANY)
    found = fitted(labelled, blind)
    assert "the score is fitted to the pictures" in found.score
    assert any(found.router.weights)
    parts = parts_of(labelled)
    certify = mislabelled(labelled, parts.certify)
    refitted = fitted(certify, blind, promise_needed=False, parts=parts)
    assert refitted.router.weights == found.router.weights  # it never saw those labels
    assert refitted.router.promise is None


def test_a_score_that_ranks_no_better_is_not_taken(bundle: Bundle, features: np.ndarray) -> None:
    labelled = world(features, MANY)
    blind = replace(bundle, router=replace(bundle.router, weights=(0.0,) * len(INPUTS)))
    taught = replace(bundle, router=fitted(labelled, blind).router)  # it knows these pictures already
    found = fitted(labelled, taught)
    assert "ranks no better" in found.score
    assert found.router.weights == taught.router.weights


def test_noise_is_not_learned(bundle: Bundle, features: np.ndarray) -> None:
    """A score that was fitted to chance ranks those pictures well, and no others."""
    blind = replace(bundle, router=replace(bundle.router, weights=(0.0,) * len(INPUTS)))
    labelled = world(features, MANY)
    answers = judge_all(bundle.scorecard, labelled.measured.features).answers
    random = np.random.default_rng(3)
    by_chance = np.where(random.random(MANY) < 0.5, answers, (answers + 1) % 4).tolist()
    cases = [
        replace(case, label=LABELS[label], accepted=frozenset([LABELS[label]]))
        for case, label in zip(labelled.dataset.cases, by_chance, strict=True)
    ]
    noisy = replace(labelled, dataset=replace(labelled.dataset, cases=cases))
    assert "ranks no better" in fitted(noisy, blind, promise_needed=False).score


def test_too_few_errors_teach_nothing(bundle: Bundle, features: np.ndarray) -> None:
    labelled = world(features, MANY)
    answers = judge_all(bundle.scorecard, labelled.measured.features).answers.tolist()
    cases = [
        replace(case, label=LABELS[answer], accepted=frozenset([LABELS[answer]]))
        for case, answer in zip(labelled.dataset.cases, answers, strict=True)
    ]
    found = fitted(replace(labelled, dataset=replace(labelled.dataset, cases=cases)), bundle)
    assert "they are wrong on 0" in found.score
    assert found.router.weights == bundle.router.weights


def test_a_promise_that_the_held_out_pictures_refute_is_not_given(
    bundle: Bundle, features: np.ndarray
) -> None:
    labelled = world(features, SOME)
    parts = parts_of(labelled)
    spoiled = mislabelled(labelled, parts.check)
    with pytest.raises(CannotPromiseError, match="it is refuted"):
        fitted(spoiled, bundle, parts=parts)
    found = fitted(spoiled, bundle, parts=parts, promise_needed=False)
    assert found.router.promise is None
    assert found.router.points == ()
    assert "refuted" in found.warnings[0]


def test_without_a_promise_every_picture_goes_to_the_student(bundle: Bundle, features: np.ndarray) -> None:
    labelled = world(features, SOME)
    strict = replace(SETTINGS, target_risk=0.01)
    with pytest.raises(CannotPromiseError, match="What can be certified"):
        fitted(labelled, bundle, settings=strict)
    found = fitted(labelled, bundle, settings=strict, promise_needed=False)
    assert found.router.promise is None
    assert found.router.point.asked.student > 0
    assert found.held == (0, 0)
    assert found.warnings[0].startswith("no promise: a risk of 0.01")


def test_disagreement_is_counted_on_pictures_without_labels(bundle: Bundle, features: np.ndarray) -> None:
    labelled, other = world(features, SOME), world(features, 200).measured
    found = fitted(labelled, bundle, unlabelled=other)
    promise, agreement = found.router.promise, found.agreement
    assert promise is not None
    assert agreement is not None
    judged = judge_all(bundle.scorecard, other.features)
    scores = np.array(
        [bundle.router.score(bundle.scorecard.judge(values), values) for values in other.features]
    )
    differs = other.logits[Precision.INT8].argmax(axis=1) != judged.answers
    k = int(((scores >= promise.threshold) & differs).sum())
    assert (agreement.n, agreement.k) == (200, k)
    assert agreement.risk_upper == joint_risk_upper(k, 200)
    named = [each for each in found.router.point.groups if each.group == "unlabelled"]
    assert bool(named) == agreement.certified
    lax = fitted(labelled, bundle, unlabelled=other, settings=replace(SETTINGS, target_risk=0.3))
    assert lax.agreement is not None
    assert lax.agreement.certified
    assert any(each.group == "unlabelled" for each in lax.router.point.groups)


def test_groups_get_certificates_of_their_own(bundle: Bundle, features: np.ndarray) -> None:
    labelled = world(features, SOME)
    half = np.arange(SOME) % 2 == 0
    found = fitted(replace(labelled, groups={"web": half, "scans": ~half}), bundle)
    assert {"web", "scans"} <= {each.group for each in found.router.point.groups}


def test_what_is_not_asked_for_is_as_the_release_promises(bundle: Bundle) -> None:
    promise = replace(bundle.router.promise, target_risk=0.04, confidence=0.9)  # type: ignore[type-var]
    router = replace(bundle.router, point=replace(bundle.router.point, promise=promise))
    settings = settings_of(router, None, None, 3)
    assert (settings.target_risk, settings.confidence, settings.seed) == (0.04, 0.9, 3)
    assert 0.04 in settings.ladder
    asked = settings_of(router, 0.07, 0.99, 3)
    assert (asked.target_risk, asked.confidence) == (0.07, 0.99)
    without = settings_of(replace(router, point=router.unpromised), None, None, 3)
    assert without.target_risk == CertificateSettings().target_risk
