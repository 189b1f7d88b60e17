"""Facts of a drawing: what is seen of its shapes, colours, ramps and details."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import SourceError
from hybrid_logo.training.facts.paint import RampKind
from hybrid_logo.training.facts.ramps import (
    SLIVER_SHARE,
    counted,
    packed,
    ramp_areas,
    ramp_pixels,
    ramp_shares,
)
from hybrid_logo.training.facts.shapes import id_drawing, read_ids
from hybrid_logo.training.rendering import render

__all__ = ["SIDE_PX", "Facts", "measure_facts"]

SIDE_PX = 256
LEAST_ALPHA = 10
LEAST_SHAPE_PX = 4
"""A shape or piece of fewer pixels is not seen."""
LEAST_COLOR_SHARE = 0.005
CLEAR_DIFFERENCE = 10.0
"""CIE76 distance from which on two colours are clearly different."""
SMALL_PIECE_SHARE = 0.005
THIN_SHARE = 0.015
"""Of the ink box's longer side: lines up to twice this wide are thin."""
PAGE_EDGE_SHARE = 0.98


@dataclass(frozen=True, slots=True)
class Facts:
    """What is seen of one drawing. Shares are of the ink unless said otherwise, 0-1.

    Attributes:
        shapes: painted shapes of which something is seen.
        pieces: connected areas of one flat colour or one ramp, as they are seen.
        colors: clearly different flat colours, hexadecimal, and the share of the ink of each, largest first.
        ramp_share: ink under visible smooth ramps.
        ramps: the same by kind of ramp; an area under two kinds counts for both.
        small_share: pieces that are small, as a share of the pieces.
        small_pieces: the same as a number.
        thin_share: ink in lines that are thin for the drawing's size.
        outline: length of all borders of pieces, in perimeters of the ink box.
        ink_share: ink within the ink box.
        aspect: width of the ink box by its height.
    """

    shapes: int
    pieces: int
    colors: tuple[tuple[str, float], ...]
    ramp_share: float
    ramps: dict[RampKind, float]
    small_share: float
    small_pieces: int
    thin_share: float
    outline: float
    ink_share: float
    aspect: float

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Facts:
        """The facts that ``dataclasses.asdict`` took apart, also after JSON."""
        colors = tuple((str(name), float(share)) for name, share in values["colors"])
        return cls(**(values | {"colors": colors}))

    @property
    def flat_colors(self) -> int:
        """How many clearly different flat colours there are."""
        return len(self.colors)


def measure_facts(svg: str, side_px: int = SIDE_PX) -> Facts:
    """Measure a drawing from two pictures without anti-aliasing: its own colours, and one id a shape.

    Args:
        svg: the document's text.
        side_px: longer side of the pictures, in pixels; what is smaller than a few pixels is not seen.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: the text is no SVG, is refused (see ``read_document``), or draws nothing.
    """
    drawing = id_drawing(svg)
    seen = render(svg, side_px, crisp=True)
    ids = read_ids(render(drawing.svg, side_px, crisp=True), len(drawing.ramps))
    ink = _ink(seen)
    if not ink.any():
        raise SourceError("The SVG draws nothing that can be seen. Leave the logo out or correct its file.")
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    ids, ink, rgb = ids[box], ink[box], _on_page(seen[box])

    ramp = ramp_pixels(rgb, ids, ink, drawing.ramps) if any(drawing.ramps) else np.zeros_like(ink)
    area = int(ink.sum())
    colors, classes = _flat_classes(rgb, ink & ~ramp, area)
    classes[ramp] = len(colors) + ramp_areas(rgb, ids, ramp)[ramp]
    sizes = _piece_sizes(classes, ramp)
    small = int((sizes < SMALL_PIECE_SHARE * area).sum())
    return Facts(
        shapes=int((np.bincount(ids[ink])[1:] >= LEAST_SHAPE_PX).sum()),
        pieces=len(sizes),
        colors=tuple(colors),
        ramp_share=int(ramp.sum()) / area,
        ramps=ramp_shares(ids, ramp, drawing.ramps, area),
        small_share=small / max(1, len(sizes)),
        small_pieces=small,
        thin_share=_thin_share(classes),
        outline=_outline(classes) / (2 * sum(ink.shape)),
        ink_share=area / ink.size,
        aspect=ink.shape[1] / ink.shape[0],
    )


