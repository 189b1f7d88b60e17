"""The report: its parts, and how a real browser shows it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_logo.evaluation.html.markup import picture
from hybrid_logo.evaluation.measuring.benchmark import Measured
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.evaluation.report.page import html_page, html_section
from hybrid_logo.evaluation.suites import special
from tests.browser import look

Result = dict[str, Any]

PARTS = [
    "many",
    "accuracy",
    "next steps",
    "types",
    "calibration",
    "selective risk",
    "rules and student together",
    "time",
    "counting",
    "pictures",
    "errors",
]


@pytest.fixture
def page(
    whole_result: Result, many_measured: tuple[Dataset, Measured], monkeypatch: pytest.MonkeyPatch
) -> str:
    dataset, measured = many_measured
    monkeypatch.setattr(special, "SPECIAL_SUITES", {"counting": "tests.evaluation.fake_suite"})
    whole_result["counting"] = {"counted": 3}
    whole_result["dataset"]["warnings"] = ["only a <few> pictures"]
    return html_page([html_section(dataset, whole_result, measured.answers)])


def test_every_part_is_linked_to_once(page: str) -> None:
    links = dict(re.findall(r'<a href="#([^"]+)">([^<]+)</a>', page))
    assert list(links.values()) == PARTS
    for key in links:
        assert page.count(f'id="{key}"') == 1


def test_warnings_steps_and_special_suites_are_told(page: str) -> None:
    assert "only a &lt;few&gt; pictures" in page
    assert "2 pictures got no answer (2 corrupt)" in page
    assert "<p>Counted <em>3</em>.</p>" in page


def test_one_confusion_table_a_mode_and_all_charts(page: str) -> None:
    assert re.findall(r"<caption>(\w+): labels by answers</caption>", page) == ["rules", "neural", "hybrid"]
    charts = re.findall(r'<svg [^>]*aria-label="([^"]+)"', page)
    assert charts == [
        "recall by label",
        "strict accuracy by confidence",
        "strict accuracy by confidence",
        "accepted error among them by pictures left to the rules",
        "accepted error among them by pictures answered, surest first",
        "accepted accuracy by mean time without decoding, ms",
    ]


def test_parts_without_figures_are_left_out(
    whole_result: Result, many_measured: tuple[Dataset, Measured]
) -> None:
    dataset, measured = many_measured
    for key in ("times", "throughput", "cost"):
        del whole_result[key]
    whole_result["complementarity"] = {}
    section = html_section(dataset, whole_result, measured.answers)
    assert {"many-time", "many-rules-and-student-together"} & section.links.keys() == set()


SHAPE = """(view, page) => ({
  wide: page.documentElement.scrollWidth,
  room: page.documentElement.clientWidth,
  broken: [...page.images].filter((image) => !image.complete || !image.naturalWidth).length,
  unnamed: [...page.images].filter((image) => !image.alt).length
    + [...page.querySelectorAll("svg")].filter((chart) => !chart.getAttribute("aria-label")).length,
  images: page.images.length,
  heads: [...page.querySelectorAll("th")].filter((head) => !head.scope).length,
  lost: [...page.querySelectorAll("nav a")].filter((link) => !page.querySelector(link.hash)).length,
  loaded: view.performance.getEntriesByType("resource").filter(({name}) => !name.startsWith("data:")).length,
  cut: [...page.querySelectorAll("svg text")].filter((text) => {
    const inner = text.getBoundingClientRect(), outer = text.ownerSVGElement.getBoundingClientRect();
    return inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
  }).map((text) => text.textContent),
  ink: view.getComputedStyle(page.body).color,
  paper: view.getComputedStyle(page.querySelector("tbody th")).backgroundColor,
})"""


def brightness(color: str) -> float:
    red, green, blue = map(float, re.findall(r"[\d.]+", color)[:3])
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(1200, False), (400, False), (1200, True)])
def test_a_browser_shows_it_whole(page: str, tmp_path: Path, width: int, dark: bool) -> None:
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[16:48, 16:48] = (0, 0, 255)
    page = page.replace("</main>", picture(pixels, "a red square") + "</main>")
    shape = look(page, SHAPE, tmp_path, width=width, dark=dark)
    assert shape["wide"] <= shape["room"]
    assert width - 20 <= shape["room"] <= width  # a scroll bar may take some
    assert shape["images"] == 1
    assert [shape[name] for name in ("broken", "unnamed", "heads", "lost", "loaded")] == [0] * 5
    assert shape["cut"] == []
    ink, paper = brightness(shape["ink"]), brightness(shape["paper"])
    assert ink > 0.8 > 0.2 > paper if dark else ink < 0.2 < 0.8 < paper
