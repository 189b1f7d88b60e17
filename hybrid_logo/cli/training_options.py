"""Options that the steps of ``hybrid-logo train`` share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from hybrid_logo.cli.options import cache_option, labels_option

__all__ = ["effort_options", "name_option", "out_option", "run_option", "run_options"]

Function = TypeVar("Function", bound=Callable[..., Any])

run_option = click.option(
    "--run",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("runs/default"),
    show_default=True,
    help="Folder of this run; a step that was stopped goes on from it.",
)


def run_options(function: Function) -> Function:
    """Add --run, --preset, --begin-with, --set, --cache, --labels and --workers."""
    for option in (
        click.option(
            "--set",
            "changes",
            multiple=True,
            metavar="KEY=VALUE",
            help="Change one setting, as in corpus.composed=500; can be repeated.",
        ),
        click.option(
            "--preset",
            metavar="cpu|release|edge|gpu|FILE.toml",
            help="Settings of all steps.  [default: those that the run was begun with, else cpu]",
        ),
        click.option(
            "--begin-with",
            type=click.Path(file_okay=False, path_type=Path),
            help="Another run: teachers and student begin with its weights, a narrower student with the best "
            "channels.",
        ),
        click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes."),
        labels_option,
        cache_option,
        run_option,
    ):
        function = option(function)
    return function


def effort_options(function: Function) -> Function:
    """Add --pictures, --seeds and --write."""
    for option in (
        click.option(
            "--write", is_flag=True, help="Write the result file and the table of docs/TRAINING.md."
        ),
        click.option(
            "--seeds", type=click.IntRange(1), default=3, show_default=True, help="Runs of each variant."
        ),
        click.option(
            "--pictures",
            type=click.FloatRange(0.1),
            default=60.0,
            show_default=True,
            help="Thousands, each run.",
        ),
    ):
        function = option(function)
    return function


name_option = click.option(
    "--name",
    help="Name of the release; one of another student is not replaced.  "
    "[default: that which this version looks for]",
)
out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("models"),
    show_default=True,
    help="Folder that receives the release.",
)
