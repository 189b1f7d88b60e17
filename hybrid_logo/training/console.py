"""Progress of long work, on standard error: bars only on a terminal, the beginning of a step always."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import track

__all__ = ["tell", "tracked"]

Item = TypeVar("Item")


def tracked(items: Iterable[Item], total: int, title: str) -> Iterator[Item]:
    """``items`` one by one, with a bar that shows how many of ``total`` are done."""
    yield from track(items, title, total=total, console=Console(stderr=True), disable=not sys.stderr.isatty())


def tell(line: str) -> None:
    """Print a line on standard error, where there is no terminal too: it marks the way of hours of work."""
    print(line, file=sys.stderr, flush=True)
