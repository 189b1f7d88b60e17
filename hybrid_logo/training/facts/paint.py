"""Which paints, filters and masks of a document make smooth ramps, and of which kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from xml.etree.ElementTree import Element

from PIL import ImageColor

from hybrid_logo.training.facts.document import href, local_name, number, reference

__all__ = [
    "RAMP_KINDS",
    "RampKind",
    "lets_through",
    "ramp_of_filter",
    "ramp_of_mask",
    "ramp_of_paint",
    "solid",
]

RampKind = Literal["linear", "radial", "fade", "blur", "mask", "other"]
RAMP_KINDS: tuple[RampKind, ...] = ("linear", "radial", "fade", "blur", "mask", "other")
"""``fade``: a gradient whose stops differ in opacity alone. ``other``: seen under a shape that has no ramp
of its own, as through a translucent one."""

LONGEST_CHAIN = 8
DARKEST_SHOWN = 24


def solid(paint: str, named: Mapping[str, Element]) -> bool:
    """Whether a value of ``fill`` or ``stroke`` paints anything at all."""
    found = reference(paint)
    if found is None:
        return paint.strip() not in ("none", "transparent")
    server = named.get(found[0])
    if server is None:
        return found[1] not in ("", "none")
    return local_name(server) == "pattern" or bool(_stops(server, named))


def ramp_of_paint(paint: str, named: Mapping[str, Element]) -> RampKind | None:
    """The ramp that a value of ``fill`` or ``stroke`` draws.

    Args:
        paint: the value, as ``url(#a)``.
        named: the document's elements by id.
    """
    found = reference(paint)
    server = named.get(found[0]) if found else None
    if server is None:
        return None
    if local_name(server) == "pattern":
        inner = (ramp_of_paint(item.get("fill", ""), named) for item in server.iter() if item is not server)
        return next((kind for kind in inner if kind), None)
    stops = _stops(server, named)
    colors = {stop.get("stop-color", "black").strip().lower() for stop in stops}
    opacities = {number(stop.get("stop-opacity"), 1.0) for stop in stops}
    if len(colors) > 1:
        return "radial" if local_name(server) == "radialGradient" else "linear"
    return "fade" if len(opacities) > 1 else None


def ramp_of_filter(value: str, named: Mapping[str, Element]) -> bool:
    """Whether a value of ``filter`` blurs."""
    if "blur(" in value or "drop-shadow(" in value:
        return True
    found = reference(value)
    steps = named[found[0]].iter() if found and found[0] in named else ()
    return any(
        local_name(step) in ("feGaussianBlur", "feDropShadow") and number(step.get("stdDeviation"), 0.0) > 0
        for step in steps
    )


def ramp_of_mask(value: str, named: Mapping[str, Element]) -> bool:
    """Whether a value of ``mask`` lets through more in one place than in another, step by step."""
    found = reference(value)
    parts = list(named[found[0]].iter()) if found and found[0] in named else []
    return any(
        ramp_of_paint(part.get("fill", ""), named)
        or ramp_of_paint(part.get("stroke", ""), named)
        or ramp_of_filter(part.get("filter", ""), named)
        for part in parts
    )


def lets_through(paint: str, named: Mapping[str, Element]) -> bool:
    """Whether something of this paint in a luminance mask shows what lies under it."""
    if reference(paint):
        return solid(paint, named)
    try:
        return max(ImageColor.getrgb(paint.strip())[:3]) > DARKEST_SHOWN
    except ValueError:
        return solid(paint, named)


def _stops(server: Element, named: Mapping[str, Element]) -> list[Element]:
    """The gradient's stops, or those of the gradient that it takes them from."""
    for _ in range(LONGEST_CHAIN):
        stops = [child for child in server if local_name(child) == "stop"]
        following = named.get(href(server))
        if stops or following is None:
            return stops
        server = following
    return []
