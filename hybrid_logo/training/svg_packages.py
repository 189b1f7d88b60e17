"""Packages that hold whole SVG documents, brought into the Iconify JSON that all other sets come in.

Two layouts are known: a folder of SVG files, and JavaScript modules with the documents as strings, of which
nothing is run.
"""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from hybrid_logo.errors import SourceError

__all__ = ["gather", "icon_of_document"]

JAVASCRIPT = ".js"

SVG = "{http://www.w3.org/2000/svg}"
NOT_INHERITED = {"viewBox", "width", "height", "x", "y", "version", "preserveAspectRatio"}
DEEPEST = 100

SLUG = re.compile(r'^export const slug = "([\w-]+)"', re.MULTILINE)
LICENCE = re.compile(r'^export const license = "([^"]+)"', re.MULTILINE)
VARIANTS = re.compile(r"^export const variants = \{\n(.*?)^\};", re.MULTILINE | re.DOTALL)
VARIANT = re.compile(r'^\s*"([\w-]+)": `((?:[^`\\]|\\.)*)`', re.MULTILINE | re.DOTALL)
TAKEN = {"default": "", "color": "-color", "wordmark": "-wordmark"}
"""Variants that are taken, and what their names end in; most others only turn the colours."""

OPEN_LICENCE = re.compile(
    r"CC0-1\.0|CC-BY(-SA)?-[\d.]+|MIT|ISC|Apache-2\.0|BSD-[23]-Clause|MPL-2\.0|Unlicense|PD|"
    r"[AL]?GPL-[\d.]+(-only|-or-later)?"
)
"""A drawing's own licence, where others may change it and sell what they make of it."""

log = logging.getLogger(__name__)


def gather(folder: Path, suffix: str, prefix: str) -> None:
    """Put the documents of ``folder`` into its ``icons.json`` and remove the files that they came from.

    A document that is no well-formed SVG is left out and logged. Of a module whose drawing has no open
    licence nothing is taken; otherwise the entry names the licence.

    Args:
        folder: of the unpacked package.
        suffix: of the files that hold documents, ``.svg`` or ``.js``.
        prefix: name of the set.

    Raises:
        SourceError: there is not one document, or two have the same name.
    """
    icons: dict[str, dict[str, str | float]] = {}
    for path in sorted(folder.glob(f"*{suffix}")):
        for name, svg, licence in _documents(path):
            if name in icons:
                raise SourceError(f"The package holds two documents named {name}. Pin another version.")
            try:
                icons[name] = icon_of_document(svg) | ({"license": licence} if licence else {})
            except SourceError as error:
                log.warning("%s of %s was left out: %s", name, path.name, error)
        path.unlink()
    if not icons:
        raise SourceError("The package holds no SVG document that can be read. Pin another version.")
    content = json.dumps({"prefix": prefix, "icons": icons}, ensure_ascii=False)
    (folder / "icons.json").write_text(content + "\n", encoding="utf-8")


def icon_of_document(svg: str) -> dict[str, str | float]:
    """An SVG document as an entry of Iconify's ``icons``; what its root says is said by a group.

    Raises:
        SourceError: this is no SVG, declares a document type, is nested beyond measure, or does not say in
            plain numbers what it shows.
    """
    if re.search(r"<!\s*(DOCTYPE|ENTITY)", svg, re.IGNORECASE):
        raise SourceError("it declares a document type")
    try:
        root = ElementTree.fromstring(svg)
    except (ElementTree.ParseError, ValueError) as error:
        raise SourceError(f"it is no well-formed XML ({error})") from None
    if root.tag != f"{SVG}svg":
        raise SourceError(f"it is <{root.tag}> and not <svg>")
    _check_depth(root)
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
    if licence is None or OPEN_LICENCE.fullmatch(licence[1]) is None:
        return
    for variant, literal in VARIANT.findall(variants[1]):
        if variant not in TAKEN:
            continue
        if re.search(r"\\[^`$\\]|(?<!\\)\$\{", literal):
            log.warning("%s of %s was left out: JavaScript would have to be run", variant, path.name)
            continue
        yield slug[1] + TAKEN[variant], re.sub(r"\\(.)", r"\1", literal).strip(), licence[1]


def _check_depth(root: Element) -> None:
    """Without recursion, which writing the document needs."""
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return
    raise SourceError(f"it has more than {DEEPEST} levels")


def _view(root: Element) -> tuple[float, float, float, float]:
    """The rectangle of user units that the document shows: left, top, width, height."""
    told = root.get("viewBox")
    parts = ["0", "0", root.get("width", ""), root.get("height", "")] if told is None else None
    try:
        numbers = [float(part.removesuffix("px")) for part in parts or re.split(r"[\s,]+", str(told).strip())]
        left, top, width, height = numbers
    except ValueError:
        raise SourceError("it does not say in plain numbers what it shows") from None
    if not (0 < width < math.inf and 0 < height < math.inf and math.isfinite(left + top)):
        raise SourceError("its view is empty or without end")
    return left, top, width, height
