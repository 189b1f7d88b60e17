"""Settings of a run that takes seconds, on labelled logos alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from hybrid_logo.training.corpus import CorpusSettings
from hybrid_logo.training.learning import TrainingSettings
from hybrid_logo.training.learning.trees import TreeSettings
from hybrid_logo.training.pipeline import Run
from hybrid_logo.training.rules import RuleSettings
from hybrid_logo.training.settings import RunSettings
from hybrid_logo.training.student import StudentSettings
from tests.small_release import SIDE, labelled_set

TRAINING = TrainingSettings(
    epochs=1,
    sources=(("labelled", 1.0),),
    batch_size=16,
    distillation_weight=0.5,
    precision="fp32",
    device="cpu",
    threads=1,
)
SETTINGS = RunSettings(
    corpus=CorpusSettings(labelled_copies=2, side=SIDE),
    calibrate_copies=1,
    trees=TreeSettings(folds=2, members=1, rounds=2, leaves=4),
    rules=RuleSettings(rounds=3, pair_rounds=2, pairs=2, logos_a_range=8),
    student=StudentSettings(widths=(4, 4, 8, 8), depths=(1, 1, 1, 1), training=TRAINING),
)


def new_run(folder: Path, settings: RunSettings = SETTINGS) -> Run:
    """In a folder of its own, with a cache and labels beside it."""
    labels = labelled_set(folder, folder / "labels.csv", train=4, calibrate=4)
    return Run(folder / "run", settings, folder, labels, workers=1)


def distilled(weight: float, **changed: Any) -> RunSettings:
    """With that distillation weight, and other changes to the training of the student."""
    training = replace(TRAINING, distillation_weight=weight, **changed)
    return replace(SETTINGS, student=replace(SETTINGS.student, training=training))
