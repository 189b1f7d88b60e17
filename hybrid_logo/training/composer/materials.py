"""What logos are composed of: icons of fetched sets that are of no held-out brand, and fonts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal, TypeAlias

from hybrid_logo.errors import SourceError
from hybrid_logo.training.composer.drawing import Art, Part
from hybrid_logo.training.composer.geometry import Box
from hybrid_logo.training.composer.paints import Paint, identifier, masked
from hybrid_logo.training.composer.palettes import brand_color, luminance, mixed, shifted
from hybrid_logo.training.fonts import FONT_FAMILIES, Font, FontFamily, font_path, load_font
from hybrid_logo.training.labels import read_labels
from hybrid_logo.training.leaks import names_of
from hybrid_logo.training.material import THING_SETS, icon_material
from hybrid_logo.training.sources import Icon, icon_set, is_fetched, load_icons

__all__ = ["PLAIN_BRAND_SETS", "Coloring", "Materials", "Pool", "Symbol", "icon_art", "load_materials"]

PLAIN_BRAND_SETS = ("simple-icons",)
"""Brand sets whose compact drawings serve as small symbols beside letters, where a letter changes nothing."""

LETTERED = re.compile(
    r"button|keycap|input|squared|clock|letter|-id$|flag|file|folder|text|abc|calendar|o-clock"
)
"""Names of things that show letters or numbers."""

Pool: TypeAlias = str
"""The type of a thing by its facts, with ``-near`` where a second can be defended; ``flag``, or ``brand``."""

Coloring: TypeAlias = Literal["own", "turned", "few"]

STYLE_WEIGHTS = {
    "sans": 6.0, "rounded": 5.0, "condensed": 3.0, "serif": 3.5, "slab": 3.0, "mono": 2.5, "display": 1.6,
    "script": 1.4, "blackletter": 1.0, "pixel": 1.0,
}  # fmt: skip
LATIN_SHARE = 0.86


@dataclass(frozen=True, slots=True)
class Symbol:
    """One icon of a set."""

    set: str
    name: str
    icon: Icon


@dataclass(frozen=True, slots=True)
class Materials:
    """Everything that a composition draws from.

    Attributes:
        symbols: icons by pool.
        families: fetched font families.
        avoided: normalised names of held-out brands.
        cache: where the fonts lie.
    """

    symbols: Mapping[Pool, tuple[Symbol, ...]]
    families: tuple[FontFamily, ...]
    avoided: frozenset[str]
    cache: Path | None = None

    def font(self, random: Random, *, latin: bool | None = None) -> Font:
        """A font; by chance, or surely, one with Latin letters."""
        wanted = random.random() < LATIN_SHARE if latin is None else latin
        found = [family for family in self.families if (family.script == "latin") == wanted] or self.families
        weights = [STYLE_WEIGHTS.get(family.style, 1.0) for family in found]
        return load_font(random.choices(found, weights)[0], self.cache)

    def symbol(self, random: Random, pool: Pool) -> Symbol | None:
        """One icon of a pool; None where it is empty."""
        found = self.symbols.get(pool, ())
        return random.choice(found) if found else None


def load_materials(cache: Path | None = None, labels: Path | None = None, workers: int = 2) -> Materials:
    """Read the fetched sets and fonts.

    Raises:
        SourceError: no font is fetched, or a set is damaged.
    """
    families = tuple(family for family in FONT_FAMILIES if font_path(family, cache).is_file())
    if not any(family.script == "latin" for family in families):
        raise SourceError("There is no font to compose with. Run: hybrid-logo data fetch --fonts")
    known = read_labels(labels)
    avoided = {name for logo in known if logo.split != "train" for name in names_of(logo.brand)}
    sets = [name for name in (*THING_SETS, *PLAIN_BRAND_SETS) if is_fetched(icon_set(name), cache)]
    pools: dict[Pool, list[Symbol]] = {}
    material = icon_material(cache, labels, workers, sets)
    icons = {name: load_icons(name, cache) for name in sets}
    for logo, facts in zip(material.logos, material.facts, strict=True):
        brand = logo.set in PLAIN_BRAND_SETS
        if brand and not (0.6 < facts.aspect < 1.6 and facts.pieces <= 8):
            continue
        if not brand and logo.set != "circle-flags" and LETTERED.search(logo.name):
            continue
        pool = "brand" if brand else "flag" if logo.set == "circle-flags" else logo.label.value
        if not (brand or logo.clear):
            pool += "-near"
        pools.setdefault(pool, []).append(Symbol(logo.set, logo.name, icons[logo.set][logo.name]))
    return Materials(
        {pool: tuple(found) for pool, found in pools.items()}, families, frozenset(avoided), cache
    )


def icon_art(
    random: Random, symbol: Symbol, *, coloring: Coloring = "own", paint: Paint | None = None
) -> Art:
    """An icon as art, as large as 100 x 100.

    Args:
        random: where chance comes from.
        symbol: the icon.
        coloring: its own colours; "turned" by a common hue; "few": two or three colours by lightness.
        paint: its silhouette in this paint.
    """
    icon = symbol.icon
    scale = 100 / max(icon.width, icon.height)
    width, height = icon.width * scale, icon.height * scale
    body = _with_own_ids(icon.body, identifier(random))
    if paint is not None:
        color = "#ffffff" if paint.definitions else paint.value
        body = f'<g fill="{color}">{PAINTED.sub(_in_color(color), body)}</g>'
    elif coloring == "turned":
        turn, light = random.choice((random.uniform(20, 340), 0.0)), random.uniform(-0.06, 0.06)
        tint, share = shifted("#d04030", random.uniform(0, 360)), random.choice((0.0, 0.0, 0.35, 0.6))
        body = COLOR.sub(lambda found: mixed(shifted(_long(found[0]), turn, light), tint, share), body)
    elif coloring == "few":
        body = _in_few_colors(random, body)
    nested = (
        f'<svg x="0" y="0" width="{width:.3f}" height="{height:.3f}" '
        f'viewBox="{icon.left:g} {icon.top:g} {icon.width:g} {icon.height:g}">{body}</svg>'
    )
    box = Box(0, 0, width, height)
    if paint is not None and paint.definitions:
        nested = masked(identifier(random), nested, paint, box)
    return Art((Part(nested, box),), (f"{symbol.set}/{symbol.name}",))


def _in_color(color: str) -> str:
    return rf'\1="{color}"'


def _in_few_colors(random: Random, body: str) -> str:
    """Two to four colours in place of all, by lightness: as mascots are printed."""
    dark = random.choice(("#000000", "#1b1b3a", "#2b1d0e", brand_color(random)))
    steps = [dark, "#ffffff"]
    if random.random() < 0.7:
        steps.insert(1, brand_color(random))
    if random.random() < 0.25:
        steps.insert(1, mixed(steps[0], steps[1], 0.5))
    shift = random.uniform(-0.12, 0.12)

    def step(found: re.Match[str]) -> str:
        place = luminance(_long(found[0])) + shift
        return steps[min(len(steps) - 1, max(0, int(place * len(steps))))]

    return COLOR.sub(step, body)


PAINTED = re.compile(r'\b(fill|stroke|stop-color)="(?!none)[^"]*"')
COLOR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?=[\"';\s)])")


def _long(color: str) -> str:
    digits = color.lstrip("#")
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def _with_own_ids(body: str, prefix: str) -> str:
    body = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}\1"', body)
    body = re.sub(r"url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)", rf"url(#{prefix}\1)", body)
    return re.sub(r'href="#([^"]+)"', rf'href="#{prefix}\1"', body)
