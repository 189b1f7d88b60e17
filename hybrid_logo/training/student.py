"""The student: which network it is, and its training run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import torch

from hybrid_logo.errors import SourceError
from hybrid_logo.training.examples import FACTS, Examples
from hybrid_logo.training.learning import TrainingSettings, train
from hybrid_logo.training.learning.records import Checkpoints
from hybrid_logo.training.learning.trainer import Teacher
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.quantisation_aware import with_rounding, without_rounding

__all__ = ["StudentSettings", "new_student", "train_student", "trained_student", "tune_under_rounding"]

STAGES = 4
ROUNDING_EPOCHS = 4


@dataclass(frozen=True, slots=True)
class StudentSettings:
    """Size and training of the student.

    Attributes:
        widths: channels of the four stages.
        depths: convolutions of each stage.
        dropout: share of pooled channels dropped in training.
        begin_with_teacher: begin with the most important channels of the first teacher that is built like the
            student, with a linear head; by default the weights are random. A run that goes on from another
            (``RunSettings.begin_with``) begins with the student of that one all the same.
        training: see there.
        fine_tuning: a second run, from the weights of the first, such as on the visual labels alone; None
            for none.
    """

    widths: tuple[int, ...] = (24, 48, 96, 160)
    depths: tuple[int, ...] = (1, 3, 3, 2)
    dropout: float = 0.2
    begin_with_teacher: bool = False
    training: TrainingSettings = field(default_factory=TrainingSettings)
    fine_tuning: TrainingSettings | None = None

    @property
    def runs(self) -> tuple[TrainingSettings, ...]:
        """Of training and, where there is one, of fine-tuning."""
        return (self.training,) if self.fine_tuning is None else (self.training, self.fine_tuning)

    @property
    def needs_teachers(self) -> bool:
        """Whether any of its runs learns from what the teachers say."""
        return any(settings.distillation_weight > 0 for settings in self.runs)

    def with_random_weights(self) -> StudentSettings:
        """The same student, begun with random weights, and at the rate that these ask for."""
        training = replace(self.training, learning_rate=TrainingSettings().learning_rate)
        return replace(self, begin_with_teacher=False, training=training)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            SourceError: a value lies outside its range; the message names it.
        """
        if self.begin_with_teacher and not self.needs_teachers:
            raise SourceError(
                "A student with begin_with_teacher learns from its teachers, too: let distillation_weight be "
                "more than 0, or leave begin_with_teacher out."
            )
        for name in ("widths", "depths"):
            values = getattr(self, name)
            if len(values) != STAGES or min(values) < 1:
                raise SourceError(f"{name} must be {STAGES} numbers from 1 on, not {values!r}.")
        if not 0.0 <= self.dropout < 1.0:
            raise SourceError(f"dropout must be at least 0 and less than 1, not {self.dropout!r}.")


def new_student(settings: StudentSettings) -> StudentNetwork:
    """An untrained student; the same weights for the same seed."""
    torch.manual_seed(settings.training.seed)
    facts = len(FACTS) if settings.training.facts_weight else 0
    return StudentNetwork(settings.widths, settings.depths, settings.dropout, facts)


def train_student(
    examples: Examples,
    held_out: PictureTable,
    settings: StudentSettings,
    folder: Path,
    teacher: Teacher | None = None,
    begin_with: StudentNetwork | None = None,
) -> StudentNetwork:
    """Train the student, or go on with the run that ``folder`` holds; see ``learning.train``.

    Fine-tuning has a folder of its own in it, ``fine-tuning``. A student to begin with must be of the size
    that ``settings`` tell; by default the weights are random.
    """
    first = new_student(settings) if begin_with is None else begin_with
    network = train(first, examples, held_out, settings.training, folder, teacher=teacher)
    if settings.fine_tuning is not None:
        within = folder / "fine-tuning"
        network = train(network, examples, held_out, settings.fine_tuning, within, "Fine-tuning", teacher)
    return cast(StudentNetwork, network)


def trained_student(settings: StudentSettings, folder: Path) -> StudentNetwork:
    """What :func:`train_student` left in ``folder``, in evaluation mode.

    Raises:
        SourceError: nothing, or the run of other settings.
    """
    last = folder if settings.fine_tuning is None else folder / "fine-tuning"
    weights = Checkpoints(last, settings.runs[-1]).weights()
    if weights is None:
        raise SourceError(f"{last} holds no trained student. Run: hybrid-logo train student")
    network = new_student(settings)
    network.load_state_dict(weights)
    return network.eval()


def tune_under_rounding(
    network: StudentNetwork,
    examples: Examples,
    held_out: PictureTable,
    settings: StudentSettings,
    folder: Path,
    teacher: Teacher | None = None,
) -> StudentNetwork:
    """A copy of a trained student that learned to bear the rounding of INT8; see ``quantisation_aware``.

    It goes on with the settings of the last run for a few passes at a hundredth of their learning rate.
    ``folder`` receives ``rounding``.
    """
    last = settings.runs[-1]
    few = replace(
        last, epochs=ROUNDING_EPOCHS, learning_rate=last.learning_rate / 100, evaluate_every=ROUNDING_EPOCHS
    )
    rounded = train(with_rounding(network), examples, held_out, few, folder / "rounding", "Rounding", teacher)
    return cast(StudentNetwork, without_rounding(rounded))
