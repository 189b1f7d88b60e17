"""Option values of several words: lists with commas between, and NAME=VALUE pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click

__all__ = ["limits_on", "words_of"]


def words_of(
    known: Callable[[], Iterable[str]],
) -> Callable[[click.Context, click.Parameter, str], tuple[str, ...]]:
    """A callback that splits at commas and lets each known word through once.

    Args:
        known: gives the words; called when the option is read, so that it may import what knows them.
    """

    def convert(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
        words = list(known())
        chosen = tuple(dict.fromkeys(value.split(",")))
        strange = [word for word in chosen if word not in words]
        if strange:
            raise click.BadParameter(f"{', '.join(map(repr, strange))} is none of {', '.join(words)}")
        return chosen

    return convert


def limits_on(*known: str) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], dict[str, float]]:
    """A callback that reads NAME=VALUE pairs with a known name."""

    def convert(
        _context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]
    ) -> dict[str, float]:
        limits = {}
        for pair in value:
            name, _, number = pair.partition("=")
            if name not in known:
                raise click.BadParameter(f"{name!r} is none of {', '.join(known)}")
            try:
                limits[name] = float(number)
            except ValueError:
                raise click.BadParameter(
                    f"{pair!r} is not NAME=VALUE with a number, as in {name}=0.9"
                ) from None
        return limits

    return convert
