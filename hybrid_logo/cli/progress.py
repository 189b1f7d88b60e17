"""A line on standard error that counts while a long run goes on."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress"]


@contextmanager
def progress(*, shown: bool) -> Iterator[Callable[[], object]]:
    """Give a function to call after each picture.

    Args:
        shown: draw the line; it is drawn only where standard error is a terminal.
    """
    if not (shown and sys.stderr.isatty()):
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.completed:,} pictures"), TimeElapsedColumn())
    # The number of pictures is not known before the last one was found.
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("classify", total=None)
        yield lambda: bar.advance(task)
