from __future__ import annotations

import base64
import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from hybrid_logo.image import DEFAULT_LIMITS
from hybrid_logo.types import LABELS, DecidedBy, Prediction
from hybrid_logo.vectorize.converter import Conversion
from hybrid_logo.vectorize.page import closing, entry, opening
from hybrid_logo.vectorize.quality.measured import Quality
from hybrid_logo.vectorize.results import ConversionResult
from hybrid_logo.vectorize.strategies import STRATEGIES
from tests.drawn_pictures import RED, disc

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">'
    '<path fill="#c81e3c" d="M8 8h48v48h-48z"/></svg>'
)


def result(path: Path, converted_as: int = 0) -> ConversionResult:
    said = Prediction(LABELS[0], 0.7, False, (0.7, 0.2, 0.1, 0.0), DecidedBy.RULES, "<b> & more")
    quality = Quality(1.234, 0.5, 0.9, 0.25, len(SVG), 1)
    return ConversionResult(
        str(path), Path("out/a.svg"), Conversion(SVG, said, STRATEGIES[LABELS[converted_as]], quality)
    )


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "a <b>.png"
    path.write_bytes(cv2.imencode(".png", cv2.cvtColor(disc(64, RED), cv2.COLOR_RGBA2BGRA))[1].tobytes())
    return path


def images(html: str) -> list[np.ndarray]:
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', html)
    return [
        cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_UNCHANGED) for data in found
    ]


def test_original_svg_and_difference_are_shown(picture: Path) -> None:
    html = entry(result(picture), DEFAULT_LIMITS)
    (vector,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', html)
    assert base64.b64decode(vector).decode() == SVG
    original, difference = images(html)
    assert original.shape == (64, 64, 4)
    assert difference[32, 32].min() == 255
    assert difference[10, 10].max() < 60
    assert difference[2, 2].min() == 255
    assert "1.23" in html


def test_names_and_reasons_are_no_markup(picture: Path) -> None:
    page = opening() + entry(result(picture), DEFAULT_LIMITS) + closing()
    assert "a &lt;b&gt;.png" in page
    assert "<b>" not in page
    assert "http:" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in page


def test_another_type_than_predicted_is_told(picture: Path) -> None:
    assert "Converted as" not in entry(result(picture), DEFAULT_LIMITS)
    assert "Converted as <strong>text" in entry(result(picture, 1), DEFAULT_LIMITS)


def test_a_failed_picture_says_why(tmp_path: Path) -> None:
    failed = ConversionResult(
        str(tmp_path / "b.png"), error_kind="corrupt", error_message="damaged: <get it again>"
    )
    html = entry(failed, DEFAULT_LIMITS)
    assert "corrupt" in html
    assert "damaged: &lt;get it again&gt;" in html
    assert images(html) == []


def test_a_picture_that_has_gone_keeps_its_figures(tmp_path: Path) -> None:
    assert "1.23" in entry(result(tmp_path / "gone.png"), DEFAULT_LIMITS)


@pytest.mark.parametrize("wrong", [{}, {"error_kind": "corrupt", "both": True}])
def test_a_result_is_one_or_the_other(picture: Path, wrong: dict[str, object]) -> None:
    conversion = result(picture).conversion if wrong.pop("both", False) else None
    with pytest.raises(ValueError, match="either"):
        ConversionResult("a.png", conversion=conversion, **wrong)  # type: ignore[arg-type]


def test_results_as_fields_and_as_a_line(picture: Path) -> None:
    told = result(picture)
    assert told.to_dict().keys() == {
        "schema",
        "path",
        "status",
        "output",
        "prediction",
        "strategy",
        "quality",
    }
    assert told.line().startswith("simple ")
    assert told.line().endswith("out/a.svg\n")
    failed = ConversionResult("b\n.png", error_kind="corrupt", error_message="damaged")
    assert failed.to_dict()["error"] == {"kind": "corrupt", "message": "damaged"}
    assert failed.line() == "error     corrupt  b\\n.png: damaged\n"
