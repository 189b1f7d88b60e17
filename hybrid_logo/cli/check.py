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

__all__ = ["Finding", "command"]

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
    yield _promise(bundle)
    for mode in Mode:
        yield _self_test(mode, model)


def _promise(bundle: Bundle) -> Finding:
    promise = bundle.router.promise
    if promise is None:
        return Finding("promise", "no threshold is certified: every picture goes to the student")
    return Finding(
        "promise",
        f"where the rules answer alone (score of {promise.threshold:.3f} or more), at most "
        f"{promise.risk_upper:.1%} are wrong at {promise.confidence:.0%} confidence",
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
