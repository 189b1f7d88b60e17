from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PIL import Image

from hybrid_logo.image import load_picture
from tests.drawn_pictures import RED, disc, laid_on, picture
from tests.picture_files import saved


@pytest.mark.parametrize(("side", "reduction"), [(300, 1), (1100, 2), (2100, 4)])
def test_the_ink_is_measured_in_native_pixels(side: int, reduction: int) -> None:
    small = Image.fromarray(laid_on(disc(200, RED), (255, 255, 255)))
    file = saved(small.resize((side, side), Image.Resampling.BICUBIC), "JPEG", quality=90)
    taken = load_picture(file)
    assert taken.facts.reduction == reduction
    assert max(taken.ink_box[2:]) <= side // reduction
    assert taken.ink_long_side == pytest.approx(0.75 * side, rel=0.03)


def test_a_picture_cannot_be_changed() -> None:
    prepared = picture(np.zeros((5, 6, 3), np.uint8))
    with pytest.raises(dataclasses.FrozenInstanceError):
        prepared.page = (0, 0, 0)  # type: ignore[misc]
