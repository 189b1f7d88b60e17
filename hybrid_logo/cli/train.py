"""``hybrid-logo train``: from labelled logos to a model release, step by step or all at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from hybrid_logo.cli.data import cache_option, labels_option

if TYPE_CHECKING:
    from hybrid_logo.training.pipeline import Run

__all__ = ["command"]

Function = TypeVar("Function", bound=Callable[..., Any])


def _run_options(function: Function) -> Function:
    """Add --run, --cache, --labels, --workers, --epochs, --copies and --seed."""
    for option in (
        click.option(
            "--seed", type=click.IntRange(0), default=7, show_default=True, help="Of the degradation."
        ),
        click.option(
            "--copies",
            type=click.IntRange(1),
            default=20,
            show_default=True,
            help="Degraded copies of each training logo.",
        ),
        click.option(
            "--epochs",
            type=click.IntRange(1),
            default=80,
            show_default=True,
            help="Passes of the student over the logos.",
        ),
        click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes."),
        labels_option,
        cache_option,
        click.option(
            "--run",
            "folder",
            type=click.Path(file_okay=False, path_type=Path),
            default=Path("runs/default"),
            show_default=True,
            help="Folder of this run; a run that was stopped goes on from it.",
        ),
    ):
        function = option(function)
    return function


_name_option = click.option(
    "--name", help="Name of the release.  [default: that of the release which this version looks for]"
)
_out_option = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("models"),
    show_default=True,
    help="Folder that receives the release.",
)


@click.group("train")
def command() -> None:
    """Train rules, student and router, and release them.

    Needs the extra ``train``, fetched icon sets (data fetch) and drawn pictures (data render).
    """


@command.command()
@_run_options
def rules(**options: Any) -> None:
    """Learn the scorecard from the train split and its degraded copies."""
    run = _run(**options)
    scorecard = run.fit_rules()
    click.echo(
        f"{len(scorecard.ranges)} features and {len(scorecard.pairs)} pairs: {run.folder / 'rules.json'}"
    )


@command.command()
@_run_options
def student(**options: Any) -> None:
    """Train the student, export it and quantise it."""
    run = _run(**options)
    run.fit_student()
    click.echo(f"{run.folder / 'student-int8.onnx'} and {run.folder / 'student-fp32.onnx'}")


@command.command()
@_run_options
def router(**options: Any) -> None:
    """Fit the router and certify its promise on the calibrate split."""
    run = _run(**options)
    run.fit_router()
    click.echo(f"{run.folder / 'router.json'}")


@command.command()
@_run_options
@_name_option
@_out_option
def release(name: str | None, out: Path, **options: Any) -> None:
    """Measure on the test split and write the model release."""
    from hybrid_logo.bundle import DEFAULT_BUNDLE

    name = name or DEFAULT_BUNDLE
    click.echo(f"{_run(**options).release(name, out / name).folder}")


@command.command("all")
@_run_options
@_name_option
@_out_option
def everything(name: str | None, out: Path, **options: Any) -> None:
    """All steps, from labels to release."""
    run = _run(**options)
    from hybrid_logo.bundle import DEFAULT_BUNDLE
    from hybrid_logo.training.pipeline import train_everything

    name = name or DEFAULT_BUNDLE
    click.echo(f"{train_everything(run, name, out / name).folder}")


def _run(
    folder: Path, cache: Path | None, labels: Path | None, workers: int, epochs: int, copies: int, seed: int
) -> Run:
    from hybrid_logo.errors import MissingExtraError

    try:
        from hybrid_logo.training.pipeline import Run, RunSettings
        from hybrid_logo.training.student import StudentSettings
    except ImportError as error:
        raise MissingExtraError(
            f"Training needs more packages ({error}). Install them with: pip install 'hybrid-logo[train]'"
        ) from error
    settings = RunSettings(train_copies=copies, seed=seed, student=StudentSettings(epochs=epochs))
    return Run(folder, settings, cache, labels, workers)
