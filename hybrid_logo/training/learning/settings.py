"""Everything that decides one training run."""

from __future__ import annotations

from dataclasses import dataclass

from hybrid_logo.errors import SourceError

__all__ = ["LOSSES", "OF_THE_MACHINE", "SCHEDULES", "TrainingSettings"]

LOSSES = ("cross-entropy", "focal", "adaptive-focal")
SCHEDULES = ("cosine", "warm-restarts")
PRECISIONS = ("bf16", "fp32")
OF_THE_MACHINE = frozenset({"checkpoint_minutes", "loader_workers", "threads"})
"""Settings that tell where a run is made: they may be others when it goes on."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Settings of a teacher, a student or an ablation.

    Attributes:
        epochs: each sees one copy of every drawing that ``sources`` asks for.
        sources: drawings an epoch takes from each source, as a share of what the source has. More than 1
            shows several copies of a drawing.
        batch_size: pictures per step, over all processes.
        accumulation: parts that a batch is cut into where memory is short; the gradients are added.
        learning_rate: highest value, after the warm-up.
        schedule: ``cosine`` falls to zero once; ``warm-restarts`` does so again and again, each time over
            twice as many steps (Loshchilov and Hutter 2017, SGDR).
        restarts: how often it starts again.
        warm_up: share of all steps in which the learning rate rises.
        weight_decay: of AdamW, on matrices and kernels only.
        clip_norm: longest gradient; a longer one is shortened to it.
        average_decay: decay a step of the moving average of weights, which is what is kept.
        loss: one of ``LOSSES``.
        focal_gamma: how much less an easy picture counts; for the focal losses.
        distillation_weight: weight of the teacher's answer against the label's, 0-1.
        temperature: by which teacher and student are softened when they are compared.
        facts_weight: weight of the auxiliary head that tells colours, ramps, letters and detail.
        mix_up: share of batches that are mixed by mix-up; never across ramps.
        cut_mix: share of batches that are mixed by CutMix; never across ramps.
        recolor: share of pictures whose channels are mixed by a random matrix.
        patience: evaluations without a better loss after which a run stops; 0 never stops.
        evaluate_every: epochs between evaluations on held-out pictures.
        checkpoint_minutes: time between checkpoints.
        precision: ``bf16`` (automatic mixed precision) or ``fp32``.
        device: ``auto``, ``cpu`` or ``cuda``.
        loader_workers: processes that prepare batches; 0 prepares them in this one.
        threads: processor threads.
        seed: of weights, order, augmentation and dropout.
    """

    epochs: int = 80
    sources: tuple[tuple[str, float], ...] = (
        ("labelled", 1.0),
        ("further", 1.0),
        ("icons", 1.0),
        ("composed", 1.0),
    )
    batch_size: int = 128
    accumulation: int = 1
    learning_rate: float = 2e-3
    schedule: str = "cosine"
    restarts: int = 2
    warm_up: float = 0.05
    weight_decay: float = 0.1
    clip_norm: float = 2.0
    average_decay: float = 0.998
    loss: str = "cross-entropy"
    focal_gamma: float = 1.0
    distillation_weight: float = 0.0
    temperature: float = 2.0
    facts_weight: float = 0.0
    mix_up: float = 0.0
    cut_mix: float = 0.0
    recolor: float = 0.5
    patience: int = 0
    evaluate_every: int = 10
    checkpoint_minutes: float = 2.0
    precision: str = "bf16"
    device: str = "auto"
    loader_workers: int = 0
    threads: int = 2
    seed: int = 1

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            SourceError: a value lies outside its range; the message names it.
        """
        choices = (("loss", LOSSES), ("schedule", SCHEDULES), ("precision", PRECISIONS))
        for name, known in choices:
            if getattr(self, name) not in known:
                raise SourceError(f"{name} must be one of {', '.join(known)}, not {getattr(self, name)!r}.")
        if self.device not in ("auto", "cpu", "cuda"):
            raise SourceError(f"device must be auto, cpu or cuda, not {self.device!r}.")
        shares = (
            "warm_up", "average_decay", "distillation_weight", "mix_up", "cut_mix", "recolor",
        )  # fmt: skip
        for name in shares:
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise SourceError(f"{name} must lie in 0-1, not {getattr(self, name)!r}.")
        if self.mix_up + self.cut_mix > 1.0:
            raise SourceError("mix_up and cut_mix are shares of the same batches: give at most 1 together.")
        positive = ("epochs", "batch_size", "accumulation", "learning_rate", "temperature", "clip_norm",
                    "evaluate_every", "threads")  # fmt: skip
        for name in positive:
            if not getattr(self, name) > 0:
                raise SourceError(f"{name} must be more than 0, not {getattr(self, name)!r}.")
        for name in ("restarts", "weight_decay", "focal_gamma", "facts_weight", "patience",
                     "checkpoint_minutes", "loader_workers"):  # fmt: skip
            if not getattr(self, name) >= 0:
                raise SourceError(f"{name} must not be less than 0, not {getattr(self, name)!r}.")
        if not any(share > 0 for _, share in self.sources) or any(share < 0 for _, share in self.sources):
            raise SourceError(f"sources must ask for drawings, and for none less than 0: {self.sources!r}.")
