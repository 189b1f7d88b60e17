"""Smaller students of a trained one: what pruning, and INT8 weights alone, cost and save.

A student that is pruned to some share of its channels and fine-tuned is compared with one of that size which
begins with random weights. Both learn the same: labels and teachers' answers on as many copies of the
visually labelled logos. All are judged on ``calibrate``.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hybrid_logo.bundle import student_file
from hybrid_logo.student import Student
from hybrid_logo.training.complexity import complexity
from hybrid_logo.training.examples import Examples
from hybrid_logo.training.learning import train
from hybrid_logo.training.learning.judging import held_out_figures
from hybrid_logo.training.learning.records import measured_once
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.parity import parity
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.pruning import narrowed, pruned
from hybrid_logo.training.quantise import logits_of
from hybrid_logo.training.release import sha256_of
from hybrid_logo.training.search import TIMED_VIEWS, export_int8, found_file, median_ms, short_training
from hybrid_logo.training.sources import storage_errors
from hybrid_logo.training.student import StudentSettings, new_student
from hybrid_logo.training.weight_only import quantise_weights
from hybrid_logo.types import Precision

__all__ = ["AS_TRAINED", "FROM_SCRATCH", "PRUNED", "VARIANTS", "WEIGHT_ONLY", "Shrinking", "Variant"]

AS_TRAINED, WEIGHT_ONLY = "as trained", "weights alone INT8"
PRUNED, FROM_SCRATCH = "pruned and fine-tuned", "from scratch"
FINE_TUNING_RATE = 0.2
"""Learning rate of fine-tuning, as a share of that of training."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One small student: the way to it, and the share of the channels of each stage that it has."""

    way: str
    share: float = 1.0

    @property
    def name(self) -> str:
        """Such as "50% of the channels, from scratch"."""
        return self.way if self.share == 1.0 else f"{self.share:.0%} of the channels, {self.way}"

    @property
    def learns(self) -> bool:
        """Whether it is trained here, and so depends on a seed."""
        return self.way in (PRUNED, FROM_SCRATCH)


VARIANTS = (
    Variant(AS_TRAINED),
    Variant(WEIGHT_ONLY),
    Variant(PRUNED, 0.75),
    Variant(FROM_SCRATCH, 0.75),
    Variant(PRUNED, 0.5),
    Variant(FROM_SCRATCH, 0.5),
)


@dataclass(frozen=True, slots=True, eq=False)
class Shrinking:
    """What the variants share.

    Attributes:
        network: the trained student.
        run: folder with its ``student-<precision>.onnx``.
        student: its settings.
        folder: receives ``results.jsonl`` and a folder for each variant and seed.
        pictures: that each variant learns from, in thousands of pictures.
        seeds: of weights and order.
    """

    network: StudentNetwork
    run: Path
    student: StudentSettings
    folder: Path
    pictures: float = 60.0
    seeds: tuple[int, ...] = (1, 2, 3)

    def measure(
        self, examples: Examples, held_out: PictureTable, variants: Sequence[Variant] = VARIANTS
    ) -> list[dict[str, Any]]:
        """Make and measure what is missing.

        Args:
            examples: labelled, with what the teachers say.
            held_out: the ``calibrate`` copies.
            variants: which.

        Returns:
            one row for each variant and seed: its figures on ``held_out``; ``same_label`` and
            ``largest_gap``, compared with the same student in FP32; ``bytes`` of its file, ``parameters``
            and ``multiply_adds``.

        Raises:
            SourceError: the run's ONNX files are missing, or the folder cannot be written.
        """

        def measure(pair: tuple[Variant, int]) -> dict[str, Any]:
            return {"variant": pair[0].name, "seed": pair[1]} | self._one(*pair, examples, held_out)

        pairs = [(one, seed) for one in variants for seed in (self.seeds if one.learns else (0,))]
        wanted = {self._key(*pair): pair for pair in pairs}
        return measured_once(self.folder / "results.jsonl", wanted, measure, "Smaller students")

    def median_ms(self, views: NDArray[np.uint8], variants: Sequence[Variant] = VARIANTS) -> dict[str, float]:
        """Time of one picture on one core for each variant by name, all of them in turn.

        Args:
            views: ``uint8[n, side, side, 3]``; the first few are timed.
            variants: which; they must have been measured.

        Raises:
            SourceError: the file of a variant is missing.
        """
        paths = [self._files(one, self.seeds[0] if one.learns else 0)[1] for one in variants]
        students = [Student(found_file(path, self.folder).read_bytes(), threads=1) for path in paths]
        times = median_ms(students, [views[:TIMED_VIEWS]] * len(students))
        return dict(zip((one.name for one in variants), times, strict=True))

    def _key(self, variant: Variant, seed: int) -> str:
        of_the_run = sha256_of(found_file(self.run / student_file(Precision.FP32), self.folder))
        return json.dumps([asdict(variant), asdict(self.student), self.pictures, seed, of_the_run])

    def _files(self, variant: Variant, seed: int) -> tuple[Path, Path]:
        """The variant in FP32, and as it is used."""
        fp32, int8 = (student_file(precision) for precision in (Precision.FP32, Precision.INT8))
        if variant.way == AS_TRAINED:
            return self.run / fp32, self.run / int8
        words = "".join(letter if letter.isalnum() else "-" for letter in variant.name)
        folder = self.folder / f"{words}-{seed}-{zlib.crc32(self._key(variant, seed).encode()):08x}"
        if variant.way == WEIGHT_ONLY:
            return self.run / fp32, folder / "student-weight-only.onnx"
        return folder / fp32, folder / int8

    def _one(self, variant: Variant, seed: int, examples: Examples, held_out: PictureTable) -> dict[str, Any]:
        fp32, used = self._files(variant, seed)
        with storage_errors(used.parent):
            used.parent.mkdir(parents=True, exist_ok=True)
            if variant.way == WEIGHT_ONLY:
                quantise_weights(fp32, used)
        if variant.learns:
            network = self._trained(variant, seed, examples, held_out, used.parent)
            export_int8(network, examples.views, used.parent, seed)
        reference, logits = (
            logits_of(Student(found_file(path, self.folder).read_bytes()), held_out.views)
            for path in (fp32, used)
        )
        compared = parity(reference, logits, held_out.labels)
        return {
            **held_out_figures(logits, held_out),
            "same_label": compared.same_label,
            "largest_gap": compared.largest_gap,
            "bytes": used.stat().st_size,
            **asdict(complexity(fp32)),
        }

    def _trained(
        self, variant: Variant, seed: int, examples: Examples, held_out: PictureTable, folder: Path
    ) -> StudentNetwork:
        training = short_training(self.student.training, examples, self.pictures, seed)
        widths = narrowed(self.student.widths, variant.share)
        if variant.way == PRUNED:
            network = pruned(self.network, widths)
            training = replace(training, learning_rate=FINE_TUNING_RATE * training.learning_rate)
        else:
            network = new_student(replace(self.student, widths=widths, training=training))
        learned = train(network, examples, held_out, training, folder, variant.name)
        assert isinstance(learned, StudentNetwork)
        return learned
