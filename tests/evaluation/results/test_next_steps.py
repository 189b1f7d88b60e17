"""Each sentence about what to do next follows from its figures, and stays away without them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from hybrid_logo.evaluation.results.next_steps import next_steps

Result = dict[str, Any]


def share(k: int, n: int, low: float, high: float) -> Result:
    return {"k": k, "n": n, "share": k / n if n else None, "low": low, "high": high}


@pytest.fixture
def sound() -> Result:
    """A result that nothing is to be said about."""
    good = share(950, 1000, 0.94, 0.96)
    row = {"recall": share(238, 250, 0.92, 0.97), "precision": share(238, 250, 0.92, 0.97)}
    hybrid = {
        "strict": good,
        "accepted": share(980, 1000, 0.97, 0.99),
        "failed": {},
        "classes": {name: deepcopy(row) for name in ("simple", "text", "gradient", "complex")},
        "confusion": [[238, 4, 4, 4], [4, 238, 4, 4], [4, 4, 238, 4], [4, 4, 4, 238]],
        "calibration": {"error": 0.015, "low": 0.005, "high": 0.03, "by_chance": 0.01, "n": 1000},
        "decided_by": {
            "rules": {"coverage": share(700, 1000, 0.67, 0.73), "accepted": share(695, 700, 0.98, 1)}
        },
    }
    return {
        "modes": {"rules": deepcopy(hybrid), "neural": deepcopy(hybrid), "hybrid": hybrid},
        "differences": {"hybrid - neural": {"accepted": {"difference": 0.001, "low": -0.01, "high": 0.01}}},
        "complementarity": {
            "all types": {
                "oracle": share(985, 1000, 0.97, 1),
                "hybrid": share(980, 1000, 0.97, 0.99),
                "kept": share(35, 40, 0.7, 0.9),
            }
        },
        "rules_alone": {
            "router": {},
            "margin": {"area_above_first": {"difference": 0.01, "low": 0.002, "high": 0.02}},
        },
        "times": {
            "neural": {"without_decoding": {"mean_ms": 2.0}},
            "hybrid": {"without_decoding": {"mean_ms": 1.2}},
        },
    }


def test_a_sound_result_leaves_nothing_to_do(sound: Result) -> None:
    assert next_steps(sound) == ["Nothing stands out: no rule of this list finds a figure beyond its limit."]


def test_a_result_of_an_earlier_version_says_what_it_can(sound: Result) -> None:
    for key in ("complementarity", "rules_alone", "times"):
        del sound[key]
    sound["modes"]["hybrid"]["failed"] = {"corrupt": 2, "blank": 1}
    assert next_steps(sound) == [
        "3 pictures got no answer (2 corrupt, 1 blank): repair or remove what is damaged."
    ]


CHANGES: dict[str, tuple[tuple[str, ...], Any, str]] = {
    "one failed": (("modes", "hybrid", "failed"), {"corrupt": 1}, "1 picture got no answer (1 corrupt)"),
    "a weak type": (
        ("modes", "hybrid", "classes", "complex", "recall"),
        share(185, 250, 0.68, 0.79),
        "complex is recalled at 74% (68-79), below the 95% of all types, mostly taken for simple (4 of 65 "
        "misses): label more of it.",
    ),
    "calibration": (
        ("modes", "hybrid", "calibration"),
        {"error": 0.031, "low": 0.012, "high": 0.05, "by_chance": 0.01, "n": 1000},
        "Confidence is off by 3.1% (1.2-5.0), more than the 2% aimed at",
    ),
    "broken promise": (
        ("modes", "hybrid", "decided_by", "rules", "accepted"),
        share(630, 700, 0.87, 0.93),
        "Where rules decided, 10.0% of the answers cannot be accepted, above 3% beyond chance",
    ),
    "little coverage": (
        ("modes", "hybrid", "decided_by", "rules", "coverage"),
        share(300, 1000, 0.27, 0.33),
        "Rules decide 30% of the pictures, less than 45%",
    ),
    "no coverage": (("modes", "hybrid", "decided_by"), {}, "Rules decide 0% of the pictures"),
    "worse than neural": (
        ("differences", "hybrid - neural", "accepted"),
        {"difference": -0.012, "low": -0.02, "high": -0.003},
        "The hybrid is 1.2 points below neural: use --mode neural",
    ),
    "far from the oracle": (
        ("complementarity", "all types", "oracle"),
        share(995, 1000, 0.98, 1),
        "alone are right about 99.5%, the hybrid about 98.0%: it loses 5 of 40 pictures",
    ),
    "a simpler score": (
        ("rules_alone", "margin", "area_above_first", "low"),
        -0.001,
        "The router's score ranks the rules' answers no better than margin,",
    ),
    "slow": (
        ("times", "hybrid", "without_decoding", "mean_ms"),
        1.5,
        "the hybrid takes 1.50 ms and neural 2.00 ms, above 0.7x",
    ),
    "few of a type": (
        ("modes", "hybrid", "classes", "text", "recall"),
        share(12, 12, 0.7, 1.0),
        "Few pictures: 12 of text.",
    ),
    "few pictures": (
        ("modes", "hybrid", "accepted"),
        share(95, 100, 0.886, 0.984),
        "known to 4.9 points either way; about 2,000 pictures would make that 1 point.",
    ),
}


@pytest.mark.parametrize(("place", "value", "told"), CHANGES.values(), ids=CHANGES)
def test_one_bad_figure_gives_its_sentence_alone(
    sound: Result, place: tuple[str, ...], value: Any, told: str
) -> None:
    *way, last = place
    inner = sound
    for key in way:
        inner = inner[key]
    inner[last] = value
    (said,) = next_steps(sound)
    assert told in said


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("calibration",), {"error": 0.031, "low": 0.0, "high": 0.06, "by_chance": 0.03, "n": 1000}),
        (("decided_by", "rules", "accepted"), share(675, 700, 0.95, 0.98)),
        (("classes", "text", "recall"), share(230, 250, 0.89, 0.955)),
    ],
    ids=["calibration by chance", "risk by chance", "recall by chance"],
)
def test_what_chance_explains_is_not_told(sound: Result, place: tuple[str, ...], value: Any) -> None:
    inner = sound["modes"]["hybrid"]
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert "Nothing stands out" in next_steps(sound)[0]


def test_a_whole_result_has_sentences(whole_result: Result) -> None:
    said = next_steps(whole_result)
    assert any(sentence.startswith("2 pictures got no answer") for sentence in said)
    assert all(sentence.endswith(".") for sentence in said)
