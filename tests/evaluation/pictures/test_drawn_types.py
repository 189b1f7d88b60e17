"""Drawn QR codes and signatures: readable files, different every time, the same for a seed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from hybrid_logo.evaluation.pictures.drawn_types import DRAWN_TYPES, drawn_file
from hybrid_logo.image import load_picture


@pytest.mark.parametrize("name", DRAWN_TYPES)
def test_files_of_several_kinds_that_the_run_time_reads(name: str) -> None:
    random = np.random.default_rng(1)
    files = [drawn_file(name, random) for _ in range(12)]
    assert len(set(files)) == 12
    facts = {load_picture(data).facts.format for data in files}
    assert facts == {"png", "jpeg"}
    clear = [
        cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED).shape[2] == 4 for data in files
    ]
    assert 0 < sum(clear) < 12
    again = np.random.default_rng(1)
    assert files[:3] == [drawn_file(name, again) for _ in range(3)]


def test_a_drawn_code_is_a_code() -> None:
    ink = DRAWN_TYPES["qr-code"](np.random.default_rng(3))
    page = cv2.copyMakeBorder(255 - ink, 40, 40, 40, 40, cv2.BORDER_CONSTANT, value=255)
    text, _, _ = cv2.QRCodeDetector().detectAndDecode(page)
    assert text.startswith("https://example.org/")
