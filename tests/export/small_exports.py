"""What tests of exports share: pictures to judge on, and progress that shows nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import cv2

from hybrid_logo.export.exporting import Exported
from hybrid_logo.export.pictures import GatePictures
from tests.small_release import drawings

Make = Callable[..., Exported]
"""Takes the name of a target and a precision."""


@contextmanager
def silent(_title: str, _total: int) -> Iterator[Callable[[], object]]:
    yield lambda: None


def drawn_pictures() -> GatePictures:
    files = [
        cv2.imencode(".png", cv2.cvtColor(each, cv2.COLOR_RGBA2BGRA))[1].tobytes() for each in drawings(6)
    ]
    return GatePictures([f"{place}.png" for place in range(len(files))], files, "24 drawings")
