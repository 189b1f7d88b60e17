"""A folder of pictures for each type."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hybrid_logo.adaptation.pictures import read_typed_pictures
from hybrid_logo.errors import InputError


def put(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())


def test_each_folder_is_a_type_with_all_below_it(tmp_path: Path) -> None:
    put(tmp_path, "b/2.png", "b/more/1.jpg", "a type/1.gif", ".hidden/1.png", "a type/notes.txt")
    found = read_typed_pictures(tmp_path)
    assert [Path(path).name for path in found.paths] == ["1.gif", "2.png", "1.jpg"]
    assert found.types == ("a type", "b", "b")
    assert found.warnings == ()


def test_twins_and_loose_pictures_are_left_out_and_counted(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png", "loose.png")
    (tmp_path / "a/2.png").write_bytes((tmp_path / "a/1.png").read_bytes())
    found = read_typed_pictures(tmp_path)
    assert found.types == ("a", "b")
    twins, loose = found.warnings
    assert twins.endswith("same bytes as another one: 1")
    assert loose.endswith("have no type: 1")


def test_a_picture_in_two_types_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png")
    (tmp_path / "b/1.png").write_bytes((tmp_path / "a/1.png").read_bytes())
    with pytest.raises(InputError, match=r"same picture, 1 times: .*a/1.png and .*b/1.png. Keep each"):
        read_typed_pictures(tmp_path)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], "and there is none"),
        (["loose.png"], "and there is none"),
        (["mascot/1.png"], "only mascot"),
        (["a/1.png", "b/notes.txt"], "b holds 0 pictures"),
    ],
)
def test_too_little_is_refused(tmp_path: Path, names: list[str], told: str) -> None:
    put(tmp_path, *names)
    with pytest.raises(InputError, match=told):
        read_typed_pictures(tmp_path)


def test_what_cannot_be_read_is_left_to_its_reader(tmp_path: Path) -> None:
    put(tmp_path, "a/1.png", "b/1.png")
    os.mkfifo(tmp_path / "a/pipe.png")
    (tmp_path / "b/dangling.png").symlink_to(tmp_path / "nowhere")
    assert read_typed_pictures(tmp_path).types == ("a", "a", "b", "b")
