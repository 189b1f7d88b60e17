"""Small charts as SVG text: lines, and dots with intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Dot", "dot_chart", "line_chart"]

WIDTH, HEIGHT = 420, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 22, 12, 44
LEGEND_ROW, LEGEND_COLUMN = 18, 178
LONGEST_OF_TWO = 24
COLORS = ("#1f6feb", "#d1242f", "#2a9440", "#b07800", "#8250df")
DASHES = ("none", "7 4", "2 3", "12 3 2 3", "5 2")
"""Lines differ by their dashes too, for readers who cannot tell the colours apart."""
SHAPES = ("M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z", "M-4-4h8v8h-8z", "M0-5l5 9h-10z", "M0-5l5 5-5 5-5-5z",
          "M-4-4l8 8M-4 4l8-8")  # fmt: skip
"""Circle, square, triangle, diamond, cross, around 0, for the same readers."""

Points = Sequence[Sequence[float]]
Ticks = Sequence[tuple[float, str]]
Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure at (``x``, ``y``) whose interval reaches from ``low`` to ``high``."""

    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all charts have: the place of a point, grid, axes and legend."""

    x_range: Range
    y_range: Range
    names: Sequence[str]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """In the picture; what lies beyond the largest or smallest y is moved to the edge."""
        (left, right), (low, high) = self.x_range, self.y_range
        across, up = (x - left) / (right - left), (min(max(y, low), high) - low) / (high - low)
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def path(self, points: Points) -> str:
        return " ".join("{:.1f},{:.1f}".format(*self.place(point[0], point[1])) for point in points)

    def begin(self, x_label: str, y_label: str) -> str:
        tall = HEIGHT + LEGEND_ROW * math.ceil(len(self.names) / self._columns)
        title = f"{escape(y_label)} by {escape(x_label)}"
        return f'<svg viewBox="0 0 {WIDTH} {tall}" role="img" aria-label="{title}">'

    def axes(self, x_label: str, y_label: str, x_ticks: Ticks, y_ticks: Ticks) -> list[str]:
        parts = []
        for y, written in y_ticks:
            (left, level), (right, _) = self.place(self.x_range[0], y), self.place(self.x_range[1], y)
            parts += [
                f'<line class="grid" x1="{left}" y1="{level}" x2="{right}" y2="{level}"/>',
                f'<text x="{LEFT - 6}" y="{level + 4}" text-anchor="end">{escape(written)}</text>',
            ]
        for x, written in x_ticks:
            across = self.place(x, self.y_range[0])[0]
            height = HEIGHT - BOTTOM + 16
            parts.append(f'<text x="{across}" y="{height}" text-anchor="middle">{escape(written)}</text>')
        middle, center = (HEIGHT - BOTTOM + TOP) / 2, (WIDTH + LEFT) / 2
        turned = f'transform="rotate(-90 12 {middle})"'
        return [
            *parts,
            f'<text x="{center}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_label)}</text>',
            f'<text x="12" y="{middle}" text-anchor="middle" {turned}>{escape(y_label)}</text>',
        ]

    @property
    def _columns(self) -> int:
        """Two names stand beside each other where they are short enough."""
        return 1 if any(len(name) > LONGEST_OF_TWO for name in self.names) else 2

    def legend_place(self, number: int) -> tuple[int, int]:
        row, column = divmod(number, self._columns)
        return LEFT + LEGEND_COLUMN * column, HEIGHT + 8 + LEGEND_ROW * row


def _quarters(shown: Range, form: str) -> Ticks:
    low, high = shown
    values = [low + (high - low) * step / 4 for step in range(5)]
    return [(value, form.format(value)) for value in values]


def line_chart(
    series: Mapping[str, Points],
    *,
    x_label: str,
    y_label: str,
    x_range: Range = (0.0, 1.0),
    y_range: Range = (0.0, 1.0),
    x_format: str = "{:.0%}",
    y_format: str = "{:.1%}",
    diagonal: bool = False,
    marks: bool = False,
) -> str:
    """At most five lines of (x, y) points, explained below the chart.

    Args:
        series: name -> points with ascending x.
        x_label: below the chart.
        y_label: beside it.
        x_range: smallest and largest x that is shown.
        y_range: smallest and largest y; what lies beyond is cut off at the frame.
        x_format: how the numbers below the chart are written.
        y_format: how the numbers beside it are written.
        diagonal: draw y = x.
        marks: draw a dot at each point.
    """
    frame = _Frame(x_range, y_range, list(series))
    parts = [frame.begin(x_label, y_label)]
    parts += frame.axes(x_label, y_label, _quarters(x_range, x_format), _quarters(y_range, y_format))
    if diagonal:
        low, high = max(x_range[0], y_range[0]), min(x_range[1], y_range[1])
        parts.append(f'<polyline class="even" points="{frame.path([(low, low), (high, high)])}"/>')
    for number, (name, points) in enumerate(series.items()):
        look = f'stroke="{COLORS[number]}" stroke-dasharray="{DASHES[number]}"'
        parts.append(f'<polyline class="line" {look} points="{frame.path(points)}"/>')
        for x, y in (frame.place(point[0], point[1]) for point in points if marks):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLORS[number]}"/>')
        left, row = frame.legend_place(number)
        parts.append(
            f'<line class="line" {look} x1="{left}" y1="{row - 4}" x2="{left + 28}" y2="{row - 4}"/>'
        )
        parts.append(f'<text x="{left + 34}" y="{row}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"])


def dot_chart(
    series: Mapping[str, Sequence[Dot]],
    *,
    x_label: str,
    y_label: str,
    x_range: Range,
    y_range: Range,
    x_ticks: Ticks | None = None,
    x_format: str = "{:.1f}",
    y_format: str = "{:.0%}",
) -> str:
    """At most five groups of dots with vertical intervals, explained below the chart.

    Args:
        series: name -> dots.
        x_label: below the chart.
        y_label: beside it.
        x_range: smallest and largest x that is shown.
        y_range: smallest and largest y; what lies beyond is cut off at the frame.
        x_ticks: place and text of what is written below the chart; else four steps.
        x_format: how the numbers of those steps are written.
        y_format: how the numbers beside the chart are written.
    """
    frame = _Frame(x_range, y_range, list(series))
    parts = [frame.begin(x_label, y_label)]
    ticks = _quarters(x_range, x_format) if x_ticks is None else x_ticks
    parts += frame.axes(x_label, y_label, ticks, _quarters(y_range, y_format))
    for number, (name, dots) in enumerate(series.items()):
        look = f'd="{SHAPES[number]}" fill="{COLORS[number]}" stroke="{COLORS[number]}"'
        for dot in dots:
            (x, y), (_, bottom), (_, top) = (frame.place(dot.x, at) for at in (dot.y, dot.low, dot.high))
            parts.append(
                f'<line class="whisker" stroke="{COLORS[number]}" x1="{x:.1f}" y1="{bottom:.1f}" '
                f'x2="{x:.1f}" y2="{top:.1f}"/>'
            )
            told = (
                f"{name}: {y_format.format(dot.y)} ({y_format.format(dot.low)}-{y_format.format(dot.high)})"
            )
            parts.append(
                f'<path {look} transform="translate({x:.1f} {y:.1f})"><title>{escape(told)}</title></path>'
            )
        left, row = frame.legend_place(number)
        parts.append(f'<path {look} transform="translate({left + 14} {row - 4})"/>')
        parts.append(f'<text x="{left + 34}" y="{row}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"])
