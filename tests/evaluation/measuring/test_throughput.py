"""Pictures per second: which numbers of workers, and a real run of each kind."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hybrid_logo.errors import HybridLogoError
from hybrid_logo.evaluation.measuring import throughput
from hybrid_logo.evaluation.measuring.throughput import measure_throughput, worker_counts


@pytest.mark.parametrize(
    ("processors", "counts"),
    [(1, [1]), (2, [1, 2]), (4, [1, 2, 4]), (6, [1, 2, 4, 6]), (64, [1, 2, 4, 8, 16, 32, 64])],
)
def test_numbers_double_up_to_the_processors(processors: int, counts: list[int]) -> None:
    assert worker_counts(processors) == counts


def test_a_run_that_fails_is_told() -> None:
    with pytest.raises(HybridLogoError, match="A process to measure failed"):
        measure_throughput([b"x"], ["rules"], model="no such model", precision=None, workers=[1])


@pytest.mark.slow
def test_one_and_two_workers_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throughput, "WINDOW_SECONDS", 0.2)
    pixels = np.full((64, 64, 3), 255, np.uint8)
    pixels[16:48, 16:48] = (0, 0, 255)
    data = cv2.imencode(".png", pixels)[1].tobytes()
    steps: list[None] = []
    found = measure_throughput(
        [data] * 3, ["rules"], model=None, precision=None, workers=[1, 2], advance=lambda: steps.append(None)
    )
    assert len(steps) == 2
    assert [row["workers"] for row in found["rules"]] == [1, 2]
    for row in found["rules"]:
        assert 0 < row["slowest"] <= row["pictures_per_second"] <= row["fastest"] < 1e5
