"""Answers a stream of inputs in order, in this process or in several."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from multiprocessing import active_children, connection, get_context, parent_process
from types import FrameType
from typing import TYPE_CHECKING

from hybrid_logo.errors import HybridLogoError
from hybrid_logo.scan import STANDARD_INPUT
from hybrid_logo.types import FileResult

if TYPE_CHECKING:
    from hybrid_logo.classifier import HybridClassifier

__all__ = ["BATCH", "Input", "answer", "answer_in_processes"]

Input = str | bytes | FileResult
"""A path, the bytes that came through standard input, or a result that is known already."""

BATCH = 32
"""Inputs that are answered together. The same in every process, so that their number changes no answer."""


def answer(classifier: HybridClassifier, inputs: Iterable[Input]) -> Generator[FileResult, None, None]:
    """Results in the order of ``inputs``, which are taken one batch at a time."""
    for batch in _batches(inputs):
        yield from _answer_batch(classifier, batch)


def answer_in_processes(
    classifier: HybridClassifier, inputs: Iterable[Input], processes: int
) -> Generator[FileResult, None, None]:
    """The same as ``answer``, computed by ``processes`` workers with a classifier each.

    At most three batches per worker are under way. The workers end when the generator is closed, on Ctrl-C,
    and when this process dies.

    Raises:
        HybridLogoError: a worker ended unexpectedly.
    """
    under_way: deque[Future[list[FileResult]]] = deque()
    others = set(active_children())
    # Spawned, for a fork after OpenCV or ONNX Runtime were used may hang.
    executor = ProcessPoolExecutor(processes, get_context("spawn"), _start_worker, (classifier,))
    try:
        for batch in _batches(inputs):
            with _signals_held_back():
                under_way.append(executor.submit(_answer_in_worker, batch))
            if len(under_way) >= 3 * processes:
                yield from under_way[0].result()
                under_way.popleft()
        while under_way:
            yield from under_way[0].result()
            under_way.popleft()
    except BrokenProcessPool as error:
        raise HybridLogoError(
            "a worker process ended unexpectedly, perhaps for want of memory: give fewer --workers, "
            "or --workers 1 to find the picture at which it happens"
        ) from error
    finally:
        if under_way:  # stopped early, and the pictures under way may be slow ones
            for worker in set(active_children()) - others:
                worker.terminate()
        executor.shutdown(cancel_futures=True)


def _batches(inputs: Iterable[Input]) -> Iterator[list[Input]]:
    iterator = iter(inputs)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _answer_batch(classifier: HybridClassifier, batch: list[Input]) -> Iterator[FileResult]:
    sources = [item for item in batch if not isinstance(item, FileResult)]
    results = iter(classifier.classify_many(sources, batch_size=BATCH))
    for item in batch:
        if isinstance(item, FileResult):
            yield item
        else:
            yield replace(next(results), path=STANDARD_INPUT if isinstance(item, bytes) else item)


# The rest runs in a worker, where the classifier is kept between batches.

_classifier: HybridClassifier


def _start_worker(classifier: HybridClassifier) -> None:
    global _classifier
    _classifier = classifier
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the one that started it is killed: the pool alone would wait for ever."""
    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


def _answer_in_worker(batch: list[Input]) -> list[FileResult]:
    return list(_answer_batch(_classifier, batch))


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Let no signal break the start of a process, and no Ctrl-C reach it: the parent stops its workers.

    A mask alone would not do, for threads of numpy take signals too.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held: list[int] = []

    def hold(number: int, _frame: FrameType | None) -> None:
        held.append(number)

    before = {number: signal.signal(number, hold) for number in (signal.SIGINT, signal.SIGTERM)}
    if sys.platform != "win32":
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # what a new process starts with
    try:
        yield
    finally:
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for number, handler in before.items():
            signal.signal(number, handler)
        for late in held:
            signal.raise_signal(late)
