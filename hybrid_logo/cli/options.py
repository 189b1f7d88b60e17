"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from hybrid_logo.types import Mode, Precision

if TYPE_CHECKING:
    from hybrid_logo.bundle import Bundle
    from hybrid_logo.classifier import HybridClassifier
    from hybrid_logo.image import Limits
    from hybrid_logo.policy import Policy

__all__ = [
    "cache_option",
    "check_export_usage",
    "check_policy_usage",
    "classifier_options",
    "labels_option",
    "make_classifier",
    "make_limits",
    "model_option",
    "policy_options",
    "precision_option",
    "warn_of_void_promises",
]

Function = TypeVar("Function", bound=Callable[..., Any])

model_option = click.option(
    "--model",
    metavar="NAME_OR_FOLDER",
    help="Model release to use: the name of one that is installed, or a folder. "
    "Default: the variable HYBRID_LOGO_MODEL, else the one that this version was made with.",
)

precision_option = click.option(
    "--precision",
    type=click.Choice([precision.value for precision in Precision]),
    help="Precision of the student; the model release must hold it. int8: right on every x86. "
    "int8-symmetric: for ARM. fp32: not quantised.  [default: int8-symmetric on 64-bit ARM where the release "
    "holds it, else int8]",
)

cache_option = click.option(
    "--cache",
    type=click.Path(file_okay=False, path_type=Path),
    help="Cache folder.  [default: HYBRID_LOGO_CACHE, else ~/.cache/hybrid-logo]",
)

labels_option = click.option(
    "--labels",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Labels file.  [default: benchmarks/labels/labels.csv of the checkout]",
)


def classifier_options(function: Function) -> Function:
    """Add --model, --precision, --threads, --max-pixels and --max-bytes."""
    for option in (
        click.option(
            "--max-bytes",
            type=click.IntRange(min=1),
            metavar="N",
            help="Refuse files of more bytes than this.  [default: 104857600]",
        ),
        click.option(
            "--max-pixels",
            type=click.IntRange(min=1),
            metavar="N",
            help="Refuse pictures of more pixels than this; the size is read before anything is decoded.  "
            "[default: 64000000]",
        ),
        click.option(
            "--threads",
            type=click.IntRange(min=1),
            default=1,
            show_default=True,
            metavar="N",
            help="Threads that the student may use in each process.",
        ),
        precision_option,
        model_option,
    ):
        function = option(function)
    return function


def policy_options(function: Function) -> Function:
    """Add --target-risk, --time-budget, --min-confidence and --coverage: together they are ``policy``."""

    @wraps(function)
    def with_policy(
        *arguments: Any,
        target_risk: float | None,
        time_budget: float | None,
        min_confidence: float,
        coverage: float | None,
        **others: Any,
    ) -> Any:
        from hybrid_logo.policy import Policy

        try:
            policy = Policy(target_risk, time_budget, min_confidence, coverage)
        except ValueError as error:  # a number that is none, which passes every range
            raise click.UsageError(f"{error}.") from error
        return function(*arguments, policy=policy, **others)

    command: Any = with_policy
    share = click.FloatRange(0, 1, min_open=True, max_open=True)
    for option in (
        click.option(
            "--coverage",
            type=share,
            metavar="C",
            help="Add the types among which the right one is for a share C of pictures, such as 0.95; the "
            "model release must hold such sets. json, jsonl and csv show them, human with --explain.",
        ),
        click.option(
            "--min-confidence",
            type=click.FloatRange(0, 1),
            default=0.0,
            metavar="P",
            help="Answers of less confidence than P are never certain.",
        ),
        click.option(
            "--time-budget",
            type=click.FloatRange(min=0),
            metavar="MS",
            help="Milliseconds for one picture. Where the student would take longer, as timed on this "
            "machine, the rules answer though they are unsure, and the answer is not certain.",
        ),
        click.option(
            "--target-risk",
            type=share,
            metavar="R",
            help="Let the rules answer alone as far as at most a share R of these answers is wrong, such as "
            "0.02; the model release must certify it.  [default: what the release was made for]",
        ),
    ):
        command = option(command)
    return cast("Function", command)


def check_policy_usage(policy: Policy, mode: str, format_name: str) -> None:
    """Refuse what cannot be meant.

    Raises:
        click.UsageError: another mode than the hybrid cannot keep the policy, or the format cannot show it.
    """
    asked = {
        "--target-risk": policy.target_risk,
        "--time-budget": policy.time_budget_ms,
        "--coverage": policy.coverage,
    }
    for option, value in asked.items():
        if value is not None and mode != Mode.HYBRID:
            raise click.UsageError(f"{option} needs --mode hybrid, whose router keeps it.")
    if policy.coverage is not None and format_name == "label":
        raise click.UsageError("--coverage does not go with --format label, which is one word per picture.")


def check_export_usage(model: str | None, adapter: str | None, profile: str | None) -> None:
    """Refuse what a hybrid graph cannot tell.

    Raises:
        click.UsageError: an adapter or a profile, which need what the features measured.
    """
    asked = "--adapter" if adapter else "--profile" if profile else None
    if asked is None or model is None or not os.path.isfile(model):
        return
    from hybrid_logo.export.containers import read_record
    from hybrid_logo.export.targets import find_target

    if find_target(read_record(Path(model)).target).whole:
        raise click.UsageError(f"{asked} needs the measurements, which a hybrid graph keeps to itself.")


def warn_of_void_promises(bundle: Bundle) -> None:
    """One line on standard error where the files are not those that the promises were made with."""
    if not hasattr(bundle, "router"):  # a hybrid graph, which promises nothing
        return
    if changed := ", ".join(bundle.router.changed):
        click.echo(
            f"Warning: the promises of {bundle.name} are void since {changed} changed: every picture goes to "
            "the student and nothing is certain. Install the release again, or certify it on labelled "
            "pictures with: hybrid-logo calibrate DIR",
            err=True,
        )


def make_limits(max_pixels: int | None, max_bytes: int | None) -> Limits:
    """The limits of the command line, with the default of each that was not given."""
    from hybrid_logo.image import Limits

    given = {"max_pixels": max_pixels, "max_bytes": max_bytes}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def make_classifier(
    mode: str,
    *,
    model: str | None,
    precision: str | None,
    threads: int,
    limits: Limits,
    policy: Policy | None = None,
) -> HybridClassifier:
    """The classifier that the options of the command line describe.

    Raises:
        click.UsageError: the model release holds nothing that keeps ``policy``, or an artefact cannot.
    """
    from hybrid_logo.classifier import HybridClassifier
    from hybrid_logo.policy import DEFAULT_POLICY

    asked = policy or DEFAULT_POLICY
    try:
        if model is not None and os.path.isfile(model):
            if precision is not None:
                raise click.UsageError("--precision does not go with an artefact, which holds one.")
            return HybridClassifier.from_export(model, mode, threads=threads, limits=limits, policy=asked)
        return HybridClassifier(
            Mode(mode), model=model, precision=precision, threads=threads, limits=limits, policy=asked
        )
    except ValueError as error:
        raise click.UsageError(f"{error}.") from error
