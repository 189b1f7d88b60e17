"""Font packages into the cache: verified, several at once, resumable."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from hybrid_logo.errors import SourceGoneError
from hybrid_logo.training import archives
from hybrid_logo.training.console import tracked
from hybrid_logo.training.fonts.families import FontFamily
from hybrid_logo.training.sources import LICENCE_NAME, cache_folder, storage_errors

__all__ = ["FetchReport", "fetch_font", "fetch_fonts", "font_path", "is_font_fetched"]

FOLDER = "files"
"""The sub-folder of a package that holds its fonts."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FetchReport:
    """What ``fetch_fonts`` did.

    Attributes:
        fetched: families brought now.
        kept: families that were there already.
        skipped: (family, reason) of each one that the registry does not offer any more.
    """

    fetched: int
    kept: int
    skipped: tuple[tuple[str, str], ...]


def font_path(family: FontFamily, cache: Path | None = None) -> Path:
    """Where a fetched family's font lies; its licence lies beside it."""
    return cache_folder(cache) / "fonts" / family.folder_name / family.file


def is_font_fetched(family: FontFamily, cache: Path | None = None) -> bool:
    """Whether the font lies in the cache, came from the pinned archive and is still as it was unpacked."""
    return archives.is_unpacked(font_path(family, cache).parent, family.integrity, (family.file,))


def fetch_font(family: FontFamily, cache: Path | None = None) -> Path:
    """Bring a family into the cache; one that is there and unchanged is not fetched again.

    Args:
        family: the family.
        cache: the cache folder; see ``sources.cache_folder``.

    Returns:
        the font's file, in WOFF format.

    Raises:
        SourceGoneError: the registry does not offer the version any more.
        SourceError: npm is missing or fails, the archive is not the pinned one, or the cache cannot be
            written.
    """
    path = font_path(family, cache)
    if is_font_fetched(family, cache):
        return path

    def is_wanted(name: str) -> bool:
        return name in (family.file, "package.json") or LICENCE_NAME.fullmatch(name) is not None

    with storage_errors(path.parent.parent):
        archives.bring(
            family.package,
            family.version,
            family.integrity,
            path.parent,
            is_wanted,
            (family.file,),
            (FOLDER,),
        )
    return path


def fetch_fonts(families: Sequence[FontFamily], cache: Path | None = None, downloads: int = 4) -> FetchReport:
    """Bring many families into the cache. An interrupted run goes on where it stopped.

    Args:
        families: which ones.
        cache: the cache folder; see ``sources.cache_folder``.
        downloads: how many at once.

    Returns:
        the counts, and which families the registry no longer offers; each of those is logged too.

    Raises:
        SourceError: as ``fetch_font``, but for what is gone from the registry. What was brought is kept.
    """
    missing = [family for family in families if not is_font_fetched(family, cache)]

    def reason(family: FontFamily) -> str | None:
        try:
            fetch_font(family, cache)
        except SourceGoneError as error:
            return str(error)
        return None

    with ThreadPoolExecutor(downloads) as pool:  # the first error takes back what has not begun
        reasons = list(tracked(pool.map(reason, missing), len(missing), "Fetching fonts"))
    skipped = tuple((family.name, text) for family, text in zip(missing, reasons, strict=True) if text)
    for name, text in skipped:
        log.warning("%s was skipped: %s", name, text)
    return FetchReport(len(missing) - len(skipped), len(families) - len(missing), skipped)
