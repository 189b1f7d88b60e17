"""Parts are moved, fitted and turned together with what stands for them."""

from __future__ import annotations

import numpy as np
import pytest

from hybrid_logo.training.composer.drawing import Art, Part, document
from hybrid_logo.training.composer.geometry import Box
from hybrid_logo.training.rendering import render

SQUARE = Part('<rect width="10" height="10" fill="#ff0000"/>', Box(0, 0, 10, 10))
WORD = Part(
    '<rect width="20" height="5" fill="none" stroke="#00f"/>',
    Box(0, 0, 20, 5),
    "letters",
    "",
    '<rect width="20" height="5"/>',
    4,
    5.0,
)


def ink_box(art: Art, view: Box, shown: str = "body") -> tuple[int, int, int, int]:
    """left, top, right, bottom in pixels of a view that is 100 wide."""
    alpha = render(document(art, view, lambda part: getattr(part, shown)), 100, crisp=True)[..., 3] > 0
    rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def test_what_is_fitted_fills_its_box() -> None:
    art = Art((SQUARE,)).fitted(Box(20, 40, 60, 30))
    assert art.box == Box(35, 40, 30, 30)
    assert ink_box(art, Box(0, 0, 100, 100)) == (35, 40, 65, 70)


def test_letters_grow_with_their_silhouette() -> None:
    part = Art((WORD,)).moved(10, 20, 3).parts[0]
    assert (part.letter_height, part.box) == (15, Box(10, 20, 60, 15))
    assert ink_box(Art((part,)), Box(0, 0, 100, 100), "silhouette") == (10, 20, 70, 35)


def test_turned_by_a_right_angle() -> None:
    art = Art((WORD,)).turned(90)
    assert art.box.width == pytest.approx(5)
    assert art.box.height == pytest.approx(20)
    view = Box(-40, -40, 100, 100)
    left, top, right, bottom = ink_box(art, view, "silhouette")
    assert (right - left, bottom - top) == (5, 20)
    assert left == pytest.approx(art.box.left + 40, abs=1)
    assert top == pytest.approx(art.box.top + 40, abs=1)


def test_arts_are_joined_from_back_to_front() -> None:
    both = Art((SQUARE,), ("a/b",)) + Art((WORD,), ("c/d",))
    assert both.parts == (SQUARE, WORD)
    assert both.sources == ("a/b", "c/d")
    assert both.box == Box(0, 0, 20, 10)


def test_nothing_is_wrapped_where_there_is_nothing() -> None:
    part = Art((SQUARE,)).wrapped(lambda body: f"<g>{body}</g>").parts[0]
    assert part.body.startswith("<g><rect")
    assert part.without == part.silhouette == ""
