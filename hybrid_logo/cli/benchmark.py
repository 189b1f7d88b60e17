"""``hybrid-logo benchmark``: accuracy, promises, time and size on labelled pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hybrid_logo.cli import options
from hybrid_logo.cli.options import cache_option, labels_option
from hybrid_logo.cli.steps import step_progress
from hybrid_logo.cli.words import limits_on, words_of
from hybrid_logo.types import Mode

if TYPE_CHECKING:
    from hybrid_logo.evaluation.pictures.datasets import Dataset

__all__ = ["command"]

SUITES = ("clean", "degraded")
FLOORS = ("strict", "accepted", "clear", "coverage", "rules_strict", "rules_accepted")
CEILINGS = (
    "calibration",
    "time_ratio",
    "neural_time_ratio",
    "rules_ms",
    "memory_mb",
    "student_mb",
    "import_ms",
)


def _known_suites() -> tuple[str, ...]:
    from hybrid_logo.evaluation.suites.special import SPECIAL_SUITES

    return (*SUITES, *SPECIAL_SUITES)


@click.command("benchmark")
@click.argument("dataset", required=False, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--suite",
    "suites",
    callback=words_of(_known_suites),
    default=",".join(SUITES),
    show_default=True,
    help="With commas between. clean, degraded: without DATASET, pictures of the test split as rendered or "
    "spoiled. corruptions, adversarial, few-shot and svg run on DATASET, or else on the clean pictures.",
)
@click.option(
    "--modes",
    callback=words_of(lambda: Mode),
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
@click.option(
    "--logos",
    type=click.IntRange(1),
    metavar="N",
    help="Suite svg: convert N logos of each type, of different brands.  [default: 25]",
)
@click.option(
    "--journal",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Suite svg: keep what was measured in this file of JSON lines; a later run goes on from there.",
)
@click.option("--limit", type=click.IntRange(1), metavar="N", help="Measure on N pictures drawn by the seed.")
@click.option(
    "--timed",
    type=click.IntRange(0),
    default=200,
    show_default=True,
    metavar="N",
    help="Take times, throughput and memory on N of the pictures; 0: none.",
)
@click.option(
    "--floor",
    "floors",
    callback=limits_on(*FLOORS),
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Exit with 1 where a figure is below VALUE: {', '.join(FLOORS)}.  Can be repeated.",
)
@click.option(
    "--ceiling",
    "ceilings",
    callback=limits_on(*CEILINGS),
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
    help="Measure nothing: write the tables of this JSON file into the documents that show such results: "
    "README.md and the model card; the pages in exports for --artefact; docs/VECTORIZE.md for suite svg.  "
    "Can be repeated, for several suites.",
)
@click.option(
    "--check-figures",
    "check",
    is_flag=True,
    help="Measure nothing: exit with 1 where a document differs from the result files that it names.",
)
@click.option(
    "--compare",
    nargs=2,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="A B",
    help="Measure nothing: show how the figures of JSON file B differ from those of A, with intervals.",
)
@click.option(
    "--artefact",
    "artefacts",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    multiple=True,
    metavar="FILE",
    help="Measure nothing but this artefact of hybrid-logo export and its release, in the mode hybrid: size, "
    "load time, memory, cold start, accuracy and time, each in a process of its own.  Can be repeated.",
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
    logos: int | None,
    journal: Path | None,
    limit: int | None,
    timed: int,
    floors: dict[str, float],
    ceilings: dict[str, float],
    write: tuple[Path, ...],
    check: bool,
    compare: tuple[Path, Path] | None,
    artefacts: tuple[Path, ...],
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

    Exit code 0: measured; 1: a limit is broken or figures differ; 2: nothing could be measured or compared.
    """
    given = {name: value for name, value in (("logos", logos), ("journal", journal)) if value is not None}
    if given and "svg" not in suites:
        raise click.UsageError(f"--{min(given)} goes with --suite svg alone.")
    if compare is not None:
        _compare(*compare)
        return
    if write or check:
        _figures(write, check)
        return
    if artefacts:
        from hybrid_logo.cli.artefacts import compare_artefacts

        if precision is not None:
            raise click.UsageError("--precision does not go with --artefact, which holds its own.")
        for whole, _ in _datasets(dataset, suites, [], seed, cache, labels):
            compare_artefacts(whole.limited(limit), artefacts, model, out)
        return
    from rich.console import Console

    from hybrid_logo.classifier import HybridClassifier
    from hybrid_logo.evaluation.report.page import html_page, html_section
    from hybrid_logo.evaluation.report.summary import print_summary
    from hybrid_logo.evaluation.results.limits import broken_limits
    from hybrid_logo.evaluation.running import measure_all, save_result
    from hybrid_logo.output import open_output

    classifiers = {
        Mode(mode): HybridClassifier(Mode(mode), model=model, precision=precision) for mode in modes
    }
    options.warn_of_void_promises(next(iter(classifiers.values())).bundle)
    special = [suite for suite in suites if suite not in SUITES]
    settings = {"svg": given}
    broken, sections = [], []
    for whole, chosen in _datasets(dataset, suites, special, seed, cache, labels):
        pictures = whole.limited(limit)
        result, answers = measure_all(
            pictures,
            classifiers,
            special=chosen,
            timed=timed,
            model=model,
            progress=step_progress,
            settings=settings,
        )
        print_summary(result, Console())
        if report is not None:
            sections.append(html_section(pictures, result, answers))
        if out is not None:
            click.echo(f"Written: {save_result(result, out)}")
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
    from hybrid_logo.evaluation.results.figures import check_figures, write_figures

    root = Path(__file__).resolve().parents[2]
    for path in write_figures(write, root) if write else []:
        click.echo(f"Written: {path}")
    problems = check_figures(root) if check else []
    for line in problems:
        click.echo(f"{line}. Run: hybrid-logo benchmark --write-figures RESULT", err=True)
    if problems:
        click.get_current_context().exit(1)


def _compare(first: Path, second: Path) -> None:
    from rich.console import Console

    from hybrid_logo.evaluation.report.comparison_table import print_comparison
    from hybrid_logo.evaluation.results.comparison import compare
    from hybrid_logo.evaluation.results.figures import load_result

    results = load_result(first), load_result(second)
    print_comparison(compare(*results), (str(first), str(second)), results, Console())


def _datasets(
    path: Path | None,
    suites: tuple[str, ...],
    special: list[str],
    seed: int,
    cache: Path | None,
    labels: Path | None,
) -> Iterator[tuple[Dataset, list[str]]]:
    """Each dataset, with the special suites that run on it."""
    if path is not None:
        from hybrid_logo.evaluation.pictures.datasets import read_dataset

        yield read_dataset(path, seed), special
        return
    plain = [suite for suite in SUITES if suite in suites or (special and suite == "clean")]
    for suite in plain:
        yield _test_split(suite, seed, cache, labels), special if suite == "clean" else []


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
