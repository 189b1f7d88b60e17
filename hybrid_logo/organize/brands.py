"""Guesses from the name of a file whose logo it shows, so that relatives stay together."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["BRAND_SOURCES", "brand_of"]

BRAND_SOURCES = ("name", "folder")
"""What a brand may be guessed from."""

_ANYWHERE = """
app avatar banner brand branding brandmark favicon file icon icons image images img logo logomark logos
logotype photo pic picture screenshot symbol untitled wordmark
"""
_BEHIND = """
alt alternate background badge bg black blue bordered brown circle circular clean cmyk color colored colour
coloured compact copy dark default duotone edited filled final flat full fullcolor glyph gradient gray green
grey hd high hires horizontal hq inverse inverted landscape large left light line lockup low mark medium mini
mono monochrome negative new normal old orange original outline outlined pink plain portrait positive print
purple rect rectangle red resized retina reverse reversed rgb right rounded simple small solid square squared
stacked thumb thumbnail tile tiny transparent type variant vertical violet web white wide yellow
bmp eps gif jpeg jpg pdf png svg tif tiff webp
"""
_SIZES = """
16 20 22 24 30 32 36 40 44 48 50 55 57 60 64 70 72 76 80 88 89 96 100 114 120 128 144 150 152 160 167 180 192
196 200 220 240 250 256 300 310 320 384 400 480 500 512 600 640 720 750 800 900 1000 1024 1080 1200 1280 1500
1600 1920 2000 2048 2400 3000 4000 4096 5000
"""

SAYS_WHAT = frozenset(_ANYWHERE.split())
"""Words that say what a picture is, and never whose."""
SAYS_WHICH = frozenset(_BEHIND.split()) | frozenset(_SIZES.split())
"""What tells one picture of a brand from another; in front it may be the brand's name, as in Red Hat."""

_COUNTED = re.compile(r"\d|\d+x\d*|x\d+|\d+(?:px|w|h|dpi|bit)|v\d+|\d+k")
"""A lone digit, 512x512, 2x, 512px, 300dpi, v2, 4k."""

_COPY = re.compile(r"\(\d+\)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORD = re.compile(r"[^\W_]+")


def brand_of(source: str, brand_from: str = "name") -> str:
    """The brand that ``source`` belongs to, in lower case without punctuation.

    Args:
        source: path of a picture within its collection, with ``/`` between folders.
        brand_from: "name" leaves words for variants and sizes out of the file's name; where none is left,
            as in ``logo-dark@2x.png``, the folders that hold it are asked, the nearest first. "folder" takes
            the first folder of the path, and the name for a picture that lies in none.

    >>> brand_of("AcmeCorp-icon_dark@2x.png"), brand_of("acme corp (3).JPG"), brand_of("acme/logo.png")
    ('acmecorp', 'acmecorp', 'acme')
    """
    *folders, name = source.split("/")
    stem = name.rpartition(".")[0] or name
    if brand_from == "folder" and folders:
        return _joined(_words(folders[0])) or folders[0]
    for told in (stem, *reversed(folders)):
        if brand := _joined(_own_words(told)):
            return brand
    return _joined(_words(stem)) or stem


def _own_words(told: str) -> list[str]:
    words = [word for word in _words(_COPY.sub(" ", told)) if word not in SAYS_WHAT]
    kept = words[:1] + [word for word in words[1:] if not _tells_variant(word)]
    return [] if len(kept) == 1 and _tells_variant(kept[0]) else kept


def _tells_variant(word: str) -> bool:
    return word in SAYS_WHICH or _COUNTED.fullmatch(word) is not None


def _words(told: str) -> list[str]:
    """Runs of letters and digits of any script, in lower case; humps of CamelCase are taken apart."""
    plain = unicodedata.normalize("NFKC", told)
    return [word.casefold() for word in _WORD.findall(_HUMP.sub(" ", plain))]


def _joined(words: list[str]) -> str:
    return "".join(words)
