from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from hybrid_logo.export.graph.facts import DEFAULTS, feeds
from hybrid_logo.features import planes
from hybrid_logo.image import decode
from hybrid_logo.picture import Decoded, PictureFacts

PIXELS = np.zeros((4, 5, 3), np.uint8)


@pytest.mark.parametrize("name", ["png", "webp", "gif", "bmp", "tiff", "array"])
@pytest.mark.parametrize("quality", [None, *range(1, 101, 9), 100])
def test_the_flat_limit_is_that_of_the_package(name: str, quality: int | None) -> None:
    facts = PictureFacts("jpeg" if quality else name, 5, 4, jpeg_quality=quality)
    picture: Any = SimpleNamespace(facts=facts)
    assert feeds(Decoded(PIXELS, facts))["flat_limit"].item() == planes._flat_limit(picture)


def test_an_array_has_the_defaults() -> None:
    given = feeds(decode(np.random.default_rng(0).integers(0, 256, (9, 8, 4), np.uint8)))
    assert {name: given[name].item() for name in DEFAULTS} == {
        name: value.item() for name, value in DEFAULTS.items()
    }


@pytest.mark.parametrize("channels", [3, 4])
def test_pixels_are_given_in_rgb(channels: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 255, (9, 8, channels), np.uint8)
    assert np.array_equal(feeds(decode(pixels))["picture"], pixels)
