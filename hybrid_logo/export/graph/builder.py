"""Draws an ONNX graph node by node: names, constants, branches and loops.

A node goes into the innermost graph that is open: the model's own, a branch of an ``If`` or the body of a
``Loop``. Constants are stored once, in the outermost graph, whoever reads them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import DTypeLike, NDArray
from onnx import helper, numpy_helper

from hybrid_logo.export.graph.tensor import Operand, Tensor

__all__ = ["Builder"]

_INDEXED = {
    "Slice",
    "ReduceSum",
    "ReduceMax",
    "ReduceMin",
    "Reshape",
    "Pad",
    "Squeeze",
    "Unsqueeze",
    "Expand",
}
_INDEXED |= {"Gather", "TopK", "CumSum", "ScatterElements", "Tile"}
"""Operators whose plain operands are places or lengths, and not numbers to calculate with."""


class _Scope(NamedTuple):
    """What was drawn of one graph."""

    nodes: list[onnx.NodeProto]
    initializers: list[onnx.TensorProto]


class Builder:
    """One graph in the making.

    Args:
        opset: version of the operators of the domain ``ai.onnx``.
        ir_version: version of the file format.
    """

    def __init__(self, opset: int, ir_version: int) -> None:
        self.opset, self.ir_version = opset, ir_version
        self._inputs: list[onnx.ValueInfoProto] = []
        self._constants: dict[tuple[str, tuple[int, ...], bytes], str] = {}
        self._initializers: list[onnx.TensorProto] = []
        self._scopes: list[_Scope] = [_Scope([], self._initializers)]
        self._names: dict[str, int] = {}

    def input(self, name: str, dtype: DTypeLike, shape: Sequence[str | int]) -> Tensor:
        """An input of the model."""
        self._inputs.append(_information(name, np.dtype(dtype), shape))
        return Tensor(self, name, dtype)

    def optional_input(self, name: str, default: NDArray[Any]) -> Tensor:
        """An input of the model that has a value where none is given."""
        self._initializers.append(numpy_helper.from_array(default, name))
        return self.input(name, default.dtype, default.shape)

    def constant(self, value: Any, dtype: DTypeLike | None = None) -> Tensor:
        """``value`` as a constant, stored once."""
        array = np.ascontiguousarray(value, dtype)
        array = array.reshape(np.shape(value))  # the line above makes a scalar a row of one
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = f"constant_{len(self._constants)}"
            self._initializers.append(numpy_helper.from_array(array, self._constants[key]))
        return Tensor(self, self._constants[key], array.dtype)

    def like(self, value: Operand, beside: Tensor) -> Tensor:
        """``value`` as a tensor; plain numbers get the type of the tensor ``beside``."""
        return value if isinstance(value, Tensor) else self.constant(value, beside.dtype)

    def op(self, kind: str, *inputs: Operand, dtype: DTypeLike | None = None, **attributes: Any) -> Tensor:
        """One node of one output, of the type of its first input unless ``dtype`` says otherwise."""
        return self.ops(kind, *inputs, dtypes=[dtype], **attributes)[0]

    def ops(
        self, kind: str, *inputs: Operand, dtypes: Sequence[DTypeLike | None], **attributes: Any
    ) -> tuple[Tensor, ...]:
        """One node of ``len(dtypes)`` outputs."""
        first = next(value for value in inputs if isinstance(value, Tensor))
        given = [self._operand(kind, value, first) for value in inputs]
        for value in given:
            if kind in _SAME_TYPE and value.dtype != first.dtype:
                raise TypeError(f"{kind} of {first.name} ({first.dtype}) and {value.name} ({value.dtype})")
        outputs = tuple(Tensor(self, self._name(kind), dtype or first.dtype) for dtype in dtypes)
        self._node(kind, given, outputs, attributes)
        return outputs

    def cast(self, value: Tensor, dtype: np.dtype[Any]) -> Tensor:
        """``value`` in another type."""
        return self.op("Cast", value, dtype=dtype, to=_kind(dtype))

    def named(self, value: Tensor, name: str) -> Tensor:
        """``value`` under ``name``."""
        named = Tensor(self, name, value.dtype)
        self._node("Identity", [value], [named], {})
        return named

    def if_(
        self, condition: Tensor, then: Callable[[], Sequence[Tensor]], other: Callable[[], Sequence[Tensor]]
    ) -> tuple[Tensor, ...]:
        """What ``then`` gives where ``condition`` (one ``bool``) holds, else what ``other`` gives.

        Both are called to draw their branch; only one branch runs.
        """
        first, dtypes = self._graph("then", [], then)
        second, same = self._graph("otherwise", [], other)
        if dtypes != same:
            raise TypeError(f"the branches give {dtypes} and {same}")
        return self.ops("If", condition, dtypes=dtypes, then_branch=first, else_branch=second)

    def loop(
        self,
        go_on: Tensor,
        state: Sequence[Tensor],
        body: Callable[..., tuple[Tensor, Sequence[Tensor]]],
    ) -> tuple[Tensor, ...]:
        """Repeat ``body``, which takes the state and gives whether to go on and the next state.

        Args:
            go_on: one ``bool``, whether to begin.
            state: to begin with.
            body: called once, to draw it.
        """
        turn = Tensor(self, self._name("turn"), np.int64)
        went_on = Tensor(self, self._name("went_on"), np.bool_)
        inside = [Tensor(self, self._name("state"), value.dtype) for value in state]

        def draw() -> Sequence[Tensor]:
            goes_on, following = body(*inside)
            return [goes_on, *following]

        graph, dtypes = self._graph("body", [turn, went_on, *inside], draw)
        no_limit = self.constant(np.iinfo(np.int64).max)
        return self.ops("Loop", no_limit, go_on, *state, dtypes=dtypes[1:], body=graph)

    def insert(self, graph: onnx.GraphProto, inputs: Sequence[Tensor], prefix: str) -> tuple[Tensor, ...]:
        """Copy all of ``graph`` in here, its names behind ``prefix``; its outputs.

        Its weights stay beside its nodes, where ONNX Runtime looks for them when it joins quantised nodes.
        """
        renamed = {"": ""} | {
            value.name: given.name for value, given in zip(graph.input, inputs, strict=True)
        }
        for original in graph.initializer:
            weight = onnx.TensorProto()
            weight.CopyFrom(original)
            weight.name = renamed[original.name] = prefix + original.name
            self._scopes[-1].initializers.append(weight)
        for source in graph.node:
            node = onnx.NodeProto()
            node.CopyFrom(source)
            for name in source.output:
                renamed.setdefault(name, prefix + name)
            node.name = prefix + source.name
            node.input[:] = [renamed[name] for name in source.input]
            node.output[:] = [renamed[name] for name in source.output]
            self._scopes[-1].nodes.append(node)
        return tuple(
            Tensor(
                self, renamed[value.name], helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
            )
            for value in graph.output
        )

    def model(
        self, name: str, outputs: Mapping[str, tuple[Tensor, Sequence[str | int] | None]]
    ) -> onnx.ModelProto:
        """The finished model; ``outputs``: name -> value and its shape."""
        for output, (value, _) in outputs.items():
            self.named(value, output)
        graph = helper.make_graph(
            self._scopes[0].nodes,
            name,
            self._inputs,
            [_information(output, value.dtype, shape) for output, (value, shape) in outputs.items()],
            self._initializers,
        )
        opsets = [helper.make_opsetid("", self.opset)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=self.ir_version)

    def _operand(self, kind: str, value: Operand, first: Tensor) -> Tensor:
        if kind in _INDEXED and not isinstance(value, Tensor):
            return self.constant(value, np.int64)
        return self.like(value, first)

    def _node(
        self, kind: str, inputs: Iterable[Tensor], outputs: Sequence[Tensor], attributes: dict[str, Any]
    ) -> None:
        node = helper.make_node(
            kind,
            [value.name for value in inputs],
            [value.name for value in outputs],
            name=f"{kind}_of_{outputs[0].name}",
            **attributes,
        )
        self._scopes[-1].nodes.append(node)

    def _graph(
        self, name: str, inputs: Sequence[Tensor], draw: Callable[[], Sequence[Tensor]]
    ) -> tuple[onnx.GraphProto, list[np.dtype[Any]]]:
        """A graph inside this one, and the types of its outputs."""
        self._scopes.append(_Scope([], []))
        outputs = [self.op("Identity", value) for value in draw()]  # an outer value is no output of its own
        scope = self._scopes.pop()
        shapes: dict[str, tuple[()]] = {value.name: () for value in inputs[:2]}  # of a loop: turn, going on
        graph = helper.make_graph(
            scope.nodes,
            self._name(name),
            [_information(value.name, value.dtype, shapes.get(value.name)) for value in inputs],
            [_information(value.name, value.dtype, None) for value in outputs],
            scope.initializers,
        )
        return graph, [value.dtype for value in outputs]

    def _name(self, kind: str) -> str:
        self._names[kind] = self._names.get(kind, 0) + 1
        return f"{kind}_{self._names[kind]}"


_SAME_TYPE = {"Add", "Sub", "Mul", "Div", "Max", "Min", "Concat", "Less", "LessOrEqual", "Greater"}
_SAME_TYPE |= {"GreaterOrEqual", "Equal", "And", "Or", "MatMul"}
"""Operators whose inputs all have one type; a mistake is told where it is made."""


def _kind(dtype: np.dtype[Any]) -> int:
    return int(helper.np_dtype_to_tensor_dtype(dtype))


def _information(name: str, dtype: np.dtype[Any], shape: Sequence[str | int] | None) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, _kind(dtype), shape)
