"""The user's own types that ``hybrid-logo classify --adapter`` tells beside the answer."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from hybrid_logo.types import FileResult, Mode

if TYPE_CHECKING:
    from hybrid_logo.adaptation.adapter import Adapter
    from hybrid_logo.bundle import Bundle

__all__ = ["adapter_option", "check_adapter_usage", "read_adapter", "with_user_types"]

adapter_option = click.option(
    "--adapter",
    "adapter_file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Also tell which of your own types each picture is, as learned by hybrid-logo adapt into FILE.",
)


def check_adapter_usage(path: str | None, mode: str, format_name: str, resume: bool) -> None:
    """Refuse what cannot be meant.

    Raises:
        click.UsageError: your own types cannot be told in this run.
    """
    if path is None:
        return
    if mode != Mode.HYBRID:
        raise click.UsageError("--adapter needs --mode hybrid, whose answers it has learned from.")
    if format_name == "label":
        raise click.UsageError("--adapter does not go with --format label, which is one word per picture.")
    if resume:
        raise click.UsageError(
            "--adapter does not go with --resume, which cannot know the adapter of the results before."
        )


def read_adapter(path: str | None, bundle: Bundle) -> Adapter | None:
    """The adapter of a file; None where none is asked for.

    Raises:
        InputError: the file holds none, or one to another model release.
    """
    if path is None:
        return None
    from hybrid_logo.adaptation.adapter import Adapter

    adapter = Adapter.read(path)
    adapter.require(bundle, repr(path))
    return adapter


def with_user_types(
    results: Generator[FileResult, None, None], adapter: Adapter | None
) -> Generator[FileResult, None, None]:
    """The results, each answered one with the user's own type."""
    with closing(results):
        for result in results:
            if adapter is None or result.prediction is None:
                yield result
            else:
                yield replace(result, user_type=adapter.classify(result.prediction))
