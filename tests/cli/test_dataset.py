"""``hybrid-logo data leaks`` and ``data card`` in this process, on sets of a few drawings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo.training import material
from hybrid_logo.training.composer import table
from hybrid_logo.training.material import icon_material
from hybrid_logo.training.sources import FURTHER_SETS, ICON_SETS
from tests.training.composer.tiny_materials import tiny_materials
from tests.training.icon_files import CROSS, RAMP_WEDGE, RING, STAIRS, write_labels, write_set

Run = Callable[..., Any]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The labelled sets, two of which hold drawings, a font of rectangles, and labels beside them."""
    for pinned in ICON_SETS:
        write_set(tmp_path, pinned.name, {})
    write_set(tmp_path, "logos", {"bolt": RING, "hoop": RING, "own": STAIRS})
    write_set(tmp_path, "devicon", {"bolt-wordmark": CROSS, "dune": RAMP_WEDGE})
    write_labels(
        tmp_path / "labels.csv",
        "logos,bolt,simple,,1,bolt,test",
        "logos,hoop,simple,,1,hoop,train",
        "logos,own,complex,,1,own,train",
    )
    (tmp_path / "few.toml").write_text("[corpus]\ncomposed = 3\n")
    materials = tiny_materials(tmp_path)
    monkeypatch.setattr(table, "load_materials", lambda *_: materials)
    monkeypatch.setattr(
        material, "icon_material", lambda *place: icon_material(*place, sets=("logos", "devicon"))
    )
    return tmp_path


def places(cache: Path) -> list[str]:
    return ["--workers", "1", "--cache", str(cache), "--labels", str(cache / "labels.csv")]


def test_leaks_are_counted_by_set(run: Run, cache: Path) -> None:
    ran = run("data", "leaks", *places(cache))
    assert ran.code == 0
    rows = [line.replace("│", " ").split() for line in ran.out.splitlines()]
    assert ["logos", "3", "1", "0", "1", "1"] in rows
    assert ["devicon", "2", "0", "1", "0", "1"] in rows
    assert (
        "1 of the drawings that are left out have a visual label of the split train, 0 found by name"
        in ran.out
    )
    assert "logos/hoop" not in ran.out
    for pinned in FURTHER_SETS:
        assert f"{pinned.name} is not fetched. Run: hybrid-logo data fetch --set {pinned.name}" in ran.err


def test_leaks_are_named(run: Run, cache: Path) -> None:
    lines = run("data", "leaks", "--list", *places(cache)).out.splitlines()
    assert lines[-2:] == ["logos/hoop\tlogos/bolt\thash", "devicon/bolt-wordmark\tlogos/bolt\tname"]


def test_leaks_need_the_labelled_sets(run: Run, tmp_path: Path, cache: Path) -> None:
    ran = run("data", "leaks", "--cache", tmp_path / "empty", "--labels", cache / "labels.csv")
    assert ran.code == 2
    assert "hybrid-logo data fetch --set logos" in ran.err


def test_the_card_and_its_sheets_are_written(run: Run, cache: Path) -> None:
    out, sheets = cache / "CARD.md", cache / "sheets"
    ran = run(
        "data", "card", "--out", out, "--sheets", sheets, "--preset", cache / "few.toml", *places(cache)
    )
    assert ran.code == 0
    assert ran.out.splitlines() == [str(out), *(str(path) for path in sorted_by_type(sheets))]
    text = out.read_text()
    assert "| devicon | MIT | 1 | 1 | 0 |" in text
    assert "3 logos of seed 7" in text
    assert {"labelled-simple.png", "labelled-complex.png", "icons-gradient.png"} <= {
        path.name for path in sheets.iterdir()
    }


def sorted_by_type(folder: Path) -> list[Path]:
    groups = [
        f"{source}-{label}.png"
        for label in ("simple", "text", "gradient", "complex")
        for source in ("labelled", "icons", "composed")
    ]
    return [folder / name for name in groups if (folder / name).exists()]


def test_a_card_without_sheets(run: Run, cache: Path) -> None:
    ran = run("data", "card", "--out", cache / "CARD.md", "--preset", cache / "few.toml", *places(cache))
    assert ran.out.splitlines() == [str(cache / "CARD.md")]


def test_a_card_needs_a_place(run: Run, cache: Path) -> None:
    (cache / "CARD.md").write_text("mine")
    ran = run("data", "card", "--out", cache / "CARD.md", "--preset", cache / "few.toml", *places(cache))
    assert ran.code == 2
    assert "must hold one pair of" in ran.err
    assert (cache / "CARD.md").read_text() == "mine"
    assert run("data", "card").code == 2
