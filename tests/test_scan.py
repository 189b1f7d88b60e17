from __future__ import annotations

import io
import os
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from hybrid_logo.errors import InputError
from hybrid_logo.scan import Scan, read_names
from hybrid_logo.types import FileResult


def touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def found(folder: Path, **settings: bool) -> list[str]:
    """Paths relative to ``folder``; an error as "path: kind"."""
    return [
        os.path.relpath(item, folder)
        if isinstance(item, str)
        else f"{os.path.relpath(item.path, folder)}: {item.error_kind}"
        for item in Scan([str(folder)], **settings)
    ]


def test_pictures_are_known_by_suffix_in_any_case(tmp_path: Path) -> None:
    suffixes = ["png", "jpg", "jpeg", "jfif", "webp", "gif", "bmp", "tif", "tiff", "PNG", "Jpg"]
    touch(tmp_path, *(f"a.{suffix}" for suffix in suffixes), "a.txt", "png", "a.png.bak", "a")
    assert found(tmp_path) == sorted(f"a.{suffix}" for suffix in suffixes)


def test_files_come_before_folders_each_in_order(tmp_path: Path) -> None:
    touch(tmp_path, "b.png", "a/z.png", "a/b/c.png", "a.png", "c.png", "a/a.png", "B/x.png")
    assert found(tmp_path) == ["a.png", "b.png", "c.png", "B/x.png", "a/a.png", "a/z.png", "a/b/c.png"]


def test_no_recursive_stays_in_the_folder(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b/c.png")
    assert found(tmp_path, recursive=False) == ["a.png"]


def test_paths_begin_as_the_input_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "in/a.png")
    monkeypatch.chdir(tmp_path)
    assert list(Scan(["in", "in/", ".", "./in/a.png"])) == [
        "in/a.png",
        "in/a.png",
        "./in/a.png",
        "./in/a.png",
    ]


def test_a_named_file_is_given_whatever_it_is(tmp_path: Path) -> None:
    touch(tmp_path, "a.txt", ".hidden.png", "logo.svg")
    names = [str(tmp_path / name) for name in ("a.txt", ".hidden.png", "logo.svg", "missing.png")]
    assert list(Scan([*names, "-"])) == [*names, "-"]


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    touch(tmp_path, "a.svg", "b.SVGZ", ".c.png", ".d/e.png", ".f.svg", ".DS_Store", "g.png")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder")
    scan = Scan([str(tmp_path)])
    assert len(list(scan)) == scan.found == 1
    assert (scan.vectors, scan.hidden, scan.linked) == (2, 2, 1)


def test_a_folder_named_like_a_picture_is_walked(tmp_path: Path) -> None:
    touch(tmp_path, "x.png/y.png")
    assert found(tmp_path) == ["x.png/y.png"]
    assert found(tmp_path / "x.png") == ["y.png"]


def test_a_folder_named_like_standard_input_needs_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "-/a.png")
    monkeypatch.chdir(tmp_path)
    assert list(Scan(["-", "./-"])) == ["-", "./-/a.png"]


def test_link_loops_end(tmp_path: Path) -> None:
    touch(tmp_path, "a/b/c.png")
    (tmp_path / "a" / "b" / "up").symlink_to(tmp_path)
    (tmp_path / "self").symlink_to("self")
    (tmp_path / "self.png").symlink_to("self.png")
    assert found(tmp_path) == ["self.png", "a/b/c.png"]


def test_links_to_files_are_followed_and_dangling_ones_given(tmp_path: Path) -> None:
    touch(tmp_path, "elsewhere/a.png", "in/b.png")
    (tmp_path / "in" / "a.png").symlink_to("../elsewhere/a.png")
    (tmp_path / "in" / "gone.png").symlink_to("nowhere.png")
    assert found(tmp_path / "in") == ["a.png", "b.png", "gone.png"]


