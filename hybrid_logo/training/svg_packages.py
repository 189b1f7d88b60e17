"""Packages that hold whole SVG documents, brought into the Iconify JSON that all other sets come in.

Two layouts are known: a folder of SVG files, and JavaScript modules with the documents as strings, of which
nothing is run.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from hybrid_logo.errors import SourceError

__all__ = ["JAVASCRIPT", "gather", "icon_of_document"]

JAVASCRIPT = ".js"

SVG = "{http://www.w3.org/2000/svg}"
NOT_INHERITED = {"viewBox", "width", "height", "x", "y", "version", "preserveAspectRatio", "id"}
STANDARD_SIDE = 24.0

SLUG = re.compile(r'^export const slug = "([^"]+)"', re.MULTILINE)
LICENCE = re.compile(r'^export const license = "([^"]+)"', re.MULTILINE)
OPEN_LICENCE = re.compile(r"(CC0-|CC-BY-(SA-)?\d|MIT|Apache-|BSD-|ISC|MPL-|[AL]?GPL-|Unlicense|PD)")
"""What a drawing's own licence begins with where others may change it and sell what they make of it."""
VARIANTS = re.compile(r"^export const variants = \{\n(.*?)^\};", re.MULTILINE | re.DOTALL)
VARIANT = re.compile(r'^\s*"([\w-]+)": `((?:[^`\\]|\\.)*)`', re.MULTILINE | re.DOTALL)
TAKEN = {"default": "", "color": "-color", "wordmark": "-wordmark"}
"""Variants that are different drawings, and what their names end in; others only turn the colours."""

log = logging.getLogger(__name__)


def gather(folder: Path, suffix: str) -> None:
    """Put the documents of ``folder`` into its ``icons.json`` and remove the files that they came from.

    A document that is no well-formed SVG is left out and logged. Of a module whose drawing has no open
    licence nothing is taken; otherwise the entry names the licence.

    Args:
        folder: of the unpacked package.
        suffix: of the files that hold documents, ``.svg`` or ``.js``.

    Raises:
        SourceError: there is not one document.
    """
    icons = {}
    for path in sorted(folder.glob(f"*{suffix}")):
        for name, svg, licence in _documents(path):
            try:
                icons[name] = icon_of_document(svg) | ({"license": licence} if licence else {})
            except SourceError as error:
                log.warning("%s of %s was left out: %s", name, path.name, error)
        path.unlink()
    if not icons:
        raise SourceError("The package holds no SVG document that can be read. Pin another version.")
    content = json.dumps({"prefix": folder.name, "icons": icons}, ensure_ascii=False)
    (folder / "icons.json").write_text(content + "\n", encoding="utf-8")


def icon_of_document(svg: str) -> dict[str, str | float]:
    """An SVG document as an entry of Iconify's ``icons``; what its root says is said by a group.

    Raises:
        SourceError: this is no SVG, or declares a document type.
    """
    if re.search(r"<!\s*(DOCTYPE|ENTITY)", svg, re.IGNORECASE):
        raise SourceError("it declares a document type")
    try:
        root = ElementTree.fromstring(svg)
    except (ElementTree.ParseError, ValueError) as error:
        raise SourceError(f"it is no well-formed XML ({error})") from None
    if root.tag != f"{SVG}svg":
        raise SourceError(f"it is <{root.tag}> and not <svg>")
    left, top, width, height = _view(root)
    group = Element(f"{SVG}g", {key: value for key, value in root.attrib.items() if key not in NOT_INHERITED})
    group.extend(list(root))
    ElementTree.register_namespace("", SVG[1:-1])
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    body = ElementTree.tostring(group, encoding="unicode")
    return {"body": body, "left": left, "top": top, "width": width, "height": height}


def _documents(path: Path) -> Iterator[tuple[str, str, str]]:
    """Name, text and, where the file tells one, licence of each document in a file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        log.warning("%s was left out: %s", path.name, error)
        return
    if path.suffix != JAVASCRIPT:
        yield path.stem, text.strip(), ""
        return
    slug, variants, licence = SLUG.search(text), VARIANTS.search(text), LICENCE.search(text)
    if slug is None or variants is None:  # of the package itself, and no drawing
        return
    if licence is None or OPEN_LICENCE.match(licence[1]) is None:
        return
    for variant, svg in VARIANT.findall(variants[1]):
        if variant in TAKEN:
            yield slug[1] + TAKEN[variant], re.sub(r"\\(.)", r"\1", svg).strip(), licence[1]


def _view(root: Element) -> tuple[float, float, float, float]:
    """The rectangle of user units that the document shows: left, top, width, height."""
    numbers = [float(found) for found in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", root.get("viewBox", ""))]
    if len(numbers) == 4:
        left, top, width, height = numbers
    else:
        left = top = 0.0
        width, height = (_length(root.get(name, "")) for name in ("width", "height"))
    if not (width > 0 and height > 0):
        raise SourceError("its view is empty")
    return left, top, width, height


def _length(text: str) -> float:
    found = re.match(r"\s*(\d+\.?\d*|\.\d+)\s*(?:px)?\s*$", text)
    return float(found[1]) if found else STANDARD_SIDE
