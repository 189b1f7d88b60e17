"""``hybrid-logo data``: bring, draw and count the logos that a model is trained on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hybrid_logo.cli.compose import compose
from hybrid_logo.cli.dataset import card, leaks
from hybrid_logo.cli.options import cache_option, labels_option
from hybrid_logo.cli.organize import organize
from hybrid_logo.errors import SourceGoneError

if TYPE_CHECKING:
    from hybrid_logo.training.sources import IconSet

__all__ = ["command"]


@click.group(name="data")
def command() -> None:
    """Bring, draw and count the training logos."""


command.add_command(organize)
command.add_command(compose)
command.add_command(leaks)
command.add_command(card)


@command.command()
@click.option("--set", "names", multiple=True, metavar="NAME", help="Only this icon set; can be repeated.")
@click.option("--all", "everything", is_flag=True, help="All sets that training needs, and the fonts.")
@click.option("--fonts", "fonts_only", is_flag=True, help="Only the font families.")
@cache_option
def fetch(names: tuple[str, ...], everything: bool, fonts_only: bool, cache: Path | None) -> None:
    """Fetch the pinned icon sets and fonts with npm and check their sha512.

    Without an option these are the sets of the logos that accuracy is measured on.
    What is in the cache already is kept. Each licence stays beside its drawings.
    Exit code 1: some sets or font families are gone from the registry.
    """
    from hybrid_logo.training import sources

    if bool(names) + everything + fonts_only > 1:
        raise click.UsageError("Use one of --set, --all and --fonts.")
    wanted = [sources.icon_set(name) for name in dict.fromkeys(names)] or list(sources.ICON_SETS)
    if everything:
        wanted += sources.FURTHER_SETS
    complete = fonts_only or _fetch_sets(wanted, cache)
    if everything or fonts_only:
        complete &= _fetch_fonts(cache)
    click.echo(f"Cache: {sources.cache_folder(cache)}", err=True)
    if not complete:
        raise SystemExit(1)


def _fetch_sets(wanted: Sequence[IconSet], cache: Path | None) -> bool:
    """Bring icon sets, and print a table of them; whether none is missing.

    Raises:
        SourceError: a set cannot be brought; one that is gone from the registry is left out where there are
            others.
    """
    from rich.console import Console
    from rich.table import Table

    from hybrid_logo.training import sources

    notes, complete = Console(stderr=True), True
    table = Table("set", "version", "licence")
    table.add_column("logos", justify="right")
    for pinned in wanted:
        try:
            if not sources.is_fetched(pinned, cache):
                with notes.status(f"Fetching {pinned.package}@{pinned.version}"):
                    sources.fetch(pinned, cache)
            logos = f"{len(sources.load_icons(pinned.name, cache)):,}"
        except SourceGoneError as error:
            if len(wanted) == 1:
                raise
            complete, logos = False, "gone"
            click.echo(f"{pinned.name} is left out: {error}", err=True)
        table.add_row(pinned.name, pinned.version, pinned.licence, logos)
    Console().print(table)
    return complete


def _fetch_fonts(cache: Path | None) -> bool:
    """Bring the font families, and print how many of each licence are there; whether none is gone."""
    from collections import Counter

    from hybrid_logo.training import fonts

    report = fonts.fetch_fonts(fonts.FONT_FAMILIES, cache)
    gone = {name for name, _ in report.skipped}
    licences = Counter(family.licence for family in fonts.FONT_FAMILIES if family.name not in gone)
    listed = ", ".join(f"{count:,} {licence}" for licence, count in licences.most_common())
    click.echo(
        f"Fonts: {report.fetched:,} fetched, {report.kept:,} kept, {len(gone):,} skipped ({listed or 'none'})"
    )
    return not gone


@command.command()
@click.option(
    "--size", type=click.IntRange(8, 4096), default=512, show_default=True, help="Longer side in pixels."
)
@click.option("--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes.")
@cache_option
@labels_option
def render(size: int, workers: int, cache: Path | None, labels: Path | None) -> None:
    """Draw each labelled logo once, as a lossless PNG in the cache.

    Pictures that are there already are kept, so an interrupted run goes on where it stopped.
    Exit code 1: some logos could not be drawn.
    """
    from hybrid_logo.training.further_labels import further_logos
    from hybrid_logo.training.labels import read_labels
    from hybrid_logo.training.rendering import render_masters
    from hybrid_logo.training.sources import cache_folder, icon_set, is_fetched

    further = further_logos(labels)
    here = {name for name in {logo.set for logo in further} if is_fetched(icon_set(name), cache)}
    drawn = [logo for logo in further if logo.set in here]
    if len(drawn) < len(further):
        click.echo(
            f"{len(further) - len(drawn):,} further logos, for training alone, are of sets that are not "
            "fetched. To draw them too: hybrid-logo data fetch --all",
            err=True,
        )
    report = render_masters([*read_labels(labels), *drawn], cache, size, workers)
    click.echo(
        f"{report.rendered:,} drawn, {report.kept:,} kept, {len(report.skipped):,} skipped; "
        f"cache: {cache_folder(cache)}"
    )
    if report.skipped:
        raise SystemExit(1)


@command.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--split",
    type=click.Choice(("train", "calibrate", "test")),
    default="test",
    show_default=True,
    help="Which logos.",
)
@click.option(
    "--copies", type=click.IntRange(0), default=1, show_default=True, help="Degraded copies a logo."
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the degradation.")
@cache_option
@labels_option
def degrade(
    folder: Path, split: str, copies: int, seed: int, cache: Path | None, labels: Path | None
) -> None:
    """Write the logos of a split into FOLDER, clean and degraded, with a table of their labels.

    The same seed writes the same files. `hybrid-logo benchmark FOLDER/labels.csv` measures on them.
    """
    from hybrid_logo.training.copies import TABLE, write_copies
    from hybrid_logo.training.labels import read_labels

    count = write_copies(read_labels(labels, split), folder, seed, copies, cache)
    click.echo(f"{count:,} pictures: {folder / TABLE}")


@command.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="FILE.svg...")
@click.option("--check", is_flag=True, help="Measure the labeller on the labelled logos instead.")
@click.option(
    "--workers", type=click.IntRange(1), default=2, show_default=True, help="Processes for --check."
)
@cache_option
@labels_option
def facts(
    files: tuple[Path, ...], check: bool, workers: int, cache: Path | None, labels: Path | None
) -> None:
    """Print the facts of vector drawings, and the type that follows from them.

    Letters that are outlines are shapes like any others: nothing is called text. A type with a question
    mark lies near a boundary. Exit code 1: some files have no facts.
    """
    if check == bool(files):
        raise click.UsageError("Name one or more SVG files, or --check.")
    if check:
        _check_labeller(workers, cache, labels)
        return
    from hybrid_logo.errors import SourceError
    from hybrid_logo.training.facts import measure_facts
    from hybrid_logo.training.labeller import label_of
    from hybrid_logo.training.sources import read_drawing

    failed = False
    for path in files:
        try:
            found = measure_facts(read_drawing(path))
        except SourceError as error:
            click.echo(f"{path}: {error}", err=True)
            failed = True
            continue
        label, ambiguous = label_of(found)
        ramps = _shares(found.ramps.items())
        click.echo(
            f"{path}: {label}{'?' if ambiguous else ''}\n"
            f"  {found.shapes:,} shapes, {found.pieces:,} pieces, {found.small_pieces:,} of them small\n"
            f"  {found.flat_colors:,} flat colours{_shares(found.colors)}\n"
            f"  {found.ramp_share:.0%} under ramps{ramps}, {found.thin_share:.0%} in thin lines\n"
            f"  outline {found.outline:.1f}, {found.ink_share:.0%} of its box is ink"
        )
    if failed:
        raise SystemExit(1)


def _shares(named: Iterable[tuple[str, float]]) -> str:
    """As `` (red 60%, blue 40%)``; nothing where there is none."""
    listed = ", ".join(f"{name} {share:.0%}" for name, share in named)
    return f" ({listed})" if listed else ""


def _check_labeller(workers: int, cache: Path | None, labels: Path | None) -> None:
    """Print how often the labeller meets the visual labels, by split and type.

    "clear" counts the logos of which one type alone can be defended, "right" is the share of them that get
    it, with its 95% Clopper-Pearson interval.
    """
    from dataclasses import asdict

    from rich.console import Console
    from rich.table import Table

    from hybrid_logo.training import labeller
    from hybrid_logo.training.labels import read_labels

    logos = [logo for logo in read_labels(labels) if logo.label in labeller.MEASURED_TYPES]
    facts = labeller.facts_of_logos(logos, cache, workers)
    table = Table("split", "type", box=None, pad_edge=False)
    for title in ("logos", "strict", "accepted", "clear", "right", "95%", "unsure"):
        table.add_column(title, justify="right")
    for row in labeller.agreements(logos, facts):
        shares = [f"{count / row.logos:.1%}" for count in (row.strict, row.accepted)]
        clear = f"{row.clear / row.clear_logos:.1%}" if row.clear_logos else "-"
        low, high = row.interval
        table.add_row(
            row.split, row.label, f"{row.logos:,}", *shares, f"{row.clear_logos:,}", clear,
            f"{low * 100:.1f}-{high:.1%}", f"{row.ambiguous / row.logos:.1%}",
        )  # fmt: skip
    Console().print(table)
    click.echo("The labels were made by a vision-language model in two passes, no human annotator.")
    best = labeller.choose_thresholds(logos, facts)
    for title, thresholds in (("In use", labeller.Thresholds()), ("Best on train", best)):
        click.echo(
            f"{title}: " + ", ".join(f"{name} {value:g}" for name, value in asdict(thresholds).items())
        )


@command.command(name="list")
@labels_option
def list_logos(labels: Path | None) -> None:
    """Count the labelled logos by set, split and type.

    The labels were made by a vision-language model in two passes; no person has checked them.
    """
    from collections import Counter

    from rich.console import Console
    from rich.table import Table

    from hybrid_logo.training.labels import SPLITS, read_labels
    from hybrid_logo.types import LABELS

    logos = read_labels(labels)
    counts = Counter((name, logo.split, logo.label) for logo in logos for name in (logo.set, "all"))
    table = Table("set", "split")
    for title in (*LABELS, "all"):
        table.add_column(title, justify="right")
    for name in (*dict.fromkeys(logo.set for logo in logos), "all"):
        for split in SPLITS:
            row = [counts[name, split, label] for label in LABELS]
            table.add_row(name, split, *(f"{count:,}" for count in (*row, sum(row))))
        table.add_section()
    Console().print(table)
