"""``hybrid-logo benchmark``: accuracy, promises, time and size on labelled pictures."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hybrid_logo.cli import options
from hybrid_logo.cli.options import cache_option, labels_option
from hybrid_logo.types import Mode

if TYPE_CHECKING:
    from hybrid_logo.classifier import HybridClassifier
    from hybrid_logo.evaluation.datasets import Dataset
    from hybrid_logo.types import Prediction

__all__ = ["command"]

SUITES = ("clean", "degraded")
FLOORS = ("strict", "accepted", "clear", "coverage", "rules_strict", "rules_accepted")
CEILINGS = ("calibration", "time_ratio", "rules_ms", "memory_mb", "student_mb", "import_ms")


def _words_of(*known: str) -> Callable[[click.Context, click.Parameter, str], tuple[str, ...]]:
    """A callback that splits at commas and lets each known word through once."""

    def convert(_context: click.Context, _parameter: click.Parameter, value: str) -> tuple[str, ...]:
        chosen = tuple(dict.fromkeys(value.split(",")))
        strange = [word for word in chosen if word not in known]
        if strange:
            raise click.BadParameter(f"{', '.join(map(repr, strange))} is none of {', '.join(known)}")
        return chosen

    return convert


def _limits_on(*known: str) -> Callable[[click.Context, click.Parameter, tuple[str, ...]], dict[str, float]]:
    """A callback that reads NAME=VALUE pairs with a known name."""

    def convert(
        _context: click.Context, _parameter: click.Parameter, value: tuple[str, ...]
    ) -> dict[str, float]:
        limits = {}
        for pair in value:
            name, _, number = pair.partition("=")
            if name not in known:
                raise click.BadParameter(f"{name!r} is none of {', '.join(known)}")
            try:
                limits[name] = float(number)
            except ValueError:
                raise click.BadParameter(
                    f"{pair!r} is not NAME=VALUE with a number, as in {name}=0.9"
                ) from None
        return limits

    return convert


@click.command("benchmark")
@click.argument("dataset", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--suite",
    "suites",
    callback=_words_of(*SUITES),
    default=",".join(SUITES),
    show_default=True,
    help="Without DATASET: pictures of the test split, as rendered, degraded, or both, with a comma between.",
)
@click.option(
    "--modes",
    callback=_words_of(*Mode),
    default="rules,neural,hybrid",
    show_default=True,
    help="Who answers; with commas between.",
)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), help="Folder for one JSON file per suite."
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write one HTML file with tables, charts and the errors; it needs no network.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Of degradation and drawing."
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Measure on N pictures drawn by the seed.")
@click.option(
    "--timed",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    metavar="N",
    help="Take times and memory on N of the pictures; 0: none.",
)
@click.option(
    "--floor",
    "floors",
    callback=_limits_on(*FLOORS),
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Exit with 1 where a figure is below VALUE: {', '.join(FLOORS)}.  Can be repeated.",
)
@click.option(
    "--ceiling",
    "ceilings",
    callback=_limits_on(*CEILINGS),
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Exit with 1 where a figure is above VALUE: {', '.join(CEILINGS)}.  Can be repeated.",
)
@click.option(
    "--write-figures",
    "write",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    metavar="RESULT",
    help="Measure nothing: write the tables of this JSON file into README.md and the model card.  "
    "Can be repeated, for several suites.",
)
@click.option(
    "--check-figures",
    "check",
    is_flag=True,
    help="Measure nothing: exit with 1 where README.md or a model card differs from its result files.",
)
@options.model_option
@options.precision_option
@cache_option
@labels_option
def command(
    dataset: Path | None,
    suites: tuple[str, ...],
    modes: tuple[str, ...],
    out: Path | None,
    report: Path | None,
    seed: int,
    limit: int | None,
    timed: int,
    floors: dict[str, float],
    ceilings: dict[str, float],
    write: tuple[Path, ...],
    check: bool,
    model: str | None,
    precision: str | None,
    cache: Path | None,
    labels: Path | None,
) -> None:
    """Measure rules, neural and hybrid on labelled pictures.

    All modes answer the same pictures in one run.

    DATASET is your own: a folder that holds one folder per type, or a CSV file with the columns path and
    label. Without it the test split of the project's logos is used (it needs a checkout, data fetch and data
    render); its labels were made by a vision-language model in two passes, and no person has checked them.

    Exit code 0: measured; 1: a limit is broken or figures differ; 2: nothing could be measured.
    """
    if write or check:
        _figures(write, check)
        return
    from rich.console import Console

    from hybrid_logo.classifier import HybridClassifier
    from hybrid_logo.evaluation.limits import broken_limits
    from hybrid_logo.evaluation.page import html_page, html_section
    from hybrid_logo.evaluation.tables import print_summary
    from hybrid_logo.output import open_output

    classifiers = {
        Mode(mode): HybridClassifier(Mode(mode), model=model, precision=precision) for mode in modes
    }
    broken, sections = [], []
    for whole in _datasets(dataset, suites, seed, cache, labels):
        pictures = whole.limited(limit)
        result, answers = _measure(pictures, classifiers, timed, model)
        print_summary(result, Console())
        if report is not None:
            sections.append(html_section(pictures, result, answers))
        if out is not None:
            click.echo(f"Written: {_save(result, out)}")
        broken += [f"{pictures.name}: {line}" for line in broken_limits(result, floors, ceilings)]
    if report is not None:
        with open_output(str(report)) as write_report:
            write_report(html_page(sections))
        click.echo(f"Written: {report}")
    if out is None and report is None:
        click.echo("Nothing was saved. To save the result: --out DIR", err=True)
    for line in broken:
        click.echo(line, err=True)
    if broken:
        click.get_current_context().exit(1)


def _figures(write: tuple[Path, ...], check: bool) -> None:
    from hybrid_logo.evaluation.figures import check_figures, write_figures

    root = Path(__file__).resolve().parents[2]
    for path in write_figures(write, root) if write else []:
        click.echo(f"Written: {path}")
    problems = check_figures(root) if check else []
    for line in problems:
        click.echo(f"{line}. Run: hybrid-logo benchmark --write-figures RESULT", err=True)
    if problems:
        click.get_current_context().exit(1)


def _datasets(
    path: Path | None, suites: tuple[str, ...], seed: int, cache: Path | None, labels: Path | None
) -> Iterator[Dataset]:
    if path is not None:
        from hybrid_logo.evaluation.datasets import read_dataset

        yield read_dataset(path, seed)
        return
    for suite in suites:
        yield _test_split(suite, seed, cache, labels)


def _test_split(suite: str, seed: int, cache: Path | None, labels: Path | None) -> Dataset:
    """A built-in suite; it needs the extra ``train``."""
    from hybrid_logo.errors import MissingExtraError

    try:
        from hybrid_logo.training.suites import built_in_suite
    except ImportError as error:
        raise MissingExtraError(
            f"Pictures of the test split cannot be made ({error}). Install what is needed with: "
            "pip install 'hybrid-logo[train]'"
        ) from error
    return built_in_suite(suite, seed, cache, labels)


def _measure(
    dataset: Dataset, classifiers: Mapping[Mode, HybridClassifier], timed: int, model: str | None
) -> tuple[dict[str, Any], dict[Mode, list[Prediction | None]]]:
    """The JSON-ready result, and the answers behind it."""
    from hybrid_logo.evaluation import benchmark, costs
    from hybrid_logo.evaluation.environment import environment

    with _progress(f"{dataset.name}: answers", len(classifiers) * len(dataset.cases)) as advance:
        measured = benchmark.measure(dataset, classifiers, advance)
    used = next(iter(classifiers.values()))
    result = {
        "schema": benchmark.SCHEMA,
        "model": used.bundle.name,
        "precision": used.precision.value,
        "environment": environment(),
        "dataset": benchmark.describe(dataset),
        **measured.figures,
    }
    if timed:
        with _progress(f"{dataset.name}: times", costs.ROUNDS * min(timed, len(dataset.cases))) as advance:
            result |= costs.measure_costs(dataset.limited(timed), classifiers, model, advance)
    return result, measured.answers


@contextmanager
def _progress(title: str, total: int) -> Iterator[Callable[[], object]]:
    """A bar on standard error where that is a terminal; gives what to call after each step."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


def _save(result: dict[str, Any], folder: Path) -> Path:
    from hybrid_logo.errors import OutputError
    from hybrid_logo.evaluation.environment import result_name
    from hybrid_logo.output import open_output

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be made ({error}). Name another folder with --out.") from error
    path = folder / result_name(result["dataset"]["name"], result["environment"], result["precision"])
    with open_output(str(path)) as write:
        write(json.dumps(_rounded(result), indent=2) + "\n")
    return path


def _rounded(value: Any) -> Any:
    """Six digits behind the point are more than any figure here is worth."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
