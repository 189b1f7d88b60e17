"""Smaller students: how each is made, what is measured of it, and that nothing is measured twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from hybrid_logo.bundle import student_file
from hybrid_logo.errors import SourceError
from hybrid_logo.training import shrink as module
from hybrid_logo.training.pruning import pruned
from hybrid_logo.training.shrink import (
    AS_TRAINED,
    FROM_SCRATCH,
    PRUNED,
    VARIANTS,
    WEIGHT_ONLY,
    Shrinking,
    Variant,
)
from hybrid_logo.training.student import StudentSettings, new_student
from hybrid_logo.types import Precision
from tests.training.learning.drawn_examples import SETTINGS, examples, table

STUDENT = StudentSettings(
    widths=(6, 6, 8, 8),
    depths=(1, 1, 1, 1),
    training=replace(SETTINGS, sources=(("labelled", 2.0), ("icons", 1.0)), distillation_weight=0.7),
    fine_tuning=SETTINGS,
)
HALF, NEW = Variant(PRUNED, 0.5), Variant(FROM_SCRATCH, 0.5)
HELD_OUT = table(2)
EXAMPLES = examples(HELD_OUT).taught(np.full((len(HELD_OUT.views), 4), 0.25, np.float32))


@pytest.fixture
def shrinking(small_models: dict[str, bytes], tmp_path: Path) -> Shrinking:
    """Of a run that holds the tests' student."""
    for precision, content in small_models.items():
        (tmp_path / student_file(Precision(precision))).write_bytes(content)
    folder = tmp_path / "shrink"
    return Shrinking(new_student(STUDENT).eval(), tmp_path, STUDENT, folder, pictures=0.02, seeds=(1, 2))


Trained = list[tuple[Any, Any, Path]]


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch, small_models: dict[str, bytes]) -> Trained:
    """What would have been trained and exported; the files are those of the tests' student."""
    runs: Trained = []

    def train(network: Any, shown: Any, held_out: Any, settings: Any, folder: Path, title: str) -> Any:
        assert (shown, held_out) == (EXAMPLES, HELD_OUT)
        runs.append((network, settings, folder))
        return network

    def export_int8(network: Any, views: Any, folder: Path, seed: int) -> None:
        assert network is runs[-1][0]
        assert seed == runs[-1][1].seed
        for precision in (Precision.FP32, Precision.INT8):
            (folder / student_file(precision)).write_bytes(small_models[precision])

    monkeypatch.setattr(module, "train", train)
    monkeypatch.setattr(module, "export_int8", export_int8)
    return runs


def same(one: torch.nn.Module, other: torch.nn.Module) -> bool:
    return all(torch.equal(values, other.state_dict()[name]) for name, values in one.state_dict().items())


def test_pruned_and_new_students_have_one_size_and_learn_alike(
    shrinking: Shrinking, trained: Trained
) -> None:
    rows = shrinking.measure(EXAMPLES, HELD_OUT, [HALF, NEW])
    assert [(row["variant"], row["seed"]) for row in rows] == [
        (one.name, seed) for one in (HALF, NEW) for seed in (1, 2)
    ]
    (cut, slow, _), _, (fresh, fast, _), (other, _, _) = trained
    assert same(cut, pruned(shrinking.network, (3, 3, 4, 4)))
    assert [values.shape for values in fresh.parameters()] == [values.shape for values in cut.parameters()]
    assert not same(fresh, other)
    assert slow.learning_rate == pytest.approx(0.2 * fast.learning_rate)
    assert replace(slow, learning_rate=fast.learning_rate) == fast
    # Twenty pictures of eight logos, of one source, with the run's teachers.
    assert (fast.epochs, fast.sources, fast.distillation_weight) == (2, (("labelled", 1.0),), 0.7)
    assert len({folder for _, _, folder in trained}) == 4


