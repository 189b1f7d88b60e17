"""Lettering: the type ``text``."""

from __future__ import annotations

from .letters import word
from .shapes import circle, document, group, line, moved, path, rectangle


def orbit() -> str:
    """Round small letters; a moon circles the first one."""
    letters, width = word("orbit", "#1d2b64", 27, 46)
    moon = line("M-24 -92A84 84 0 0 1 60 -133", "#ff7a3d", 9) + circle(76, -133, 14, "#ff7a3d")
    return document(width + 100, 230, moved(letters + moon, 50, 195))


def bloom() -> str:
    """White letters on a plain tile."""
    letters, width = word("bloom", "#ffffff", 30, 46)
    tile = rectangle(0, 0, width + 160, 300, "#e4475b", rx=56)
    return document(width + 160, 300, tile, moved(letters, 80, 232))


def norden() -> str:
    """Thin capitals, widely spaced, between two rules."""
    letters, width = word("NORDEN", "#23272e", 11, 62, "square")
    rules = rectangle(0, -196, width, 5, "#b08d57") + rectangle(0, 51, width, 5, "#b08d57")
    return document(
        width + 80, 330, rectangle(0, 0, width + 80, 330, "#ffffff"), moved(letters + rules, 40, 235)
    )


def volta() -> str:
    """Heavy slanted capitals."""
    letters, width = word("VOLTA", "#0b5fff", 36, 50, "square")
    bolt = path("M0 -150L-44 -62H-12L-30 10L34 -92H2L34 -150Z", "#ffb400")
    row = moved(bolt, 44, 0) + moved(letters, 130, 0)
    return document(width + 230, 240, group(row, transform="translate(48 190) skewX(-10)"))


def harbor() -> str:
    """A small sign, then the name that outweighs it."""
    letters, width = word("harbor", "#0d5c63", 25, 44)
    sign = (
        circle(0, -138, 17, "none", stroke="#f08a4b", stroke_width=13)
        + line("M0 -118V8M-34 -88H34", "#f08a4b", 15)
        + line("M-62 -46C-58 -6 -30 8 0 8C30 8 58 -6 62 -46", "#f08a4b", 15)
    )
    page = rectangle(0, 0, width + 280, 250, "#ffffff")
    return document(width + 280, 250, page, moved(sign, 108, 205), moved(letters, 232, 205))
