"""Wins and misses as strips of pictures: the original, what was given, VTracer's default, and ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import cv2
import numpy as np

from hybrid_logo.errors import HybridLogoError
from hybrid_logo.evaluation.html.markup import picture
from hybrid_logo.vectorize.quality.candidates import CANDIDATES, DEFAULT
from hybrid_logo.vectorize.quality.choices import METHODS, OURS
from hybrid_logo.vectorize.quality.conditions import CONDITIONS, picture_of, reference_of
from hybrid_logo.vectorize.quality.drawing import Pixels, draw
from hybrid_logo.vectorize.quality.figures import worst_first
from hybrid_logo.vectorize.quality.rows import Row

__all__ = ["strips"]

SIDE_PX = 220
WINS, MISSES = 8, 12
GAP = 8


def strips(rows: Sequence[Row], originals: Mapping[str, str], seed: int) -> dict[str, list[str]]:
    """HTML of cards: ``wins`` and ``misses``, at most one of each logo.

    Args:
        rows: what was measured.
        originals: SVG text by the name of the logo.
        seed: as the rows were measured with.
    """
    ranked = worst_first(rows)
    misses = _one_of_each([row for lost, row in ranked if lost > 0])[:MISSES]
    wins = _one_of_each([row for lost, row in reversed(ranked) if lost < 0])[:WINS]
    return {
        kind: [card for row in chosen if (card := _card(row, originals[row["logo"]], seed))]
        for kind, chosen in (("wins", wins), ("misses", misses))
    }


def _one_of_each(rows: Sequence[Row]) -> list[Row]:
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row["logo"], row)
    return list(first.values())


def _card(row: Row, original: str, seed: int) -> str:
    condition = next(each for each in CONDITIONS if each.name == row["condition"])
    chosen = METHODS[OURS](row)
    assert chosen is not None
    try:
        given = picture_of(original, condition, row["logo"], seed)
        drawn = [reference_of(original, given.page).pixels, given.pixels]
        for name in (DEFAULT, chosen):
            drawn.append(draw(CANDIDATES[name](given), SIDE_PX, SIDE_PX))
    except HybridLogoError:
        return ""
    gap = np.full((SIDE_PX, GAP, 3), 255, np.uint8)
    tiles: list[Any] = []
    for pixels in drawn:
        tiles += [_tile(pixels, given.page), gap]
    title = f"{row['logo']}, {row['condition']}: {row['type']}, taken for {row['predicted']}"
    figures = "; ".join(
        f"{told} {_told(row['candidates'][name]['original'])}"
        for told, name in (("VTracer default:", DEFAULT), (f"{chosen}:", chosen))
    )
    shown = picture(np.hstack(tiles[:-1]), alt=f"{title}: original, picture, VTracer default, ours")
    return (
        f'<div class="strip">{shown}<p><strong>{escape(title)}</strong><br>'
        f'<span class="small">{escape(figures)}</span></p></div>'
    )


def _told(figures: Sequence[float]) -> str:
    color, low_pass, _, edges, size, paths = figures
    return (
        f"colour error {color:.2f}, after low-pass {low_pass:.2f}, edges {edges:.1f} px, "
        f"{size:,.0f} bytes, {paths:.0f} paths"
    )


def _tile(pixels: Pixels, page: tuple[int, int, int] | None) -> Pixels:
    """``uint8[SIDE_PX, SIDE_PX, 3]`` on the page of a JPEG, or on white."""
    scale = SIDE_PX / max(pixels.shape[:2])
    size = [max(1, round(side * scale)) for side in pixels.shape[1::-1]]
    # Pixels of a small picture stay to be seen as pixels.
    way = cv2.INTER_NEAREST if scale > 1 else cv2.INTER_AREA
    share = pixels[:, :, 3:].astype(np.float32) / 255
    ground = np.array(page or (255, 255, 255), np.float32)
    laid = cv2.resize(
        (pixels[:, :, :3] * share + ground * (1 - share)).astype(np.uint8), size, interpolation=way
    )
    tile = np.full((SIDE_PX, SIDE_PX, 3), ground, np.uint8)
    top, left = (SIDE_PX - laid.shape[0]) // 2, (SIDE_PX - laid.shape[1]) // 2
    tile[top : top + laid.shape[0], left : left + laid.shape[1]] = laid
    return tile
