"""Small line charts as SVG text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

__all__ = ["line_chart"]

WIDTH, HEIGHT = 420, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 22, 12, 44
LEGEND_ROW, LEGEND_COLUMN = 18, 178
COLORS = ("#1f6feb", "#d1242f", "#2a9440", "#b07800", "#8250df")
DASHES = ("none", "7 4", "2 3", "12 3 2 3", "5 2")
"""Lines differ by their dashes too, for readers who cannot tell the colours apart."""

Points = Sequence[Sequence[float]]


def line_chart(
    series: Mapping[str, Points],
    *,
    x_label: str,
    y_label: str,
    x_range: tuple[float, float] = (0.0, 1.0),
    y_range: tuple[float, float] = (0.0, 1.0),
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

    def place(x: float, y: float) -> tuple[float, float]:
        across = (x - x_range[0]) / (x_range[1] - x_range[0])
        up = (min(max(y, y_range[0]), y_range[1]) - y_range[0]) / (y_range[1] - y_range[0])
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def path(points: Points) -> str:
        return " ".join("{:.1f},{:.1f}".format(*place(point[0], point[1])) for point in points)

    tall = HEIGHT + LEGEND_ROW * ((len(series) + 1) // 2)
    title = f"{escape(y_label)} by {escape(x_label)}"
    parts = [f'<svg viewBox="0 0 {WIDTH} {tall}" role="img" aria-label="{title}">']
    for step in range(5):
        x = x_range[0] + (x_range[1] - x_range[0]) * step / 4
        y = y_range[0] + (y_range[1] - y_range[0]) * step / 4
        (left, level), (right, _), (across, _) = place(x_range[0], y), place(x_range[1], y), place(x, y)
        parts += [
            f'<line class="grid" x1="{left}" y1="{level}" x2="{right}" y2="{level}"/>',
            f'<text x="{LEFT - 6}" y="{level + 4}" text-anchor="end">{y_format.format(y)}</text>',
            f'<text x="{across}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{x_format.format(x)}</text>',
        ]
    if diagonal:
        low, high = max(x_range[0], y_range[0]), min(x_range[1], y_range[1])
        parts.append(f'<polyline class="even" points="{path([(low, low), (high, high)])}"/>')
    for number, (name, points) in enumerate(series.items()):
        look = f'stroke="{COLORS[number]}" stroke-dasharray="{DASHES[number]}"'
        parts.append(f'<polyline class="line" {look} points="{path(points)}"/>')
        for x, y in (place(point[0], point[1]) for point in points if marks):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLORS[number]}"/>')
        row, left = HEIGHT + 8 + LEGEND_ROW * (number // 2), LEFT + LEGEND_COLUMN * (number % 2)
        parts.append(
            f'<line class="line" {look} x1="{left}" y1="{row - 4}" x2="{left + 28}" y2="{row - 4}"/>'
        )
        parts.append(f'<text x="{left + 34}" y="{row}">{escape(name)}</text>')
    middle, center = (HEIGHT - BOTTOM + TOP) / 2, (WIDTH + LEFT) / 2
    turned = f'transform="rotate(-90 12 {middle})"'
    parts += [
        f'<text x="{center}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_label)}</text>',
        f'<text x="12" y="{middle}" text-anchor="middle" {turned}>{escape(y_label)}</text></svg>',
    ]
    return "\n".join(parts)
