"""Points on an open run to as few cubic Bezier curves as stay near enough.

P. J. Schneider, "An Algorithm for Automatically Fitting Digitized Curves", Graphics Gems, 1990: one curve in
least squares between known tangents; where it is too far off, it is cut at the worst point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Curve", "Points", "fit_run", "off_chord", "unit"]

Points: TypeAlias = NDArray[Any]
"""``float64[N, 2]``, (x, y); one vector is ``float64[2]``."""

MOST_POINTS = 48
"""Points of a run that one curve is fitted to."""
ROUNDS = 3
"""Times that points look for a nearer place on the curve."""
HOPELESS = 5.0
"""Times the slack beyond which another round is not worth it."""


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One piece of an outline.

    Attributes:
        points: ``float64[2, 2]``, the ends of a line, or ``float64[4, 2]``, the control points of a cubic
            Bezier curve.
    """

    points: Points


def fit_run(
    points: Points, slack: float, first: Points | None, last: Points | None, reach: int
) -> list[Curve]:
    """Lines and curves from the first to the last of ``points``.

    Args:
        points: of the run, in order.
        slack: how far a curve may be off.
        first: unit tangent at the first point, into the run; measured there where it is None.
        last: unit tangent at the last point, into the run.
        reach: points over which a tangent is measured, 1 or more.
    """
    near = max(1, min(reach, (len(points) - 1) // 2))
    tiny = len(points) <= reach and float(np.hypot(*(points[-1] - points[0]))) < 1.0
    straight = first is None and last is None and off_chord(points) <= 0.9 * slack
    if len(points) <= 3 or tiny or straight:
        return [Curve(points[[0, -1]])]
    one = unit(points[near] - points[0]) if first is None else first
    two = unit(points[-1 - near] - points[-1]) if last is None else last
    step = max(1, len(points) // MOST_POINTS)
    few = np.concatenate([points[:-1:step], points[-1:]])
    control, off, worst = _fitted(few, one, two, slack)
    split = min(max(worst * step, near), len(points) - 1 - near)
    if off <= slack or not 0 < split < len(points) - 1:
        return [Curve(control)]
    around = max(1, min(near, split, len(points) - 1 - split))
    tangent = unit(points[split - around] - points[split + around])
    return [
        *fit_run(points[: split + 1], slack, one, tangent, reach),
        *fit_run(points[split:], slack, -tangent, two, reach),
    ]


def unit(vector: Points) -> Points:
    """``vector`` at length 1; to the right where it has no length."""
    length = float(np.hypot(*vector))
    return np.asarray(vector / length) if length else np.array([1.0, 0.0])


def off_chord(points: Points) -> float:
    """How far the points lie from the line between the first and the last."""
    along = unit(points[-1] - points[0])
    offset = points - points[0]
    return float(np.abs(offset[:, 0] * along[1] - offset[:, 1] * along[0]).max())


def _fitted(points: Points, one: Points, two: Points, slack: float) -> tuple[Points, float, int]:
    """Control points, the largest distance, and where it is."""
    steps = points[1:] - points[:-1]
    lengths = np.sqrt(steps[:, 0] ** 2 + steps[:, 1] ** 2)
    total = max(float(lengths.sum()), 1e-9)
    place = np.concatenate([[0.0], np.cumsum(lengths)]) / total
    best = points[[0, 0, -1, -1]], np.inf, len(points) // 2
    for _ in range(ROUNDS):
        rest = 1.0 - place
        basis = np.stack([rest**3, 3 * place * rest**2, 3 * place**2 * rest, place**3], axis=1)
        control = _solved(points, basis, one, two, total)
        offset = basis @ control - points
        squares = offset[:, 0] ** 2 + offset[:, 1] ** 2
        worst = int(squares.argmax())
        off = float(np.sqrt(squares[worst]))
        if off >= 0.97 * best[1]:
            break
        best = control, off, worst
        if off <= slack or off > HOPELESS * slack:
            break
        place = _nearer(control, place, offset)
    return best


def _solved(points: Points, basis: Points, one: Points, two: Points, total: float) -> Points:
    """The control points on the tangents that are best in least squares."""
    begin, end = points[0], points[-1]
    b1, b2 = basis[:, 1], basis[:, 2]
    offset = points - np.outer(basis[:, 0] + b1, begin) - np.outer(b2 + basis[:, 3], end)
    c00, c01, c11 = b1 @ b1, (b1 @ b2) * (one @ two), b2 @ b2
    x0, x1 = b1 @ (offset @ one), b2 @ (offset @ two)
    determinant = c00 * c11 - c01 * c01
    alpha = beta = 0.0
    if abs(determinant) > 1e-9 * max(c00 * c11, 1e-12):
        alpha, beta = (x0 * c11 - x1 * c01) / determinant, (x1 * c00 - x0 * c01) / determinant
    least = 1e-3 * float(np.hypot(*(end - begin)))
    if not (least < alpha < total and least < beta < total):
        alpha = beta = total / 3
    return np.stack([begin, begin + alpha * one, end + beta * two, end])


def _nearer(control: Points, place: Points, offset: Points) -> Points:
    """One Newton step of each place towards its point."""
    t, rest = place[:, None], 1.0 - place[:, None]
    edges = 3 * (control[1:] - control[:-1])
    bends = 2 * (edges[1:] - edges[:-1])
    slope = rest**2 * edges[0] + 2 * rest * t * edges[1] + t**2 * edges[2]
    bend = rest * bends[0] + t * bends[1]
    below = (slope * slope + offset * bend).sum(1)
    step = (offset * slope).sum(1) / np.where(np.abs(below) < 1e-9, np.inf, below)
    return np.asarray(np.clip(place - step, 0.0, 1.0))
