"""``hybrid-logo classify``: pictures in, one result each out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING

import click

from hybrid_logo.cli import options
from hybrid_logo.cli.decoders import silenced_decoders
from hybrid_logo.cli.progress import progress
from hybrid_logo.cli.recording import check_profile_usage, profile_to_record, recorded
from hybrid_logo.cli.termination import termination_as_exit
from hybrid_logo.cli.user_types import adapter_option, check_adapter_usage, read_adapter, with_user_types
from hybrid_logo.errors import InputError, OutputError
from hybrid_logo.output import EarlierResults, open_output, open_to_continue, read_earlier
from hybrid_logo.report import FORMATS, CsvReport, HumanReport, Report, Tally
from hybrid_logo.scan import STANDARD_INPUT, Scan, read_names
from hybrid_logo.types import FileResult, Mode
from hybrid_logo.workers import Input, answer, answer_in_processes

if TYPE_CHECKING:
    from hybrid_logo.policy import Policy

__all__ = ["command"]


@click.command("classify")
@click.argument("inputs", nargs=-1, type=click.Path())
@click.option(
    "--files-from",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Read further inputs from FILE, one per line; - reads the list from standard input.",
)
@click.option("--null", is_flag=True, help="Names in --files-from end with a NUL byte (find -print0).")
@click.option(
    "--recursive/--no-recursive", default=True, show_default=True, help="Enter the sub-folders of a folder."
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(FORMATS)),
    default="human",
    show_default=True,
    help="human: aligned columns. label: one word per picture, error where there is no answer. "
    "json: one array. jsonl: one object per line. csv: one row per picture.",
)
@click.option(
    "--output",
    type=click.Path(),
    metavar="FILE",
    callback=lambda _context, _parameter, value: None if value == "-" else value,
    help="Write the results to FILE, which appears or is replaced only when all are there; "
    "- is standard output.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Append to the --output FILE and leave out the inputs that are in it already, failed ones included. "
    "Needs --format jsonl. Give it from the first run on: FILE then grows with every result.",
)
@click.option(
    "--profile",
    "profile_file",
    type=click.Path(),
    metavar="FILE",
    help="Count answers, scores and measurements into FILE, for hybrid-logo drift; it holds no picture and "
    "no name. Ctrl-C keeps what was counted; with --resume, the FILE of the runs before is continued.",
)
@adapter_option
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in Mode]),
    default=Mode.HYBRID.value,
    show_default=True,
    help="Who may answer. hybrid: the rules where they are reliable, else the student. "
    "rules, neural: the rules alone, the student alone.",
)
@click.option(
    "--explain",
    is_flag=True,
    help="Add the reason and the points of the rules to each picture. json, jsonl and csv always hold them.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes to share the work. The results and their order stay the same.",
)
@options.classifier_options
@options.policy_options
@click.option("--quiet", is_flag=True, help="No progress and no summary on standard error.")
def command(
    inputs: tuple[str, ...],
    files_from: str | None,
    null: bool,
    recursive: bool,
    format_name: str,
    output: str | None,
    resume: bool,
    profile_file: str | None,
    adapter_file: str | None,
    mode: str,
    explain: bool,
    workers: int,
    model: str | None,
    precision: str | None,
    threads: int,
    max_pixels: int | None,
    max_bytes: int | None,
    policy: Policy,
    quiet: bool,
) -> None:
    """Say which type each logo is.

    INPUTS are picture files, folders, or - for one picture on standard input. In a folder, pictures are
    known by their suffix (png jpg jpeg jfif webp gif bmp tif tiff); SVG files, hidden files and folders and
    links to folders are left out and counted. A file that is named is always answered.

    Exit code 0: every picture was answered; 1: at least one was not, and the others were; 2: nothing could
    be done (wrong usage, no picture found, broken installation, no space for the results).
    """
    _check_usage(inputs, files_from, null, output, resume, format_name, explain)
    options.check_policy_usage(policy, mode, format_name)
    check_profile_usage(profile_file, mode, output)
    check_adapter_usage(adapter_file, mode, format_name, resume)
    options.check_export_usage(model, adapter_file, profile_file)
    started = time.perf_counter()
    scan = Scan(_names(inputs, files_from, null), recursive=recursive)
    found = _require_some(scan)
    limits = options.make_limits(max_pixels, max_bytes)
    classifier = options.make_classifier(
        mode, model=model, precision=precision, threads=threads, limits=limits, policy=policy
    )
    options.warn_of_void_promises(classifier.bundle)
    adapter = read_adapter(adapter_file, classifier.bundle)
    earlier = EarlierResults()
    if resume and output is not None:
        earlier = read_earlier(output)
        _require_same_model(earlier, classifier.bundle.name, output)
        destination = open_to_continue(output, earlier.size)
    else:
        destination = open_output(output)
    profile = profile_to_record(profile_file, classifier.bundle.name, output if resume else None)
    to_do = (_source(item, limits.max_bytes) for item in found if _path(item) not in earlier.paths)
    results = answer(classifier, to_do) if workers == 1 else answer_in_processes(classifier, to_do, workers)
    results = with_user_types(results, adapter)
    report = _report(format_name, explain, output, adapter.types if adapter else (), policy)
    tally = Tally()
    with (
        termination_as_exit(),
        silenced_decoders(),
        destination as write,
        recorded(profile, profile_file) as record,
        progress(shown=not quiet and not _on_terminal(output)) as advance,
        closing(results),
    ):
        write(report.opening())
        for result in results:
            write(report.entry(result))
            record(result)
            tally.add(result)
            advance()
        write(report.closing())
    if not quiet:
        click.echo(_summary(tally, scan, earlier, time.perf_counter() - started), err=True)
    if tally.failed or earlier.failed:
        click.get_current_context().exit(1)


def _check_usage(
    inputs: tuple[str, ...],
    files_from: str | None,
    null: bool,
    output: str | None,
    resume: bool,
    format_name: str,
    explain: bool,
) -> None:
    """Refuse what cannot be meant, before anything is opened."""
    from_input = inputs.count(STANDARD_INPUT)
    if not inputs and files_from is None:
        raise click.UsageError("give pictures, folders, - for standard input, or --files-from.")
    if from_input + (files_from == STANDARD_INPUT) > 1:
        raise click.UsageError("standard input can be read only once.")
    if from_input and sys.stdin.isatty():
        raise click.UsageError("- reads a picture from standard input: pipe a file to it.")
    if null and files_from is None:
        raise click.UsageError("--null needs --files-from.")
    if resume and (output is None or format_name != "jsonl"):
        raise click.UsageError("--resume needs --format jsonl and --output FILE.")
    if resume and from_input:
        raise click.UsageError("--resume cannot know a picture from standard input again.")
    if explain and format_name == "label":
        raise click.UsageError("--explain does not go with --format label, which is one word per picture.")


def _names(inputs: tuple[str, ...], files_from: str | None, null: bool) -> Iterator[str]:
    yield from inputs
    if files_from is None:
        return
    with click.open_file(files_from, "rb") as stream:
        for name in read_names(stream, separator=b"\0" if null else b"\n"):
            # In a list, - is a file of that name.
            yield os.path.join(os.curdir, name) if name == STANDARD_INPUT else name


def _require_some(scan: Scan) -> Iterator[str | FileResult]:
    found = iter(scan)
    first = next(found, None)
    if first is None:
        left_out = f" ({_left_out(scan)})" if _left_out(scan) else ""
        raise InputError(f"no picture found{left_out}: name picture files, or a folder that holds some")
    return chain((first,), found)


def _path(item: str | FileResult) -> str:
    return item if isinstance(item, str) else item.path


def _source(item: str | FileResult, max_bytes: int) -> Input:
    if item == STANDARD_INPUT:
        return sys.stdin.buffer.read(max_bytes + 1)
    return item


def _require_same_model(earlier: EarlierResults, name: str, output: str) -> None:
    others = sorted(earlier.models - {name})
    if others:
        raise OutputError(
            f"{output!r} holds results of the model {others[0]}, and this run uses {name}: "
            f"give --model {others[0]}, or another --output"
        )


def _report(
    format_name: str, explain: bool, output: str | None, user_types: Sequence[str], policy: Policy
) -> Report:
    if format_name == "csv":
        return CsvReport(user_types=bool(user_types), sets=policy.coverage is not None)
    if format_name != "human":
        return FORMATS[format_name]()
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return HumanReport(color=wanted and _on_terminal(output), explain=explain, user_types=user_types)


def _on_terminal(output: str | None) -> bool:
    return output is None and sys.stdout.isatty()


def _summary(tally: Tally, scan: Scan, earlier: EarlierResults, seconds: float) -> str:
    parts = [tally.sentence(seconds)]
    if earlier.paths:
        failed = f", {earlier.failed:,} of them failed" if earlier.failed else ""
        parts.append(f"{len(earlier.paths):,} were there already{failed}")
    if left_out := _left_out(scan):
        parts.append(left_out)
    return "; ".join(parts)


def _left_out(scan: Scan) -> str:
    counts = {"SVG": scan.vectors, "hidden": scan.hidden, "linked": scan.linked}
    told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    return f"left out: {told}" if told else ""
