"""A worker process that is kept between pictures, and replaced when it hangs, crashes or needs too much."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import hybrid_logo
from hybrid_logo.errors import ConversionError, MissingExtraError
from hybrid_logo.vectorize.frames import receive, send

__all__ = ["DEFAULT_MEMORY_BYTES", "DEFAULT_TIME_LIMIT_S", "Worker"]

DEFAULT_TIME_LIMIT_S = 60.0
DEFAULT_MEMORY_BYTES = 3 * 2**30
STARTING_S = 30.0
"""Seconds that a new process may take to load what it needs; they do not count for the picture."""

_WHAT_TO_DO = "make the picture smaller or simpler, or allow more"


class Worker:
    """Runs one request at a time; may be shared by threads, which then wait for each other.

    The process is started with the first request by the interpreter itself, so a program that uses it needs
    no ``if __name__ == "__main__"``.

    Args:
        memory_bytes: address space of the process, where the system can limit it.
        program: command line of the process, for tests.
    """

    def __init__(
        self, memory_bytes: int = DEFAULT_MEMORY_BYTES, program: Sequence[str] | None = None
    ) -> None:
        self._program = program or [
            sys.executable, "-P", "-m", "hybrid_logo.vectorize.worker", str(memory_bytes),
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._lock = threading.Lock()

    def ask(self, message: dict[str, Any], data: bytes | memoryview, seconds: float) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Raises:
            ConversionError: the process failed, or did not answer in time; the next request gets a new one.
            MissingExtraError: a package is not installed.
        """
        with self._lock:
            try:
                if self._process is None or self._process.poll() is not None:
                    self._start()
                started = time.monotonic()
                answer = self._exchange(message | {"seconds": seconds}, data)
            except BaseException:  # also Ctrl-C: an answer that comes late must not meet the next request
                self._end()
                raise
            if answer is None:
                taken = time.monotonic() - started
                code = self._end()
                if taken >= seconds:
                    raise ConversionError(
                        f"converting took longer than {seconds:.1f} s: {_WHAT_TO_DO} time (--time-limit)."
                    )
                raise ConversionError(
                    f"the tracer's process ended unexpectedly (exit code {code}), perhaps for want of "
                    f"memory: {_WHAT_TO_DO} memory (--memory-limit)."
                )
        if "missing" in answer:
            raise MissingExtraError(answer["missing"])
        if "failed" in answer:
            raise ConversionError(
                f"the tracer failed ({answer['failed']}): {_WHAT_TO_DO} memory (--memory-limit)."
            )
        return answer

    def close(self) -> None:
        """End the process, also while a thread waits for its answer; a later request starts a new one."""
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._end()

    def _exchange(self, message: dict[str, Any], data: bytes | memoryview) -> dict[str, Any] | None:
        assert self._process is not None
        assert self._process.stdin is not None
        try:
            send(self._process.stdin, message, data)
        except OSError:  # it ended by itself
            return None
        try:
            return self._answers.get(timeout=message["seconds"])
        except queue.Empty:
            return None

    def _start(self) -> None:
        self._end()
        folder = str(Path(hybrid_logo.__file__).parents[1])
        paths = [folder, *filter(None, [os.environ.get("PYTHONPATH")])]
        settings = {"PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        self._process = subprocess.Popen(
            self._program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | settings,
        )
        self._answers = queue.Queue()
        threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()
        try:
            ready = self._answers.get(timeout=STARTING_S)
        except queue.Empty:
            ready = None
        if ready is None:
            raise ConversionError(
                f"the tracer's process did not start: {_WHAT_TO_DO} memory (--memory-limit), and see whether "
                "python -m hybrid_logo.vectorize.worker 4000000000 starts."
            )

    def _end(self) -> int | None:
        """Exit code of the process, which is ended where it is not yet."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.kill()
        code = process.wait()
        if process.stdin is not None:
            with suppress(OSError):  # what was not sent cannot be any more
                process.stdin.close()
        return code


def _listen(process: subprocess.Popen[bytes], answers: queue.Queue[dict[str, Any] | None]) -> None:
    """Pass on what the process answers, and None when it has gone."""
    assert process.stdout is not None
    with process.stdout as stream:
        while (answer := receive(stream)) is not None:
            answers.put(answer[0])
    answers.put(None)
