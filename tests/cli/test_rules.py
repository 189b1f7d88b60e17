"""``hybrid-logo rules`` with a scorecard made by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from hybrid_logo.bundle import Bundle
from hybrid_logo.features import NAMES, UNITS
from hybrid_logo.rules import PairTable, RangeTable, Scorecard

Run = Callable[..., Any]

FIRST, SECOND, THIRD = NAMES[:3]


@pytest.fixture(autouse=True)
def scorecard(monkeypatch: pytest.MonkeyPatch) -> Scorecard:
    ranges = [RangeTable(name, (0.0, 9.0), (), ((0.0, 0.0, 0.0, 0.0),)) for name in NAMES]
    ranges[0] = RangeTable(
        FIRST, (0.125, 9.0), (0.5, 2.25), ((1, 0, 0, -1), (0.25, 0, 0, 0), (-1.5, 0.125, 2, 0))
    )
    pair = PairTable(
        (FIRST, SECOND),
        ((1.0,), (4.0,)),
        (((1, 2, 3, 4), (5, 6, 7, 8)), ((-1, -2, -3, -4), (-5, -6, -7, -8))),
    )
    made = Scorecard((0.1, -0.2, 0.3, -0.4), ranges, [pair])
    monkeypatch.setattr(Bundle, "load", lambda model=None: SimpleNamespace(scorecard=made))
    return made


def rows(text: str) -> list[list[str]]:
    """Cells of the body of every table."""
    lines = [re.split(r"\s*│\s*", line.strip("│ ")) for line in text.splitlines() if line.startswith("│")]
    return [line for line in lines if any(cell.startswith(("+", "-")) for cell in line)]


def test_json_is_the_whole_scorecard(run: Run, scorecard: Scorecard) -> None:
    ran = run("rules", "--format", "json")
    assert ran.code == 0
    assert json.loads(ran.out) == scorecard.to_dict()


def test_every_feature_and_every_pair_is_printed(run: Run) -> None:
    ran = run("rules")
    assert ran.code == 0
    assert "simple +0.10, text -0.20, gradient +0.30, complex -0.40" in ran.out
    words = " ".join(ran.out.split())
    assert all(f"{name} ({UNITS[name]})" in words for name in NAMES)
    assert f"{FIRST} x {SECOND}" in words


def test_one_feature_with_its_pairs(run: Run) -> None:
    ran = run("rules", "--feature", FIRST)
    assert rows(ran.out) == [
        ["below 0.5", "+1.00", "+0.00", "+0.00", "-1.00"],
        ["0.5 to 2.25", "+0.25", "+0.00", "+0.00", "+0.00"],
        ["2.25 and above", "-1.50", "+0.12", "+2.00", "+0.00"],
        ["below 1", "below 4", "+1.00", "+2.00", "+3.00", "+4.00"],
        ["below 1", "4 and above", "+5.00", "+6.00", "+7.00", "+8.00"],
        ["1 and above", "below 4", "-1.00", "-2.00", "-3.00", "-4.00"],
        ["1 and above", "4 and above", "-5.00", "-6.00", "-7.00", "-8.00"],
    ]
    assert "silent outside 0.125 to 9" in ran.out
    assert rows(run("rules", "--feature", THIRD).out) == [["any", "+0.00", "+0.00", "+0.00", "+0.00"]]


def test_one_feature_as_json(run: Run) -> None:
    fields = json.loads(run("rules", "--feature", SECOND, "--format", "json").out)
    assert [row["feature"] for row in fields["ranges"]] == [SECOND]
    assert [row["features"] for row in fields["pairs"]] == [[FIRST, SECOND]]


def test_an_unknown_feature_is_wrong_usage_and_the_known_are_told(run: Run) -> None:
    ran = run("rules", "--feature", "beauty")
    assert (ran.code, ran.out) == (2, "")
    assert "beauty" in ran.err
    assert FIRST in ran.err
