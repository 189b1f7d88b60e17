"""The gate."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from hybrid_logo.errors import ParityError
from hybrid_logo.export.parity import Answers, Parity, compared, median_ms

SURE = np.array([[0.7, 0.1, 0.1, 0.1], [0.1, 0.6, 0.2, 0.1], [0.25, 0.25, 0.26, 0.24]])


def parity(**changed: object) -> Parity:
    made = Parity(
        pictures=1000,
        pictures_from="1,000 pictures",
        reference="the student",
        same=1.0,
        largest_gap=0.0,
        identical=False,
        differing=(),
        same_as_fp32=1.0,
        size_bytes=10,
        fp32_bytes=40,
        median_ms=1.0,
        reference_ms=2.0,
        computed_in="int8",
        processor="one",
    )
    return replace(made, **changed)  # type: ignore[arg-type]


def test_labels_are_counted_and_the_largest_gap_is_found() -> None:
    other = SURE.copy()
    other[2] = [0.25, 0.27, 0.24, 0.24]
    other[0] += [-0.05, 0.05, 0, 0]
    found = compared(Answers(SURE), Answers(other), ["a", "b", "c"])
    assert found["same"] == pytest.approx(2 / 3)
    assert found["largest_gap"] == pytest.approx(0.05)
    assert found["differing"] == (("c", "gradient", "text"),)


def test_who_decided_counts_too() -> None:
    found = compared(
        Answers(SURE, ["rules", "both", "both"]), Answers(SURE, ["rules", "rules", "both"]), list("abc")
    )
    assert found["differing"] == (("b", "text by both", "text by rules"),)


def test_only_the_very_numbers_are_identical() -> None:
    raw = np.ones((3, 4), np.float32)
    nearly = np.nextafter(raw, np.float32(2))
    assert compared(Answers(SURE, raw=raw), Answers(SURE, raw=raw.copy()), list("abc"))["identical"]
    assert not compared(Answers(SURE, raw=raw), Answers(SURE, raw=nearly), list("abc"))["identical"]
    assert not compared(Answers(SURE), Answers(SURE), list("abc"))["identical"]


@pytest.mark.parametrize(
    ("precision", "changed", "passes"),
    [
        ("fp32", {"same": 0.995}, True),
        ("fp32", {"same": 0.994}, False),
        ("int8", {"same": 0.990}, True),
        ("int8", {"same": 0.989}, False),
        ("fp32", {"largest_gap": 0.002}, False),
        ("int8", {"largest_gap": 0.002}, True),
        ("int8", {"largest_gap": 0.2}, False),
        ("int8", {"same": 0.994, "same_as_fp32": None}, False),
        ("int8", {"same": 0.996, "same_as_fp32": None, "largest_gap": 0.9}, True),
    ],
)
def test_the_gate(precision: str, changed: dict[str, object], passes: bool) -> None:
    if passes:
        parity(**changed).require("ort", precision)
    else:
        with pytest.raises(ParityError, match="Nothing was written"):
            parity(**changed).require("ort", precision)


def test_the_record_holds_no_list_and_no_size() -> None:
    figures = parity(differing=(("a", "text", "simple"),)).figures()
    assert figures["differing"] == 1
    assert "size_bytes" not in figures


def test_times_take_turns_and_are_in_milliseconds() -> None:
    order: list[str] = []

    def slow(_: int) -> None:
        order.append("slow")
        time.sleep(0.004)

    slow_ms, quick_ms = median_ms([slow, lambda _: order.append("quick")], [1, 2, 3])
    assert 4 <= slow_ms < 40
    assert quick_ms < slow_ms
    assert order[-2:] == ["slow", "quick"]
