"""Small line charts as SVG text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

__all__ = ["line_chart"]

WIDTH, HEIGHT = 420, 280
LEFT, RIGHT, TOP, BOTTOM = 64, 22, 12, 44
COLORS = ("#1f6feb", "#d1242f", "#1a7f37")
DASHES = ("none", "7 4", "2 3")
"""Lines differ by their dashes too, for readers who cannot tell the colours apart."""

Points = Sequence[Sequence[float]]


def line_chart(
    series: Mapping[str, Points],
    *,
    x_label: str,
    y_label: str,
    x_range: tuple[float, float] = (0.0, 1.0),
    y_range: tuple[float, float] = (0.0, 1.0),
    diagonal: bool = False,
    marks: bool = False,
) -> str:
    """At most three lines of (x, y) points; both axes in percent.

    Args:
        series: name -> points with ascending x.
        x_label: below the chart.
        y_label: beside it.
        x_range: smallest and largest x that is shown.
        y_range: smallest and largest y; what lies above is cut off at the frame.
        diagonal: draw y = x.
        marks: draw a dot at each point.
    """

    def place(x: float, y: float) -> tuple[float, float]:
        across = (x - x_range[0]) / (x_range[1] - x_range[0])
        up = (min(max(y, y_range[0]), y_range[1]) - y_range[0]) / (y_range[1] - y_range[0])
        return LEFT + across * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)

    def path(points: Points) -> str:
        return " ".join("{:.1f},{:.1f}".format(*place(point[0], point[1])) for point in points)

    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(y_label)} by {escape(x_label)}">'
    ]
    for step in range(5):
        x = x_range[0] + (x_range[1] - x_range[0]) * step / 4
        y = y_range[0] + (y_range[1] - y_range[0]) * step / 4
        left, right, below = place(x_range[0], y), place(x_range[1], y), HEIGHT - BOTTOM + 16
        parts.append(f'<line class="grid" x1="{left[0]}" y1="{left[1]}" x2="{right[0]}" y2="{right[1]}"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{left[1] + 4}" text-anchor="end">{100 * y:.1f}%</text>')
        parts.append(f'<text x="{place(x, 0)[0]}" y="{below}" text-anchor="middle">{100 * x:.0f}%</text>')
    if diagonal:
        low, high = max(x_range[0], y_range[0]), min(x_range[1], y_range[1])
        parts.append(f'<polyline class="even" points="{path([(low, low), (high, high)])}"/>')
    for number, (name, points) in enumerate(series.items()):
        look = f'stroke="{COLORS[number]}" stroke-dasharray="{DASHES[number]}"'
        parts.append(f'<polyline class="line" {look} points="{path(points)}"/>')
        for x, y in (place(point[0], point[1]) for point in points if marks):
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{COLORS[number]}"/>')
        row = TOP + 14 + 16 * number
        parts.append(
            f'<line class="line" {look} x1="{LEFT + 10}" y1="{row - 4}" x2="{LEFT + 38}" y2="{row - 4}"/>'
        )
        parts.append(f'<text x="{LEFT + 44}" y="{row}">{escape(name)}</text>')
    parts.append(
        f'<text x="{(WIDTH + LEFT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_label)}</text>'
    )
    middle = (HEIGHT - BOTTOM + TOP) / 2
    turned = f'transform="rotate(-90 12 {middle})"'
    parts.append(f'<text x="12" y="{middle}" text-anchor="middle" {turned}>{escape(y_label)}</text></svg>')
    return "\n".join(parts)