def test_a_link_to_a_folder_given_as_input_is_walked(tmp_path: Path) -> None:
    touch(tmp_path, "real/a.png")
    (tmp_path / "link").symlink_to("real")
    assert found(tmp_path / "link") == ["a.png"]


def test_pipes_are_given_and_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert found(tmp_path) == ["pipe.png"]


def test_a_folder_that_cannot_be_listed_is_an_error_among_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(tmp_path, "a.png", "closed/b.png", "open/c.png")
    scandir = os.scandir

    def refuse(folder: str) -> Iterator[os.DirEntry[str]]:
        if folder.endswith("closed"):
            raise PermissionError(13, "Permission denied", folder)
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    assert found(tmp_path) == ["a.png", "closed: unreadable", "open/c.png"]
    (error,) = (item for item in Scan([str(tmp_path)]) if isinstance(item, FileResult))
    assert "Permission denied" in str(error.error_message)


def test_a_path_too_long_to_open_is_an_error(tmp_path: Path) -> None:
    """Folders nested deeper than a path can name, and deeper than Python recurses."""
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        for _ in range(1100):
            os.mkdir("deep", dir_fd=folder)
            inner = os.open("deep", os.O_RDONLY, dir_fd=folder)
            os.close(folder)
            folder = inner
        (item,) = Scan([str(tmp_path)])
    finally:  # pytest could not remove folders that are nested so deeply, in this run or the next
        os.close(folder)
        while os.path.exists(tmp_path / "deep" / "deep"):
            os.rename(tmp_path / "deep" / "deep", tmp_path / "inner")
            os.rmdir(tmp_path / "deep")
            os.rename(tmp_path / "inner", tmp_path / "deep")
    assert isinstance(item, FileResult)
    assert item.error_kind == "unreadable"


@pytest.mark.skipif(sys.platform == "darwin", reason="the file system takes UTF-8 only")
def test_names_that_are_no_utf8_survive(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.png"
    open(name, "wb").close()
    assert [os.fsencode(item) for item in Scan([str(tmp_path)]) if isinstance(item, str)] == [name]


def test_inputs_are_taken_one_at_a_time() -> None:
    def endless() -> Iterator[str]:
        number = 0
        while True:
            number += 1
            yield f"{number}.png"

    items = iter(Scan(endless()))
    assert [next(items) for _ in range(3)] == ["1.png", "2.png", "3.png"]


@pytest.mark.slow
def test_a_large_folder_costs_little_memory(tmp_path: Path) -> None:
    for number in range(50_000):
        open(tmp_path / f"{number:06}.png", "wb").close()
    tracemalloc.start()
    try:
        assert sum(1 for _ in Scan([str(tmp_path)])) == 50_000
        assert tracemalloc.get_traced_memory()[1] < 8e6
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("separator", [b"\n", b"\0"])
def test_names_are_read_from_a_list(separator: bytes) -> None:
    names = ["a.png", "", "with space.png", "caf\udce9.png", "last.png"]
    data = separator.join(os.fsencode(name) for name in names)
    wanted = [name for name in names if name]
    assert list(read_names(io.BytesIO(data), separator=separator)) == wanted
    assert list(read_names(io.BytesIO(data + separator), separator=separator)) == wanted


def test_line_feeds_are_kept_in_names_that_end_with_nul() -> None:
    assert list(read_names(io.BytesIO(b"a\nb.png\0c.png\0"), separator=b"\0")) == ["a\nb.png", "c.png"]


def test_names_across_blocks_are_whole() -> None:
    names = [f"{number}-{'x' * (number % 97)}.png" for number in range(5000)]
    assert list(read_names(io.BytesIO("\n".join(names).encode()))) == names


def test_a_list_that_is_no_list_is_refused_early() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return b"x" * size

    stream = Endless()
    with pytest.raises(InputError, match="one path per line"):
        list(read_names(stream))  # type: ignore[arg-type]
    assert stream.taken < 1e6
