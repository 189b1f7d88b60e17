"""Many composed logos: made in parallel, kept in the cache as pictures and a table, taken up again.

The folder's name holds the seed and a hash of the composer's code and of the guard against leaks, not the
count: asking for more goes on where the last run stopped.
"""

from __future__ import annotations

import ast
import hashlib
import json
import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2

import hybrid_logo
from hybrid_logo.errors import SourceError
from hybrid_logo.training.composer.composing import compose
from hybrid_logo.training.composer.materials import Materials, load_materials
from hybrid_logo.training.console import tracked
from hybrid_logo.training.facts import Facts
from hybrid_logo.training.labels import read_labels
from hybrid_logo.training.leaks import held_out_names
from hybrid_logo.training.rendering import MASTER_SIDE_PX, render
from hybrid_logo.training.sources import cache_folder, storage_errors
from hybrid_logo.types import LogoType

__all__ = ["ComposedLogo", "compose_all", "composed_folder"]

TABLE, MATERIALS = "table.jsonl", "materials.json"
SHARD = 500
"""Pictures in one sub-folder."""
NOT_SHAPING = ("__init__", "sheet", "table")
"""Modules of this package that do not decide what a seed draws."""


@dataclass(frozen=True, slots=True)
class ComposedLogo:
    """One row of the table.

    Attributes:
        number: with the table's seed, the seed of the logo.
        path: its picture, ``uint8[H, W, 4]`` RGBA with straight alpha as PNG.
        label: its type.
        accepted: the types that can be defended, ``label`` among them.
        kind: its layout.
        facts: of the drawing.
        lettering_share: share of the ink in letters, 0-1.
        sources: set/name of the icons in it.
        wished: the type that was aimed at.
        tries: how many drawings it took.
    """

    number: int
    path: Path
    label: LogoType
    accepted: frozenset[LogoType]
    kind: str
    facts: Facts
    lettering_share: float
    sources: tuple[str, ...]
    wished: LogoType
    tries: int

    @property
    def clear(self) -> bool:
        """Whether one type alone can be defended."""
        return len(self.accepted) == 1


Row = dict[str, Any]


def composed_folder(seed: int, cache: Path | None = None, labels: Path | None = None) -> Path:
    """Where the logos of a seed lie for this code and the brands that these labels hold out."""
    return cache_folder(cache) / "composed" / f"{_fingerprint(labels)}-{seed}"


def compose_all(
    count: int, seed: int = 0, cache: Path | None = None, workers: int = 2, labels: Path | None = None
) -> list[ComposedLogo]:
    """The first ``count`` logos of a seed; those that are in the cache are not made again.

    Processes are spawned, so a script that calls this needs the usual ``if __name__ == "__main__"``.

    Args:
        count: how many; a few are left out where nothing came out of their number.
        seed: of the whole table.
        cache: the cache folder; see ``sources.cache_folder``.
        workers: processes; 1 composes in this one.
        labels: the labels file, which tells the held-out brands.

    Raises:
        MissingExtraError: resvg_py, fontTools or uharfbuzz is not installed.
        SourceError: no font is fetched, a set is damaged, other fonts or sets are fetched than those that the
            first of these logos were made of, or the cache cannot be written.
    """
    folder = composed_folder(seed, cache, labels)
    rows = _read(folder)
    missing = [number for number in range(count) if number not in rows]
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for shard in {number // SHARD for number in missing}:
            (folder / f"{shard:04d}").mkdir(exist_ok=True)
        if missing:
            materials = load_materials(cache, labels, workers)
            _keep_materials(materials, folder)
            with (
                _composed(missing, seed, folder, materials, workers) as made,
                (folder / TABLE).open("a", encoding="utf-8") as table,
            ):
                for row in tracked(made, len(missing), "Composing"):
                    rows[row["number"]] = row
                    table.write(json.dumps(row, ensure_ascii=False) + "\n")
                    table.flush()
    return [_logo(rows[number], folder) for number in range(count) if "label" in rows[number]]


def _keep_materials(materials: Materials, folder: Path) -> None:
    """Write down what a table is drawn from, or refuse to go on with other fonts or icons.

    Raises:
        SourceError: more or fewer were fetched when it was begun.
    """
    told = {
        "families": sorted(f"{family.package}@{family.version}" for family in materials.families),
        "icons": {
            pool: sorted(f"{symbol.set}/{symbol.name}" for symbol in symbols)
            for pool, symbols in sorted(materials.symbols.items())
        },
    }
    path, text = folder / MATERIALS, json.dumps(told)
    if path.is_file():
        if path.read_text(encoding="utf-8", errors="replace") != text:
            raise SourceError(
                f"{folder} holds logos composed of other fonts or icons than are fetched now. "
                "Fetch all of them (hybrid-logo data fetch --all), or delete that folder to begin anew."
            )
        return
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


@contextmanager
def _composed(
    numbers: list[int], seed: int, folder: Path, materials: Materials, workers: int
) -> Iterator[Iterable[Row]]:
    if workers <= 1 or len(numbers) < 32:
        _start(seed, folder, materials)
        yield map(_compose_file, numbers)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_start, initargs=(seed, folder, materials)
    ) as pool:
        try:
            yield pool.map(_compose_file, numbers, chunksize=16)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_job: dict[str, Any] = {}
