"""One seed, one logo."""

from __future__ import annotations

from collections import Counter

import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.composer import composing
from hybrid_logo.training.composer.composing import compose
from hybrid_logo.training.composer.materials import Materials
from hybrid_logo.types import LABELS
from tests.training.composer.tiny_materials import tiny_materials


@pytest.fixture(scope="module")
def materials(tmp_path_factory: pytest.TempPathFactory) -> Materials:
    return tiny_materials(tmp_path_factory.mktemp("cache"))


def test_the_same_seed_draws_the_same(materials: Materials) -> None:
    first, again, other = (compose(seed, materials) for seed in ((4, 2), (4, 2), (4, 3)))
    assert first == again
    assert first.svg != other.svg


def test_the_types_are_balanced_and_reached(materials: Materials) -> None:
    made = [compose((1, number), materials) for number in range(40)]
    counts = Counter(composition.label for composition in made)
    assert all(counts[label] >= 4 for label in LABELS)
    assert sum(composition.label == composition.wished for composition in made) >= 36
    assert 4 <= sum(composition.ambiguous for composition in made) <= 20
    for composition in made:
        assert composition.label in composition.also
        assert composition.ambiguous == (len(composition.also) > 1)


def test_what_misses_is_drawn_anew(materials: Materials, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing reaches the wish, the best of what there was is kept."""
    monkeypatch.setattr(composing, "LAYOUTS", dict.fromkeys(composing.LAYOUTS, composing.LAYOUTS["letter"]))
    made = [compose(number, materials) for number in range(12)]
    missed = [composition for composition in made if composition.label != composition.wished]
    assert missed
    assert {composition.tries for composition in missed} == {composing.TRIES}


def test_where_nothing_is_drawn_the_seed_is_named(
    materials: Materials, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise SourceError("nothing")

    monkeypatch.setattr(composing, "LAYOUTS", dict.fromkeys(composing.LAYOUTS, fails))
    with pytest.raises(SourceError, match=r"seed 7. Use another seed"):
        compose(7, materials)
