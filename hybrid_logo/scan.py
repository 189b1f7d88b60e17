"""Finds the pictures to answer: files, folders, lists of names.

Everything here is lazy: a walk holds the names of one folder at a time (about 100 bytes per picture in it)
and the paths of the folders that still wait. Names that are no UTF-8 are kept as ``os.fsdecode`` gives them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import IO

from hybrid_logo.errors import InputError, UnreadableError
from hybrid_logo.types import FileResult

__all__ = ["PICTURE_SUFFIXES", "STANDARD_INPUT", "VECTOR_SUFFIXES", "Scan", "read_names"]

PICTURE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".jfif", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
"""What makes a file in a folder a picture, in lower case."""

VECTOR_SUFFIXES = frozenset({".svg", ".svgz"})

STANDARD_INPUT = "-"

_LONGEST_NAME = 1 << 16
"""Bytes; longer than any path that an operating system takes."""


class Scan:
    """The inputs of one run, found while they are asked for.

    Iterating gives a path (``str``) for each picture, and a ``FileResult`` with an error for a folder that
    cannot be listed. No file is opened, so what is wrong with one is for its reader to say.

    A file named in ``inputs`` is always given, whatever its suffix and whether or not it exists. In a folder
    pictures are known by their suffix; files come before sub-folders, each in the order of their names.
    Links to files are followed. Links to folders inside a folder are not, so no loop is walked.

    Attributes:
        found: paths and errors given so far.
        vectors: SVG files met in folders and left out, for they are vector already.
        hidden: pictures and folders with a leading dot met in folders and left out.
        linked: links to folders met in folders and not followed.
    """

    def __init__(self, inputs: Iterable[str], *, recursive: bool = True) -> None:
        self._inputs = inputs
        self._recursive = recursive
        self.found = 0
        self.vectors = 0
        self.hidden = 0
        self.linked = 0

    def __iter__(self) -> Iterator[str | FileResult]:
        """Give each input once, in order."""
        for name in self._inputs:
            is_folder = name != STANDARD_INPUT and os.path.isdir(name)
            for item in self._walk(name) if is_folder else iter((name,)):
                self.found += 1
                yield item

    def _walk(self, root: str) -> Iterator[str | FileResult]:
        waiting = [root]
        while waiting:
            folder = waiting.pop()
            try:
                pictures, folders = self._list(folder)
            except OSError as error:
                reason = f"{folder!r} cannot be listed: {error.strerror}. Allow reading it, or leave it out."
                yield FileResult.from_error(folder, UnreadableError(reason))
                continue
            # The lists are emptied while they are walked, so that a large folder is not held twice.
            pictures.sort(reverse=True)
            while pictures:
                yield os.path.join(folder, pictures.pop())
            folders.sort(reverse=True)
            waiting.extend(os.path.join(folder, name) for name in folders)

    def _list(self, folder: str) -> tuple[list[str], list[str]]:
        """Names of the pictures and of the sub-folders to enter, unsorted."""
        pictures: list[str] = []
        folders: list[str] = []
        with os.scandir(folder) as entries:
            for entry in entries:
                suffix = os.path.splitext(entry.name)[1].lower()
                hidden = entry.name.startswith(".")
                if entry.is_dir(follow_symlinks=False):
                    if not self._recursive:
                        continue
                    if hidden:
                        self.hidden += 1
                    else:
                        folders.append(entry.name)
                elif entry.is_symlink() and os.path.isdir(entry.path):
                    self.linked += self._recursive
                elif suffix in PICTURE_SUFFIXES:
                    if hidden:
                        self.hidden += 1
                    else:
                        pictures.append(entry.name)
                elif suffix in VECTOR_SUFFIXES and not hidden:
                    self.vectors += 1
        return pictures, folders


def read_names(stream: IO[bytes], *, separator: bytes = b"\n") -> Iterator[str]:
    r"""File names from a list, one at a time; empty ones are left out.

    Args:
        stream: the bytes of the list.
        separator: one byte that ends a name: ``b"\n"``, or ``b"\0"`` as ``find -print0`` writes it.

    Raises:
        InputError: a name is longer than 64 KiB, so this is no list of names.
    """
    rest = b""
    while block := stream.read(_LONGEST_NAME):
        *names, rest = (rest + block).split(separator)
        yield from (os.fsdecode(name) for name in names if name)
        if len(rest) > _LONGEST_NAME:
            raise InputError("the list of files holds a name of over 64 KiB: give one path per line")
    if rest:
        yield os.fsdecode(rest)
