"""Keeps what native decoders print from standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["silenced_decoders"]


@contextmanager
def silenced_decoders() -> Iterator[None]:
    """Lead stream 2 nowhere, here and in processes started meanwhile; Python itself writes on as before.

    OpenCV and the libraries below it complain of damaged pictures there without naming them; the result of
    the picture says what is wrong.
    """
    before = sys.stderr
    before.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    with open(kept, "w", buffering=1, encoding=before.encoding, errors="backslashreplace") as stream:
        sys.stderr = stream
        try:
            yield
        finally:
            sys.stderr = before
            stream.flush()
            os.dup2(kept, 2)
