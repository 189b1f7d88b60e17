"""Doubts about labelled pictures: the same picture twice, under two labels, or in two splits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from hybrid_logo.scan import Scan

if TYPE_CHECKING:
    from hybrid_logo.evaluation.pictures.datasets import Case

__all__ = ["SPLITS", "across_splits", "in_other_splits", "named", "one_cluster_for_twins"]

SPLITS = ("train", "calibrate", "validation", "val", "test")
"""Folders that hold one part of somebody's pictures each."""
MOST_NAMED = 5
"""Names that a message lists before it says how many there are."""


def one_cluster_for_twins(cases: Sequence[Case]) -> tuple[list[Case], list[str]]:
    """Pictures of the same bytes count as one brand, and are told.

    Returns:
        the cases in their order, and warnings with numbers.
    """
    groups = [group for group in _by_bytes(cases).values() if len(group) > 1]
    cluster = {case.name: group[0].cluster for group in groups for case in group}
    warnings = []
    twins = sum(len(group) - 1 for group in groups)
    if twins:
        warnings.append(f"{twins:,} of {len(cases):,} pictures have the same bytes as another one")
    torn = [group for group in groups if len({case.label for case in group}) > 1]
    if torn:
        told = (" and ".join(f"{case.name} ({case.label})" for case in group[:2]) for group in torn)
        warnings.append(
            f"{len(torn):,} pictures have several labels, of which all but one are wrong: {named(told)}"
        )
    return [replace(case, cluster=cluster.get(case.name, case.cluster)) for case in cases], warnings


def across_splits(cases: Sequence[Case], split_of: Mapping[str, str]) -> list[str]:
    """A warning where pictures of the same bytes are in several splits; ``split_of`` goes by name."""
    torn = [
        group
        for group in _by_bytes([case for case in cases if split_of[case.name]]).values()
        if len({split_of[case.name] for case in group}) > 1
    ]
    told = (" and ".join(f"{case.name} ({split_of[case.name]})" for case in group[:2]) for group in torn)
    return (
        [f"{len(torn):,} pictures are in more than one split: {named(told)}; take them out of all but one"]
        if torn
        else []
    )


def in_other_splits(folder: Path, cases: Sequence[Case]) -> list[str]:
    """A warning for each split beside ``folder`` that holds some of its pictures."""
    root = folder.resolve()
    if root.name not in SPLITS:
        return []
    ours = _by_bytes(cases)
    # A file of another size is another picture, and need not be read.
    sizes = {len(group[0].read()) for group in ours.values()}
    warnings = []
    for other in SPLITS:
        beside = root.parent / other
        if other == root.name or not beside.is_dir():
            continue
        files = (Path(item) for item in Scan([str(beside)]) if isinstance(item, str))
        both = len(ours.keys() & {_digest(_bytes(file)) for file in files if _size(file) in sizes})
        if both:
            warnings.append(
                f"{both:,} of {len(cases):,} pictures are in {other} too: a model that learned from them "
                "looks better here than it is"
            )
    return warnings


def named(names: Iterable[str]) -> str:
    """The first few, and how many more there are."""
    listed = list(names)
    rest = f" and {len(listed) - MOST_NAMED:,} more" if len(listed) > MOST_NAMED else ""
    return ", ".join(listed[:MOST_NAMED]) + rest


def _by_bytes(cases: Iterable[Case]) -> dict[bytes, list[Case]]:
    groups: dict[bytes, list[Case]] = {}
    for case in cases:
        if data := case.read():
            groups.setdefault(_digest(data), []).append(case)
    return groups


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return -1


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
