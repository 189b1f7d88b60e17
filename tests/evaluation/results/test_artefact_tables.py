"""What was measured of artefacts, beside what was aimed at."""

from __future__ import annotations

from typing import Any

import pytest

from hybrid_logo.evaluation.results.artefact_tables import artefact_figures, goal_rows, networks
from tests.evaluation.results.artefact_results import STUDENT, artefact_result, browser_result, row

EDGE = STUDENT | {"side_px": 64, "multiply_adds": 14_900_000}


def verdicts(*rows: dict[str, Any], browser: dict[str, Any] | None = None) -> dict[str, tuple[str, str]]:
    return {what: (measured, met) for what, measured, _, met in goal_rows(rows, browser or {})}


def test_every_artefact_has_a_row() -> None:
    text = artefact_figures([artefact_result(row("a.onnx", target="hybrid", size_bytes=836_956))])
    assert (
        "| a.onnx | 0.84 | 52 | 1.23 | 5.68 | 131 | 0.43 | 99 | 90.0% (80.0-99.0) | 97.0% (80.0-99.0) |"
        in text
    )
    assert "| logo4-test | 4.00 |" in text
    assert "630,340 parameters and takes 75.5 million multiply-adds" in text
    assert "measured 2025-01-31 on Some CPU" in text
    assert "no human annotator" in text
    assert "\n\n\n" not in text


def test_a_skipped_artefact_keeps_its_row_and_says_why() -> None:
    text = artefact_figures([artefact_result({"name": "b.engine", "skipped": "no GPU", "asked": 100})])
    assert "| b.engine |  |  |" in text
    assert "b.engine: skipped: no GPU" in text


@pytest.mark.parametrize(
    ("changed", "what", "told", "met"),
    [
        ({}, "INT8 student", "0.67 MB", "yes"),
        ({"student": STUDENT | {"int8_bytes": 1_000_001}}, "INT8 student", "1.00 MB", "no"),
        ({"student": STUDENT | {"int8_bytes": None}}, "INT8 student", "-", "not measured"),
        ({}, "cold start of `hybrid-logo classify` with the release", "0.43 s", "yes"),
        ({"cold_start_s": 0.51}, "cold start of `hybrid-logo classify` with the release", "0.51 s", "no"),
        ({"cold_start_memory_mb": 100.0}, "memory of that process", "100 MB", "yes"),
        ({}, "memory of a process that answers all pictures", "131 MB", "no"),
    ],
)
def test_targets_of_the_release(changed: dict[str, Any], what: str, told: str, met: str) -> None:
    assert verdicts(row("logo4-test", **changed))[what] == (told, met)


def test_targets_of_artefacts_look_for_theirs() -> None:
    edge = "student of the edge profile (64 px)"
    without = verdicts(row("logo4-test"))
    assert without["hybrid graph"] == without[edge] == ("-", "not measured")
    hybrid = row("a.onnx", target="hybrid", size_bytes=1_600_000, student=EDGE, cold_start_s=9.0)
    found = verdicts(row("logo4-test"), hybrid)
    assert found["hybrid graph"] == ("1.60 MB", "no")
    assert found[edge] == ("14.9 M multiply-adds", "yes")
    assert found["cold start of `hybrid-logo classify` with the release"] == ("0.43 s", "yes")


def test_a_browser_adds_its_figures() -> None:
    text = artefact_figures([artefact_result(), browser_result()])
    assert "| browser, median for one picture | 6.5 ms | at most 10 ms | yes |" in text
    assert "Chromium 131 without a window, onnxruntime-web 1.21.0" in text
    alone = artefact_figures([browser_result()])
    assert "| 6.5 ms | at most 10 ms | yes |" in alone
    assert "load ms" not in alone


def test_each_network_is_told_once() -> None:
    uncounted = STUDENT | {"multiply_adds": None}
    rows = [row("a"), row("b"), row("c", student=EDGE), row("d", student=uncounted), {"name": "e"}]
    assert networks(rows) == [STUDENT, EDGE]
