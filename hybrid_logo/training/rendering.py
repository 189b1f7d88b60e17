"""Drawings to pixels: resvg, and a cache of one lossless master picture per logo."""

from __future__ import annotations

import logging
import multiprocessing
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import MissingExtraError, SourceError
from hybrid_logo.training.console import tracked
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.sources import cache_folder, icon_set, load_icons, storage_errors, svg_text

__all__ = [
    "MASTER_SIDE_PX",
    "RenderReport",
    "load_master",
    "master_path",
    "read_master",
    "render",
    "render_masters",
]

MASTER_SIDE_PX = 512
SHORTEST_SIDE_PX = 8
LARGEST_SIDE_PX = 16_384

Task = tuple[str, str, str, int]
"""set/name, SVG document, file to write, longer side in pixels"""

Failure = tuple[str, str]
"""set/name, reason"""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RenderReport:
    """What ``render_masters`` did.

    Attributes:
        rendered: pictures drawn now.
        kept: pictures that were there already.
        skipped: (set/name, reason) of each logo that could not be drawn.
    """

    rendered: int
    kept: int
    skipped: tuple[Failure, ...]


def render(svg: str, longer_side_px: int, *, crisp: bool = False) -> NDArray[np.uint8]:
    """Draw an SVG document. System fonts are not used, so that every machine draws the same pixels.

    Args:
        svg: the document's text.
        longer_side_px: width or height of the picture, whichever is larger, in pixels.
        crisp: without anti-aliasing, so that no pixel has a colour that the drawing does not have.

    Returns:
        ``uint8[H, W, 4]``, RGBA with straight alpha. A drawing that is more than
        ``longer_side_px / 8`` times as long as it is wide lies in the middle of a transparent strip
        8 px wide.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: the text is no SVG, or it draws nothing.
    """
    try:
        import resvg_py
    except ImportError:
        raise MissingExtraError(
            "Drawing SVG needs resvg_py. Install it with: pip install 'hybrid-logo[train]'"
        ) from None
    if not SHORTEST_SIDE_PX <= longer_side_px <= LARGEST_SIDE_PX:
        raise ValueError(
            f"longer_side_px must lie in {SHORTEST_SIDE_PX}-{LARGEST_SIDE_PX}, not {longer_side_px}"
        )
    try:
        # Both sides given: resvg fits the drawing into the square and keeps its aspect.
        encoded = resvg_py.svg_to_bytes(
            svg_string=svg,
            width=longer_side_px,
            height=longer_side_px,
            skip_system_fonts=True,
            shape_rendering="crisp_edges" if crisp else "geometric_precision",
        )
    except ValueError as error:
        raise SourceError(
            f"The SVG cannot be drawn ({error}). Leave the logo out or correct its file."
        ) from None
    pixels = cv2.imdecode(np.frombuffer(encoded, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.ndim != 3 or not pixels[..., -1].any():
        raise SourceError("The SVG draws nothing that can be seen. Leave the logo out or correct its file.")
    rgba = cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA)
    return _at_least_wide(np.asarray(rgba, np.uint8))


def master_path(logo: LabelledLogo, cache: Path | None = None, longer_side_px: int = MASTER_SIDE_PX) -> Path:
    """Where the logo's master picture lies; the set's version is part of it."""
    folder = cache_folder(cache) / "masters" / str(longer_side_px) / icon_set(logo.set).folder_name
    return folder / f"{logo.name}.png"


def load_master(
    logo: LabelledLogo, cache: Path | None = None, longer_side_px: int = MASTER_SIDE_PX
) -> NDArray[np.uint8]:
    """Read a master picture that ``render_masters`` drew.

    Returns:
        ``uint8[H, W, 4]``, RGBA with straight alpha.

    Raises:
        SourceError: it is not in the cache or cannot be read.
    """
    return read_master(master_path(logo, cache, longer_side_px))


def read_master(path: Path) -> NDArray[np.uint8]:
    """Read a picture that this project drew.

    Returns:
        ``uint8[H, W, 4]``, RGBA with straight alpha.

    Raises:
        SourceError: it is not there or cannot be read.
    """
    try:
        pixels = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    except (OSError, cv2.error):
        pixels = None
    if pixels is None:
        raise SourceError(
            f"There is no readable picture {path}. "
            "Run: hybrid-logo data render (composed logos: hybrid-logo data compose)"
        )
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA), np.uint8)


def render_masters(
    logos: Sequence[LabelledLogo],
    cache: Path | None = None,
    longer_side_px: int = MASTER_SIDE_PX,
    workers: int = 2,
) -> RenderReport:
    """Draw each logo once as a lossless PNG in the cache; pictures that are there are kept.

    Processes are spawned, so a script that calls this needs the usual ``if __name__ == "__main__"``.

    Args:
        logos: what to draw; their sets must be fetched.
        cache: the cache folder; see ``sources.cache_folder``.
        longer_side_px: longer side of every picture, in pixels.
        workers: processes; 1 draws in this one.

    Returns:
        the counts, and what was skipped with its reason; each skipped logo is logged too.

    Raises:
        MissingExtraError: resvg_py is not installed.
        SourceError: a set is not fetched or the cache cannot be written.
    """
    render('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1z"/></svg>', 8)
    skipped: list[Failure] = []
    tasks: list[Task] = []
    kept = 0
    for logo in logos:
        path = master_path(logo, cache, longer_side_px)
        title = f"{logo.set}/{logo.name}"
        icon = load_icons(logo.set, cache).get(logo.name)
        if icon is None:
            skipped.append((title, "the icon set has no such logo"))
        elif path.is_file():
            kept += 1
        else:
            tasks.append((title, svg_text(icon), str(path), longer_side_px))
    with storage_errors(cache_folder(cache)):
        for folder in {Path(path).parent for _, _, path, _ in tasks}:
            folder.mkdir(parents=True, exist_ok=True)
        failures = _render_all(tasks, workers)
    skipped += failures
    for title, reason in skipped:
        log.warning("%s was skipped: %s", title, reason)
    return RenderReport(rendered=len(tasks) - len(failures), kept=kept, skipped=tuple(skipped))


def _render_all(tasks: Sequence[Task], workers: int) -> list[Failure]:
    """Draw all tasks; what could not be drawn, with the reason."""
    if workers <= 1 or len(tasks) < 32:
        return [failure for failure in tracked(map(_render_file, tasks), len(tasks), "Drawing") if failure]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        results = pool.map(_render_file, tasks, chunksize=16)
        return [failure for failure in tracked(results, len(tasks), "Drawing") if failure]


def _render_file(task: Task) -> Failure | None:
    """Draw one logo into its file; (set/name, reason) where that is not possible."""
    title, svg, name, longer_side_px = task
    try:
        pixels = render(svg, longer_side_px)
    except SourceError as error:
        return title, str(error)
    done, encoded = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))
    if not done:
        return title, "OpenCV could not write it as PNG"
    path = Path(name)
    handle, partial = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(encoded.tobytes())
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
    return None


def _at_least_wide(rgba: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Add transparent rows or columns on both sides until the shorter side has SHORTEST_SIDE_PX."""
    missing = [max(0, SHORTEST_SIDE_PX - side) for side in rgba.shape[:2]]
    (above, left), (below, right) = [side // 2 for side in missing], [side - side // 2 for side in missing]
    return np.pad(rgba, ((above, below), (left, right), (0, 0)))
