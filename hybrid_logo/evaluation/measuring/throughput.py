"""Pictures per second by the number of worker processes, each number in a fresh process.

A run answers the same files over and over, the way ``hybrid-logo classify --workers`` does. What the start
costs is left out: counting begins some time after the first answer.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hybrid_logo.evaluation.measuring.timing import fresh_python

__all__ = ["measure_throughput", "worker_counts"]

WARM_UP_SECONDS, WINDOWS, WINDOW_SECONDS = 0.5, 3, 0.5

_PROGRAM = """
import itertools, json, os, sys, time
from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.workers import answer, answer_in_processes
folder, mode, workers, model, precision, warm_up, windows, seconds = json.loads(sys.argv[1])
names = itertools.cycle(sorted(entry.path for entry in os.scandir(folder)))
classifier = HybridClassifier(mode, model=model, precision=precision)
results = answer(classifier, names) if workers == 1 else answer_in_processes(classifier, names, workers)
next(results)
start, begun, rates = time.perf_counter() + warm_up, None, []
for _ in results:
    # Results come in bursts of one batch: a window reaches from the first of a burst to the first of another.
    now = time.perf_counter()
    if begun is not None and now - begun >= seconds:
        rates.append(count / (now - begun))
        begun = None
    if len(rates) == windows:
        break
    if begun is None and now >= start:
        begun, count = now, 0
    count = 0 if begun is None else count + 1
results.close()
print(json.dumps(sorted(rates)))
"""


def worker_counts(processors: int | None = None) -> list[int]:
    """1, 2, 4, ... and the number of processors itself, which is this machine's unless it is given."""
    most = max(1, processors or os.cpu_count() or 1)
    return sorted({most, *(2**step for step in range(most.bit_length()) if 2**step <= most)})


def measure_throughput(
    pictures: Sequence[bytes],
    modes: Sequence[str],
    *,
    model: str | None,
    precision: str | None,
    workers: Sequence[int],
    advance: Callable[[], object] = lambda: None,
) -> dict[str, list[dict[str, Any]]]:
    """Measure each mode with each number of workers.

    Args:
        pictures: bytes of files.
        modes: who may answer.
        model: as for ``--model``.
        precision: as for ``--precision``.
        workers: numbers of processes.
        advance: called after each mode and number, ``len(modes) * len(workers)`` times.

    Returns:
        per mode, one row per number: ``workers``, ``pictures_per_second`` (the median of some windows), and
        its ``slowest`` and ``fastest`` window.

    Raises:
        HybridLogoError: a process failed.
    """
    found: dict[str, list[dict[str, Any]]] = {mode: [] for mode in modes}
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(pictures):
            (Path(folder) / f"{number:06d}.png").write_bytes(data)
        for mode in modes:
            for count in workers:
                settings = [folder, mode, count, model, precision, WARM_UP_SECONDS, WINDOWS, WINDOW_SECONDS]
                slowest, *between, fastest = json.loads(fresh_python(_PROGRAM, json.dumps(settings)).stdout)
                found[mode].append(
                    {
                        "workers": count,
                        "pictures_per_second": between[len(between) // 2],
                        "slowest": slowest,
                        "fastest": fastest,
                    }
                )
                advance()
    return found
