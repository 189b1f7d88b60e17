"""A bar on standard error for work of known length."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["step_progress"]


@contextmanager
def step_progress(title: str, total: int) -> Iterator[Callable[[], object]]:
    """A bar where standard error is a terminal; gives what to call after each step."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)
