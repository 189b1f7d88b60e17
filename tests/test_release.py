"""The released model: its student in INT8 against FP32, and its size."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from hybrid_logo import HybridClassifier
from hybrid_logo.bundle import Bundle
from hybrid_logo.image import decode
from hybrid_logo.training.degrade import degraded_copy
from hybrid_logo.types import Precision

LOGOS = sorted((Path(__file__).parents[1] / "examples" / "logos").iterdir())
COPIES = 6


@pytest.fixture(scope="module")
def pictures() -> list[bytes]:
    """Degraded copies of the example logos."""
    copies = []
    for number, path in enumerate(LOGOS):
        pixels = decode(path).pixels
        code = cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGBA
        master = np.asarray(cv2.cvtColor(pixels, code), np.uint8)
        copies += [degraded_copy(master, (number, copy)) for copy in range(COPIES)]
    return copies


def test_int8_answers_as_fp32(pictures: list[bytes]) -> None:
    answers = {
        precision: [
            result.prediction
            for result in HybridClassifier("neural", precision=precision).classify_many(pictures)
            if result.prediction is not None
        ]
        for precision in Bundle.load().precisions
    }
    reference = answers.pop(Precision.FP32)
    for quantised in answers.values():
        pairs = list(zip(quantised, reference, strict=True))
        assert len(pairs) > 0.95 * len(pictures)
        assert np.mean([one.label == other.label for one, other in pairs]) >= 0.97
        gaps = [np.abs(np.subtract(one.scores, other.scores)).max() for one, other in pairs]
        assert max(gaps) < 0.2
        assert np.mean(gaps) < 0.02


def test_quantisation_changed_little_on_calibrate() -> None:
    release = Bundle.load()
    compared = release.manifest["quantisation"]["parity_on_calibrate"]
    if "pictures" in compared:  # of the first release, which had one quantised student
        compared = {Precision.INT8: compared}
    assert set(compared) == set(release.precisions) - {Precision.FP32}
    for figures in compared.values():
        assert figures["pictures"] > 3000
        assert figures["same_label"] >= 0.99


def test_the_student_is_small() -> None:
    assert len(Bundle.load().student_model("int8")) < 1_500_000


def test_the_promises_are_kept_by_the_numbers_behind_them() -> None:
    """Every certificate in the router follows from its own n and k."""
    from hybrid_logo.evaluation.certificates import binomial_cdf

    router = Bundle.load().router
    assert router.changed == ()
    for point in (router.point, *router.points):
        for promise in (point.promise, point.certain, *point.groups):
            assert promise is not None
            assert binomial_cdf(promise.k, promise.n, promise.target_risk) <= 1 - promise.confidence
            assert promise.risk_upper <= promise.target_risk
