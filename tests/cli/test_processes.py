"""``hybrid-logo classify`` as a process: pipes, terminals, locales, signals."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

Start = Callable[..., subprocess.Popen[bytes]]

STRICT_C = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
"""Python then takes ASCII for the names of files."""

FORMATS = ["human", "label", "json", "jsonl", "csv"]


@pytest.fixture
def many(tmp_path: Path) -> Path:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(640):
        (folder / f"{number:04}.png").touch()
    return folder


def end(process: subprocess.Popen[bytes]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, (out or b"").decode(), (err or b"").decode()


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in listed.split()]


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@contextmanager
def terminal() -> Iterator[tuple[int, Callable[[], str]]]:
    """A pseudo-terminal: the end to give to a process, and what tells at the end what it showed."""
    ours, theirs = pty.openpty()
    blocks: list[bytes] = []

    def read() -> None:
        # Linux tells by an error that the other end was closed.
        with suppress(OSError):
            while block := os.read(ours, 65536):
                blocks.append(block)

    reader = threading.Thread(target=read)
    reader.start()
    still_open = [theirs]

    def shown() -> str:
        while still_open:
            os.close(still_open.pop())
        reader.join(timeout=60)
        return b"".join(blocks).decode().replace("\r\n", "\n")

    try:
        yield theirs, shown
    finally:
        shown()
        os.close(ours)


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("name", FORMATS)
def test_a_reader_that_leaves_ends_the_run_quietly(start: Start, many: Path, name: str, workers: str) -> None:
    process = start("classify", many, "--format", name, "--workers", workers, settings={"SECONDS": "0.001"})
    assert process.stdout is not None
    assert process.stdout.read(1)
    process.stdout.close()
    process.stdout = None
    assert end(process) == (141, "", "")


@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "0<&- 1>&- 2>&-"])
def test_closed_streams_are_no_trouble(start: Start, logos: Path, tmp_path: Path, closed: str) -> None:
    """With stream 1 closed, the file of results would get that number, and whatever is printed."""
    output = tmp_path / "out.jsonl"
    for more in ([], ["--output", output]):
        code, _, err = end(start("classify", logos, "--format", "jsonl", *more, redirect=closed))
        assert code == 1
        assert "Traceback" not in err
    assert [json.loads(line)["schema"] for line in output.read_text().splitlines()] == [1, 1, 1]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
@pytest.mark.parametrize("to", ["standard output", "file"])
def test_a_full_disk_is_told(start: Start, logos: Path, to: str) -> None:
    with open("/dev/full", "wb") as full:
        if to == "file":
            process = start("classify", logos, "--output", "/dev/full")
        else:
            process = start("classify", logos, stdout=full)
        code, _, err = end(process)
    assert code == 2
    assert re.fullmatch(r"Error: cannot use .*No space left on device.*\n", err)


@pytest.mark.parametrize("settings", [{"LC_ALL": "C"}, STRICT_C, {"PYTHONIOENCODING": "ascii"}])
@pytest.mark.parametrize("name", FORMATS)
def test_any_name_is_printed_under_any_locale(
    start: Start, tmp_path: Path, name: str, settings: dict[str, str]
) -> None:
    folder = os.fsencode(tmp_path)
    for file in (b"caf\xe9.png", "ключ.png".encode(), b"broken\xff.png"):
        open(os.path.join(folder, file), "wb").close()
    process = start(
        "classify", tmp_path, os.path.join(folder, b"caf\xe9.png"), "--format", name, settings=settings
    )
    code, out, err = end(process)
    assert code == 1
    assert "Traceback" not in err
    assert "4 pictures" in err
    if name == "jsonl":
        paths = [json.loads(line)["path"] for line in out.splitlines()]
        assert sorted(os.path.basename(path.encode("utf-8", "surrogateescape")) for path in paths) == [
            b"broken\xff.png", b"caf\xe9.png", b"caf\xe9.png", "ключ.png".encode()
        ]  # fmt: skip


@pytest.mark.parametrize("settings", [{}, STRICT_C])
def test_names_survive_a_list_and_a_resumed_run(
    start: Start, tmp_path: Path, settings: dict[str, str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    open(os.fsencode(folder) + b"/caf\xe9.png", "wb").close()
    (tmp_path / "list").write_bytes(os.fsencode(folder) + b"/caf\xe9.png\n")
    words = ["classify", "--format", "jsonl", "--output", tmp_path / "out", "--resume"]
    assert end(start(*words, "--files-from", tmp_path / "list"))[0] == 0
    code, _, err = end(start(*words, folder, settings=settings))
    assert code == 0
    assert "1 were there already" in err
    assert len((tmp_path / "out").read_text().splitlines()) == 1


def test_colour_only_on_a_terminal_and_without_no_color(start: Start, logos: Path) -> None:
    def human(**settings: str) -> str:
        with terminal() as (stream, shown):
            process = start("classify", logos, "--quiet", stdout=stream, settings=settings)
            assert process.wait(timeout=60) == 1
            return shown()

    coloured = human()
    plain = end(start("classify", logos, "--quiet"))[1]
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain
    assert human(NO_COLOR="1") == human(TERM="dumb") == plain
    assert human(NO_COLOR="") == coloured


def test_progress_only_on_a_terminal_and_beside_a_file(start: Start, many: Path, tmp_path: Path) -> None:
    def on_terminal(*words: str | Path, stdout: Any = subprocess.DEVNULL) -> str:
        with terminal() as (stream, shown):
            process = start(
                "classify", many, *words, stdout=stdout, stderr=stream, settings={"SECONDS": "0.001"}
            )
            assert process.wait(timeout=60) == 0
            return shown()

    bar = re.compile(r"[\d,]+ pictures .*0:00:0")
    assert bar.search(on_terminal("--output", tmp_path / "out"))
    assert bar.search(on_terminal())
    assert on_terminal("--quiet") == ""
    process = start("classify", many, "--output", tmp_path / "out")
    assert re.fullmatch(r"640 pictures: [^\n\x1b]*\n", end(process)[2])
    with terminal() as (screen, _):
        assert not bar.search(on_terminal(stdout=screen))


def test_a_terminal_is_no_picture(start: Start) -> None:
    with terminal() as (stream, _):
        code, _, err = end(start("classify", "-", stdin=stream))
    assert code == 2
    assert "pipe a file" in err


def test_a_picture_through_standard_input(start: Start) -> None:
    process = start("classify", "-", "--format", "label", stdin=subprocess.PIPE)
    out, _ = process.communicate(b"12345", timeout=60)
    assert (process.returncode, out) == (0, b"text\n")


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_nothing_behind(
    start: Start, many: Path, tmp_path: Path, workers: str, number: int, code: int
) -> None:
    """Ctrl-C reaches every process of the group, as from a terminal; a request to end only the first."""
    output = tmp_path / "out.csv"
    output.write_text("before")
    process = start(
        "classify", many, "--format", "csv", "--output", output, "--workers", workers,
        settings={"SECONDS": "0.02"}, start_new_session=True,
    )  # fmt: skip
    wait_for(lambda: any(path.stat().st_size > 2000 for path in tmp_path.glob(".hybrid-logo-*.tmp")))
    started = children(process.pid)
    assert len(started) >= (2 if workers == "2" else 0)
    (os.killpg if number == signal.SIGINT else os.kill)(process.pid, number)
    assert end(process) == (code, "", "")
    wait_for(lambda: not any(runs(pid) for pid in started))
    assert output.read_text() == "before"
    assert sorted(os.listdir(tmp_path)) == ["many", "out.csv"]


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.05, 0.1, 0.2])
def test_ctrl_c_while_the_workers_start_shows_no_traceback(start: Start, many: Path, delay: float) -> None:
    process = start(
        "classify", many, "--workers", "2", settings={"SECONDS": "0.02"}, start_new_session=True
    )  # fmt: skip
    wait_for(lambda: children(process.pid))
    time.sleep(delay)
    os.killpg(process.pid, signal.SIGINT)
    code, _, err = end(process)
    assert (code, err) == (130, "")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_killed_run_is_resumed(start: Start, many: Path, tmp_path: Path, workers: str) -> None:
    output = tmp_path / "out.jsonl"
    words = ["classify", many, "--format", "jsonl", "--output", output, "--resume", "--workers", workers]
    process = start(*words, settings={"SECONDS": "0.002"})
    wait_for(lambda: output.exists() and output.stat().st_size > 5000)
    process.kill()
    process.wait(timeout=60)
    with output.open("ab") as torn:
        torn.write(b'{"schema": 1, "path": "')
    finished = output.read_bytes().count(b"\n")
    assert 0 < finished < 640
    code, _, err = end(start(*words))
    assert code == 0
    assert f"{640 - finished} pictures" in err
    assert output.read_text() == end(start("classify", many, "--format", "jsonl"))[1]
