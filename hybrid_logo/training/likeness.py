"""Whether two drawings look alike: one number a drawing, worked out once a set and kept.

Brands stand on tiles in one set and bare in another, in their colours here and white on black there. So the
page and a plain tile are taken away, and what is left is told by how far it is from them, not by its colour.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import SourceError
from hybrid_logo.training.rendering import render
from hybrid_logo.training.row_cache import code_hash, rows_of_set
from hybrid_logo.training.sources import cache_folder, icon_set

__all__ = ["BITS", "hash_bytes", "hashes_of_set", "hashes_path", "perceptual_hash"]

LONGER_SIDE_PX = 128
"""Of the drawings that are hashed."""
ALPHA_INK = 40
LIGHT_INK = 215
"""Ink whose mean lies above this level is laid on black, or it would vanish."""
HASHED_SIDE_PX = 16
BITS = HASHED_SIDE_PX**2
"""Of a hash: a bit for each pixel of the shrunk drawing."""

TILE_COVERS = 0.75
"""Share of its box that a tile covers; a circle covers 0.79 of it."""
TILE_LEVELS = 60
"""Levels by which the colour of a plain tile may differ within its rim."""
TILE_RIM_AGREES = 0.95
LEAST_ON_TILE = 0.03
"""Share of the box that something on a tile must cover; otherwise the tile is the drawing."""

Pixels = NDArray[Any]
"""``float32``; OpenCV's type hints do not carry the element type."""


def perceptual_hash(rgba: NDArray[np.uint8]) -> int:
    """A number of ``BITS`` bits, of which alike drawings share most: where there is more ink than elsewhere.

    The ink is cropped to its box and brought to one square, so that size and aspect do not count. Bits of
    frequencies, as other hashes have them, are noise where a mark is symmetrical, as many are.

    Args:
        rgba: ``uint8[H, W, 4]`` with straight alpha.

    Raises:
        SourceError: there is no ink.
    """
    mask = (rgba[..., 3] > ALPHA_INK).astype(np.uint8)
    if not mask.any():
        raise SourceError("The picture has no ink to compare. Leave it out.")
    alpha = rgba[..., 3:].astype(np.float32) / 255
    page = np.full(3, 0 if rgba[..., :3][mask > 0].mean() > LIGHT_INK else 255, np.float32)
    colors, mask = _cropped(rgba[..., :3] * alpha + page * (1 - alpha), mask)
    ink, paper = _without_tile(colors, mask) or (colors, page)
    apart = np.abs(ink - paper).max(axis=2)
    small = cv2.resize(apart, (HASHED_SIDE_PX, HASHED_SIDE_PX), interpolation=cv2.INTER_AREA)
    return int.from_bytes(np.packbits(small > small.mean() + 1).tobytes(), "big")  # 1 level: not by rounding


def hash_bytes(hashes: Iterable[int]) -> NDArray[np.uint8]:
    """``uint8[n, BITS / 8]``, so that many hashes can be compared at once."""
    return np.frombuffer(b"".join(number.to_bytes(BITS // 8, "big") for number in hashes), np.uint8).reshape(
        -1, BITS // 8
    )


def hashes_of_set(
    name: str, wanted: Collection[str] | None = None, cache: Path | None = None, workers: int = 2
) -> dict[str, int]:
    """The hashes of a fetched set's drawings; those that the cache holds are not drawn again.

    Drawings that draw nothing and names that the set does not have are left out.
    Processes are spawned, so a script that calls this needs the usual ``if __name__ == "__main__"``.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: the set is not fetched or the cache cannot be written.
    """
    path = hashes_path(name, cache)
    rows = rows_of_set(name, wanted, path, _row, int, f"Hashes of {name}", cache, workers)
    return {key: int(row) for key, row in rows.items() if not isinstance(row, str)}


def hashes_path(name: str, cache: Path | None = None) -> Path:
    """Where the hashes of a set lie for this code."""
    file = f"{icon_set(name).folder_name}-{code_hash(('likeness', 'rendering'))}.json"
    return cache_folder(cache) / "hashes" / file


def _row(svg: str) -> int:
    return perceptual_hash(render(svg, LONGER_SIDE_PX))


def _cropped(colors: Pixels, mask: Pixels) -> tuple[Pixels, Pixels]:
    x, y, width, height = cv2.boundingRect(mask)
    return colors[y : y + height, x : x + width], mask[y : y + height, x : x + width]


def _without_tile(colors: Pixels, mask: Pixels) -> tuple[Pixels, Pixels] | None:
    """What lies on a plain tile or is cut out of it, cropped, and the tile's colour; None without a tile."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    tile = cv2.drawContours(np.zeros_like(mask), outlines, -1, 1, cv2.FILLED)
    if tile.mean() < TILE_COVERS:
        return None
    inside, deeper = (_eroded(tile, steps) for steps in (1, 2))
    rim = inside & ~deeper
    if not rim.any():
        return None
    color = np.median(colors[rim], axis=0)
    near = np.abs(colors - color).max(axis=2) < TILE_LEVELS
    ink = (inside & ~near).astype(np.uint8)
    if near[rim].mean() < TILE_RIM_AGREES or ink.mean() < LEAST_ON_TILE:
        return None
    return _cropped(np.where(inside[..., None], colors, color), ink)[0], color


def _eroded(mask: Pixels, steps: int) -> Pixels:
    """``bool[H, W]``, ``mask`` without the two outer pixels of every step."""
    framed = cv2.copyMakeBorder(mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    return cv2.erode(framed, np.ones((5, 5), np.uint8), iterations=steps)[1:-1, 1:-1] > 0
