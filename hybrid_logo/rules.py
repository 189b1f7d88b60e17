"""Judge: numbers become a verdict, by a scorecard that a person can read.

Each feature has a few ranges and each range gives points to each type; a few pairs of features give
theirs by both ranges. The largest sum speaks, and the points that decided are the explanation. A point
is one unit of log-odds (nat), so that sums turn into probabilities without further constants. Outside
the range that a feature had in training the scorecard stays silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.errors import BundleInvalidError
from hybrid_logo.features import NAMES, UNITS, phrase
from hybrid_logo.types import LABELS, LogoType

__all__ = ["PairTable", "RangeTable", "Scorecard", "Verdict"]

SCHEMA = 1
SLACK = 1e-3
"""Share of a feature's seen range by which a value may lie outside it."""
LARGEST = 1e30
"""Edges and seen values lie below; single precision holds them."""


@dataclass(frozen=True, slots=True)
class RangeTable:
    """Points by the range of one feature.

    Attributes:
        feature: its name.
        seen: smallest and largest value in training.
        edges: lower ends of all ranges but the first, rising.
        points: per range the points for each type in the order of ``LABELS``.
    """

    feature: str
    seen: tuple[float, float]
    edges: tuple[float, ...]
    points: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class PairTable:
    """Points by the ranges of two features.

    ``points[i][j]`` belongs to range i of the first and range j of the second.
    """

    features: tuple[str, str]
    edges: tuple[tuple[float, ...], tuple[float, ...]]
    points: tuple[tuple[tuple[float, ...], ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Verdict:
    """What the scorecard says of one picture.

    Attributes:
        label: the type with most points.
        runner_up: the type with the second most.
        points: ``float64[4]``, sums per type.
        given: ``float64[rows, 4]``, points that each row of the scorecard gave.
        rows: name of each row: a feature, or two joined by " x ".
        outside: features whose value was never seen in training; where there is one, the verdict is
            silent and must not decide alone.
    """

    label: LogoType
    runner_up: LogoType
    points: NDArray[np.float64]
    given: NDArray[np.float64]
    rows: tuple[str, ...]
    outside: tuple[str, ...]

    @property
    def margin(self) -> float:
        """Points between the label and the runner-up."""
        return float(self.points[LABELS.index(self.label)] - self.points[LABELS.index(self.runner_up)])

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """``float64[4]``: softmax of the points, not calibrated."""
        weights = np.exp(self.points - self.points.max())
        return np.asarray(weights / weights.sum())

    def support(self) -> NDArray[np.float64]:
        """``float64[rows]``: points of each row for the label over the runner-up."""
        return np.asarray(
            self.given[:, LABELS.index(self.label)] - self.given[:, LABELS.index(self.runner_up)]
        )

    def evidence(self, most: int = 5) -> tuple[tuple[str, float], ...]:
        """(row, points for the label over the runner-up) of the loudest rows, loudest first."""
        support = self.support()
        loudest = np.argsort(-np.abs(support), kind="stable")[:most]
        return tuple((self.rows[row], round(float(support[row]), 2)) for row in loudest.tolist())


class Scorecard:
    """The scorecard of a bundle.

    Args:
        base: points that each type has before anything was measured.
        ranges: one table per feature, in the order of ``features.NAMES``.
        pairs: tables of two features.
    """

    def __init__(
        self, base: Sequence[float], ranges: Sequence[RangeTable], pairs: Sequence[PairTable]
    ) -> None:
        self.base, self.ranges, self.pairs = tuple(base), tuple(ranges), tuple(pairs)
        if tuple(table.feature for table in ranges) != NAMES:
            raise BundleInvalidError(
                "The scorecard was made for other features than this version measures. "
                "Use the bundle that came with this version, or fit the rules again."
            )
        self.rows = (*NAMES, *(" x ".join(pair.features) for pair in pairs))
        columns = list(range(len(NAMES)))
        columns += [NAMES.index(pair.features[0]) for pair in pairs]
        columns += [NAMES.index(pair.features[1]) for pair in pairs]
        edges = [table.edges for table in ranges]
        edges += [pair.edges[0] for pair in pairs] + [pair.edges[1] for pair in pairs]
        self._columns = np.array(columns)
        self._edges = np.full((len(edges), max(map(len, edges), default=0)), np.inf, np.float32)
        for row, ends in enumerate(edges):
            self._edges[row, : len(ends)] = ends
        # One flat list of all cells; a row's cell is its start plus its range, or ranges.
        cells = [point for table in ranges for point in table.points]
        starts = np.cumsum([0, *(len(table.points) for table in ranges)])
        strides = [len(pair.points[0]) for pair in pairs]
        cells += [point for pair in pairs for line in pair.points for point in line]
        sizes = [len(pair.points) * len(pair.points[0]) for pair in pairs]
        self._starts = np.concatenate((starts[:-1], starts[-1] + np.cumsum([0, *sizes])[: len(pairs)]))
        self._strides = np.array(strides, np.int64)
        self._cells = np.array(cells, np.float64)
        self._base = np.array(base, np.float64)
        seen = np.array([table.seen for table in ranges], np.float64)
        slack = SLACK * (seen[:, 1] - seen[:, 0]) + 1e-6
        self._low, self._high = seen[:, 0] - slack, seen[:, 1] + slack

    def judge(self, values: NDArray[np.float32]) -> Verdict:
        """The verdict on ``float32[len(NAMES)]`` of ``features.measure``."""
        given = self._cells[self._found(values)]
        points = self._base + given.sum(axis=0)
        first, second = np.argsort(-points, kind="stable")[:2].tolist()
        inside = (values >= self._low) & (values <= self._high)  # false for NaN
        outside = (~inside).nonzero()[0].tolist()
        return Verdict(
            label=LABELS[first],
            runner_up=LABELS[second],
            points=points,
            given=given,
            rows=self.rows,
            outside=tuple(NAMES[feature] for feature in outside),
        )

    def _found(self, values: NDArray[np.float32]) -> NDArray[np.int64]:
        """Index of the cell that each row gives."""
        ranges = (values[self._columns, None] >= self._edges).sum(axis=1)
        single, pairs = len(self.ranges), len(self.pairs)
        cells = self._starts.copy()
        cells[:single] += ranges[:single]
        cells[single:] += ranges[single : single + pairs] * self._strides + ranges[single + pairs :]
        return cells

    def explain(self, verdict: Verdict, values: NDArray[np.float32], most: int = 2) -> str:
        """One sentence from the rows that spoke loudest for the label."""
        support = verdict.support()
        order = np.argsort(-support, kind="stable")
        said: list[str] = []
        for row in order.tolist():
            if support[row] <= 0 or len(said) == most:
                break
            for name in self.rows[row].split(" x "):
                words = phrase(name, float(values[NAMES.index(name)]))
                if words not in said and len(said) < most:
                    said.append(words)
        return " and ".join(said) if said else "no feature speaks clearly"

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready form."""
        return {
            "schema": SCHEMA,
            "labels": [label.value for label in LABELS],
            "unit_of_points": "nats (log-odds)",
            "base": list(self.base),
            "ranges": [
                {
                    "feature": table.feature,
                    "unit": UNITS[table.feature],
                    "seen": list(table.seen),
                    "edges": list(table.edges),
                    "points": [list(points) for points in table.points],
                }
                for table in self.ranges
            ],
            "pairs": [
                {
                    "features": list(pair.features),
                    "edges": [list(edges) for edges in pair.edges],
                    "points": [[list(points) for points in line] for line in pair.points],
                }
                for pair in self.pairs
            ],
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Scorecard:
        """Read what :meth:`to_dict` made.

        Raises:
            BundleInvalidError: it is of another schema, or a table is malformed.
        """
        try:
            if data["schema"] != SCHEMA or data["labels"] != [label.value for label in LABELS]:
                raise BundleInvalidError(
                    f"rules.json has schema {data['schema']}, this version reads {SCHEMA}. "
                    "Install the version of hybrid-logo that the bundle was made for."
                )
            _refuse_unknown(data, ("schema", "labels", "unit_of_points", "base", "ranges", "pairs"))
            for row in data["ranges"]:
                _refuse_unknown(row, ("feature", "unit", "seen", "edges", "points"))
            for row in data["pairs"]:
                _refuse_unknown(row, ("features", "edges", "points"))
            ranges = [
                RangeTable(
                    row["feature"],
                    (row["seen"][0], row["seen"][1]),
                    tuple(row["edges"]),
                    tuple(map(tuple, row["points"])),
                )
                for row in data["ranges"]
            ]
            pairs = [
                PairTable(
                    (row["features"][0], row["features"][1]),
                    (tuple(row["edges"][0]), tuple(row["edges"][1])),
                    tuple(tuple(map(tuple, line)) for line in row["points"]),
                )
                for row in data["pairs"]
            ]
            _check(data["base"], ranges, pairs)
            return cls(data["base"], ranges, pairs)
        except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
            raise BundleInvalidError(
                f"rules.json is malformed ({error!r}). Install the bundle again."
            ) from error


def _refuse_unknown(row: dict[str, Any], known: Sequence[str]) -> None:
    unknown = set(row) - set(known)
    if unknown:
        raise ValueError(f"unknown keys {sorted(unknown)}")


def _check(base: Sequence[float], ranges: Sequence[RangeTable], pairs: Sequence[PairTable]) -> None:
    """Shapes and order, so that a look-up can never leave its table."""
    tables: list[tuple[Sequence[float], int]] = [(table.edges, len(table.points)) for table in ranges]
    points = [base, *(row for table in ranges for row in table.points)]
    for pair in pairs:
        tables += [(pair.edges[0], len(pair.points)), *((pair.edges[1], len(line)) for line in pair.points)]
        points += [row for line in pair.points for row in line]
    if any(len(edges) + 1 != count or list(edges) != sorted(set(edges)) for edges, count in tables):
        raise ValueError("edges must rise, and there must be one range more than edges")
    numbers = [number for edges, _ in tables for number in edges] + [end for t in ranges for end in t.seen]
    if not all(abs(number) < LARGEST for number in numbers):
        raise ValueError(f"edges and seen values must be numbers below {LARGEST:g}")
    if any(table.seen[0] > table.seen[1] for table in ranges):
        raise ValueError("the smallest seen value must come first")
    if any(len(row) != len(LABELS) for row in points) or not np.isfinite(points).all():
        raise ValueError(f"every range gives {len(LABELS)} finite points")
