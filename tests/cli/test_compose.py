"""``hybrid-logo data compose`` in this process, with a font of rectangles."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo.training.composer import composed_folder, table
from hybrid_logo.types import LABELS
from tests.training.composer.tiny_materials import tiny_materials

Run = Callable[..., Any]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    materials = tiny_materials(tmp_path)
    monkeypatch.setattr(table, "load_materials", lambda *_: materials)
    return tmp_path


def test_logos_are_drawn_counted_and_shown(run: Run, cache: Path) -> None:
    sheet = cache / "sheet.png"
    ran = run("data", "compose", "--count", "6", "--seed", "3", "--cache", cache, "--sheet", sheet)
    assert ran.code == 0
    assert f"6 of 6 composed: {composed_folder(3, cache)}" in ran.err.replace("\n", "")
    assert len(list(composed_folder(3, cache).rglob("*.png"))) == 6
    assert {path.name for path in cache.glob("sheet-*.png")} == {f"sheet-{label}.png" for label in LABELS}
    assert all(label in ran.out for label in LABELS)


def test_without_fonts_it_says_how_to_get_them(run: Run, tmp_path: Path) -> None:
    ran = run("data", "compose", "--count", "1", "--cache", tmp_path)
    assert ran.code == 2
    assert "hybrid-logo data fetch --fonts" in ran.err.replace("\n", " ")
