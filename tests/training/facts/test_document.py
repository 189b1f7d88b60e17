"""Reading a document must not change what it draws: the renderer is the judge."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest

from hybrid_logo.errors import SourceError
from hybrid_logo.training.facts.document import local_name, number, read_document, reference
from hybrid_logo.training.rendering import render
from tests.training.facts.drawings import svg

SAME_PICTURE = {
    "style attribute": '<rect width="40" height="40" style="fill: #f00; opacity: .5 !important"/>',
    "class": '<style>.a{fill:#00f}</style><circle cx="50" cy="50" r="30" class="b a"/>',
    "rules of three kinds": "<style>/* c */ rect{fill:red} .a,.b{fill:lime} #c{fill:blue}</style>"
    '<rect width="30" height="30"/><rect class="a" x="30" width="30" height="30"/>'
    '<rect id="c" class="a" x="60" width="30" height="30"/>',
    "style beats class beats attribute": "<style>.a{fill:lime}</style>"
    '<rect class="a" fill="red" width="30" height="30"/>'
    '<rect class="a" style="fill:blue" x="40" width="30" height="30"/>',
    "use": '<defs><path id="p" d="M0 0h20v20z"/></defs><use href="#p" fill="red"/>'
    '<use xlink:href="#p" x="30" y="10" transform="rotate(20)" fill="blue"/>',
    "use of a group that uses": '<defs><path id="p" d="M0 0h20v20z"/><g id="g"><use href="#p"/>'
    '<use href="#p" x="30"/></g></defs><use href="#g"/><use href="#g" y="40" opacity=".5"/>',
    "use of a symbol": '<symbol id="s" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5"/></symbol>'
    '<use href="#s" width="40" height="40" x="50" y="5" fill="green"/>',
    "use in a clip path": '<defs><path id="p" d="M0 0h50v80z"/><clipPath id="c"><use href="#p"/></clipPath>'
    '</defs><rect width="90" height="90" clip-path="url(#c)" fill="purple"/>',
    "use of nothing": '<use href="#gone"/><rect width="9" height="9"/>',
    "titles": "<title>a</title><desc>b</desc><metadata><x/></metadata><rect width='9' height='9'/>",
}


@pytest.mark.parametrize("body", SAME_PICTURE.values(), ids=SAME_PICTURE)
def test_the_tree_draws_the_same_picture(body: str) -> None:
    document = svg(body)
    tree = ElementTree.tostring(read_document(document), encoding="unicode")
    assert "style" not in tree
    np.testing.assert_array_equal(render(tree, 64), render(document, 64))


def test_copies_are_elements_of_their_own_without_ids() -> None:
    root = read_document(svg('<path id="p" d="M0 0h9v9z"/><use href="#p"/><use href="#p"/>'))
    paths = [element for element in root.iter() if local_name(element) == "path"]
    assert [element.get("id") for element in paths] == ["p", None, None]


ENTITIES = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
DEEP = "<g>" * 500 + "</g>" * 500
NESTED_COPIES = '<g id="a0"><path d="M0 0h1v1z"/></g>' + "".join(
    f'<g id="a{level}">' + f'<use href="#a{level - 1}"/>' * 10 + "</g>" for level in range(1, 9)
)
REFUSED = {
    "no XML": ("no picture", "well-formed"),
    "cut off": (svg("<g>")[:-12], "well-formed"),
    "nothing": ("", "well-formed"),
    "another root": ("<html/>", "not <svg>"),
    "SVG without its namespace": ("<thing xmlns='http://www.w3.org/2000/svg'/>", "not <svg>"),
    "entities": (ENTITIES + svg("<g>&b;</g>"), "document type"),
    "external entity": ('<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg("&x;"), "DOCTYPE"),
    "undeclared entity": (svg("&x;"), "well-formed"),
    "deep": (svg(DEEP), "levels"),
    "many": (svg("<g/>" * 20_001), "20,000 elements"),
    "copies of copies": (svg(NESTED_COPIES + '<use href="#a8"/>'), "copies more than"),
    "raster": (svg('<image href="data:image/png;base64,AA=="/>'), "raster"),
    "descendant rule": (svg("<style>g rect{fill:red}</style>"), "simple form"),
    "pseudo-class": (svg("<style>rect:hover{fill:red}</style>"), "simple form"),
}


@pytest.mark.parametrize(("document", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_trusted_is_refused(document: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        read_document(document)


def test_a_copy_of_itself_ends() -> None:
    root = read_document(svg('<g id="a"><path d="M0 0h9v9z"/><use href="#a"/></g>'))
    assert sum(local_name(element) == "path" for element in root.iter()) <= 2


@pytest.mark.parametrize(
    ("value", "expected"),
    [("url(#a)", ("a", "")), (" url( '#a' ) red", ("a", "red")), ('url("#b-1") none', ("b-1", "none")),
     ("red", None), ("", None)],
)  # fmt: skip
def test_reference(value: str, expected: tuple[str, str] | None) -> None:
    assert reference(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("5", 5), (".5", 0.5), ("-1e1px", -10), ("40%", 0.4), ("1.", 1), (None, 7), ("", 7), ("red", 7)],
)
def test_number(value: str | None, expected: float) -> None:
    assert number(value, 7) == expected
