"""Icon sets that training pictures are drawn from: pinned, fetched, verified, cached.

A set is one npm package in the Iconify JSON format, or brought into it. Nothing of it is used before the
archive's sha512 equals the one that is pinned here.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from hybrid_logo.errors import SourceError
from hybrid_logo.training import archives
from hybrid_logo.training.icon_sets import FURTHER_SETS, ICON_SETS, IconSet
from hybrid_logo.training.svg_packages import gather

__all__ = [
    "FURTHER_SETS",
    "ICON_SETS",
    "Icon",
    "IconSet",
    "cache_folder",
    "fetch",
    "icon_set",
    "is_fetched",
    "load_icons",
    "read_drawing",
    "set_folder",
    "storage_errors",
    "svg_text",
]

CACHE_VARIABLE = "HYBRID_LOGO_CACHE"
OTHER = (
    f"name another folder: --cache or {CACHE_VARIABLE} for the cache, --run for a run, --out for a release."
)
LARGEST_DRAWING_BYTES = 64 * 1024 * 1024
ICONIFY = ("icons.json", "info.json", "package.json")
GATHERED = ("icons.json", "package.json")
LICENCE_NAME = re.compile(r"(licen[cs]e|copying|notice)([.\-].*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Icon:
    """One drawing: SVG elements and the rectangle of user units that they are seen through.

    ``licence`` is its own where the set does not speak for all of its drawings, else an empty string.
    """

    body: str
    left: float
    top: float
    width: float
    height: float
    licence: str = ""


def icon_set(name: str) -> IconSet:
    """The pinned set of that name.

    Raises:
        SourceError: there is none.
    """
    for pinned in (*ICON_SETS, *FURTHER_SETS):
        if pinned.name == name:
            return pinned
    known = ", ".join(pinned.name for pinned in (*ICON_SETS, *FURTHER_SETS))
    raise SourceError(f"There is no icon set {name!r}. Use one of: {known}.")


def cache_folder(folder: Path | None = None) -> Path:
    """``folder``, else the variable HYBRID_LOGO_CACHE, else ``~/.cache/hybrid-logo``; it may be missing."""
    if folder is not None:
        return folder
    named = os.environ.get(CACHE_VARIABLE)
    return Path(named).expanduser() if named else Path.home() / ".cache" / "hybrid-logo"


def set_folder(pinned: IconSet, cache: Path | None = None) -> Path:
    """Where a fetched set lies."""
    return cache_folder(cache) / "sets" / pinned.folder_name


def is_fetched(pinned: IconSet, cache: Path | None = None) -> bool:
    """Whether the set lies in the cache, came from the pinned archive and is still as it was unpacked."""
    needed = ICONIFY if pinned.documents is None else GATHERED
    return archives.is_unpacked(set_folder(pinned, cache), pinned.integrity, needed)


def fetch(pinned: IconSet, cache: Path | None = None) -> Path:
    """Bring a set into the cache; one that is there and unchanged is not fetched again.

    Args:
        pinned: the set.
        cache: the cache folder; see ``cache_folder``.

    Returns:
        the folder that holds icons.json, package.json, any licence file and, of a set in the Iconify format,
        info.json with the licence.

    Raises:
        SourceError: npm is missing or fails, the archive is not the pinned one, or the cache cannot be
            written.
    """
    target = set_folder(pinned, cache)
    if is_fetched(pinned, cache):
        return target
    with storage_errors(target.parent):
        if pinned.documents is None:
            archives.bring(pinned.package, pinned.version, pinned.integrity, target, _is_wanted, ICONIFY)
        else:
            place, suffix = pinned.documents
            archives.bring(
                pinned.package,
                pinned.version,
                pinned.integrity,
                target,
                lambda name: name == "package.json" or _is_licence(name) or name.endswith(suffix),
                ("package.json",),
                (place,),
                lambda folder: gather(folder, suffix, pinned.name),
            )
    _read_icons.cache_clear()
    return target


def load_icons(name: str, cache: Path | None = None) -> dict[str, Icon]:
    """The drawings of a fetched set by name. Aliases are left out. Do not change the dict: it is shared.

    Raises:
        SourceError: no such set, not fetched, or not in the Iconify format.
    """
    path = set_folder(icon_set(name), cache) / "icons.json"
    try:
        return _read_icons(path)
    except FileNotFoundError:
        raise SourceError(
            f"The icon set {name!r} is not in {cache_folder(cache)}. Run: hybrid-logo data fetch --set {name}"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SourceError(
            f"{path} cannot be read as Iconify JSON ({error!r}). Delete its folder and fetch the set again."
        ) from error


def svg_text(icon: Icon) -> str:
    """The icon as a whole SVG document."""
    box = f"{icon.left:g} {icon.top:g} {icon.width:g} {icon.height:g}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{icon.width:g}" height="{icon.height:g}" viewBox={quoteattr(box)}>{icon.body}</svg>'
    )


def read_drawing(path: Path) -> str:
    """The text of an SVG file.

    Raises:
        SourceError: it cannot be read, is no UTF-8 text or absurdly large.
    """
    try:
        if path.stat().st_size > LARGEST_DRAWING_BYTES:
            raise SourceError(
                f"It has more than {LARGEST_DRAWING_BYTES // 2**20} MiB. Leave it out or simplify it."
            )
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"It cannot be read as UTF-8 text ({error}). Name an SVG file.") from error


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn a full disk or a folder that cannot be written into a ``SourceError`` that says what to do.

    Raises:
        SourceError: in place of an ``OSError``.
    """
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SourceError(f"The disk that holds {folder} is full. Free some space, or {OTHER}") from error
        raise SourceError(f"{folder} cannot be written ({error}). Check it, or {OTHER}") from error


def _is_wanted(name: str) -> bool:
    return name in ICONIFY or _is_licence(name)


def _is_licence(name: str) -> bool:
    return LICENCE_NAME.fullmatch(name) is not None


@lru_cache(maxsize=len(ICON_SETS))
def _read_icons(path: Path) -> dict[str, Icon]:
    content = json.loads(path.read_text(encoding="utf-8"))
    return {name: _icon(value, content) for name, value in content["icons"].items()}


def _icon(value: dict[str, Any], defaults: dict[str, Any]) -> Icon:
    """One entry of icons.json; what it does not say is said once for the set, or by the format."""

    def number(key: str, otherwise: float) -> float:
        return float(value.get(key, defaults.get(key, otherwise)))

    view = (number("left", 0), number("top", 0), number("width", 16), number("height", 16))
    return Icon(str(value["body"]), *view, str(value.get("license", "")))