def test_the_figures_are_those_of_the_file_that_is_used(shrinking: Shrinking, trained: Trained) -> None:
    own, weights = shrinking.measure(EXAMPLES, HELD_OUT, [Variant(AS_TRAINED), Variant(WEIGHT_ONLY)])
    assert (own["variant"], own["seed"], trained) == (AS_TRAINED, 0, [])
    assert own["bytes"] == (shrinking.run / "student-int8.onnx").stat().st_size
    [made] = shrinking.folder.glob("*/student-weight-only.onnx")
    assert weights["bytes"] == made.stat().st_size < (shrinking.run / "student-fp32.onnx").stat().st_size
    assert own["parameters"] == weights["parameters"] > 1000
    assert own["multiply_adds"] > own["parameters"]
    assert 0 < weights["largest_gap"] < own["largest_gap"]
    assert own["same_label"] <= weights["same_label"] <= 1
    assert {"clean_accepted", "degraded_strict"} <= own.keys()


def test_what_is_measured_is_kept(shrinking: Shrinking, trained: Trained) -> None:
    first = shrinking.measure(EXAMPLES, HELD_OUT, [HALF])
    both = shrinking.measure(EXAMPLES, HELD_OUT, [HALF, Variant(AS_TRAINED)])
    assert (both[:2], len(both), len(trained)) == (first, 3, 2)
    replace(shrinking, pictures=0.03).measure(EXAMPLES, HELD_OUT, [HALF])
    assert len(trained) == 4
    path = shrinking.run / "student-fp32.onnx"
    path.write_bytes((shrinking.run / "student-int8.onnx").read_bytes())
    shrinking.measure(EXAMPLES, HELD_OUT, [HALF])
    assert len(trained) == 6  # the student of the run is another one


def test_all_are_timed_in_turn(
    shrinking: Shrinking, trained: Trained, monkeypatch: pytest.MonkeyPatch
) -> None:
    shrinking.measure(EXAMPLES, HELD_OUT)
    seen: list[int] = []

    def median_ms(students: Any, views: Any) -> list[float]:
        seen.extend([len(students), len({id(one) for one in students}), *map(len, views)])
        return [float(number) for number in range(len(students))]

    times = shrinking.median_ms(HELD_OUT.views)
    assert all(time > 0 for time in times.values())
    monkeypatch.setattr(module, "median_ms", median_ms)
    times = shrinking.median_ms(HELD_OUT.views)
    assert times == {one.name: float(number) for number, one in enumerate(VARIANTS)}
    assert seen == [len(VARIANTS)] * 2 + [len(HELD_OUT.views)] * len(VARIANTS)


@pytest.mark.parametrize("ask", [Shrinking.measure, lambda one, *_: one.median_ms(HELD_OUT.views)])
def test_a_missing_file_is_told(ask: Callable[..., Any], shrinking: Shrinking) -> None:
    (shrinking.run / "student-fp32.onnx").unlink()
    with pytest.raises(SourceError, match=r"fp32\.onnx is missing\. Run hybrid-logo train student"):
        ask(shrinking, EXAMPLES, HELD_OUT)


def test_a_variant_whose_file_was_deleted_is_told(shrinking: Shrinking, trained: Trained) -> None:
    shrinking.measure(EXAMPLES, HELD_OUT, [HALF])
    (trained[0][2] / "student-int8.onnx").unlink()
    with pytest.raises(SourceError, match=r"int8\.onnx is missing\. .* delete .*shrink and repeat"):
        shrinking.median_ms(HELD_OUT.views, [HALF])


def test_a_student_is_really_pruned_and_tuned(shrinking: Shrinking) -> None:
    [row] = replace(shrinking, seeds=(1,)).measure(EXAMPLES, HELD_OUT, [HALF])
    own = shrinking.measure(EXAMPLES, HELD_OUT, [Variant(AS_TRAINED)])[0]
    assert row["multiply_adds"] < own["multiply_adds"]
    assert row["parameters"] < 0.5 * own["parameters"]
    assert row["bytes"] < own["bytes"]


def test_every_pruned_size_is_also_made_from_scratch() -> None:
    sizes = [{one.share for one in VARIANTS if one.way == way} for way in (PRUNED, FROM_SCRATCH)]
    assert sizes[0] == sizes[1] == {0.75, 0.5}
    assert VARIANTS[0] == Variant(AS_TRAINED)