def _ink(rgba: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """What is drawn; a plain colour that fills the whole picture up to its corners is the page."""
    ink = rgba[..., 3] >= LEAST_ALPHA
    edge = np.concatenate([rgba[0], rgba[-1], rgba[:, 0], rgba[:, -1]])
    page = rgba[0, 0]
    if page[3] < 255 or (edge == page).all(1).mean() < PAGE_EDGE_SHARE:
        return ink
    same = (rgba == page).all(-1).astype(np.uint8)
    _, areas = cv2.connectedComponents(np.pad(same, 1, constant_values=1), connectivity=4)
    drawn = ink & (areas[1:-1, 1:-1] != areas[0, 0])
    return drawn if drawn.any() else ink


def _on_page(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``uint8[H, W, 3]`` on white, or on black where most of the ink is near white."""
    alpha = rgba[..., 3:].astype(np.float32) / 255
    light = rgba[..., :3].min(-1) > 200
    ink = rgba[..., 3] >= LEAST_ALPHA
    page = 0.0 if (light & ink).sum() > 0.5 * ink.sum() else 255.0
    return np.asarray(np.rint(rgba[..., :3] * alpha + page * (1 - alpha)), np.uint8)


def _flat_classes(
    rgb: NDArray[np.uint8], flat: NDArray[np.bool_], area: int
) -> tuple[list[tuple[str, float]], NDArray[np.int32]]:
    """Clearly different colours of the flat pixels, and ``int32[H, W]``: 1 for the first, 0 elsewhere.

    The largest colour comes first; each following one founds a new class or joins the nearest.
    """
    classes = np.zeros(flat.shape, np.int32)
    if not flat.any():
        return [], classes
    found, places, counts = counted(packed(rgb[flat]))
    tones = np.stack([found >> 16, found >> 8 & 255, found & 255], 1).astype(np.uint8)
    lab = cv2.cvtColor(tones[None].astype(np.float32) / 255, cv2.COLOR_RGB2Lab)[0]
    centres: list[int] = []
    for index in np.argsort(-counts, kind="stable"):
        too_small = counts[index] < LEAST_COLOR_SHARE * area
        if too_small and centres:
            break
        if not centres or np.linalg.norm(lab[centres] - lab[index], axis=1).min() >= CLEAR_DIFFERENCE:
            centres.append(int(index))
    nearest = np.linalg.norm(lab[:, None] - lab[centres][None], axis=2).argmin(1)
    classes[flat] = nearest[places] + 1
    shares = np.bincount(nearest, counts, len(centres)) / area
    order = np.argsort(-shares, kind="stable")
    names = ["#" + bytes(tones[index].tolist()).hex() for index in centres]
    return [(names[place], float(shares[place])) for place in order], classes


def _piece_sizes(classes: NDArray[np.int32], ramp: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Pixels of each connected area of one class that is large enough to be seen; bits of a ramp are not."""
    found, ink = [np.zeros(0, np.int64)], classes > 0
    for number in np.unique(classes[ink]):
        mask = classes == number
        _, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
        sizes = stats[1:, cv2.CC_STAT_AREA].astype(np.int64)
        least = max(LEAST_SHAPE_PX, SLIVER_SHARE * ink.sum()) if ramp[mask].any() else LEAST_SHAPE_PX
        found.append(sizes[sizes >= least])
    return np.concatenate(found)


def _borders(classes: NDArray[np.int32]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    padded = np.pad(classes, 1)
    return padded[1:] != padded[:-1], padded[:, 1:] != padded[:, :-1]


def _outline(classes: NDArray[np.int32]) -> float:
    """Length of the borders in pixels; pi/4 takes the steps of slanted ones back on average."""
    down, right = _borders(classes)
    return float(down.sum() + right.sum()) * np.pi / 4


def _thin_share(classes: NDArray[np.int32]) -> float:
    """Share of the ink that no disc of the least radius inside a piece covers."""
    down, right = _borders(classes)
    inside = np.pad(classes > 0, 1)
    inside[1:] &= ~down
    inside[:, 1:] &= ~right
    depth = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    radius = max(1.0, THIN_SHARE * max(classes.shape))
    core = (depth > radius).astype(np.uint8)
    if not core.any():
        return 1.0
    reach = cv2.distanceTransform(1 - core, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    ink = classes > 0
    return float((reach > radius + 1)[ink].mean())
