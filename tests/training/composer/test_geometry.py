"""Outlines as resvg draws them, beside areas that are known."""

from __future__ import annotations

import math

import pytest

from hybrid_logo.training.composer.geometry import (
    Box,
    blob,
    circle,
    ellipse,
    polar,
    polygon,
    rectangle,
    regular,
    ring,
    sector,
    star,
)
from hybrid_logo.training.rendering import render

SIDE = 200


def area(path: str) -> float:
    """In square user units of the field of 100 x 100."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><path d="{path}"/></svg>'
    return float(render(svg, SIDE)[..., 3].mean()) / 255 * 10_000


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (circle(50, 50, 40), math.pi * 1600),
        (ellipse(50, 50, 40, 10), math.pi * 400),
        (ring(50, 50, 40, 20), math.pi * 1200),
        (rectangle(10, 20, 60, 30), 1800),
        (rectangle(10, 10, 40, 40, 20), math.pi * 400),
        (polygon([(0, 0), (80, 0), (0, 60)]), 2400),
        (polygon(regular(6, 40)), 1.5 * math.sqrt(3) * 1600),
        (polygon(star(5, 40, 20)), 5 * 40 * 20 * math.sin(math.pi / 5)),
        (sector(0, 90, 40), math.pi * 400),
        (sector(30, 300, 40, 20), math.pi * 1200 * 270 / 360),
    ],
)
def test_an_outline_has_its_area(path: str, expected: float) -> None:
    assert area(path) == pytest.approx(expected, rel=0.01)


def test_rounded_corners_take_area_away() -> None:
    corners = [(10.0, 10.0), (90.0, 10.0), (90.0, 90.0), (10.0, 90.0)]
    assert 0.85 * area(polygon(corners)) < area(polygon(corners, 12)) < 0.99 * area(polygon(corners))


def test_a_blob_goes_through_its_points() -> None:
    """A circle's points give nearly a circle."""
    assert area(blob(regular(12, 40))) == pytest.approx(math.pi * 1600, rel=0.01)


def test_angles_start_at_the_top_and_go_clockwise() -> None:
    assert polar(0, 10) == pytest.approx((50, 40))
    assert polar(90, 10) == pytest.approx((60, 50))


def test_boxes() -> None:
    both = Box.around([Box(0, 0, 10, 10), Box(20, -5, 10, 5)])
    assert both == Box(0, -5, 30, 15)
    assert (both.right, both.bottom, both.centre) == (30, 10, (15, 2.5))
    assert both.grown(1) == Box(-1, -6, 32, 17)
