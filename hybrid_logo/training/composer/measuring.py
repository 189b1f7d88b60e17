"""What is seen of a composition: facts of the whole, facts without its letters, share of the letters."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import SourceError
from hybrid_logo.training.composer.drawing import Art, Part, document
from hybrid_logo.training.composer.geometry import Box
from hybrid_logo.training.facts import Facts, measure_facts
from hybrid_logo.training.labeller import accepted_types, label_of
from hybrid_logo.training.rendering import render
from hybrid_logo.types import LogoType

__all__ = ["Measured", "ink_area", "ink_box", "is_legible", "measured"]

MASK_SIDE_PX = 192
AREA_SIDE_PX = 64
BOX_SIDE_PX = 160
VIEW_PX = 96
LEAST_LETTER_PX = 4.5
"""Height of letters in a view of VIEW_PX that can still be read."""
LEAST_ALPHA = 10
LEAST_CONTRAST = 40
LEAST_SEEN_SHARE = 0.25
"""Of the letters' area: so much of it must differ from their ground. Letters in outline count as filled."""
WEAK_RAMP = 48
"""Levels between the stops of a ramp up to which a careful person may call it flat."""
MANY_COLORS = 6
MANY_PIECES = 13
"""From here on, by the guide's own words, a careful person may call a drawing complex."""

GRADIENT = re.compile(r"<(?:linear|radial)Gradient[^>]*>(.*?)</(?:linear|radial)Gradient>", re.DOTALL)
STOP = re.compile(r'stop-color="#([0-9a-fA-F]{6})"')


@dataclass(frozen=True, slots=True)
class Measured:
    """A composition with its label.

    Attributes:
        svg: the document.
        facts: of the whole.
        lettering_share: share of the ink in readable letters, a plain tile behind them left out.
        label: by the guide.
        accepted: the types that can be defended, ``label`` among them.
    """

    svg: str
    facts: Facts
    lettering_share: float
    label: LogoType
    accepted: frozenset[LogoType]


def measured(art: Art, view: Box) -> Measured:
    """Measure and label a composition.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: it draws nothing.
    """
    svg = document(art, view)
    facts = measure_facts(svg)
    share, others = _lettering(art, view, svg)
    pieces, outline, size = _without_letters(art, view) if share else (facts.pieces, facts.outline, 1.0)
    judged = replace(facts, pieces=round(pieces * size), outline=outline * size)
    label, _ = label_of(judged, share)
    accepted = {label} | accepted_types(judged, share)
    if label != LogoType.COMPLEX and (facts.flat_colors >= MANY_COLORS or judged.pieces >= MANY_PIECES):
        accepted |= {LogoType.COMPLEX}
    full = replace(judged, pieces=pieces, outline=outline)
    if share and label_of(full, share)[0] == LogoType.COMPLEX:  # detail so small that it may not decide
        accepted |= {LogoType.COMPLEX}
    if label == LogoType.GRADIENT and _is_weak(svg):
        accepted |= {label_of(replace(judged, ramp_share=0.0), share)[0]}
    for factor in others:
        on_tile = replace(judged, ramp_share=min(1.0, facts.ramp_share * factor))
        accepted |= {label_of(on_tile, share)[0]}
    return Measured(svg, facts, share, label, frozenset(accepted))


def ink_area(art: Art) -> float:
    """Area of the ink, letters filled, in square user units, roughly.

    Raises:
        SourceError: nothing is drawn.
    """
    box = art.box
    rgba = render(document(art, box, lambda part: part.silhouette or part.body), AREA_SIDE_PX, crisp=True)
    return float((rgba[..., 3] > LEAST_ALPHA).mean()) * box.width * box.height


def ink_box(svg_body: str, field: Box) -> Box:
    """What some elements fill, to a hundredth of the field; they may stand out of it by a third.

    Raises:
        SourceError: nothing is drawn.
    """
    view = field.grown(max(field.width, field.height) / 3)
    alpha = render(document(Art((Part(svg_body, view),)), view), BOX_SIDE_PX, crisp=True)[..., 3] > 0
    rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    step = view.width / alpha.shape[1]
    found = Box(
        view.left + float(columns[0]) * step,
        view.top + float(rows[0]) * step,
        float(columns[-1] + 1 - columns[0]) * step,
        float(rows[-1] + 1 - rows[0]) * step,
    )
    return found.grown(step / 2)  # a tip may end between two pixels


