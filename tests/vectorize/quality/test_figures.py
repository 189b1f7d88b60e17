"""Ratios, their intervals, who is worse, what a wrong type costs, and times."""

from __future__ import annotations

import pytest

from hybrid_logo.vectorize.quality.candidates import DEFAULT
from hybrid_logo.vectorize.quality.choices import OURS, TWO
from hybrid_logo.vectorize.quality.figures import MARGIN, figures_of, worst_first
from tests.vectorize.quality.made_up_rows import row

LOSSY = "JPEG, 192 px"


def test_ratios_are_medians_over_pictures_with_an_interval_over_logos() -> None:
    rows = [row(number, strategy_simple=color) for number, color in enumerate([0.5, 1.0, 1.0, 1.0, 3.0])]
    found = figures_of(rows, 0)["methods"][OURS]["simple"]
    assert found["pictures"] == 5
    color = found["color_error"]
    assert color["ratio"] == pytest.approx(1.05 / 2.05)
    assert color["low"] <= color["ratio"] <= color["high"] <= 3.05 / 2.05
    assert color["low"] >= 0.55 / 2.05
    assert found["bytes"]["ratio"] == 1
    assert found["similarity"]["ratio"] == 0
    assert figures_of(rows, 0)["methods"][DEFAULT]["simple"]["color_error"]["ratio"] == 1


def test_an_even_number_of_pictures_has_its_median_in_the_interval() -> None:
    rows = [
        row(1, condition=size, strategy_simple=color) for size, color in (("64 px", 1.0), ("128 px", 3.0))
    ]
    color = figures_of(rows, 0)["methods"][OURS]["simple"]["color_error"]
    assert color["low"] == color["ratio"] == color["high"] == pytest.approx(1.0)


def test_pictures_of_one_brand_are_drawn_together() -> None:
    rows = [row(number, strategy_simple=number / 2) for number in range(10)]
    alone = figures_of(rows, 0)["methods"][OURS]["simple"]["color_error"]
    together = figures_of([each | {"cluster": "one"} for each in rows], 0)["methods"][OURS]["simple"]
    assert together["color_error"]["low"] == together["color_error"]["high"]
    assert alone["low"] < alone["high"]


def test_clean_and_lossy_pictures_are_apart() -> None:
    rows = [row(1, strategy_simple=1.0), row(1, condition=LOSSY, strategy_simple=4.0)]
    found = figures_of(rows, 0)
    assert found["methods"][OURS]["simple"]["color_error"]["median"] == 1
    assert found["methods_jpeg"][OURS]["simple"]["color_error"]["median"] == 4
    assert list(found["sizes"]) == ["64 px", LOSSY]


def test_worse_is_beyond_the_margin_or_without_result() -> None:
    rows = [
        row(1, strategy_simple=2.0 + MARGIN),
        row(2, strategy_simple=2.1 + MARGIN),
        row(3),
    ]
    rows[2]["candidates"]["strategy simple"] = {"failed": "hang"}
    found = figures_of(rows, 0)
    assert (found["not_worse"][OURS]["k"], found["not_worse"][OURS]["n"]) == (1, 3)
    assert found["failed"]["strategy simple"] == 1


def test_wrong_types_are_told_against_the_right_one() -> None:
    rows = [row(1, "simple", strategy_simple=1.0, strategy_text=3.0)]
    wrong = figures_of(rows, 0)["wrong_types"]["simple"]
    assert wrong["simple"]["color_error"]["ratio"] == 1
    assert wrong["text"]["color_error"]["ratio"] == pytest.approx(3.05 / 1.05)


def test_time_counts_each_strategy_that_ran() -> None:
    times = figures_of([row(1)], 0)["time"]
    assert times["median_ms"][OURS] == 10
    assert times["median_ms"][TWO] == 20
    assert times["classify_share"] == pytest.approx(1 / 11)


def test_the_worst_comes_first() -> None:
    rows = [row(1, strategy_simple=1.0), row(2, strategy_simple=5.0)]
    assert [found["logo"] for _, found in worst_first(rows)] == ["logo2", "logo1"]
