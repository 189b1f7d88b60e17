"""Labels of drawings whose letters, tiles and ramps are known."""

from __future__ import annotations

import pytest

from hybrid_logo.training.composer.drawing import Art, Part
from hybrid_logo.training.composer.geometry import Box
from hybrid_logo.training.composer.measuring import ink_area, is_legible, measured
from hybrid_logo.types import LogoType

VIEW = Box(0, 0, 100, 100)
STOPS = '<stop stop-color="#ff0000"/><stop offset="1" stop-color="#0000ff"/>'
FAR = f'<linearGradient id="g">{STOPS}</linearGradient>'
NEAR = FAR.replace("0000ff", "d01010")
DOTS = "".join(
    f'<circle cx="{x}" cy="{y}" r="3" fill="hsl({x * y % 360},90%,{20 + x % 50}%)"/>'
    for x in range(5, 100, 9)
    for y in range(5, 100, 9)
)


def rectangle(
    left: float, top: float, width: float, height: float, fill: str = "#222222", more: str = ""
) -> str:
    return f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="{fill}"{more}/>'


def symbol(left: float, top: float, width: float, height: float, fill: str = "#c02020") -> Part:
    return Part(rectangle(left, top, width, height, fill), Box(left, top, width, height))


def word(left: float, top: float, width: float, height: float, fill: str = "#222222", more: str = "") -> Part:
    body = rectangle(left, top, width, height, fill, more)
    silhouette = rectangle(left, top, width, height)
    return Part(body, Box(left, top, width, height), "letters", "", silhouette, 5, height)


def tile(fill: str = "#2040c0") -> Part:
    body = f'<circle cx="50" cy="50" r="50" fill="{fill}"/>'
    return Part(body, VIEW, "tile")


@pytest.mark.parametrize(
    ("parts", "label", "share"),
    [
        ((symbol(0, 0, 100, 60), word(0, 80, 100, 20)), LogoType.SIMPLE, 0.25),
        ((symbol(0, 0, 20, 20), word(0, 80, 100, 20)), LogoType.TEXT, 0.83),
        # The tile counts as page, whether the letters stand on it ...
        ((tile(), word(20, 40, 60, 20, "#ffffff")), LogoType.TEXT, 1.0),
        # ... or cannot be read on it.
        ((tile(), word(20, 40, 60, 20, "#2346c4")), LogoType.SIMPLE, 0.0),
        # Letters in outline count as filled ones.
        ((word(10, 40, 80, 20, "none", ' stroke="#000000" stroke-width="4"'),), LogoType.TEXT, 1.0),
        # Letters that are too small to read are no letters.
        ((symbol(0, 0, 5, 5), word(0, 50, 100, 3)), LogoType.SIMPLE, 0.0),
        # A page is no ink.
        (
            (Part(rectangle(0, 0, 100, 100, "#ffffff"), VIEW, "page"), word(10, 40, 80, 20)),
            LogoType.TEXT,
            1.0,
        ),
    ],
)
def test_letters_are_weighed_against_what_else_is_drawn(
    parts: tuple[Part, ...], label: LogoType, share: float
) -> None:
    found = measured(Art(parts), VIEW)
    assert found.label == label
    assert found.lettering_share == pytest.approx(share, abs=0.02)


def test_letters_cut_out_of_a_tile() -> None:
    hole = rectangle(20, 40, 60, 20, "#000000")
    plain = tile().body
    body = (
        f'<mask id="m"><rect width="100" height="100" fill="#fff"/>{hole}</mask><g mask="url(#m)">{plain}</g>'
    )
    found = measured(Art((Part(body, VIEW, "letters", plain, hole, 3, 20),)), VIEW)
    assert (found.label, found.lettering_share) == (LogoType.TEXT, pytest.approx(1.0, abs=0.02))


def test_a_ramp_goes_before_letters() -> None:
    ramped = Part(FAR + tile("url(#g)").body, VIEW, "tile")
    found = measured(Art((ramped, word(20, 40, 60, 20, "#ffffff"))), VIEW)
    assert found.label == LogoType.GRADIENT
    assert found.accepted == {LogoType.GRADIENT}


def test_a_weak_ramp_may_be_called_flat() -> None:
    weak = Part(NEAR + rectangle(0, 0, 100, 60, "url(#g)"), Box(0, 0, 100, 60))
    found = measured(Art((weak,)), Box(0, 0, 100, 60))
    assert found.label == LogoType.GRADIENT
    assert found.accepted == {LogoType.GRADIENT, LogoType.SIMPLE}


def test_a_ramp_on_a_flat_tile_may_be_all_that_counts() -> None:
    ramped = Part(FAR + '<circle cx="50" cy="50" r="18" fill="url(#g)"/>', Box(32, 32, 36, 36))
    found = measured(Art((tile("#101010"), ramped)), VIEW)
    assert found.facts.ramp_share == pytest.approx(0.13, abs=0.02)
    assert (found.label, found.accepted) == (LogoType.SIMPLE, {LogoType.SIMPLE, LogoType.GRADIENT})


def test_letters_are_no_pieces() -> None:
    """A hundred letters would be complex, if they were shapes."""
    pieces = Part(DOTS, VIEW)
    lettered = Part(DOTS, VIEW, "letters", "", DOTS, 100, 6.0)
    assert measured(Art((pieces,)), VIEW).label == LogoType.COMPLEX
    assert measured(Art((lettered, symbol(0, 0, 1, 1))), VIEW).facts.pieces > 50


def test_detail_counts_as_large_as_it_is() -> None:
    """Beside a long word the same drawing is small, and a second type can be defended."""
    art = Art((Part(DOTS, VIEW),))
    small = art.fitted(Box(0, 0, 30, 30)) + Art((word(35, 3, 165, 24),))
    found = measured(small, Box(0, 0, 200, 30))
    assert found.label == LogoType.TEXT
    assert LogoType.COMPLEX in found.accepted


@pytest.mark.parametrize(("height", "legible"), [(3.0, False), (10.0, True)])
def test_legible(height: float, legible: bool) -> None:
    assert is_legible(Art((word(0, 0, 100, height),)), VIEW) == legible
    assert is_legible(Art((symbol(0, 0, 100, height),)), VIEW)


def test_ink_area_fills_letters() -> None:
    outlined = word(0, 0, 80, 20, "none", ' stroke="#000000"')
    assert ink_area(Art((outlined,))) == pytest.approx(1600, rel=0.05)
