"""How figures are written: with their intervals, and without a figure where there is none."""

from __future__ import annotations

from dataclasses import asdict

from hybrid_logo.evaluation.results.written import counted, percent, signed, told_mode
from hybrid_logo.evaluation.statistics.metrics import share


def test_a_share_has_its_interval_and_its_counts() -> None:
    whole = asdict(share(20, 20))
    assert percent(whole) == "100.0% (83.2-100.0)"
    assert counted(whole) == "100.0% (83.2-100.0): 20 of 20"
    assert counted(asdict(share(0, 20))).endswith(": 0 of 20")
    assert percent(asdict(share(0, 0))) == counted(asdict(share(0, 0))) == "-"


def test_a_difference_has_its_sign() -> None:
    assert signed({"difference": 0.011, "low": -0.002, "high": 0.02}) == "+1.1 (-0.2 to +2.0)"


def test_the_hybrid_is_told_or_else_the_last_mode() -> None:
    assert told_mode({"modes": {"hybrid": {}, "rules": {}}}) == "hybrid"
    assert told_mode({"modes": {"rules": {}, "neural": {}}}) == "neural"
