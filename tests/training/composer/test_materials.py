"""What is composed from: fetched sets without held-out brands, and fetched fonts."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.composer import materials as module
from hybrid_logo.training.composer.drawing import document
from hybrid_logo.training.composer.materials import icon_art, load_materials
from hybrid_logo.training.facts import measure_facts
from hybrid_logo.training.sources import set_folder
from tests.training.composer.tiny_materials import LETTERS, symbol_of
from tests.training.fonts.tiny_font import family_of, place, tiny_font
from tests.training.icon_files import (
    CROSS,
    DOTS,
    FACETS,
    RAMP_DISC,
    RING,
    STAIRS,
    WEDGE,
    write_labels,
    write_set,
)

LATIN, HEBREW = family_of("plain"), family_of("other", "hebrew")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "FONT_FAMILIES", (LATIN, HEBREW, family_of("not-fetched")))
    monkeypatch.setattr(module, "is_fetched", lambda pinned, cache: set_folder(pinned, cache).is_dir())
    for family in (LATIN, HEBREW):
        place(family, tmp_path, tiny_font(LETTERS))
    write_set(
        tmp_path,
        "noto",
        {"stairs": STAIRS, "ramp": RAMP_DISC, "town": FACETS, "dots": DOTS, "ok-button": RING},
    )
    write_set(tmp_path, "simple-icons", {"acme": WEDGE, "bolt": CROSS, "bolt-2": RING})
    write_set(tmp_path, "logos", {"bolt": CROSS})
    write_labels(tmp_path / "labels.csv", "logos,bolt,simple,,1,bolt,test")
    return tmp_path


def test_pools(cache: Path) -> None:
    materials = load_materials(cache, cache / "labels.csv", workers=1)
    pools = {pool: [symbol.name for symbol in symbols] for pool, symbols in materials.symbols.items()}
    assert pools.pop("brand") == ["acme"]  # the others are of a held-out brand
    assert pools == {
        "simple": ["stairs"],
        "gradient": ["ramp"],
        "complex": ["town"],
        "complex-near": ["dots"],
    }
    assert materials.avoided == {"bolt"}
    assert materials.families == (LATIN, HEBREW)
    assert materials.symbol(Random(0), "flag") is None


def test_fonts_are_latin_where_it_is_asked(cache: Path) -> None:
    materials = load_materials(cache, cache / "labels.csv", workers=1)
    for wanted, family in ((True, LATIN), (False, HEBREW)):
        assert {materials.font(Random(seed), latin=wanted).family for seed in range(5)} == {family}
    assert {materials.font(Random(seed)).family for seed in range(40)} == {LATIN, HEBREW}


def test_without_fonts_it_says_how_to_get_them(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FONT_FAMILIES", (HEBREW,))
    with pytest.raises(SourceError, match="hybrid-logo data fetch --fonts"):
        load_materials(cache, cache / "labels.csv", workers=1)


def test_few_colors_keep_the_drawing() -> None:
    own = icon_art(Random(0), symbol_of(FACETS))
    few = icon_art(Random(0), symbol_of(FACETS.replace("hsl", "x")), coloring="few")
    assert own.box == few.box
    body = "".join(
        f'<rect x="{x}" width="9" height="99" fill="#{17 * (x // 7):02x}4040"/>' for x in range(0, 99, 10)
    )
    counts = [
        measure_facts(document(icon_art(Random(seed), symbol_of(body), coloring="few"), own.box)).flat_colors
        for seed in range(6)
    ]
    assert max(counts) <= 4
