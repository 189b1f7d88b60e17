"""Areas are drawn large to small, reach below each other, and never below what is not opaque."""

from __future__ import annotations

import numpy as np

from hybrid_logo.vectorize.gradients.fills import Fill
from hybrid_logo.vectorize.gradients.layers import layers
from hybrid_logo.vectorize.gradients.regions import Areas


def fill(alpha: float) -> Fill:
    return Fill("flat", (), np.zeros(1), np.array([[alpha / 2, 0, 0, alpha]]), 0.0)


def nested(alpha: float, hole: float = 0.0) -> Areas:
    """A square in a square in a page, and a part of the inner one again."""
    labels = np.zeros((40, 40), np.int32)
    labels[4:36, 4:36] = 1
    labels[12:28, 12:28] = 2
    labels[18:22, 18:22] = 3
    return Areas(labels, [fill(0), fill(255), fill(alpha), fill(hole)])


def test_what_spans_most_is_drawn_first_and_the_page_not_at_all() -> None:
    assert [number for number, _ in layers(nested(255, 255), 2)] == [1, 2, 3]


def test_a_covered_hole_is_filled() -> None:
    found = dict(layers(nested(255, 255), 2))
    assert found[1][20, 20]
    assert found[1].sum() == 32 * 32


def test_a_hole_that_shows_the_page_stays() -> None:
    found = dict(layers(nested(255), 2))
    assert not found[1][20, 20]
    assert found[1][13, 20]  # it reaches below the opaque ring
    assert not found[2][20, 20]


def test_nothing_lies_below_what_shines_through() -> None:
    found = dict(layers(nested(120), 2))
    assert not found[1][12:28, 12:28].any()
