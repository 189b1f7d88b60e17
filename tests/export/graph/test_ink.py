from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from hybrid_logo import ink as package
from hybrid_logo.errors import PictureError
from hybrid_logo.export.graph import ink
from hybrid_logo.export.graph.facts import feeds
from hybrid_logo.export.graph.tensor import Tensor
from hybrid_logo.image import decode, load_picture
from tests.drawn_pictures import RED, disc, laid_on
from tests.export.graph.drawing import Drawn, interleaved
from tests.export.graph.kinds_of_pictures import answerable, refused

SIDE = 64
FACT = np.zeros(1, np.float32)


def parts(picture: Tensor, *facts: Tensor) -> Sequence[Tensor]:
    made = ink.prepare(picture, ink.Facts(*facts))
    box = made.box
    size = (box.left, box.top, box.width, box.height)
    return [made.thumbnail, made.ink, made.page, made.refused, ink.square_view(made, SIDE), *size]


PREPARED = Drawn(parts, np.zeros((1, 1, 1), np.uint8), FACT, FACT, FACT)


def prepared(source: NDArray[np.uint8] | bytes) -> list[NDArray[np.generic]]:
    return PREPARED(*feeds(decode(source)).values())


def assert_same(source: NDArray[np.uint8] | bytes) -> None:
    expected = load_picture(source)
    thumbnail, mask, page, refusal, view, *box = prepared(source)
    assert np.array_equal(interleaved(thumbnail), expected.thumbnail)
    assert np.array_equal(mask[0, 0], expected.ink)
    assert tuple(page.tolist()) == expected.page
    assert refusal.item() == 0
    assert np.array_equal(view[0], package.square_view(expected, SIDE))
    assert tuple(side.item() for side in box) == expected.ink_box


PICTURES = list(answerable())


@pytest.mark.parametrize("pixels", [pixels for _, pixels in PICTURES], ids=[name for name, _ in PICTURES])
def test_every_pixel_is_that_of_the_package(pixels: NDArray[np.uint8]) -> None:
    assert_same(pixels)


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".png"])
def test_the_file_s_own_facts_are_heard(suffix: str) -> None:
    """A lossy page is blurred by compression, which only its tolerance tells from ink."""
    pixels = laid_on(disc(150, RED), (238, 236, 229))
    quality = {".jpg": cv2.IMWRITE_JPEG_QUALITY, ".webp": cv2.IMWRITE_WEBP_QUALITY}.get(suffix)
    stored = cv2.imencode(suffix, pixels, [] if quality is None else [quality, 20])[1].tobytes()
    assert_same(stored)


@pytest.mark.parametrize(("kind", "pixels"), list(refused()))
def test_what_cannot_be_answered_says_why(kind: str, pixels: NDArray[np.uint8]) -> None:
    with pytest.raises(PictureError) as caught:
        load_picture(pixels)
    assert caught.value.kind == kind
    given = [np.array([number], np.float32) for number in (14, 2, 1)]
    refusal = PREPARED(pixels, *given)[3].item()
    assert ink.REFUSED[int(refusal) - 1] == kind
