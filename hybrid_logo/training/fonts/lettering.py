"""Text to outlines: a font shapes a line of letters and hands back the path of an SVG.

HarfBuzz places the letters, so kerning, ligatures, joined Arabic and the syllables of India come out as they
are written there, from right to left where that is the way of the script.
"""

from __future__ import annotations

import io
import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hybrid_logo.errors import MissingExtraError, SourceError
from hybrid_logo.training.fonts.families import FontFamily
from hybrid_logo.training.fonts.fetching import font_path

__all__ = ["Font", "Outline", "load_font"]

JOINED_SCRIPTS = {"arabic", "bengali", "devanagari"}
"""Letters that hang together: apart they could not be read, so no space is put between them."""

LIGATURES = ("liga", "clig")
"""OpenType features that are off in letters set apart, as typesetters do it."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A line of letters as one path, to be filled by the non-zero rule.

    The baseline is y = 0 with y growing downwards, the pen starts at x = 0; lengths are user units. The box
    is that of the ink.

    Attributes:
        path: SVG path data.
        left: the box's left edge.
        top: the box's upper edge; negative above the baseline.
        right: the box's right edge.
        bottom: the box's lower edge.
        characters: drawn letters; spaces and marks on letters do not count.
    """

    path: str
    left: float
    top: float
    right: float
    bottom: float
    characters: int


class Font:
    """One font, opened.

    Attributes:
        family: where it comes from.
        letters: the characters that it can draw.
    """

    __slots__ = ("_font", "family", "letters")

    def __init__(self, family: FontFamily, font: Any, letters: frozenset[str]) -> None:
        self.family = family
        self.letters = letters
        self._font = font

    def covers(self, text: str) -> bool:
        """Whether the font can draw each character of ``text``."""
        return self.letters.issuperset(text)

    def outline(self, text: str, *, size: float = 100.0, tracking: float = 0.0) -> Outline:
        """Set one line.

        Args:
            text: letters of the font's script; a line is of one direction.
            size: of the font, in user units: the height of the em square.
            tracking: space put between two letters, in parts of ``size``; 0.1 is wide, -0.05 tight.
                Letters that are written joined stay so.

        Returns:
            the path and its box. Numbers in the path have two decimals.

        Raises:
            SourceError: the font lacks a character, or nothing of the text can be seen.
            ValueError: ``size`` is not positive, or ``size`` or ``tracking`` is not finite.
        """
        import uharfbuzz
        from fontTools.pens.boundsPen import BoundsPen
        from fontTools.pens.svgPathPen import SVGPathPen
        from fontTools.pens.teePen import TeePen
        from fontTools.pens.transformPen import TransformPen

        if not (math.isfinite(size) and size > 0 and math.isfinite(tracking)):
            raise ValueError(f"size must be positive and tracking finite, not {size} and {tracking}")
        missing = dict.fromkeys(character for character in text if character not in self.letters)
        if missing:
            raise SourceError(
                f"The font {self.family.name} has no {', '.join(map(repr, missing))}. "
                "Choose a family that covers the text, or other letters."
            )
        if self.family.script in JOINED_SCRIPTS:
            tracking = 0.0
        buffer = uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(self._font, buffer, dict.fromkeys(LIGATURES, not tracking))

        path, box = SVGPathPen(None, ntos=_two_decimals), BoundsPen(None)
        scale = size / self._font.face.upem
        x, cluster = 0.0, None
        for glyph, place in zip(buffer.glyph_infos, buffer.glyph_positions or (), strict=True):
            if cluster not in (None, glyph.cluster):
                x += tracking * size
            cluster = glyph.cluster
            start = (x + place.x_offset * scale, -place.y_offset * scale)
            pen = TransformPen(TeePen(path, box), (scale, 0, 0, -scale, *start))
            self._font.draw_glyph_with_pen(glyph.codepoint, pen)
            x += place.x_advance * scale
        if box.bounds is None:
            raise SourceError(f"Nothing of {text!r} can be seen in {self.family.name}. Give it some letters.")
        left, top, right, bottom = box.bounds
        return Outline(path.getCommands(), left, top, right, bottom, sum(map(_is_drawn, text)))


def load_font(family: FontFamily, cache: Path | None = None) -> Font:
    """Open a fetched font. The same object is handed back the next time.

    Args:
        family: the family.
        cache: the cache folder; see ``sources.cache_folder``.

    Raises:
        MissingExtraError: fontTools or uharfbuzz is not installed.
        SourceError: the family is not fetched, or its file is damaged.
    """
    return _open(family, font_path(family, cache))


@lru_cache(maxsize=512)
def _open(family: FontFamily, path: Path) -> Font:
    try:
        import uharfbuzz
        from fontTools.ttLib import TTFont
    except ImportError:
        raise MissingExtraError(
            "Lettering needs fontTools and uharfbuzz. Install them with: pip install 'hybrid-logo[train]'"
        ) from None
    unpacked = io.BytesIO()
    try:
        with TTFont(path, recalcTimestamp=False) as font:
            font.flavor = None  # HarfBuzz reads no compressed tables
            font.save(unpacked)
        face = uharfbuzz.Face(unpacked.getvalue())
        letters = frozenset(filter(_is_text, map(chr, face.unicodes)))
        if not letters:
            raise ValueError("it holds no letters")
    except FileNotFoundError:
        raise SourceError(
            f"The font {family.name} is not in {path.parents[1]}. Run: hybrid-logo data fetch --fonts"
        ) from None
    except Exception as error:  # a damaged font fails in any way
        raise SourceError(
            f"{path} cannot be read as a font ({error!r}). Delete its folder and run: "
            "hybrid-logo data fetch --fonts"
        ) from error
    return Font(family, uharfbuzz.Font(face), letters)


def _two_decimals(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")  # + 0.0: no minus before a nought


def _is_text(character: str) -> bool:
    """Fonts also name control characters and drawings of their own, which are no text."""
    return unicodedata.category(character) not in ("Cc", "Co")


def _is_drawn(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character)[0] not in "MC"
