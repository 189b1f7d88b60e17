"""The drawing of ids: one exact colour a shape, its mask the same as in the true picture."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from hybrid_logo.training.facts.shapes import id_drawing, read_ids
from hybrid_logo.training.rendering import render
from tests.training.facts.drawings import gradient, square, svg


def ids_of(body: str, attributes: str = "") -> tuple[NDArray[np.int32], int]:
    drawing = id_drawing(svg(body, attributes))
    return read_ids(render(drawing.svg, 100, crisp=True), len(drawing.ramps)), len(drawing.ramps)


def areas(body: str, attributes: str = "") -> list[int]:
    """Visible pixels (of 10,000) of each shape."""
    ids, shapes = ids_of(body, attributes)
    return np.bincount(ids.ravel(), minlength=shapes + 1)[1:].tolist()


def test_what_lies_on_top_is_seen() -> None:
    assert areas(square(0, 0, 50, "red") + square(25, 25, 50, "red")) == [1875, 2500]


def test_fill_and_stroke_are_two_shapes() -> None:
    assert areas(square(20, 20, 40, "red", 'stroke="blue" stroke-width="10"')) == [900, 1600]


@pytest.mark.parametrize(
    "body",
    [
        square(0, 0, 50, "none"),
        square(0, 0, 50, "transparent"),
        square(0, 0, 50, "red", 'opacity="0"'),
        square(0, 0, 50, "red", 'fill-opacity="0"'),
        square(0, 0, 50, "red", 'style="display:none"'),
        square(0, 0, 50, "url(#gone)"),
        gradient("g") + square(0, 0, 50, "url(#g)"),
        f'<g opacity="0">{square(0, 0, 50, "red")}</g>',
        f"<defs>{square(0, 0, 50, 'red')}</defs>",
    ],
)
def test_what_paints_nothing_gets_no_id(body: str) -> None:
    assert areas(body + square(60, 60, 30, "red")) == [900]


@pytest.mark.parametrize(
    "body",
    [
        f'<g fill="blue">{square(0, 0, 50, "inherit")}</g>',
        square(0, 0, 50, "currentColor"),
        square(0, 0, 50, "url(#gone) red"),
        '<path d="M0 0h50v50h-50z"/>',
        '<g fill="none"><path style="fill:red" d="M0 0h50v50h-50z"/></g>',
        '<style>.k{fill:#123}</style><g fill="none"><path class="k" d="M0 0h50v50h-50z"/></g>',
        square(0, 0, 50, "red", 'opacity="0.3"'),
        square(0, 0, 50, "red", 'style="mix-blend-mode:screen"'),
    ],
)
def test_paint_is_found_wherever_it_is_said(body: str) -> None:
    assert areas(body) == [2500]


def test_clip_path_stays() -> None:
    clip = '<clipPath id="c"><rect width="20" height="100"/></clipPath>'
    assert areas(clip + square(0, 0, 50, "red", 'clip-path="url(#c)"')) == [1000]


@pytest.mark.parametrize(
    ("fill", "more", "expected"),
    [
        ("#fff", "", 1000),
        ("#d9d9d9", "", 1000),
        ("#000", "", 0),
        ("#000", 'mask-type="alpha"', 1000),
        ("#000", 'style="mask-type:alpha"', 1000),
        ("url(#g)", "", 1000),
    ],
)
def test_mask_stays_without_its_steps(fill: str, more: str, expected: int) -> None:
    """Over another shape, where a half-transparent one would show a colour that is no id."""
    mask = gradient("g", ("#fff", 1), ("#777", 1)) + (
        f'<mask id="m" maskUnits="userSpaceOnUse" x="0" y="0" width="100" height="100" {more}>'
        f'<rect width="20" height="50" fill="{fill}"/></mask>'
    )
    body = mask + square(0, 0, 100, "blue") + square(0, 0, 50, "red", 'mask="url(#m)"')
    assert areas(body) == [10_000 - expected, expected]


def test_filters_do_not_mix_ids() -> None:
    blur = '<filter id="f"><feGaussianBlur stdDeviation="5"/></filter>'
    assert areas(blur + square(0, 0, 100, "blue") + square(30, 30, 40, "red", 'filter="url(#f)"')) == [
        8400,
        1600,
    ]


def test_ids_of_many_shapes_are_all_told_apart() -> None:
    body = "".join(square(x, y, 1, "red", 'opacity=".5"') for y in range(100) for x in range(100))
    ids, shapes = ids_of(body)
    assert shapes == 10_000
    np.testing.assert_array_equal(ids.ravel(), np.arange(1, 10_001))


def test_the_masks_are_those_of_the_true_picture() -> None:
    """Curves and strokes: where the true picture has a colour, its shape has its id."""
    body = (
        '<circle cx="40" cy="40" r="33.3" fill="#ff0000"/>'
        '<path d="M5 90Q50 -30 95 80" fill="#00ff00" stroke="#0000ff" stroke-width="7.7"/>'
    )
    true = render(svg(body), 100, crisp=True)
    ids, _ = ids_of(body)
    for number, color in enumerate(((255, 0, 0), (0, 255, 0), (0, 0, 255)), start=1):
        np.testing.assert_array_equal(ids == number, (true == (*color, 255)).all(-1))


def test_declared_ramps() -> None:
    blur = '<filter id="f"><feGaussianBlur stdDeviation="5"/></filter>'
    body = (
        gradient("l", ("red", 1), ("blue", 1))
        + gradient("r", ("red", 1), ("blue", 1), tag="radialGradient")
        + gradient("o", ("red", 1), ("red", 0))
        + gradient("flat", ("red", 1), ("red", 1))
        + '<linearGradient id="heir" xlink:href="#r"/>'
        + blur
        + '<mask id="m"><rect width="9" height="9" fill="url(#o)"/></mask>'
        + "".join(square(0, 0, 9, f"url(#{name})") for name in ("l", "r", "o", "flat", "heir"))
        + f'<g filter="url(#f)">{square(0, 0, 9, "red")}</g>'
        + square(0, 0, 9, "url(#l)", 'mask="url(#m)"')
    )
    assert [set(kinds) for kinds in id_drawing(svg(body)).ramps] == [
        {"linear"}, {"radial"}, {"fade"}, set(), {"linear"}, {"blur"}, {"linear", "mask"},
    ]  # fmt: skip
