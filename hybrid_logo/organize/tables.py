"""The tables beside the pictures: labels, corrections by a person, and what was rejected."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from hybrid_logo.errors import InputError
from hybrid_logo.organize.plan import Earlier, Placement, key_of
from hybrid_logo.organize.splits import SPLITS
from hybrid_logo.output import open_output
from hybrid_logo.types import LABELS, FileResult, LogoType

__all__ = [
    "CORRECTIONS",
    "LABELS_TABLE",
    "PLANNED_TABLE",
    "REJECTED",
    "read_corrections",
    "read_earlier_places",
    "require_known",
    "write_corrections",
    "write_labels",
    "write_rejected",
]

LABELS_TABLE = "labels.csv"
"""``hybrid-logo benchmark`` reads it."""
PLANNED_TABLE = "labels.csv.part"
"""The same while pictures are copied."""
CORRECTIONS = "corrections.csv"
REJECTED = "rejected.csv"

_MOST_NAMED = 5


def read_corrections(path: Path, *, required: bool = False) -> dict[str, LogoType]:
    """Types that a person gave, by key; none where there is no file.

    Args:
        path: a table with the columns ``path``, as in the column ``source`` of ``labels.csv``, and ``label``.
        required: the file must be there.

    Raises:
        InputError: it cannot be read, or a line is wrong.
    """
    if required and not path.is_file():
        raise InputError(f"{path} is no file. Name the corrections that the review sheet saved.")
    found: dict[str, LogoType] = {}
    for line, row in _rows(path, {"path", "label"}):
        try:
            label = LogoType(row["label"].strip())
        except ValueError:
            raise InputError(
                f"{path}, line {line}: {row['label']!r} is no type. Use {', '.join(LABELS)}."
            ) from None
        if found.setdefault(row["path"], label) != label:
            raise InputError(f"{path}, line {line}: {row['path']!r} has two types. Keep one line for it.")
    return found


def require_known(path: Path | None, corrections: Iterable[str], known: Iterable[str]) -> None:
    """Refuse corrections of pictures that are not there.

    Raises:
        InputError: it names the first few.
    """
    strange = sorted(set(corrections) - set(known))
    if strange:
        raise InputError(
            f"{path} corrects what is not there ({len(strange):,} of its lines): "
            f"{', '.join(strange[:_MOST_NAMED])}{' ...' if len(strange) > _MOST_NAMED else ''}. "
            f"Write paths as in the column source of {LABELS_TABLE}."
        )


def read_earlier_places(target: Path) -> dict[str, Earlier]:
    """Where runs before put the pictures, by key.

    Raises:
        InputError: a table cannot be read.
    """
    places: dict[str, Earlier] = {}
    # A plan that was not finished is the newer one, and holds all that was there before.
    for name in (LABELS_TABLE, PLANNED_TABLE):
        for line, row in _rows(target / name, {"path", "split", "source"}):
            split, *_, file_name = row["path"].split("/")
            if split not in SPLITS or split != row["split"] or file_name in ("", ".", ".."):
                raise InputError(
                    f"{target / name}, line {line}: the path or the split was changed. Undo the change; "
                    "types are corrected with --corrections."
                )
            places[row["source"]] = Earlier(split, file_name)
    return places


def write_labels(path: Path, plan: Iterable[Placement]) -> None:
    """Write the table of labels.

    Raises:
        OutputError: it cannot be written.
    """
    columns = ("path", "label", "cluster", "split", "confidence", "decided_by", "source", "brand")
    rows = (
        (
            placement.path,
            placement.label.value,
            placement.cluster,
            placement.split,
            f"{placement.answer.confidence:.4f}",
            "person" if placement.by_person else placement.answer.decided_by,
            placement.key,
            placement.brand,
        )
        for placement in plan
    )
    _write(path, columns, rows)


def write_rejected(path: Path, failures: Iterable[FileResult]) -> None:
    """Write which pictures have no answer, and why.

    Raises:
        OutputError: it cannot be written.
    """
    rows = ((key_of(failed.path), failed.error_kind, failed.error_message) for failed in failures)
    _write(path, ("path", "kind", "message"), rows)


def write_corrections(path: Path, corrections: Mapping[str, LogoType]) -> None:
    """Write the types that a person gave.

    Raises:
        OutputError: it cannot be written.
    """
    _write(path, ("path", "label"), ((key, label.value) for key, label in sorted(corrections.items())))


def _rows(path: Path, needed: set[str]) -> list[tuple[int, dict[str, str]]]:
    """Line number and fields of each row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if needed - set(rows.fieldnames or ()):
                raise InputError(
                    f"{path}: the first line must name the columns {', '.join(sorted(needed))}. Correct it."
                )
            listed = [(rows.line_num, row) for row in rows]
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} cannot be read ({error}). Correct it, or leave it out.") from error
    for line, row in listed:
        if any(row[name] is None for name in needed):
            raise InputError(f"{path}, line {line}: a field is missing. Correct the line, or delete it.")
    return listed


def _write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    with open_output(os.fspath(path)) as write:
        write(text.getvalue())
