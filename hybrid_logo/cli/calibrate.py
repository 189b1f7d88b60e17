"""``hybrid-logo calibrate``: a model release fitted to somebody's own labelled pictures."""

from __future__ import annotations

import math
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hybrid_logo.cli import options
from hybrid_logo.cli.decoders import silenced_decoders
from hybrid_logo.errors import MissingExtraError
from hybrid_logo.output import open_output

if TYPE_CHECKING:
    from hybrid_logo.bundle import Bundle
    from hybrid_logo.training.recalibration.recalibrate import Recalibrated

__all__ = ["command"]

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("calibrate")
@click.argument("pictures", metavar="DIR", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Write the new model release here.  [default: only tell what would change]",
)
@click.option("--force", is_flag=True, help="Replace a model release that stands in FOLDER.")
@click.option("--name", help="Name of the new release.  [default: that of the old one, + and that of DIR]")
@click.option(
    "--unlabelled",
    type=_FOLDER,
    metavar="DIR",
    help="Pictures without labels: certify on how many the rules answer and the student says otherwise.",
)
@click.option(
    "--target-risk",
    type=click.FloatRange(0.0, 1.0, min_open=True, max_open=True),
    help="Share of the rules' answers that may be wrong.  [default: as the release promises]",
)
@click.option(
    "--confidence",
    type=click.FloatRange(0.5, 1.0, min_open=True, max_open=True),
    help="Of every certificate.  [default: as the release promises]",
)
@click.option(
    "--allow-no-promise",
    is_flag=True,
    help="Where the risk cannot be certified, fit the probabilities all the same; every picture then goes to "
    "the student.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the split.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write one HTML file with what changed; it needs no network.",
)
@options.model_option
def command(
    pictures: Path,
    out: Path | None,
    force: bool,
    name: str | None,
    unlabelled: Path | None,
    target_risk: float | None,
    confidence: float | None,
    allow_no_promise: bool,
    seed: int,
    report: str | None,
    model: str | None,
) -> None:
    """Fit the model to your own labelled pictures.

    DIR holds one folder per type, or is a CSV file with the columns path and label, and where needed
    also_accepted (types with | between), cluster (the logo: pictures of one logo count once) and group (each
    gets certificates of its own). Rules and student stay as they are; thresholds, promise and probabilities
    are fitted anew, and compared with the old ones on a fifth of the pictures, which is kept for that.

    Exit code 0: fitted; 1: the pictures do not support the promise, nothing was written; 2: they, or the
    folder, cannot be used. Needs the extra calibrate.
    """
    try:
        from hybrid_logo.training.recalibration import fitting, recalibrate, refusal, writing
    except ImportError as error:
        raise MissingExtraError(
            f"Calibrating needs packages that are not installed ({error}). Install them with: "
            "pip install 'hybrid-logo[calibrate]'"
        ) from error
    from hybrid_logo.bundle import Bundle
    from hybrid_logo.evaluation.pictures.datasets import read_dataset

    if name is not None and (not name.strip() or not name.isprintable()):
        raise click.BadParameter("must be a name that can be printed.", param_hint="--name")
    for value, option in ((target_risk, "--target-risk"), (confidence, "--confidence")):
        if value is not None and not math.isfinite(value):
            raise click.BadParameter("must be a number between 0 and 1.", param_hint=option)
    bundle = Bundle.load(model)
    settings = fitting.settings_of(bundle.router, target_risk, confidence, seed)
    dataset = read_dataset(pictures, seed)
    if out is not None:
        read = [pictures, *([unlabelled] if unlabelled else [])]
        files = [case.source for case in dataset.cases if isinstance(case.source, Path)]
        writing.check_destination(out, force=force, bundle=bundle, inputs=[*read, *files])
    with silenced_decoders():
        try:
            planned = recalibrate.plan(
                dataset, pictures, unlabelled, bundle, settings, promise_needed=not allow_no_promise
            )
        except refusal.CannotPromiseError as error:
            click.echo(f"Refused: {error} Nothing was written.", err=True)
            click.get_current_context().exit(1)
        with writing.unfinished_folder(out) as folder:
            chosen = name or recalibrate.release_name(bundle, dataset)
            made = recalibrate.recalibrate(planned, bundle, folder, chosen)
            if out is not None:
                writing.put_in_place(folder, out)
    _tell(made, bundle, out, report)


def _tell(made: Recalibrated, bundle: Bundle, out: Path | None, report: str | None) -> None:
    """Print what was done, what changed, and what to do with it."""
    from rich.console import Console

    from hybrid_logo.training.recalibration.telling import print_comparison, sentences

    console = Console()
    said = sentences(made, bundle)
    print_comparison(made, bundle, said, console)
    if report is not None:
        from hybrid_logo.training.recalibration.page import html_page

        with open_output(report) as write:
            write(html_page(made, bundle.router, said))
        click.echo(f"Written: {report}")
    if out is None:
        click.echo("Nothing was written. To write the new release: --out FOLDER", err=True)
    else:
        click.echo(f"Written: {out}")
        click.echo(f"Use it with: hybrid-logo classify --model {shlex.quote(str(out))} PICTURES")
