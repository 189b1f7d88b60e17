"""``hybrid-logo convert``: pictures in, one SVG each out."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hybrid_logo.cli import options
from hybrid_logo.cli.decoders import silenced_decoders
from hybrid_logo.cli.progress import progress
from hybrid_logo.cli.termination import termination_as_exit
from hybrid_logo.errors import InputError, OutputError
from hybrid_logo.output import Writer, open_output
from hybrid_logo.scan import STANDARD_INPUT, Scan
from hybrid_logo.types import FileResult, Mode

if TYPE_CHECKING:
    from hybrid_logo.vectorize.results import ConversionResult

__all__ = ["command"]

MEBIBYTE = 2**20
NAMED = 3
"""Files that a message names."""


@click.command("convert")
@click.argument("inputs", nargs=-1, required=True, type=click.Path(), metavar="IN...")
@click.option(
    "--out",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder for the SVG files; it is made where it is missing. A picture of a folder keeps its place "
    "below that folder. logo.png becomes logo.svg, or logo.png.svg where logo.jpg would become logo.svg too.",
)
@click.option("--force", is_flag=True, help="Replace SVG files that are there already.")
@click.option(
    "--resume", is_flag=True, help="Leave SVG files that are there already, and convert the others."
)
@click.option(
    "--report",
    "report_file",
    type=click.Path(),
    metavar="FILE",
    help="Write one HTML file that shows original, result and difference of each picture side by side.",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["human", "jsonl"]),
    default="human",
    show_default=True,
    help="What is printed for each picture. human: one line. jsonl: one JSON object with prediction, "
    "strategy and quality.",
)
@click.option(
    "--recursive/--no-recursive", default=True, show_default=True, help="Enter the sub-folders of a folder."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Pictures that are converted at the same time, each in a process of its own. The results stay "
    "the same.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="For one picture; what takes longer fails, and the others go on.",
)
@click.option(
    "--memory-limit",
    type=click.IntRange(min=512),
    default=3072,
    show_default=True,
    metavar="MIB",
    help="Address space of each process, where the system can limit it.",
)
@options.classifier_options
@click.option("--quiet", is_flag=True, help="No progress and no summary on standard error.")
def command(
    inputs: tuple[str, ...],
    folder: Path,
    force: bool,
    resume: bool,
    report_file: str | None,
    format_name: str,
    recursive: bool,
    workers: int,
    time_limit: float,
    memory_limit: int,
    model: str | None,
    precision: str | None,
    threads: int,
    max_pixels: int | None,
    max_bytes: int | None,
    quiet: bool,
) -> None:
    """Convert logos to SVG, each the way its type asks for.

    IN are picture files and folders; the type of each is classified first, and where that is not certain two
    ways are tried and the better result is kept. Needs the extra svg.

    Exit code 0: every picture was converted; 1: at least one was not, and the others were; 2: nothing could
    be done (wrong usage, no picture found, files in the way, no space for the results).
    """
    _check_usage(inputs, force, resume)
    from hybrid_logo.vectorize.naming import place_outputs
    from hybrid_logo.vectorize.page import closing as report_closing
    from hybrid_logo.vectorize.page import entry as report_entry
    from hybrid_logo.vectorize.page import opening as report_opening
    from hybrid_logo.vectorize.running import convert_files, prepare_folders

    started = time.perf_counter()
    scan = Scan(inputs, recursive=recursive)
    found = list(scan)
    if not found:
        raise InputError("no picture found: name picture files, or a folder that holds some")
    outputs = place_outputs([item for item in found if isinstance(item, str)], inputs, folder)
    there = [path for path in outputs.values() if path.exists()]
    if there and not (force or resume):
        raise OutputError(_in_the_way(there))
    kept = set(there) if resume else set()
    to_do = list(
        dict.fromkeys(item for item in found if isinstance(item, FileResult) or outputs[item] not in kept)
    )
    prepare_folders(outputs.values())
    limits = options.make_limits(max_pixels, max_bytes)
    classifier = options.make_classifier(
        Mode.HYBRID, model=model, precision=precision, threads=threads, limits=limits
    )
    options.warn_of_void_promises(classifier.bundle)
    counts: Counter[str] = Counter()
    with ExitStack() as stack:
        stack.enter_context(termination_as_exit())
        stack.enter_context(silenced_decoders())
        write = stack.enter_context(open_output(None))
        report: Writer | None = None
        if report_file is not None:
            report = stack.enter_context(open_output(report_file))
            report(report_opening())
        advance = stack.enter_context(progress(shown=not quiet and not os.isatty(1)))
        results = stack.enter_context(
            closing(
                convert_files(
                    to_do,
                    outputs,
                    classifier,
                    workers=workers,
                    time_limit_s=time_limit,
                    memory_limit_bytes=memory_limit * MEBIBYTE,
                )
            )
        )
        for result in results:
            write(_told(result, format_name))
            if report is not None:
                report(report_entry(result, limits))
            counts[_kind(result)] += 1
            advance()
        if report is not None:
            report(report_closing())
    if not quiet:
        click.echo(_summary(counts, len(kept), time.perf_counter() - started), err=True)
    if counts["failed"]:
        click.get_current_context().exit(1)


def _check_usage(inputs: tuple[str, ...], force: bool, resume: bool) -> None:
    if STANDARD_INPUT in inputs:
        raise click.UsageError(
            "convert reads files and folders, not standard input: write the picture to a file."
        )
    if force and resume:
        raise click.UsageError("--force replaces what is there and --resume leaves it: give one of them.")


def _in_the_way(there: list[Path]) -> str:
    named = ", ".join(repr(str(path)) for path in there[:NAMED])
    more = f" and {len(there) - NAMED:,} more" if len(there) > NAMED else ""
    verb = "is" if len(there) == 1 else "are"
    return (
        f"{named}{more} {verb} there already: give --resume to leave them, --force to replace them, or "
        "another --out"
    )


def _told(result: ConversionResult, format_name: str) -> str:
    return json.dumps(result.to_dict()) + "\n" if format_name == "jsonl" else result.line()


def _kind(result: ConversionResult) -> str:
    return "failed" if result.conversion is None else result.conversion.strategy.type.value


def _summary(counts: Counter[str], kept: int, seconds: float) -> str:
    total = sum(counts.values())
    noun = "picture" if total == 1 else "pictures"
    parts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()) if count)
    told = f"{total:,} {noun}{': ' if parts else ''}{parts}; {seconds:.2f} s"
    return f"{told}; {kept:,} were there already" if kept else told
