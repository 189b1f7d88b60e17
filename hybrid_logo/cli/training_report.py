"""``hybrid-logo train report``: how a run learned, what that means, and what its student gets wrong."""

from __future__ import annotations

from pathlib import Path

import click

from hybrid_logo.cli.options import cache_option, labels_option
from hybrid_logo.cli.training_options import run_option

__all__ = ["report"]


@click.command()
@run_option
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.html",
    help="The page; the JSON is written beside it.  [default: report.html in the folder of the run]",
)
@cache_option
@labels_option
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes.")
def report(folder: Path, out: Path | None, cache: Path | None, labels: Path | None, workers: int) -> None:
    """Write a page on a run, also on one that is not at its end: curves, findings, failures.

    It tells where the run converged, over- and underfitting with advice, the teachers' weights, confusion
    on the calibrate split and what was lost by quantising. The test split is not looked at.
    """
    from hybrid_logo.errors import MissingExtraError

    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        raise click.BadParameter("the page must be named FILE.html", param_hint="--out")
    try:
        from hybrid_logo.training.report import write_report
    except ImportError as error:
        raise MissingExtraError(
            f"Training needs more packages ({error}). Install them with: pip install 'hybrid-logo[train]'"
        ) from error
    for path in write_report(folder, out, cache, labels, workers):
        click.echo(f"{path}")
