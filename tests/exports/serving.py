"""Serves folders to a real browser without a window, which posts back what it has found."""

from __future__ import annotations

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.browser import browser

__all__ = ["Site"]

SECONDS = 180
TRIES = 2
"""On a busy machine a browser may stop for good while it starts."""


class _Handler(SimpleHTTPRequestHandler):
    """Serves files, and takes one report."""

    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        super().do_GET()

    def do_POST(self) -> None:
        self.server.report = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        self.server.reported.set()

    def log_message(self, *_: object) -> None:
        pass


class Site(ThreadingHTTPServer):
    """A server on this machine.

    Args:
        folder: what it serves.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
        self.folder = folder
        self.asked: list[str] = []
        self.report = b""
        self.reported = threading.Event()

    def run(self, script: str, profile: Path) -> Any:
        """What a module script returns, in a page beside the served files; once for each site.

        Args:
            script: JavaScript; it may ``await``.
            profile: folder for the files of the browser.
        """
        (self.folder / "test.html").write_text(_PAGE.replace("SCRIPT", script), encoding="utf-8")
        address = f"http://127.0.0.1:{self.server_port}/test.html"
        with self._serving():
            for attempt in range(TRIES):
                self.asked.clear()
                with _browsing(address, profile / str(attempt)):
                    if self.reported.wait(SECONDS):
                        break
        assert self.report, f"nothing came back; asked for: {self.asked}"
        found = json.loads(self.report)
        assert "thrown" not in found, found["thrown"]
        return found["found"]

    @contextmanager
    def _serving(self) -> Iterator[None]:
        thread = threading.Thread(target=self.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            thread.join()
            self.server_close()


_PAGE = """<!doctype html><meta charset="utf-8"><body><script type="module">
const post = (found) => fetch("report", { method: "POST", body: JSON.stringify(found) });
async function look() {
SCRIPT
}
look().then((found) => post({ found }), (error) => post({ thrown: `${error}\\n${error.stack}` }));
</script>
"""


@contextmanager
def _browsing(address: str, profile: Path) -> Iterator[None]:
    started = subprocess.Popen(
        [
            browser(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            f"--user-data-dir={profile}",
            address,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        started.kill()
        started.wait()
