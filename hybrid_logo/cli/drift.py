"""``hybrid-logo drift``: are these pictures still like those of the certificate?"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import click

from hybrid_logo.cli import options
from hybrid_logo.errors import InputError
from hybrid_logo.output import open_output

if TYPE_CHECKING:
    from hybrid_logo.drift.comparison import Comparison
    from hybrid_logo.drift.profile import Profile

__all__ = ["command"]

FEWEST_ROWS = 10
FULL_BAR, FULL_INDEX = 12, 1.0
COARSE = 0.25
"""Population stability index that is called large; a comparison that cannot see it says so."""


@click.command("drift")
@click.argument("profile_file", metavar="FILE", type=click.Path(exists=True, dir_okay=False))
@click.argument(
    "reference_file", metavar="[REFERENCE]", required=False, type=click.Path(exists=True, dir_okay=False)
)
@click.option(
    "--tolerance",
    type=click.FloatRange(0.0, min_open=True),
    default=0.1,
    show_default=True,
    help="Change (population stability index) that is accepted, however many pictures show it.",
)
@click.option("--all", "whole", is_flag=True, help="Print every histogram, not only those that changed most.")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    help="human: what was found, and a table. json: one object.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="Write one HTML file with the histograms, one over another; it needs no network.",
)
@options.model_option
def command(
    profile_file: str,
    reference_file: str | None,
    tolerance: float,
    whole: bool,
    format_name: str,
    report: str | None,
    model: str | None,
) -> None:
    """Tell whether pictures changed since calibration.

    Compares the profile FILE, recorded with hybrid-logo classify --profile FILE, with the profile REFERENCE;
    without it, with that of the pictures on which the model was calibrated. A change counts where it is
    larger than chance shows with so many pictures and larger than the tolerance.

    Exit code 0: no drift; 1: drift; 2: the profiles cannot be compared.
    """
    if not math.isfinite(tolerance):
        raise click.BadParameter("must be a number above 0.", param_hint="--tolerance")
    from hybrid_logo.drift.comparison import compare
    from hybrid_logo.drift.profile import read_profile

    profile = read_profile(profile_file)
    reference = _released(model) if reference_file is None else read_profile(reference_file)
    comparison = compare(profile, reference, tolerance=tolerance)
    sentences = _sentences(comparison, of_calibration=reference_file is None)
    if format_name == "json":
        text = json.dumps(comparison.to_dict() | {"says": sentences}, indent=2) + "\n"
    else:
        text = "\n".join(sentences) + "\n\n" + _table(comparison, whole)
    with open_output(None) as write:
        write(text)
    if report is not None:
        from hybrid_logo.drift.page import html_page

        with open_output(report) as write:
            write(html_page(comparison, profile, reference, sentences))
        click.echo(f"Written: {report}", err=True)
    if comparison.drifted:
        click.get_current_context().exit(1)


def _released(model: str | None) -> Profile:
    """The profile that the model release holds."""
    from hybrid_logo.bundle import PROFILE, Bundle
    from hybrid_logo.drift.profile import read_profile

    bundle = Bundle.load(model)
    if PROFILE not in bundle.manifest["files"]:
        raise InputError(
            f"the model {bundle.name} holds no {PROFILE}: give a REFERENCE, recorded on pictures "
            "like those of calibration with hybrid-logo classify DIR --profile REFERENCE"
        )
    return read_profile(bundle.folder / PROFILE)


def _sentences(found: Comparison, *, of_calibration: bool) -> list[str]:
    """What was found, what it means and what to do.

    Args:
        found: the comparison.
        of_calibration: the reference is the model's own, so that it is known to be of its calibration.
    """
    pictures = f"{found.pictures:,} pictures compared with {found.reference_pictures:,}"
    if not found.drifted:
        lines = [
            f"No drift: {pictures}, nothing changed by more than chance and the tolerance explain.",
            f"Nothing here speaks against the certificate of {found.model}. With so many pictures, a change "
            f"of more than {found.visible:.2f} would show in most histograms.",
        ]
        if found.visible > COARSE:
            lines.append(f"That is coarse: {COARSE} is a large change already. Record more pictures.")
        return lines
    applies = f"the certificate of {found.model} no longer applies to these pictures"
    if of_calibration:
        meaning = f"{applies[0].upper()}{applies[1:]}, for they are not like those of calibration."
    else:
        meaning = f"Where the reference is of pictures like those of calibration, {applies}."
    return [
        f"Drift: {pictures}, {len(found.drifted)} of {len(found.changes)} histograms changed by more than "
        "chance and the tolerance explain.",
        f"{meaning} The answers may still be right, but nothing is promised about them.",
        f"What to do: sort about {_to_label(found.rules_share):,} of the new pictures by type, one folder "
        "for each, and run hybrid-logo calibrate DIR.",
    ]


def _to_label(rules_share: float) -> int:
    """Pictures of which the rules decide enough to certify 3% at 95% confidence, with two errors seen.

    Where the rules decide few, calibration moves the threshold; a tenth is what is reckoned with then.
    """
    from hybrid_logo.evaluation.certificates import pictures_needed

    return 10 * math.ceil(pictures_needed(2, 0.03) / max(0.1, rules_share) / 10)


def _table(found: Comparison, whole: bool) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = len(found.changes) if whole else max(FEWEST_ROWS, len(found.drifted))
    table = Table(box=None, pad_edge=False)
    for head in ("histogram", "changed most", "before", "now", "change", "limit", ""):
        table.add_column(head, justify="right" if head in ("before", "now", "change", "limit") else "left")
    console = Console()
    mark = "█" if console.encoding.startswith("utf") else "#"
    for change in found.changes[:shown]:
        bar = mark * round(FULL_BAR * min(1.0, change.index / FULL_INDEX))
        table.add_row(
            *(change.name, change.where, f"{change.before:.0%}", f"{change.after:.0%}"),
            *(f"{change.index:.2f}", f"{change.limit:.2f}"),
            Text(bar, style="red" if change.drifted else "dim"),
        )
    with console.capture() as captured:
        console.print(table, no_wrap=True, crop=False, soft_wrap=True, highlight=False)
        if shown < len(found.changes):
            console.print(f"{len(found.changes) - shown} more changed less: --all prints them.")
    return captured.get()
