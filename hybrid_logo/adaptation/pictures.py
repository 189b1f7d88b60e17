"""Reads a user's folder that holds one folder of pictures for each type."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from hybrid_logo.errors import InputError
from hybrid_logo.scan import Scan

__all__ = ["TypedPictures", "read_typed_pictures"]

MOST_NAMED = 3
"""Names that a message lists before it says how many there are."""


@dataclass(frozen=True, slots=True)
class TypedPictures:
    """Pictures by type, the types in the order of their names.

    Attributes:
        paths: of the picture files.
        types: the type of each, as its folder is called.
        warnings: what was left out, each with numbers.
    """

    paths: tuple[str, ...]
    types: tuple[str, ...]
    warnings: tuple[str, ...]


def read_typed_pictures(root: Path) -> TypedPictures:
    """Find the pictures; only their bytes are looked at, to know two of a kind.

    A folder is a type, with all that lies below it; hidden ones are left out.

    Raises:
        InputError: there are less than two types, an empty one, or a picture in two of them.
    """
    folders = _folders(root)
    if len(folders) < 2:
        only = f"only {_word(folders[0].name)}" if folders else "none"
        raise InputError(
            f"{root} must hold one folder for each type, two or more, and there is {only}. A type is told "
            "from others: put pictures of what else you have into a second folder, such as other, or into "
            "folders named simple, text, gradient and complex"
        )
    found: dict[bytes, tuple[str, str]] = {}
    paths: list[str] = []
    types: list[str] = []
    twins, split = 0, []
    for folder in folders:
        name, before = _word(folder.name), len(paths)
        for item in Scan([str(folder)]):
            path = item if isinstance(item, str) else item.path
            earlier = found.setdefault(_digest(path), (path, name))
            if earlier[1] != name:
                split.append(f"{_word(earlier[0])} and {_word(path)}")
            elif earlier[0] != path:
                twins += 1
            else:
                paths.append(path)
                types.append(name)
        if len(paths) == before and not split:
            raise InputError(f"the folder {_word(str(folder))} holds 0 pictures: put some in, or remove it")
    if split:
        rest = f" and {len(split) - MOST_NAMED:,} more" if len(split) > MOST_NAMED else ""
        raise InputError(
            f"Two types hold the same picture, {len(split):,} times: {'; '.join(split[:MOST_NAMED])}{rest}. "
            "Keep each in one folder"
        )
    warnings = [f"left out, for they have the same bytes as another one: {twins:,}"] if twins else []
    if loose := sum(1 for _ in Scan([str(root)], recursive=False)):
        warnings.append(f"left out, for they lie beside the folders and have no type: {loose:,}")
    return TypedPictures(tuple(paths), tuple(types), tuple(warnings))


def _folders(root: Path) -> list[Path]:
    try:
        return sorted(entry for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    except OSError as error:
        raise InputError(
            f"{root} cannot be listed ({error.strerror}): allow reading it, or name another folder"
        ) from error


def _digest(path: str) -> bytes:
    """Of the bytes of a file; of its name where it cannot be read, which its reader will tell."""
    try:
        if os.path.isfile(path):  # not a pipe, which might never end
            with open(path, "rb") as stream:
                return hashlib.file_digest(stream, "sha256").digest()
    except OSError:
        pass
    return hashlib.sha256(os.fsencode(path)).digest()


def _word(name: str) -> str:
    r"""``name`` as text that JSON and a terminal can hold: stray bytes are written as ``\udcff``."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")
