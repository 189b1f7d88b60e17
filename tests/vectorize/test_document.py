from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from hybrid_logo.vectorize.bezier import Curve
from hybrid_logo.vectorize.curves import Ellipse
from hybrid_logo.vectorize.document import document, resized, units_per_pixel
from hybrid_logo.vectorize.quality.drawing import draw

SQUARE = [
    Curve(np.array([a, b], float))
    for a, b in [((2, 2), (10, 2)), ((10, 2), (10, 10)), ((10, 10), (2, 10)), ((2, 10), (2, 2))]
]
RED = (200, 30, 60, 255)


def test_a_square_is_drawn_where_it_is() -> None:
    svg = document([(RED, [SQUARE])], 16, 12, 10)
    drawn = draw(svg, 16, 12)
    assert drawn[2:10, 2:10].reshape(-1, 4).tolist() == [list(RED)] * 64
    assert drawn[..., 3].sum() == 64 * 255


def test_curves_and_ellipses_are_drawn() -> None:
    control = np.array([(2, 20), (2, -4), (38, -4), (38, 20)], float)
    arch = [Curve(control), Curve(control[[3, 0]])]
    circle = Ellipse(20.0, 30.0, 6.0, 4.0, True)
    drawn = draw(document([(RED, [arch]), ((0, 0, 255, 255), [circle])], 40, 40, 20), 40, 40)
    assert drawn[5, 20].tolist() == list(RED)
    assert drawn[30, 20].tolist() == [0, 0, 255, 255]
    assert drawn[24:, :, 3].sum() / 255 == pytest.approx(np.pi * 24, rel=0.03)
    assert drawn[0].max() == 0


@pytest.mark.parametrize("clockwise", [True, False])
def test_an_ellipse_that_runs_the_other_way_is_a_hole(clockwise: bool) -> None:
    outer = Ellipse(20.0, 20.0, 15.0, 15.0, clockwise)
    inner = Ellipse(20.0, 20.0, 7.0, 7.0, not clockwise)
    drawn = draw(document([(RED, [outer, inner])], 40, 40, 10), 40, 40)
    assert drawn[20, 20, 3] == 0
    assert drawn[20, 9, 3] == 255


def test_areas_of_one_fill_that_follow_each_other_share_a_path() -> None:
    svg = document([(RED, [SQUARE]), (RED, [SQUARE]), ((0, 0, 0, 255), [SQUARE]), (RED, [SQUARE])], 16, 16, 1)
    assert svg.count("<path") == 3


@pytest.mark.parametrize(
    ("fill", "told"),
    [
        ((0, 0, 0, 255), "<path d="),
        ((255, 0, 17, 255), 'fill="#f01"'),
        ((254, 0, 17, 128), 'fill="#fe0011" fill-opacity=".502"'),
    ],
)
def test_fills_are_short(fill: tuple[int, int, int, int], told: str) -> None:
    assert told in document([(fill, [SQUARE])], 16, 16, 1)


@pytest.mark.parametrize("size", [(16, 16), (64, 48), (300, 512), (5000, 20)])
def test_a_document_is_xml_of_the_right_size(size: tuple[int, int]) -> None:
    root = ElementTree.fromstring(document([(RED, [SQUARE])], *size, units_per_pixel(*size)))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("width"), root.get("height")) == tuple(map(str, size))
    assert root.get("viewBox") == f"0 0 {size[0]} {size[1]}"


def test_nothing_drawn_is_still_a_document() -> None:
    assert ElementTree.fromstring(document([(RED, [[]])], 16, 16, 1)).tag.endswith("svg")


def test_units_follow_the_size() -> None:
    assert units_per_pixel(64, 32) == 50
    assert units_per_pixel(512, 512) == 10
    assert units_per_pixel(20_000, 10) == 1


def test_a_reduced_picture_is_drawn_at_full_size() -> None:
    svg = document([(RED, [SQUARE])], 16, 12, 10)
    assert resized(svg, (16, 12), (16, 12)) == svg
    large = resized(svg, (16, 12), (32, 24))
    assert 'viewBox="0 0 32 24"' in large
    assert draw(large, 32, 24)[4:20, 4:20, 3].min() == 255
