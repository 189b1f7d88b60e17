"""Each target stands beside what was measured, and says truly whether it is met."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest

from hybrid_logo.types import LABELS
from hybrid_logo.vectorize.quality import figures
from hybrid_logo.vectorize.quality.candidates import SNAP
from hybrid_logo.vectorize.quality.figures import MARGIN, figures_of
from hybrid_logo.vectorize.quality.table import svg_lines
from tests.vectorize.quality.made_up_rows import row

FAR, JPEG = 2.0 + 2 * MARGIN, "JPEG, 192 px"


def result_of(rows: Sequence[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    svg = {
        "logos": dict.fromkeys(LABELS, 2),
        "pictures": len(rows),
        "not_drawn": 0,
        "seed": 0,
        "potrace": True,
        **figures_of(rows, 0),
    }
    return {
        "svg": svg | changes,
        "model": "made-up",
        "environment": {"date": "today", "processor": "one"},
        "dataset": {"name": "drawn", "labels_from": "a vision-language model, no human annotator"},
    }


def cells(lines: Sequence[str], start: str) -> list[str]:
    """The first row of a table that begins so."""
    return next(re.split(r" \| ?", line[2:]) for line in lines if line.startswith(f"| {start}"))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two logos need few draws."""
    monkeypatch.setattr(figures, "RESAMPLES", 20)


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    """Two logos of each type at 64 px and as JPEG, on which every method gives the same."""
    return [
        row(2 * place + number, label, condition)
        for place, label in enumerate(LABELS)
        for number in range(2)
        for condition in ("64 px", JPEG)
    ]


def test_targets_that_are_missed_say_so(rows: list[dict[str, Any]]) -> None:
    lines = svg_lines(result_of(rows))
    assert cells(lines, "simple: colour error")[1:4] == ["at most -60%", "0% (0% to 0%)", "**missed**"]
    assert cells(lines, "gradient: bytes")[1:4] == ["at most +20%", "0% (0% to 0%)", "met"]
    assert cells(lines, "text at 64 px: edges")[3] == "met"
    assert cells(lines, "text at 128 px: edges")[2:4] == ["-", "not measured"]
    assert cells(lines, "colour error at most")[2:4] == [
        "100.0% (79.4-100.0): 16 of 16",
        "met, the interval reaches across",
    ]
    assert cells(lines, "classifying")[2:4] == ["9.1%", "**missed**"]


def test_what_is_met_is_judged_by_the_median_and_tells_a_wide_interval(rows: list[dict[str, Any]]) -> None:
    for each in rows:
        each["candidates"]["strategy simple"]["original"][0] = 0.1
    lines = svg_lines(result_of(rows))
    assert cells(lines, "simple: colour error")[2:4] == ["-92.7% (-92.7% to -92.7%)", "met"]
    for each in rows:
        if each["logo"] == "logo1":
            each["candidates"]["strategy simple"]["original"][0] = 1.3
    lines = svg_lines(result_of(rows))
    assert cells(lines, "simple: colour error")[2:4] == [
        "-63.4% (-92.7% to -34.1%)", "met, the interval reaches across"
    ]  # fmt: skip


def test_clearly_better_than_one_strategy_needs_the_whole_interval(rows: list[dict[str, Any]]) -> None:
    told = "text at 64 px and 128 px: colour error"
    assert cells(svg_lines(result_of(rows)), told)[1:4] == [
        "clearly below 0%",
        "0% (0% to 0%)",
        "**missed**",
    ]
    for each in rows:
        each["candidates"][SNAP]["original"][0] = 4.0
    lines = svg_lines(result_of(rows))
    assert cells(lines, told)[3] == "met"
    assert cells(lines, "gradient: after low-pass")[3] == "**missed**"


def test_wrong_types_sizes_and_rivals_have_their_rows(rows: list[dict[str, Any]]) -> None:
    for each in rows:
        each["candidates"]["strategy text"]["original"][0] = FAR
    lines = svg_lines(result_of(rows, potrace=False))
    assert cells(lines, "a logo that is")[1:5] == [f"as {label}" for label in LABELS]
    assert cells(lines, "simple |")[1:3] == ["1.00, 1.00", "1.49, 1.00"]
    assert cells(lines, JPEG)[1:3] == ["1.00, 1.00, 1.00", "1.49, 1.00, 1.00"]
    assert cells(lines, "by the type |")[1:7] == [
        "1.00, 1.00, 1.00", "1.49, 1.00, 1.00", "1.00, 1.00, 1.00", "1.00, 1.00, 1.00", "75.0%", "10"
    ]  # fmt: skip
    assert cells(lines, "oracle")[6] == "-", "it is no method"
    assert cells(lines, SNAP)
    assert any("potrace is not there" in line for line in lines)


def test_failures_and_the_source_of_labels_are_told(rows: list[dict[str, Any]]) -> None:
    rows[0]["candidates"]["strategy complex"] = {"failed": "hang"}
    told = svg_lines(result_of(rows, not_drawn=3, logos=dict.fromkeys(LABELS, 30) | {"text": 2}))[-1]
    assert "Of text so few that their intervals say little." in told
    assert "failed, of all methods together: 1." in told
    assert "3 pictures could not be drawn." in told
    assert told.endswith("no human annotator.")


def test_types_that_are_not_there_are_not_measured(rows: list[dict[str, Any]]) -> None:
    lines = svg_lines(result_of([each for each in rows if each["type"] == "simple"]))
    assert cells(lines, "complex: bytes")[2:4] == ["-", "not measured"]
    assert cells(lines, "method")[1:3] == ["simple", "not worse"]


def test_lines_are_tables_and_paragraphs_for_markdown(rows: list[dict[str, Any]]) -> None:
    lines = svg_lines(result_of(rows))
    assert all("\n" not in line for line in lines)
    for before, line in zip(["", *lines], lines, strict=False):
        table = line.startswith("|")
        assert not line or not before or (table and before.startswith("|"))
        if table and before.startswith("|"):
            assert line.count("|") == before.count("|")
