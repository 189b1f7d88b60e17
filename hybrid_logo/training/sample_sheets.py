"""Sample sheets of the dataset: for each source and type a picture of some of its logos, for the eye.

Nothing of ``calibrate`` or ``test`` is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import PictureError
from hybrid_logo.image import load_picture
from hybrid_logo.ink import square_view
from hybrid_logo.training.card import Dataset
from hybrid_logo.training.console import tracked
from hybrid_logo.training.rendering import read_master, render
from hybrid_logo.training.sources import load_icons, storage_errors, svg_text
from hybrid_logo.types import LABELS

__all__ = ["contact_sheet", "write_sheets"]

COLUMNS, ROWS = 12, 6
CELL_PX = 96
GAP_PX = 4
GAP_LEVEL = 160
DRAWN_PX = 256
"""Longer side of a drawing before it is laid on its page."""

Drawing = Path | tuple[str, str]
"""A picture, or set and name of an icon."""


def write_sheets(dataset: Dataset, folder: Path, cache: Path | None = None) -> list[Path]:
    """Write a PNG for each source and type that has drawings; the same dataset gives the same files.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: a set is not fetched, a picture is gone, or the folder cannot be written.
    """
    groups = {name: drawings for name, drawings in _groups(dataset) if drawings}
    written = []
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name, drawings in tracked(groups.items(), len(groups), "Sample sheets"):
            chosen = Random(0).sample(drawings, min(len(drawings), COLUMNS * ROWS))
            sheet = contact_sheet([_pixels(drawing, cache) for drawing in chosen])
            path = folder / f"{name}.png"
            unfinished = folder / f".{name}.tmp"
            unfinished.write_bytes(cv2.imencode(".png", sheet[..., ::-1])[1].tobytes())
            unfinished.replace(path)
            written.append(path)
    return written


def contact_sheet(pictures: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """``uint8[H, W, 3]`` RGB: each picture as a student sees it, row by row.

    Args:
        pictures: ``uint8[H, W, 4]`` RGBA with straight alpha each.
    """
    rows = -(-len(pictures) // COLUMNS)
    step = CELL_PX + GAP_PX
    sheet = np.full((rows * step + GAP_PX, COLUMNS * step + GAP_PX, 3), GAP_LEVEL, np.uint8)
    for index, pixels in enumerate(pictures):
        top, left = (GAP_PX + step * place for place in divmod(index, COLUMNS))
        try:
            view = square_view(load_picture(pixels), CELL_PX)
        except PictureError:
            continue  # it vanishes on its page: training leaves it out as well
        sheet[top : top + CELL_PX, left : left + CELL_PX] = view
    return sheet


def _groups(dataset: Dataset) -> Iterator[tuple[str, list[Drawing]]]:
    """Name and drawings of each sheet."""
    further = [annotation.logo() for annotation in dataset.further]
    icons = list(zip(dataset.icons.logos, dataset.icons.labelled.tolist(), strict=True))
    for label in LABELS:
        train = [logo for logo in dataset.labelled if logo.split == "train" and logo.label == label]
        yield f"labelled-{label}", [logo.key for logo in train]
        yield f"further-{label}", [logo.key for logo in further if logo.label == label]
        yield f"icons-{label}", [logo.key for logo, labelled in icons if labelled and logo.label == label]
        yield f"composed-{label}", [logo.path for logo in dataset.composed if logo.label == label]
    yield "icons-left-to-the-teachers", [logo.key for logo, labelled in icons if not labelled]


def _pixels(drawing: Drawing, cache: Path | None) -> NDArray[np.uint8]:
    if isinstance(drawing, Path):
        return read_master(drawing)
    name, key = drawing
    return render(svg_text(load_icons(name, cache)[key]), DRAWN_PX)
