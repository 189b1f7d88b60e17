"""Marks become art: which colour or ramp each form gets, and which logos are light, for dark pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from hybrid_logo.training.composer.drawing import Art, Part
from hybrid_logo.training.composer.geometry import Box
from hybrid_logo.training.composer.marks import Mark
from hybrid_logo.training.composer.measuring import ink_box
from hybrid_logo.training.composer.paints import Paint, fade_mask, flat, ramp, ramp_colors
from hybrid_logo.training.composer.palettes import brand_color, palette, tones
from hybrid_logo.types import LogoType

__all__ = ["FIELD", "Wish", "color_for", "flat_wish", "ink_paint", "painted", "ramp_strength"]

FIELD = Box(0, 0, 100, 100)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a composition should become.

    Attributes:
        label: its type.
        near: near a boundary.
        light: for a dark page.
    """

    label: LogoType
    near: bool = False
    light: bool = False

    @property
    def ramps(self) -> bool:
        """Whether most of the ink should lie under ramps."""
        return self.label == LogoType.GRADIENT


def flat_wish(wish: Wish) -> Wish:
    """The same without ramps."""
    return replace(wish, label=LogoType.SIMPLE)


def color_for(random: Random, wish: Wish) -> str:
    """The main colour."""
    return palette(random, 1, light=wish.light)[0]


def ramp_strength(random: Random, wish: Wish) -> float:
    """How far a ramp goes: where near a boundary it is barely visible."""
    return random.uniform(0.05, 0.2) if wish.near and random.random() < 0.6 else random.uniform(0.3, 1)


def ink_paint(random: Random, wish: Wish, color: str | None = None, field: Box | None = None) -> Paint:
    """One paint for a whole thing: a ramp where ramps are wished, else a colour."""
    base = color or color_for(random, wish)
    if wish.ramps:
        fading = random.random() < 0.08
        return ramp(random, ramp_colors(random, base, ramp_strength(random, wish)), field, fading=fading)
    return flat(base)


def painted(
    random: Random, mark: Mark, wish: Wish, colors: Sequence[str] | None = None, count: int | None = None
) -> Art:
    """Give paint to the forms of a mark.

    Args:
        random: where chance comes from.
        mark: the forms.
        wish: flat, or with ramps; dark or light.
        colors: the palette; chosen here where it is not given.
        count: how many colours to choose.
    """
    many = max(form.tone for form in mark) + 1
    amount = count or random.choice((1, 1, 2, 2, 3, 4))
    chosen = list(colors or palette(random, min(amount, many), light=wish.light))
    if colors is None and many > 1 and random.random() < 0.25:
        chosen = tones(random, brand_color(random), min(many, 5))
    paints = _paints(random, wish, chosen, many)
    cap = random.choice(("round", "round", "butt"))
    thin = not any(form.stroke for form in mark) and many <= 4 and random.random() < 0.07
    body = "".join(dict.fromkeys(paint.definitions for paint in paints))
    for form in mark:
        value = paints[form.tone % len(paints)].value
        width = form.stroke or (random.uniform(2.5, 6) if thin else 0)
        if width:
            body += (
                f'<path d="{form.path}" fill="none" stroke="{value}" stroke-width="{width:.2f}" '
                f'stroke-linecap="{cap}" stroke-linejoin="round"/>'
            )
        else:
            body += f'<path d="{form.path}" fill="{value}"/>'
    art = Art((Part(body, ink_box(body, FIELD)),))
    if wish.ramps and random.random() < 0.05:
        art = fade_mask(random, art)
    return art


def _paints(random: Random, wish: Wish, colors: Sequence[str], many: int) -> list[Paint]:
    if not wish.ramps:
        return [flat(color) for color in colors]
    style, strength = random.random(), ramp_strength(random, wish)
    if style < 0.5 or many == 1:  # one ramp over all forms
        return [ramp(random, ramp_colors(random, colors[0], strength), FIELD)]
    radial = random.random() < 0.15
    return [
        # Some of the forms may stay flat: that is how a share near the boundary comes about.
        flat(color)
        if wish.near and random.random() < 0.55
        else ramp(random, ramp_colors(random, color, strength), radial=radial, fading=random.random() < 0.07)
        for color in colors
    ]
