"""Drawings without visual labels: which are learned from, and what is known of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training import material as module
from hybrid_logo.training.icon_sets import FURTHER_SETS, ICON_SETS
from hybrid_logo.training.material import BRAND_SETS, THING_SETS, Material, icon_material
from hybrid_logo.training.rendering import master_path
from hybrid_logo.types import LABELS, LogoType
from tests.training.icon_files import (
    CROSS,
    DOTS,
    FACETS,
    RAMP_DISC,
    RAMP_WEDGE,
    RING,
    STAIRS,
    WEDGE,
    write_labels,
    write_set,
)

SIMPLE, TEXT, GRADIENT, COMPLEX = LABELS

BRANDS = {
    "acme": STAIRS,  # has a visual label
    "bolt": RING,  # of the calibrate split
    "bolt-icon": CROSS,  # its relative by name
    "corona": RING,  # its relative by look
    "dune": WEDGE,
    "dune-dark": WEDGE,
    "ember": RAMP_WEDGE,
    "folk": FACETS,
    "grain": DOTS,
}
THINGS = {
    "ball": WEDGE,
    "bolt-hoop": CROSS,  # things are no brands: part of a name tells nothing
    "sail": RAMP_WEDGE,
    "quilt": FACETS,
    "seeds": DOTS,
    "hand-medium-dark-skin-tone": STAIRS,
    "hand-light": STAIRS,
    "nothing": "",
}


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set of brands and a set of things, and ``labels.csv`` beside them."""
    folder = tmp_path_factory.mktemp("cache")
    write_set(folder, "logos", BRANDS)
    write_set(folder, "noto", THINGS)
    write_labels(
        folder / "labels.csv",
        "logos,acme,simple,,1,acme,train",
        "logos,bolt,simple,,1,bolt,calibrate",
    )
    return folder


@pytest.fixture(scope="module")
def found(cache: Path) -> Material:
    return icon_material(cache, cache / "labels.csv", 1, ("logos", "noto"))


def names(material: Material) -> list[str]:
    return ["/".join(logo.key) for logo in material.logos]


def row(material: Material, title: str) -> int:
    return names(material).index(title)


def left_open(material: Material, title: str) -> set[LogoType]:
    return {label for label, may in zip(LABELS, material.allowed[row(material, title)], strict=True) if may}


def test_labelled_and_held_out_brands_are_left_out(found: Material) -> None:
    assert [name for name in names(found) if name.startswith("logos/")] == [
        "logos/dune",
        "logos/ember",
        "logos/folk",
        "logos/grain",
    ]


def test_the_same_drawing_in_other_colours_is_left_out(found: Material) -> None:
    assert [name for name in names(found) if name.startswith("noto/")] == [
        "noto/ball",
        "noto/bolt-hoop",
        "noto/sail",
        "noto/quilt",
        "noto/seeds",
    ]


@pytest.mark.parametrize(
    ("name", "is_variant"),
    [
        ("hand-light-skin-tone", True),
        ("hand-medium-dark", True),
        ("kiss-dark-skin-tone-light-skin-tone", True),
        ("moon-dark", True),
        ("light-bulb", False),
        ("darkroom", False),
        ("traffic-light-red", False),
    ],
)
def test_variants_are_told_by_their_names(name: str, is_variant: bool) -> None:
    assert bool(module.VARIANT.search(name)) is is_variant


@pytest.mark.parametrize(
    ("title", "label", "others"),
    [
        ("noto/ball", SIMPLE, set()),
        ("noto/sail", GRADIENT, set()),
        ("noto/quilt", COMPLEX, set()),
        ("noto/seeds", COMPLEX, {SIMPLE}),
    ],
)
def test_things_are_labelled_by_their_facts(
    title: str, label: LogoType, others: set[LogoType], found: Material
) -> None:
    number = row(found, title)
    assert found.labelled[number]
    assert left_open(found, title) == {label, *others}
    logo = found.logos[number]
    assert (logo.label, logo.accepted, logo.clear) == (label, {label, *others}, not others)
    assert found.lettering_shares[number] == 0.0


@pytest.mark.parametrize(
    ("title", "is_labelled", "allowed"),
    [
        ("logos/dune", False, {SIMPLE, TEXT}),
        ("logos/ember", True, {GRADIENT}),
        ("logos/folk", False, {COMPLEX, TEXT}),
        ("logos/grain", False, {SIMPLE, TEXT, COMPLEX}),
    ],
)
def test_brands_may_be_lettering_but_for_ramps(
    title: str, is_labelled: bool, allowed: set[LogoType], found: Material
) -> None:
    number = row(found, title)
    assert found.labelled[number] == is_labelled
    assert left_open(found, title) == allowed
    assert found.lettering_shares[number] is None


def test_everything_lies_side_by_side(found: Material, cache: Path) -> None:
    count = len(found.logos)
    assert [len(getattr(found, name)) for name in Material.__slots__] == [count] * 6
    assert found.pictures == [master_path(logo, cache) for logo in found.logos]
    assert found.facts[row(found, "noto/quilt")].pieces > 50
    assert found.facts[row(found, "noto/sail")].ramp_share == 1.0
    assert {(logo.brand, logo.split) for logo in found.logos} == {(name, "train") for name in names(found)}


def test_some_can_be_taken_out(found: Material) -> None:
    less = found.without({"noto/ball", "logos/ember", "elsewhere/dune"})
    kept = [number for number, name in enumerate(names(found)) if name not in ("noto/ball", "logos/ember")]
    assert names(less) == [names(found)[number] for number in kept]
    assert less.pictures == [found.pictures[number] for number in kept]
    assert less.facts == [found.facts[number] for number in kept]
    assert np.array_equal(less.allowed, found.allowed[kept])
    assert np.array_equal(less.labelled, found.labelled[kept])
    assert less.lettering_shares == [found.lettering_shares[number] for number in kept]


def test_a_set_may_have_nothing_to_learn_from(cache: Path, tmp_path: Path) -> None:
    write_set(tmp_path, "logos", {"acme": STAIRS, "bolt": RAMP_DISC})
    none = icon_material(tmp_path, cache / "labels.csv", 1, ("logos",))
    assert (none.logos, none.allowed.shape, none.labelled.shape) == ([], (0, 4), (0,))


def test_a_set_that_is_not_fetched_names_the_command(cache: Path) -> None:
    with pytest.raises(SourceError, match="data fetch --set fxemoji"):
        icon_material(cache, cache / "labels.csv", 1, ("noto", "fxemoji"))


def test_sets_are_pinned_and_of_one_kind() -> None:
    pinned = {entry.name for entry in (*ICON_SETS, *FURTHER_SETS)}
    assert {*BRAND_SETS, *THING_SETS} <= pinned
    assert set(BRAND_SETS).isdisjoint(THING_SETS)
    assert pinned - {*BRAND_SETS, *THING_SETS} == {"fluent-emoji", "thesvg", "lobehub", "super-tiny-icons"}
