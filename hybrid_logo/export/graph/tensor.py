"""A value of the graph that can be calculated with as with a NumPy array.

Each operator adds one node to the graph that is being drawn; nothing is computed. A plain number takes the
type of the tensor beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import DTypeLike, NDArray

if TYPE_CHECKING:
    from hybrid_logo.export.graph.builder import Builder

__all__ = ["Operand", "Tensor"]


class Tensor:
    """One named value of a graph.

    Args:
        builder: that draws the graph.
        name: of the value, unique in the graph.
        dtype: of its elements.
    """

    __slots__ = ("builder", "dtype", "name")

    def __init__(self, builder: Builder, name: str, dtype: DTypeLike) -> None:
        self.builder, self.name, self.dtype = builder, name, np.dtype(dtype)

    def op(self, kind: str, *others: Operand, dtype: DTypeLike | None = None, **attributes: Any) -> Tensor:
        """One node with this tensor as its first input; ``dtype`` of its output, if it is another."""
        return self.builder.op(kind, self, *others, dtype=dtype, **attributes)

    def to(self, dtype: DTypeLike) -> Tensor:
        """The same numbers in another type; fractions are cut off for whole numbers."""
        wanted = np.dtype(dtype)
        return self if wanted == self.dtype else self.builder.cast(self, wanted)

    def named(self, name: str) -> Tensor:
        """The same value under a name of its own, so that a reader or a test can find it."""
        return self.builder.named(self, name)

    def sum(self, axes: Sequence[int], *, keep: bool = False) -> Tensor:
        """Sum over ``axes``."""
        return self.op("ReduceSum", list(axes), keepdims=int(keep))

    def max(self, axes: Sequence[int], *, keep: bool = False) -> Tensor:
        """Largest over ``axes``."""
        return self.op("ReduceMax", list(axes), keepdims=int(keep))

    def min(self, axes: Sequence[int], *, keep: bool = False) -> Tensor:
        """Smallest over ``axes``."""
        return self.op("ReduceMin", list(axes), keepdims=int(keep))

    def slice(
        self, axes: Sequence[int], starts: Operand, ends: Operand, steps: Sequence[int] | None = None
    ) -> Tensor:
        """``starts`` to ``ends`` (exclusive) along ``axes``."""
        extra = [] if steps is None else [list(steps)]
        return self.op("Slice", starts, ends, list(axes), *extra)

    def take(self, indices: Operand, axis: int = 0) -> Tensor:
        """The entries ``indices`` along ``axis``."""
        return self.op("Gather", indices, axis=axis)

    def reshape(self, *shape: int) -> Tensor:
        """The same numbers in another shape; -1 is what remains, 0 is the axis as it is."""
        return self.op("Reshape", list(shape))

    def size(self, axis: int) -> Tensor:
        """``int64[1]``, length of ``axis``."""
        return self.op("Shape", dtype=np.int64, start=axis, end=axis + 1)

    def floor(self) -> Tensor:
        """Rounded down."""
        return self.op("Floor")

    def round(self) -> Tensor:
        """Rounded to the nearest, halves to even, as OpenCV and Python do."""
        return self.op("Round")

    def __add__(self, other: Operand) -> Tensor:
        return self.op("Add", other)

    __radd__ = __add__

    def __sub__(self, other: Operand) -> Tensor:
        return self.op("Sub", other)

    def __rsub__(self, other: Operand) -> Tensor:
        return self.builder.like(other, self).op("Sub", self)

    def __mul__(self, other: Operand) -> Tensor:
        return self.op("Mul", other)

    __rmul__ = __mul__

    def __truediv__(self, other: Operand) -> Tensor:
        """Division; of whole numbers, cut off towards zero."""
        return self.op("Div", other)

    def __rtruediv__(self, other: Operand) -> Tensor:
        return self.builder.like(other, self).op("Div", self)

    def __neg__(self) -> Tensor:
        return self.op("Neg")

    def __abs__(self) -> Tensor:
        return self.op("Abs")

    def __and__(self, other: Operand) -> Tensor:
        return self.op("And", other)

    def __or__(self, other: Operand) -> Tensor:
        return self.op("Or", other)

    def __invert__(self) -> Tensor:
        return self.op("Not")

    def __lt__(self, other: Operand) -> Tensor:
        return self.op("Less", other, dtype=np.bool_)

    def __le__(self, other: Operand) -> Tensor:
        return self.op("LessOrEqual", other, dtype=np.bool_)

    def __gt__(self, other: Operand) -> Tensor:
        return self.op("Greater", other, dtype=np.bool_)

    def __ge__(self, other: Operand) -> Tensor:
        return self.op("GreaterOrEqual", other, dtype=np.bool_)

    def equals(self, other: Operand) -> Tensor:
        """``bool``, where both are the same; ``==`` would ask whether both are one object."""
        return self.op("Equal", other, dtype=np.bool_)


Operand: TypeAlias = Tensor | float | int | bool | Sequence[Any] | NDArray[Any]
"""A tensor, or plain numbers that become a constant."""
