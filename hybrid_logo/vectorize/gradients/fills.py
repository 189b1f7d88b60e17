"""Flat, linear and radial fills fitted to the colours of points: stops and geometry by least squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fill", "Floats", "fit_fill"]

Floats: TypeAlias = NDArray[Any]
"""``float64``; one colour is premultiplied RGBA in 0-255."""

MOST_STOPS = 6
MOST_POINTS = 900
ANGLES = 12
MOST_MOVES = 24
GOOD_ENOUGH = 1.2
"""Mean error in levels at which no further stop, and no other kind of fill, is tried."""
WORTH_A_STOP = 0.85
"""A further stop must bring the error below that share of what it was."""
WORTH_A_RAMP = 0.75
WORTH_A_CENTRE = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Fill:
    """What an area is painted with.

    Attributes:
        kind: ``flat``, ``linear`` or ``radial``.
        geometry: linear: x1, y1, x2, y2; radial: centre x and y, radius; flat: nothing.
        offsets: ``float64[n]``, rising from 0 to 1, of the stops; one for a flat fill.
        colors: ``float64[n, 4]``, premultiplied RGBA in 0-255 at the stops.
        error: mean distance in levels between fill and points.
    """

    kind: str
    geometry: tuple[float, ...]
    offsets: Floats
    colors: Floats
    error: float

    def at(self, x: Floats, y: Floats) -> Floats:
        """``float64[..., 4]``: colours at these places; beyond the ends they stay the same."""
        if self.kind == "flat":
            return np.broadcast_to(self.colors[0], (*np.broadcast(x, y).shape, 4))
        along = _along(self.kind, self.geometry, x, y)
        return np.stack([np.interp(along, self.offsets, channel) for channel in self.colors.T], axis=-1)

    @property
    def opaque(self) -> bool:
        """Whether nothing shines through."""
        return bool(self.colors[:, 3].min() >= 250)

    @property
    def invisible(self) -> bool:
        """Whether nothing of it is seen."""
        return bool(self.colors[:, 3].max() < 5)


def fit_fill(x: Floats, y: Floats, colors: Floats, tolerance: float = GOOD_ENOUGH) -> Fill:
    """The simplest fill that explains the points.

    Args:
        x: ``float64[n]``, places.
        y: ``float64[n]``.
        colors: ``float64[n, 4]``, premultiplied RGBA in 0-255.
        tolerance: mean error, in levels, with which one is content.
    """
    step = -(-len(x) // MOST_POINTS)
    x, y, colors = x[::step], y[::step], colors[::step]
    mean = np.median(colors, axis=0)
    flat = Fill("flat", (), np.zeros(1), mean[None], _mean_error(colors - mean))
    if flat.error <= tolerance or len(x) < 12:
        return flat
    best = _best_linear(x, y, colors, tolerance)
    if best.error > tolerance:
        radial = _best_radial(x, y, colors, tolerance)
        if radial.error < WORTH_A_CENTRE * best.error:
            best = radial
    return best if best.error < WORTH_A_RAMP * flat.error else flat


def _best_linear(x: Floats, y: Floats, colors: Floats, tolerance: float) -> Fill:
    """Along the colour gradient of a plane through the points, or another axis where that one is no good."""
    plane = np.linalg.lstsq(
        np.column_stack([x - x.mean(), y - y.mean(), np.ones_like(x)]), colors, rcond=None
    )
    slope = np.linalg.svd(plane[0][:2])[0][:, 0]
    first = float(np.arctan2(slope[1], slope[0]))

    def error(angle: float) -> float:
        along = x * np.cos(angle) + y * np.sin(angle)
        return _mean_error(colors - _hats(_scaled(along), _knots(MOST_STOPS), colors)[1])

    angle, least = first, error(first)
    if least > tolerance:
        others = first + np.pi * np.arange(1, ANGLES) / ANGLES
        errors = [error(other) for other in others]
        if min(errors) < least:
            angle, least = float(others[int(np.argmin(errors))]), min(errors)
    step = np.pi / ANGLES / 2
    while step > 0.01:
        found = {other: error(other) for other in (angle - step, angle + step)}
        better = min(found, key=lambda other: found[other])
        if found[better] < least:
            angle, least = better, found[better]
        else:
            step /= 2
    axis = np.array([np.cos(angle), np.sin(angle)])
    along, across = x * axis[0] + y * axis[1], float(np.mean(x * -axis[1] + y * axis[0]))
    ends = [axis * end + across * np.array([-axis[1], axis[0]]) for end in (along.min(), along.max())]
    return _with_stops("linear", (*ends[0].tolist(), *ends[1].tolist()), x, y, colors, tolerance)


def _best_radial(x: Floats, y: Floats, colors: Floats, tolerance: float) -> Fill:
    """Its centre is where the normals of the colours meet; then it moves while the error falls."""
    size = max(float(np.ptp(x)), float(np.ptp(y)))

    def error(center: tuple[float, float]) -> float:
        along = np.hypot(x - center[0], y - center[1])
        return _mean_error(colors - _hats(_scaled(along), _knots(MOST_STOPS), colors)[1])

    starts = [(float(x.mean()), float(y.mean())), _meeting_point(x, y, colors)]
    errors = [error(start) for start in starts]
    center, least = starts[int(np.argmin(errors))], min(errors)
    step, moves = size / 4, 0
    while step > size / 100 and moves < MOST_MOVES:
        moves += 1
        found = {
            (center[0] + dx, center[1] + dy): 0.0 for dx, dy in ((-step, 0), (step, 0), (0, -step), (0, step))
        }
        found = {other: error(other) for other in found}
        better = min(found, key=lambda other: found[other])
        if found[better] < least:
            center, least = better, found[better]
        else:
            step /= 2
    radius = float(np.hypot(x - center[0], y - center[1]).max())
    return _with_stops("radial", (*center, radius), x, y, colors, tolerance)


def _meeting_point(x: Floats, y: Floats, colors: Floats) -> tuple[float, float]:
    """Where the lines along the gradient of a curved surface through the colours meet, by least squares."""
    u, v = x - x.mean(), y - y.mean()
    surface = np.linalg.lstsq(
        np.column_stack([u, v, u * u, u * v, v * v, np.ones_like(u)]), colors, rcond=None
    )[0]
    channel = surface[:, int(np.abs(surface[2:5]).sum(axis=0).argmax())]
    slope = np.column_stack(
        [channel[0] + 2 * channel[2] * u + channel[3] * v, channel[1] + channel[3] * u + 2 * channel[4] * v]
    )
    normal = np.column_stack([-slope[:, 1], slope[:, 0]])
    met = np.linalg.lstsq(normal, (normal * np.column_stack([u, v])).sum(axis=1), rcond=None)[0]
    reach = 3 * max(float(np.ptp(u)), float(np.ptp(v)))
    met = np.clip(met, -reach, reach)
    return float(met[0] + x.mean()), float(met[1] + y.mean())


def _with_stops(
    kind: str, geometry: tuple[float, ...], x: Floats, y: Floats, colors: Floats, tolerance: float
) -> Fill:
    """As few stops as explain the points: each new one is put where the error is largest."""
    along = _along(kind, geometry, x, y)
    start = float(along.min())
    knots = np.array([start, 1.0])
    values, fitted = _hats(along, knots, colors)
    error = _mean_error(colors - fitted)
    while len(knots) < MOST_STOPS and error > 0.5 * tolerance:
        tried = min(
            (
                _tried(along, np.sort(np.append(knots, place)), colors)
                for place in np.linspace(start, 1.0, 18)[1:-1]
                if np.abs(knots - place).min() > 0.04 * (1 - start)
            ),
            key=_error_of,
            default=None,
        )
        if tried is None or tried[0] > WORTH_A_STOP * error:
            break
        error, knots, values = tried
    return Fill(kind, geometry, knots, np.clip(values, 0, 255), error)


def _error_of(tried: tuple[float, Floats, Floats]) -> float:
    return tried[0]


def _tried(along: Floats, knots: Floats, colors: Floats) -> tuple[float, Floats, Floats]:
    values, fitted = _hats(along, knots, colors)
    return _mean_error(colors - fitted), knots, values


def _hats(along: Floats, knots: Floats, colors: Floats) -> tuple[Floats, Floats]:
    """Least squares of a curve of straight pieces: its values at the knots, and at the points."""
    place = np.clip(np.searchsorted(knots, along, side="right") - 1, 0, len(knots) - 2)
    share = (along - knots[place]) / (knots[place + 1] - knots[place])
    rows = np.arange(len(along))
    basis = np.zeros((len(along), len(knots)))
    basis[rows, place], basis[rows, place + 1] = 1 - share, share
    # A little of the mean at each knot, so that a piece without points has a colour as well.
    square = basis.T @ basis + 1e-3 * np.eye(len(knots))
    values = np.linalg.solve(square, basis.T @ colors + 1e-3 * colors.mean(axis=0))
    return values, basis @ values


def _along(kind: str, geometry: tuple[float, ...], x: Floats, y: Floats) -> Floats:
    """0 at the beginning of the ramp, 1 at its end."""
    if kind == "radial":
        return np.asarray(np.hypot(x - geometry[0], y - geometry[1]) / max(geometry[2], 1e-9))
    left, top, right, bottom = geometry
    length = max((right - left) ** 2 + (bottom - top) ** 2, 1e-9)
    return np.asarray(((x - left) * (right - left) + (y - top) * (bottom - top)) / length)


def _scaled(along: Floats) -> Floats:
    return np.asarray((along - along.min()) / max(float(np.ptp(along)), 1e-9))


def _knots(number: int) -> Floats:
    return np.linspace(0, 1, number)


def _mean_error(difference: Floats) -> float:
    return float(np.sqrt((difference**2).sum(axis=-1)).mean())
