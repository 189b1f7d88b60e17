"""HTML files that need nothing else: their frame and look, tables, and pictures within the text."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import Any

import cv2
from numpy.typing import NDArray

__all__ = ["document", "picture", "table"]

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 2rem; }
.beside { display: flex; flex-wrap: wrap; gap: 0 3rem; }
figure { margin: 0; max-width: 30rem; }
svg text { font: 11px system-ui, sans-serif; fill: currentColor; }
.grid { stroke: var(--line); stroke-width: .5; }
.line { fill: none; stroke-width: 2; }
.even { stroke: currentColor; stroke-dasharray: 2 4; opacity: .6; }
.gallery { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem; }
.card { border: 1px solid var(--line); border-radius: 6px; padding: .7rem; overflow-wrap: anywhere; }
.card img { display: block; height: 96px; max-width: 100%; object-fit: contain; background: var(--soft); }
.card p { margin: .3rem 0; }
.small { font-size: 13px; opacity: .85; }
"""


def document(title: str, parts: Sequence[str]) -> str:
    """The whole file, light or dark as the reader's system is.

    Args:
        title: plain text, also the first heading.
        parts: HTML, one below the other.
    """
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n" + "\n".join(parts) + "\n</body></html>\n"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells of plain text."""
    lines = [f"<tr>{''.join(f'<th>{escape(word)}</th>' for word in head)}</tr>"]
    lines += [f"<tr>{''.join(f'<td>{escape(word)}</td>' for word in row)}</tr>" for row in rows]
    return f"<table>{''.join(lines)}</table>"


def picture(pixels: NDArray[Any]) -> str:
    """An element that holds ``uint8[H, W, 3]`` RGB itself, as PNG."""
    encoded = cv2.imencode(".png", pixels[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes()
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(encoded).decode("ascii")}">'
