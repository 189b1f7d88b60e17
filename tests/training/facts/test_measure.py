"""Facts of drawings whose facts are known."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.facts import Facts, measure_facts
from tests.training.facts.drawings import gradient, square, svg

BLUR = '<filter id="f" x="-1" y="-1" width="3" height="3"><feGaussianBlur stdDeviation="8"/></filter>'


def facts_of(body: str, attributes: str = "") -> Facts:
    return measure_facts(svg(body, attributes))


def test_flat_drawing() -> None:
    facts = facts_of(square(0, 0, 50, "#ff0000") + square(50, 50, 50, "#0000ff") + square(60, 60, 20, "#fff"))
    assert (facts.shapes, facts.pieces, facts.flat_colors) == (3, 3, 3)
    assert [name for name, _ in facts.colors] == ["#ff0000", "#0000ff", "#ffffff"]
    assert [share for _, share in facts.colors] == pytest.approx([0.5, 0.42, 0.08], abs=0.005)
    assert (facts.ramp_share, facts.ramps) == (0, {})
    assert facts.ink_share == pytest.approx(0.5, abs=0.005)
    assert facts.aspect == 1


def test_colors_that_hardly_differ_are_one() -> None:
    facts = facts_of(square(0, 0, 50, "#c02030") + square(50, 50, 50, "#c42434"))
    assert facts.flat_colors == 1
    assert facts.colors[0][1] == pytest.approx(1)


def test_pieces_are_what_is_seen_and_shapes_what_is_painted() -> None:
    """One path of three parts; two squares of one colour that touch."""
    facts = facts_of('<path d="M0 0h20v20h-20z M40 0h20v20h-20z M80 0h20v20h-20z"/>')
    assert (facts.shapes, facts.pieces) == (1, 3)
    facts = facts_of(square(0, 0, 50, "red") + square(50, 0, 50, "red"))
    assert (facts.shapes, facts.pieces) == (2, 1)
    facts = facts_of(square(10, 10, 50, "red") + square(0, 0, 90, "blue"))
    assert (facts.shapes, facts.pieces) == (1, 1)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (gradient("g", ("red", 1), ("blue", 1)) + square(0, 0, 50, "url(#g)"), "linear"),
        (
            gradient("g", ("red", 1), ("blue", 1), tag="radialGradient") + square(0, 0, 50, "url(#g)"),
            "radial",
        ),
        (gradient("g", ("#00a", 1), ("#00a", 0.2)) + square(0, 0, 50, "url(#g)"), "fade"),
        (
            gradient("g", ("#fff", 1), ("#333", 1))
            + '<mask id="m"><rect width="50" height="50" fill="url(#g)"/></mask>'
            + square(0, 0, 50, "#00a", 'mask="url(#m)"'),
            "mask",
        ),
    ],
)
def test_ramps_by_kind(body: str, kind: str) -> None:
    """A ramp of 50 by 50 beside a flat square of as much ink."""
    facts = facts_of(body + square(50, 50, 50, "#00aa00"))
    assert facts.ramp_share == pytest.approx(0.5, abs=0.03)
    assert facts.ramps == {kind: facts.ramp_share}
    assert (facts.flat_colors, facts.pieces) == (1, 2)


def test_blur_counts_where_it_is_seen() -> None:
    """A shadow on a large tile: the tile far from it stays flat."""
    tile = '<rect width="100" height="100" rx="20" fill="#eeeeee"/>'
    facts = facts_of(BLUR + tile + square(40, 40, 20, "#222222", 'filter="url(#f)"'))
    assert 0.1 < facts.ramp_share < 0.45
    assert facts.flat_colors == 1


def test_glow_outside_every_shape_is_a_ramp() -> None:
    facts = facts_of(BLUR + square(30, 30, 40, "#0000ff", 'filter="url(#f)"'))
    assert facts.ramp_share > 0.8
    assert facts.ramps == {"blur": facts.ramp_share}


@pytest.mark.parametrize(
    "stops",
    [
        [("#808080", 1), ("#868686", 1)],  # a range that nobody sees
        [("red", 1), ("red", 1)],
        [("red", 1)],
    ],
)
def test_gradients_without_a_visible_range_are_flat(stops: list[tuple[str, float]]) -> None:
    facts = facts_of(gradient("g", *stops) + square(0, 0, 50, "url(#g)"))
    assert (facts.ramp_share, facts.flat_colors) == (0, 1)


def test_a_gradient_that_is_covered_does_not_count() -> None:
    body = gradient("g", ("red", 1), ("blue", 1)) + square(0, 0, 100, "url(#g)")
    facts = facts_of(body + '<rect width="100" height="90" fill="green"/>')
    assert facts.ramp_share == pytest.approx(0.1, abs=0.01)


def test_hard_stops_are_facets() -> None:
    stops = "".join(
        f'<stop offset="{at / 8}" stop-color="{color}"/><stop offset="{(at + 1) / 8}" stop-color="{color}"/>'
        for at, color in enumerate(["red", "blue", "lime", "#fff", "#000", "#ff0", "#0ff", "#f0f"])
    )
    body = f'<linearGradient id="g">{stops}</linearGradient>' + square(0, 0, 80, "url(#g)")
    facts = facts_of(body)
    assert (facts.ramp_share, facts.flat_colors, facts.pieces) == (0, 8, 8)


def test_a_plain_page_is_no_ink() -> None:
    """The same figure on a transparent page and on an opaque one; a tile with round corners stays ink."""
    bare = facts_of(square(20, 20, 40, "red"))
    on_page = facts_of(square(0, 0, 100, "#fafafa") + square(20, 20, 40, "red"))
    assert (on_page.colors, on_page.outline, on_page.ink_share) == (bare.colors, bare.outline, 1)
    tile = facts_of('<rect width="100" height="100" rx="20" fill="#333"/>' + square(20, 20, 40, "red"))
    assert tile.flat_colors == 2


def test_a_plain_square_alone_is_ink() -> None:
    assert facts_of(square(0, 0, 100, "red")).ink_share == 1


def test_thin_lines_and_small_pieces() -> None:
    lines = "".join(f'<path d="M0 {y}h100" stroke="#000" stroke-width="2"/>' for y in range(5, 100, 10))
    assert facts_of(lines).thin_share == 1
    assert facts_of(square(0, 0, 60, "#000")).thin_share < 0.001
    dots = "".join(square(x, 90, 3, "#000") for x in range(0, 100, 10))
    facts = facts_of(square(0, 0, 80, "#000") + dots)
    assert (facts.pieces, facts.small_pieces) == (11, 10)
    assert facts.small_share == pytest.approx(10 / 11)


def test_outline_counts_every_border_once() -> None:
    """A square's own outline is one perimeter of its box, times pi/4; one beside it adds a common border."""
    assert facts_of(square(10, 10, 50, "red")).outline == pytest.approx(3.1416 / 4, rel=0.01)
    two = facts_of(square(0, 0, 50, "red") + square(50, 0, 50, "blue"))
    assert two.outline == pytest.approx(3.1416 / 4 * (7 / 6), rel=0.02)


def test_facts_survive_json() -> None:
    facts = facts_of(gradient("g", ("red", 1), ("blue", 1)) + square(0, 0, 50, "url(#g)"))
    assert Facts.from_dict(json.loads(json.dumps(asdict(facts)))) == facts


@pytest.mark.parametrize(
    "document",
    [
        "",
        "GIF89a",
        svg(""),
        svg(square(0, 0, 50, "none")),
        svg(square(0, 0, 50, "red", 'opacity="0.03"')),
        svg(square(200, 200, 50, "red")),
        svg('<path d="no path"/>'),
        '<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0"><path d="M0 0h9v9z"/></svg>',
    ],
)
def test_a_drawing_without_anything_to_see_is_a_typed_error(document: str) -> None:
    with pytest.raises(SourceError, match=r"\. (Leave|Correct)|well-formed"):
        measure_facts(document)
