"""Contact sheets: composed logos of one type beside each other, with their labels, for the eye."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import PictureError
from hybrid_logo.image import load_picture
from hybrid_logo.ink import square_view
from hybrid_logo.training.composer.table import ComposedLogo
from hybrid_logo.training.rendering import read_master
from hybrid_logo.training.sources import storage_errors

__all__ = ["contact_sheet", "write_sheet"]

CELL_PX = 110
COLUMNS = 14
CAPTION_PX = 12
PAGE = (244, 244, 244)


def contact_sheet(logos: Sequence[ComposedLogo]) -> NDArray[np.uint8]:
    """``uint8[H, W, 3]`` RGB: a logo a cell, its kind below; a ``?`` where a second type can be defended."""
    rows = -(-len(logos) // COLUMNS)
    sheet = np.full((max(1, rows) * (CELL_PX + CAPTION_PX), COLUMNS * CELL_PX, 3), PAGE, np.uint8)
    for index, logo in enumerate(logos):
        top, left = index // COLUMNS * (CELL_PX + CAPTION_PX), index % COLUMNS * CELL_PX
        with suppress(PictureError):  # it vanishes on its page: training leaves it out as well
            view = square_view(load_picture(read_master(logo.path)), CELL_PX)
            sheet[top : top + CELL_PX, left : left + CELL_PX] = view
        others = "".join(sorted(f"?{other.value[0]}" for other in logo.accepted - {logo.label}))
        cv2.putText(
            sheet, f"{logo.kind[:14]}{others}", (left + 3, top + CELL_PX + 8), cv2.FONT_HERSHEY_PLAIN, 0.7,
            (90, 90, 90), 1, cv2.LINE_AA,
        )  # fmt: skip
    return sheet


def write_sheet(logos: Sequence[ComposedLogo], path: Path) -> None:
    """Write a contact sheet as PNG.

    Raises:
        SourceError: the file cannot be written, or a picture is gone.
    """
    encoded = cv2.imencode(".png", cv2.cvtColor(contact_sheet(logos), cv2.COLOR_RGB2BGR))[1]
    with storage_errors(path.parent):
        path.write_bytes(encoded.tobytes())
