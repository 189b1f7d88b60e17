"""Lettering: pinned font families of many styles and scripts, and words set in them as vector outlines."""

from hybrid_logo.training.fonts.families import FONT_FAMILIES, STYLES, FontFamily
from hybrid_logo.training.fonts.fetching import (
    FetchReport,
    fetch_font,
    fetch_fonts,
    font_path,
    is_font_fetched,
)
from hybrid_logo.training.fonts.lettering import Font, Outline, load_font

__all__ = [
    "FONT_FAMILIES",
    "STYLES",
    "FetchReport",
    "Font",
    "FontFamily",
    "Outline",
    "fetch_font",
    "fetch_fonts",
    "font_path",
    "is_font_fetched",
    "load_font",
]
