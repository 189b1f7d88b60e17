"""Where each picture's SVG goes, decided for all of them before any work is done."""

from __future__ import annotations

import os
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from hybrid_logo.errors import OutputError

__all__ = ["place_outputs"]


def place_outputs(pictures: Sequence[str], inputs: Sequence[str], folder: Path) -> dict[str, Path]:
    """The file in ``folder`` for each of ``pictures``.

    A picture of a folder keeps its path below that folder, others only their name; ``.svg`` takes the place
    of the suffix. Where two would get one name, as logo.png and logo.jpg do, both keep their suffix:
    logo.png.svg and logo.jpg.svg. Names that differ only in case are the same on many disks.

    Args:
        pictures: paths as ``Scan`` gives them for ``inputs``.
        inputs: files and folders as they were named.
        folder: the folder for the documents.

    Raises:
        OutputError: two pictures would still get the same name.
    """
    roots = sorted((name for name in inputs if os.path.isdir(name)), key=len, reverse=True)
    names = {picture: _below(picture, roots) for picture in dict.fromkeys(pictures)}
    short = {picture: os.path.splitext(name)[0] + ".svg" for picture, name in names.items()}
    taken = Counter(map(_key, short.values()))
    chosen = {
        picture: name if taken[_key(name)] == 1 else names[picture] + ".svg"
        for picture, name in short.items()
    }
    claims: dict[str, list[str]] = defaultdict(list)
    for picture, name in chosen.items():
        claims[_key(name)].append(picture)
    for claimed in claims.values():
        if len(claimed) > 1:
            raise OutputError(
                f"{claimed[0]!r} and {claimed[1]!r} would both become {chosen[claimed[0]]!r}: convert them "
                "into different folders"
            )
    return {picture: folder / name for picture, name in chosen.items()}


def _below(picture: str, roots: Sequence[str]) -> str:
    for root in roots:
        inside = os.path.relpath(picture, root)
        if picture.startswith(os.path.join(root, "")) and not inside.startswith(os.pardir):
            return inside
    return os.path.basename(picture)


def _key(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
