"""Operating points: read back whole, refused where malformed, and their prediction sets by coverage."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest

from hybrid_logo.operating_points import OperatingPoint
from tests.small_release import operating_point


@pytest.mark.parametrize("changed", [{}, {"promise": None}, {"certain": None}, {"groups": (), "sets": ()}])
def test_round_trip_through_json(changed: dict[str, Any]) -> None:
    made = operating_point(**changed)
    assert OperatingPoint.from_dict(json.loads(json.dumps(asdict(made)))) == made


@pytest.mark.parametrize("coverage", [0.9, 0.99, 1 - 0.01])
def test_sets_are_found_by_their_coverage(coverage: float) -> None:
    assert operating_point().set_at(coverage).coverage == pytest.approx(coverage)


def test_sets_that_are_not_there_are_named() -> None:
    with pytest.raises(
        ValueError, match=r"of coverage 0\.95 in .*, only of 0\.9, 0\.99\. Fit .* calibrate DIR"
    ):
        operating_point().set_at(0.95)
    with pytest.raises(ValueError, match=r"of coverage 0\.9 in this model release\. Fit"):
        operating_point(sets=()).set_at(0.9)


MALFORMED: dict[str, Callable[[dict[str, Any]], object]] = {
    "unknown key": lambda data: data.update(note=1),
    "no promise": lambda data: data.pop("promise"),
    "promise as a number": lambda data: data.update(promise=0.9),
    "no sets": lambda data: data.pop("sets"),
    "unknown key of a set": lambda data: data["sets"][0].update(note=1),
    "a set that promises nothing": lambda data: data["sets"][0].update(coverage=1.0),
    "an unknown claim": lambda data: data["groups"][0].update(claim="often"),
    "groups as a number": lambda data: data.update(groups=1),
    "calibration as a list": lambda data: data.update(asked=[1, 2]),
}


@pytest.mark.parametrize("change", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_points_are_refused(change: Callable[[dict[str, Any]], object]) -> None:
    data = json.loads(json.dumps(asdict(operating_point())))
    change(data)
    with pytest.raises((ValueError, TypeError, KeyError)):
        OperatingPoint.from_dict(data)
