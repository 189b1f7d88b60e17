from __future__ import annotations

import errno
import json
import os
import stat
import threading
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from hybrid_logo.errors import CorruptError, OutputError
from hybrid_logo.output import EarlierResults, Writer, open_output, open_to_continue, read_earlier
from hybrid_logo.report import JsonLinesReport
from hybrid_logo.types import FileResult


class StopError(Exception):
    """Whatever may end a run."""


def _write_and_stop(destination: AbstractContextManager[Writer], text: str) -> None:
    with destination as write:
        write(text)
        raise StopError


def ok_line(path: str, model: str = "m-1") -> str:
    return json.dumps({"schema": 1, "path": path, "status": "ok", "model": model}) + "\n"


def error_line(path: str) -> str:
    return JsonLinesReport().entry(FileResult.from_error(path, CorruptError("damaged: export it again")))


def test_a_file_appears_only_when_complete(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    with open_output(str(target)) as write:
        write("one\n")
        assert not target.exists()
        write("two é \udce9\n")
    assert target.read_bytes() == "two é \\udce9\n".join(["one\n", ""]).encode()
    assert os.listdir(tmp_path) == ["out.txt"]


def test_a_run_that_ends_early_leaves_the_file_of_before(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    target.write_text("before")
    with pytest.raises(StopError):
        _write_and_stop(open_output(str(target)), "half")
    assert target.read_text() == "before"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_rights_are_those_of_any_new_file_or_of_the_file_of_before(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        with open_output(str(tmp_path / "new")) as write:
            write("x")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o640
    (tmp_path / "old").touch()
    (tmp_path / "old").chmod(0o604)
    with open_output(str(tmp_path / "old")) as write:
        write("x")
    assert stat.S_IMODE((tmp_path / "old").stat().st_mode) == 0o604


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "real").write_text("before")
    (tmp_path / "link").symlink_to("folder/real")
    with open_output(str(tmp_path / "link")) as write:
        write("after")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "real").read_text() == "after"


def test_a_pipe_is_written_directly(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with open_output(str(pipe)) as write:
        write("x" * 200_000)
    reader.join(timeout=10)
    assert read == ["x" * 200_000]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_device_is_not_replaced() -> None:
    with open_output(os.devnull) as write:
        write("gone")
    assert not stat.S_ISREG(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize("name", ["missing/out.txt", "", "file/out.txt"])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError), open_output(str(tmp_path / name)):
        pytest.fail("the block must not begin")
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize("failing", ["write", "fsync", "replace"])
def test_a_full_disk_is_told_and_the_file_of_before_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    target = tmp_path / "out.txt"
    target.write_text("before")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match="No space left"), open_output(str(target)) as write:  # noqa: PT012
        monkeypatch.setattr(os, failing, refuse)
        write("half")
    monkeypatch.undo()
    assert target.read_text() == "before"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_writes_that_take_a_part_are_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: whole(handle, bytes(data)[:3]))
    with open_output(str(tmp_path / "out.txt")) as write:
        write("0123456789")
    assert (tmp_path / "out.txt").read_text() == "0123456789"


def test_standard_output_is_written_at_once(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with open_output(None) as write:
        write("é\udce9\n")
        assert capfdbinary.readouterr().out == b"\xc3\xa9\\udce9\n"


def test_earlier_results_are_read(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    whole = ok_line("a.png") + error_line("b.png") + ok_line("caf\udce9.png", "m-2")
    path.write_text(whole)
    assert read_earlier(str(path)) == EarlierResults(
        {"a.png", "b.png", "caf\udce9.png"}, failed=1, models={"m-1", "m-2"}, size=len(whole)
    )


def test_a_missing_file_holds_nothing(tmp_path: Path) -> None:
    assert read_earlier(str(tmp_path / "none.jsonl")) == EarlierResults()


@pytest.mark.parametrize("cut", range(1, 40, 3))
def test_a_torn_last_line_is_not_counted_and_written_over(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text(ok_line("a.png") + ok_line("b.png")[:-cut])
    earlier = read_earlier(str(path))
    assert (earlier.paths, earlier.size) == ({"a.png"}, len(ok_line("a.png")))
    with open_to_continue(str(path), earlier.size) as write:
        write(ok_line("b.png"))
    assert path.read_text() == ok_line("a.png") + ok_line("b.png")


def test_each_result_is_in_the_file_at_once_and_stays(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with open_to_continue(str(path), 0) as write:
        write(ok_line("a.png"))
        assert path.read_text() == ok_line("a.png")
    with pytest.raises(StopError):
        _write_and_stop(open_to_continue(str(path), len(ok_line("a.png"))), ok_line("b.png"))
    assert path.read_text() == ok_line("a.png") + ok_line("b.png")


@pytest.mark.parametrize(
    "line",
    [
        "no json\n",
        "[]\n",
        "1\n",
        '{"schema": 1}\n',
        '{"path": 1, "status": "ok", "model": "m"}\n',
        "\xff\n",
        "\n",
    ],
)
def test_a_file_that_holds_no_results_is_refused_and_kept(tmp_path: Path, line: str) -> None:
    path = tmp_path / "out.jsonl"
    before = (ok_line("a.png") + line + ok_line("b.png")).encode("latin-1")
    path.write_bytes(before)
    with pytest.raises(OutputError, match="line 2"):
        read_earlier(str(path))
    assert path.read_bytes() == before


def test_what_is_no_file_cannot_be_continued(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", os.devnull):
        with pytest.raises(OutputError, match="is no file"):
            read_earlier(str(path))
