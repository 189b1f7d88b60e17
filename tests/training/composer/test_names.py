"""Names that do not exist, and none of a held-out brand."""

from __future__ import annotations

from random import Random

import pytest

from hybrid_logo.training.composer.names import SCRIPTS, WORDS, brand_name, initials, second_line
from hybrid_logo.training.fonts import FONT_FAMILIES
from hybrid_logo.training.leaks import normalised


def test_no_name_of_a_held_out_brand() -> None:
    """Whatever comes out is forbidden, and does not come out again."""
    avoided = {normalised(word) for word in WORDS}
    names = [brand_name(Random(seed), avoided=avoided) for seed in range(400)]
    assert not [name for name in names if normalised(name) in avoided]
    plain = [brand_name(Random(seed)) for seed in range(400)]
    assert [name for name in plain if normalised(name) in avoided]


def test_initials_are_no_brand_either() -> None:
    free = {initials(Random(seed), 3) for seed in range(60)}
    avoided = {normalised(letters) for letters in free}
    again = {normalised(initials(Random(seed), 3, avoided)) for seed in range(60)}
    assert not again & avoided


@pytest.mark.parametrize("count", [1, 2, 4])
def test_initials_have_their_number_of_letters(count: int) -> None:
    assert {len(initials(Random(seed), count)) for seed in range(50)} == {count}


@pytest.mark.parametrize("script", SCRIPTS)
def test_names_are_of_their_script(script: str) -> None:
    made = SCRIPTS[script]
    letters = set("".join(made.syllables))
    for seed in range(20):
        assert set(brand_name(Random(seed), script).lower()) <= {letter.lower() for letter in letters} | {"ς"}
    assert not made.capitals or made.syllables[0] != made.syllables[0].upper()


def test_the_scripts_are_those_of_the_fonts() -> None:
    assert {family.script for family in FONT_FAMILIES} - {"latin", "cherokee"} <= SCRIPTS.keys()


def test_names_vary() -> None:
    assert len({brand_name(Random(seed)) for seed in range(300)}) > 250
    assert len({second_line(Random(seed)) for seed in range(100)}) > 40
