"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hybrid_logo.types import Mode

if TYPE_CHECKING:
    from hybrid_logo.classifier import HybridClassifier
    from hybrid_logo.image import Limits

__all__ = ["classifier_options", "make_classifier", "make_limits", "model_option"]

Function = TypeVar("Function", bound=Callable[..., Any])

model_option = click.option(
    "--model",
    metavar="NAME_OR_FOLDER",
    help="Model release to use: the name of one that is installed, or a folder. "
    "Default: the variable HYBRID_LOGO_MODEL, else the one that this version was made with.",
)


def classifier_options(function: Function) -> Function:
    """Add --model, --threads, --max-pixels and --max-bytes."""
    for option in (
        click.option(
            "--max-bytes",
            type=click.IntRange(min=1),
            metavar="N",
            help="Refuse files of more bytes than this.  [default: 104857600]",
        ),
        click.option(
            "--max-pixels",
            type=click.IntRange(min=1),
            metavar="N",
            help="Refuse pictures of more pixels than this; the size is read before anything is decoded.  "
            "[default: 64000000]",
        ),
        click.option(
            "--threads",
            type=click.IntRange(min=1),
            default=1,
            show_default=True,
            metavar="N",
            help="Threads that the student may use in each process.",
        ),
        model_option,
    ):
        function = option(function)
    return function


def make_limits(max_pixels: int | None, max_bytes: int | None) -> Limits:
    """The limits of the command line, with the default of each that was not given."""
    from hybrid_logo.image import Limits

    given = {"max_pixels": max_pixels, "max_bytes": max_bytes}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def make_classifier(mode: str, *, model: str | None, threads: int, limits: Limits) -> HybridClassifier:
    """The classifier that the options of the command line describe."""
    from hybrid_logo.classifier import HybridClassifier

    return HybridClassifier(Mode(mode), model=model, threads=threads, limits=limits)
