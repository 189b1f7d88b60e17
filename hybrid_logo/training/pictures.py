"""Clean and degraded copies of a split, measured and shrunk once, kept in the cache.

Training asks for the same pictures many times; making them costs more than learning from them. They
are made by the run time's own decoder and preparation, in parallel, shard by shard, so that an
interrupted run goes on where it stopped. The folder's name holds a hash of everything that shapes
them: what was asked, and the code that prepares and measures.
"""

from __future__ import annotations

import ast
import hashlib
import json
import multiprocessing
import zlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

import hybrid_logo
from hybrid_logo.errors import PictureError, SourceError
from hybrid_logo.features import NAMES, measure
from hybrid_logo.image import load_picture
from hybrid_logo.ink import square_view
from hybrid_logo.training.console import tracked
from hybrid_logo.training.degrade import clean_copy, degraded_copy
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.training.rendering import master_path, read_master
from hybrid_logo.training.sources import cache_folder, storage_errors
from hybrid_logo.types import LABELS

__all__ = ["CopyPlan", "PictureTable", "build_table", "copy_seed", "few_copies"]

SHARD_LOGOS = 32
SHAPING = (
    "header.py",
    "image.py",
    "ink.py",
    "pixels.py",
    "training/degrade.py",
    "training/degradations.py",
    "training/encodings.py",
    "features/*.py",
    "formats/*.py",
)
"""Files whose code decides what a copy looks like and measures."""


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """Which copies of each logo to make.

    Attributes:
        degraded: degraded copies per logo; copy 0 is always the clean one.
        seed: another seed gives other degradations.
        side: height and width of the student's view, in pixels.
        hue_turns: see ``degraded_copy``; for training only.
    """

    degraded: int
    seed: int
    side: int
    hue_turns: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PictureTable:
    """All copies of some logos; one row a copy, the copies of one logo in a run.

    Attributes:
        features: ``float32[n, len(NAMES)]``.
        views: ``uint8[n, side, side, 3]`` RGB.
        logos: ``int64[n]``, index of the row's logo.
        copies: ``int64[n]``, 0 for the clean copy.
        labels: ``int64[n]``, index of the label in ``LABELS``.
        accepted: ``bool[n, 4]``, types that are accepted.
        clear: ``bool[n]``, only one type can be defended.
    """

    features: NDArray[np.float32]
    views: NDArray[np.uint8]
    logos: NDArray[np.int64]
    copies: NDArray[np.int64]
    labels: NDArray[np.int64]
    accepted: NDArray[np.bool_]
    clear: NDArray[np.bool_]

    def rows(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> PictureTable:
        """The table of the chosen rows."""
        return PictureTable(*(getattr(self, name)[chosen] for name in self.__slots__))


def copy_seed(logo: LabelledLogo, seed: int, copy: int) -> tuple[int, int, int]:
    """Seed of one degraded copy: it depends on the logo's name and not on its place in a list."""
    return zlib.crc32(f"{logo.set}/{logo.name}".encode()), seed, copy


def build_table(
    logos: Sequence[LabelledLogo],
    plan: CopyPlan,
    cache: Path | None = None,
    workers: int = 2,
    masters: Sequence[Path] | None = None,
) -> PictureTable:
    """Make the copies of ``logos``, or read those that the cache holds.

    Copies that end in a ``PictureError`` (a logo that vanishes on its page) are left out.

    Args:
        logos: what to copy.
        plan: how often, and how.
        cache: the cache folder.
        workers: processes.
        masters: the picture of each logo; by default those that ``render_masters`` drew.

    Raises:
        SourceError: a master picture is missing or the cache cannot be written.
    """
    if not logos:
        raise SourceError("There are no logos to make copies of. Give labels that hold some of this split.")
    paths = [master_path(logo, cache) for logo in logos] if masters is None else list(masters)
    folder = cache_folder(cache) / "copies" / _fingerprint(paths, plan, cache_folder(cache))
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    drawings = list(zip(logos, paths, strict=True))
    shards = [
        (
            folder / f"shard-{start // SHARD_LOGOS:04d}.npz",
            drawings[start : start + SHARD_LOGOS],
            start,
        )
        for start in range(0, len(logos), SHARD_LOGOS)
    ]
    missing = [(path, part, start, plan) for path, part, start in shards if not path.is_file()]
    if missing:
        with storage_errors(folder):
            for _ in tracked(_made(missing, workers), len(missing), "Copies of logos"):
                pass
    stored = _stored([path for path, _, _ in shards])
    logo_of_row = stored["logos"]
    accepted = np.array([[label in logo.accepted for label in LABELS] for logo in logos])
    return PictureTable(
        features=stored["features"],
        views=stored["views"],
        logos=logo_of_row,
        copies=stored["copies"],
        labels=np.array([LABELS.index(logo.label) for logo in logos])[logo_of_row],
        accepted=accepted[logo_of_row],
        clear=np.array([logo.clear for logo in logos])[logo_of_row],
    )


def few_copies(
    parts: Sequence[Sequence[LabelledLogo]],
    plan: CopyPlan,
    most: int,
    cache: Path | None = None,
    workers: int = 2,
) -> PictureTable:
    """The clean copy and the first degraded ones of each logo, numbered on from list to list.

    Args:
        parts: lists of logos; the copies of each are made, and kept, together.
        plan: of all copies.
        most: degraded copies of a logo that are given.
        cache: the cache folder.
        workers: processes.

    Raises:
        SourceError: see ``build_table``.
    """
    tables = []
    for before, logos in zip(accumulate(map(len, parts), initial=0), parts, strict=False):
        whole = build_table(logos, plan, cache, workers)
        few = whole.rows(whole.copies <= most)
        tables.append(replace(few, logos=few.logos + before))
    return PictureTable(
        *(np.concatenate([getattr(table, name) for table in tables]) for name in PictureTable.__slots__)
    )


_Shard = tuple[Path, list[tuple[LabelledLogo, Path]], int, CopyPlan]


def _made(shards: Sequence[_Shard], workers: int) -> Iterator[None]:
    if workers <= 1:
        yield from map(_make_shard, shards)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=cv2.setNumThreads, initargs=(1,)
    ) as pool:
        yield from pool.map(_make_shard, shards)


