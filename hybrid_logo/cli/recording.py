"""The profile that ``hybrid-logo classify`` records on the way."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from hybrid_logo.errors import OutputError
from hybrid_logo.output import open_output
from hybrid_logo.types import FileResult, Mode

if TYPE_CHECKING:
    from hybrid_logo.drift.profile import Profile

__all__ = ["check_profile_usage", "profile_to_record", "recorded"]


def check_profile_usage(path: str | None, mode: str, output: str | None) -> None:
    """Refuse what cannot be meant.

    Raises:
        click.UsageError: the profile cannot be recorded in this run.
    """
    if path is None:
        return
    if path == "-":
        raise click.UsageError("--profile needs the name of a file.")
    if mode != Mode.HYBRID:
        raise click.UsageError("--profile needs --mode hybrid, whose certificate it watches over.")
    if output is not None and os.path.realpath(output) == os.path.realpath(path):
        raise click.UsageError("--profile and --output name the same file.")


def profile_to_record(path: str | None, model: str, results: str | None) -> Profile | None:
    """The profile that this run adds to: a new one, or that of the runs whose results are continued.

    Args:
        path: the profile's file; None where none is recorded.
        model: name of the model release.
        results: the file that this run continues; None where it continues none.

    Raises:
        OutputError: profile and results are not of the same runs.
        InputError: the file holds no profile.
    """
    if path is None:
        return None
    from hybrid_logo.drift.profile import Profile, read_profile

    continued = results is not None and os.path.exists(path)
    profile = read_profile(path) if continued else Profile(model)
    held = _lines(results) if results is not None else 0
    if profile.results != held or profile.model != model:
        raise OutputError(
            f"the profile {path!r} counts {profile.results:,} pictures of {profile.model}, and {results!r} "
            f"holds {held:,} results of {model}, so it cannot be continued: leave --profile out and record "
            "one afterwards, or leave --resume out to answer all again"
        )
    return profile


@contextmanager
def recorded(profile: Profile | None, path: str | None) -> Iterator[Callable[[FileResult], object]]:
    """Give what to call with each result; the file is written at the end, also where Ctrl-C is the end.

    Where nothing was counted, a file of before stays as it is.

    Raises:
        OutputError: the file cannot be written; known before the first picture is answered.
    """
    if profile is None:
        yield lambda _: None
        return
    before, stopped = profile.results, None
    with open_output(path) as write:
        try:
            yield profile.add
        except BaseException as error:
            if profile.results == before:
                raise
            stopped = error
        write(profile.to_json())
    if stopped is not None:
        raise stopped


def _lines(path: str) -> int:
    """Whole lines of a file; 0 where there is none."""
    if not os.path.exists(path):
        return 0
    with open(path, "rb") as stream:
        return sum(line.endswith(b"\n") for line in stream)
