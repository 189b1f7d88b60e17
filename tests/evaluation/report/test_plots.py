"""Charts show the figures of a result, and nothing where there is none."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest

from hybrid_logo.evaluation.report import plots

Result = dict[str, Any]


def charts(html: str) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(chart) for chart in re.findall("<svg.*?</svg>", html, re.DOTALL)]


def told(html: str) -> list[str]:
    return re.findall(r"<title>(.*?)</title>", html)


def test_recall_has_a_dot_for_each_mode_and_type(whole_result: Result) -> None:
    html = plots.recall_by_type(whole_result)
    recall = whole_result["modes"]["rules"]["classes"]["simple"]["recall"]["share"]
    assert len(told(html)) == 12
    assert told(html)[0].startswith(f"rules: {recall:.0%} (")
    whole_result["modes"]["rules"]["classes"]["simple"]["recall"]["share"] = None
    assert len(told(plots.recall_by_type(whole_result))) == 11


def test_scores_that_rank_alike_share_a_line(whole_result: Result) -> None:
    html = plots.risk_of_scores(whole_result)
    assert html.count("<polyline") == 2
    assert "confidence, largest probability, margin" in html
    whole_result["rules_alone"]["margin"]["curve"] = [[0.5, 0.0], [1.0, 0.1]]
    assert plots.risk_of_scores(whole_result).count("<polyline") == 3


def test_reliability_of_modes_and_paths(whole_result: Result) -> None:
    of_modes, of_paths = charts(plots.reliability(whole_result))
    names = [
        [text.text for text in chart.iter() if text.tag.endswith("text")] for chart in (of_modes, of_paths)
    ]
    assert {"rules", "neural", "hybrid"} <= set(names[0])
    assert {"rules", "both"} <= set(names[1])
    assert "neural" not in names[1]


def test_accuracy_by_time_takes_the_modes_that_were_timed(whole_result: Result) -> None:
    assert [title.split(":")[0] for title in told(plots.accuracy_by_time(whole_result))] == [
        "neural",
        "hybrid",
    ]


@pytest.mark.parametrize("draw", [plots.accuracy_by_time, plots.risk_of_scores, plots.risk_of_modes])
def test_a_result_of_an_earlier_version_has_no_such_chart(whole_result: Result, draw: Any) -> None:
    del whole_result["times"]
    whole_result["rules_alone"] = {}
    for row in whole_result["modes"].values():
        del row["selective"]
    assert draw(whole_result) == ""
