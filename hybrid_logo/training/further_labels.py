"""Further visual labels, for training alone: what two passes said of each logo, and a third if they differ.

A vision-language model looked at contact sheets, shuffled anew for each pass, by benchmarks/labels/GUIDE.md;
no person has checked it. ``further.csv`` holds drawings of icon sets that are of no held-out brand. Logos
with a label already, and composed ones whose label is exact, were among them unmarked: ``controls.csv``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from pathlib import Path

from hybrid_logo.errors import SourceError
from hybrid_logo.training.labels import LabelledLogo, find_labels, read_labels
from hybrid_logo.training.leaks import normalised
from hybrid_logo.types import LogoType

__all__ = ["Annotation", "further_logos", "read_annotations", "read_composed_controls", "read_controls"]

Saying = tuple[LogoType, LogoType | None]
"""The type that a pass named, and the one that it found defensible as well."""

PASSES = ("first", "second", "third")
COLUMNS = ("set", "name", "brand", *(f"{name}{also}" for name in PASSES for also in ("", "_also")))


@dataclass(frozen=True, slots=True)
class Annotation:
    """What the passes said of one drawing.

    Attributes:
        set: the icon set, or ``composed``.
        name: of the drawing within it; of a composed one seed and number.
        brand: normalised name.
        first, second: independent of each other.
        third: where the two named different types, and else None.
    """

    set: str
    name: str
    brand: str
    first: Saying
    second: Saying
    third: Saying | None

    @property
    def agreed(self) -> bool:
        """Whether the first two passes named the same type."""
        return self.first[0] == self.second[0]

    @property
    def label(self) -> LogoType:
        """Of the first pass, or of the third where the second contradicts."""
        return self.first[0] if self.third is None else self.third[0]

    @property
    def accepted(self) -> frozenset[LogoType]:
        """All that any pass named."""
        said = [one for one in (self.first, self.second, self.third) if one is not None]
        return frozenset(label for pair in said for label in pair if label is not None)

    def logo(self) -> LabelledLogo:
        """As a row of the labels."""
        accepted = self.accepted
        return LabelledLogo(
            self.set, self.name, self.label, accepted, len(accepted) == 1, self.brand, "train"
        )


def further_logos(path: Path | None = None) -> list[LabelledLogo]:
    """Logos with visual labels that are for training alone; none beside a labels file that a user names.

    Raises:
        SourceError: a file cannot be read, a row is wrong, or a logo is of a brand that is held out.
    """
    if path is not None:
        return []
    measured = read_labels()
    known = {logo.key for logo in measured}
    held = {normalised(logo.brand) for logo in measured if logo.split != "train"}
    further = [annotation.logo() for annotation in read_annotations()]
    for logo in further:
        if logo.key in known or logo.brand in held:
            raise SourceError(
                f"{_beside_labels('further.csv')}: {logo.set}/{logo.name} has a label already, or is of a "
                "brand that is held out. Remove the row."
            )
    # The labels write some brands otherwise; relatives must share theirs.
    written = {normalised(logo.brand): logo.brand for logo in measured}
    return [replace(logo, brand=written.get(logo.brand, logo.brand)) for logo in further]


def read_annotations(path: Path | None = None, *, settled: bool = True) -> list[Annotation]:
    """The rows of ``further.csv`` beside the labels of the checkout, or of another file.

    Args:
        path: the file.
        settled: a third pass is needed where the two differ.

    Raises:
        SourceError: the file cannot be read, or a row is wrong; the message names its line.
    """
    path = _beside_labels("further.csv") if path is None else path
    found: list[Annotation] = []
    lines: dict[tuple[str, str], int] = {}
    line = 1
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if tuple(rows.fieldnames or ()) != COLUMNS:
                raise ValueError(f"the first line must name the columns {','.join(COLUMNS)}")
            for row in rows:
                line = rows.line_num
                one = _annotation(row, settled)
                if (one.set, one.name) in lines:
                    raise ValueError(
                        f"{one.set}/{one.name} stands in line {lines[one.set, one.name]} already"
                    )
                lines[one.set, one.name] = line
                found.append(one)
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error}). Bring it back from the repository.") from error
    except (ValueError, csv.Error) as error:
        raise SourceError(f"{path}, line {line}: {error}. Correct the file.") from error
    return found


def read_controls() -> list[Annotation]:
    """What the same passes said, without knowing it, of drawings whose label is known otherwise."""
    return read_annotations(_beside_labels("controls.csv"), settled=False)


def read_composed_controls() -> dict[tuple[str, str], tuple[LogoType, frozenset[LogoType]]]:
    """Exact label and accepted types of each composed control, by set and name, as it was when it was shown.

    Another composer draws other logos under the same numbers.

    Raises:
        SourceError: the file cannot be read, or a row is wrong.
    """
    path = _beside_labels("composed_controls.csv")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [(row["name"], row["label"], row["also_accepted"]) for row in csv.DictReader(file)]
        return {
            ("composed", name): (
                LogoType(label),
                frozenset(map(LogoType, filter(None, [label, *also.split("|")]))),
            )
            for name, label, also in rows
        }
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{path} cannot be read ({error}). Bring it back from the repository.") from error


def _annotation(row: dict[str, str], settled: bool) -> Annotation:
    if None in row or None in row.values() or not (row["set"] and row["name"] and row["brand"]):
        raise ValueError(f"a row lacks set, name, brand or one of {len(COLUMNS)} fields: {row}")
    first, second, third = (_saying(row[name], row[f"{name}_also"]) for name in PASSES)
    if first is None or second is None:
        raise ValueError(f"{row['set']}/{row['name']} needs two passes")
    if (third is not None) != (settled and first[0] != second[0]):
        raise ValueError(
            f"{row['set']}/{row['name']}: a third pass is needed where the two differ, and there alone"
        )
    return Annotation(row["set"], row["name"], row["brand"], first, second, third)


def _saying(label: str, also: str) -> Saying | None:
    if not label:
        if also:
            raise ValueError(f"{also!r} stands without a label")
        return None
    return LogoType(label), LogoType(also) if also else None


def _beside_labels(name: str) -> Path:
    return find_labels().with_name(name)
