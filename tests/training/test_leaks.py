"""No brand of ``calibrate`` and ``test`` is learned from: by name, by look, and in all fetched sets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training import leaks, material, pipeline
from hybrid_logo.training.composer import materials
from hybrid_logo.training.facts import Facts, measure_facts
from hybrid_logo.training.further_labels import further_logos
from hybrid_logo.training.labels import LabelledLogo, read_labels
from hybrid_logo.training.leaks import (
    BRANDLESS_SETS,
    LARGEST_DISTANCE,
    HeldOut,
    Leak,
    held_out,
    leaks_of_set,
    names_of,
    normalised,
    other_names,
    unrelated,
)
from hybrid_logo.training.likeness import BITS, hash_bytes, hashes_of_set
from hybrid_logo.training.material import BRAND_SETS, THING_SETS, icon_material
from hybrid_logo.training.pipeline import Run
from hybrid_logo.training.settings import RunSettings
from hybrid_logo.training.sources import FURTHER_SETS, ICON_SETS
from hybrid_logo.training.train_split import logos_to_learn_from
from hybrid_logo.types import LogoType
from tests.small_release import labelled_set
from tests.training.fonts.tiny_font import family_of, place, tiny_font
from tests.training.icon_files import CROSS, FACETS, RING, STAIRS, WEDGE, write_set


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("netlify-icon", "netlify"),
        ("adonisjs-wordmark", "adonis"),
        ("react-original-wordmark", "react"),
        ("react-dark", "react"),
        ("rolldown-icon-dark", "rolldown"),
        ("file-type-angular", "angular"),
        ("file-type-light-astro", "astro"),
        ("folder-type-docker-opened", "docker"),
        ("folder-netlify-open", "netlify"),
        ("moon-background", "moon"),
        ("travis-ci-monochrome", "travisci"),
        ("Google_Home.2020", "googlehome"),
        ("css-3", "css"),
        ("file-type-perl6", "perl"),
        ("file-type-gamemaker81", "gamemaker"),
        ("bem-2", "bem"),
        ("1inch", "1inch"),
        ("v8", "v8"),
        ("d3", "d3"),
        ("c-plusplus", "cplusplus"),
        ("cpp", "cplusplus"),
        ("k8s", "kubernetes"),
        ("dartlang", "dart"),
        ("nextdotjs", "next"),
        ("rocketdotchat", "rocketchat"),
        ("dotnet", "dotnet"),
        ("open-graph", "opengraph"),
        ("dark", "dark"),
        ("folder-open", "open"),
        ("logo-icon", "logo"),
    ],
)
def test_names_lose_what_tells_no_brand(name: str, expected: str) -> None:
    assert normalised(name) == expected


@pytest.mark.parametrize("logo", read_labels()[::41], ids=lambda logo: f"{logo.set}/{logo.name}")
def test_a_name_of_the_labels_tells_its_brand(logo: LabelledLogo) -> None:
    """The column was made by others, and the same rules apply."""
    assert normalised(logo.name) == normalised(logo.brand)


def test_products_are_known_without_their_owner() -> None:
    assert names_of("aws-dynamodb") == ["awsdynamodb", "dynamodb"]
    assert names_of("amazonecs") == ["amazonecs", "ecs"]
    assert names_of("apachekafka-wordmark") == ["apachekafka", "kafka"]
    assert names_of("aws-s3") == ["awss"]  # one letter would be anybody's
    assert names_of("docker") == ["docker"]


KNOWN = HeldOut(
    {"azure": "logos/azure", "nest": "logos/nestjs", "awss": "x/y", "googlecloud": "logos/google-cloud"},
    {"cloud": "logos/google-cloud"},
    hash_bytes([0b1111, 2**BITS - 1]),
    ("logos/low", "logos/high"),
)


@pytest.mark.parametrize(
    ("name", "relative"),
    [
        ("azure-dark", "logos/azure"),
        ("azuredevops", "logos/azure"),
        ("file-type-azure-pipelines", "logos/azure"),
        ("file-type-nest-guard-js", "logos/nestjs"),
        ("nestle", None),
        ("the-azure", None),
        ("google-cloud-run", "logos/google-cloud"),
        ("cloud", "logos/google-cloud"),
        ("cloudflare", None),
        ("cloud-nine", None),
        ("aws-sqs", None),
        ("az", None),
    ],
)
def test_relatives_by_name(name: str, relative: str | None) -> None:
    assert KNOWN.by_name(name) == relative


@pytest.mark.parametrize(
    ("name", "relative"),
    [("azure", "logos/azure"), ("azure-icon", "logos/azure"), ("azure-sky", None), ("azuresky", None)],
)
def test_whole_names_alone(name: str, relative: str | None) -> None:
    assert KNOWN.by_name(name, whole=True) == relative


@pytest.mark.parametrize(
    ("hashed", "relative"),
    [
        (0b1111, "logos/low"),
        (0b1111 ^ (2**LARGEST_DISTANCE - 1) << 20, "logos/low"),
        (0b1111 ^ (2 ** (LARGEST_DISTANCE + 1) - 1) << 20, None),
        (2**BITS - 1 ^ 0b111, "logos/high"),
    ],
)
def test_relatives_by_hash(hashed: int, relative: str | None) -> None:
    assert KNOWN.by_hash(hashed) == relative


def test_nothing_held_out_has_no_relatives() -> None:
    nothing = HeldOut({}, {}, hash_bytes([]), ())
    assert nothing.by_name("azure") is None
    assert nothing.by_hash(0) is None


def logo(set_name: str, name: str, split: str) -> LabelledLogo:
    return LabelledLogo(
        set_name, name, LogoType.SIMPLE, frozenset({LogoType.SIMPLE}), clear=True, brand=name, split=split
    )


LABELLED = [
    logo("logos", "bolt", "calibrate"),
    logo("devicon", "dune", "test"),
    logo("logos", "ember", "train"),
]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Two labelled sets, one of brands and one of things."""
    write_set(tmp_path, "logos", {"bolt": RING, "ember": STAIRS})
    write_set(tmp_path, "devicon", {"dune": CROSS, "dune-wordmark": FACETS, "folk": WEDGE, "empty": ""})
    write_set(tmp_path, "simple-icons", {"boltdb": WEDGE, "hoop": RING, "dune-io": STAIRS, "own": FACETS})
    write_set(tmp_path, "noto", {"bolt": WEDGE, "bolt-and-nut": WEDGE, "hoop": RING})
    return tmp_path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("logos", [("bolt", "logos/bolt", "name")]),
        ("devicon", [("dune", "devicon/dune", "name"), ("dune-wordmark", "devicon/dune", "name")]),
        ("simple-icons", [("hoop", "logos/bolt", "hash"), ("dune-io", "devicon/dune", "name")]),
        ("noto", [("bolt", "logos/bolt", "name"), ("hoop", "logos/bolt", "hash")]),
    ],
)
def test_leaks_of_a_set(name: str, expected: list[tuple[str, str, str]], cache: Path) -> None:
    known = held_out(LABELLED, cache, workers=1)
    assert leaks_of_set(name, known, cache, workers=1) == [Leak(name, *rest) for rest in expected]


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("logos", ["ember"]),
        ("devicon", ["folk"]),
        ("simple-icons", ["boltdb", "own"]),
        ("noto", ["bolt-and-nut"]),
    ],
)
def test_what_is_left_draws_something_and_is_unrelated(name: str, left: list[str], cache: Path) -> None:
    assert unrelated(name, held_out(LABELLED, cache, workers=1), cache, workers=1) == left


