"""Student search: sizes and input sides, by accuracy and by time on one core, both as quantised.

All candidates learn the same: labels and teachers' answers on copies of the visually labelled logos. What a
candidate gains here it gains from its size alone.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import student_file
from hybrid_logo.errors import SourceError
from hybrid_logo.student import Student
from hybrid_logo.training.complexity import complexity
from hybrid_logo.training.documented import DocumentedTable
from hybrid_logo.training.examples import Examples
from hybrid_logo.training.learning import TrainingSettings
from hybrid_logo.training.learning.judging import held_out_figures
from hybrid_logo.training.learning.records import measured_once
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.quantise import export_student, logits_of, quantise_student
from hybrid_logo.training.student import StudentSettings, train_student
from hybrid_logo.types import Precision

__all__ = [
    "CANDIDATES",
    "FIGURES",
    "TABLE",
    "TIMED_VIEWS",
    "Candidate",
    "Search",
    "as_markdown",
    "export_int8",
    "found_file",
    "median_ms",
    "short_training",
]

QUANTISATION_PICTURES = 512
TIMED_VIEWS = 200
TURN = 10
"""Pictures that one student is asked about before the next."""
Loaded = tuple[Examples, PictureTable]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One student: height and width of its view in pixels, and the channels of its four stages."""

    side: int
    widths: tuple[int, ...]

    @property
    def name(self) -> str:
        """Such as "96 px, 24-48-96-156"."""
        return f"{self.side} px, {'-'.join(map(str, self.widths))}"


CANDIDATES = (
    Candidate(64, (24, 48, 96, 156)),
    Candidate(96, (16, 32, 64, 112)),
    Candidate(96, (20, 40, 80, 136)),
    Candidate(96, (24, 48, 96, 156)),
    Candidate(96, (32, 64, 128, 208)),
    Candidate(128, (24, 48, 96, 156)),
)


@dataclass(frozen=True, slots=True)
class Search:
    """What the candidates share.

    Attributes:
        student: settings of the run that the search belongs to.
        folder: receives ``results.jsonl`` and a folder for each run.
        pictures: that each candidate sees, in thousands of pictures.
        seeds: of weights and order.
    """

    student: StudentSettings
    folder: Path
    pictures: float = 60.0
    seeds: tuple[int, ...] = (1, 2)

    def run(
        self, load: Callable[[int], Loaded], candidates: Sequence[Candidate] = CANDIDATES
    ) -> list[dict[str, Any]]:
        """Train and measure what is missing.

        Args:
            load: side -> labelled examples with what the teachers say, and the ``calibrate`` copies.
            candidates: which.

        Returns:
            one row for each candidate and seed: its figures on ``calibrate`` as INT8, ``parameters`` and
            ``multiply_adds``.

        Raises:
            SourceError: the folder cannot be written.
        """
        loaded: dict[int, Loaded] = {}  # of one side at a time

        def measure(run: tuple[Candidate, int]) -> dict[str, Any]:
            candidate, seed = run
            if candidate.side not in loaded:
                loaded.clear()
                loaded[candidate.side] = load(candidate.side)
            about = {"candidate": candidate.name, "side_px": candidate.side, "seed": seed}
            return about | self._one(candidate, seed, *loaded[candidate.side])

        wanted = {self._key(one, seed): (one, seed) for one in candidates for seed in self.seeds}
        return measured_once(self.folder / "results.jsonl", wanted, measure, "Student search")

    def median_ms(
        self, load: Callable[[int], Loaded], candidates: Sequence[Candidate] = CANDIDATES
    ) -> dict[str, float]:
        """Time of one picture on one core for each candidate by name, all of them in turn.

        Args:
            load: see :meth:`run`; the first of the ``calibrate`` copies are timed.
            candidates: which; they must have been measured.

        Raises:
            SourceError: the file of a candidate is missing.
        """
        paths = [self._folder(one, self.seeds[0]) / student_file(Precision.INT8) for one in candidates]
        students = [Student(found_file(path, self.folder).read_bytes(), threads=1) for path in paths]
        sides = sorted({one.side for one in candidates})
        views = {side: load(side)[1].views[:TIMED_VIEWS].copy() for side in sides}
        times = median_ms(students, [views[one.side] for one in candidates])
        return dict(zip((one.name for one in candidates), times, strict=True))

    def _folder(self, candidate: Candidate, seed: int) -> Path:
        name = candidate.name.replace(" ", "-").replace(",", "")
        return self.folder / f"{name}-{seed}-{zlib.crc32(self._key(candidate, seed).encode()):08x}"

    def _key(self, candidate: Candidate, seed: int) -> str:
        shared = [asdict(self.student), self.pictures, seed]
        return json.dumps([asdict(candidate), *shared], sort_keys=True)

    def _one(
        self, candidate: Candidate, seed: int, examples: Examples, held_out: PictureTable
    ) -> dict[str, Any]:
        training = short_training(self.student.training, examples, self.pictures, seed)
        settings = replace(self.student, training=training, fine_tuning=None, widths=candidate.widths)
        folder = self._folder(candidate, seed)
        network = train_student(examples, held_out, settings, folder)
        paths = export_int8(network, examples.views, folder, seed)
        student = Student(paths[Precision.INT8].read_bytes(), threads=1)
        figures = held_out_figures(logits_of(student, held_out.views), held_out)
        return figures | asdict(complexity(paths[Precision.FP32]))


