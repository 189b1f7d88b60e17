from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from hybrid_logo.export.graph.builder import Builder
from hybrid_logo.export.graph.tensor import Tensor
from tests.export.graph.drawing import IR_VERSION, OPSET, computed, session

NUMBERS = np.array([3.0, -1.5, 4.0], np.float32)


def test_operators_calculate_as_numpy_does() -> None:
    def draw(x: Tensor) -> Sequence[Tensor]:
        return [2 - x, 1 / x, -x * 3 + 1, abs(x), (x > 0) & ~(x >= 4), (x / 2).round(), x.to(np.int64) / 2]

    found = computed(draw, NUMBERS)
    inside = (NUMBERS > 0) & ~(NUMBERS >= 4)
    expected = [2 - NUMBERS, 1 / NUMBERS, -NUMBERS * 3 + 1, np.abs(NUMBERS), inside, [2, -1, 2], [1, 0, 2]]
    for mine, theirs in zip(found, expected, strict=True):
        assert mine == pytest.approx(np.asarray(theirs))


def test_equal_constants_are_stored_once() -> None:
    builder = Builder(OPSET, IR_VERSION)
    first, second = builder.constant(1.0, np.float32), builder.constant(np.float32(1.0))
    assert first.name == second.name
    others = (builder.constant(1.0, np.float64), builder.constant([1.0], np.float32))
    assert len({first.name, *(other.name for other in others)}) == 3


def test_two_types_are_not_mixed() -> None:
    with pytest.raises(TypeError, match=r"float32.*int64"):
        computed(lambda x: x + x.to(np.int64), NUMBERS)


def test_branches_of_two_types_are_refused() -> None:
    def draw(x: Tensor) -> Sequence[Tensor]:
        return x.builder.if_(x.sum((0,)) > 0.0, lambda: [x], lambda: [x.to(np.int64)])

    with pytest.raises(TypeError, match="branches"):
        computed(draw, NUMBERS)


@pytest.mark.parametrize(("sign", "expected"), [(1, [6.0, -3.0, 8.0]), (-1, [-3.0, 1.5, -4.0])])
def test_a_branch_may_give_what_lies_outside_it(sign: int, expected: list[float]) -> None:
    def draw(x: Tensor) -> Sequence[Tensor]:
        return x.builder.if_(x.sum((0,)) > 0.0, lambda: [x * 2], lambda: [x])

    assert computed(draw, NUMBERS * sign)[0].tolist() == expected


@pytest.mark.parametrize(("start", "end"), [(5, 5 * 2**5), (200, 200)])
def test_a_loop_repeats_until_it_is_told_to_end(start: int, end: int) -> None:
    def draw(x: Tensor) -> Sequence[Tensor]:
        def double(number: Tensor) -> tuple[Tensor, Sequence[Tensor]]:
            return (number * 2 < 100).op("Squeeze"), [number * 2]

        return x.builder.loop((x < 100).op("Squeeze"), [x], double)

    assert computed(draw, np.array([start]))[0].tolist() == [end]


def other_model() -> onnx.GraphProto:
    """y = (x + weight) + weight, with names that are taken outside too."""
    weight = numpy_helper.from_array(np.array([10.0], np.float32), "constant_0")
    nodes = [
        helper.make_node("Add", ["x", "constant_0"], ["Add_1"], "Add_1"),
        helper.make_node("Add", ["Add_1", "constant_0"], ["y"], "Add_2"),
    ]
    information = [helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [3]) for name in "xy"]
    return helper.make_graph(nodes, "other", information[:1], information[1:], [weight])


@pytest.mark.parametrize("asked", [True, False])
def test_another_graph_is_copied_into_a_branch(asked: bool) -> None:
    def draw(x: Tensor, condition: Tensor) -> Sequence[Tensor]:
        return x.builder.if_(
            condition, lambda: x.builder.insert(other_model(), [x + 1], "other/"), lambda: [x + 1]
        )

    found: NDArray[np.float32] = computed(draw, NUMBERS, np.array(asked))[0]
    assert found == pytest.approx(NUMBERS + (21 if asked else 1))


def test_an_optional_input_has_its_default() -> None:
    builder = Builder(OPSET, IR_VERSION)
    number = builder.input("number", np.float32, ["n"])
    factor = builder.optional_input("factor", np.array([3.0], np.float32))
    run = session(builder.model("part", {"product": (number * factor, ["n"])})).run
    assert run(None, {"number": NUMBERS})[0] == pytest.approx(3 * NUMBERS)
    given = {"number": NUMBERS, "factor": np.array([2.0], np.float32)}
    assert run(None, given)[0] == pytest.approx(2 * NUMBERS)
