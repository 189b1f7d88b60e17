from __future__ import annotations

import base64
import re
from collections import Counter

from hybrid_logo.training.fonts import FONT_FAMILIES, STYLES


def test_each_family_is_pinned_exactly() -> None:
    names = [family.name for family in FONT_FAMILIES]
    assert len(set(names)) == len(names)
    for family in FONT_FAMILIES:
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", family.name)
        assert re.fullmatch(r"\d+\.\d+\.\d+", family.version)
        assert family.licence in {"OFL-1.1", "Apache-2.0"}
        assert family.weight in range(100, 1000, 100)
        algorithm, _, digest = family.integrity.partition("-")
        assert algorithm == "sha512"
        assert len(base64.b64decode(digest, validate=True)) == 64


def test_there_are_enough_families_of_each_style_and_many_scripts() -> None:
    styles = Counter(family.style for family in FONT_FAMILIES)
    assert set(styles) == set(STYLES)
    assert len(FONT_FAMILIES) >= 150
    assert min(styles[name] for name in ("sans", "condensed", "serif", "script", "display")) >= 15
    scripts = Counter(family.script for family in FONT_FAMILIES)
    assert len(scripts) >= 20
    assert {"cyrillic", "greek", "arabic", "hebrew", "devanagari", "thai", "japanese", "korean"} <= set(
        scripts
    )


def test_package_and_file_follow_from_the_name() -> None:
    cairo = next(family for family in FONT_FAMILIES if family.name == "cairo")
    assert cairo.package == "@fontsource/cairo"
    assert cairo.file == "cairo-arabic-700-normal.woff"
    assert cairo.folder_name == f"cairo-{cairo.version}"