def short_training(
    training: TrainingSettings, examples: Examples, pictures: float, seed: int
) -> TrainingSettings:
    """``training`` on the examples of one source alone, until ``pictures`` thousands were seen."""
    epochs = max(1, round(1000 * pictures / len(np.unique(examples.drawings))))
    sources = ((examples.names[0], 1.0),)
    return replace(training, seed=seed, epochs=epochs, evaluate_every=epochs, sources=sources)


def export_int8(
    network: StudentNetwork, views: NDArray[np.uint8], folder: Path, seed: int
) -> dict[Precision, Path]:
    """Write ``network`` as FP32 and as INT8.

    Args:
        network: the trained student.
        views: ``uint8[n, side, side, 3]`` of training pictures; some of them give the ranges of activations.
        folder: receives ``student-<precision>.onnx``.
        seed: chooses these.
    """
    paths = {each: folder / student_file(each) for each in (Precision.FP32, Precision.INT8)}
    export_student(network, views.shape[1], paths[Precision.FP32])
    count = min(QUANTISATION_PICTURES, len(views))
    chosen = np.sort(np.random.default_rng(seed).choice(len(views), count, replace=False))
    quantise_student(paths[Precision.FP32], paths[Precision.INT8], views[chosen])
    return paths


def found_file(path: Path, folder: Path) -> Path:
    """``path``, the file of a student that was measured.

    Raises:
        SourceError: it is missing, though ``folder`` tells its figures.
    """
    if not path.is_file():
        raise SourceError(
            f"{path} is missing. Run hybrid-logo train student, or delete {folder} and repeat this."
        )
    return path


def median_ms(students: Sequence[Student], views: Sequence[NDArray[np.uint8]]) -> list[float]:
    """Median time of one picture for each student, in milliseconds.

    Every picture is asked alone. The students take turns of a few pictures each, so that a machine that
    slows down meanwhile does so for all of them, and each has its weights at hand; the first turn warms up.

    Args:
        students: which.
        views: ``uint8[n, side, side, 3]`` for each of them, as many for all.
    """
    count = len(views[0])
    times = np.zeros((len(students), count))
    for start in (0, *range(0, count, TURN)):
        for place, student in enumerate(students):
            for number in range(start, min(start + TURN, count)):
                started = time.perf_counter()
                student.logits(views[place][number : number + 1])
                times[place, number] = 1000.0 * (time.perf_counter() - started)
    return [float(median) for median in np.median(times, axis=1)]


def as_markdown(result: dict[str, Any]) -> str:
    """The front: mean over the seeds, time as a ratio to the released size."""
    rows = result["rows"]
    names = list(dict.fromkeys(row["candidate"] for row in rows))
    if result["released"] not in names:
        raise SourceError(f"{result['released']!r} was not measured. Run: hybrid-logo train search")
    means = {
        name: {
            figure: float(np.mean([row[figure] for row in rows if row["candidate"] == name]))
            for figure in (*FIGURES, "parameters", "multiply_adds")
        }
        | {"median_ms": result["median_ms"][name]}
        for name in names
    }
    shared = means[result["released"]]["median_ms"]
    head = ["student", *(name.replace("_", ", ") for name in FIGURES), "time", "parameters", "multiply-adds"]
    lines = [head, ["---", *["---:"] * (len(head) - 1)]]
    for name, row in means.items():
        best = not any(
            other["median_ms"] <= row["median_ms"] and other["degraded_accepted"] > row["degraded_accepted"]
            for other in means.values()
        )
        lines.append(
            [
                f"**{name}**" if best else name,
                *(f"{100 * row[figure]:.1f}" for figure in FIGURES),
                f"{row['median_ms'] / shared:.2f}x",
                f"{row['parameters']:,.0f}",
                f"{row['multiply_adds'] / 1e6:.1f} M",
            ]
        )
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    count = len(result["seeds"])
    runs = "one seed" if count == 1 else f"mean of {count} seeds"
    return (
        f"INT8, {runs}, {result['pictures']:,} pictures a run, percent on "
        f"{result['logos']:,} logos of `calibrate`; time of one picture on one core against "
        f"{result['released']}, all asked in turn. Bold: no other is as fast and more often accepted on "
        f"degraded pictures.\n\n{table}"
    )


FIGURES = ("clean_strict", "clean_accepted", "degraded_strict", "degraded_accepted")
TABLE = DocumentedTable("search", Path("benchmarks/training/search.json"), as_markdown)
