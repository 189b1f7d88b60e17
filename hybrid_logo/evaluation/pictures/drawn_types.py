"""Pictures of types that no model release has learned: QR codes and signatures, drawn by a seed.

Each is written as a file of the kinds that logos come in, transparent or on a page, sharp or compressed, so
that the type and not the file is what can be learned.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["DRAWN_TYPES", "drawn_file"]

SIDE_PX = 480
LETTERS = list("abcdefghijklmnopqrstuvwxyz0123456789")

Random: TypeAlias = np.random.Generator
Pixels: TypeAlias = NDArray[np.uint8]


def drawn_file(name: str, random: Random) -> bytes:
    """The bytes of a PNG or JPEG file.

    Args:
        name: key of ``DRAWN_TYPES``.
        random: decides what is drawn, its size, its colours and its kind of file.
    """
    drawn = DRAWN_TYPES[name](random)
    scale = random.uniform(96, SIDE_PX) / max(drawn.shape)
    size = [max(24, round(scale * side)) for side in drawn.shape[::-1]]
    ink = np.asarray(cv2.resize(drawn, size, interpolation=cv2.INTER_AREA), np.float64) / 255.0
    color = random.integers(0, 120, 3) if random.random() < 0.5 else np.zeros(3)
    if random.random() < 0.4:
        laid = np.dstack([np.broadcast_to(color, (*ink.shape, 3)), 255.0 * ink])
    else:
        page = random.integers(225, 256, 3) if random.random() < 0.5 else np.full(3, 255)
        laid = page + ink[:, :, None] * (color - page)
    pixels = np.asarray(np.rint(laid), np.uint8)
    if pixels.shape[2] == 4 or random.random() < 0.5:
        return bytes(cv2.imencode(".png", pixels)[1])
    quality = int(random.integers(50, 96))
    return bytes(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def _qr_code(random: Random) -> Pixels:
    """``uint8[H, W]``, how much ink is where, of a code that holds a random address."""
    text = "https://example.org/" + "".join(random.choice(LETTERS, int(random.integers(4, 60))))
    modules = np.asarray(cv2.QRCodeEncoder.create().encode(text), np.uint8)
    sharp = cv2.resize(255 - modules, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_NEAREST)
    return np.asarray(sharp, np.uint8)


def _signature(random: Random) -> Pixels:
    """``uint8[H, W]``, how much ink is where, of a line written by a swinging pen, often underlined."""
    height, width = int(random.integers(140, 260)), SIDE_PX
    time = np.linspace(0.0, 1.0, 500)
    swings = random.integers(3, 18, 5)
    reach = random.uniform(0.02, 0.11, 5) * height
    phases = random.uniform(0.0, 2 * np.pi, 5)
    up = (reach * np.sin(2 * np.pi * swings * time[:, None] + phases)).sum(axis=1)
    loops = random.uniform(0.01, 0.04) * width * np.sin(2 * np.pi * random.integers(6, 16) * time)
    canvas = np.zeros((height, width), np.uint8)
    pen = int(random.integers(2, 6))
    line = np.stack([width * (0.08 + 0.84 * time) + loops, height / 2 + up * (1 - 0.5 * time)], axis=1)
    cv2.polylines(canvas, [line.astype(np.int32)], False, 255, pen, cv2.LINE_AA)
    if random.random() < 0.5:
        below = int(0.88 * height)
        end = (int(0.9 * width), below - int(random.integers(0, 30)))
        cv2.line(canvas, (int(0.2 * width), below), end, 255, pen, cv2.LINE_AA)
    return canvas


DRAWN_TYPES: dict[str, Callable[[Random], Pixels]] = {"qr-code": _qr_code, "signature": _signature}
"""Name -> draws one, as large as ``SIDE_PX``."""