def _lettering(art: Art, view: Box, svg: str) -> tuple[float, tuple[float, ...]]:
    """Share of the letters in what is drawn, and factors by which the share of ramps may be seen otherwise.

    A careful person may call a tile ink or page, where the facts have decided for the other.
    """
    has_tile = any(part.role == "tile" or part.without for part in art.parts)
    has_ground = has_tile or any(part.role == "page" for part in art.parts)
    readable = [part for part in art.parts if _is_readable(part, view)]
    if not readable and not has_tile:
        return 0.0, ()
    whole = _premultiplied(render(svg, MASK_SIDE_PX, crisp=True))
    drawn = ink = whole[..., 3] > LEAST_ALPHA
    if has_ground:
        ground = _rendered(document(art, view, _ground), whole.shape)
        drawn = np.abs(whole - ground).max(-1) >= LEAST_CONTRAST
    if not drawn.any():
        return 0.0, ()
    share = float(drawn.sum() / ink.sum())
    factors = (share if ink.all() else 1 / share,) if has_tile else ()
    if not readable:
        return 0.0, factors
    lines = document(Art(tuple(readable)), view, _letters)
    letters = _rendered(lines, whole.shape)[..., 3] > LEAST_ALPHA
    if (letters & drawn).sum() < LEAST_SEEN_SHARE * letters.sum():
        return 0.0, factors
    return float(letters.sum() / (letters | drawn).sum()), factors


def _without_letters(art: Art, view: Box) -> tuple[int, float, float]:
    """Pieces and outline of the drawing without its letters, and its size as a share of the whole."""
    others = [part for part in art.parts if part.role in ("symbol", "tile") or part.without]
    if not others:
        return 0, 0.0, 1.0
    try:
        rest = measure_facts(document(art, view, _shown_without_letters))
    except SourceError:
        return 0, 0.0, 1.0
    box = Box.around(part.box for part in others)
    return rest.pieces, rest.outline, min(1.0, (box.width + box.height) / (view.width + view.height))


def is_legible(art: Art, view: Box) -> bool:
    """Whether the largest line of letters, if there is one, can be read."""
    lines = [part for part in art.parts if part.role == "letters"]
    return not lines or any(_is_readable(part, view) for part in lines)


def _is_weak(svg: str) -> bool:
    """Whether no ramp of the document goes far; shadows always do."""
    if "feDropShadow" in svg or "stop-opacity" in svg or "<mask" in svg:
        return False
    widest = 0
    for stops in GRADIENT.findall(svg):
        colors = [bytes.fromhex(color) for color in STOP.findall(stops)]
        widest = max([widest, *(max(values) - min(values) for values in zip(*colors, strict=True))])
    return widest <= WEAK_RAMP


def _is_readable(part: Part, view: Box) -> bool:
    height = part.letter_height * VIEW_PX / max(view.width, view.height)
    return part.role == "letters" and part.characters >= 2 and height >= LEAST_LETTER_PX


def _letters(part: Part) -> str:
    """Letters with their borders, and filled where they are drawn in outline or cut out."""
    return part.silhouette if part.without else part.body + part.silhouette


def _ground(part: Part) -> str:
    return part.body if part.role in ("tile", "page") else part.without


def _shown_without_letters(part: Part) -> str:
    return part.without if part.role == "letters" else part.body


def _rendered(svg: str, shape: tuple[int, ...]) -> NDArray[np.int16]:
    """A layer of the composition; where it draws nothing, nothing is seen."""
    try:
        return _premultiplied(render(svg, MASK_SIDE_PX, crisp=True))
    except SourceError:
        return np.zeros(shape, np.int16)


def _premultiplied(rgba: NDArray[np.uint8]) -> NDArray[np.int16]:
    wide = rgba.astype(np.uint16)
    wide[..., :3] = wide[..., :3] * wide[..., 3:] // 255
    return wide.astype(np.int16)
