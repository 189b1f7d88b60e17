"""Pictures that only rules or only student get right, and how many of them the hybrid keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from hybrid_logo.evaluation.statistics.metrics import share
from hybrid_logo.types import LABELS, LogoType

__all__ = ["ALL_TYPES", "GROUPS", "complementarity"]

GROUPS = ("both", "only rules", "only neural", "neither")
ALL_TYPES = "all types"


def complementarity(
    labels: Sequence[LogoType],
    rules: Sequence[bool],
    neural: Sequence[bool],
    hybrid: Sequence[bool] | None,
) -> dict[str, dict[str, Any]]:
    """Count the pictures by who is right about them, for all and for each type.

    Args:
        labels: of each picture.
        rules: whether the rules alone are right.
        neural: whether the student alone is right.
        hybrid: whether the hybrid is right; None where it was not asked.

    Returns:
        per type that occurs, and for ``ALL_TYPES`` first: ``pictures``; ``groups``, the size of each of
        ``GROUPS``; ``oracle``, the share that a router would reach which always asks the one that is right;
        and with ``hybrid`` also ``hybrid``, its own share, ``hybrid_right``, its right answers in each
        group, and ``kept``: of the pictures that just one of the two gets right, the share it gets right.
    """
    group = [
        GROUPS[0]
        if by_rules and by_neural
        else GROUPS[1]
        if by_rules
        else GROUPS[2]
        if by_neural
        else GROUPS[3]
        for by_rules, by_neural in zip(rules, neural, strict=True)
    ]
    parts = {ALL_TYPES: list(range(len(labels)))}
    for name in LABELS:
        parts[name.value] = [position for position, label in enumerate(labels) if label == name]
    return {
        name: _row([group[n] for n in places], None if hybrid is None else [hybrid[n] for n in places])
        for name, places in parts.items()
        if places
    }


def _row(groups: list[str], hybrid: list[bool] | None) -> dict[str, Any]:
    count = {name: groups.count(name) for name in GROUPS}
    row: dict[str, Any] = {
        "pictures": len(groups),
        "groups": count,
        "oracle": asdict(share(len(groups) - count["neither"], len(groups))),
    }
    if hybrid is None:
        return row
    right = {
        name: sum(kept for group, kept in zip(groups, hybrid, strict=True) if group == name)
        for name in GROUPS
    }
    one_right = ("only rules", "only neural")
    row["hybrid"] = asdict(share(sum(hybrid), len(groups)))
    row["hybrid_right"] = right
    row["kept"] = asdict(
        share(sum(right[name] for name in one_right), sum(count[name] for name in one_right))
    )
    return row
