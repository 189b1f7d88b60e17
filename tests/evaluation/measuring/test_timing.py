"""Times and memory, on work whose cost is known."""

from __future__ import annotations

import time
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from hybrid_logo.errors import CorruptError, HybridLogoError
from hybrid_logo.evaluation.measuring import timing
from hybrid_logo.evaluation.measuring.timing import TimedPath, time_paths


def png() -> bytes:
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[16:48, 16:48] = (0, 0, 255)
    return cv2.imencode(".png", pixels)[1].tobytes()


def test_times_follow_the_work_and_ratios_the_floor() -> None:
    paths = [
        TimedPath(timing.DECODE_ALONE, lambda data: time.sleep(0.002)),
        TimedPath("threefold", lambda data: time.sleep(0.006)),
        TimedPath("prepared", lambda data: None, before=lambda data: time.sleep(0.01)),
    ]
    found = time_paths([b"a", b"b", b"c"], paths, seed=0, rounds=3)
    assert found[timing.DECODE_ALONE]["median_ms"] >= 2
    assert found[timing.DECODE_ALONE]["ratio_to_decode"] == 1
    assert found["threefold"]["ratio_to_decode"] > 1.5
    assert found["prepared"]["p95_ms"] < 10
    assert list(found["threefold"]) == ["median_ms", "p95_ms", "mean_ms", "ratio_to_decode"]


def test_decoding_is_taken_off_picture_by_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(timing, "time", SimpleNamespace(perf_counter=lambda: clock[0]))

    def take(seconds: float) -> None:
        clock[0] += seconds

    paths = [
        TimedPath(timing.DECODE_WITH_CHECKS, lambda data: take(0.004 * len(data))),
        TimedPath("whole", lambda data: take(0.005 * len(data) + 0.002), contains="decode with checks"),
        TimedPath("strange", lambda data: take(1), contains="what was not timed"),
    ]
    found = time_paths([b"a", b"bbb"], paths, seed=0, rounds=3)
    assert found["whole"]["mean_ms"] == pytest.approx(12)
    assert found["whole"]["without_decoding"] == pytest.approx({"median_ms": 4, "p95_ms": 4.9, "mean_ms": 4})
    assert [name for name, row in found.items() if "without_decoding" in row] == ["whole"]
    assert timing.whole_path("x", len).contains == timing.decoding_with_checks().name


def test_without_the_floor_there_are_no_ratios() -> None:
    found = time_paths([b"a"], [TimedPath("x", lambda data: None)], seed=0)
    assert list(found["x"]) == ["median_ms", "p95_ms", "mean_ms"]


def test_paths_take_turns() -> None:
    calls: list[str] = []
    paths = [TimedPath(name, lambda data, name=name: calls.append(name)) for name in "ab"]
    steps: list[None] = []
    time_paths([b"1"] * 10, paths, seed=0, rounds=4, advance=lambda: steps.append(None))
    timed = calls[2 * timing.WARM_UP :]
    assert len(timed) == 80
    assert all({timed[i], timed[i + 1]} == {"a", "b"} for i in range(0, 80, 2))
    assert {timed[i] for i in range(0, 80, 2)} == {"a", "b"}
    assert len(steps) == 40


def test_refused_pictures_are_left_out() -> None:
    def work(data: bytes) -> None:
        if data == b"bad":
            raise CorruptError("damaged. Restore it.")

    path = TimedPath("x", work)
    assert time_paths([b"bad"], [path], seed=0) == {}
    assert time_paths([b"bad", b"good"], [path], seed=0)["x"]["median_ms"] < 10


def test_opencv_has_its_threads_back() -> None:
    before = cv2.getNumThreads()
    inside: list[int] = []
    time_paths([b"a"], [TimedPath("x", lambda data: inside.append(cv2.getNumThreads()))], seed=0)
    assert set(inside) == {1}
    assert cv2.getNumThreads() == before


def test_rules_are_timed_from_decoded_pixels_to_the_verdict() -> None:
    seen: list[int] = []
    path = timing.rules_without_decoding(lambda values: seen.append(len(values)))
    found = time_paths([png()], [timing.decoding_alone(), timing.decoding_with_checks(), path], seed=0)
    assert seen
    assert set(seen) == {seen[0]}
    assert found["rules without decoding"]["median_ms"] > 0


def test_a_process_that_fails_is_told() -> None:
    with pytest.raises(HybridLogoError, match="A process to measure failed"):
        timing.peak_memory_mb({"a.png": png()}, "no such mode", None)