def test_train_is_learned_from_but_for_relatives(cache: Path) -> None:
    """By name and by look; what is measured on is not learned from anyway."""
    write_set(cache, "skill-icons", {"bolt-db": WEDGE, "hoop": RING, "own": FACETS})
    further = [logo("skill-icons", name, "train") for name in ("bolt-db", "hoop", "own")]
    kept = logos_to_learn_from([*LABELLED, *further], cache, workers=1)
    assert [one.name for one in kept] == ["ember", "own"]


def test_a_run_leaves_relatives_out_of_the_labels_of_this_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The splits of a user's own labels stay as they are."""
    asked: list[Any] = []

    def some(logos: list[LabelledLogo], *place: Any) -> list[LabelledLogo]:
        asked.append(place)
        return [one for one in logos if one.split == "train"][:3]

    monkeypatch.setattr(pipeline, "logos_to_learn_from", some)
    run = Run(tmp_path / "run", RunSettings(), tmp_path / "cache")
    assert run.logos("train") == run.logos("train") == read_labels(split="train")[:3]
    assert run.logos("test") == read_labels(split="test")
    assert asked == [(tmp_path / "cache", 2)]
    path = tmp_path / "labels.csv"
    labelled_set(tmp_path / "cache", path, train=2, test=1)
    own = Run(tmp_path / "own", RunSettings(), tmp_path / "cache", path)
    assert own.logos("train") == read_labels(path, "train")
    assert len(asked) == 1


def test_a_labelled_set_that_is_not_fetched_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="hybrid-logo data fetch --set logos"):
        held_out(LABELLED, tmp_path, workers=1)


def test_sets_without_brands_are_pinned_and_hold_no_labelled_logo() -> None:
    assert set(BRANDLESS_SETS) < {pinned.name for pinned in FURTHER_SETS}
    assert set(BRANDLESS_SETS).isdisjoint(BRAND_SETS)


