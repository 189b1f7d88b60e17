"""The process in which pictures are traced: ``python -m hybrid_logo.vectorize.worker``.

VTracer keeps Python from running while it works, panics, and may need any time and memory. So it has a
process of its own with limits that the system keeps; when it goes, the next picture gets a new one.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import asdict
from typing import Any

__all__ = ["main"]

SPARE_S = 2
"""Seconds after which a worker that its converter has left alone ends itself."""


def main(memory_bytes: int) -> None:
    """Answer requests from standard input on standard output, until there are no more."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what libraries print must not get between the answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the converter's, which ends its workers
    _limit_memory(memory_bytes)

    import cv2

    import hybrid_logo.vectorize.conversion  # noqa: F401  - loaded before the first picture's time begins
    from hybrid_logo.vectorize.frames import receive, send

    cv2.setNumThreads(1)
    send(answers, {"ready": True})
    while (request := receive(requests)) is not None:
        message, data = request
        _set_alarm(message["seconds"])
        send(answers, _answer(message, data))
        _set_alarm(0)


def _answer(message: dict[str, Any], data: bytes) -> dict[str, Any]:
    from hybrid_logo.errors import MissingExtraError

    try:
        return _converted(message, data)
    except MissingExtraError as error:
        return {"missing": str(error)}
    except MemoryError:
        return {"failed": "it needs more memory than is allowed"}
    except BaseException as error:  # a panic of VTracer is no Exception
        return {"failed": f"{type(error).__name__}: {error}"[:500]}


def _converted(message: dict[str, Any], data: bytes) -> dict[str, Any]:
    import numpy as np

    from hybrid_logo.vectorize.conversion import converted
    from hybrid_logo.vectorize.strategies import Strategy

    started = time.perf_counter()
    pixels = np.frombuffer(data, np.uint8).reshape(message["height"], message["width"], 4)
    size = (message["size"][0], message["size"][1])
    svg, quality = converted(pixels, Strategy.from_dict(message["strategy"]), message["noise"], size)
    return {"svg": svg, "quality": asdict(quality), "seconds": time.perf_counter() - started}


def _limit_memory(memory_bytes: int) -> None:
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def _set_alarm(seconds: float) -> None:
    """End the process by the system's clock: the converter that would end it may be gone by then."""
    if sys.platform != "win32":
        signal.alarm(int(seconds) + SPARE_S if seconds else 0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
