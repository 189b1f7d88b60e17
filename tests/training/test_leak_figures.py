"""What the guard leaves out of each set, and how good the hash is by itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.leak_figures import HashFigures, SetLeaks, hash_figures, leak_report
from hybrid_logo.training.leaks import Leak
from hybrid_logo.training.sources import FURTHER_SETS, ICON_SETS
from hybrid_logo.types import LogoType
from tests.training.icon_files import CROSS, FACETS, RAMP_WEDGE, RING, STAIRS, WEDGE, write_set


def logo(set_name: str, name: str, split: str) -> LabelledLogo:
    return LabelledLogo(
        set_name, name, LogoType.SIMPLE, frozenset({LogoType.SIMPLE}), clear=True, brand=name, split=split
    )


LABELLED = [
    logo("logos", "bolt", "calibrate"),
    logo("devicon", "dune", "test"),
    logo("logos", "hoop", "train"),
    logo("devicon", "dune-io", "train"),
    logo("devicon", "folk", "train"),
]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    for pinned in ICON_SETS:
        write_set(tmp_path, pinned.name, {})
    write_set(tmp_path, "logos", {"bolt": RING, "hoop": RING, "own": STAIRS})
    write_set(tmp_path, "devicon", {"dune": CROSS, "dune-io": FACETS, "folk": WEDGE, "empty": ""})
    write_set(tmp_path, "skill-icons", {"bolt-dark": WEDGE, "own-dark": STAIRS, "folk-light": RAMP_WEDGE})
    write_set(tmp_path, "vscode-icons", {"folder-type-own": STAIRS, "file-type-folk": WEDGE})
    return tmp_path


def test_each_set_is_counted(cache: Path) -> None:
    report = leak_report(LABELLED, cache, workers=1)
    assert report.sets == (
        SetLeaks("logos", drawings=3, held_out=1, by_name=0, by_hash=1),
        SetLeaks("token-branded", 0, 0, 0, 0),
        SetLeaks("devicon", drawings=3, held_out=1, by_name=1, by_hash=0),
        SetLeaks("vscode-icons", drawings=2, held_out=0, by_name=0, by_hash=0),
        SetLeaks("skill-icons", drawings=3, held_out=0, by_name=1, by_hash=0),
    )
    assert [row.kept for row in report.sets] == [1, 0, 1, 2, 2]


def test_relatives_are_named_and_those_of_train_told_apart(cache: Path) -> None:
    report = leak_report(LABELLED, cache, workers=1)
    hoop, dune = (
        Leak("logos", "hoop", "logos/bolt", "hash"),
        Leak("devicon", "dune-io", "devicon/dune", "name"),
    )
    assert report.leaks == (hoop, dune, Leak("skill-icons", "bolt-dark", "logos/bolt", "name"))
    assert report.of_train == (hoop, dune)


def test_further_sets_count_where_they_are_fetched(cache: Path) -> None:
    """``is_fetched`` looks at the record of the archive as well, which drawings written here do not have."""
    assert leak_report(LABELLED, cache, workers=1).missing == tuple(pinned.name for pinned in FURTHER_SETS)


def test_labelled_sets_must_be_fetched(tmp_path: Path) -> None:
    write_set(tmp_path, "logos", {"bolt": RING})
    with pytest.raises(SourceError, match="hybrid-logo data fetch --set devicon"):
        leak_report(LABELLED, tmp_path, workers=1)


def test_the_hash_is_measured_on_brands_that_are_not_held_out(cache: Path) -> None:
    """Pairs: own in two sets, alike; folk in three, of which two are alike and the third points elsewhere."""
    found = hash_figures(LABELLED, ["logos", "devicon", "skill-icons", "vscode-icons"], cache, workers=1)
    assert (found.pairs, found.found) == (4, 2)
    assert found.drawings == 6  # all but those of bolt and dune by name, and the folder
    assert 0 <= found.flagged <= found.drawings


def test_nothing_to_measure(cache: Path) -> None:
    assert hash_figures(LABELLED, ["token-branded"], cache, workers=1) == HashFigures(0, 0, 0, 0)
