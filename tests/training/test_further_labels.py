"""Further labels: what two or three passes come to, what a file must hold, and that of the checkout."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training import further_labels as module
from hybrid_logo.training.further_labels import (
    further_logos,
    read_annotations,
    read_composed_controls,
    read_controls,
)
from hybrid_logo.training.labels import find_labels, read_labels
from hybrid_logo.training.leaks import normalised
from hybrid_logo.types import LogoType

SIMPLE, TEXT, COMPLEX = LogoType.SIMPLE, LogoType.TEXT, LogoType.COMPLEX
HEAD = ",".join(module.COLUMNS)


def file(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "further.csv"
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("said", "label", "accepted"),
    [
        ("simple,,simple,,,", SIMPLE, {SIMPLE}),
        ("simple,,simple,text,,", SIMPLE, {SIMPLE, TEXT}),
        ("simple,,complex,,complex,", COMPLEX, {SIMPLE, COMPLEX}),
        ("simple,,complex,,text,simple", TEXT, {SIMPLE, TEXT, COMPLEX}),
    ],
)
def test_passes_come_to_a_label(said: str, label: LogoType, accepted: set[LogoType], tmp_path: Path) -> None:
    (found,) = read_annotations(file(tmp_path, f"noto,owl,owl,{said}"))
    logo = found.logo()
    assert (logo.label, logo.accepted) == (label, accepted)
    assert logo.clear == (len(accepted) == 1)
    assert (logo.key, logo.brand, logo.split) == (("noto", "owl"), "owl", "train")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["noto,owl,owl,simple,,complex,,,"], "a third pass is needed"),
        (["noto,owl,owl,simple,,simple,,text,"], "there alone"),
        (["noto,owl,owl,simple,,,,,"], "needs two passes"),
        (["noto,owl,owl,simple,,,text,,"], "without a label"),
        (["noto,cat,cat,text,,text,,,", "noto,owl,owl,round,,round,,,"], "line 3: .*round"),
        (["noto,,owl,simple,,simple,,,"], "lacks"),
        (["noto,owl,owl,simple,,simple,"], "lacks"),
        (["noto,owl,owl,simple,,simple,,,"] * 2, "line 3: noto/owl stands in line 2 already"),
    ],
)
def test_a_wrong_row_is_told(rows: list[str], words: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=words):
        read_annotations(file(tmp_path, *rows))


def test_other_columns_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"line 1: .*must name the columns"):
        read_annotations(file(tmp_path, head="set,name"))
    with pytest.raises(SourceError, match="cannot be read"):
        read_annotations(tmp_path / "none.csv")


def test_labels_that_a_user_names_stand_alone(tmp_path: Path) -> None:
    assert further_logos(tmp_path / "mine.csv") == []


@pytest.mark.parametrize(
    ("set_name", "name", "split"), [("noto", "owl", "calibrate"), ("noto", "owl", "test"), (None, None, "")]
)
def test_what_is_held_out_or_labelled_is_refused(
    set_name: str | None, name: str, split: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A drawing of a held-out brand, or one that has a label already."""
    measured = read_labels()
    brand = "own"
    if set_name is None:
        set_name, name = measured[0].key
    else:
        # Normalised: the labels write some brands otherwise.
        brand = next(
            normalised(logo.brand)
            for logo in measured
            if logo.split == split and normalised(logo.brand) != logo.brand
        )
    path = file(tmp_path, f"{set_name},{name},{brand},simple,,simple,,,")
    monkeypatch.setattr(module, "_beside_labels", lambda _: path)
    with pytest.raises(SourceError, match=f"{set_name}/{name}.*Remove the row"):
        further_logos()


def test_those_of_the_checkout_are_sound() -> None:
    """Counted again from the raw file; names are of no held-out brand (hashes: test_leaks.py)."""
    logos = further_logos()
    with find_labels().with_name("further.csv").open(encoding="utf-8", newline="") as opened:
        rows = list(csv.reader(opened))[1:]
    assert [list(logo.key) for logo in logos] == [row[:2] for row in rows]
    assert len({logo.key for logo in logos}) == len(logos) > 4_000
    assert all(normalised(logo.brand) == normalised(logo.name) for logo in logos)
    theirs = {normalised(logo.brand): logo.brand for logo in read_labels()}
    assert all(logo.brand == theirs.get(normalised(logo.name), logo.brand) for logo in logos)
    held = {normalised(logo.brand) for logo in read_labels() if logo.split != "train"}
    assert held.isdisjoint(normalised(logo.brand) for logo in logos)
    assert {logo.label for logo in logos} == set(LogoType)


def test_controls_are_logos_of_train_or_composed() -> None:
    train = {logo.key for logo in read_labels(split="train")}
    controls = read_controls()
    assert len(controls) > 400
    assert all(one.third is None for one in controls)
    assert all(one.set == "composed" or (one.set, one.name) in train for one in controls)
    assert {(one.set, one.name) for one in controls}.isdisjoint(logo.key for logo in further_logos())


def test_each_composed_control_has_its_exact_label() -> None:
    shown = {(one.set, one.name) for one in read_controls() if one.set == "composed"}
    known = read_composed_controls()
    assert known.keys() == shown
    assert all(label in accepted for label, accepted in known.values())
    assert {label for label, _ in known.values()} == set(LogoType)
    assert any(len(accepted) > 1 for _, accepted in known.values())


@pytest.mark.parametrize(
    "content", [None, "name,label\n7-1,text\n", "name,label,also_accepted\n7-1,texts,\n"]
)
def test_composed_controls_that_cannot_be_read_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "composed_controls.csv").write_text(content)
    monkeypatch.setattr(module, "_beside_labels", lambda name: tmp_path / name)
    with pytest.raises(SourceError, match=r"composed_controls\.csv cannot be read"):
        read_composed_controls()
