"""Many logos: kept, taken up again, read back."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.composer import table
from hybrid_logo.training.composer.composing import Composition
from hybrid_logo.training.composer.materials import Materials
from hybrid_logo.training.composer.sheet import CELL_PX, COLUMNS, contact_sheet, write_sheet
from hybrid_logo.training.composer.table import TABLE, compose_all, composed_folder
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.rendering import read_master
from hybrid_logo.types import LogoType
from tests.training.composer.tiny_materials import tiny_materials


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    materials = tiny_materials(tmp_path)
    monkeypatch.setattr(table, "load_materials", lambda *_: materials)
    return tmp_path


def test_asking_for_more_goes_on(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = compose_all(3, 5, cache, workers=1)
    made: list[int] = []
    compose_file = table._compose_file
    monkeypatch.setattr(table, "_compose_file", lambda number: made.append(number) or compose_file(number))
    more = compose_all(5, 5, cache, workers=1)
    assert made == [3, 4]
    assert more[:3] == first
    assert compose_all(2, 5, cache, workers=1) == first[:2]
    assert [logo.number for logo in more] == [0, 1, 2, 3, 4]


def test_a_run_that_was_killed_is_taken_up(cache: Path) -> None:
    logos = compose_all(3, 0, cache, workers=1)
    pixels = read_master(logos[2].path)
    path = composed_folder(0, cache) / TABLE
    path.write_text(path.read_text(encoding="utf-8")[:-40], encoding="utf-8")  # cut off in the last line
    again = compose_all(3, 0, cache, workers=1)
    assert again == logos
    assert np.array_equal(read_master(again[2].path), pixels)


def test_the_pictures(cache: Path) -> None:
    for logo in compose_all(4, 1, cache, workers=1):
        pixels = read_master(logo.path)
        assert (pixels.dtype, pixels.shape[2], max(pixels.shape)) == (np.uint8, 4, 512)
        assert logo.label in logo.accepted
        assert logo.clear == (len(logo.accepted) == 1)


def test_another_seed_is_another_table(cache: Path) -> None:
    one, other = (compose_all(2, seed, cache, workers=1) for seed in (1, 2))
    assert one[0].path.parents[1] != other[0].path.parents[1]
    assert not np.array_equal(read_master(one[0].path), read_master(other[0].path))


def test_what_cannot_be_composed_is_left_out_and_not_tried_again(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = table.compose

    def sometimes(seed: tuple[int, int], materials: Materials) -> Composition:
        if seed[1] == 1:
            raise SourceError("nothing came out")
        return compose(seed, materials)

    monkeypatch.setattr(table, "compose", sometimes)
    assert [logo.number for logo in compose_all(3, 0, cache, workers=1)] == [0, 2]
    rows = [json.loads(line) for line in (composed_folder(0, cache) / TABLE).read_text("utf-8").splitlines()]
    assert [row.get("failure") for row in rows] == [None, "nothing came out", None]
    monkeypatch.setattr(table, "compose", compose)
    assert len(compose_all(3, 0, cache, workers=1)) == 2


def test_a_picture_that_is_gone_is_an_error_and_made_again(cache: Path) -> None:
    logo = compose_all(1, 0, cache, workers=1)[0]
    pixels = read_master(logo.path)
    logo.path.unlink()
    with pytest.raises(SourceError, match="hybrid-logo data compose"):
        read_master(logo.path)
    assert np.array_equal(read_master(compose_all(1, 0, cache, workers=1)[0].path), pixels)


@pytest.mark.skipif(sys.platform == "win32", reason="folders cannot be made read-only there")
def test_a_cache_that_cannot_be_written_is_an_error(cache: Path) -> None:
    (cache / "composed").write_text("a file where a folder belongs")
    with pytest.raises(SourceError, match="--cache"):
        compose_all(1, 0, cache, workers=1)


def test_the_folder_is_named_by_the_code(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = composed_folder(0, cache)
    monkeypatch.setattr(table, "NOT_SHAPING", (*table.NOT_SHAPING, "words"))
    assert composed_folder(0, cache) != before


@pytest.mark.slow
def test_other_held_out_brands_are_another_table(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their icons are not drawn: the guard may learn a name, and other labels hold out other brands."""
    dune = LabelledLogo("logos", "dune", LogoType.TEXT, frozenset({LogoType.TEXT}), True, "dune", "test")
    moth = replace(dune, name="moth", brand="moth")
    folders = []
    for labels in ([dune], [dune, moth], [dune, replace(moth, split="train")]):
        monkeypatch.setattr(table, "read_labels", lambda _, labels=labels: labels)
        folders.append(composed_folder(0, cache))
    assert folders[0] == folders[2] != folders[1]


def test_a_table_is_not_gone_on_with_from_other_materials(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fetch that was stopped leaves fewer fonts; logos of those and of all must not be mixed."""
    compose_all(2, 1, cache, workers=1)
    whole = table.load_materials()
    fewer = replace(whole, families=whole.families[:-1])
    monkeypatch.setattr(table, "load_materials", lambda *_: fewer)
    assert len(compose_all(2, 1, cache, workers=1)) == 2  # nothing is made
    with pytest.raises(SourceError, match=r"composed of other fonts .*data fetch --all.*delete that folder"):
        compose_all(3, 1, cache, workers=1)
    monkeypatch.setattr(table, "load_materials", lambda *_: whole)
    assert len(compose_all(3, 1, cache, workers=1)) == 3


def test_processes_make_the_same_logos(cache: Path) -> None:
    together = compose_all(32, 0, cache, workers=2)
    pixels = [read_master(logo.path) for logo in together]
    (composed_folder(0, cache) / TABLE).unlink()
    alone = compose_all(32, 0, cache, workers=1)
    assert alone == together
    assert all(np.array_equal(read_master(logo.path), own) for logo, own in zip(alone, pixels, strict=True))


def test_a_contact_sheet(cache: Path) -> None:
    logos = compose_all(COLUMNS + 1, 0, cache, workers=1)
    sheet = contact_sheet(logos)
    assert sheet.shape[1] == COLUMNS * CELL_PX
    assert sheet.shape[0] > 2 * CELL_PX
    write_sheet(logos, cache / "sheet.png")
    assert (cache / "sheet.png").stat().st_size > 1000
    with pytest.raises(SourceError):
        write_sheet(logos, cache / "missing" / "sheet.png")
