"""An SVG document as a tree that can be rewritten: read safely, styles resolved, copies made explicit.

Only what decides which shapes there are is worked out here. How they look stays with the renderer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from hybrid_logo.errors import SourceError

__all__ = ["NOT_DRAWN", "href", "local_name", "number", "read_document", "reference"]

MOST_ELEMENTS = 20_000
DEEPEST = 100
SVG = "{http://www.w3.org/2000/svg}"
HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
SHAPES_OF_USE = {"x", "y", "width", "height", *HREFS}

NOT_DRAWN = frozenset(
    {"defs", "clipPath", "mask", "symbol", "linearGradient", "radialGradient", "filter", "pattern", "marker"}
)
"""Elements that are drawn only where another one refers to them."""

FOREIGN = frozenset({"metadata", "title", "desc", "script", "style"})

Rule = tuple[tuple[int, int, int], str, str, dict[str, str]]
"""specificity, tag or "", class, id or "", declarations"""


def read_document(svg: str) -> Element:
    """Parse an SVG document; put styles into attributes and the copies made by ``use`` in their places.

    Styles are understood in the simple form: ``style`` attributes, and rules for a tag, a class or an id.

    Args:
        svg: the document's text.

    Returns:
        the root element. It draws the same picture.

    Raises:
        SourceError: this is no SVG, declares a document type or entities, holds a raster picture or a rule
            that is not understood, is nested or copied beyond measure.
    """
    # Without a document type there are no entities but XML's own: nothing can expand or reach a file.
    if re.search(r"<!\s*(DOCTYPE|ENTITY)", svg, re.IGNORECASE):
        raise SourceError("The SVG declares a document type. Delete its <!DOCTYPE ...> and try again.")
    try:
        root = ElementTree.fromstring(svg)
    except (ElementTree.ParseError, ValueError) as error:
        raise SourceError(f"The SVG is no well-formed XML ({error}). Correct the file.") from None
    if local_name(root) != "svg":
        raise SourceError(f"The document is <{local_name(root)}> and not <svg>. Name an SVG file.")
    _check_size(root)
    if next(_named(root, "image"), None) is not None:
        raise SourceError("The SVG holds a raster picture, which has no shapes. Leave the logo out.")
    _resolve_styles(root)
    _remove_foreign(root)
    _place_copies(root)
    return root


def local_name(element: Element) -> str:
    """The element's tag without its namespace."""
    return element.tag.removeprefix(SVG)


def href(element: Element) -> str:
    """The id that the element refers to, or an empty string."""
    target = next((element.attrib[name] for name in HREFS if name in element.attrib), "")
    return target.strip().removeprefix("#")


def reference(value: str) -> tuple[str, str] | None:
    """Id and fallback of a paint such as ``url(#a) red``; None where it is no reference."""
    found = re.match(r"\s*url\(\s*['\"]?#([^'\")]+)['\"]?\s*\)\s*(.*)", value)
    return (found[1].strip(), found[2].strip()) if found else None


def number(value: str | None, otherwise: float) -> float:
    """A number or percentage at the start of ``value``."""
    found = re.match(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(%?)", value or "")
    return float(found[1]) / (100 if found[2] else 1) if found else otherwise


def _named(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if local_name(element) == name)


def _check_size(root: Element) -> None:
    """Count and depth, without recursion: the renderer and deepcopy both recurse."""
    waiting, count = [(root, 1)], 0
    while waiting:
        element, depth = waiting.pop()
        count += 1
        if depth > DEEPEST or count > MOST_ELEMENTS:
            raise SourceError(
                f"The SVG has more than {MOST_ELEMENTS:,} elements or {DEEPEST} levels. Leave the logo out."
            )
        waiting += [(child, depth + 1) for child in element]


def _resolve_styles(root: Element) -> None:
    rules: list[Rule] = []
    for element in _named(root, "style"):
        rules += _rules("".join(element.itertext()))
    rules.sort(key=lambda rule: rule[0])  # stable: of equals the later one wins
    for element in root.iter():
        classes = element.attrib.pop("class", "").split()
        for (_, of_class, _), tag, name, declarations in rules:
            wanted = classes if of_class else [element.get("id", "")]
            if tag in ("", local_name(element)) and (not name or name in wanted):
                element.attrib.update(declarations)
        element.attrib.update(_declarations(element.attrib.pop("style", "")))


def _rules(text: str) -> Iterator[Rule]:
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", text):
        for selector in selectors.split(","):
            parts = re.fullmatch(r"([A-Za-z]*|\*)([.#]?)([\w-]*)", selector.strip())
            if not parts or bool(parts[2]) != bool(parts[3]):
                raise SourceError(
                    f"The style rule for {selector.strip()!r} is not of the simple form. Leave the logo out."
                )
            tag = parts[1].strip("*")
            specificity = (int(parts[2] == "#"), int(parts[2] == "."), int(bool(tag)))
            yield specificity, tag, parts[3], _declarations(body)


def _declarations(text: str) -> dict[str, str]:
    pairs = (item.partition(":")[::2] for item in text.split(";") if ":" in item)
    return {name.strip(): value.replace("!important", "").strip() for name, value in pairs}


def _remove_foreign(element: Element) -> None:
    for child in list(element):
        if child.tag.startswith(SVG) and local_name(child) not in FOREIGN:
            _remove_foreign(child)
        else:
            element.remove(child)


def _place_copies(root: Element) -> None:
    """Put a group with a copy of the target in place of each ``use``, but in clip paths, which have none."""
    targets = {element.attrib["id"]: deepcopy(element) for element in root.iter() if "id" in element.attrib}
    budget = [MOST_ELEMENTS]

    def place(element: Element, within: tuple[str, ...], depth: int) -> None:
        if local_name(element) == "clipPath":
            return
        if depth > DEEPEST or budget[0] < 0:
            raise SourceError(
                f"The SVG copies more than {MOST_ELEMENTS:,} elements or {DEEPEST} levels. Leave it out."
            )
        for index, child in enumerate(element):
            if local_name(child) == "use":
                name = href(child)
                target = targets.get(name) if name not in within else None
                element[index] = group = _group(child, target)
                budget[0] -= sum(1 for _ in group.iter())
                place(group, (*within, name), depth + 1)
            else:
                place(child, within, depth + 1)

    place(root, (), 1)


def _group(use: Element, target: Element | None) -> Element:
    group = Element(f"{SVG}g", {k: v for k, v in use.attrib.items() if k not in SHAPES_OF_USE})
    if "x" in use.attrib or "y" in use.attrib:
        shift = f"translate({number(use.get('x'), 0):g} {number(use.get('y'), 0):g})"
        group.set("transform", f"{use.get('transform', '')} {shift}".strip())
    if target is None:
        return group
    copy = deepcopy(target)
    for element in copy.iter():
        element.attrib.pop("id", None)
    if local_name(copy) in ("symbol", "svg"):
        copy.tag = f"{SVG}svg"
        copy.attrib |= {side: use.attrib[side] for side in ("width", "height") if side in use.attrib}
    group.append(copy)
    return group
