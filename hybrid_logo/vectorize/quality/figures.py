"""What the rows say: errors and bytes of each method against another's, with paired intervals over logos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.evaluation.statistics.metrics import cluster_draws, share
from hybrid_logo.types import LABELS
from hybrid_logo.vectorize.quality.candidates import DEFAULT, SNAP, strategy_name
from hybrid_logo.vectorize.quality.choices import METHODS, OURS, RUNS
from hybrid_logo.vectorize.quality.conditions import CONDITIONS
from hybrid_logo.vectorize.quality.measured import Quality
from hybrid_logo.vectorize.quality.rows import Row

__all__ = ["FIGURES", "MARGIN", "SMALL", "figures_of", "worst_first"]

Floats: TypeAlias = NDArray[Any]

FIGURES = tuple(field.name for field in fields(Quality))
SMALLEST = {"color_error": 0.05, "low_pass_color_error": 0.05, "edge_distance_px": 0.05}
"""Added on both sides of a ratio, so that what nobody sees does not decide it."""
MARGIN = 0.5
"""Colour error, in units of L*a*b*, that a conversion may have beyond VTracer's default and not be worse."""
RESAMPLES = 1000
CLEAN = {condition.name for condition in CONDITIONS if not condition.jpeg}
SMALL = [condition.name for condition in CONDITIONS if not condition.jpeg and condition.side_px <= 128]


def figures_of(rows: Sequence[Row], seed: int) -> dict[str, Any]:
    """All figures of the suite, JSON-ready.

    Args:
        rows: those that hold candidates.
        seed: of the bootstrap.
    """
    clean = [row for row in rows if row["condition"] in CLEAN]
    small = [row for row in clean if row["condition"] in SMALL]
    lossy = [row for row in rows if row["condition"] not in CLEAN]
    types = [label for label in LABELS if any(row["type"] == label for row in rows)]

    def by_type(chosen: Sequence[Row]) -> dict[str, dict[str, Any]]:
        return {
            name: {label: _against(chosen, label, choose, METHODS[DEFAULT], seed) for label in types}
            for name, choose in METHODS.items()
        }

    return {
        "types": types,
        "methods": by_type(clean),
        "methods_jpeg": by_type(lossy),
        "sizes": {
            condition: {
                label: _against(
                    [row for row in rows if row["condition"] == condition],
                    label, METHODS[OURS], METHODS[DEFAULT], seed,
                )
                for label in types
            }
            for condition in dict.fromkeys(row["condition"] for row in rows)
        },
        **{
            key: {label: _against(chosen, label, METHODS[OURS], METHODS[SNAP], seed) for label in types}
            for key, chosen in (("against_snap", clean), ("against_snap_small", small))
        },
        "wrong_types": {
            label: {
                other: _against(clean, label, METHODS_OF_TYPES[other], METHODS_OF_TYPES[label], seed)
                for other in LABELS
            }
            for label in types
        },
        "not_worse": {name: _not_worse(rows, choose) for name, choose in METHODS.items()},
        "time": _times(rows),
        "failed": {
            name: sum("failed" in row["candidates"].get(name, {}) for row in rows)
            for name in dict.fromkeys(name for row in rows for name in row["candidates"])
        },
        "predicted_right": share(sum(row["predicted"] == row["type"] for row in rows), len(rows)).share,
    }  # fmt: skip


def worst_first(rows: Sequence[Row]) -> list[tuple[float, Row]]:
    """Rows by how much the colour error of ``by the type`` exceeds VTracer's default, largest first."""
    found = []
    for row in rows:
        names = [METHODS[method](row) for method in (OURS, DEFAULT)]
        if None not in names:
            ours, default = (sum(row["candidates"][name]["original"][:2]) for name in names)
            found.append((ours - default, row))
    return sorted(found, key=lambda pair: (-pair[0], pair[1]["logo"], pair[1]["condition"]))


def _strategy(label: str) -> Callable[[Row], str | None]:
    name = strategy_name(label)
    return lambda row: name if "original" in row["candidates"].get(name, {}) else None


METHODS_OF_TYPES = {str(label): _strategy(label) for label in LABELS}


def _against(
    rows: Sequence[Row],
    label: str,
    choose: Callable[[Row], str | None],
    other: Callable[[Row], str | None],
    seed: int,
) -> dict[str, Any]:
    """Median ratios of one method to another over the pictures of a type for which both gave something.

    Returns:
        ``pictures``, and per figure ``ratio`` with ``low`` and ``high`` (95%, logos drawn as wholes) and the
        ``median`` of the method itself; of ``similarity`` the difference instead of the ratio.
    """
    pairs = []
    for row in rows:
        names = choose(row), other(row)
        if row["type"] == label and names[0] is not None and names[1] is not None:
            ours, theirs = (row["candidates"][name]["original"] for name in names)
            pairs.append((row["cluster"], ours, theirs))
    found: dict[str, Any] = {"pictures": len(pairs)}
    if not pairs:
        return found
    ours, theirs = (np.array([pair[place] for pair in pairs], np.float64) for place in (1, 2))
    draws = list(cluster_draws([pair[0] for pair in pairs], seed=seed, resamples=RESAMPLES))
    for place, name in enumerate(FIGURES):
        if name == "similarity":
            compared = ours[:, place] - theirs[:, place]
        else:
            least = SMALLEST.get(name, 0.0)
            compared = (ours[:, place] + least) / np.maximum(theirs[:, place] + least, 1e-9)
        order = np.argsort(compared)
        drawn = np.array([_median(compared[order], counts[order]) for counts in draws])
        low, high = np.quantile(drawn, [0.025, 0.975]).tolist()
        found[name] = {
            "ratio": float(np.median(compared)), "low": low, "high": high,
            "median": float(np.median(ours[:, place])),
        }  # fmt: skip
    return found


def _median(ascending: Floats, counts: Floats) -> float:
    """Of values that are counted so often each; the mean of the two in the middle, where two are there."""
    reached = np.cumsum(counts)
    middle = [int(np.searchsorted(reached, reached[-1] / 2, side=side)) for side in ("left", "right")]
    return float(ascending[middle].mean())


def _not_worse(rows: Sequence[Row], choose: Callable[[Row], str | None]) -> dict[str, Any]:
    """Share of pictures whose colour error exceeds the default's by no more than the margin."""
    kept = total = 0
    for row in rows:
        name, default = choose(row), METHODS[DEFAULT](row)
        if default is not None:
            total += 1
            if name is not None:
                ours, theirs = (row["candidates"][each]["original"][0] for each in (name, default))
                kept += ours <= theirs + MARGIN
    counted = share(int(kept), total)
    return {"k": counted.k, "n": counted.n, "share": counted.share, "low": counted.low, "high": counted.high}


def _times(rows: Sequence[Row]) -> dict[str, Any]:
    """Median milliseconds of each method, and which share of the whole classification takes."""
    spent: dict[str, list[float]] = {name: [] for name in METHODS}
    for row in rows:
        for name, choose in METHODS.items():
            run = [strategy_name(label) for label in RUNS[name](row)] if name in RUNS else [choose(row)]
            costs = [row["candidates"].get(each, {}).get("ms") for each in run if each is not None]
            if costs and None not in costs:
                spent[name].append(float(sum(costs)))
    classified = [row["classify_ms"] for row in rows]
    ours = sum(spent[OURS])
    return {
        "median_ms": {name: float(np.median(values)) for name, values in spent.items() if values},
        "classify_ms": float(np.median(classified)) if classified else None,
        "classify_share": sum(classified) / (sum(classified) + ours) if ours else None,
    }
