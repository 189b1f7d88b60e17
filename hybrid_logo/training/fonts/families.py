"""The table of pinned font families: version, digest, licence, style and script of each npm package.

It stands in families.csv, one line a family. One file of each package is used: one weight, upright, with
the letters of one script. Licences are those that the packages state.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["FONT_FAMILIES", "STYLES", "FontFamily"]

STYLES = (
    "sans",
    "rounded",
    "condensed",
    "serif",
    "slab",
    "mono",
    "display",
    "script",
    "blackletter",
    "textured",
    "pixel",
)
"""What a family looks like; "display" is made for a few large words, "script" is handwriting, "textured" has
worn or scratched edges of very many points."""


@dataclass(frozen=True, slots=True)
class FontFamily:
    """One pinned package, and which of its files is used.

    Attributes:
        name: the family's name, as in ``open-sans``.
        version: the pinned version.
        licence: SPDX name of the licence that the package declares.
        style: one of STYLES.
        script: whose letters the file holds, as in ``latin`` or ``devanagari``.
        weight: 100 (thin) to 900 (black); 400 is regular.
        integrity: ``sha512-`` and the archive's digest in base64, as npm prints it.
    """

    name: str
    version: str
    licence: str
    style: str
    script: str
    weight: int
    integrity: str

    @property
    def package(self) -> str:
        """The npm package."""
        return f"@fontsource/{self.name}"

    @property
    def file(self) -> str:
        """The font's file in the package's folder ``files``."""
        return f"{self.name}-{self.script}-{self.weight}-normal.woff"

    @property
    def folder_name(self) -> str:
        """Name and version: a new version never meets an old one's files."""
        return f"{self.name}-{self.version}"


def _read_table() -> tuple[FontFamily, ...]:
    text = files(__package__).joinpath("families.csv").read_text(encoding="utf-8")
    return tuple(
        FontFamily(weight=int(row.pop("weight")), **row) for row in csv.DictReader(text.splitlines())
    )


FONT_FAMILIES: tuple[FontFamily, ...] = _read_table()
"""All families; those that brands use most stand first in each style."""
