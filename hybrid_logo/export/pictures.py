"""The pictures that an export is judged on: the user's, those of the checkout, or drawn ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import InputError, PictureError, SourceError
from hybrid_logo.image import Limits, read_file
from hybrid_logo.scan import Scan

__all__ = ["GatePictures", "drawn_logo", "gate_pictures"]

DRAWN = 240
LEAST = 20
"""Pictures below which a share of the same labels says too little."""
SIDE_PX = 256


@dataclass(frozen=True, slots=True)
class GatePictures:
    """Files to answer.

    Attributes:
        names: one for each file.
        files: bytes of the files.
        told: what they are, in words.
    """

    names: Sequence[str]
    files: Sequence[bytes]
    told: str


def gate_pictures(folder: Path | None, copies: int = 1) -> GatePictures:
    """The pictures of ``folder``; without one those of a checkout, else drawn ones.

    Args:
        folder: the user's pictures, with sub-folders.
        copies: degraded ones of each logo of the ``calibrate`` split.

    Raises:
        InputError: ``folder`` holds too few pictures.
    """
    if folder is not None:
        return _of_folder(folder)
    found = _of_checkout(copies)
    return found or _built_in()


def _of_folder(folder: Path) -> GatePictures:
    names: list[str] = []
    files: list[bytes] = []
    for item in Scan([str(folder)]):
        if isinstance(item, str):
            try:
                files.append(read_file(item, Limits()))
            except PictureError:
                continue
            names.append(item)
    if len(files) < LEAST:
        raise InputError(
            f"{folder} holds {len(files)} pictures that can be read, and fewer than {LEAST} say too little "
            "about an artefact. Name a folder with more, or leave --pictures out."
        )
    return GatePictures(names, files, f"{len(files):,} pictures of your folder")


def _of_checkout(copies: int) -> GatePictures | None:
    """The degraded copies of the ``calibrate`` split; None where they cannot be made here."""
    try:
        from hybrid_logo.training.suites import calibrate_pictures

        made = list(calibrate_pictures(copies, seed=0))
    except (ImportError, SourceError):
        return None
    files = [data for place, data in enumerate(made) if place % (copies + 1) or copies > 1]
    names = [f"calibrate-{place}" for place in range(len(files))]
    what = "clean and degraded" if copies > 1 else "degraded"
    return GatePictures(names, files, f"{len(files):,} {what} pictures of the calibrate split")


def _built_in() -> GatePictures:
    """The examples where there are some, and drawn logos."""
    folder = Path(__file__).resolve().parents[2] / "examples" / "logos"
    paths = sorted(path for path in folder.glob("*.*") if path.is_file())
    random = np.random.default_rng(0)
    drawn = (drawn_logo(random) for _ in range(DRAWN))
    files = list(chain((path.read_bytes() for path in paths), drawn))
    names = [*(path.name for path in paths), *(f"drawn-{place}.png" for place in range(DRAWN))]
    examples = f"{len(paths)} examples and " if paths else ""
    return GatePictures(names, files, f"{examples}{DRAWN} drawn logos")


def drawn_logo(random: np.random.Generator) -> bytes:
    """A PNG or JPEG file of a made-up mark: some shapes, flat or in a ramp, and often letters."""
    side = int(random.integers(SIDE_PX // 4, 2 * SIDE_PX))
    page = np.full((side, side, 3), random.choice([255, 255, 240, 20]), np.uint8)
    many = random.random() < 0.25
    for _ in range(int(random.integers(20, 60)) if many else int(random.integers(1, 4))):
        mask = np.zeros((side, side), np.uint8)
        at = random.integers(side // 5, side - side // 5, 2).tolist()
        reach = random.integers(3, max(4, side // (10 if many else 3)), 2).tolist()
        turn = float(random.uniform(0, 180))
        cv2.ellipse(mask, at, reach, turn, 0, float(random.choice([180, 360])), 255, cv2.FILLED, cv2.LINE_AA)
        _paint(page, mask, random)
    if random.random() < 0.5:
        mask = np.zeros((side, side), np.uint8)
        letters = "".join(random.choice(list("abcdeghkmnoprstuvwxyz"), int(random.integers(2, 8))))
        size, thickness = side / 22 / len(letters), max(1, side // 60)
        cv2.putText(mask, letters, (side // 12, int(0.8 * side)), 0, size, 255, thickness, cv2.LINE_AA)
        _paint(page, mask, random)
    if random.random() < 0.5:
        return bytes(cv2.imencode(".png", page)[1])
    quality = int(random.integers(40, 96))
    return bytes(cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def _paint(page: NDArray[np.uint8], mask: NDArray[np.uint8], random: np.random.Generator) -> None:
    """Lay a flat colour or a ramp where ``mask`` is."""
    left, top, width, height = cv2.boundingRect(mask)
    window = slice(top, top + height), slice(left, left + width)
    color = random.integers(0, 256, 3).astype(np.float32)
    ramp = random.uniform(-150, 150, 3) if random.random() < 0.3 else np.zeros(3)
    along = np.linspace(-0.5, 0.5, height, dtype=np.float32)[:, None, None]
    paint = np.clip(color + ramp.astype(np.float32) * along, 0, 255)
    cover = mask[window][:, :, None] / np.float32(255)
    page[window] = np.rint(page[window] * (1 - cover) + paint * cover).astype(np.uint8)
