"""Every mark and pattern draws something within its field, and every paint is well-formed."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest

from hybrid_logo.training.composer.drawing import Art, Part, document
from hybrid_logo.training.composer.geometry import Box
from hybrid_logo.training.composer.line_marks import LINE_MARKS
from hybrid_logo.training.composer.marks import MARKS, Mark
from hybrid_logo.training.composer.painting import FIELD, painted
from hybrid_logo.training.composer.palettes import (
    clearly_different,
    luminance,
    mixed,
    palette,
    shifted,
    tones,
)
from hybrid_logo.training.composer.patterns import PATTERNS
from hybrid_logo.training.composer.silhouettes import SILHOUETTES
from hybrid_logo.training.facts import measure_facts
from hybrid_logo.training.rendering import render
from hybrid_logo.types import LABELS
from tests.training.composer.tiny_materials import wish_for

SIMPLE, _, GRADIENT, _ = LABELS


@pytest.mark.parametrize("make", [*MARKS, *LINE_MARKS], ids=lambda make: make.__name__)
def test_a_mark_is_as_large_as_it_says(make: Callable[[Random], Mark]) -> None:
    for seed in range(4):
        random = Random(seed)
        art = painted(random, make(random), wish_for(SIMPLE))
        box = art.box
        alpha = render(document(art, box.grown(10)), 200, crisp=True)[..., 3] > 0
        rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
        step = (box.width + 20) / alpha.shape[1]
        assert columns[0] * step - 10 == pytest.approx(0, abs=2.5)
        assert (columns[-1] + 1) * step - 10 == pytest.approx(box.width, abs=2.5)
        assert rows[0] * step - 10 == pytest.approx(0, abs=2.5)
        assert max(box.width, box.height) > 30


@pytest.mark.parametrize("make", PATTERNS, ids=lambda make: make.__name__)
@pytest.mark.parametrize("amount", [0.1, 1.2])
def test_a_pattern_has_as_many_shapes_as_told(make: Callable[[Random, float], Mark], amount: float) -> None:
    counts = [len(make(Random(seed), amount)) for seed in range(6)]
    assert min(counts) >= 1
    assert sum(counts) / 6 > 7 if amount > 1 else sum(counts) / 6 < 30


@pytest.mark.parametrize("name", SILHOUETTES)
def test_a_silhouette_is_one_plain_thing(name: str) -> None:
    part = Part(f'<path d="{SILHOUETTES[name]}"/>', FIELD)
    facts = measure_facts(document(Art((part,)), FIELD.grown(1)))
    assert facts.pieces <= 5
    assert 0.15 < facts.ink_share < 0.95


@pytest.mark.parametrize("seed", range(6))
def test_ramps_are_seen_where_they_are_wished(seed: int) -> None:
    shares = []
    for label in (SIMPLE, GRADIENT):
        random = Random(seed)
        mark = MARKS[seed](random)
        shares.append(measure_facts(document(painted(random, mark, wish_for(label)), FIELD)).ramp_share)
    assert shares[0] == 0
    assert shares[1] > 0.2


@pytest.mark.parametrize("count", [1, 3, 6])
def test_a_palette_has_different_colors(count: int) -> None:
    for seed in range(20):
        colors = palette(Random(seed), count)
        assert len(set(colors)) == count
        least = min(
            (clearly_different(a, b, 15) for i, a in enumerate(colors) for b in colors[:i]), default=True
        )
        assert least


def test_light_palettes_can_be_seen_on_dark_pages() -> None:
    assert all(luminance(palette(Random(seed), 1, light=True)[0]) > 0.3 for seed in range(40))


def test_colors_are_mixed_and_turned() -> None:
    assert mixed("#000000", "#ffffff", 0.5) == "#808080"
    assert shifted("#ff0000", 120) == "#00ff00"
    low, high = tones(Random(1), "#3060c0", 2)
    assert luminance(low) < luminance("#3060c0") < luminance(high)


def test_the_field() -> None:
    assert Box(0, 0, 100, 100) == FIELD
