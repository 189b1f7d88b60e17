"""A font of a few rectangles, made here, in packages like those of the registry."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from hybrid_logo.training.fonts import FontFamily

UNITS_PER_EM = 1000
ADVANCE = 600
WIDTHS = {"A": 500, "V": 400, "f": 300, "f_f": 700, "alef": 200, "bet": 100, "acutecomb": 50}
LETTERS = {"A": "A", "V": "V", "f": "f", "א": "alef", "ב": "bet", "\u0301": "acutecomb", " ": "space"}
"""Each letter is a rectangle on the baseline, 700 high and as wide as WIDTHS tells."""

FEATURES = """
languagesystem DFLT dflt;
feature kern { pos A V -200; } kern;
markClass acutecomb <anchor 0 0> @ABOVE;
feature mark { pos base V <anchor 150 300> mark @ABOVE; } mark;
feature liga { sub f f by f_f; } liga;
"""


def tiny_font(letters: dict[str, str] = LETTERS) -> bytes:
    """The font as a WOFF file."""
    names = [".notdef", "space", *WIDTHS]
    builder = FontBuilder(UNITS_PER_EM, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(letter): name for letter, name in letters.items()} | {0x0D: "space"})
    glyphs = {}
    for name in names:
        pen = TTGlyphPen(None)
        if width := WIDTHS.get(name):
            pen.moveTo((0, 0))
            for point in ((0, 700), (width, 700), (width, 0)):
                pen.lineTo(point)
            pen.closePath()
        glyphs[name] = pen.glyph()
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(
        {name: (0 if name == "acutecomb" else 700 if name == "f_f" else ADVANCE, 0) for name in names}
    )
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupOS2()
    builder.setupPost()
    builder.addOpenTypeFeatures(FEATURES)
    builder.font.flavor = "woff"
    target = io.BytesIO()
    builder.save(target)
    return target.getvalue()


def family_of(name: str = "tiny", script: str = "latin", integrity: str = "sha512-") -> FontFamily:
    return FontFamily(name, "1.0.0", "OFL-1.1", "sans", script, 400, integrity)


def place(family: FontFamily, cache: Path, content: bytes) -> None:
    """Lay a font where a fetched one lies."""
    path = cache / "fonts" / family.folder_name / family.file
    path.parent.mkdir(parents=True)
    path.write_bytes(content)


def package_of(name: str, members: dict[str, bytes]) -> tuple[FontFamily, bytes]:
    """An npm archive, and the family that pins it."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for path, content in members.items():
            member = tarfile.TarInfo(f"package/{path}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    digest = base64.b64encode(hashlib.sha512(buffer.getvalue()).digest()).decode()
    return family_of(name, integrity=f"sha512-{digest}"), buffer.getvalue()
