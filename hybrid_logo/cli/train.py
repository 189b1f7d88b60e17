"""``hybrid-logo train``: from labelled logos to a model release, step by step or all at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hybrid_logo.cli.training_options import effort_options, name_option, out_option, run_options
from hybrid_logo.cli.training_report import report

if TYPE_CHECKING:
    from hybrid_logo.training.documented import DocumentedTable
    from hybrid_logo.training.pipeline import Run

__all__ = ["command"]


@click.group("train")
def command() -> None:
    """Train rules, student and router, and release them.

    Needs the extra ``train``, fetched icon sets (data fetch) and drawn pictures (data render).
    """


command.add_command(report)


@command.command()
@run_options
def rules(**options: Any) -> None:
    """Learn the scorecard from the logos with visual labels for training, and their degraded copies."""
    run = _run(**options)
    scorecard = run.fit_rules()
    click.echo(
        f"{len(scorecard.ranges)} features and {len(scorecard.pairs)} pairs: {run.folder / 'rules.json'}"
    )


@command.command()
@run_options
@click.option(
    "--from",
    "other",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Take what the teachers of this run said of the same pictures, at any side; train none.",
)
def teachers(other: Path | None, **options: Any) -> None:
    """Train the teachers and ask them about every picture that the student will see."""
    with _together():
        run = _run(**options)
        if other is None:
            run.fit_teachers()
        else:
            from hybrid_logo.training.shared_teaching import run_of, take_teaching

            take_teaching(run, run_of(other, run))
    click.echo(f"{run.folder / 'teachers'}")


@command.command()
@run_options
def student(**options: Any) -> None:
    """Train the student, export it and quantise it.

    With several GPUs: torchrun --nproc-per-node N -m hybrid_logo train student.
    """
    with _together():
        run = _run(**options)
        run.fit_student()
    click.echo(", ".join(str(path) for path in sorted(run.folder.glob("student-*.onnx"))))


@command.command()
@run_options
@click.option(
    "--write", is_flag=True, help="Write how far drawings without labels agree into docs/TRAINING.md."
)
def router(write: bool, **options: Any) -> None:
    """Fit the router and certify its promise on the calibrate split."""
    run = _run(**options)
    if write and not run.settings.unlabelled:
        raise click.UsageError(
            "--write needs drawings without labels. Begin a run with --set unlabelled=4000."
        )
    run.fit_router()
    click.echo(f"{run.folder / 'router.json'}")
    if write:
        from hybrid_logo.training.unlabelled_table import TABLE

        told = json.loads((run.folder / "unlabelled.json").read_text(encoding="utf-8"))
        _document(TABLE, told, run.folder / "unlabelled.json", write)


@command.command()
@run_options
@effort_options
def ablation(pictures: float, seeds: int, write: bool, **options: Any) -> None:
    """Measure on calibrate what each part of the training adds, in small runs.

    Needs the teachers of a run that learns from every source, icons too. What is measured already is kept,
    so an ablation that was stopped goes on.
    """
    run = _run(**options)
    from hybrid_logo.training.ablation import WIDTHS, Ablation
    from hybrid_logo.training.ablation_table import TABLE, content

    student = replace(run.settings.student_from_scratch, widths=WIDTHS)
    planned = Ablation(student, run.folder / "ablation", pictures, tuple(range(1, seeds + 1)))
    planned.require_sources()
    examples, held_out = run.taught_examples()
    rows = planned.run(examples, held_out)
    about = {
        "pictures": round(1000 * pictures),
        "seeds": list(planned.seeds),
        "side_px": run.settings.corpus.side,
        "logos": len(set(held_out.logos.tolist())),
    }
    _document(TABLE, content(rows, about), run.folder / "ablation" / "ablation.json", write)


@command.command()
@run_options
@effort_options
def search(pictures: float, seeds: int, write: bool, **options: Any) -> None:
    """Measure sizes and input sides of the student: accuracy and time, as INT8.

    Needs the teachers of the run. What is measured already is kept, so a search that was stopped goes on.
    """
    run = _run(**options)
    from hybrid_logo.training.search import CANDIDATES, TABLE, Candidate, Search

    student = run.settings.student_from_scratch
    planned = Search(student, run.folder / "search", pictures, tuple(range(1, seeds + 1)))
    own = Candidate(run.settings.corpus.side, student.widths)
    candidates = tuple(dict.fromkeys((*CANDIDATES, own)))
    rows = planned.run(run.taught_logos, candidates)
    content = {
        "pictures": round(1000 * pictures),
        "seeds": list(planned.seeds),
        "logos": len(run.logos("calibrate")),
        "released": own.name,
        "median_ms": planned.median_ms(run.taught_logos, candidates),
        "rows": [{name: value for name, value in row.items() if name != "key"} for row in rows],
    }
    _document(TABLE, content, run.folder / "search" / "search.json", write)


@command.command()
@run_options
@effort_options
def shrink(pictures: float, seeds: int, write: bool, **options: Any) -> None:
    """Measure smaller students on calibrate: pruned, trained so, and with weights alone as INT8.

    Needs teachers and student of the run. What is measured already is kept, so it goes on where it was
    stopped.
    """
    run = _run(**options)
    from hybrid_logo.training.shrink import Shrinking
    from hybrid_logo.training.shrink_table import TABLE, content

    folder, student = run.folder / "shrink", run.settings.student_from_scratch
    numbers = tuple(range(1, seeds + 1))
    planned = Shrinking(run.trained_student(), run.folder, student, folder, pictures, numbers)
    examples, held_out = run.taught_logos(run.settings.corpus.side)
    rows = planned.measure(examples, held_out)
    about = {
        "pictures": round(1000 * pictures),
        "seeds": list(numbers),
        "side_px": run.settings.corpus.side,
        "logos": len(set(held_out.logos.tolist())),
    }
    times = planned.median_ms(held_out.views)
    _document(TABLE, content(rows, times, about), folder / "shrink.json", write)


def _document(table: DocumentedTable, content: dict[str, Any], scratch: Path, write: bool) -> None:
    """Keep a result in the run's folder, or in the checkout and its document."""
    path = table.result if write else scratch
    table.write_result(content, path)
    click.echo(f"{table.write(Path()) if write else path}")


