from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from hybrid_logo.errors import CorruptError, HybridLogoError
from hybrid_logo.types import FileResult
from hybrid_logo.workers import BATCH, Input, answer, answer_in_processes

CLI_TESTS = Path(__file__).parent / "cli"


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(CLI_TESTS)
    from fake_classifier import FakeClassifier

    return FakeClassifier


def imagined(count: int) -> list[str]:
    return [f"imagined-{'x' * (number % 5)}-{number}.png" for number in range(count)]


def mixed() -> list[Input]:
    """Over three batches with broken pictures, errors known before and one from standard input."""
    inputs: list[Input] = [*imagined(3 * BATCH + 5)]
    inputs[3] = "imagined-broken.png"
    inputs[BATCH] = FileResult.from_error("closed", CorruptError("known before"))
    inputs[2 * BATCH + 1] = b"12345"
    return inputs


def test_results_keep_the_order_of_the_inputs(fake: Any) -> None:
    inputs = mixed()
    results = list(answer(fake(), inputs))
    names = [i.path if isinstance(i, FileResult) else "-" if isinstance(i, bytes) else i for i in inputs]
    assert [result.path for result in results] == names
    assert results[3].error_kind == "corrupt"
    assert results[BATCH] is inputs[BATCH]
    assert results[2 * BATCH + 1] == FileResult("-", fake().answer(b"12345").prediction)


def test_several_processes_answer_the_same(fake: Any) -> None:
    inputs = mixed()
    assert list(answer_in_processes(fake(), inputs, 2)) == list(answer(fake(), inputs))


def test_no_input_gives_no_result(fake: Any) -> None:
    assert list(answer(fake(), [])) == []
    assert list(answer_in_processes(fake(), [], 2)) == []


def test_batches_hold_pictures_only_and_are_bounded(fake: Any) -> None:
    classifier = fake()
    list(answer(classifier, mixed()))
    assert classifier.batches == [BATCH, BATCH - 1, BATCH, 5]


@pytest.mark.parametrize("processes", [1, 2])
def test_inputs_are_taken_as_results_are_asked_for(fake: Any, processes: int) -> None:
    taken = 0

    def inputs() -> Iterator[str]:
        nonlocal taken
        for name in imagined(100 * BATCH):
            taken += 1
            yield name

    run = answer(fake(), inputs()) if processes == 1 else answer_in_processes(fake(), inputs(), processes)
    try:
        next(run)
        assert taken <= (1 if processes == 1 else 3 * processes) * BATCH
    finally:
        run.close()


def test_memory_does_not_grow_with_the_number_of_inputs(fake: Any) -> None:
    def peak(count: int) -> int:
        names = (f"imagined-{number}.png" for number in range(count))
        gc.collect()
        tracemalloc.start()
        try:
            assert sum(1 for _ in answer(fake(), names)) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(1000 * BATCH) < peak(100 * BATCH) + 50_000


def test_closing_ends_the_workers_at_once(fake: Any) -> None:
    run = answer_in_processes(fake(seconds=0.05), imagined(20 * BATCH), 2)
    next(run)
    assert len(active_children()) == 2
    started = time.perf_counter()
    run.close()
    assert active_children() == []
    assert time.perf_counter() - started < 1.0  # the batches under way would take 4 s


def test_a_worker_that_dies_is_told(fake: Any) -> None:
    with pytest.raises(HybridLogoError, match="worker process ended"):
        list(answer_in_processes(fake(), ["imagined-a.png", "imagined-crash.png"], 2))
    assert active_children() == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals and process groups of POSIX")
def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    """SIGKILL leaves the parent no chance to stop them."""
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\n"
        f"sys.path[:0] = [{str(CLI_TESTS)!r}, {str(CLI_TESTS.parents[1])!r}]\n"
        "from multiprocessing import active_children\n"
        "from fake_classifier import FakeClassifier\n"
        "from hybrid_logo.workers import answer_in_processes\n"
        "if __name__ == '__main__':\n"
        "    names = (f'imagined-{number}.png' for number in range(10**9))\n"
        "    for _ in answer_in_processes(FakeClassifier(seconds=0.001), names, 2):\n"
        "        print(*(child.pid for child in active_children()), flush=True)\n"
    )
    parent = subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    workers = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(workers) == 2
    parent.send_signal(signal.SIGKILL)
    parent.communicate(timeout=10)
    deadline = time.monotonic() + 10
    while any(_runs(pid) for pid in workers):
        assert time.monotonic() < deadline, "a worker outlived its parent"
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] == "Z")
