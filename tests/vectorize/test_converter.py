from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from hybrid_logo.errors import ConversionError, EmptyFileError, UnreadableError, VectorError
from hybrid_logo.image import DEFAULT_LIMITS, decode
from hybrid_logo.types import LABELS, DecidedBy, Prediction
from hybrid_logo.vectorize import converter as module
from hybrid_logo.vectorize.converter import Converter, convert
from hybrid_logo.vectorize.strategies import STRATEGIES
from tests.drawn_pictures import RED, WHITE, disc, laid_on


def told(*scores: float, certain: bool) -> Prediction:
    label = LABELS[scores.index(max(scores))]
    return Prediction(label, max(scores), certain, scores, DecidedBy.BOTH, "because")  # type: ignore[arg-type]


SURE = told(0.9, 0.06, 0.03, 0.01, certain=True)
UNSURE = told(0.5, 0.4, 0.06, 0.04, certain=False)


class FakeWorker:
    """Answers with a document that names the strategy, and the errors it was given for each type."""

    def __init__(self, errors: dict[str, float | Exception] | None = None) -> None:
        self.errors = errors or {}
        self.asked: list[dict[str, Any]] = []

    def ask(self, message: dict[str, Any], data: memoryview, seconds: float) -> dict[str, Any]:
        kind = message["strategy"]["type"]
        self.asked.append(message | {"bytes": len(data), "seconds": seconds})
        error = self.errors.get(kind, 1.0)
        if isinstance(error, Exception):
            raise error
        quality = dict.fromkeys(("low_pass_color_error", "similarity", "edge_distance_px"), 0.0)
        return {"svg": f"<{kind}/>", "quality": quality | {"color_error": error, "bytes": 9, "paths": 1}}

    def close(self) -> None:
        self.asked.clear()


@pytest.fixture
def made() -> Any:
    """Makes a converter whose classifier is always unsure and whose worker answers at once."""
    classifier: Any = SimpleNamespace(limits=DEFAULT_LIMITS, classify=lambda _: UNSURE)

    def make(**errors: Any) -> tuple[Converter, FakeWorker]:
        converter, worker = Converter(classifier), FakeWorker(errors)
        converter._worker = worker  # type: ignore[assignment]
        return converter, worker

    return make


def png(pixels: np.ndarray) -> bytes:
    return cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA))[1].tobytes()


def test_path_bytes_array_and_pillow_are_the_same_picture(made: Any, tmp_path: Path) -> None:
    converter, worker = made()
    pixels = disc(48, RED)
    path = tmp_path / "disc.png"
    path.write_bytes(png(pixels))
    for source in (path, str(path), png(pixels), pixels, Image.fromarray(pixels)):
        converter.convert(source, prediction=SURE)
    first = worker.asked[0]
    assert all(asked | {"seconds": 0} == first | {"seconds": 0} for asked in worker.asked)
    assert (first["bytes"], first["size"], first["noise"]) == (48 * 48 * 4, (48, 48), 2.0)


def test_the_picture_is_classified_where_nothing_is_told(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    converter, worker = made()
    decoded, seen = [], []

    def decoding(*given: Any) -> Any:
        decoded.append(decode(*given))
        return decoded[-1]

    def classify(source: Any) -> Prediction:
        seen.append(source)
        return UNSURE

    monkeypatch.setattr(module, "decode", decoding)
    monkeypatch.setattr(converter._classifier, "classify", classify)
    found = converter.convert(png(disc(48, RED)))
    assert found.prediction is UNSURE
    assert seen == decoded, "it is decoded once, for both"
    assert len(decoded) == 1
    assert worker.asked[0]["strategy"]["type"] == UNSURE.label


@pytest.mark.parametrize(
    ("errors", "kept"),
    [
        ({"simple": 1.0, "text": 2.0}, "simple"),
        ({"simple": 2.0, "text": 1.0}, "text"),
        ({"simple": 2.0, "text": ConversionError("too slow")}, "simple"),
    ],
)
def test_an_unsure_prediction_keeps_the_better_of_two(made: Any, errors: dict[str, Any], kept: str) -> None:
    converter, worker = made(**errors)
    found = converter.convert(disc(48, RED), prediction=UNSURE)
    assert [asked["strategy"]["type"] for asked in worker.asked] == ["simple", "text"]
    assert (found.svg, found.strategy.type, found.prediction.label) == (f"<{kept}/>", kept, "simple")


def test_the_second_try_waits_for_no_time_that_is_not_there(
    made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    converter, worker = made()
    clock = iter([0.0, 1.0, 100.0])
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    converter.convert(disc(48, RED), prediction=UNSURE)
    assert [asked["seconds"] for asked in worker.asked] == [59.0]


def test_a_strategy_of_the_callers_own_is_all_that_is_tried(made: Any) -> None:
    converter, worker = made()
    mine = STRATEGIES[LABELS[3]]
    assert converter.convert(disc(48, RED), prediction=UNSURE, strategy=mine).strategy is mine
    assert len(worker.asked) == 1


def test_the_first_try_that_fails_is_an_error(made: Any) -> None:
    converter, _ = made(simple=ConversionError("too slow"))
    with pytest.raises(ConversionError, match="too slow"):
        converter.convert(disc(48, RED), prediction=UNSURE)


@pytest.mark.parametrize(
    ("source", "error"),
    [
        (b"", EmptyFileError),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", VectorError),
        ("no.png", UnreadableError),
    ],
)
def test_bad_pictures_never_reach_the_worker(made: Any, source: Any, error: type[Exception]) -> None:
    converter, worker = made()
    with pytest.raises(error):
        converter.convert(source)
    assert worker.asked == []


def test_a_large_jpeg_keeps_its_size(made: Any) -> None:
    """It is decoded at reduced scale."""
    converter, worker = made()
    pixels = cv2.resize(laid_on(disc(64, RED), WHITE), (1200, 1200))
    converter.convert(cv2.imencode(".jpg", pixels)[1].tobytes(), prediction=SURE)
    assert (worker.asked[0]["width"], worker.asked[0]["size"]) == (600, (1200, 1200))


@pytest.mark.parametrize(
    "limits", [{"time_limit_s": 0}, {"memory_limit_bytes": -1}, {"time_limit_s": float("nan")}]
)
def test_limits_are_checked(made: Any, limits: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="limit"):
        Converter(made()[0]._classifier, **limits)


def test_leaving_the_block_ends_the_worker(made: Any) -> None:
    converter, worker = made()
    with converter as entered:
        entered.convert(disc(48, RED), prediction=SURE)
    assert worker.asked == []


def test_one_call_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole way with the released model and a real worker, which later calls share."""
    monkeypatch.setattr(module, "_shared", None)
    first = convert(disc(64, RED))
    shared = module._shared
    assert shared is not None
    try:
        assert first.svg == convert(png(disc(64, RED))).svg
        assert module._shared is shared
        assert first.to_dict()["quality"]["color_error"] < 0.5
        assert "svg" not in first.to_dict()
    finally:
        shared.close()
