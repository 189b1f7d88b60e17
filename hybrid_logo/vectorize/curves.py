"""Outlines along pixels to few lines and curves: corners are found first, then straight runs, then curves."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.vectorize.bezier import Curve, Points, fit_run, off_chord, unit

__all__ = ["Curve", "Ellipse", "Outline", "fit_outline"]

CORNER_REACH = 1.5
"""Pixels on either side of a point whose directions are compared."""
STRAIGHT_REACH = 3.0
STRAIGHT_TURN = 8.0
"""Degrees; where the outline turns less, it may be straight."""


@dataclass(frozen=True, slots=True)
class Ellipse:
    """A whole outline: centre, half axes, and whether it runs clockwise on the screen."""

    x: float
    y: float
    across: float
    down: float
    clockwise: bool


Outline: TypeAlias = "Ellipse | list[Curve]"


def fit_outline(
    corners: NDArray[np.int64],
    scale: int,
    *,
    tolerance: float,
    corner_angle: float,
    stretch: tuple[float, float] | Points = (1.0, 1.0),
) -> Outline:
    """Fit one closed outline.

    Args:
        corners: ``int64[N, 2]``, a closed walk along pixel edges of a picture ``scale`` times enlarged.
        scale: see there.
        tolerance: how far curves may be off, in pixels before enlarging.
        corner_angle: degrees from which a turn is a corner.
        stretch: across and down, by which the result is larger than the picture before enlarging.

    Returns:
        its pieces; none where it is too small to be seen.
    """
    points = _middles(corners) / scale
    if len(points) < 4:
        return []
    slack = max(tolerance, 0.6 / scale)
    ellipse = _ellipse(points, slack)
    if ellipse is not None:
        x, y = float(stretch[0]), float(stretch[1])
        return Ellipse(ellipse.x * x, ellipse.y * y, ellipse.across * x, ellipse.down * y, ellipse.clockwise)
    return [Curve(curve.points * stretch) for curve in _pieces(points, scale, slack, corner_angle)]


def _middles(corners: NDArray[np.int64]) -> Points:
    """Middle of each pixel edge on the walk."""
    steps = np.roll(corners, -1, axis=0) - corners
    lengths = np.abs(steps).sum(1)
    units = np.sign(steps)
    first = np.repeat(corners, lengths, axis=0)
    unit = np.repeat(units, lengths, axis=0)
    number = np.arange(len(first)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.asarray(first + unit * (number[:, None] + 0.5), np.float64)


def _ellipse(points: Points, slack: float) -> Ellipse | None:
    """The upright ellipse that all points lie on, where there is one."""
    low, high = points.min(0), points.max(0)
    if len(points) < 16:
        return None
    middle, half = (low + high) / 2, np.maximum((high - low) / 2, 1e-6)
    x, y = ((points - middle) / half).T
    system = np.stack([x * x, y * y, x, y], axis=1)
    (a, b, c, d), *_ = np.linalg.lstsq(system, np.ones(len(points)), rcond=None)
    if a <= 0 or b <= 0:
        return None
    level = 1 + c * c / (4 * a) + d * d / (4 * b)
    centre = middle + half * np.array([-c / (2 * a), -d / (2 * b)])
    axes = half * np.sqrt(level / np.array([a, b]))
    if max(axes) > 4 * min(axes):
        return None
    if abs(axes[0] - axes[1]) < slack:
        axes[:] = axes.mean()
    offset = (points - centre) / axes
    radius = np.hypot(*offset.T)
    if np.abs(radius - 1).max() * min(axes) > slack:
        return None
    turn = _signed_area(points)
    return Ellipse(float(centre[0]), float(centre[1]), float(axes[0]), float(axes[1]), turn > 0)


def _signed_area(points: Points) -> float:
    x, y = points.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def _turns(points: Points, reach: int) -> Points:
    """Degrees by which the closed outline turns at each point, seen from ``reach`` points on either side."""
    before = points - np.roll(points, reach, axis=0)
    after = np.roll(points, -reach, axis=0) - points
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    return np.asarray(np.degrees(np.arctan2(cross, (before * after).sum(1))))


def _corner_places(points: Points, scale: int, angle: float) -> list[int]:
    """Where the outline turns by ``angle`` or more, and most within reach."""
    reach = max(2, min(round(CORNER_REACH * scale * 1.2), len(points) // 6))
    turns = np.abs(_turns(points, reach))
    # A corner turns as much within half the reach; a curve turns half as much.
    close = np.abs(_turns(points, max(2, reach // 2)))
    places = []
    for place in np.flatnonzero((turns >= angle) & (close >= 0.6 * turns)):
        around = np.arange(place - reach, place + reach + 1) % len(points)
        window = turns[around] + close[around]
        if window.argmax() == reach:
            places.append(int(place))
    return places


def _straight_runs(points: Points, scale: int, slack: float) -> list[tuple[int, int]]:
    """First and last place of each long run of the open piece that a line fits."""
    reach = round(STRAIGHT_REACH * scale)
    if len(points) < 2 * reach:
        return []
    before = points[reach:-reach] - points[: -2 * reach]
    after = points[2 * reach :] - points[reach:-reach]
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    calm = np.abs(np.degrees(np.arctan2(cross, (before * after).sum(1)))) < STRAIGHT_TURN
    edges = np.flatnonzero(np.diff(np.concatenate([[0], calm.astype(np.int8), [0]])))
    runs = []
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        first, last = int(start) + reach // 2, int(stop) - 1 + 2 * reach - reach // 2
        if _off_line(points[first : last + 1]) <= 0.75 * slack and last - first >= 1.5 * reach:
            runs.append((first, last))
    merged: list[tuple[int, int]] = []
    for first, last in runs:
        if merged and first <= merged[-1][1]:
            first = merged[-1][1]
            if last - first < reach:
                continue
        merged.append((first, last))
    return merged


def _off_line(points: Points) -> float:
    """How far the points are from the line that fits them best."""
    return float(np.abs((points - points.mean(0)) @ _normal(points)).max())


def _normal(points: Points) -> Points:
    x, y = (points - points.mean(0)).T
    angle = 0.5 * math.atan2(2 * float(x @ y), float(x @ x - y @ y))  # of the longer axis
    return np.array([-math.sin(angle), math.cos(angle)])


def _pieces(points: Points, scale: int, slack: float, angle: float) -> list[Curve]:
    places = _corner_places(points, scale, angle)
    if not places:
        return _smooth_loop(points, scale, slack)
    points = np.roll(points, -places[0], axis=0)
    places = [place - places[0] for place in places] + [len(points)]
    closed = np.concatenate([points, points[:1]])
    parts = [closed[a : b + 1] for a, b in pairwise(places)]
    ends = _corner_points(parts, scale, slack)
    curves = []
    for number, part in enumerate(parts):
        part = part.copy()
        part[0], part[-1] = ends[number], ends[(number + 1) % len(parts)]
        curves += _open_piece(part, scale, slack, None, None)
    return curves


def _corner_points(parts: list[Points], scale: int, slack: float) -> list[Points]:
    """Where each piece begins: where the lines on both sides meet, if they are straight there."""
    ends = []
    for number, part in enumerate(parts):
        before = parts[number - 1]
        corner = part[0]
        lines = [_near_end(before[::-1], scale, slack), _near_end(part, scale, slack)]
        if lines[0] is not None and lines[1] is not None:
            met = _meet(lines[0], lines[1])
            if met is not None and np.hypot(*(met - corner)) <= 1.25:
                corner = met
        ends.append(corner)
    return ends


def _near_end(part: Points, scale: int, slack: float) -> tuple[Points, Points] | None:
    """Point and normal of the line that ``part`` begins with, past the corner that pixels round off."""
    skip, reach = round(0.6 * scale), round(3.0 * scale)
    if len(part) < skip + 4:
        return None
    run = part[skip : min(reach, len(part) - skip if len(part) > 2 * skip + 4 else len(part))]
    if len(run) < 4 or _off_line(run) > slack:
        return None
    return run.mean(0), _normal(run)


def _meet(one: tuple[Points, Points], other: tuple[Points, Points]) -> Points | None:
    system = np.stack([one[1], other[1]])
    if abs(np.linalg.det(system)) < 0.25:
        return None
    return np.asarray(np.linalg.solve(system, np.array([one[0] @ one[1], other[0] @ other[1]])))


def _smooth_loop(points: Points, scale: int, slack: float) -> list[Curve]:
    """A loop without corners, begun where it is straight, or else at its leftmost point."""
    start = int(points[:, 0].argmin())
    points = np.roll(points, -start, axis=0)
    reach = max(1, min(scale, len(points) // 8))
    tangent = unit(points[reach] - points[-reach])
    closed = np.concatenate([points, points[:1]])
    return _open_piece(closed, scale, slack, tangent, -tangent)


def _open_piece(
    points: Points, scale: int, slack: float, first: Points | None, last: Points | None
) -> list[Curve]:
    """A piece between two corners; ``first`` and ``last`` are its tangents inwards where they are known."""
    ends = points[-1] - points[0]
    if first is None and last is None and np.hypot(*ends) > 0 and off_chord(points) <= 0.9 * slack:
        return [Curve(points[[0, -1]])]
    curves: list[Curve] = []
    at = 0
    tangent = first
    for start, stop in _straight_runs(points, scale, slack):
        begin, end = _on_line(points, start, stop)
        along = unit(end - begin)
        if start > at:
            part = points[at : start + 1].copy()
            part[-1] = begin
            if curves:
                part[0] = curves[-1].points[-1]
            curves += fit_run(part, slack, tangent, -along, scale)
        elif curves:
            begin = curves[-1].points[-1]
        else:
            begin = points[0]
        curves.append(Curve(np.stack([begin, end])))
        at, tangent = stop, along
    if at < len(points) - 1:
        part = points[at:].copy()
        if curves:
            part[0] = curves[-1].points[-1]
        curves += fit_run(part, slack, tangent, last, scale)
    elif curves:
        curves[-1].points[-1] = points[-1]
    return curves


def _on_line(points: Points, start: int, stop: int) -> tuple[Points, Points]:
    """The ends of a run, moved on to its line."""
    run = points[start : stop + 1]
    middle, normal = run.mean(0), _normal(run)
    begin, end = (point - ((point - middle) @ normal) * normal for point in (points[start], points[stop]))
    if start == 0:
        begin = points[0]
    if stop == len(points) - 1:
        end = points[-1]
    return begin, end
