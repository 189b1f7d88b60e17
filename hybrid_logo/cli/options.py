"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hybrid_logo.types import Mode, Precision

if TYPE_CHECKING:
    from hybrid_logo.classifier import HybridClassifier
    from hybrid_logo.image import Limits

__all__ = [
    "cache_option",
    "classifier_options",
    "labels_option",
    "make_classifier",
    "make_limits",
    "model_option",
    "precision_option",
]

Function = TypeVar("Function", bound=Callable[..., Any])

model_option = click.option(
    "--model",
    metavar="NAME_OR_FOLDER",
    help="Model release to use: the name of one that is installed, or a folder. "
    "Default: the variable HYBRID_LOGO_MODEL, else the one that this version was made with.",
)

precision_option = click.option(
    "--precision",
    type=click.Choice([precision.value for precision in Precision]),
    help="Precision of the student; the model release must hold it. int8: right on every x86. "
    "int8-symmetric: for ARM. fp32: not quantised.  [default: int8-symmetric on 64-bit ARM where the release "
    "holds it, else int8]",
)

cache_option = click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Cache folder.  [default: HYBRID_LOGO_CACHE, else ~/.cache/hybrid-logo]",
)

labels_option = click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Labels file.  [default: benchmarks/labels/labels.csv of the checkout]",
)


def classifier_options(function: Function) -> Function:
    """Add --model, --precision, --threads, --max-pixels and --max-bytes."""
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
        precision_option,
        model_option,
    ):
        function = option(function)
    return function


def make_limits(max_pixels: int | None, max_bytes: int | None) -> Limits:
    """The limits of the command line, with the default of each that was not given."""
    from hybrid_logo.image import Limits

    given = {"max_pixels": max_pixels, "max_bytes": max_bytes}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def make_classifier(
    mode: str, *, model: str | None, precision: str | None, threads: int, limits: Limits
) -> HybridClassifier:
    """The classifier that the options of the command line describe."""
    from hybrid_logo.classifier import HybridClassifier

    return HybridClassifier(Mode(mode), model=model, precision=precision, threads=threads, limits=limits)
