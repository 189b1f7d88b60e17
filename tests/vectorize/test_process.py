from __future__ import annotations

import io
import subprocess
import sys
import threading
import time
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import ConversionError, MissingExtraError
from hybrid_logo.types import LogoType
from hybrid_logo.vectorize import worker as program
from hybrid_logo.vectorize.frames import receive, send
from hybrid_logo.vectorize.process import Worker
from hybrid_logo.vectorize.strategies import STRATEGIES
from tests.drawn_pictures import RED, disc

OBEDIENT = """
import os, sys, time
from hybrid_logo.vectorize.frames import receive, send
send(sys.stdout.buffer, {"ready": True})
while (request := receive(sys.stdin.buffer)) is not None:
    match request[0]["do"]:
        case "hang": time.sleep(60)
        case "crash": os._exit(9)
        case "babble": sys.stdout.buffer.write(b"?"); sys.stdout.flush(); os._exit(0)
        case "panic": send(sys.stdout.buffer, {"failed": "PanicException: at the disco"})
        case "lack": send(sys.stdout.buffer, {"missing": "pip install it"})
        case word: send(sys.stdout.buffer, {"said": word, "size": len(request[1]), "pid": os.getpid()})
"""


@pytest.fixture
def obedient(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A worker that does what it is told."""
    made = Worker(program=[sys.executable, "-c", OBEDIENT])
    yield made
    made.close()


def ask(worker: Worker, word: str, seconds: float = 20.0) -> dict[str, Any]:
    return worker.ask({"do": word}, b"12345", seconds)


def test_one_process_answers_many(obedient: Worker) -> None:
    answers = [ask(obedient, word) for word in ("a", "b")]
    assert [(answer["said"], answer["size"]) for answer in answers] == [("a", 5), ("b", 5)]
    assert answers[0]["pid"] == answers[1]["pid"]


@pytest.mark.parametrize("word", ["crash", "babble", "panic"])
def test_after_a_failure_the_next_is_answered(obedient: Worker, word: str) -> None:
    with pytest.raises(ConversionError, match="tracer"):
        ask(obedient, word)
    assert ask(obedient, "next")["said"] == "next"


def test_a_hang_ends_in_time_and_the_next_is_answered(obedient: Worker) -> None:
    first = ask(obedient, "warm")["pid"]
    started = time.monotonic()
    with pytest.raises(ConversionError, match=r"longer than 0\.2 s"):
        ask(obedient, "hang", 0.2)
    assert time.monotonic() - started < 10
    assert ask(obedient, "next")["pid"] != first


@pytest.mark.parametrize("code", ["import os; os._exit(3)", "raise SystemExit('no room')"])
def test_a_process_that_does_not_start_is_told(code: str) -> None:
    worker = Worker(program=[sys.executable, "-c", code])
    with pytest.raises(ConversionError, match="did not start"):
        ask(worker, "a")
    assert worker._process is None


def test_a_missing_package_is_no_fault_of_the_picture(obedient: Worker) -> None:
    with pytest.raises(MissingExtraError, match="pip install it"):
        ask(obedient, "lack")


def test_threads_wait_for_each_other(obedient: Worker) -> None:
    said: list[str] = []
    threads = [
        threading.Thread(target=lambda word=word: said.append(ask(obedient, word)["said"])) for word in "abcd"
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == list("abcd")


def test_close_ends_the_process_and_may_be_repeated(obedient: Worker) -> None:
    ask(obedient, "a")
    process = obedient._process
    assert process is not None
    obedient.close()
    obedient.close()
    assert process.poll() is not None


def test_close_does_not_wait_for_an_answer(obedient: Worker) -> None:
    ask(obedient, "warm")
    failures: list[str] = []

    def wait() -> None:
        try:
            ask(obedient, "hang")
        except ConversionError as error:
            failures.append(str(error))

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.2)
    obedient.close()
    waiting.join(10)
    assert "ended unexpectedly" in failures[0]


def test_a_stream_that_ends_within_a_message_gives_nothing() -> None:
    stream = io.BytesIO()
    send(stream, {"a": 1}, b"data")
    whole = stream.getvalue()
    assert receive(io.BytesIO(whole)) == ({"a": 1}, b"data")
    for length in range(len(whole)):
        assert receive(io.BytesIO(whole[:length])) is None


def request(**changed: Any) -> dict[str, Any]:
    strategy = STRATEGIES[LogoType.SIMPLE].to_dict()
    return {"height": 48, "width": 48, "size": [48, 48], "noise": 2.0, "strategy": strategy} | changed


def test_the_real_worker_converts() -> None:
    worker = Worker()
    try:
        answer = worker.ask(request(), disc(48, RED).tobytes(), 60.0)
        assert answer["svg"].startswith("<svg")
        assert answer["quality"]["color_error"] < 0.5
        with pytest.raises(ConversionError, match="ValueError"):
            worker.ask(request(height=47), disc(48, RED).tobytes(), 60.0)
        assert worker.ask(request(), disc(48, RED).tobytes(), 60.0)["svg"] == answer["svg"]
    finally:
        worker.close()


class Panic(BaseException):
    """As VTracer's, which is no Exception."""


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (Panic("index out of bounds"), {"failed": "Panic: index out of bounds"}),
        (MemoryError(), {"failed": "it needs more memory than is allowed"}),
        (MissingExtraError("install it"), {"missing": "install it"}),
    ],
)
def test_whatever_is_raised_is_an_answer(
    monkeypatch: pytest.MonkeyPatch, raised: BaseException, told: dict[str, str]
) -> None:
    def fail(*_: Any) -> None:
        raise raised

    monkeypatch.setattr("hybrid_logo.vectorize.conversion.converted", fail)
    assert program._answer(request(), np.zeros((48, 48, 4), np.uint8).tobytes()) == told


@pytest.mark.parametrize(
    ("code", "exit_code"),
    [
        ("w._limit_memory(2**30)\ntry: bytearray(2**31)\nexcept MemoryError: sys.exit(7)", 7),
        ("w._set_alarm(0.0); w._set_alarm(1e-3); w.signal.alarm(1); time.sleep(30)", -14),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="the system keeps no such limits")
def test_the_system_keeps_the_limits(code: str, exit_code: int) -> None:
    start = "import sys, time\nimport hybrid_logo.vectorize.worker as w\n"
    done = subprocess.run([sys.executable, "-c", start + code], timeout=60, check=False)
    assert done.returncode == exit_code
