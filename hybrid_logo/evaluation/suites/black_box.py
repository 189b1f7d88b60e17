"""The black-box half of the adversarial suite: the whole hybrid by its labels, the router by its score."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from hybrid_logo.evaluation.measuring.benchmark import Classifier
from hybrid_logo.evaluation.pictures.datasets import Case
from hybrid_logo.evaluation.pictures.originals import Pixels, name_seed, opened
from hybrid_logo.evaluation.statistics.metrics import share
from hybrid_logo.evaluation.suites.adversarial import deceived_router, is_wrong, ray_search, square_search

__all__ = ["BUDGETS", "LARGEST_SIDE_PX", "QUERIES", "attack_hybrid", "attack_router", "budget_rows"]

BUDGETS = (4, 8, 16)
"""Levels by which a sample may change."""
QUERIES = 300
"""Answers that an attack on one picture may ask for; those on the router, at each budget."""
LARGEST_SIDE_PX = 512
"""Longer side of an attacked picture; larger ones are reduced to it."""


def attack_hybrid(
    cases: Sequence[Case],
    hybrid: Classifier,
    seed: int,
    advance: Callable[[], object],
    queries: int = QUERIES,
) -> dict[str, Any]:
    """Turn accepted answers into others, seeing nothing but labels.

    Args:
        cases: what to attack.
        hybrid: who answers.
        seed: of the directions.
        advance: called once per case.
        queries: see ``QUERIES``.

    Returns:
        JSON-ready: how many pictures, how many were wrong ``already`` and are not attacked, and a row per
        budget.
    """
    already, found, pictures = 0, [], 0
    for case, pixels, random in _pictures(cases, seed, advance):
        pictures += 1
        wrong = is_wrong(hybrid, case.accepted)
        if wrong(pixels):
            already += 1
            continue
        ray = ray_search(pixels, wrong, max(BUDGETS), queries, random)
        found.append([ray.queries_to(budget) for budget in BUDGETS])
    rows = budget_rows(BUDGETS, found)
    return {"measured": True, "pictures": pictures, "already": already, "queries": queries, "budgets": rows}


def attack_router(
    cases: Sequence[Case],
    hybrid: Classifier,
    rules: Classifier,
    seed: int,
    advance: Callable[[], object],
    queries: int = QUERIES,
) -> dict[str, Any]:
    """Make the router let the rules decide wrongly, seeing its score and the rules' probabilities.

    Each budget goes on from what was found at the one before. Arguments and result as for
    :func:`attack_hybrid`; ``queries`` are those at each budget, and a row counts them since the first one.
    """
    already, found, pictures = 0, [], 0
    for case, pixels, random in _pictures(cases, seed, advance):
        pictures += 1
        danger = deceived_router(hybrid, rules, case.accepted)
        if danger(pixels) == math.inf:
            already += 1
            continue
        row: list[int | None] = []
        best, spent = pixels, 0
        for budget in BUDGETS:
            best, score, asked = square_search(pixels, danger, budget, queries, random, best)
            spent += asked
            if score == math.inf:
                break
            row.append(None)
        found.append(row + [spent] * (len(BUDGETS) - len(row)))
    rows = budget_rows(BUDGETS, found)
    return {"measured": True, "pictures": pictures, "already": already, "queries": queries, "budgets": rows}


def budget_rows(budgets: Sequence[int], found: Sequence[Sequence[int | None]]) -> list[dict[str, Any]]:
    """Per budget the share of attacked pictures that were broken, and the median of queries of these.

    Args:
        budgets: levels.
        found: per attacked picture and budget the queries spent; None where it held.
    """
    rows = []
    for position, budget in enumerate(budgets):
        spent = [row[position] for row in found]
        broken = [queries for queries in spent if queries is not None]
        rows.append(
            {
                "levels": budget,
                "broken": asdict(share(len(broken), len(spent))),
                "median_queries": float(np.median(broken)) if broken else None,
            }
        )
    return rows


def _pictures(
    cases: Sequence[Case], seed: int, advance: Callable[[], object]
) -> Iterator[tuple[Case, Pixels, np.random.Generator]]:
    """Those that can be opened: RGB, or RGBA where some pixel is transparent; each with its own generator."""
    for case in cases:
        original = opened(case, LARGEST_SIDE_PX)
        if original is not None:
            pixels = np.ascontiguousarray(original.pixels[:, :, :3] if original.opaque else original.pixels)
            yield case, pixels, np.random.default_rng((seed, name_seed(case)))
        advance()
