"""Documents hold their fills in few, valid words."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np

from hybrid_logo.vectorize.gradients.fills import Fill
from hybrid_logo.vectorize.gradients.writing import write_document

SVG = "{http://www.w3.org/2000/svg}"


def linear(*colors: tuple[float, float, float, float]) -> Fill:
    offsets = np.linspace(0, 1, len(colors))
    return Fill("linear", (0.0, 10.0, 20.0, 10.0), offsets, np.array(colors, np.float64), 0.0)


def stops(fill: Fill) -> list[dict[str, str]]:
    root = ElementTree.fromstring(write_document([(fill, "M0 0h9v9z")], 30, 20, 2, 10))
    return [stop.attrib for stop in root.iter(f"{SVG}stop")]


def test_geometry_is_in_units_of_the_paths() -> None:
    root = ElementTree.fromstring(
        write_document([(linear((255, 0, 0, 255), (0, 0, 255, 255)), "M0 0h9z")], 30, 20, 2, 10)
    )
    gradient = next(root.iter(f"{SVG}linearGradient"))
    assert [gradient.attrib[name] for name in ("x1", "y1", "x2", "y2")] == ["0", "50", "100", "50"]
    assert root.attrib["viewBox"] == "0 0 30 20"
    assert next(root.iter(f"{SVG}g")).attrib["transform"] == "scale(.1)"
    assert next(root.iter(f"{SVG}path")).attrib["fill"] == f"url(#{gradient.attrib['id']})"


def test_colours_are_straight_and_an_invisible_stop_borrows_its_neighbours() -> None:
    found = stops(linear((128, 0, 64, 128), (0, 0, 0, 0)))
    assert found[0]["stop-color"] == "#ff0080"
    assert found[0]["stop-opacity"] == ".5"
    assert found[1]["stop-color"] == "#ff0080"
    assert found[1]["stop-opacity"] == "0"


def test_an_opaque_stop_says_no_opacity() -> None:
    assert stops(linear((255, 0, 0, 255), (0, 0, 255, 254)))[1].keys() == {"offset", "stop-color"}


def test_a_document_without_shapes_is_whole() -> None:
    root = ElementTree.fromstring(write_document([], 30, 20, 2, 10))
    assert len(root) == 0
