"""How long and how large: times per picture, memory, import time.

Times on a shared machine drift, so all paths take turns on the same picture and ratios within one run are
what can be compared. OpenCV uses one thread meanwhile; the classifiers use what they were made with.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo import features, ink
from hybrid_logo.errors import HybridLogoError, PictureError
from hybrid_logo.image import decode

__all__ = [
    "COMMAND_AND_MEMORY",
    "DECODE_ALONE",
    "TimedPath",
    "decoding_alone",
    "decoding_with_checks",
    "fresh_python",
    "import_ms",
    "peak_memory_mb",
    "rules_without_decoding",
    "time_paths",
    "whole_path",
]

DECODE_ALONE = "decode alone"
DECODE_WITH_CHECKS = "decode with checks"
WARM_UP = 5

COMMAND_AND_MEMORY = """
import sys
from hybrid_logo.cli import main
code = main(sys.argv[1:], standalone_mode=False)
if sys.platform == "linux":  # ru_maxrss would count the process that started this one
    with open("/proc/self/status") as status:
        kilobytes = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
else:
    import resource
    unit = 1024 if sys.platform == "darwin" else 1
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // unit
print(kilobytes, file=sys.stderr)
"""
"""Does what ``hybrid-logo`` does, and then tells its largest resident memory on standard error, in KiB."""

_IMPORT_TIME = """
import time
import cv2, numpy, onnxruntime
started = time.perf_counter()
import hybrid_logo
hybrid_logo.HybridClassifier
print((time.perf_counter() - started) * 1000)
"""


@dataclass(frozen=True, slots=True)
class TimedPath:
    """Something done with the bytes of one picture.

    Attributes:
        name: what it is called in results.
        work: what is timed.
        before: what makes the input of ``work`` from the bytes, untimed.
        contains: name of another path that is a part of this one.
    """

    name: str
    work: Callable[[Any], object]
    before: Callable[[bytes], Any] = lambda data: data
    contains: str | None = None


def decoding_alone() -> TimedPath:
    """OpenCV's decoder with nothing around it: the floor that no path can go below."""
    return TimedPath(
        DECODE_ALONE, lambda data: cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    )


def decoding_with_checks() -> TimedPath:
    """This package's decoder: limits, orientation, bit depth; it may decode a large JPEG at reduced scale."""
    return TimedPath(DECODE_WITH_CHECKS, decode)


def rules_without_decoding(judge: Callable[[Any], object]) -> TimedPath:
    """From decoded pixels to the rules' verdict. ``judge`` takes the measured values."""
    return TimedPath(
        "rules without decoding", lambda decoded: judge(features.measure(ink.prepare(decoded))), decode
    )


def whole_path(mode: str, classify: Callable[[bytes], object]) -> TimedPath:
    """From the bytes of a file to a prediction."""
    return TimedPath(mode, classify, contains=DECODE_WITH_CHECKS)


def time_paths(
    pictures: Sequence[bytes],
    paths: Sequence[TimedPath],
    *,
    seed: int,
    rounds: int = 3,
    advance: Callable[[], object] = lambda: None,
) -> dict[str, dict[str, Any]]:
    """Time every path on every picture, in turns.

    Pictures that a path refuses are left out. Each picture's time is its median over the rounds; the figures
    describe the pictures.

    Args:
        pictures: bytes of files.
        paths: what to time. Where one is ``decoding_alone``, the others get their ratio to it.
        seed: of the order, which is another one in each round.
        rounds: how often each picture is timed on each path.
        advance: called after each picture of each round.

    Returns:
        per path: ``median_ms``, ``p95_ms`` and ``mean_ms`` per picture; ``ratio_to_decode``, total time over
        total time of decoding alone; and for whole paths ``without_decoding``, the same three after the
        time of decoding that very picture was taken off.
    """
    random = np.random.default_rng(seed)
    seconds = np.full((len(paths), rounds, len(pictures)), np.nan)
    with _one_opencv_thread():
        for position in range(min(WARM_UP, len(pictures))):
            for path in paths:
                _seconds(path, pictures[position])
        for turn in range(rounds):
            for position in random.permutation(len(pictures)):
                for number in random.permutation(len(paths)):
                    seconds[number, turn, position] = _seconds(paths[number], pictures[position])
                advance()
    answered = ~np.isnan(seconds).any(axis=(0, 1))
    if not answered.any():
        return {}
    milliseconds = np.median(seconds[:, :, answered], axis=1) * 1000
    rows = {path.name: row for path, row in zip(paths, milliseconds, strict=True)}
    times: dict[str, dict[str, Any]] = {}
    for path in paths:
        row = rows[path.name]
        times[path.name] = _described(row)
        if DECODE_ALONE in rows:
            times[path.name]["ratio_to_decode"] = float(row.sum() / rows[DECODE_ALONE].sum())
        if path.contains in rows:
            times[path.name]["without_decoding"] = _described(np.maximum(row - rows[path.contains], 0.0))
    return times


def _described(milliseconds: NDArray[np.float64]) -> dict[str, Any]:
    return {
        "median_ms": float(np.median(milliseconds)),
        "p95_ms": float(np.quantile(milliseconds, 0.95)),
        "mean_ms": float(milliseconds.mean()),
    }


def peak_memory_mb(
    pictures: Mapping[str, bytes], mode: str, model: str | None, precision: str | None = None
) -> float:
    """Largest resident memory of a fresh process that classifies the pictures, in units of 10**6 bytes.

    Args:
        pictures: file name -> bytes.
        mode: who may answer.
        model: as for ``--model``.
        precision: as for ``--precision``.

    Raises:
        HybridLogoError: the process failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, data in pictures.items():
            (Path(folder) / name).write_bytes(data)
        chosen = [] if model is None else ["--model", model]
        chosen += [] if precision is None else ["--precision", precision]
        arguments = ["classify", folder, "--format", "jsonl", "--quiet", "--mode", mode, *chosen]
        report = fresh_python(COMMAND_AND_MEMORY, *arguments).stderr
    return int(report.split()[-1]) * 1024 / 1e6


def import_ms(repeats: int = 5) -> float:
    """Median time to import this package and its classifier once its third parties are there."""
    return float(np.median([float(fresh_python(_IMPORT_TIME).stdout) for _ in range(repeats)]))


def fresh_python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``program`` in a process that has imported nothing yet.

    Raises:
        HybridLogoError: it failed.
    """
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        raise HybridLogoError(
            f"A process to measure failed: {done.stderr.strip()[-500:]}. Try: hybrid-logo check"
        )
    return done


def _seconds(path: TimedPath, data: bytes) -> float:
    """Wall time of one call; NaN where the picture cannot be answered."""
    try:
        given = path.before(data)
        started = time.perf_counter()
        path.work(given)
        return time.perf_counter() - started
    except PictureError:
        return float("nan")


@contextmanager
def _one_opencv_thread() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
