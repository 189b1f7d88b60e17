"""HTML files that need nothing else: their frame and look, tables, and pictures within the text."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import cv2
from numpy.typing import NDArray

__all__ = ["charts", "document", "figure", "paragraph", "picture", "scrolling", "table"]

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: break-word; }
h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); }
h3 { margin-top: 2rem; }
nav li:first-child { font-weight: 600; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .2rem 0; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
.wide > table { margin: 0; display: table; overflow: visible; }
caption { text-align: left; padding-bottom: .3rem; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
tbody th { font-weight: normal; }
tr > th:first-child { position: sticky; left: 0; background: Canvas; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 2rem; }
.beside { display: flex; flex-wrap: wrap; gap: 0 3rem; }
.beside > * { max-width: 100%; }
figure { margin: 0; max-width: 30rem; }
svg text { font: 11px system-ui, sans-serif; fill: currentColor; }
.grid { stroke: var(--line); stroke-width: .5; }
.line { fill: none; stroke-width: 2; }
.whisker { stroke-width: 1.5; opacity: .7; }
.even { stroke: currentColor; stroke-dasharray: 2 4; opacity: .6; }
.gallery { display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fill, minmax(min(17rem, 100%), 1fr)); }
.card { border: 1px solid var(--line); border-radius: 6px; padding: .7rem; overflow-wrap: anywhere; }
.card img { display: block; height: 96px; max-width: 100%; object-fit: contain; background: var(--soft); }
.card p { margin: .3rem 0; }
.small { font-size: .87em; opacity: .85; }
@media print {
  body { max-width: none; margin: 0; font-size: 11px; }
  nav { display: none; }
  section + section > h2 { break-before: page; margin-top: 0; }
  .charts { grid-template-columns: 1fr 1fr; gap: 1rem; }
  h2, h3, h4, caption { break-after: avoid; }
  .wide, table { overflow: visible; }
  th, td { white-space: normal; padding: .1rem .4rem; }
  .card, figure, tr { break-inside: avoid; }
  * { print-color-adjust: exact; }
}
"""


def document(title: str, parts: Sequence[str], links: Sequence[Mapping[str, str]] = ()) -> str:
    """The whole file, light or dark as the reader's system is; the browser is told to load nothing else.

    Args:
        title: plain text, also the first heading.
        parts: HTML, one below the other.
        links: rows of links below the heading: id of an element -> plain text.
    """
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    rows = "".join(
        "".join(
            ["<ul>", *(f'<li><a href="#{key}">{escape(text)}</a></li>' for key, text in row.items()), "</ul>"]
        )
        for row in links
    )
    navigation = f'<nav aria-label="Sections">{rows}</nav>\n' if rows else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n{navigation}<main>\n" + "\n".join(parts) + "\n</main></body></html>\n"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """Cells of plain text; the first of each row names it."""
    top = "".join(f'<th scope="col">{escape(word)}</th>' for word in head)
    lines = [
        "".join([f'<th scope="row">{escape(row[0])}</th>', *(f"<td>{escape(word)}</td>" for word in row[1:])])
        for row in rows
    ]
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    told = f"<caption>{escape(caption)}</caption>" if caption else ""
    return scrolling(f"<table>{told}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>")


def scrolling(element: str) -> str:
    """An element that scrolls by itself, also by keyboard, where it is wider than the page."""
    return f'<div class="wide" tabindex="0">{element}</div>'


def paragraph(text: str) -> str:
    """A paragraph of plain text."""
    return f"<p>{escape(text)}</p>"


def charts(*figures: str) -> str:
    """Figures side by side where the page is wide enough; nothing where there are none."""
    drawn = "".join(figures)
    return f'<div class="charts">{drawn}</div>' if drawn else ""


def figure(chart: str, caption: str) -> str:
    """A chart with plain text below it."""
    return f"<figure>{chart}<figcaption>{escape(caption)}</figcaption></figure>"


def picture(pixels: NDArray[Any], alt: str = "") -> str:
    """An element that holds ``uint8[H, W, 3]`` RGB itself, as PNG; ``alt`` is read to who cannot see it."""
    encoded = cv2.imencode(".png", pixels[:, :, ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes()
    data = base64.b64encode(encoded).decode("ascii")
    return f'<img alt="{escape(alt)}" src="data:image/png;base64,{data}">'
