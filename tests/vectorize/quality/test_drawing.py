"""Documents are drawn at any size, in their own proportion."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from hybrid_logo.errors import InputError, MissingExtraError
from hybrid_logo.vectorize.quality.drawing import draw, natural_size

WIDE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10" '
    'fill="#0a6"/></svg>'
)


def test_a_document_is_drawn_in_straight_rgba() -> None:
    half = WIDE.replace('fill="#0a6"', 'fill="#0a6" fill-opacity=".5"')
    assert draw(half, 40, 10)[5, 20].tolist() == pytest.approx([0, 170, 102, 128], abs=1)


def test_a_document_of_another_aspect_lies_in_the_middle() -> None:
    drawn = draw(WIDE, 40, 40)
    assert drawn.shape == (40, 40, 4)
    rows = np.flatnonzero(drawn[:, 20, 3])
    assert (rows[0], rows[-1]) == (15, 24)


def test_the_proportion_is_told() -> None:
    width, height = natural_size(WIDE)
    assert width / height == pytest.approx(4, rel=0.02)


@pytest.mark.parametrize("text", ["", "no picture", "<svg"])
def test_what_is_no_svg_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="cannot be drawn"):
        draw(text, 16, 16)


def test_without_resvg_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(MissingExtraError, match=r"hybrid-logo\[svg\]"):
        draw(WIDE, 16, 16)
