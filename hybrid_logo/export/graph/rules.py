"""The scorecard as one table look-up; mirrors ``hybrid_logo.rules``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.export.graph.planar import joined
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.features import NAMES
from hybrid_logo.rules import SLACK, PairTable, RangeTable, Scorecard

__all__ = ["EVIDENCE", "Verdict", "judge", "loudest"]

EVIDENCE = 5
"""Rows of the scorecard that are told, the loudest first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scorecard says of one picture.

    Attributes:
        label: ``int64[1]``, the type with most points.
        points: ``float64[4]``, sums per type.
        margin: ``float64[1]``, points between the label and the runner-up.
        support: ``float64[rows]``, points of each row for the label over the runner-up.
        outside: ``bool[1]``, some value was never seen in training.
    """

    label: Tensor
    points: Tensor
    margin: Tensor
    support: Tensor
    outside: Tensor


def judge(scorecard: Scorecard, values: Tensor) -> Verdict:
    """The verdict on ``float32[len(NAMES)]`` of :func:`~hybrid_logo.export.graph.features.measure`."""
    builder = values.builder
    cells, found = _cells(scorecard, values)
    given = builder.constant(cells).take(found)
    points = (given.sum((0,)) + np.array(scorecard.base)).named("points")
    highest, order = builder.ops("TopK", points, [2], dtypes=[np.float64, np.int64], axis=0)
    both = given.take(order, 1)
    seen = np.array([table.seen for table in scorecard.ranges], np.float64)
    slack = SLACK * (seen[:, 1] - seen[:, 0]) + 1e-6
    exact = values.to(np.float64)
    inside = (exact >= seen[:, 0] - slack) & (exact <= seen[:, 1] + slack)
    return Verdict(
        label=order.take([0]),
        points=points,
        margin=highest.take([0]) - highest.take([1]),
        support=both.take(0, 1) - both.take(1, 1),
        outside=inside.to(np.float32).min((0,), keep=True) < 1.0,
    )


def loudest(verdict: Verdict) -> Tensor:
    """``float32[EVIDENCE, 2]``: row of the scorecard and its points for the label over the runner-up."""
    _, rows = verdict.support.builder.ops(
        "TopK", abs(verdict.support), [EVIDENCE], dtypes=[np.float64, np.int64], axis=0
    )
    points = verdict.support.take(rows).to(np.float32)
    return joined(rows.to(np.float32).reshape(-1, 1), points.reshape(-1, 1), axis=1)


def _cells(scorecard: Scorecard, values: Tensor) -> tuple[NDArray[np.float64], Tensor]:
    """All points of the scorecard, ``float64[cells, 4]``; and the cell of each row, ``int64[rows]``."""
    tables = [*map(_as_pair, scorecard.ranges), *scorecard.pairs]
    cells = [cell for table in tables for line in table.points for cell in line]
    sizes = [len(table.points) * len(table.points[0]) for table in tables]
    starts = np.cumsum([0, *sizes[:-1]])
    strides = np.array([len(table.points[0]) for table in tables])

    def ranges(which: int) -> Tensor:
        columns = np.array([NAMES.index(table.features[which]) for table in tables])
        edges = np.full(
            (len(tables), max(1, *(len(table.edges[which]) for table in tables))), np.inf, np.float32
        )
        for row, table in enumerate(tables):
            edges[row, : len(table.edges[which])] = table.edges[which]
        reached = values.take(columns).reshape(-1, 1) >= edges
        return reached.to(np.float32).sum((1,)).to(np.int64)

    return np.array(cells, np.float64), ranges(0) * strides + ranges(1) + starts


def _as_pair(table: RangeTable) -> PairTable:
    """A table of one feature as one of two, whose second has a single range."""
    return PairTable((table.feature,) * 2, (table.edges, ()), tuple((cell,) for cell in table.points))