def test_other_names_are_normalised_names_of_held_out_brands() -> None:
    held = {
        normalised(name)
        for logo in read_labels()
        if logo.split != "train"
        for name in (logo.brand, logo.name)
    }
    assert len(other_names()) > 100
    for name, brand in other_names().items():
        assert name == normalised(name), name
        assert name not in held, name
        assert brand in held, brand


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("folder-hooktoken", "logos/bolt"),
        ("hook-token-wordmark", "logos/bolt"),
        ("hooktoken-studio", None),
        ("xhooktoken", None),
    ],
)
def test_another_name_tells_a_brand_as_a_whole_only(
    name: str, found: str | None, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaks, "other_names", lambda: {"hooktoken": "bolt"})
    known = held_out(LABELLED, cache, workers=1)
    assert known.by_name(name) == found
    assert known.by_name(name, whole=True) is None


RELATIVES = {
    "devicon/docker-wordmark", "devicon/ie10", "devicon/apacheairflow", "skill-icons/postgresql-light",
    "skill-icons/expressjs-light", "vscode-icons/folder-type-docker-opened", "vscode-icons/file-type-cpp",
    "vscode-icons/file-type-nestjs", "material-icon-theme/folder-netlify-open", "material-icon-theme/sketch",
    "simple-icons/gmail", "simple-icons/nextdotjs", "simple-icons/redhatopenshift", "simple-icons/amazonecs",
    "token-branded/polygon", "token-branded/solana", "cryptocurrency-color/ada", "simple-icons/apache",
    "simple-icons/r", "devicon/zend-wordmark", "material-icon-theme/folder-r-open", "thesvg/webdotdev",
    "thesvg/basic-attention-token", "thesvg/akashchat", "thesvg/canonical-juju", "thesvg/gnu-nano",
    "thesvg/moonrepo", "thesvg/xai-grok", "lobehub/palm-text", "lobehub/mcp-text", "lobehub/commanda",
    "super-tiny-icons/hackernews", "devicon/archlinux", "simple-icons/solana", "thesvg/nrwl",
}  # fmt: skip
"""Drawings that are plainly of held-out brands, as found by eye."""

LEARNED_SETS = sorted({*BRAND_SETS, *THING_SETS, *(logo.set for logo in further_logos())})


@pytest.mark.slow
def test_no_held_out_brand_is_in_any_training_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch_sets(tmp_path)
    labels = read_labels()
    train = {logo.brand for logo in labels if logo.split == "train"}
    held = [logo for logo in labels if logo.split != "train"]
    assert train.isdisjoint(logo.brand for logo in held)

    monkeypatch.setattr(material, "facts_of_set", same_facts)
    place(family_of(), tmp_path, tiny_font({"a": "A"}))
    monkeypatch.setattr(materials, "FONT_FAMILIES", (family_of(),))
    pools = materials.load_materials(tmp_path).symbols
    icons = {logo.key for logo in icon_material(tmp_path).logos}
    composed = {(symbol.set, symbol.name) for pool in pools.values() for symbol in pool}
    assert len(icons) > 10_000
    assert len(composed) > 1_000
    further = {logo.key for logo in further_logos()}
    assert len(further) > 5_000
    own = {logo.key for logo in Run(tmp_path / "run", RunSettings(), tmp_path).logos("train")}
    assert 1_900 < len(own) < len([logo for logo in labels if logo.split == "train"])
    learned = sorted(icons | composed | further | own)

    known = held_out(labels, tmp_path)
    found = [key for key in learned if known.by_name(key[1], whole=key[0] in BRANDLESS_SETS) is not None]
    assert found == []
    names = {normalised(name) for logo in held for name in (logo.brand, logo.name)}
    assert [key for key in learned if normalised(key[1]) in names] == []
    hashes = {name: hashes_of_set(name, None, tmp_path) for name in LEARNED_SETS}
    theirs = hash_bytes(hashes[logo.set][logo.name] for logo in held)
    for set_name, name in learned:
        distances = np.bitwise_count(theirs ^ hash_bytes([hashes[set_name][name]])).sum(axis=1)
        assert distances.min() > LARGEST_DISTANCE, f"{set_name}/{name}"
    drawings = {f"{set_name}/{name}" for set_name, found in hashes.items() for name in found}
    assert drawings >= RELATIVES
    assert RELATIVES.isdisjoint("/".join(key) for key in learned)


def fetch_sets(cache: Path) -> None:
    """Through npm, all but those that nothing is learned from."""
    wanted = [word for name in LEARNED_SETS for word in ("--set", name)]
    command = [sys.executable, "-m", "hybrid_logo", "data", "fetch", *wanted]
    environment = os.environ | {"HYBRID_LOGO_CACHE": str(cache)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {pinned.name for pinned in ICON_SETS} <= set(LEARNED_SETS)


def same_facts(_: str, wanted: list[str], *__: Any) -> dict[str, Facts]:
    """Facts decide the type and not whether something is learned from; those of all sets take minutes."""
    document = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{WEDGE}</svg>'
    return dict.fromkeys(wanted, measure_facts(document))
