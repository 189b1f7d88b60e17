from __future__ import annotations

from dataclasses import astuple

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from hybrid_logo.export.graph import components
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.features.components import find_components
from tests.export.graph.drawing import Drawn, planar

PLANES = np.zeros((1, 1, 1, 1), np.float32)
LABELLED = {
    diagonal: Drawn(lambda mask, diagonal=diagonal: components.labelled(mask, diagonal=diagonal), PLANES)
    for diagonal in (True, False)
}


def found(mask: Tensor) -> tuple[Tensor, ...]:
    made = components.find_components(mask)
    return made.count, made.height_spread, made.row_count, made.row_area_share


FOUND = Drawn(found, PLANES)


def spiral(side: int) -> NDArray[np.uint8]:
    """One arm that winds inwards, two pixels apart: the longest way through a square."""
    mask = np.zeros((side, side), np.uint8)
    top, left, bottom, right = 0, 0, side - 1, side - 1
    while top <= bottom and left <= right:
        mask[top, left : right + 1] = 1
        mask[top : bottom + 1, right] = 1
        mask[bottom, left : right + 1] = 1
        mask[top + 2 : bottom + 1, left] = 1
        if left + 1 <= right:
            mask[top + 2, left : left + 2] = 1
        top, left, bottom, right = top + 2, left + 2, bottom - 2, right - 2
    return mask


def masks() -> list[NDArray[np.uint8]]:
    random = np.random.default_rng(5)
    made = [(random.random((40, 60)) < share).astype(np.uint8) for share in (0.02, 0.3, 0.45, 0.6, 0.97)]
    made += [np.zeros((9, 7), np.uint8), np.ones((9, 7), np.uint8), np.eye(30, dtype=np.uint8)]
    made += [np.eye(30, dtype=np.uint8)[::-1].copy(), spiral(61), spiral(60)[:, ::-1].copy(), 1 - spiral(53)]
    return made


@pytest.mark.parametrize("diagonal", [True, False])
@pytest.mark.parametrize("mask", masks())
def test_pixels_have_one_number_where_opencv_says_one_component(
    mask: NDArray[np.uint8], diagonal: bool
) -> None:
    (numbers,) = LABELLED[diagonal](planar(mask))
    count, expected = cv2.connectedComponents(mask, connectivity=8 if diagonal else 4)
    pairs = set(zip(expected.ravel().tolist(), numbers.tolist(), strict=True))
    assert len(pairs) == count - (not (mask == 0).any())
    assert len({number for _, number in pairs}) == len(pairs)
    assert ((numbers > 0) == (mask.ravel() > 0)).all()


def rows_of_letters() -> NDArray[np.uint8]:
    mask = np.zeros((60, 90), np.uint8)
    for place in range(9):
        mask[20 - place % 2 : 32, 3 + 9 * place : 9 + 9 * place] = 1
    mask[45:50, 4:80:12] = 1
    mask[2:10, 30:60] = 1
    mask[55, 80] = 1
    return mask


@pytest.mark.parametrize("mask", [*masks(), rows_of_letters()])
def test_rows_of_letters_are_found_as_in_the_package(mask: NDArray[np.uint8]) -> None:
    measured = [number.item() for number in FOUND(planar(mask))]
    assert measured == pytest.approx(astuple(find_components(mask)), abs=1e-6)


def test_specks_alone_are_no_components() -> None:
    mask = np.zeros((100, 100), np.uint8)
    mask[10, 10] = mask[50, 52] = 1
    assert [number.item() for number in FOUND(planar(mask))] == [0.0, 0.0, 0.0, 0.0]
