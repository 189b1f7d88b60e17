"""Every layout draws something for every type that it is tried for, and reaches it."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from hybrid_logo.training.composer.drawing import document
from hybrid_logo.training.composer.layouts import LAYOUTS, NEAR_WEIGHTS, WEIGHTS
from hybrid_logo.training.composer.materials import Materials, icon_art
from hybrid_logo.training.composer.measuring import measured
from hybrid_logo.training.composer.painting import FIELD
from hybrid_logo.training.composer.paints import fade_mask, flat, ramp, soft_shadow
from hybrid_logo.training.composer.tiles import cut_out, on_tile, tile
from hybrid_logo.training.facts import measure_facts
from hybrid_logo.types import LABELS, LogoType
from tests.training.composer.tiny_materials import symbol_of, tiny_materials, wish_for
from tests.training.icon_files import DISC, RAMP_DISC

SIMPLE, TEXT, GRADIENT, COMPLEX = LABELS
PAIRS = [(label, kind) for label in LABELS for kind in {**WEIGHTS[label], **NEAR_WEIGHTS[label]}]


@pytest.fixture
def materials(tmp_path: Path) -> Materials:
    return tiny_materials(tmp_path)


@pytest.mark.parametrize("icons", [True, False], ids=["icons", "no icons"])
@pytest.mark.parametrize(("label", "kind"), PAIRS, ids=[f"{label}-{kind}" for label, kind in PAIRS])
def test_a_layout_draws_something(tmp_path: Path, label: LogoType, kind: str, icons: bool) -> None:
    materials = tiny_materials(tmp_path, icons=icons)
    random = Random(f"{label}{kind}")
    art = LAYOUTS[kind](random, materials, wish_for(label, near=random.random() < 0.5))
    box = art.box
    assert 0.02 < box.width / box.height < 60
    assert measure_facts(document(art, box)).ink_share > 0.005


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        (SIMPLE, "letter"), (SIMPLE, "tile-letter"), (TEXT, "lettermark"), (TEXT, "tile-letters"),
        (GRADIENT, "letter"), (GRADIENT, "splash"), (COMPLEX, "illustration"), (COMPLEX, "crest"),
    ],
)  # fmt: skip
def test_a_layout_reaches_its_type(materials: Materials, label: LogoType, kind: str) -> None:
    found = []
    for seed in range(5):
        art = LAYOUTS[kind](Random(seed), materials, wish_for(label))
        found.append(measured(art, art.box).label)
    assert found.count(label) >= 4


def test_all_layouts_are_tried() -> None:
    assert {kind for kinds in (*WEIGHTS.values(), *NEAR_WEIGHTS.values()) for kind in kinds} == set(LAYOUTS)


def test_the_share_of_letters_in_a_lock_up_is_chosen(materials: Materials) -> None:
    for label, near, low, high in ((TEXT, False, 0.6, 1), (TEXT, True, 0.45, 0.7)):
        for seed in range(4):
            art = LAYOUTS["beside"](Random(seed), materials, wish_for(label, near=near))
            assert low < measured(art, art.box).lettering_share < high


def test_a_tile_and_what_is_cut_out_of_it() -> None:
    random = Random(1)
    ground = tile(random, wish_for(SIMPLE), color="#203080")
    icon = icon_art(random, symbol_of(DISC), paint=flat("#000000"))
    on = measure_facts(document(on_tile(ground, icon), ground.art.box))
    off = measure_facts(document(cut_out(random, ground, icon), ground.art.box))
    assert (on.flat_colors, off.flat_colors) == (2, 1)
    assert off.ink_share < on.ink_share
    assert ground.ink == "#ffffff"


def test_letters_that_are_cut_out_are_letters(materials: Materials) -> None:
    random = Random(0)
    ground = tile(random, wish_for(TEXT), color="#203080")
    letters = LAYOUTS["lettermark"](random, materials, wish_for(TEXT))
    art = cut_out(random, ground, letters)
    found = measured(art, art.box)
    assert (found.label, found.lettering_share) == (TEXT, pytest.approx(1, abs=0.1))
    assert document(art, art.box, lambda part: part.without) == document(ground.art, art.box)


def test_an_icon_keeps_its_ids_to_itself() -> None:
    symbol = symbol_of(RAMP_DISC)
    both = icon_art(Random(0), symbol) + icon_art(Random(1), symbol, coloring="turned")
    ids = {part.body.split('id="')[1].split('"')[0] for part in both.parts}
    assert len(ids) == 2
    assert both.sources == ("noto/thing", "noto/thing")
    assert measure_facts(document(both, both.box)).ramp_share > 0.9


def test_a_silhouette_is_in_one_paint() -> None:
    random, symbol = Random(0), symbol_of(RAMP_DISC)
    plain = measure_facts(document(icon_art(random, symbol, paint=flat("#123456")), FIELD))
    assert (plain.ramp_share, plain.colors) == (0, (("#123456", 1.0),))
    ramped = icon_art(random, symbol, paint=ramp(random, ["#ff0000", "#0000ff"], FIELD))
    assert measure_facts(document(ramped, FIELD)).ramp_share > 0.9


def test_shadows_and_fades_are_ramps() -> None:
    art = icon_art(Random(0), symbol_of(DISC))
    shadowed = soft_shadow(Random(2), art)
    assert measure_facts(document(shadowed, shadowed.box)).ramps.keys() >= {"blur"}
    faded = fade_mask(Random(2), art)
    assert measure_facts(document(faded, faded.box)).ramps["mask"] > 0.5
