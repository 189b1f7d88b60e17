"""An alphabet of strokes: no font is needed, so every machine draws the same letters.

The baseline is y = 0 and y grows downwards. Small letters are 100 high with ascenders of 160, capitals 140.
"""

from __future__ import annotations

from typing import NamedTuple

from .shapes import circle, clip, group, line, rectangle

BOWL = "M100 -50A50 50 0 1 1 0 -50A50 50 0 1 1 100 -50Z"


class Letter(NamedTuple):
    """Centre lines of a letter's strokes, its width, and the height of a dot over its stem."""

    strokes: str
    width: float
    dot: float | None = None


ALPHABET = {
    "a": Letter(BOWL + "M100 -100V0", 100),
    "b": Letter(BOWL + "M0 -160V0", 100),
    "e": Letter("M2 -50H98A48 50 0 1 0 84 -14", 98),
    "h": Letter("M0 -160V0M0 -55A45 45 0 0 1 90 -55V0", 90),
    "i": Letter("M0 -100V0", 0, 146),
    "l": Letter("M0 -160V0", 0),
    "m": Letter("M0 -100V0M0 -60A40 40 0 0 1 80 -60V0M80 -60A40 40 0 0 1 160 -60V0", 160),
    "o": Letter(BOWL, 100),
    "r": Letter("M0 -100V0M0 -46A52 52 0 0 1 50 -98", 52),
    "t": Letter("M22 -142V-32A32 32 0 0 0 54 0H60M-6 -100H60", 60),
    "A": Letter("M-15 40L52 -140H68L135 40M24 -46H96", 120),
    "D": Letter("M0 0V-140H36A70 70 0 0 1 36 0Z", 106),
    "E": Letter("M78 -140H0V0H78M0 -70H68", 78),
    "L": Letter("M0 -140V0H74", 74),
    "N": Letter("M0 0V-140L94 0V-140", 94),
    "O": Letter("M140 -70A70 70 0 1 1 0 -70A70 70 0 1 1 140 -70Z", 140),
    "R": Letter("M0 0V-140H48A37 37 0 0 1 48 -66H0M49 -60L116 40", 88),
    "T": Letter("M0 -140H104M52 -140V0", 104),
    "V": Letter("M-15 -180L52 0H68L135 -180", 120),
}

CLOSER = {"VO": 16, "LT": 34, "TA": 40}
"""Kerning: how much less than ``spacing`` stands between these neighbours."""


def word(text: str, colour: str, weight: float, spacing: float, cap: str = "round") -> tuple[str, float]:
    """Letter a word from the left end of its baseline.

    Args:
        text: letters of ``ALPHABET``.
        colour: of the strokes.
        weight: width of the strokes.
        spacing: clear distance between the centre lines of neighbours.
        cap: shape of the strokes' ends, ``round`` or ``square``. Square capitals are cut off flat at their
            foot and head, also where a stroke slants.

    Returns:
        the elements, and the width from the first to the last centre line.
    """
    elements = []
    x = 0.0
    for index, character in enumerate(text):
        letter = ALPHABET[character]
        strokes = [line(letter.strokes, colour, weight, cap)]
        if letter.dot is not None:
            strokes.append(circle(0, -letter.dot, 0.62 * weight, colour))
        elements.append(group(*strokes, transform=f"translate({x:g} 0)"))
        x += letter.width + spacing - CLOSER.get(text[index : index + 2], 0)
    width = x - spacing
    if cap == "round":
        return "".join(elements), width
    band = rectangle(-weight, -140 - weight / 2, width + 2 * weight, 140 + weight, "#000")
    return clip("band", band) + group(*elements, clip_path="url(#band)"), width