def _stored(shards: Sequence[Path]) -> dict[str, NDArray[Any]]:
    """What shards hold, one after the other; they are gigabytes, so no more than one is held twice."""
    counts = []
    for path in shards:
        with np.load(path) as shard:  # closed: a system lets a process open about a thousand files
            counts.append(len(shard["logos"]))
    whole: dict[str, NDArray[Any]] = {}
    start = 0
    for path, count in zip(shards, counts, strict=True):
        with np.load(path) as shard:
            for name in shard.files:
                values = shard[name]
                if name not in whole:
                    whole[name] = np.empty((sum(counts), *values.shape[1:]), values.dtype)
                whole[name][start : start + count] = values
        start += count
    return whole


def _make_shard(shard: _Shard) -> None:
    path, logos, start, plan = shard
    features, views, indices, copies = [], [], [], []
    for offset, (logo, drawn) in enumerate(logos):
        master = read_master(drawn)
        for copy in range(plan.degraded + 1):
            if copy == 0:
                data = clean_copy(master)
            else:
                data = degraded_copy(master, copy_seed(logo, plan.seed, copy), hue_turns=plan.hue_turns)
            try:
                picture = load_picture(data)
            except PictureError:
                continue
            features.append(measure(picture))
            views.append(square_view(picture, plan.side))
            indices.append(start + offset)
            copies.append(copy)
    unfinished = path.with_suffix(".tmp.npz")
    np.savez(
        unfinished,
        features=np.array(features, np.float32).reshape(-1, len(NAMES)),
        views=np.array(views, np.uint8).reshape(-1, plan.side, plan.side, 3),
        logos=np.array(indices, np.int64),
        copies=np.array(copies, np.int64),
    )
    unfinished.replace(path)


def _fingerprint(masters: Sequence[Path], plan: CopyPlan, cache: Path) -> str:
    digest = hashlib.sha256(json.dumps(asdict(plan)).encode())
    for path in masters:
        digest.update(f"{path.relative_to(cache)}\n".encode())  # names version and size
    package = Path(hybrid_logo.__file__).parent
    for path in sorted(path for pattern in SHAPING for path in package.glob(pattern)):
        source = path.read_text(encoding="utf-8")
        digest.update(ast.dump(ast.parse(source)).encode())  # a comment changes no picture
    return digest.hexdigest()[:16]
