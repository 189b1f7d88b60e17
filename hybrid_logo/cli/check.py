"""``hybrid-logo check``: what is installed, whether the model is whole, and whether each mode answers."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import click

from hybrid_logo import __version__
from hybrid_logo.cli import options
from hybrid_logo.errors import HybridLogoError
from hybrid_logo.output import open_output
from hybrid_logo.types import Mode

if TYPE_CHECKING:
    from hybrid_logo.bundle import Bundle
    from hybrid_logo.promises import Certificate

__all__ = ["Finding", "command"]

_NAMES = {"conditional": "promise", "joint": "joint risk", "disagreement": "disagreement"}
_CLAIMS = {
    "conditional": "{limit} of the answers are wrong",
    "joint": "{limit} of all pictures are decided by the rules and wrong",
    "disagreement": "on {limit} of all pictures the rules decide and the student says otherwise",
}
"""What a certificate bounds, by its claim."""

_LIBRARIES = {"numpy": "numpy", "opencv": "cv2", "onnxruntime": "onnxruntime"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what it is.
        value: what was found.
        ok: False where pictures cannot be answered because of it.
    """

    name: str
    value: str
    ok: bool = True


@click.command("check")
@options.model_option
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    help="human: a table. json: one object.",
)
def command(model: str | None, format_name: str) -> None:
    """Check the installation and the model.

    Shows the versions of what is used, verifies the sha256 of every file of the model release, and has each
    mode answer a picture that is drawn for the purpose. Exit code 1: something is broken.
    """
    findings = [*_environment(), *_model(model)]
    healthy = all(finding.ok for finding in findings)
    if format_name == "json":
        fields = {"schema": 1, "ok": healthy, "findings": [asdict(finding) for finding in findings]}
        text = json.dumps(fields, indent=2) + "\n"
    else:
        text = _table(findings)
    with open_output(None) as write:
        write(text)
    if not healthy:
        click.get_current_context().exit(1)


def _environment() -> Iterator[Finding]:
    yield Finding("hybrid-logo", __version__)
    yield Finding("python", f"{platform.python_version()}, {platform.platform()}")
    for name, module in _LIBRARIES.items():
        try:
            yield Finding(name, str(import_module(module).__version__))
        except (ImportError, OSError) as error:
            yield Finding(name, f"cannot be imported ({error}): install it again", ok=False)
    yield Finding("processors", f"{_usable_processors()} usable of {os.cpu_count()}")
    yield _providers()


def _usable_processors() -> int | None:
    """Fewer than the machine has where a container or a job system says so."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def _providers() -> Finding:
    try:
        from onnxruntime import get_available_providers
    except (ImportError, OSError):
        return Finding("providers", "none, for onnxruntime cannot be imported", ok=False)
    found: list[str] = get_available_providers()
    return Finding("providers", ", ".join(found), ok="CPUExecutionProvider" in found)


def _model(model: str | None) -> Iterator[Finding]:
    try:
        from hybrid_logo.bundle import Bundle

        bundle = Bundle.load(model)
    except (HybridLogoError, ImportError, OSError) as error:
        yield Finding("model", str(error), ok=False)
        return
    files = bundle.manifest["files"]
    size = sum(entry["bytes"] for entry in files.values()) / 1e6
    yield Finding("model", f"{bundle.name} in {bundle.folder}")
    yield Finding("integrity", f"{len(files)} files, {size:.1f} MB, as in the manifest (sha256)")
    held = ", ".join(bundle.precisions)
    yield Finding("precision", f"{bundle.precision()} on this {platform.machine()}; the model holds {held}")
    yield from _promises(bundle)
    for mode in Mode:
        yield _self_test(mode, model)


def _promises(bundle: Bundle) -> Iterator[Finding]:
    """What is certified, one finding for each kind of claim."""
    router = bundle.router
    if router.changed:
        changed = ", ".join(router.changed)
        yield Finding(
            "promise",
            f"void since {changed} changed: every picture goes to the student, nothing is certain. Install "
            "the release again, or certify it on labelled pictures with: hybrid-logo calibrate DIR",
            ok=False,
        )
        return
    if router.promise is None:
        yield Finding("promise", "no threshold is certified: every picture goes to the student")
    else:
        alone = f"where the rules answer alone (score of {router.promise.threshold:.3f} or more), "
        yield Finding("promise", alone + _claimed(router.promise))
    for each in router.point.groups:
        yield Finding(f"{_NAMES[each.claim]}, {each.group}", _claimed(each))
    if router.certain is not None:
        sure = f"where an answer is certain (confidence of {router.certain.threshold:.3f} or more), "
        yield Finding("certain", sure + _claimed(router.certain))
    if rungs := [point.promise for point in router.points if point.promise is not None]:
        told = (f"{each.target_risk:g} (the rules take {each.coverage:.0%})" for each in rungs)
        yield Finding("target risks", ", ".join(told))
    if router.point.sets:
        coverages = ", ".join(f"{each.coverage:g}" for each in router.point.sets)
        yield Finding("prediction sets", f"coverage {coverages}, by {router.point.sets[0].n:,} pictures")


def _claimed(each: Certificate) -> str:
    """In words. What was chosen by looking at the labels is bounded by its target, the rest by its bound."""
    limit = each.risk_upper if each.claim == "disagreement" else each.target_risk
    return _CLAIMS[each.claim].format(limit=f"at most {limit:.2%}") + (
        f" at {each.confidence:.0%} confidence (counted: {each.k:,} of {each.n:,})"
    )


def _self_test(mode: Mode, model: str | None) -> Finding:
    """A red disc on white, through the whole of ``mode``."""
    name = f"self-test {mode.value}"
    try:
        import cv2
        import numpy as np

        from hybrid_logo.classifier import HybridClassifier

        page = np.full((256, 256, 3), 255, np.uint8)
        cv2.circle(page, (128, 128), 90, (40, 30, 200), cv2.FILLED, cv2.LINE_AA)
        answer = HybridClassifier(mode, model=model).classify(cv2.imencode(".png", page)[1].tobytes())
    except Exception as error:  # whatever it is, it is what this command is asked to find
        return Finding(name, f"{type(error).__name__}: {error}", ok=False)
    return Finding(
        name, f"{answer.label.value}, {answer.confidence:.1%}, decided by {answer.decided_by.value}"
    )


def _table(findings: list[Finding]) -> str:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("what", "found", "", title="hybrid-logo check", title_justify="left")
    for finding in findings:
        verdict = Text("ok", style="green") if finding.ok else Text("BROKEN", style="bold red")
        table.add_row(Text(finding.name), Text(finding.value), verdict)
    console = Console()
    with console.capture() as captured:
        console.print(table)
    return captured.get()
