"""Marks that are drawn with lines: orbits, graphs, signals, spirals, frames, knots; without paint."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from hybrid_logo.training.composer.geometry import (
    Form,
    arc,
    circle,
    ellipse,
    line,
    polar,
    polygon,
    regular,
    star,
)
from hybrid_logo.training.composer.marks import Mark

__all__ = ["LINE_MARKS", "line_mark"]


def line_mark(random: Random) -> Mark:
    """One of all marks that are drawn with lines."""
    return random.choice(LINE_MARKS)(random)


def _infinity(random: Random) -> Mark:
    height = random.uniform(26, 40)
    path = f"M50 50C{50 + height} {50 - height} 98 30 98 50S{50 + height} {50 + height} 50 50"
    path += f"S2 30 2 50S{50 - height} {50 - height + 2 * height} 50 50z"
    return [Form(path, stroke=random.uniform(6, 14))]


def _orbits(random: Random) -> Mark:
    count, width = random.randint(1, 3), random.uniform(2.5, 6)
    found = []
    for index in range(count):
        turn = 180 * index / count + 20
        (ax, ay), (bx, by) = polar(turn + 90, 48), polar(turn + 90, -48)
        half = f"A48 17 {turn:.1f} 1 1"
        path = f"M{ax:.1f} {ay:.1f}{half} {bx:.1f} {by:.1f}{half} {ax:.1f} {ay:.1f}z"
        found.append(Form(path, stroke=width, tone=0))
    return [*found, Form(circle(50, 50, random.uniform(6, 11)), tone=1)]


def _graph(random: Random) -> Mark:
    count, width = random.randint(3, 5), random.uniform(3, 7)
    points = [polar(360 * i / count + random.uniform(-15, 15), random.uniform(30, 44)) for i in range(count)]
    found = [Form(line([points[i], points[(i + 1) % count]]), stroke=width) for i in range(count - 1)]
    return found + [Form(circle(x, y, random.uniform(6, 11)), tone=1) for x, y in points]


def _signal(random: Random) -> Mark:
    count, width = random.randint(2, 4), random.uniform(5, 9)
    start = random.choice((0, 45, -45, 90))
    found = [
        Form(arc(start - 45, start + 45, 20 + i * 55 / count), stroke=width, tone=i) for i in range(count)
    ]
    return [*found, Form(circle(50, 50, 8))]


def _spiral(random: Random) -> Mark:
    turns = random.uniform(1.5, 2.6)
    points = [polar(360 * turns * step / 40, 4 + 42 * step / 40) for step in range(41)]
    return [Form(line(points), stroke=random.uniform(4, 9))]


def _zigzag(random: Random) -> Mark:
    count = random.randint(2, 4)
    points = [
        (4 + 92 * i / (2 * count), random.uniform(14, 30) if i % 2 else 78.0) for i in range(2 * count + 1)
    ]
    return [Form(line(points), stroke=random.uniform(5, 12))]


def _frame(random: Random) -> Mark:
    width, sides = random.uniform(4, 9), random.choice((4, 6, 30))
    outline = circle(50, 50, 46) if sides == 30 else polygon(regular(sides, 47, 45 if sides == 4 else 0), 6)
    inner = random.choice(
        (
            Form(line([(32, 52), (46, 66), (70, 36)]), stroke=width, tone=1),
            Form(line([(50, 28), (50, 72)]) + line([(28, 50), (72, 50)]), stroke=width, tone=1),
            Form(line([(30, 50), (66, 50)]) + line([(52, 34), (68, 50), (52, 66)]), stroke=width, tone=1),
            Form(polygon(star(5, 24, 10)), tone=1),
            Form(circle(50, 50, random.uniform(8, 22)), tone=1),
            Form(polygon([(40, 32), (70, 50), (40, 68)], 4), tone=1),
        )
    )
    return [Form(outline, stroke=width), inner]


def _knot(random: Random) -> Mark:
    count, width = random.choice((3, 4)), random.uniform(4, 9)
    found = []
    for index in range(count):
        x, y = polar(360 * index / count, 17)
        found.append(Form(ellipse(x, y, 27, 27), stroke=width, tone=index))
    return found


def _brackets(random: Random) -> Mark:
    width = random.uniform(6, 12)
    return [
        Form(line([(30, 22), (6, 50), (30, 78)]), stroke=width),
        Form(line([(70, 22), (94, 50), (70, 78)]), stroke=width),
        Form(line([(58, 16), (42, 84)]), stroke=width, tone=1),
    ]


LINE_MARKS: tuple[Callable[[Random], Mark], ...] = (
    _infinity, _orbits, _graph, _signal, _spiral, _zigzag, _frame, _knot, _brackets,
)  # fmt: skip
"""All of them."""
