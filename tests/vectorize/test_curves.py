from __future__ import annotations

import cv2
import numpy as np
import pytest

from hybrid_logo.vectorize.bezier import fit_run
from hybrid_logo.vectorize.curves import Ellipse, fit_outline
from hybrid_logo.vectorize.outlines import trace

SCALE = 4


def outline_of(mask: np.ndarray) -> np.ndarray:
    (area,) = trace(mask.astype(np.uint8), frozenset({0}), 1)
    return area.outlines[0]


def fitted(mask: np.ndarray, tolerance: float = 0.3) -> object:
    return fit_outline(outline_of(mask), SCALE, tolerance=tolerance, corner_angle=40)


def drawn_polygon(*points: tuple[float, float]) -> np.ndarray:
    large = np.zeros((200, 200), np.uint8)
    cv2.fillPoly(large, [np.rint(np.array(points) * SCALE).astype(np.int32)], 1)
    return large


@pytest.mark.parametrize(("across", "down"), [(15.0, 15.0), (20.0, 9.0)])
def test_ellipses_are_found(across: float, down: float) -> None:
    y, x = np.mgrid[:200, :200] + 0.5
    found = fitted(((x / SCALE - 25) / across) ** 2 + ((y / SCALE - 22) / down) ** 2 <= 1)
    assert isinstance(found, Ellipse)
    assert (found.x, found.y, found.across, found.down) == pytest.approx((25, 22, across, down), abs=0.1)


def test_a_rectangle_is_four_lines() -> None:
    found = fitted(drawn_polygon((5, 10), (40, 10), (40, 30), (5, 30)))
    assert isinstance(found, list)
    assert [len(curve.points) for curve in found] == [2, 2, 2, 2]


def test_a_slanted_triangle_keeps_its_corners() -> None:
    corners = np.array([(5, 40), (25, 6), (44, 33)])
    found = fitted(drawn_polygon(*map(tuple, corners)))  # type: ignore[arg-type]
    assert isinstance(found, list)
    assert [len(curve.points) for curve in found] == [2, 2, 2]
    for corner in corners:
        assert min(np.hypot(*(curve.points[0] - corner)) for curve in found) < 0.6


def test_a_rounded_rectangle_keeps_its_straight_sides() -> None:
    large = np.zeros((240, 240), np.uint8)
    cv2.rectangle(large, (40, 20), (200, 220), 1, -1)
    cv2.rectangle(large, (20, 40), (220, 200), 1, -1)
    for x in (40, 200):
        for y in (40, 200):
            cv2.circle(large, (x, y), 20, 1, -1)
    found = fitted(large)
    assert isinstance(found, list)
    lines = [curve.points for curve in found if len(curve.points) == 2]
    long = [line for line in lines if np.hypot(*(line[1] - line[0])) > 30]
    assert len(long) == 4
    assert all(np.abs(line[1] - line[0]).min() < 0.3 for line in long)
    assert len(found) <= 12


def test_outlines_are_closed_and_stay_near() -> None:
    random = np.random.default_rng(4)
    for _ in range(12):
        blob = cv2.resize(random.random((6, 6)), (160, 160), interpolation=cv2.INTER_CUBIC) > 0.5
        for area in trace(blob.astype(np.uint8), frozenset({0}), 3):
            for loop in area.outlines:
                found = fit_outline(loop, SCALE, tolerance=0.3, corner_angle=40)
                if isinstance(found, Ellipse):
                    continue
                steps = np.linspace(loop, np.roll(loop, -1, axis=0), 40, axis=1)
                walked = steps.reshape(-1, 2)
                for one, following in zip(found, found[1:] + found[:1], strict=True):
                    assert one.points[-1] == pytest.approx(following.points[0])
                    assert np.isfinite(one.points).all()
                    assert np.abs(walked - one.points[0] * SCALE).sum(1).min() <= 4


def test_stretch_and_offset() -> None:
    loop = outline_of(drawn_polygon((5, 10), (40, 10), (40, 30), (5, 30)))
    plain = fit_outline(loop, SCALE, tolerance=0.3, corner_angle=40)
    stretched = fit_outline(loop, SCALE, tolerance=0.3, corner_angle=40, stretch=(2.0, 3.0))
    assert isinstance(plain, list)
    assert isinstance(stretched, list)
    for one, other in zip(plain, stretched, strict=True):
        assert one.points * (2, 3) == pytest.approx(other.points)


def test_a_dot_too_small_to_see_has_no_outline() -> None:
    loop = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
    assert fit_outline(loop[:0], 4, tolerance=0.3, corner_angle=40) == []
    assert isinstance(fit_outline(loop, 4, tolerance=0.3, corner_angle=40), list)


@pytest.mark.parametrize("count", [3, 4, 40, 400])
def test_a_quarter_circle_takes_few_curves(count: int) -> None:
    angle = np.linspace(0, np.pi / 2, count)
    points = 20 * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    found = fit_run(points, 0.1, None, None, 4)
    assert len(found) <= 3
    assert found[0].points[0] == pytest.approx(points[0])
    assert found[-1].points[-1] == pytest.approx(points[-1])
