"""A drawing in which every painted shape has a colour of its own: its visible mask can be read from pixels.

Fill and stroke of an element count as two shapes. Clip paths stay; masks keep their outline and lose
their steps; opacity, filters and blending go, since they would mix the colours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.training.facts.document import NOT_DRAWN, local_name, number, read_document
from hybrid_logo.training.facts.paint import (
    RampKind,
    lets_through,
    ramp_of_filter,
    ramp_of_mask,
    ramp_of_paint,
    solid,
)

__all__ = ["IdDrawing", "id_drawing", "read_ids"]

LEAVES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
MIXING = ("opacity", "fill-opacity", "stroke-opacity", "filter", "mix-blend-mode", "shape-rendering")
MARKERS = ("marker-start", "marker-mid", "marker-end")
INVISIBLE = 0.02
ID_STEP = 0x9E3779
"""Odd, so that id x step modulo 2^24 gives each id another colour, far from those next to it."""


@dataclass(frozen=True, slots=True)
class IdDrawing:
    """The rewritten drawing.

    Attributes:
        svg: the document; shape ``i`` is painted in the colour of id ``i + 1``.
        ramps: per shape, the kinds of ramp that its paint, filters and masks declare.
    """

    svg: str
    ramps: tuple[frozenset[RampKind], ...]


@dataclass(frozen=True, slots=True)
class _Inherited:
    fill: str = "black"
    stroke: str = "none"
    fill_opacity: float = 1.0
    stroke_opacity: float = 1.0
    opacity: float = 1.0
    ramps: frozenset[RampKind] = frozenset()


def id_drawing(svg: str) -> IdDrawing:
    """Rewrite a document.

    Raises:
        SourceError: see ``read_document``.
    """
    root = read_document(svg)
    named = {element.attrib["id"]: element for element in root.iter() if "id" in element.attrib}
    ramps: list[frozenset[RampKind]] = []
    _paint(root, _Inherited(), named, ramps)
    for element in root.iter():
        if local_name(element) == "mask":
            _without_steps(element, _Inherited(), named, element.get("mask-type") == "alpha")
    for element in root.iter():
        for name in MIXING + MARKERS:
            element.attrib.pop(name, None)
    return IdDrawing(ElementTree.tostring(root, encoding="unicode"), tuple(ramps))


def read_ids(rgba: NDArray[np.uint8], shapes: int) -> NDArray[np.int32]:
    """The ids in a picture of an ``IdDrawing`` without anti-aliasing.

    Args:
        rgba: ``uint8[H, W, 4]``.
        shapes: how many shapes the drawing has.

    Returns:
        ``int32[H, W]``: 1 for the first shape, 0 where there is none.
    """
    wide = rgba.astype(np.int32)
    colors = wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
    known = np.array([_color(number) for number in range(1, shapes + 1)], np.int32)
    if not shapes:
        return np.zeros(colors.shape, np.int32)
    order = np.argsort(known)
    place = order[np.minimum(np.searchsorted(known, colors, sorter=order), shapes - 1)]
    is_known = (known[place] == colors) & (rgba[..., 3] > 0)
    return np.where(is_known, place + 1, 0).astype(np.int32)


def _color(number: int) -> int:
    return number * ID_STEP % 0x1000000


def _paint(
    element: Element,
    above: _Inherited,
    named: Mapping[str, Element],
    ramps: list[frozenset[RampKind]],
) -> None:
    """Give ids to the shapes in ``element`` and below."""
    if local_name(element) in NOT_DRAWN or element.get("display") == "none":
        return
    here = _inherit(element, above, named)
    if here.opacity < INVISIBLE:
        element.set("display", "none")
        return
    if local_name(element) in LEAVES:
        paints = (("fill", here.fill, here.fill_opacity), ("stroke", here.stroke, here.stroke_opacity))
        for name, paint, opacity in paints:
            if opacity < INVISIBLE or not solid(paint, named):
                element.set(name, "none")
                continue
            own = ramp_of_paint(paint, named)
            ramps.append(here.ramps | {own} if own else here.ramps)
            element.set(name, f"#{_color(len(ramps)):06x}")
    for child in element:
        _paint(child, here, named, ramps)


def _inherit(element: Element, above: _Inherited, named: Mapping[str, Element]) -> _Inherited:
    def said(name: str, otherwise: str) -> str:
        value = element.get(name, otherwise)
        return otherwise if value == "inherit" else value

    ramps = set(above.ramps)
    if ramp_of_filter(element.get("filter", ""), named):
        ramps.add("blur")
    if ramp_of_mask(element.get("mask", ""), named):
        ramps.add("mask")
    return _Inherited(
        fill=said("fill", above.fill),
        stroke=said("stroke", above.stroke),
        fill_opacity=number(element.get("fill-opacity"), above.fill_opacity),
        stroke_opacity=number(element.get("stroke-opacity"), above.stroke_opacity),
        opacity=above.opacity * number(element.get("opacity"), 1.0),
        ramps=frozenset(ramps),
    )


def _without_steps(element: Element, above: _Inherited, named: Mapping[str, Element], alpha: bool) -> None:
    """Let a mask's shapes through wholly or not at all: what is dimmed is still there to be seen."""
    here = _inherit(element, above, named)
    if local_name(element) in LEAVES:
        for name, paint in (("fill", here.fill), ("stroke", here.stroke)):
            if here.opacity < INVISIBLE or not solid(paint, named):
                element.set(name, "none")
            else:
                element.set(name, "#fff" if alpha or lets_through(paint, named) else "#000")
    for child in element:
        _without_steps(child, here, named, alpha)
