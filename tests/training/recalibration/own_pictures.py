"""Drawn logos as somebody keeps them: a folder per type, or a CSV file with clusters and groups."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2

from hybrid_logo.types import LABELS
from tests.small_release import Pixels, drawn

SIDE = 72


def png(pixels: Pixels) -> bytes:
    return cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))[1].tobytes()


def write_folder(root: Path, count: int, *, first: int = 0, side: int = SIDE) -> Path:
    """``count`` of each type; another ``first`` gives other ones."""
    for label in LABELS:
        (root / label).mkdir(parents=True, exist_ok=True)
        for seed in range(first, first + count):
            (root / label / f"{seed}.png").write_bytes(png(drawn(label, seed, side)))
    return root


def write_table(root: Path, *, groups: dict[str, str] | None = None) -> Path:
    """A CSV file beside the pictures of ``write_folder``; ``groups``: type -> group."""
    path = root / "labels.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("path", "label", "cluster", "group"))
        for label in LABELS:
            for picture in sorted((root / label).iterdir()):
                name = f"{label}/{picture.name}"
                writer.writerow((name, label, f"brand {name}", (groups or {}).get(label, "")))
    return path
