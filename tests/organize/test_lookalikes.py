from __future__ import annotations

import cv2
import numpy as np
import pytest

from hybrid_logo.image import load_picture
from hybrid_logo.organize import lookalikes as module
from hybrid_logo.organize.lookalikes import look_of, lookalikes


def ring(color: tuple[int, int, int], side: int = 256) -> np.ndarray:
    """RGB."""
    picture = np.full((side, side, 3), 255, np.uint8)
    cv2.circle(picture, (side // 2, side // 2), side * 3 // 8, color, side // 8, cv2.LINE_AA)
    return picture


def look(data: np.ndarray | bytes) -> bytes:
    return look_of(load_picture(data))


def test_a_scaled_and_resaved_copy_looks_the_same_and_another_color_does_not() -> None:
    red = ring((200, 30, 40))
    jpeg = cv2.imencode(".jpg", red[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()
    small = cv2.resize(red, (128, 128), interpolation=cv2.INTER_AREA)
    looks = [look(ring((30, 40, 200))), look(red), look(jpeg), look(small)]
    assert sorted(lookalikes(looks)) == [(1, 2), (1, 3), (2, 3)]


@pytest.mark.parametrize("block", [1, 3, 100])
def test_pairs_are_found_across_blocks(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", block)
    random = np.random.default_rng(0)
    looks = [random.integers(0, 256, 768, np.uint8).tobytes() for _ in range(7)]
    looks[5] = looks[1]
    assert list(lookalikes(looks)) == [(1, 5)]
    assert list(lookalikes([])) == []
