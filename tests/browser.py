"""A real browser without a window, which opens HTML files the way a reader's does."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

_LOOK = """
<!doctype html><meta charset="utf-8"><title>wait</title>
<iframe style="border: 0; width: WIDTHpx; height: 900px" srcdoc="PAGE"></iframe>
<script>
document.querySelector("iframe").addEventListener("load", (event) => {
  const view = event.target.contentWindow, page = event.target.contentDocument;
  const found = (SCRIPT)(view, page);
  document.body.textContent = JSON.stringify(found);
  document.title = "done";
});
</script>
"""


def browser() -> str:
    """The program, or a skipped test, which is a failure under CI."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    pytest.skip("a browser is needed to open reports. Install one: apt-get install chromium")


def look(page: str, script: str, folder: Path, *, width: int = 1200, dark: bool = False) -> Any:
    """Open a page and ask it something.

    Args:
        page: HTML.
        script: a JavaScript function of the window and the document, which gives what JSON can hold.
        folder: for the files of the browser.
        width: of the window in CSS pixels.
        dark: whether the reader's system is dark.
    """
    outside = _LOOK.replace("WIDTH", str(width)).replace("SCRIPT", script)
    path = folder / "look.html"
    path.write_text(outside.replace("PAGE", escape(page)), encoding="utf-8")
    done = subprocess.run(
        [
            browser(),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
            f"--user-data-dir={folder / 'profile'}",
            f"--blink-settings=preferredColorScheme={0 if dark else 1}",
            "--virtual-time-budget=20000",
            "--dump-dom",
            path.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "<title>done</title>" in done.stdout, done.stderr[-2000:]
    told = re.search(r"<body>(.*)</body>", done.stdout, re.DOTALL)
    assert told is not None
    return json.loads(unescape(told[1]))