"""What a process composes: given once to each, since the materials are large."""


def _start(seed: int, folder: Path, materials: Materials) -> None:
    cv2.setNumThreads(1)
    _job.update(seed=seed, folder=folder, materials=materials)


def _compose_file(number: int) -> Row:
    """Make one logo and its picture; a row without label where nothing came out."""
    try:
        made = compose((_job["seed"], number), _job["materials"])
        pixels = render(made.svg, MASTER_SIDE_PX)
    except SourceError as error:
        return {"number": number, "failure": str(error)}
    path = _job["folder"] / _name(number)
    encoded = cv2.imencode(
        ".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA), [cv2.IMWRITE_PNG_COMPRESSION, 3]
    )[1]
    unfinished = path.with_suffix(".tmp")
    unfinished.write_bytes(encoded.tobytes())
    unfinished.replace(path)
    return {
        "number": number,
        "label": made.label.value,
        "accepted": sorted(label.value for label in made.also),
        "kind": made.kind,
        "lettering_share": round(made.lettering_share, 4),
        "sources": list(made.sources),
        "wished": made.wished.value,
        "tries": made.tries,
        "facts": asdict(made.facts),
    }


def _name(number: int) -> str:
    return f"{number // SHARD:04d}/{number:07d}.png"


def _read(folder: Path) -> dict[int, Row]:
    """What earlier runs left; a line that a killed run cut off counts as none, as one without picture."""
    rows: dict[int, Row] = {}
    try:
        lines = (folder / TABLE).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return rows
    for line in lines:
        try:
            row = json.loads(line)
            if "label" in row and not _logo(row, folder).path.is_file():
                continue
            rows[int(row["number"])] = row
        except (ValueError, LookupError, TypeError):
            continue
    return rows


def _logo(row: Row, folder: Path) -> ComposedLogo:
    return ComposedLogo(
        row["number"],
        folder / _name(row["number"]),
        LogoType(row["label"]),
        frozenset(map(LogoType, row["accepted"])),
        row["kind"],
        Facts.from_dict(row["facts"]),
        row["lettering_share"],
        tuple(row["sources"]),
        LogoType(row["wished"]),
        row["tries"],
    )


def _fingerprint(labels: Path | None) -> str:
    """A hash of the code and data that decide what a seed draws: an icon of a held-out brand is not drawn."""
    digest = hashlib.sha256()
    folder = Path(hybrid_logo.__file__).parent / "training"
    own = [path for path in sorted(folder.glob("composer/*.py")) if path.stem not in NOT_SHAPING]
    for path in (*own, *sorted(folder.glob("facts/*.py")), folder / "labeller.py", folder / "leaks.py"):
        digest.update(ast.dump(ast.parse(path.read_text(encoding="utf-8"))).encode())
    for path in (folder / "composer" / "syllables.csv", folder / "other_names.csv"):
        digest.update(path.read_bytes())
    digest.update("\n".join(sorted(held_out_names(read_labels(labels)).names)).encode())
    return digest.hexdigest()[:12]
