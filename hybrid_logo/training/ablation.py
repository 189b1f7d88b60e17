"""What each part of the training adds: small runs of the student that differ in one thing at a time.

Every variant sees the same number of pictures, with several seeds, and is judged on the ``calibrate`` split.
Each finished run is one line of a file, so that an ablation that was stopped goes on.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from hybrid_logo.errors import SourceError
from hybrid_logo.training.corpus import SOURCES
from hybrid_logo.training.examples import Examples
from hybrid_logo.training.learning import predict
from hybrid_logo.training.learning.judging import held_out_figures
from hybrid_logo.training.learning.records import measured_once
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.student import StudentSettings, train_student

__all__ = ["VARIANTS", "WIDTHS", "Ablation", "Variant", "summary"]

NOTHING = {
    "distillation_weight": 0.0,
    "facts_weight": 0.0,
    "mix_up": 0.0,
    "cut_mix": 0.0,
    "loss": "cross-entropy",
}


WITHOUT_FURTHER = ("labelled", "icons", "composed")
"""Further visual labels have a row of their own; their drawings are left out of the icons."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One row of the table.

    Attributes:
        name: what a reader is told.
        sources: what is learned from.
        changes: settings of the training that differ from plain learning of labels.
        clean_only: only pictures as rendered.
        widths: channels of the stages; those of the student by default.
    """

    name: str
    sources: tuple[str, ...] = WITHOUT_FURTHER
    changes: tuple[tuple[str, Any], ...] = ()
    clean_only: bool = False
    widths: tuple[int, ...] = ()


WIDTHS = (24, 48, 96, 160)
"""Of the student that the table is about: small, so that many runs end soon."""
TAUGHT = (("distillation_weight", 0.7),)
VARIANTS = (
    Variant("visual labels only, as rendered", ("labelled",), clean_only=True),
    Variant("+ degrader", ("labelled",)),
    Variant("+ composed logos", ("labelled", "composed")),
    Variant("+ icons labelled by their facts"),
    Variant("+ distillation", changes=TAUGHT),
    Variant("+ multi-task heads", changes=(*TAUGHT, ("facts_weight", 0.3))),
    Variant("distillation with mix-up", changes=(*TAUGHT, ("mix_up", 0.3))),
    Variant("distillation with CutMix", changes=(*TAUGHT, ("cut_mix", 0.3))),
    Variant("distillation without the icons", ("labelled", "composed"), TAUGHT),
    Variant("labels with focal loss", changes=(("loss", "focal"),)),
    Variant("labels with adaptive focal loss", changes=(("loss", "adaptive-focal"),)),
    Variant("distillation, widths 16-32-64-112", changes=TAUGHT, widths=(16, 32, 64, 112)),
    Variant("distillation, widths 20-40-80-136", changes=TAUGHT, widths=(20, 40, 80, 136)),
    Variant("distillation, widths 32-64-128-208", changes=TAUGHT, widths=(32, 64, 128, 208)),
    Variant("+ degrader, further visual labels", ("labelled", "further")),
)
"""The first six add one thing to the row before; the others are compared with "+ distillation", with
"+ icons labelled by their facts", and the last one with "+ degrader"."""


@dataclass(frozen=True, slots=True)
class Ablation:
    """What the variants share.

    Attributes:
        student: settings of the run that the ablation belongs to.
        pictures: that each variant sees, in thousands of pictures.
        seeds: of weights and order.
        folder: receives ``results.jsonl`` and a folder for each run.
    """

    student: StudentSettings
    folder: Path
    pictures: float = 60.0
    seeds: tuple[int, ...] = (1, 2, 3)

    def run(
        self, examples: Examples, held_out: PictureTable, variants: Sequence[Variant] = VARIANTS
    ) -> list[dict[str, Any]]:
        """Train what is missing.

        Args:
            examples: of all sources; with what the teachers say.
            held_out: the ``calibrate`` split.
            variants: which.

        Returns:
            one row for each variant and seed: ``variant``, ``seed`` and the figures on ``held_out``.

        Raises:
            SourceError: the run lacks teachers, or a source that a variant learns from; or the folder cannot
                be written.
        """
        if not examples.teacher.any():
            raise SourceError("The ablation needs teachers. Run: hybrid-logo train teachers")
        self.require_sources(variants, examples.names)

        def measure(run: tuple[Variant, int]) -> dict[str, Any]:
            variant, seed = run
            return {"variant": variant.name, "seed": seed} | self._one(variant, seed, examples, held_out)

        wanted = {self._key(*pair): pair for pair in self._runs(variants)}
        return measured_once(self.folder / "results.jsonl", wanted, measure, "Ablation")

    def require_sources(
        self, variants: Sequence[Variant] = VARIANTS, names: Collection[str] = SOURCES
    ) -> None:
        """Refuse a variant without one of its sources, which would pass for another.

        Args:
            variants: which are wanted.
            names: of the sources that there are examples of.

        Raises:
            SourceError: the settings of the run leave a source out, or it has no drawing.
        """
        shares = dict(self.student.training.sources)
        for variant in variants:
            missing = [name for name in variant.sources if not shares.get(name)]
            if missing:
                changes = " ".join(
                    f"--set {run}.training.sources.{name}=0.3"
                    for name in missing
                    for run in ("student", "teachers.0")
                )
                raise SourceError(
                    f"{variant.name!r} learns from {' and '.join(missing)}, which this run leaves out. Begin "
                    f"another folder, with teachers, as this one but for: {changes}"
                )
            empty = [name for name in variant.sources if name not in names]
            if empty:
                raise SourceError(
                    f"{variant.name!r} learns from {' and '.join(empty)}, of which there is no drawing. "
                    "Leave --labels out: the project's own have some of each."
                )

    def _runs(self, variants: Sequence[Variant]) -> Iterator[tuple[Variant, int]]:
        return ((variant, seed) for seed in self.seeds for variant in variants)

    def _key(self, variant: Variant, seed: int) -> str:
        return json.dumps([asdict(variant), asdict(self.student), self.pictures, seed], sort_keys=True)

    def _one(
        self, variant: Variant, seed: int, examples: Examples, held_out: PictureTable
    ) -> dict[str, float]:
        shown = examples.as_rendered() if variant.clean_only else examples
        shares = {name: share for name, share in self.student.training.sources if name in variant.sources}
        rows = len(shown.draw(shares, np.random.default_rng(0)))
        if not rows:
            raise SourceError(f"{variant.name!r} has nothing to learn from. Raise student.training.sources.")
        epochs = max(1, round(1000 * self.pictures / rows))
        training = self.student.training
        kept: dict[str, Any] = NOTHING | dict(variant.changes)
        training = replace(
            training, **kept, seed=seed, epochs=epochs, sources=tuple(shares.items()), evaluate_every=epochs
        )
        settings = replace(
            self.student,
            training=training,
            fine_tuning=None,  # it would show every variant labels and teachers that it must not see
            widths=variant.widths or self.student.widths,
        )
        network = train_student(shown, held_out, settings, self.folder / self._folder_of(variant, seed))
        return held_out_figures(predict(network, held_out.views), held_out)

    def _folder_of(self, variant: Variant, seed: int) -> str:
        words = "".join(letter if letter.isalnum() else "-" for letter in variant.name)
        return f"{words}-{seed}-{zlib.crc32(self._key(variant, seed).encode()):08x}"


def summary(rows: Sequence[dict[str, Any]], figures: Sequence[str]) -> list[dict[str, Any]]:
    """Mean, lowest and highest of each figure over the seeds of each variant, in the order of ``rows``."""
    names = list(dict.fromkeys(row["variant"] for row in rows))
    table = []
    for name in names:
        mine = [row for row in rows if row["variant"] == name]
        values = {figure: [row[figure] for row in mine] for figure in figures}
        table.append(
            {"variant": name, "seeds": len(mine)}
            | {
                figure: {"mean": float(np.mean(found)), "lowest": min(found), "highest": max(found)}
                for figure, found in values.items()
            }
        )
    return table
