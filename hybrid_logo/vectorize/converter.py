"""One picture in, its SVG out: classify, choose the strategy, convert in a worker, judge."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from hybrid_logo.classifier import HybridClassifier
from hybrid_logo.errors import ConversionError
from hybrid_logo.image import Source, decode
from hybrid_logo.types import Prediction
from hybrid_logo.vectorize.conversion import is_better
from hybrid_logo.vectorize.noise import noise_of
from hybrid_logo.vectorize.process import DEFAULT_MEMORY_BYTES, DEFAULT_TIME_LIMIT_S, Worker
from hybrid_logo.vectorize.quality.measured import Quality
from hybrid_logo.vectorize.strategies import Strategy, strategies_to_try

__all__ = ["Conversion", "Converter", "convert", "rgba"]


@dataclass(frozen=True, slots=True)
class Conversion:
    """A picture as SVG.

    Attributes:
        svg: the document; its size and viewBox are the picture's size, and where the picture is
            transparent, so is it.
        prediction: what the picture was taken for.
        strategy: how it was converted. Its type is another than predicted where the prediction was unsure
            and the second type gave the better result.
        quality: against the picture itself.
    """

    svg: str
    prediction: Prediction
    strategy: Strategy
    quality: Quality

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready fields, all but the document."""
        return {
            "prediction": self.prediction.to_dict(),
            "strategy": self.strategy.to_dict(),
            "quality": asdict(self.quality),
        }


class Converter:
    """Converts pictures one after the other in a worker process that it keeps. A context manager.

    May be shared by threads, which then wait for each other; for more at once, make more of them with one
    classifier.

    Args:
        classifier: says the type; by default the hybrid with the model release of the package.
        time_limit_s: for one picture, all its tries together.
        memory_limit_bytes: address space of the worker, where the system can limit it.

    Raises:
        BundleError: there is no model release to classify with.
        ValueError: a limit is not above 0.
    """

    def __init__(
        self,
        classifier: HybridClassifier | None = None,
        *,
        time_limit_s: float = DEFAULT_TIME_LIMIT_S,
        memory_limit_bytes: int = DEFAULT_MEMORY_BYTES,
    ) -> None:
        if not (time_limit_s > 0 and memory_limit_bytes > 0):
            raise ValueError("time_limit_s and memory_limit_bytes must be above 0")
        self._classifier = classifier or HybridClassifier()
        self._time_limit_s = time_limit_s
        self._worker = Worker(memory_limit_bytes)

    def __enter__(self) -> Converter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker process; a later picture starts a new one."""
        self._worker.close()

    def convert(
        self, source: Source, *, prediction: Prediction | None = None, strategy: Strategy | None = None
    ) -> Conversion:
        """Convert one picture.

        Where the prediction is unsure, the second type is tried as well, as far as the time limit lets, and
        the result that is nearer to the picture is kept.

        Args:
            source: path, bytes of a file, ``uint8`` array (grey, RGB or RGBA) or a Pillow image.
            prediction: where it is known already; else the picture is classified.
            strategy: what to do instead of what the prediction asks for.

        Raises:
            PictureError: the picture cannot be read, classified or converted.
            MissingExtraError: the extra ``svg`` is not installed.
            TypeError: ``source`` is of a kind that holds no picture.
        """
        deadline = time.monotonic() + self._time_limit_s
        limits = self._classifier.limits
        decoded = decode(source, limits)
        if prediction is None:
            prediction = self._classifier.classify(decoded)
        pixels = rgba(decoded.pixels)
        request = {
            "height": pixels.shape[0],
            "width": pixels.shape[1],
            "size": (decoded.facts.width, decoded.facts.height),
            "noise": noise_of(pixels, decoded.facts),
        }
        best: Conversion | None = None
        for tried in [strategy] if strategy else strategies_to_try(prediction):
            left = deadline - time.monotonic()
            if best is not None and left <= 0:
                break
            try:
                answer = self._worker.ask(
                    request | {"strategy": tried.to_dict()}, pixels.data.cast("B"), max(left, 0.1)
                )
            except ConversionError:
                if best is None:
                    raise
                break
            found = Conversion(answer["svg"], prediction, tried, Quality(**answer["quality"]))
            if best is None or is_better(found.quality, best.quality):
                best = found
        assert best is not None
        return best


def rgba(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``uint8[H, W, 4]`` RGBA of BGR or BGRA."""
    code = cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGBA
    return np.ascontiguousarray(cv2.cvtColor(pixels, code), np.uint8)


_shared: Converter | None = None
_making = threading.Lock()


def convert(picture: Source, *, prediction: Prediction | None = None) -> Conversion:
    """Convert one picture with a converter that all calls share; see ``Converter.convert``."""
    global _shared
    with _making:
        if _shared is None:
            _shared = Converter()
    return _shared.convert(picture, prediction=prediction)
