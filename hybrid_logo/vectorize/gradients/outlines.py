"""Outlines of one area as SVG path data: lines, curves and ellipses in whole units."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.vectorize.curves import Curve, Ellipse, fit_outline
from hybrid_logo.vectorize.outlines import trace

__all__ = ["path_data"]

Mask: TypeAlias = NDArray[Any]
"""``bool[H, W]``."""

TOLERANCE_PX = 0.25
CORNER_ANGLE = 45.0


def path_data(mask: Mask, scale: int, units: int) -> str:
    """Path data around the set pixels, holes included; empty where there is nothing to be seen.

    Args:
        mask: ``bool[H, W]`` of a picture that was enlarged.
        scale: times that it was enlarged.
        units: of the path, for each pixel before enlarging.

    Raises:
        MissingExtraError: vtracer is not installed.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return ""
    # What touches the frame of the picture goes on beyond it, so that no page shows along the frame.
    beyond = 2 * scale
    corner = np.array([columns[0], rows[0]])
    mask = np.pad(mask, beyond, mode="edge")
    window = mask[rows[0] : rows[-1] + 1 + 2 * beyond, columns[0] : columns[-1] + 1 + 2 * beyond].astype(
        np.uint8
    )
    written = []
    for area in trace(window, frozenset([0]), max(1, scale // 2)):
        for walk in area.outlines:
            outline = fit_outline(
                walk + corner - beyond,
                scale,
                tolerance=TOLERANCE_PX,
                corner_angle=CORNER_ANGLE,
                stretch=np.ones(2),
            )
            written.append(
                _ellipse(outline, units) if isinstance(outline, Ellipse) else _curves(outline, units)
            )
    return "".join(written)


def _curves(pieces: list[Curve], units: int) -> str:
    if not pieces:
        return ""
    at = np.rint(pieces[0].points[0] * units).astype(int)
    written = [f"M{_joined(at.tolist())}"]
    for piece in pieces:
        points = np.rint(piece.points * units).astype(int)
        steps = points[1:] - at
        if len(points) == 4:
            written.append(f"c{_joined(steps.ravel().tolist())}" if steps.any() else "")
        else:
            written.append(_line(*steps[0].tolist()))
        at = points[-1]
    return "".join([*written, "z"]) if any(written[1:]) else ""


def _ellipse(ellipse: Ellipse, units: int) -> str:
    across, down = round(ellipse.across * units), round(ellipse.down * units)
    if not across or not down:
        return ""
    start = _joined([round(ellipse.x * units) - across, round(ellipse.y * units)])
    half = f"a{across} {down} 0 1 {int(ellipse.clockwise)}"
    return f"M{start}{half} {2 * across} 0{half}-{2 * across} 0z"


def _line(x: int, y: int) -> str:
    if not y:
        return f"h{x}" if x else ""
    return f"l{_joined([x, y])}" if x else f"v{y}"


def _joined(numbers: list[int]) -> str:
    """With a space between two only where no sign parts them."""
    return "".join(
        f" {number}" if place and number >= 0 else f"{number}" for place, number in enumerate(numbers)
    )
