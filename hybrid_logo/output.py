"""Where results go: standard output, a file that appears only when complete, or one that is continued."""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from hybrid_logo.errors import OutputError

__all__ = [
    "EarlierResults",
    "Writer",
    "discard_standard_output",
    "open_output",
    "open_to_continue",
    "read_earlier",
]


class Writer(Protocol):
    """Takes text and passes it on at once."""

    def __call__(self, text: str) -> None:
        """Write ``text``.

        Raises:
            BrokenPipeError: nobody reads the other end any more.
            OutputError: the text cannot be written.
        """


@dataclass(slots=True)
class EarlierResults:
    """What a file of results holds already.

    Attributes:
        paths: the inputs that were answered, failed ones included.
        failed: how many of them failed.
        models: names of the model releases that answered.
        size: bytes of whole lines; what follows was torn by the end of the run that wrote it.
    """

    paths: set[str] = field(default_factory=set)
    failed: int = 0
    models: set[str] = field(default_factory=set)
    size: int = 0


@contextmanager
def open_output(path: str | None) -> Iterator[Writer]:
    """Write to ``path``, or to standard output where it is None.

    A file appears, or replaces the one before, only when the block ends without an exception: until then
    the text is collected in a temporary file in the same folder. Pipes and devices are written directly.

    Raises:
        OutputError: the output cannot be written. The file of before is as it was.
    """
    if path is None:
        with _explained("standard output"):
            sys.stdout.flush()
        yield _to_standard_output
        return
    if os.path.isdir(path):
        raise OutputError(f"{path!r} is a folder: give the name of a file")
    target = os.path.realpath(path)
    before = _mode(target)
    if before is not None and not stat.S_ISREG(before):
        with _opened(path, os.O_WRONLY) as device:
            yield _writer(device, path)
        return
    with _explained(repr(path)):
        handle, temporary = tempfile.mkstemp(".tmp", ".hybrid-logo-", os.path.dirname(target))
    try:
        try:
            yield _writer(handle, path)
            with _explained(repr(path)):
                os.fsync(handle)
        finally:
            os.close(handle)
        with _explained(repr(path)):
            os.chmod(temporary, stat.S_IMODE(before) if before is not None else 0o666 & ~_umask())
            os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise


@contextmanager
def open_to_continue(path: str, size: int) -> Iterator[Writer]:
    """Append to ``path`` after its first ``size`` bytes; each text is in the file before the next is made.

    Raises:
        OutputError: the file cannot be written.
    """
    with _opened(path, os.O_WRONLY | os.O_CREAT) as handle:
        with _explained(repr(path)):
            os.ftruncate(handle, size)
            os.lseek(handle, 0, os.SEEK_END)
        yield _writer(handle, path)


def discard_standard_output() -> None:
    """Lead standard output nowhere, after writing to it has failed.

    What could not be written waits in its buffer, and would fail once more when Python ends.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def read_earlier(path: str) -> EarlierResults:
    """Read what a JSON Lines file of results holds; a file that does not exist holds nothing.

    Raises:
        OutputError: the file cannot be read, or a whole line of it is no result.
    """
    earlier = EarlierResults()
    kind = _mode(path)
    if kind is None:
        return earlier
    if not stat.S_ISREG(kind):
        raise OutputError(f"{path!r} is no file, so it cannot be continued: name a file")
    with _explained(repr(path)), open(path, "rb") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.endswith(b"\n"):
                break
            try:
                fields = json.loads(line)
                earlier.paths.add(_text(fields["path"]))
                earlier.failed += fields["status"] != "ok"
                if fields["status"] == "ok":
                    earlier.models.add(_text(fields["model"]))
            except (ValueError, KeyError, TypeError) as error:
                raise OutputError(
                    f"line {number} of {path!r} is no result, so the file cannot be continued: "
                    "name another file, or leave --resume out to replace it"
                ) from error
            earlier.size += len(line)
    return earlier


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _to_standard_output(text: str) -> None:
    try:
        with _explained("standard output"):
            sys.stdout.buffer.write(_encoded(text))
            sys.stdout.buffer.flush()
    except (BrokenPipeError, OutputError):
        discard_standard_output()
        raise


def _writer(handle: int, path: str) -> Writer:
    def write(text: str) -> None:
        rest = memoryview(_encoded(text))
        with _explained(repr(path)):
            while rest:
                rest = rest[os.write(handle, rest) :]

    return write


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


@contextmanager
def _opened(path: str, flags: int) -> Iterator[int]:
    with _explained(repr(path)):
        handle = os.open(path, flags | getattr(os, "O_BINARY", 0), 0o666)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn an ``OSError`` into an ``OutputError``, save for a reader that has gone."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(
            f"cannot use {name} for the results ({error.strerror}): free space there or name another file"
        ) from error


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except OSError:
        return None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
