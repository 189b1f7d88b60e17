"""The router: its score against scikit-learn, who answers, calibration, and what is refused."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from hybrid_logo.errors import BundleInvalidError
from hybrid_logo.features import NAMES
from hybrid_logo.promises import Certificate
from hybrid_logo.router import INPUTS, Router, router_inputs
from hybrid_logo.rules import Verdict
from hybrid_logo.types import LABELS
from tests.small_release import certified, router, scorecard


def verdict_of(points: list[float], rows: list[list[float]], outside: tuple[str, ...] = ()) -> Verdict:
    order = sorted(range(4), key=lambda label: -points[label])
    return Verdict(
        label=LABELS[order[0]],
        runner_up=LABELS[order[1]],
        points=np.array(points),
        given=np.array(rows),
        rows=NAMES[: len(rows)],
        outside=outside,
    )


CLEAR = verdict_of([4.0, 1.0, 0.0, -1.0], [[3, 0, 0, 0], [-0.5, 0.5, 0, 0], [1.5, 0.5, 0, -1], [0, 0, 0, 0]])
ZEROS = np.zeros(len(NAMES), np.float32)


def values_with(**named: float) -> np.ndarray[Any, np.dtype[np.float32]]:
    values = ZEROS.copy()
    for name, value in named.items():
        values[NAMES.index(name)] = value
    return values


def test_inputs_are_what_their_names_say() -> None:
    values = values_with(ink_long_side_log2=7.5, range_to_12_share=0.25, interior_share=0.75)
    found = dict(zip(INPUTS, router_inputs(CLEAR, values), strict=True))
    exponentials = [math.exp(points) for points in (4, 1, 0, -1)]
    assert found == pytest.approx(
        {
            "margin": 3.0,
            "probability": exponentials[0] / sum(exponentials),
            "agreement": (3 + 1) / (3 + 1 + 1),  # rows for, against and silent: +3, -1, +1, 0
            "strongest_objection": 1.0,
            "objecting_share": 0.25,
            "ink_long_side_log2": 7.5,
            "range_to_12_share": 0.25,
            "interior_share": 0.75,
            "label_simple": 1.0,
            "label_text": 0.0,
            "label_gradient": 0.0,
            "label_complex": 0.0,
        }
    )


def test_inputs_of_a_verdict_without_a_word() -> None:
    silent = verdict_of([0.0] * 4, [[0.0] * 4])
    found = dict(zip(INPUTS, router_inputs(silent, ZEROS), strict=True))
    assert found["agreement"] == found["margin"] == found["strongest_objection"] == 0.0
    assert found["probability"] == 0.25


def test_nobody_objects() -> None:
    agreed = verdict_of([1.0, 0, 0, 0], [[1.0, 0, 0, 0]])
    found = dict(zip(INPUTS, router_inputs(agreed, ZEROS), strict=True))
    assert (found["agreement"], found["strongest_objection"], found["objecting_share"]) == (1.0, 0.0, 0.0)


def test_score_equals_scikit_learn() -> None:
    random = np.random.default_rng(0)
    inputs = random.normal(size=(300, len(INPUTS))) * random.uniform(0.5, 20, len(INPUTS))
    right = inputs[:, 0] + random.normal(size=300) > 0
    mean, scale = inputs.mean(axis=0), inputs.std(axis=0)
    oracle = LogisticRegression(C=0.1).fit((inputs - mean) / scale, right)
    fitted = router(
        mean=tuple(mean),
        scale=tuple(scale),
        weights=tuple(oracle.coef_[0]),
        intercept=float(oracle.intercept_[0]),
    )
    card = scorecard()
    for _ in range(100):
        values = random.uniform(-1, 8, len(NAMES)).astype(np.float32)
        verdict = card.judge(values)
        row = (router_inputs(verdict, values) - mean) / scale
        assert fitted.score(verdict, values) == pytest.approx(
            oracle.predict_proba(row[None])[0, 1], abs=1e-12
        )


@given(st.floats(-1e6, 1e6))
def test_score_is_a_probability_whatever_the_sum(intercept: float) -> None:
    score = router(intercept=intercept).score(CLEAR, ZEROS)
    assert 0.0 <= score <= 1.0


@pytest.mark.parametrize(
    ("score", "outside", "expected"),
    [
        (0.8, (), True),
        (math.nextafter(0.8, 0), (), False),
        (1.0, (), True),
        (0.0, (), False),
        (1.0, ("ramp_share",), False),
        (math.nan, (), False),
    ],
)
def test_rules_answer_from_the_threshold_on_and_within_what_they_know(
    score: float, outside: tuple[str, ...], expected: bool
) -> None:
    verdict = replace(CLEAR, outside=outside)
    assert router(promise=certified(0.8)).accepts(verdict, score) is expected


@pytest.mark.parametrize("score", [0.0, 0.5, 1.0])
def test_without_a_promise_the_rules_never_answer(score: float) -> None:
    assert router(promise=None).accepts(CLEAR, score) is False


@pytest.mark.parametrize(
    "changed", [{}, {"promise": None}, {"certain": None}, {"files": {"rules.json": "0" * 64}}, {"points": ()}]
)
def test_round_trip_through_json(changed: dict[str, Any]) -> None:
    made = router(**changed)
    assert Router.from_dict(json.loads(json.dumps(made.to_dict()))) == made


def change(*path: Any) -> Any:
    *way, last, value = path

    def make(data: dict[str, Any]) -> None:
        target: Any = data
        for step in way:
            target = target[step]
        target[last] = value

    return make


MALFORMED = {
    "schema 1": change("schema", 1),
    "no schema": lambda data: data.pop("schema"),
    "other inputs": change("inputs", [*INPUTS[1:], INPUTS[0]]),
    "no inputs": lambda data: data.pop("inputs"),
    "unknown key": change("note", "hello"),
    "unknown key of the promise": change("point", "promise", "note", 1),
    "unknown key of a calibration": change("point", "asked", "note", 1),
    "no promise": lambda data: data["point"].pop("promise"),
    "no weights": lambda data: data.pop("weights"),
    "a weight less": lambda data: data["weights"].pop(),
    "a mean more": lambda data: data["mean"].append(0.0),
    "a weight as text": change("weights", 0, "heavy"),
    "a weight that is no number": change("weights", 0, math.nan),
    "endless weight": change("weights", 0, 10**400),
    "mean without end": change("mean", 0, math.inf),
    "no scale": change("scale", 0, 0.0),
    "negative scale": change("scale", 0, -1.0),
    "scale that is no number": change("scale", 0, math.nan),
    "intercept as a list": change("intercept", []),
    "promise as a number": change("point", "promise", 0.9),
    "promise without threshold": lambda data: data["point"]["promise"].pop("threshold"),
    "threshold as text": change("point", "promise", "threshold", "0.9"),
    "threshold that is no number": change("point", "promise", "threshold", math.nan),
    "no threshold": change("point", "promise", "threshold", None),
    "more errors than pictures": change("point", "promise", "k", 158),
    "a broken promise": change("point", "promise", "risk_upper", 0.031),
    "three biases": change("point", "asked", "bias", [0.0] * 3),
    "bias that is no number": change("point", "asked", "bias", [math.nan, 0, 0, 0]),
    "student as text": change("student_alone", "student", "teacher"),
    "calibration as a list": change("rules_alone", [1, 2]),
    "no point": lambda data: data.pop("point"),
    "points as a number": change("points", 3),
    "a malformed point": change("points", 0, "certain", "k", 158),
    "no way without a promise": lambda data: data.pop("unpromised"),
    "files as a list": change("files", ["rules.json"]),
    "no files": lambda data: data.pop("files"),
    "no calibration": lambda data: data["point"].pop("rules_accepted"),
}


@pytest.mark.parametrize("make", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_routers_are_refused(make: Any) -> None:
    data = json.loads(json.dumps(router().to_dict()))
    assert Router.from_dict(data) == router()
    make(data)
    with pytest.raises(BundleInvalidError, match=r"Install"):
        Router.from_dict(data)


def test_to_dict_is_json_and_holds_the_whole_certificate() -> None:
    data = json.loads(json.dumps(router().to_dict()))
    assert data["point"]["promise"] == asdict(certified(0.8))
    assert set(data["point"]["promise"]) == set(Certificate.__slots__)


def test_a_risk_picks_its_point_and_nothing_else() -> None:
    made = router()
    assert made.at_risk(None) is made
    for risk, threshold in ((0.02, 0.95), (0.1, 0.6)):
        moved = made.at_risk(risk)
        assert moved.promise is not None
        assert (moved.promise.target_risk, moved.promise.threshold) == (risk, threshold)
        assert replace(moved, point=made.point) == made
    assert made.at_risk(0.3 - 0.2).promise == made.at_risk(0.1).promise


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (router(), r"of 0\.05 is not certified in this model release, only 0\.02, 0\.1\. Certify"),
        (router(points=()), r"release, nothing is\. Certify .*: hybrid-logo calibrate DIR"),
        (
            router(files={"rules.json": "a"}).checked({"rules.json": "b"}),
            r"release, nothing is since rules\.json changed\. Certify",
        ),
    ],
)
def test_a_risk_that_is_not_certified_names_those_that_are(made: Router, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        made.at_risk(0.05)


FILES = {"rules.json": "a", "student-int8.onnx": "b"}


def test_with_its_files_a_router_keeps_its_promises() -> None:
    made = router(files=FILES)
    assert made.checked(FILES) is made


@pytest.mark.parametrize(
    ("present", "changed"),
    [
        (FILES | {"rules.json": "c"}, ("rules.json",)),
        ({"rules.json": "a"}, ("student-int8.onnx",)),
        (FILES | {"student-fp32.onnx": "c"}, ("student-fp32.onnx",)),
        ({}, ("rules.json", "student-int8.onnx")),
    ],
    ids=["another", "missing", "a student that it has not seen", "none"],
)
def test_with_other_files_it_promises_nothing(present: dict[str, str], changed: tuple[str, ...]) -> None:
    void = router(files=FILES).checked(present)
    assert void.changed == changed
    assert (void.promise, void.certain, void.points) == (None, None, ())
    assert (void.point.groups, void.point.sets) == ((), ())
    assert void.point.asked == router().unpromised.asked
    assert not void.accepts(CLEAR, 1.0)
    with pytest.raises(ValueError, match="no prediction sets"):
        void.point.set_at(0.9)
