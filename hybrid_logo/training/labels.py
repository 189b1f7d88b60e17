"""Visual labels: what each logo of the icon sets looks like, by whom it may be learnt from.

The labels were made by a vision-language model in two passes; no person has checked them. The types are
explained in benchmarks/labels/GUIDE.md.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from hybrid_logo.errors import SourceError
from hybrid_logo.types import LogoType

__all__ = ["SPLITS", "LabelledLogo", "find_labels", "is_own", "read_labels"]

SPLITS = ("train", "calibrate", "test")
OWN_LABELS = Path(__file__).resolve().parents[2] / "benchmarks" / "labels" / "labels.csv"
COLUMNS = ("set", "name", "label", "also_accepted", "clear", "brand", "split")


@dataclass(frozen=True, slots=True)
class LabelledLogo:
    """One row of the labels file.

    Attributes:
        set: the icon set.
        name: the logo's name within it.
        label: the type that the first pass gave it.
        accepted: the types that can be defended, ``label`` among them.
        clear: both passes agreed and neither named a second type.
        brand: what keeps relatives together: all logos of a brand are in one split.
        split: ``train``, ``calibrate`` or ``test``.
    """

    set: str
    name: str
    label: LogoType
    accepted: frozenset[LogoType]
    clear: bool
    brand: str
    split: str

    @property
    def key(self) -> tuple[str, str]:
        """Set and name: what identifies the logo."""
        return self.set, self.name


def find_labels() -> Path:
    """The labels file of the checkout that this module runs from.

    Raises:
        SourceError: it is not there, as in an installed wheel.
    """
    if not OWN_LABELS.is_file():
        raise SourceError(
            f"There are no visual labels at {OWN_LABELS}: an installed package does not carry them. "
            "Work in a checkout of the repository, or name the file with --labels FILE."
        )
    return OWN_LABELS


def is_own(path: Path) -> bool:
    """Whether a path leads to the labels file of the checkout."""
    return path.resolve() == OWN_LABELS


def read_labels(path: Path | None = None, split: str | None = None) -> list[LabelledLogo]:
    """Read and check the labels file.

    Args:
        path: the file; by default the one of the checkout.
        split: keep only the rows of this split. The whole file is checked all the same.

    Returns:
        the rows in the file's order.

    Raises:
        SourceError: the file cannot be read, or a row is wrong; the message names its line.
    """
    if split is not None and split not in SPLITS:
        raise SourceError(f"There is no split {split!r}. Use one of: {', '.join(SPLITS)}.")
    path = find_labels() if path is None else path
    try:
        with path.open(encoding="utf-8", newline="") as file:
            logos = _read_rows(path, csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(
            f"{path} cannot be read ({error}). Name a labels file with --labels FILE."
        ) from error
    return [logo for logo in logos if split is None or logo.split == split]


def _read_rows(path: Path, rows: csv.DictReader[str]) -> list[LabelledLogo]:
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise SourceError(
            f"{path}: the first line must name the columns {','.join(COLUMNS)}. Correct the file."
        )
    logos: list[LabelledLogo] = []
    line_of_logo: dict[tuple[str, str], int] = {}
    home_of_brand: dict[str, tuple[str, int]] = {}
    for row in rows:
        line = rows.line_num
        try:
            logo = _read_row(row)
            if logo.key in line_of_logo:
                raise ValueError(f"{logo.set}/{logo.name} stands in line {line_of_logo[logo.key]} already")
            home, first = home_of_brand.setdefault(logo.brand, (logo.split, line))
            if home != logo.split:
                raise ValueError(
                    f"brand {logo.brand!r} is in split {logo.split!r} here and in {home!r} in line {first}"
                )
        except ValueError as error:
            raise SourceError(f"{path}, line {line}: {error}. Correct the file.") from None
        line_of_logo[logo.key] = line
        logos.append(logo)
    return logos


def _read_row(row: dict[str, str]) -> LabelledLogo:
    if None in row or None in row.values():
        raise ValueError(f"{len(COLUMNS)} fields are needed")
    for column in ("set", "name", "brand"):
        if not row[column]:
            raise ValueError(f"{column} is empty")
    if row["split"] not in SPLITS:
        raise ValueError(f"split must be one of {', '.join(SPLITS)}, not {row['split']!r}")
    if row["clear"] not in ("0", "1"):
        raise ValueError(f"clear must be 0 or 1, not {row['clear']!r}")
    label = LogoType(row["label"])
    others = [LogoType(word) for word in row["also_accepted"].split("|") if word]
    return LabelledLogo(
        set=row["set"],
        name=row["name"],
        label=label,
        accepted=frozenset([label, *others]),
        clear=row["clear"] == "1",
        brand=row["brand"],
        split=row["split"],
    )
