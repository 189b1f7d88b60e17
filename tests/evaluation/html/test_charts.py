"""Line charts are well-formed, keep within their frame and name every line."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from hybrid_logo.evaluation.html.charts import BOTTOM, COLORS, HEIGHT, LEFT, TOP, Dot, dot_chart, line_chart


def test_points_are_placed_by_the_ranges_and_cut_off_at_the_frame() -> None:
    chart = line_chart({"a": [(0, 10), (5, 20), (10, 99)]}, x_label="x", y_label="y", x_range=(0, 10),
                       y_range=(10, 30))  # fmt: skip
    points = re.search('class="line"[^>]* points="([^"]*)"', chart)
    assert points is not None
    (x0, y0), (x1, y1), (_, y2) = [tuple(map(float, pair.split(","))) for pair in points[1].split()]
    assert (x0, y0) == (LEFT, HEIGHT - BOTTOM)
    assert x1 > x0
    assert y1 == pytest.approx((y0 + TOP) / 2)
    assert y2 == TOP


@pytest.mark.parametrize(
    ("formats", "written"),
    [({}, ["0%", "50%", "0.0%", "100.0%"]), ({"x_format": "{:.1f}", "y_format": "{:.2f}"}, ["0.5", "0.25"])],
)
def test_numbers_are_written_as_asked(formats: dict[str, str], written: list[str]) -> None:
    chart = line_chart({"a": [(0, 0), (1, 1)]}, x_label="x", y_label="y", **formats)
    assert set(written) <= set(re.findall(">([^<]*)</text>", chart))


def test_every_line_has_its_own_look_and_a_name_within_the_picture() -> None:
    names = [f"<line {number}>" for number in range(len(COLORS))]
    chart = line_chart({name: [(0, 0), (1, 1)] for name in names}, x_label="x", y_label="y", marks=True)
    root = ElementTree.fromstring(chart)
    texts = {text.text: float(text.attrib["y"]) for text in root.iter() if text.tag.endswith("text")}
    tall = float(root.attrib["viewBox"].split()[3])
    assert all(HEIGHT < texts[name] <= tall for name in names)
    looks = {
        (line.attrib["stroke"], line.attrib["stroke-dasharray"])
        for line in root.iter()
        if line.tag.endswith("polyline")
    }
    assert len(looks) == len(names)
    assert chart.count("<circle") == 2 * len(names)


def test_dots_have_intervals_shapes_and_words() -> None:
    series = {"a": [Dot(1, 0.5, 0.25, 0.75)], "b": [Dot(2, 0.5, 0.5, 0.5), Dot(3, 0.1, 0.0, 0.2)]}
    chart = dot_chart(
        series, x_label="x", y_label="y", x_range=(0, 4), y_range=(0, 1), x_ticks=[(1, "one"), (3, "three")]
    )
    root = ElementTree.fromstring(chart)
    whiskers = [line for line in root.iter() if line.attrib.get("class") == "whisker"]
    assert len(whiskers) == 3
    tall = HEIGHT - BOTTOM - TOP
    assert float(whiskers[0].attrib["y1"]) - float(whiskers[0].attrib["y2"]) == pytest.approx(tall / 2)
    marks = [mark for mark in root.iter() if mark.tag.endswith("path")]
    assert len(marks) == 3 + 2  # and one each in the legend
    assert len({mark.attrib["d"] for mark in marks}) == 2
    assert "<title>a: 50% (25%-75%)</title>" in chart
    assert {"one", "three"} <= {text.text for text in root.iter() if text.tag.endswith("text")}


def test_long_names_have_a_row_each() -> None:
    short, long = (
        ElementTree.fromstring(line_chart({name: [(0, 0)] for name in names}, x_label="x", y_label="y"))
        for names in (["a", "b"], ["a", "b" * 30])
    )
    assert [float(root.attrib["viewBox"].split()[3]) - HEIGHT for root in (short, long)] == [18, 36]
