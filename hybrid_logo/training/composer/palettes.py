"""Colours the way brands choose them: a few strong ones, neutrals, and tones that go together."""

from __future__ import annotations

import colorsys
from random import Random

__all__ = [
    "brand_color",
    "clearly_different",
    "light_on",
    "luminance",
    "mixed",
    "palette",
    "shifted",
    "tones",
]

NEUTRALS = ("#000000", "#111111", "#1d1d1f", "#222831", "#0b1f3a", "#14213d", "#333333", "#4a4a4a", "#5f6368")
LIGHT = ("#ffffff", "#ffffff", "#f7f7f2", "#f2e9e4", "#fdf6e3", "#e8f1f8")
STRONG_HUES = (
    0,
    5,
    12,
    24,
    36,
    45,
    52,
    80,
    120,
    145,
    160,
    172,
    187,
    200,
    210,
    220,
    232,
    250,
    265,
    285,
    310,
    332,
    348,
)
CLEAR_STEP = 70
"""Summed steps of the channels from which on two colours count as clearly different here."""


def brand_color(random: Random) -> str:
    """One strong colour."""
    hue = random.choice(STRONG_HUES) + random.uniform(-6, 6)
    lightness = random.choice((0.32, 0.4, 0.46, 0.5, 0.5, 0.55, 0.62))
    return _hls(hue, lightness, random.uniform(0.6, 1.0))


def palette(random: Random, count: int, *, light: bool = False) -> list[str]:
    """``count`` colours that are clearly different from each other.

    Args:
        random: where chance comes from.
        count: how many.
        light: for a dark page: pale and bright ones.
    """
    style = random.random()
    found: list[str] = []
    if light:
        found.append(
            random.choice(LIGHT) if random.random() < 0.6 else _hls(random.uniform(0, 360), 0.72, 0.8)
        )
    elif style < 0.3:
        found.append(random.choice(NEUTRALS))
    base = random.uniform(0, 360)
    for tried in range(60 + 20 * count):
        if len(found) >= count:
            break
        if style < 0.25:  # tones of one hue
            color = _hls(base + random.uniform(-8, 8), random.uniform(0.2, 0.82), random.uniform(0.5, 0.95))
        elif style < 0.55:  # neighbours
            color = _hls(base + random.uniform(-50, 50), random.uniform(0.35, 0.68), random.uniform(0.6, 1))
        else:
            color = brand_color(random)
        if light and luminance(color) < 0.3:
            color = mixed(color, "#ffffff", 0.5)
        least = CLEAR_STEP * (1 - tried / (80 + 25 * count))
        if all(clearly_different(color, other, least) for other in found):
            found.append(color)
    while len(found) < count:
        found.append(_hls(random.uniform(0, 360), random.uniform(0.3, 0.7), 0.8))
    return found


def tones(random: Random, color: str, count: int) -> list[str]:
    """``count`` tones of one colour, from dark to light, as the faces of a folded ribbon."""
    low, high = random.uniform(-0.45, -0.15), random.uniform(0.15, 0.5)
    steps = [low + (high - low) * index / max(1, count - 1) for index in range(count)]
    return [mixed(color, "#000000", -step) if step < 0 else mixed(color, "#ffffff", step) for step in steps]


def mixed(first: str, second: str, share: float) -> str:
    """``share`` of ``second`` in ``first``."""
    pairs = zip(_rgb(first), _rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def shifted(color: str, hue: float, lightness: float = 0.0) -> str:
    """Turned by ``hue`` degrees and made lighter by ``lightness``, -1 to 1."""
    red, green, blue = (value / 255 for value in _rgb(color))
    own, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    return _hls(own * 360 + hue, min(0.95, max(0.05, light + lightness)), saturation)


def luminance(color: str) -> float:
    """Relative brightness, 0-1."""
    red, green, blue = _rgb(color)
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


def clearly_different(first: str, second: str, least: float = CLEAR_STEP) -> bool:
    """Whether an eye sees two colours."""
    return sum(abs(a - b) for a, b in zip(_rgb(first), _rgb(second), strict=True)) >= least


def light_on(ground: str) -> bool:
    """Whether light ink is needed on ``ground``."""
    return luminance(ground) < 0.55


def _rgb(color: str) -> tuple[int, int, int]:
    digits = color.lstrip("#")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _hls(hue: float, lightness: float, saturation: float) -> str:
    values = colorsys.hls_to_rgb(hue % 360 / 360, lightness, saturation)
    return "#" + "".join(f"{round(value * 255):02x}" for value in values)
