"""Labelled pictures to measure on: a folder per type, or a table of paths and labels."""

from __future__ import annotations

import csv
import difflib
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from hybrid_logo.errors import InputError
from hybrid_logo.evaluation.pictures.dataset_checks import (
    SPLITS,
    across_splits,
    in_other_splits,
    named,
    one_cluster_for_twins,
)
from hybrid_logo.evaluation.statistics.metrics import share
from hybrid_logo.scan import Scan
from hybrid_logo.types import LABELS, LogoType

__all__ = ["Case", "Dataset", "read_dataset"]

FEW_PICTURES = 100


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled picture.

    Attributes:
        name: what it is called in results.
        source: its file, or the bytes of a file.
        label: the one right type.
        accepted: the types that can be defended, ``label`` among them.
        clear: only one type can be defended.
        cluster: pictures of one cluster (a brand) are not independent.
    """

    name: str
    source: Path | bytes
    label: LogoType
    accepted: frozenset[LogoType]
    clear: bool
    cluster: str

    def read(self) -> bytes:
        """The bytes of the file; none where it cannot be read."""
        if isinstance(self.source, bytes):
            return self.source
        try:
            return self.source.read_bytes()
        except OSError:
            return b""


def _drawing_beside(case: Case) -> str | None:
    """The file of the same name that ends in .svg; none where there is no such file."""
    if isinstance(case.source, bytes):
        return None
    try:
        return case.source.with_suffix(".svg").read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


@dataclass(frozen=True, slots=True)
class Dataset:
    """Labelled pictures and what must be told about them.

    Attributes:
        name: one word, for file names and tables.
        cases: the pictures.
        labels_from: who made the labels.
        seed: of the degradation and of the choice by ``limited``.
        warnings: what makes figures weaker than they look, each with numbers.
        drawing: gives the SVG text that a picture was drawn from; None where there is none.
    """

    name: str
    cases: Sequence[Case]
    labels_from: str
    seed: int
    warnings: list[str] = field(default_factory=list)
    drawing: Callable[[Case], str | None] = _drawing_beside

    def limited(self, most: int | None) -> Dataset:
        """At most ``most`` pictures, drawn by the seed, in the order they had."""
        if most is None or most >= len(self.cases):
            return self
        drawn = np.sort(np.random.default_rng(self.seed).permutation(len(self.cases))[:most])
        warning = (
            f"{most:,} of {len(self.cases):,} pictures were drawn at random; intervals are wider than need be"
        )
        cases = [self.cases[position] for position in drawn]
        return replace(self, cases=cases, warnings=[*self.warnings, warning])

    def sha256(self) -> str:
        """Of names, labels and bytes in order: says exactly which pictures were measured on."""
        digest = hashlib.sha256()
        for case in self.cases:
            accepted = "|".join(sorted(case.accepted))
            head = f"{case.name}\0{case.label}\0{accepted}\0{case.clear:d}\0"
            digest.update(head.encode("utf-8", "surrogateescape") + hashlib.sha256(case.read()).digest())
        return digest.hexdigest()


def read_dataset(path: Path, seed: int) -> Dataset:
    """Read a user's labelled pictures.

    Args:
        path: a folder that holds one folder per type, or a CSV file with the columns ``path`` (relative to
            the CSV file) and ``label``, and optionally ``also_accepted`` (types joined by ``|``),
            ``cluster`` and ``split``.
        seed: see ``Dataset``.

    Raises:
        InputError: nothing can be measured with it; the message says how many pictures are concerned.
    """
    cases, warnings = _read_folder(path) if path.is_dir() else _read_table(path)
    counts = Counter(case.label for case in cases)
    if len(counts) == 1:
        warnings.append(f"all {len(cases):,} pictures are {cases[0].label}: precision says nothing here")
    missing = [name for name in LABELS if name not in counts]
    if missing and len(counts) > 1:
        whose = "its" if len(missing) == 1 else "their"
        warnings.append(f"0 pictures of {', '.join(missing)}: {whose} recall is unknown")
    cases, told = one_cluster_for_twins(cases)
    warnings += told
    if path.is_dir():
        warnings += in_other_splits(path, cases)
    if len(cases) < FEW_PICTURES:
        half = share(len(cases) // 2, len(cases))
        warnings.append(
            f"only {len(cases)} pictures: a share may lie {50 * (half.high - half.low):.0f} points beside "
            "the truth; label more, or do not decide anything by it"
        )
    return Dataset(path.stem or "dataset", cases, "your own labels", seed, warnings)


def _read_folder(root: Path) -> tuple[list[Case], list[str]]:
    try:
        folders = sorted(
            entry for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith(".")
        )
    except OSError as error:
        raise InputError(f"{root} cannot be read ({error}). Give a folder or a CSV file.") from error
    splits = [folder.name for folder in folders if folder.name in SPLITS]
    if splits:
        wanted = root / ("test" if "test" in splits else splits[0])
        raise InputError(
            f"{root} holds the splits {', '.join(splits)}. Give one of them, as in {wanted}, or a CSV file."
        )
    strange = [folder for folder in folders if folder.name not in LABELS]
    if strange:
        raise InputError(
            f"{named(map(_strange_folder, strange))}. Folders must be named {', '.join(LABELS)}."
        )
    cases, warnings = [], []
    for folder in folders:
        label = LogoType(folder.name)
        scan = Scan([str(folder)])
        found = [item if isinstance(item, str) else item.path for item in scan]
        if not found:
            warnings.append(f"the folder {folder.name} holds 0 pictures")
        if scan.vectors:
            warnings.append(
                f"{scan.vectors:,} SVG files in {folder.name} were left out: they are vector already"
            )
        cases += [_case(str(Path(name).relative_to(root)), Path(name), label) for name in found]
    if not cases:
        raise InputError(
            f"{root} holds 0 labelled pictures. Put them into folders named {', '.join(LABELS)}, "
            "or give a CSV file."
        )
    loose = sum(1 for _ in Scan([str(root)], recursive=False))
    if loose:
        warnings.append(f"{loose:,} pictures beside the folders have no type and were left out")
    return cases, warnings


def _strange_folder(folder: Path) -> str:
    near = difflib.get_close_matches(folder.name.lower(), LABELS, n=1)
    hint = f"; is {near[0]} meant?" if near else ""
    return f"{folder.name} is no type ({sum(1 for _ in Scan([str(folder)])):,} pictures{hint})"


def _read_table(path: Path) -> tuple[list[Case], list[str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            missing = {"path", "label"} - set(rows.fieldnames or ())
            if missing:
                raise InputError(
                    f"{path}: the first line must name the columns path and label. Correct the file."
                )
            lines = [(rows.line_num, row) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read ({error}). Give a folder or a CSV file.") from error
    if not lines:
        raise InputError(f"{path} holds 0 pictures. Give one path and label per line.")
    cases, split_of = [], {}
    for line, row in lines:
        try:
            others = [LogoType(word) for word in (row.get("also_accepted") or "").split("|") if word]
            label = LogoType(row["label"])
        except ValueError as error:
            raise InputError(f"{path}, line {line}: {error}. Use {', '.join(LABELS)}.") from None
        source = path.parent / (row["path"] or "")
        cases.append(_case(row["path"] or "", source, label, others, row.get("cluster")))
        split_of[row["path"] or ""] = row.get("split") or ""
    absent = [case.name for case in cases if not (path.parent / case.name).is_file()]
    if absent:
        raise InputError(
            f"{path} labels {len(absent):,} of {len(cases):,} files that are not there: {named(absent)}. "
            "Paths are relative to the CSV file. Correct them, or delete their lines."
        )
    doubled = [name for name, count in Counter(case.name for case in cases).items() if count > 1]
    if doubled:
        raise InputError(
            f"{path} labels {len(doubled):,} files more than once: {named(doubled)}. Keep one line each."
        )
    return cases, across_splits(cases, split_of)


def _case(
    name: str, source: Path, label: LogoType, others: Iterable[LogoType] = (), cluster: str | None = None
) -> Case:
    accepted = frozenset([label, *others])
    return Case(name, source, label, accepted, len(accepted) == 1, cluster or name)
