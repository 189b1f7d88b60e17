"""Abstract marks: the few clean shapes that symbols of brands are made of, without paint."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeAlias

from hybrid_logo.training.composer.geometry import (
    Form,
    blob,
    circle,
    polar,
    polygon,
    rectangle,
    regular,
    ring,
    sector,
    star,
)
from hybrid_logo.training.composer.silhouettes import SILHOUETTES

__all__ = ["MARKS", "Mark", "mark", "silhouette"]

Mark: TypeAlias = list[Form]
"""Forms from back to front in a field of 100 x 100."""


def silhouette(random: Random) -> Mark:
    """One thing as a plain area."""
    return [Form(SILHOUETTES[random.choice(list(SILHOUETTES))])]


def mark(random: Random) -> Mark:
    """One of all marks that are areas."""
    return random.choice(MARKS)(random)


def _broken_ring(random: Random) -> Mark:
    width, start, count = random.uniform(10, 30), random.uniform(0, 360), random.choice((1, 1, 2, 3, 4))
    gap = random.uniform(6, 70) / count
    step = 360 / count
    found = [
        Form(sector(start + i * step, start + (i + 1) * step - gap, 50, 50 - width), tone=i)
        for i in range(count)
    ]
    if random.random() < 0.5:
        found.append(Form(circle(50, 50, random.uniform(6, 44 - width)), tone=count))
    return found


def _target(random: Random) -> Mark:
    count = random.randint(2, 3)
    radii = [50 - 50 * index / count for index in range(count)]
    gap = random.uniform(0.3, 0.7) * 50 / count
    return [
        Form(ring(50, 50, r, r - gap) if r - gap > 8 else circle(50, 50, r), tone=i)
        for i, r in enumerate(radii)
    ]


def _bars(random: Random) -> Mark:
    count, radius = random.randint(3, 5), random.choice((0, 3, 10))
    pitch = 100 / count
    width = pitch * random.uniform(0.55, 0.85)
    middle = random.random() < 0.4
    found = []
    for index in range(count):
        height = random.uniform(28, 100)
        top = (100 - height) / 2 if middle else 100 - height
        found.append(Form(rectangle(index * pitch, top, width, height, radius), tone=index))
    return found


def _stripes(random: Random) -> Mark:
    count, pitch = random.randint(3, 4), 0.0
    pitch = 100 / count
    slant, found = random.uniform(-25, 25), []
    for index in range(count):
        top, high = index * pitch, pitch * random.uniform(0.5, 0.72)
        short = random.choice((0, 0, 20, 35))
        points = [
            (slant, top),
            (100 - short + slant, top),
            (100 - short - slant, top + high),
            (-slant, top + high),
        ]
        found.append(Form(polygon(points, random.choice((0, 0, 5))), tone=index))
    return found


def _petals(random: Random) -> Mark:
    count, style = random.randint(3, 8), random.randrange(4)
    found = []
    for index in range(count):
        turn = 360 * index / count
        if style == 0:
            x, y = polar(turn, 28)
            path = circle(x, y, 62 / count + 3)
        elif style == 1:
            spread = 150 / count
            tip, left, right = polar(turn, 50), polar(turn - spread / 2, 30), polar(turn + spread / 2, 30)
            path = polygon([(50, 50), left, tip, right], random.choice((0, 6)))
        elif style == 2:
            left, right, tip = polar(turn - 200 / count, 34), polar(turn + 40 / count, 34), polar(turn, 50)
            path = f"M50 50C{left[0]:.1f} {left[1]:.1f} {left[0]:.1f} {left[1]:.1f} {tip[0]:.1f} {tip[1]:.1f}"
            path += f"C{right[0]:.1f} {right[1]:.1f} {right[0]:.1f} {right[1]:.1f} 50 50z"
        else:
            path = sector(turn, turn + 300 / count, 50, random.choice((0, 14, 22)))
        found.append(Form(path, tone=index))
    return found


def _cube(random: Random) -> Mark:
    outer = regular(6, 50)
    faces = [(0, 1, 2), (2, 3, 4), (4, 5, 0)]
    lift = random.choice((0, 0, 3))
    found = []
    for index, (a, b, c) in enumerate(faces):
        middle = [outer[a], outer[b], outer[c], (50.0, 50.0)]
        shift = polar(360 / 3 * index + 60, lift, (0, 0))
        found.append(Form(polygon([(x + shift[0], y + shift[1]) for x, y in middle]), tone=index))
    return found


def _nested_polygons(random: Random) -> Mark:
    sides, turn, radius = (
        random.choice((3, 4, 4, 5, 6, 6, 8)),
        random.choice((0, 0, 45, 30)),
        random.choice((0, 8)),
    )
    inner = random.uniform(22, 38)
    outside = polygon(regular(sides, 50, turn), radius)
    hole = polygon(regular(sides, inner, turn)[::-1], radius * 0.6)
    found = [Form(outside + hole)]
    if random.random() < 0.5:
        found.append(
            Form(polygon(regular(sides, inner * random.uniform(0.4, 0.7), turn), radius / 2), tone=1)
        )
    return found


def _chevrons(random: Random) -> Mark:
    count, high = random.randint(2, 3), random.uniform(30, 50)
    thick = random.uniform(0.45, 0.75) * (100 - high) / count
    pitch = (100 - high - thick) / max(1, count - 1)
    found = []
    for index in range(count):
        top = index * pitch
        points = [(0, top + high), (50, top), (100, top + high), (100, top + high + thick), (50, top + thick)]
        found.append(Form(polygon([*points, (0, top + high + thick)]), tone=index))
    return found


def _overlapping(random: Random) -> Mark:
    count, radius = random.randint(2, 4), random.uniform(24, 32)
    start = random.choice((0, 45, 90))
    spread = 50 - radius
    found = []
    for index in range(count):
        x, y = polar(start + 360 * index / count, spread)
        found.append(Form(circle(x, y, radius), tone=index))
    return found


def _quarters(random: Random) -> Mark:
    count, gap = random.choice((2, 2, 2, 3)), random.choice((0, 2, 4))
    side, found = 100 / count, []
    for index in range(count * count):
        left, top, size = index % count * side + gap, index // count * side + gap, side - 2 * gap
        style = random.randrange(6)
        corners = [(left, top), (left + size, top), (left + size, top + size), (left, top + size)]
        if style < 2:
            turn = random.randrange(4)
            path = sector(90 * turn + 90, 90 * turn + 180, size, 0, corners[turn])
        elif style == 2:
            path = circle(left + size / 2, top + size / 2, size / 2)
        elif style == 3:
            skipped = random.randrange(4)
            path = polygon([corner for place, corner in enumerate(corners) if place != skipped])
        elif style == 4 and count == 3:
            continue
        else:
            path = rectangle(left, top, size, size)
        found.append(Form(path, tone=random.randrange(3)))
    return found or _petals(random)


def _pinwheel(random: Random) -> Mark:
    count = random.choice((3, 4, 4, 5, 6))
    bend, found = random.uniform(20, 70), []
    for index in range(count):
        turn = 360 * index / count
        points = [(50.0, 50.0), polar(turn, 50), polar(turn + bend, random.uniform(30, 50))]
        found.append(Form(polygon(points, random.choice((0, 5))), tone=index))
    return found


def _ribbon(random: Random) -> Mark:
    """A folded band: an N, Z, V or M of slanted faces."""
    width = random.uniform(18, 32)
    left, right = rectangle(0, 0, width, 100), rectangle(100 - width, 0, width, 100)
    style = random.randrange(4)
    if style == 0:
        band = polygon([(0, 0), (width, 0), (100, 100), (100 - width, 100)])
        return [Form(left), Form(right, tone=1), Form(band, tone=2)]
    if style == 1:
        slope = polygon([(100 - width, width), (100, width), (width, 100 - width), (0, 100 - width)])
        return [
            Form(slope, tone=2),
            Form(rectangle(0, 0, 100, width), tone=0),
            Form(rectangle(0, 100 - width, 100, width), tone=1),
        ]
    half = polygon([(0, 4), (width, 4), (50 + width / 2, 96), (50 - width / 2, 96)])
    other = polygon([(100, 4), (100 - width, 4), (50 - width / 2, 96), (50 + width / 2, 96)])
    if style == 2:
        return [Form(half), Form(other, tone=1)]
    return [Form(half), Form(other, tone=1), Form(polygon([(50, 40), (62, 70), (38, 70)]), tone=2)]


def _blob(random: Random) -> Mark:
    count = random.randint(4, 7)
    outline = blob(
        [polar(360 * i / count + random.uniform(-12, 12), random.uniform(30, 50)) for i in range(count)]
    )
    found = [Form(outline)]
    for index in range(random.randint(0, 2)):
        x, y = polar(random.uniform(0, 360), random.uniform(0, 16))
        found.append(Form(circle(x, y, random.uniform(5, 14)), tone=index + 1))
    return found


def _pair(random: Random) -> Mark:
    """Two things beside or behind each other."""
    first, second = random.sample(list(SILHOUETTES), 2)
    if random.random() < 0.5:
        return [Form(SILHOUETTES[first])]
    inner = random.choice((circle(50, 56, 15), polygon(star(5, 20, 9, 0, (50, 55))), circle(62, 40, 10)))
    return [Form(SILHOUETTES[second]), Form(inner, tone=1)]


def _star(random: Random) -> Mark:
    tips = random.choice((4, 4, 5, 5, 6, 8, 12))
    return [Form(polygon(star(tips, 50, random.uniform(15, 34)), random.choice((0, 0, 5))))]


def _arrow(random: Random) -> Mark:
    thick = random.uniform(20, 36)
    low, high = 50 - thick / 2, 50 + thick / 2
    points = [(0, low), (50, low), (50, 8), (100, 50), (50, 92), (50, high), (0, high)]
    found = [Form(polygon(points, random.choice((0, 6))))]
    if random.random() < 0.4:
        found.append(Form(circle(20, 16, 12), tone=1))
    return found


def _tangram(random: Random) -> Mark:
    points = regular(random.choice((3, 4, 5, 6)), 50, random.choice((0, 30, 45)))
    centre = (50 + random.uniform(-12, 12), 50 + random.uniform(-12, 12))
    return [
        Form(polygon([points[index - 1], points[index], centre]), tone=index) for index in range(len(points))
    ]


def _rainbow(random: Random) -> Mark:
    count = random.randint(2, 4)
    width = 44 / count
    gap = random.choice((0, 0.25, 0.4)) * width
    return [
        Form(sector(-90, 90, 50 - i * width, 50 - (i + 1) * width + gap, (50, 70)), tone=i)
        for i in range(count)
    ]


MARKS: tuple[Callable[[Random], Mark], ...] = (
    _broken_ring, _target, _bars, _stripes, _petals, _petals, _cube, _nested_polygons, _chevrons,
    _overlapping, _quarters, _quarters, _pinwheel, _ribbon, _ribbon, _blob, _pair, _pair, silhouette, _star,
    _arrow, _tangram, _rainbow,
)  # fmt: skip
"""All marks that are areas; those that brands like most are there twice."""
