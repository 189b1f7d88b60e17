"""``hybrid-logo data organize``: a folder of logos, sorted into splits and types."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hybrid_logo.cli import options
from hybrid_logo.cli.decoders import silenced_decoders
from hybrid_logo.cli.progress import progress
from hybrid_logo.report import printable
from hybrid_logo.types import LABELS, Mode
from hybrid_logo.workers import answer, answer_in_processes

if TYPE_CHECKING:
    from hybrid_logo.organize.organiser import Outcome

__all__ = ["organize"]


@click.command()
@click.argument("source", metavar="SRC", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("target", metavar="DST", type=click.Path(path_type=Path))
@click.option(
    "--ratios",
    metavar="A/B/C",
    help="Shares of train, calibrate and test.  [default: 70/20/10]",
)
@click.option(
    "--balance/--no-balance",
    default=None,
    help="Keep the ratios within each type, as far as brands allow.  [default: no-balance]",
)
@click.option(
    "--brand-from",
    type=click.Choice(["name", "folder"]),
    help="What tells the brand, whose pictures stay in one split: the file's name without words such as "
    "icon, dark, @2x and 512, or the first folder below SRC.  [default: name]",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    help="Decides between brands that are alike.  [default: 0]",
)
@click.option("--link/--copy", default=None, help="Symbolic links instead of copies.  [default: copy]")
@click.option("--resume", is_flag=True, help="Go on with DST: only what is new or changed is answered.")
@click.option(
    "--corrections",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Apply the types that a person gave on the review sheet (columns path and label).",
)
@click.option(
    "--review",
    "most_reviewed",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    metavar="N",
    help="Pictures on the review sheet, the least sure first.",
)
@click.option("--dry-run", is_flag=True, help="Only tell the counts; write nothing.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes to share the work. The result stays the same.",
)
@options.classifier_options
@click.option("--quiet", is_flag=True, help="No progress on standard error.")
def organize(
    source: Path,
    target: Path,
    ratios: str | None,
    balance: bool | None,
    brand_from: str | None,
    seed: int | None,
    link: bool | None,
    resume: bool,
    corrections: Path | None,
    most_reviewed: int,
    dry_run: bool,
    workers: int,
    model: str | None,
    precision: str | None,
    threads: int,
    max_pixels: int | None,
    max_bytes: int | None,
    quiet: bool,
) -> None:
    """Sort the logos of the folder SRC into DST/split/type with the current model.

    Pictures of one brand, and those that show the same, stay in one split. SRC is only read. DST gets
    labels.csv, which `hybrid-logo benchmark` reads, review.html to check the least sure ones,
    and rejected.csv. With --resume or --corrections the options of the first run are kept.

    Exit code 0: every picture is in its place; 1: at least one could not be read, and the others are;
    2: nothing could be done.
    """
    from hybrid_logo.organize.organiser import organize as sort_folder
    from hybrid_logo.organize.splits import parse_ratios

    wanted = {
        "ratios": None if ratios is None else parse_ratios(ratios),
        "balance": balance,
        "brand_from": brand_from,
        "seed": seed,
        "link": link,
    }
    limits = options.make_limits(max_pixels, max_bytes)
    classifier = options.make_classifier(
        Mode.HYBRID, model=model, precision=precision, threads=threads, limits=limits
    )
    classify = (
        partial(answer, classifier)
        if workers == 1
        else partial(answer_in_processes, classifier, processes=workers)
    )
    with silenced_decoders(), progress(shown=not quiet) as advance:
        outcome = sort_folder(
            source,
            target,
            classify,
            model=classifier.bundle.name,
            given={name: value for name, value in wanted.items() if value is not None},
            resume=resume,
            corrections=corrections,
            dry_run=dry_run,
            most_reviewed=most_reviewed,
            limits=limits,
            advance=advance,
        )
    _tell(outcome)
    if dry_run:
        click.echo("Nothing was written.")
    else:
        _tell_what_next(outcome, target)
    if outcome.failures:
        click.get_current_context().exit(1)


def _tell(outcome: Outcome) -> None:
    """The counts, and how far they are from what was asked for."""
    from rich.console import Console
    from rich.table import Table

    from hybrid_logo.organize.plan import tabulate
    from hybrid_logo.organize.splits import SPLITS, furthest

    counts = tabulate(outcome.plan)
    ratios = outcome.settings.ratios
    table = Table("split", box=None, pad_edge=False)
    for title in (*LABELS, "all", "share", "asked"):
        table.add_column(title, justify="right")
    total = max(1, len(outcome.plan))
    for split, row, ratio in zip(SPLITS, counts, ratios, strict=True):
        cells = [f"{count:,}" for count in (*row, row.sum())]
        table.add_row(split, *cells, f"{row.sum() / total:.1%}", f"{ratio:.1%}")
    table.add_row("all", *(f"{count:,}" for count in (*counts.sum(0), counts.sum())))
    Console().print(table)
    far = furthest(counts, ratios)
    if far is not None:
        click.echo(
            f"Furthest from the ratios: {far.split} has {far.share:.1%} of {far.label}, not {far.wanted:.1%}."
        )
    clusters = Counter(placement.cluster for placement in outcome.plan)
    for name, count in clusters.most_common(1):
        click.echo(
            f"{len(clusters):,} groups of relatives; the largest, {printable(name)}, holds {count:,} "
            f"{_pictures(count)}."
        )
        if count > min(ratios) * len(outcome.plan) and count > 1:
            click.echo("It is larger than the smallest split: see whether --brand-from tells brands better.")
    left_out = {"SVG": outcome.scan.vectors, "hidden": outcome.scan.hidden, "linked": outcome.scan.linked}
    if told := ", ".join(f"{count:,} {what}" for what, count in left_out.items() if count):
        click.echo(f"Left out: {told}.")


def _tell_what_next(outcome: Outcome, target: Path) -> None:
    from hybrid_logo.organize.review import REVIEW
    from hybrid_logo.organize.tables import LABELS_TABLE, REJECTED

    checked = sum(placement.by_person for placement in outcome.plan)
    click.echo(
        f"{target / LABELS_TABLE}: {len(outcome.plan):,} {_pictures(len(outcome.plan))}, {checked:,} of them "
        "checked by a person. The other types are the model's own: they are no measure of it."
    )
    click.echo(
        f"{target / REVIEW}: look at the least sure ones, then give the file it saves to --corrections."
    )
    if outcome.failures:
        click.echo(f"{target / REJECTED}: {len(outcome.failures):,} could not be read.", err=True)


def _pictures(count: int) -> str:
    return "picture" if count == 1 else "pictures"
