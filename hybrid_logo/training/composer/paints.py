"""Paints: flat colours and ramps (linear, radial, with several stops, fading), and soft shadows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from hybrid_logo.training.composer.drawing import Art
from hybrid_logo.training.composer.geometry import Box
from hybrid_logo.training.composer.palettes import brand_color, luminance, shifted

__all__ = ["Paint", "fade_mask", "flat", "identifier", "masked", "ramp", "ramp_colors", "soft_shadow"]


@dataclass(frozen=True, slots=True)
class Paint:
    """A value for ``fill`` or ``stroke``, and the definitions that it needs."""

    value: str
    definitions: str = ""


def identifier(random: Random) -> str:
    """An id that nothing else in the document has."""
    return f"i{random.getrandbits(40):x}"


def flat(color: str) -> Paint:
    """One colour."""
    return Paint(color)


def ramp_colors(random: Random, base: str | None = None, strength: float | None = None) -> list[str]:
    """Stops of a ramp.

    Args:
        random: where chance comes from.
        base: colour that it starts from.
        strength: 0 barely visible, 1 strong.
    """
    start = base or brand_color(random)
    force = random.choice((0.25, 0.5, 0.8, 1.0, 1.0)) if strength is None else strength
    style = random.random()
    if style < 0.4 or force < 0.2:
        step = 0.04 + 0.3 * force
        light = shifted(start, random.uniform(-25, 25) * force, step if luminance(start) < 0.5 else -step)
        colors = [start, light]
    elif style < 0.8:
        colors = [start, shifted(start, random.choice((-1, 1)) * (20 + 80 * force * random.random()), 0.06)]
    else:
        colors = [start, brand_color(random)]
    if force > 0.6 and random.random() < 0.25:
        colors.append(shifted(colors[-1], random.uniform(30, 80), 0.04))
    if random.random() < 0.5:
        colors.reverse()
    return colors


def ramp(
    random: Random,
    colors: Sequence[str],
    field: Box | None = None,
    *,
    radial: bool | None = None,
    fading: bool = False,
) -> Paint:
    """A gradient.

    Args:
        random: where chance comes from.
        colors: its stops, two or more.
        field: what it runs over, in user units; the painted shape's own box by default.
        radial: from a middle outwards; by chance where not said.
        fading: the last stop is transparent.
    """
    name = identifier(random)
    box = field or Box(0, 0, 1, 1)
    units = ' gradientUnits="userSpaceOnUse"' if field else ""
    stops = _stops(random, colors, fading)
    if random.random() < 0.22 if radial is None else radial:
        x, y = (
            box.left + box.width * random.uniform(0.2, 0.8),
            box.top + box.height * random.uniform(0.2, 0.8),
        )
        radius = max(box.width, box.height) * random.uniform(0.5, 0.95)
        element = f'<radialGradient id="{name}" cx="{x:.3f}" cy="{y:.3f}" r="{radius:.3f}"{units}>{stops}'
        return Paint(f"url(#{name})", f"<defs>{element}</radialGradient></defs>")
    turn = math.radians(random.choice((0, 45, 90, 135, 180, 270, random.uniform(0, 360))))
    (x, y), along, down = box.centre, box.width / 2 * math.cos(turn), box.height / 2 * math.sin(turn)
    ends = f'x1="{x - along:.3f}" y1="{y - down:.3f}" x2="{x + along:.3f}" y2="{y + down:.3f}"'
    element = f'<linearGradient id="{name}" {ends}{units}>{stops}</linearGradient>'
    return Paint(f"url(#{name})", f"<defs>{element}</defs>")


def soft_shadow(random: Random, art: Art, strength: float = 1.0) -> Art:
    """The same with a soft shadow below, or a glow around."""
    size = max(art.box.width, art.box.height)
    name = identifier(random)
    glow = random.random() < 0.3
    color = brand_color(random) if glow else "#000000"
    blur = size * random.uniform(0.012, 0.05) * (0.4 + 0.6 * strength)
    x, y = (0.0, 0.0) if glow else (size * random.uniform(-0.01, 0.02), size * random.uniform(0.005, 0.05))
    opacity = random.uniform(0.35, 0.8) * (0.5 + 0.5 * strength)
    definition = (
        f'<defs><filter id="{name}" x="-40%" y="-40%" width="180%" height="180%"><feDropShadow dx="{x:.2f}" '
        f'dy="{y:.2f}" stdDeviation="{blur:.2f}" flood-color="{color}" flood-opacity="{opacity:.2f}"/>'
        "</filter></defs>"
    )
    shaded = art.wrapped(lambda body: f'{definition}<g filter="url(#{name})">{body}</g>')
    return Art(
        tuple(replace(part, box=part.box.grown(2.2 * blur + max(abs(x), abs(y)))) for part in shaded.parts),
        art.sources,
    )


def masked(name: str, silhouette: str, paint: Paint, box: Box) -> str:
    """Elements that show ``paint`` within a white silhouette; ``name`` is an id of their own."""
    frame = box.attributes
    return (
        f'<defs><mask id="{name}" maskUnits="userSpaceOnUse" {frame}>{silhouette}</mask></defs>'
        f'{paint.definitions}<g mask="url(#{name})"><rect {frame} fill="{paint.value}"/></g>'
    )


def fade_mask(random: Random, art: Art) -> Art:
    """The same, fading to transparent through a mask."""
    name, box = identifier(random), art.box
    dimmed = random.choice(("#000000", "#222222", "#555555"))
    shade = ramp(random, ["#ffffff", dimmed], box, radial=False)
    frame = box.attributes
    definition = (
        f'<defs><mask id="{name}" maskUnits="userSpaceOnUse" {frame}>{shade.definitions}'
        f'<rect {frame} fill="{shade.value}"/></mask></defs>'
    )
    return art.wrapped(lambda body: f'{definition}<g mask="url(#{name})">{body}</g>')


def _stops(random: Random, colors: Sequence[str], fading: bool) -> str:
    start = random.choice((0.0, 0.0, 0.0, random.uniform(0, 0.3)))
    end = random.choice((1.0, 1.0, 1.0, random.uniform(0.7, 1)))
    parts = []
    for index, color in enumerate(colors):
        place = start + (end - start) * index / max(1, len(colors) - 1)
        last = index == len(colors) - 1
        clear = f' stop-opacity="{random.choice((0, 0, 0.1, 0.25))}"' if fading and last else ""
        parts.append(f'<stop offset="{place:.3f}" stop-color="{color}"{clear}/>')
    return "".join(parts)
