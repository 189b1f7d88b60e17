"""Pictures are drawn at each size; a JPEG lies on its page."""

from __future__ import annotations

import numpy as np
import pytest

from hybrid_logo.vectorize.quality.conditions import CONDITIONS, picture_of, reference_of
from tests.vectorize.drawings import RED

CLEAN = [each for each in CONDITIONS if not each.jpeg]
JPEG = next(each for each in CONDITIONS if each.jpeg)


@pytest.mark.parametrize("condition", CLEAN, ids=lambda each: each.name)
def test_clean_pictures_keep_size_and_transparency(condition: object) -> None:
    made = picture_of(RED, condition, "red", 0)  # type: ignore[arg-type]
    side = condition.side_px  # type: ignore[attr-defined]
    assert made.pixels.shape == (side, side, 4)
    assert made.page is None
    assert made.pixels[0, 0, 3] == 0
    assert made.pixels[side // 2, side // 2].tolist() == [0xD0, 0x20, 0x30, 255]


def test_a_jpeg_is_opaque_noisy_and_the_same_for_a_seed() -> None:
    made, again = picture_of(RED, JPEG, "red", 0), picture_of(RED, JPEG, "red", 0)
    assert (made.pixels == again.pixels).all()
    assert (made.pixels != picture_of(RED, JPEG, "blue", 0).pixels).any()
    assert made.decoded.facts.format == "jpeg"
    assert made.pixels[..., 3].min() == 255
    assert made.noise > picture_of(RED, CLEAN[0], "red", 0).noise
    assert made.page is not None
    reference = reference_of(RED, made.page)
    assert reference.opaque
    assert reference.pixels[0, 0, :3].tolist() == list(made.page)
    middle = made.pixels[96, 96, :3].astype(int) - np.array([0xD0, 0x20, 0x30])
    assert np.abs(middle).max() < 12
