"""Cold start: from nothing to the first answer of ``hybrid-logo classify``, and what that process needs."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hybrid_logo.errors import HybridLogoError
from hybrid_logo.evaluation.measuring.timing import COMMAND_AND_MEMORY

__all__ = ["ColdStart", "cold_start"]

REPEATS = 5
LONGEST_S = 120.0
"""A process that has not ended by then is ended."""


@dataclass(frozen=True, slots=True)
class ColdStart:
    """One picture, answered by a process that was started for it; medians of several.

    Attributes:
        seconds: from starting the process to its answer.
        memory_mb: largest resident memory, in units of 10**6 bytes.
    """

    seconds: float
    memory_mb: float


def cold_start(
    picture: Path, model: str | None, *, repeats: int = REPEATS, variables: Mapping[str, str] | None = None
) -> ColdStart:
    """Start ``hybrid-logo classify`` for one picture, several times.

    Files of the program lie in the file cache of the system after the first time, as they do on a machine
    that uses it; the median tells that case.

    Args:
        picture: a file.
        model: as for ``--model``: a release or an artefact.
        repeats: how often.
        variables: added to those of the environment.

    Raises:
        HybridLogoError: the process gave no answer, or none in ``LONGEST_S``.
    """
    chosen = [] if model is None else ["--model", model]
    command = [sys.executable, "-c", COMMAND_AND_MEMORY, "classify", str(picture), "--format", "jsonl"]
    told = [
        _measured([*command, "--quiet", *chosen], {**os.environ, **(variables or {})}) for _ in range(repeats)
    ]
    seconds, memory = np.median(told, axis=0)
    return ColdStart(float(seconds), float(memory))


def _measured(command: list[str], variables: dict[str, str]) -> tuple[float, float]:
    started = time.perf_counter()
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as told,  # a full pipe would stop it
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=told, text=True, errors="replace", env=variables
        ) as process,
    ):
        late = threading.Timer(LONGEST_S, process.kill)
        late.start()
        try:
            assert process.stdout is not None
            answer = process.stdout.readline()
            seconds = time.perf_counter() - started
            process.communicate()
        finally:
            late.cancel()
        told.seek(0)
        report = told.read().strip()
    if process.returncode != 0 or '"status": "ok"' not in answer:
        said = report or answer.strip()
        raise HybridLogoError(f"A process to measure failed: {said[-500:]}. Try: hybrid-logo check")
    return seconds, int(report.split()[-1]) * 1024 / 1e6
