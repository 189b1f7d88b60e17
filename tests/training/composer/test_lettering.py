"""Words: what is drawn of the letters, and what counts as letters."""

from __future__ import annotations

from pathlib import Path
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from hybrid_logo.training.composer import lettering
from hybrid_logo.training.composer.drawing import Art, document
from hybrid_logo.training.composer.geometry import Box
from hybrid_logo.training.composer.lettering import circular_line, cropped, letter, plain_word, wordmark
from hybrid_logo.training.composer.materials import Materials
from hybrid_logo.training.composer.paints import flat
from hybrid_logo.training.rendering import render
from hybrid_logo.types import LABELS
from tests.training.composer.tiny_materials import tiny_materials, wish_for

SIMPLE, TEXT, GRADIENT, _ = LABELS


@pytest.fixture
def materials(tmp_path: Path) -> Materials:
    return tiny_materials(tmp_path)


def picture(art: Art) -> NDArray[np.uint8]:
    return render(document(art, art.box.grown(5)), 200, crisp=True)


def colors(art: Art) -> int:
    pixels = picture(art)
    return len(np.unique(pixels[pixels[..., 3] > 0], axis=0))


def word(materials: Materials) -> Art:
    return plain_word(Random(0), materials.font(Random(0)), "abcd", flat("#102030"), 0)


def test_a_word_is_letters(materials: Materials) -> None:
    part = word(materials).parts[0]
    assert (part.role, part.characters) == ("letters", 4)
    assert part.letter_height == pytest.approx(70)


def test_a_single_letter_is_a_symbol(materials: Materials) -> None:
    assert letter(Random(1), materials, wish_for(SIMPLE)).parts[0].role == "symbol"


@pytest.mark.parametrize("seed", range(30))
def test_a_wordmark_is_always_letters(materials: Materials, seed: int) -> None:
    part = wordmark(Random(seed), materials, wish_for(TEXT), "abcdef").parts[0]
    assert (part.role, part.characters, part.silhouette != "") == ("letters", 6, True)


def test_words_are_plain_and_coloured(materials: Materials) -> None:
    counts = [colors(wordmark(Random(seed), materials, wish_for(TEXT), "abcdef")) for seed in range(40)]
    assert counts.count(1) > 15
    assert max(counts) >= 3
    plain = [
        colors(wordmark(Random(seed), materials, wish_for(TEXT), "abcdef", plain=True)) for seed in range(40)
    ]
    assert set(plain) == {1}


@pytest.mark.parametrize("cuts", [[1], [3], [1, 2, 3, 4, 5]])
def test_every_letter_is_there_in_two_tones(
    materials: Materials, monkeypatch: pytest.MonkeyPatch, cuts: list[int]
) -> None:
    monkeypatch.setattr(lettering, "_cuts", lambda *_: cuts)
    font = materials.font(Random(0))
    outline = font.outline("abcdef")
    art = lettering._in_parts(Random(0), font, "abcdef", outline, wish_for(SIMPLE), "#102030")
    whole = lettering.line_of_text(outline, flat("#102030"))
    assert np.array_equal(picture(art)[..., 3], picture(whole)[..., 3])
    assert colors(art) > 1


def test_a_cropped_word_has_lost_something(materials: Materials) -> None:
    whole = word(materials)
    for seed in range(6):
        part = cropped(Random(seed), whole)
        lost = 1 - (picture(part)[..., 3] > 0).sum() / (picture(whole)[..., 3] > 0).sum()
        assert 0.01 < lost < 0.2


@pytest.mark.parametrize("below", [False, True])
def test_letters_round_a_circle(materials: Materials, below: bool) -> None:
    art = circular_line(Random(0), materials, "abc def", 40, "#000000", below)
    assert art.parts[0].characters == 6
    pixels = render(document(art, Box(0, 0, 100, 100)), 100, crisp=True)[..., 3] > 0
    rows, columns = np.nonzero(pixels)
    assert (rows.mean() > 50) == below
    radii = np.hypot(rows - 49.5, columns - 49.5)
    assert radii.min() > 28
    assert radii.max() < 52
