"""Pictures that are there twice: under two labels, in two splits, or as one brand."""

from __future__ import annotations

from pathlib import Path

import pytest

from hybrid_logo.errors import InputError
from hybrid_logo.evaluation.pictures.datasets import Dataset, read_dataset


def write(root: Path, **contents: str) -> Path:
    """Files by their path with ``__`` for the slash; each holds what is given."""
    for name, text in contents.items():
        path = root / f"{name.replace('__', '/')}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def told(dataset: Dataset, words: str) -> list[str]:
    return [warning for warning in dataset.warnings if words in warning]


def test_twins_are_one_brand(tmp_path: Path) -> None:
    found = read_dataset(write(tmp_path, simple__a="x", simple__b="y", text__c="z", text__d="z"), seed=0)
    clusters = {case.name: case.cluster for case in found.cases}
    assert clusters == {"simple/a.png": "simple/a.png", "simple/b.png": "simple/b.png"} | dict.fromkeys(
        ("text/c.png", "text/d.png"), "text/c.png"
    )
    assert told(found, "same bytes") == ["1 of 4 pictures have the same bytes as another one"]
    assert told(found, "several labels") == []


def test_a_picture_with_two_labels_is_told_by_name(tmp_path: Path) -> None:
    found = read_dataset(write(tmp_path, simple__a="x", text__b="x", text__c="y", complex__d="x"), seed=0)
    (warning,) = told(found, "several labels")
    assert warning.startswith("1 pictures have several labels, of which all but one are wrong: ")
    assert "complex/d.png (complex) and simple/a.png (simple)" in warning


def test_empty_files_are_no_twins(tmp_path: Path) -> None:
    assert told(read_dataset(write(tmp_path, simple__a="", text__b=""), seed=0), "bytes") == []


def test_pictures_of_other_splits_are_told(tmp_path: Path) -> None:
    write(
        tmp_path,
        test__simple__a="one",
        test__text__b="two",
        test__text__c="six",
        train__text__z="one",
        train__complex__y="two",
        train__complex__x="longer",
        val__text__a="six",
        calibrate__text__q="ten",
    )
    assert told(read_dataset(tmp_path / "test", seed=0), "too:") == [
        "2 of 3 pictures are in train too: a model that learned from them looks better here than it is",
        "1 of 3 pictures are in val too: a model that learned from them looks better here than it is",
    ]
    # Beside a folder of another name, a folder "train" is just a neighbour.
    (tmp_path / "test").rename(tmp_path / "logos")
    assert told(read_dataset(tmp_path / "logos", seed=0), "too:") == []


def test_a_table_tells_pictures_in_two_splits(tmp_path: Path) -> None:
    write(tmp_path, a="x", b="x", c="y", d="y", e="z", f="z")
    table = tmp_path / "labels.csv"
    table.write_text(
        "path,label,split\na.png,text,train\nb.png,text,test\nc.png,simple,test\nd.png,simple,test\n"
        "e.png,simple,\nf.png,simple,test\n"
    )
    assert told(read_dataset(table, seed=0), "split") == [
        "1 pictures are in more than one split: a.png (train) and b.png (test); take them out of all but one"
    ]


def test_a_folder_that_cannot_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(InputError, match="cannot be read"):
        read_dataset(tmp_path, seed=0)
