"""``hybrid-logo adapt``: types of the user's own, learned from a few pictures of each."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hybrid_logo.cli import options
from hybrid_logo.cli.decoders import silenced_decoders
from hybrid_logo.cli.progress import progress
from hybrid_logo.errors import InputError
from hybrid_logo.report import printable
from hybrid_logo.types import FileResult, Mode, UserType
from hybrid_logo.workers import answer

if TYPE_CHECKING:
    from hybrid_logo.adaptation.adapter import Adapter

__all__ = ["command"]

MOST_SHOWN = 5
"""Pictures that are listed, hardest first; and failures."""
MOST_COLUMNS = 8
"""Types that stand side by side; of more, only what is confused is listed."""
FEW = 50


@click.command("adapt")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False),
    required=True,
    metavar="FILE",
    help="Adapter to write, a small JSON file; it appears or is replaced only when all is learned.",
)
@options.classifier_options
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def command(
    folder: Path,
    out: str,
    model: str | None,
    precision: str | None,
    threads: int,
    max_pixels: int | None,
    max_bytes: int | None,
    quiet: bool,
) -> None:
    """Learn types of your own from a few pictures each.

    DIR holds one folder of pictures for each type, two or more, named as you like: mascot, qr-code,
    signature, other. Rules and student stay as they are; a small model is fitted to what they say of your
    pictures. It belongs to this model release. hybrid-logo classify --adapter FILE then tells your types
    beside the four.

    How well it does is found by leaving each picture out in turn. Keep in mind that few pictures tell little,
    and that pictures of one brand in one folder make it look better than it is.

    Exit code 0: learned from all pictures; 1: at least one could not be read, and it was learned from the
    others; 2: nothing was learned.
    """
    from hybrid_logo.adaptation.adapter import Adapter
    from hybrid_logo.adaptation.pictures import read_typed_pictures
    from hybrid_logo.policy import DEFAULT_POLICY

    pictures = read_typed_pictures(folder)
    classifier = options.make_classifier(
        Mode.HYBRID,
        model=model,
        precision=precision,
        threads=threads,
        limits=options.make_limits(max_pixels, max_bytes),
        policy=DEFAULT_POLICY,
    )
    results: list[FileResult] = []
    with silenced_decoders(), progress(shown=not quiet) as advance:
        for result in answer(classifier, pictures.paths):
            results.append(result)
            advance()
    answered = [
        (result.path, name, result.prediction)
        for result, name in zip(results, pictures.types, strict=True)
        if result.prediction is not None
    ]
    lost = sorted(set(pictures.types) - {name for _, name, _ in answered})
    failures = [result for result in results if result.prediction is None]
    _tell_failures(failures)
    if lost:
        raise InputError(f"no picture of {', '.join(map(printable, lost))} could be read: give others")
    paths, types, predictions = zip(*answered, strict=True)
    adapter = Adapter.fit(predictions, types, classifier.bundle)
    adapter.write(out)
    for warning in pictures.warnings:
        click.echo(f"Warning: {warning}.", err=True)
    _tell(adapter, paths, types)
    with_model = f" --model {shlex.quote(model)}" if model else ""
    click.echo(f"\nUse it: hybrid-logo classify INPUT... --adapter {shlex.quote(out)}{with_model}")
    if failures:
        click.get_current_context().exit(1)


def _tell_failures(failures: Sequence[FileResult]) -> None:
    for result in failures[:MOST_SHOWN]:
        click.echo(f"Left out: {printable(result.path)}: {printable(result.error_message or '')}", err=True)
    if len(failures) > MOST_SHOWN:
        click.echo(f"{len(failures) - MOST_SHOWN:,} more could not be read and were left out.", err=True)


def _tell(adapter: Adapter, paths: Sequence[str], types: Sequence[str]) -> None:
    """What was learned, and what leaving out each picture says about it."""
    counts = ", ".join(
        f"{printable(name)} ({held:,})" for name, held in zip(adapter.types, adapter.pictures, strict=True)
    )
    click.echo(f"Learned by {adapter.method} from {len(types):,} pictures: {counts}.")
    tested = [
        (path, name, told)
        for path, name, told in zip(paths, types, adapter.left_out, strict=True)
        if told is not None
    ]
    if tested:
        _tell_accuracy(tested)
        _tell_confusion(adapter.types, tested)
        _tell_hardest(tested)
    else:
        click.echo("With one picture of each type, nothing tells how well it does: add some more.")
    alone = sum(held == 1 for held in adapter.pictures)
    if tested and alone:
        click.echo(f"Types with one picture, which could not be tested: {alone:,}. Add some more.")
    _tell_calibration(adapter)


def _tell_accuracy(tested: Sequence[tuple[str, str, UserType]]) -> None:
    from hybrid_logo.evaluation.statistics.metrics import share

    right = share(sum(told.label == name for _, name, told in tested), len(tested))
    click.echo(
        f"Each left out in turn, {right.k:,} of {right.n:,} were told right: {right.k / right.n:.1%}, "
        f"exact 95% interval {100 * right.low:.1f}-{100 * right.high:.1f}."
    )
    few = "So few pictures say little. " if right.n < FEW else ""
    click.echo(
        f"{few}It looks better than it is where a brand repeats within a folder, and since the method was "
        "chosen by it."
    )


def _tell_confusion(types: Sequence[str], tested: Sequence[tuple[str, str, UserType]]) -> None:
    from collections import Counter

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    counts = Counter((printable(name), printable(told.label)) for _, name, told in tested)
    rows = [Text(printable(name)) for name in types]
    table = Table("folder", box=None, pad_edge=False)
    if len(types) > MOST_COLUMNS:
        table.add_column("told as")
        table.add_column("pictures", justify="right")
        for (name, told), count in counts.most_common():
            if name != told:
                table.add_row(Text(name), Text(told), str(count))
    else:
        for row in rows:
            table.add_column(Text("as ") + row, justify="right")
        for row in rows:
            table.add_row(row, *(str(counts[row.plain, told.plain] or ".") for told in rows))
    click.echo()
    Console().print(table, no_wrap=True, crop=False, soft_wrap=True, highlight=False)


def _tell_hardest(tested: Sequence[tuple[str, str, UserType]]) -> None:
    wrong = sorted((each for each in tested if each[2].label != each[1]), key=lambda each: -each[2].margin)
    close = sorted((each for each in tested if each[2].label == each[1]), key=lambda each: each[2].margin)
    click.echo("\nHardest pictures, told wrong first:")
    for path, name, told in [*wrong, *close][:MOST_SHOWN]:
        verdict = "as it is" if told.label == name else f"not {printable(name)}"
        click.echo(f"  {printable(told.label)} {told.confidence:.0%}, {verdict}: {printable(path)}")
    click.echo()


def _tell_calibration(adapter: Adapter) -> None:
    from hybrid_logo.adaptation.learning import FEWEST_PER_TYPE, FEWEST_TOGETHER

    if adapter.calibrated:
        click.echo("Confidence is calibrated on the pictures left out.")
    else:
        click.echo(
            f"Confidence is not calibrated: that takes {FEWEST_PER_TYPE} pictures of each type and "
            f"{FEWEST_TOGETHER} together. Results say so."
        )
