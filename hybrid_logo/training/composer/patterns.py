"""Patterns of many small shapes: dots, rays, mosaics, globes of lines, facets, hatching; without paint."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from random import Random

from hybrid_logo.training.composer.geometry import (
    Form,
    Point,
    arc,
    circle,
    ellipse,
    line,
    polar,
    polygon,
    rectangle,
    regular,
    sector,
    star,
)
from hybrid_logo.training.composer.marks import Mark

__all__ = ["PATTERNS", "pattern"]


def pattern(random: Random, amount: float = 1.0) -> Mark:
    """One of all patterns.

    Args:
        random: where chance comes from.
        amount: how many shapes, as a share of what makes the drawing clearly complex.
    """
    return random.choice(PATTERNS)(random, amount)


def _dot_grid(random: Random, amount: float) -> Mark:
    side = max(3, round(random.uniform(5.5, 9) * math.sqrt(amount)))
    pitch, grows = 100 / side, random.randrange(4)
    square = random.random() < 0.3
    found = []
    for row in range(side):
        for column in range(side):
            x, y = (column + 0.5) * pitch, (row + 0.5) * pitch
            far = math.dist((x, y), (50, 50)) / 50
            share = (0.8, 1.1 - 0.8 * far, 0.25 + 0.7 * column / side, random.choice((0, 0.5, 0.9)))[grows]
            if (far > 1 and grows < 2) or share < 0.12:
                continue
            radius = pitch / 2 * min(0.95, share)
            path = (
                rectangle(x - radius, y - radius, 2 * radius, 2 * radius) if square else circle(x, y, radius)
            )
            found.append(
                Form(path, tone=random.choice((0, 0, 0, 1, 2)) if grows == 3 else (row + column) % 2)
            )
    return found or [Form(circle(50, 50, 50))]


def _ring_of_shapes(random: Random, amount: float) -> Mark:
    count, rings = max(6, round(random.uniform(14, 30) * amount)), random.choice((1, 1, 2, 3))
    shape, found = random.randrange(3), []
    for around in range(rings):
        radius = 44 - around * 15
        size = min(0.36 * 2 * math.pi * radius / count, 7)
        for index in range(count):
            turn = 360 * (index + 0.5 * around) / count
            x, y = polar(turn, radius)
            if shape == 0:
                path = circle(x, y, size)
            elif shape == 1:
                path = polygon([polar(turn, radius + 6), polar(turn + 90 / count, radius - 5),
                                polar(turn - 90 / count, radius - 5)])  # fmt: skip
            else:
                path = polygon(regular(random.choice((4,)), size * 1.2, turn, (x, y)))
            found.append(Form(path, tone=index % random.choice((1, 3))))
    if random.random() < 0.4:
        found.append(Form(circle(50, 50, 44 - rings * 15 if rings < 3 else 6), tone=1))
    return found


def _rays(random: Random, amount: float) -> Mark:
    count = max(8, round(random.uniform(20, 40) * amount))
    inner = random.uniform(8, 30)
    fill = random.uniform(0.4, 0.7)
    found = []
    for index in range(count):
        start = 360 * index / count
        outer = 50 if index % 2 or random.random() < 0.6 else random.uniform(36, 48)
        found.append(Form(sector(start, start + 360 / count * fill, outer, inner), tone=index % 3))
    if random.random() < 0.5:
        found.append(Form(circle(50, 50, inner * 0.7), tone=1))
    return found


def _lines_in_disc(random: Random, amount: float) -> Mark:
    """Stripes cut to a disc, as hatching."""
    count = max(6, round(random.uniform(14, 26) * amount))
    turn, pitch = random.choice((0, 45, 90, -30)), 96 / count
    found = []
    for index in range(count):
        offset = -48 + (index + 0.5) * pitch
        half = math.sqrt(max(0, 48**2 - offset**2)) * random.choice((1, 1, 1, 0.8))
        if half < 3:
            continue
        x, y = polar(turn, offset, (50, 50))
        (dx, dy) = polar(turn + 90, half, (0, 0))
        found.append(Form(line([(x - dx, y - dy), (x + dx, y + dy)]), stroke=pitch * 0.5, tone=0))
    return found


def _pixels(random: Random, amount: float) -> Mark:
    """A mirrored pixel figure."""
    side = max(4, round(random.uniform(8, 12) * math.sqrt(amount)))
    pitch, colors = 100 / side, random.randint(1, 4)
    found = []
    for row in range(side):
        for column in range((side + 1) // 2):
            if random.random() < 0.42:
                continue
            tone = random.randrange(colors)
            for place in {column, side - 1 - column}:
                found.append(Form(rectangle(place * pitch, row * pitch, pitch, pitch), tone=tone))
    return found or [Form(rectangle(0, 0, 100, 100))]


def _globe(random: Random, amount: float) -> Mark:
    lines, width = max(1, round(random.uniform(3, 6) * amount)), random.uniform(0.9, 2.2)
    found = [Form(circle(50, 50, 48), stroke=width)]
    for index in range(1, lines + 1):
        across = 48 * math.sin(math.pi / 2 * index / (lines + 1))
        found.append(Form(ellipse(50, 50, across, 48), stroke=width))
        offset = 48 * index / (lines + 1)
        half = math.sqrt(48**2 - offset**2)
        found += [
            Form(line([(50 - half, y), (50 + half, y)]), stroke=width) for y in (50 - offset, 50 + offset)
        ]
    return [*found, Form(line([(2, 50), (98, 50)]), stroke=width)]


def _facets(random: Random, amount: float) -> Mark:
    """Low-poly: a jittered grid of triangles within a polygon; the tones are flat."""
    rings = max(1, round(random.uniform(2, 3.4) * math.sqrt(amount)))
    sides = random.choice((5, 6, 6, 8))
    loops: list[list[Point]] = [[(50 + random.uniform(-5, 5), 50 + random.uniform(-5, 5))] * sides]
    for loop in range(1, rings + 1):
        radius, jitter = 50 * loop / rings, 0 if loop == rings else 8
        loops.append(
            [
                polar(360 * i / sides + random.uniform(-jitter, jitter), radius + random.uniform(-jitter, 0))
                for i in range(sides)
            ]
        )
    found = []
    for inner, outer in pairwise(loops):
        for index in range(sides):
            following = (index + 1) % sides
            first = [inner[index], outer[index], outer[following]]
            found.append(Form(polygon(first), tone=random.randrange(9)))
            if inner[index] != inner[following]:
                second = [inner[index], outer[following], inner[following]]
                found.append(Form(polygon(second), tone=random.randrange(9)))
    return found


def _network(random: Random, amount: float) -> Mark:
    count, width = max(5, round(random.uniform(10, 18) * amount)), random.uniform(0.8, 1.8)
    points = [polar(random.uniform(0, 360), 48 * math.sqrt(random.random())) for _ in range(count)]
    found = []
    for index, point in enumerate(points):
        nearest = sorted(points, key=lambda other: math.dist(point, other))[1:4]
        found += [
            Form(line([point, other]), stroke=width, tone=0)
            for other in nearest
            if index % 3 or other > point
        ]
    return found + [Form(circle(x, y, random.uniform(1.5, 3.5)), tone=random.randrange(3)) for x, y in points]


def _honeycomb(random: Random, amount: float) -> Mark:
    radius = 12 / math.sqrt(max(0.2, amount)) * random.uniform(0.8, 1.1)
    keep, found = random.uniform(0.5, 0.95), []
    rows = int(50 / radius) + 1
    for row in range(-rows, rows + 1):
        for column in range(-rows, rows + 1):
            x = 50 + (column + row % 2 / 2) * radius * math.sqrt(3)
            y = 50 + row * radius * 1.5
            if math.dist((x, y), (50, 50)) < 50 - radius and random.random() < keep:
                found.append(Form(polygon(regular(6, radius * 0.88, 0, (x, y))), tone=random.randrange(4)))
    return found or [Form(polygon(regular(6, 50)))]


def _confetti(random: Random, amount: float) -> Mark:
    count = max(8, round(random.uniform(20, 34) * amount))
    found: list[Form] = []
    places = [(50.0, 50.0)]
    for _ in range(6 * count):
        place = polar(random.uniform(0, 360), 46 * math.sqrt(random.random()))
        if (
            len(found) < count
            and min(math.dist(place, other) for other in places) > 44 / math.sqrt(count) * 1.3
        ):
            places.append(place)
            size, turn = random.uniform(2.5, 4.6), random.uniform(0, 90)
            paths = (
                circle(*place, size),
                polygon(regular(3, size, turn, place)),
                polygon(regular(4, size, turn, place)),
                polygon(star(5, size * 1.2, size * 0.5, turn, place)),
            )
            path = random.choice(paths)
            found.append(Form(path, tone=random.randrange(6)))
    return found or [Form(circle(50, 50, 10))]


def _concentric(random: Random, amount: float) -> Mark:
    count = max(3, round(random.uniform(6, 11) * amount))
    width = 46 / count
    found = []
    for index in range(count):
        start, length = random.uniform(0, 360), random.choice((360, 300, 240, 150))
        radius = 48 - index * width
        path = circle(50, 50, radius) if length == 360 else arc(start, start + length, radius)
        found.append(Form(path, stroke=width * random.uniform(0.35, 0.6), tone=index % 3))
    return found


def _circuit(random: Random, amount: float) -> Mark:
    """Lines that bend once and end in dots."""
    count, width = max(4, round(random.uniform(9, 14) * amount)), random.uniform(1.2, 2.2)
    found = [Form(rectangle(34, 34, 32, 32, 4), stroke=width * 1.5)]
    for index in range(count):
        turn = 360 * index / count
        start, bend = polar(turn, 22), polar(turn, random.uniform(28, 36))
        end = polar(turn + random.choice((-14, 0, 14)), 46)
        found += [Form(line([start, bend, end]), stroke=width), Form(circle(*end, 2.6), tone=1)]
    return [*found, Form(rectangle(42, 42, 16, 16, 2), tone=1)]


def _color_wheel(random: Random, amount: float) -> Mark:
    """Slices of many colours."""
    count = max(4, round(random.uniform(8, 12) * amount))
    inner, gap = random.choice((0, 18, 26)), random.choice((0, 0, 4))
    return [
        Form(sector(360 * i / count, 360 * (i + 1) / count - gap, 50, inner), tone=i) for i in range(count)
    ]


PATTERNS: tuple[Callable[[Random, float], Mark], ...] = (
    _dot_grid, _ring_of_shapes, _rays, _lines_in_disc, _pixels, _globe, _facets, _facets, _network,
    _honeycomb, _confetti, _concentric, _circuit, _color_wheel,
)  # fmt: skip
"""All patterns."""
