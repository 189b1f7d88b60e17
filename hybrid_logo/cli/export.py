"""``hybrid-logo export``: the model for other runtimes, each artefact judged before it appears."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hybrid_logo.cli import options
from hybrid_logo.cli.steps import step_progress
from hybrid_logo.errors import HybridLogoError, ParityError

if TYPE_CHECKING:
    from rich.table import Table

    from hybrid_logo.bundle import Bundle
    from hybrid_logo.export.exporting import Exported
    from hybrid_logo.export.targets import Target

__all__ = ["command"]


@click.command("export")
@click.argument("target", required=False)
@click.option(
    "--list",
    "listed",
    is_flag=True,
    help="Print every target, what runs it, and whether it can be made here.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for the artefact and its report.",
)
@click.option(
    "--precision",
    metavar="NAME",
    help="Of the student, for targets that hold several: see --list.  [default: the first there]",
)
@click.option(
    "--pictures",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="DIR",
    help="Judge the artefact on your own pictures.  [default: degraded copies of the calibrate split in a "
    "checkout that has them, else examples and drawn logos]",
)
@options.model_option
def command(
    target: str | None,
    listed: bool,
    out: Path | None,
    precision: str | None,
    pictures: Path | None,
    model: str | None,
) -> None:
    """Make an artefact for another runtime.

    The artefact must answer at least 99.5% of the pictures (99% in INT8) as the model release does, and be
    in the precision that was asked; else nothing is left in DIR. A report of both lies beside it, and the
    manifest of the release inside it: hybrid-logo inspect FILE. What it takes to run it on a device stands
    in exports/README.md.

    Exit code 0: written; 1: it does not answer as the release does; 2: it cannot be made.
    """
    if listed:
        _print_targets(model)
        return
    if target is None or out is None:
        raise click.UsageError("give TARGET and --out DIR, or --list.")
    from hybrid_logo.bundle import Bundle
    from hybrid_logo.export.exporting import export
    from hybrid_logo.export.pictures import gate_pictures
    from hybrid_logo.export.targets import find_target

    chosen = find_target(target)
    bundle = Bundle.load(model)
    try:
        # A whole decision is judged on more pictures than a network whose every number is compared.
        made = export(
            chosen,
            precision,
            bundle,
            out,
            lambda: gate_pictures(pictures, copies=2 if chosen.whole else 1),
            step_progress,
        )
    except ParityError as error:
        click.echo(f"Error: {error}", err=True)
        click.get_current_context().exit(1)
    _tell(chosen, made, model)


def _tell(target: Target, made: Exported, model: str | None) -> None:
    """What was written, how it was judged and what runs it."""
    parity = made.parity
    for path in made.files:
        click.echo(f"Written: {path}")
    same = "every number the same" if parity.identical else f"largest gap {parity.largest_gap:.4f}"
    click.echo(
        f"Answers {parity.same:.2%} of {parity.pictures_from} as {parity.reference} ({same}); "
        f"{parity.size_bytes / 1e6:.2f} MB, {parity.median_ms:.2f} ms on one core "
        f"(the reference in time: {parity.reference_ms:.2f} ms)"
    )
    if made.facts.computed_in != made.facts.stored_in:
        stored, computed = made.facts.stored_in, made.facts.computed_in
        click.echo(f"Note: stored in {stored}; on this processor it is computed in {computed}.")
    click.echo(f"Run it: hybrid-logo classify --model {made.path} logo.png")
    if not target.whole and model is not None:
        click.echo(f"It needs its release beside it: set the variable HYBRID_LOGO_MODEL={model}")


def _print_targets(model: str | None) -> None:
    from rich.console import Console

    from hybrid_logo.bundle import Bundle
    from hybrid_logo.export.targets import TARGETS

    try:
        bundle = Bundle.load(model)
    except HybridLogoError:
        if model is not None:
            raise
        bundle = None
    console = Console()
    with console.capture() as captured:
        console.print(_table(bundle))
        for target in TARGETS:
            if reason := target.why_not():
                console.print(f"{target.name}: {reason}", soft_wrap=True, markup=False, highlight=False)
    from hybrid_logo.output import open_output

    with open_output(None) as write:
        write(captured.get())


def _table(bundle: Bundle | None) -> Table:
    from rich.table import Table
    from rich.text import Text

    from hybrid_logo.export.targets import TARGETS

    table = Table(title="hybrid-logo export", title_justify="left")
    table.add_column("target", no_wrap=True)
    for name in ("what runs it", "precision", "MB", "state"):
        table.add_column(name, overflow="fold")
    for target in TARGETS:
        missing = target.why_not() is not None
        state = Text("see below", style="yellow") if missing else Text("ready", style="green")
        precisions = ", ".join(target.precisions)
        table.add_row(
            Text(target.name), Text(target.runs_on), Text(precisions), Text(_size(target, bundle)), state
        )
    return table


def _size(target: Target, bundle: Bundle | None) -> str:
    """About how large the artefact becomes, by the release's own files."""
    if bundle is None or target.whole:
        return "-"
    from hybrid_logo.bundle import student_file
    from hybrid_logo.types import Precision

    precision = target.precisions[0]
    source, share = (Precision.FP32, 0.5) if precision == "fp16" else (Precision(precision), 1.0)
    entry = bundle.manifest["files"].get(student_file(source))
    return "-" if entry is None else f"~{share * entry['bytes'] / 1e6:.1f}"
