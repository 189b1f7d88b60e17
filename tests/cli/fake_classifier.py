"""A classifier that answers from the name of the file, for tests of what surrounds the real one.

It is imported under this plain name, also by spawned workers, which are given the import path of the test.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from types import SimpleNamespace

from hybrid_logo.errors import CorruptError, UnreadableError
from hybrid_logo.features import NAMES
from hybrid_logo.types import LABELS, DecidedBy, FileResult, Prediction


class FakeClassifier:
    """Labels by the length of the name; ``broken`` in the name fails; ``crash`` ends the process."""

    bundle = SimpleNamespace(name="fake-1.0", router=SimpleNamespace(changed=()))

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.batches: list[int] = []

    def classify_many(self, sources: Iterable[str | bytes], batch_size: int = 32) -> Iterator[FileResult]:
        self.batches.append(0)
        for source in sources:
            self.batches[-1] += 1
            assert self.batches[-1] <= batch_size
            time.sleep(self.seconds)
            yield self.answer(source)

    def answer(self, source: str | bytes) -> FileResult:
        if isinstance(source, bytes):
            return FileResult("", predict(len(source)))
        name = os.path.basename(source)
        if "crash" in name:
            os._exit(9)
        if "broken" in name:
            return FileResult.from_error(source, CorruptError("the file is damaged: export it again"))
        if not os.path.lexists(source) and not name.startswith("imagined"):
            return FileResult.from_error(source, UnreadableError("the file does not exist: check the name"))
        return FileResult(source, predict(len(name)))


def predict(number: int) -> Prediction:
    label = LABELS[number % 4]
    scores = tuple(0.91 if name == label else 0.03 for name in LABELS)
    return Prediction(
        label=label,
        confidence=0.91,
        certain=number % 3 != 0,
        scores=scores,  # type: ignore[arg-type]
        decided_by=list(DecidedBy)[number % 3],
        reason='ramps, "steady", cover 0.61 of the ink',
        evidence=(("ramp_share", 2.1), ("flat_colors", -0.4)),
        score=0.97,
        threshold=0.93,
        model="fake-1.0",
        time_ms=0.8,
        measurements=(float(number),) * len(NAMES),
    )