@command.command()
@run_options
@name_option
@out_option
def release(name: str | None, out: Path, **options: Any) -> None:
    """Measure on the test split and write the model release."""
    from hybrid_logo.bundle import DEFAULT_BUNDLE

    name = name or DEFAULT_BUNDLE
    click.echo(f"{_run(**options).release(name, out / name).folder}")


@command.command("all")
@run_options
@name_option
@out_option
def everything(name: str | None, out: Path, **options: Any) -> None:
    """All steps, from labels to release."""
    run = _run(**options)
    from hybrid_logo.bundle import DEFAULT_BUNDLE
    from hybrid_logo.training.whole_run import train_everything

    name = name or DEFAULT_BUNDLE
    click.echo(f"{train_everything(run, name, out / name).folder}")


def _run(
    folder: Path,
    cache: Path | None,
    labels: Path | None,
    workers: int,
    preset: str | None,
    begin_with: Path | None,
    changes: tuple[str, ...],
) -> Run:
    with _needs_extra():
        from hybrid_logo.training.learning import parallel
        from hybrid_logo.training.pipeline import Run
        from hybrid_logo.training.settings import SETTINGS_FILE, changed_settings, read_settings, settings_of
    parallel.refuse_several()
    if preset is None and (folder / SETTINGS_FILE).is_file():
        settings = changed_settings(settings_of(folder), changes)
    else:
        settings = read_settings(preset or "cpu", changes)
    if begin_with is not None:
        settings = replace(settings, begin_with=str(begin_with))
    return Run(folder, settings, cache, labels, workers)


def _together() -> AbstractContextManager[None]:
    with _needs_extra():
        from hybrid_logo.training.learning import parallel
    return parallel.together()


@contextmanager
def _needs_extra() -> Iterator[None]:
    from hybrid_logo.errors import MissingExtraError

    try:
        yield
    except ImportError as error:
        raise MissingExtraError(
            f"Training needs more packages ({error}). Install them with: pip install 'hybrid-logo[train]'"
        ) from error
