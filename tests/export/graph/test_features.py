from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from hybrid_logo.errors import ExportError
from hybrid_logo.export.graph import features, ink
from hybrid_logo.export.graph.facts import feeds
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.features import NAMES, measure
from hybrid_logo.image import decode, load_picture
from tests.drawn_pictures import WHITE, laid_on
from tests.export.graph.drawing import Drawn
from tests.export.graph.kinds_of_pictures import answerable
from tests.small_release import drawings

SUMMED = ("palette_entropy", "color_entropy")
"""Sums of many fractions, whose order is not laid down; all others are exact."""
FACT = np.zeros(1, np.float32)


def drawn(picture: Tensor, *facts: Tensor) -> Tensor:
    return features.measure(ink.prepare(picture, ink.Facts(*facts)))


MEASURED = Drawn(drawn, np.zeros((1, 1, 1), np.uint8), FACT, FACT, FACT)
PICTURES = list(answerable())


def assert_same(source: NDArray[np.uint8] | bytes) -> None:
    expected = dict(zip(NAMES, measure(load_picture(source)).tolist(), strict=True))
    found = dict(zip(NAMES, MEASURED(*feeds(decode(source)).values())[0].tolist(), strict=True))
    for name in SUMMED:
        assert found.pop(name) == pytest.approx(expected.pop(name), abs=2e-6), name
    assert found == expected


@pytest.mark.parametrize("pixels", [pixels for _, pixels in PICTURES], ids=[name for name, _ in PICTURES])
def test_features_of_an_array_are_those_of_the_package(pixels: NDArray[np.uint8]) -> None:
    assert_same(pixels)


@pytest.mark.parametrize("quality", [5, 40, 75, 95, 100])
@pytest.mark.parametrize("logo", drawings(1))
def test_features_of_a_jpeg_are_those_of_the_package(logo: NDArray[np.uint8], quality: int) -> None:
    flags = [cv2.IMWRITE_JPEG_QUALITY, quality]
    assert_same(cv2.imencode(".jpg", laid_on(logo, WHITE), flags)[1].tobytes())


def test_a_large_jpeg_is_measured_at_its_native_size() -> None:
    """It is decoded at reduced scale."""
    large = cv2.resize(laid_on(drawings(1)[0], WHITE), (2100, 2100), interpolation=cv2.INTER_LINEAR)
    stored = cv2.imencode(".jpg", large)[1].tobytes()
    assert decode(stored).facts.reduction > 1
    assert_same(stored)


@pytest.mark.parametrize("logo", drawings(1))
def test_features_of_a_webp_are_those_of_the_package(logo: NDArray[np.uint8]) -> None:
    assert_same(cv2.imencode(".webp", logo, [cv2.IMWRITE_WEBP_QUALITY, 40])[1].tobytes())


def test_another_list_of_features_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "NAMES", (*NAMES, "novelty"))
    with pytest.raises(ExportError, match="novelty"):
        Drawn(drawn, np.zeros((1, 1, 1), np.uint8), FACT, FACT, FACT)
