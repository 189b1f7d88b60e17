"""What goes through the pipe between a converter and its worker: JSON with bytes behind it."""

from __future__ import annotations

import json
import struct
from typing import IO, Any

__all__ = ["receive", "send"]

_HEAD = struct.Struct("<II")
"""Bytes of JSON, bytes of what follows."""


def send(stream: IO[bytes], message: dict[str, Any], data: bytes | memoryview = b"") -> None:
    """Write one message and pass it on at once."""
    text = json.dumps(message).encode()
    stream.write(_HEAD.pack(len(text), len(data)) + text)
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """Read one message; None where the other side has gone."""
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    size, more = _HEAD.unpack(head)
    text, data = stream.read(size), stream.read(more)
    if len(text) < size or len(data) < more:
        return None
    message: dict[str, Any] = json.loads(text)
    return message, data
