from __future__ import annotations

import math
import re
import sys
from dataclasses import astuple
from pathlib import Path

import numpy as np
import pytest

from hybrid_logo.errors import MissingExtraError, SourceError
from hybrid_logo.training.fonts import Font, load_font
from hybrid_logo.training.rendering import render
from tests.training.fonts.tiny_font import LETTERS, family_of, place, tiny_font


@pytest.fixture(scope="module")
def woff() -> bytes:
    return tiny_font()


@pytest.fixture
def font(tmp_path: Path, woff: bytes) -> Font:
    return open_font(tmp_path, woff)


def open_font(cache: Path, content: bytes, script: str = "latin") -> Font:
    family = family_of(script=script)
    place(family, cache, content)
    return load_font(family, cache)


def starts(path: str) -> list[float]:
    """Left edges of the letters, in the order they are drawn."""
    return [float(number) for number in re.findall(r"M(-?[\d.]+)", path)]


def test_a_letter_stands_on_the_baseline(font: Font) -> None:
    outline = font.outline("A")
    assert astuple(outline)[1:] == (0, -70, 50, 0, 1)
    rgba = render(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-50 -80 110 110">'
                  f'<path d="{outline.path}"/></svg>', 110)  # fmt: skip
    expected = np.zeros((110, 110), bool)
    expected[10:80, 50:100] = True
    np.testing.assert_array_equal(rgba[..., 3] == 255, expected)


def test_letters_are_kerned(font: Font) -> None:
    assert starts(font.outline("VA", size=1000).path) == [0, 600]
    assert starts(font.outline("AV", size=1000).path) == [0, 400]


def test_tracking_sets_letters_apart_and_parts_ligatures(font: Font) -> None:
    assert starts(font.outline("VVV", size=1000, tracking=0.1).path) == [0, 700, 1400]
    assert starts(font.outline("VV", size=1000, tracking=-0.1).path) == [0, 500]
    assert starts(font.outline("ff", size=1000).path) == [0]
    assert starts(font.outline("ff", size=1000, tracking=0.1).path) == [0, 700]


def test_a_mark_stays_on_its_letter(font: Font) -> None:
    outline = font.outline("V\u0301V", size=1000, tracking=0.1)
    assert outline.characters == 2
    assert re.findall("M([^A-Z]+)", outline.path) == ["0 0", "150 -300", "700 0"]


def test_letters_that_are_joined_stay_so(tmp_path: Path, woff: bytes) -> None:
    font = open_font(tmp_path, woff, script="arabic")
    assert starts(font.outline("VV", size=1000, tracking=0.5).path) == [0, 600]


def test_hebrew_runs_from_right_to_left(font: Font) -> None:
    """In the order of reading: alef, 200 wide, then bet, 100 wide; bet is drawn at the left."""
    outline = font.outline("אב", size=1000)
    assert (outline.left, outline.right) == (0, 800)
    assert starts(outline.path) == [0, 600]


def test_a_space_moves_the_pen_and_is_not_counted(font: Font) -> None:
    outline = font.outline("V V", size=1000)
    assert starts(outline.path) == [0, 1200]
    assert outline.characters == 2


def test_numbers_have_two_decimals(font: Font) -> None:
    numbers = re.findall(r"-?\d+\.?\d*", font.outline("AVf A", size=33.3, tracking=1 / 3).path)
    assert numbers
    assert all(re.fullmatch(r"-?\d+(\.\d{1,2})?", number) for number in numbers)
    assert "-0" not in numbers


@pytest.mark.parametrize(
    ("text", "named"), [("AX", "'X'"), ("A\nA", r"'\\n'"), ("A\rA", r"'\\r'"), ("\ud800", "d800")]
)
def test_missing_letters_are_named(font: Font, text: str, named: str) -> None:
    assert not font.covers(text)
    with pytest.raises(SourceError, match=rf"tiny has no {named}|{named}.*Choose a family"):
        font.outline(text)


@pytest.mark.parametrize("text", ["", " ", "   "])
def test_text_that_cannot_be_seen_is_refused(font: Font, text: str) -> None:
    assert font.covers(text)
    with pytest.raises(SourceError, match="Give it some letters"):
        font.outline(text)


@pytest.mark.parametrize(
    "bad", [{"size": 0}, {"size": -1}, {"size": math.nan}, {"size": math.inf}, {"tracking": math.nan}]
)
def test_a_size_that_is_none_is_refused(font: Font, bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="size must be positive"):
        font.outline("A", **bad)


def test_a_font_is_opened_once_for_each_cache(tmp_path: Path, woff: bytes) -> None:
    first = open_font(tmp_path / "one", woff)
    second = open_font(tmp_path / "two", tiny_font({"A": "A"}))
    assert load_font(first.family, tmp_path / "one") is first
    assert second.letters == {"A"}
    assert first.letters == set(LETTERS)


def test_a_font_that_is_not_fetched_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="Run: hybrid-logo data fetch --fonts"):
        load_font(family_of(), tmp_path)


@pytest.mark.parametrize("content", [b"", b"no font", b"wOFF" + bytes(60), tiny_font()[:300], tiny_font({})])
def test_a_damaged_font_is_a_typed_error(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(SourceError, match="Delete its folder and run: hybrid-logo data fetch --fonts"):
        open_font(tmp_path, content)


def test_garbled_bytes_give_letters_or_a_typed_error(tmp_path: Path, woff: bytes) -> None:
    for position in range(0, len(woff), 23):
        garbled = bytearray(woff)
        garbled[position] ^= 0x5A
        try:
            open_font(tmp_path / str(position), bytes(garbled)).outline("AVf")
        except SourceError:
            continue


@pytest.mark.parametrize("module", ["uharfbuzz", "fontTools.ttLib"])
def test_a_missing_extra_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=r"hybrid-logo\[train\]"):
        load_font(family_of(), tmp_path)
