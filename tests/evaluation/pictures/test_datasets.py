"""A user's labelled pictures: read, refused or warned about, with numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hybrid_logo.errors import InputError
from hybrid_logo.evaluation.pictures.datasets import Case, Dataset, read_dataset
from hybrid_logo.types import LogoType

Maker = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Maker:
    """Make a dataset folder with so many pictures per class folder; the content of each file is its name."""

    def _make(**counts: int) -> Path:
        root = tmp_path / "logos"
        for name, count in counts.items():
            (root / name).mkdir(parents=True)
            for number in range(count):
                (root / name / f"{number}.png").write_text(f"{name} {number}")
        return root

    return _make


def write_table(folder: Path, text: str) -> Path:
    path = folder / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_folder_per_type(make: Maker) -> None:
    found = read_dataset(make(simple=30, text=30, gradient=30, complex=30), seed=0)
    assert found.name == "logos"
    assert len(found.cases) == 120
    assert found.warnings == []
    case = next(case for case in found.cases if case.name == "text/7.png")
    assert (case.label, case.accepted, case.clear) == (LogoType.TEXT, {LogoType.TEXT}, True)
    assert case.read() == b"text 7"


def test_sub_folders_belong_to_their_type(make: Maker) -> None:
    root = make(simple=1, text=1)
    (root / "simple" / "more").mkdir()
    (root / "simple" / "more" / "a.jpg").write_bytes(b"a")
    assert {case.name for case in read_dataset(root, seed=0).cases} == {
        "simple/0.png",
        "simple/more/a.jpg",
        "text/0.png",
    }


def test_a_misnamed_folder_is_refused_with_its_count_and_the_nearest_name(make: Maker) -> None:
    with pytest.raises(InputError, match=r"gradients is no type \(12 pictures; is gradient meant\?\)"):
        read_dataset(make(simple=3, gradients=12), seed=0)


def test_no_pictures_at_all_are_refused(make: Maker, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds 0 labelled pictures"):
        read_dataset(make(simple=0, text=0), seed=0)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="holds 0 labelled pictures"):
        read_dataset(empty, seed=0)


def test_weak_datasets_are_told_with_numbers(make: Maker) -> None:
    root = make(simple=10, text=10, complex=0)
    (root / "loose.png").write_bytes(b"x")
    (root / "simple" / "twin.png").write_text("simple 0")
    assert read_dataset(root, seed=0).warnings == [
        "the folder complex holds 0 pictures",
        "1 pictures beside the folders have no type and were left out",
        "0 pictures of gradient, complex: their recall is unknown",
        "1 of 21 pictures have the same bytes as another one",
        "only 21 pictures: a share may lie 22 points beside the truth; label more, or do not decide anything "
        "by it",
    ]


def test_a_drawing_among_the_pictures_is_told(make: Maker) -> None:
    root = make(simple=60, text=60)
    (root / "simple" / "a.svg").write_text("<svg/>")
    assert read_dataset(root, seed=0).warnings[0] == (
        "1 SVG files in simple were left out: they are vector already"
    )


def test_a_folder_of_splits_is_refused_with_one_to_give(make: Maker) -> None:
    root = make(simple=1)
    for split in ("train", "test"):
        (root / split / "text").mkdir(parents=True)
    with pytest.raises(InputError, match=r"the splits test, train\. Give one of them, as in .*/test, or"):
        read_dataset(root, seed=0)


def test_one_class_only_is_told(make: Maker) -> None:
    warnings = read_dataset(make(gradient=150), seed=0).warnings
    assert warnings == ["all 150 pictures are gradient: precision says nothing here"]


def test_a_table_may_name_further_types_and_clusters(make: Maker) -> None:
    root = make(simple=2)
    table = write_table(
        root,
        "path,label,also_accepted,cluster\nsimple/0.png,simple,text|complex,acme\nsimple/1.png,text,,\n",
    )
    first, second = read_dataset(table, seed=0).cases
    assert first.accepted == {LogoType.SIMPLE, LogoType.TEXT, LogoType.COMPLEX}
    assert (first.clear, first.cluster) == (False, "acme")
    assert (second.clear, second.cluster) == (True, "simple/1.png")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file,type\na.png,text\n", "must name the columns path and label"),
        ("path,label\n", "holds 0 pictures"),
        ("", "must name the columns"),
        ("path,label\nsimple/0.png,logo\n", r"line 2: 'logo' is not a valid"),
        ("path,label,also_accepted\nsimple/0.png,text,word\n", "line 2: 'word'"),
        ("path,label\nsimple/0.png\n", "line 2: None"),
        ("path,label\n" + "".join(f"gone{n}.png,text\n" for n in range(9)), r"9 of 9 files.*and 4 more"),
        ("path,label\n,text\n", "1 of 1 files that are not there"),
        ("path,label\nsimple/0.png,text\nsimple/0.png,text\n", "1 files more than once: simple/0.png"),
        ('path,label\n"simple/0.png,text\n', "cannot be read"),
    ],
)
def test_a_wrong_table_is_refused(make: Maker, text: str, message: str) -> None:
    root = make(simple=1)
    with pytest.raises(InputError, match=message):
        read_dataset(write_table(root, text), seed=0)


def test_a_table_of_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_bytes("path,label\nü.png,text\n".encode("latin-1"))
    with pytest.raises(InputError, match="cannot be read"):
        read_dataset(path, seed=0)


def cases(count: int) -> list[Case]:
    text = frozenset([LogoType.TEXT])
    return [Case(f"{n:03d}", bytes([n]), LogoType.TEXT, text, True, str(n)) for n in range(count)]


def test_a_limit_draws_by_the_seed_and_says_so() -> None:
    whole = Dataset("x", cases(100), "nobody", seed=1)
    part = whole.limited(10)
    names = [case.name for case in part.cases]
    assert len(names) == 10
    assert names == sorted(names) != [case.name for case in whole.cases[:10]]
    assert names == [case.name for case in whole.limited(10).cases]
    assert names != [case.name for case in Dataset("x", cases(100), "nobody", seed=2).limited(10).cases]
    assert "10 of 100 pictures" in part.warnings[0]
    assert whole.limited(None) is whole
    assert whole.limited(100) is whole


def test_the_hash_follows_bytes_and_labels() -> None:
    first, second = cases(2)
    digests = {
        Dataset("x", content, "nobody", seed=0).sha256()
        for content in (
            [first],
            [first, second],
            [second, first],
            [Case("000", b"other", first.label, first.accepted, True, "0")],
            [Case("000", b"\0", first.label, first.accepted, False, "0")],
        )
    }
    assert len(digests) == 5
    assert Dataset("y", [first], "someone", seed=3).sha256() in digests
