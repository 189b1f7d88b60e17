from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training import labels, sources
from hybrid_logo.training.labels import LabelledLogo, read_labels
from hybrid_logo.types import LogoType

HEAD = "set,name,label,also_accepted,clear,brand,split"
ROWS = (
    "logos,one,text,simple,0,acme,train",
    "logos,two,simple,,1,beta,test",
    "devicon,one,gradient,complex|simple,0,acme,train",
)


def write(path: Path, *rows: str, head: str = HEAD) -> Path:
    path.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return path


def test_rows_become_logos(tmp_path: Path) -> None:
    assert read_labels(write(tmp_path / "labels.csv", *ROWS)) == [
        LabelledLogo(
            "logos",
            "one",
            LogoType.TEXT,
            frozenset({LogoType.TEXT, LogoType.SIMPLE}),
            clear=False,
            brand="acme",
            split="train",
        ),
        LabelledLogo(
            "logos",
            "two",
            LogoType.SIMPLE,
            frozenset({LogoType.SIMPLE}),
            clear=True,
            brand="beta",
            split="test",
        ),
        LabelledLogo(
            "devicon",
            "one",
            LogoType.GRADIENT,
            frozenset({LogoType.GRADIENT, LogoType.COMPLEX, LogoType.SIMPLE}),
            clear=False,
            brand="acme",
            split="train",
        ),
    ]


def test_one_split_is_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "labels.csv", *ROWS)
    assert [logo.key for logo in read_labels(path, "train")] == [("logos", "one"), ("devicon", "one")]
    assert [logo.key for logo in read_labels(path, "test")] == [("logos", "two")]
    assert read_labels(path, "calibrate") == []


def test_unknown_split_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="calibrate"):
        read_labels(write(tmp_path / "labels.csv", *ROWS), "validation")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("logos,three,photo,,1,gamma,train", "'photo'"),
        ("logos,three,text,simple|photo,0,gamma,train", "'photo'"),
        ("logos,two,simple,,1,beta,test", "logos/two stands in line 3 already"),
        ("logos,three,simple,,1,acme,test", "brand 'acme' is in split 'test' here and in 'train' in line 2"),
        ("logos,three,simple,,1,gamma,validation", "split must be one of"),
        ("logos,three,simple,,yes,gamma,train", "clear must be 0 or 1"),
        ("logos,,simple,,1,gamma,train", "name is empty"),
        ("logos,three,simple,,1,,train", "brand is empty"),
        ("logos,three,simple,,1,gamma", "fields are needed"),
        ("logos,three,simple,,1,gamma,train,more", "fields are needed"),
    ],
)
def test_wrong_row_is_refused_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    path = write(tmp_path / "labels.csv", *ROWS[:2], row)
    with pytest.raises(SourceError, match="line 4") as caught:
        read_labels(path)
    assert message in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_wrong_row_of_another_split_is_refused_too(tmp_path: Path) -> None:
    path = write(tmp_path / "labels.csv", *ROWS, "logos,three,photo,,1,gamma,test")
    with pytest.raises(SourceError, match="line 5"):
        read_labels(path, "train")


@pytest.mark.parametrize("head", ["", "name,label", HEAD + ",more"])
def test_other_columns_are_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(SourceError, match="first line must name the columns"):
        read_labels(write(tmp_path / "labels.csv", *ROWS, head=head))


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b'set,"na\n', b""])
def test_file_that_is_no_csv_is_a_typed_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=str(path)):
        read_labels(path)


def test_missing_file_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--labels"):
        read_labels(tmp_path / "nothing.csv")


def test_installed_package_names_the_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labels, "OWN_LABELS", tmp_path / "site" / "benchmarks" / "labels" / "labels.csv")
    with pytest.raises(SourceError, match="--labels"):
        read_labels()


def test_the_labels_of_the_checkout_are_known_by_any_name(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(labels.find_labels())
    assert labels.is_own(link)
    assert labels.is_own(labels.find_labels())
    assert not labels.is_own(tmp_path / "labels.csv")


def test_labels_of_the_checkout_are_sound() -> None:
    """Counted again from the raw file, without the reader."""
    logos = read_labels()
    with labels.find_labels().open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert len(logos) == len(rows) == 3664
    assert [logo.name for logo in logos] == [row[1] for row in rows]
    assert sum(logo.clear for logo in logos) == sum(row[4] == "1" for row in rows)
    assert all(logo.label in logo.accepted for logo in logos)
    assert all(len(logo.accepted) == 1 for logo in logos if logo.clear)
    assert {logo.set for logo in logos} == {pinned.name for pinned in sources.ICON_SETS}
    splits = defaultdict(set)
    for row in rows:
        splits[row[5]].add(row[6])
    assert all(len(homes) == 1 for homes in splits.values())
    assert sum(len(read_labels(split=split)) for split in labels.SPLITS) == len(rows)
