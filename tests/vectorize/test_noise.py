from __future__ import annotations

import cv2
import numpy as np
import pytest

from hybrid_logo.image import decode
from hybrid_logo.vectorize.noise import LOSSLESS, LOSSY, has_hard_outline, noise_of
from tests.drawn_pictures import BLUE, RED, WHITE, Pixels, disc, laid_on


def noise_in(suffix: str, pixels: Pixels, *options: int) -> float:
    code = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
    data = cv2.imencode(suffix, cv2.cvtColor(pixels, code), list(options))[1].tobytes()
    decoded = decode(data)
    bgra = (
        decoded.pixels if decoded.pixels.shape[2] == 4 else cv2.cvtColor(decoded.pixels, cv2.COLOR_BGR2BGRA)
    )
    return noise_of(np.asarray(bgra), decoded.facts)


def test_noise_follows_the_quality_of_a_jpeg() -> None:
    pixels = laid_on(disc(96, RED), WHITE)
    found = [noise_in(".jpg", pixels, cv2.IMWRITE_JPEG_QUALITY, quality) for quality in (95, 75, 40)]
    assert found == sorted(found)
    assert LOSSLESS < found[0] < found[2] < 20


@pytest.mark.parametrize("suffix", [".png", ".bmp"])
def test_lossless_files_are_not_noisy(suffix: str) -> None:
    assert noise_in(suffix, laid_on(disc(96, RED), WHITE)) == LOSSLESS


def test_a_lossy_webp_is_noisy_and_a_lossless_one_is_not() -> None:
    pixels = disc(96, BLUE)
    texture = np.random.default_rng(0).integers(-9, 10, (96, 96, 3))
    pixels[..., :3] = np.clip(pixels[..., :3] + texture * (pixels[..., 3:] > 0), 0, 255)
    assert noise_in(".webp", pixels, cv2.IMWRITE_WEBP_QUALITY, 80) == LOSSY
    assert noise_in(".webp", disc(96, BLUE), cv2.IMWRITE_WEBP_QUALITY, 101) == LOSSLESS


def test_a_smooth_ramp_is_not_noise() -> None:
    ramp = np.repeat(np.linspace(0, 255, 256)[None], 64, 0).astype(np.uint8)
    assert noise_in(".png", np.dstack([ramp, 255 - ramp, ramp])) == LOSSLESS


def test_hard_outlines() -> None:
    alpha = disc(64, RED)[..., 3]
    assert not has_hard_outline(alpha)
    assert has_hard_outline(np.where(alpha > 127, 255, 0).astype(np.uint8))
    assert not has_hard_outline(np.full((8, 8), 255, np.uint8))
