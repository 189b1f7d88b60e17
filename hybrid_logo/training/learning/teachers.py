"""Large networks that the student learns from; they see the same pictures and maps as it does."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, cast

import torch
from torch import Tensor, nn

from hybrid_logo.errors import SourceError
from hybrid_logo.training.examples import FACTS, Examples
from hybrid_logo.training.learning import parallel
from hybrid_logo.training.learning.given_weights import load_weights, store_weights, timm_body
from hybrid_logo.training.learning.layers import layer_groups, unfreeze
from hybrid_logo.training.learning.settings import TrainingSettings
from hybrid_logo.training.learning.trainer import train
from hybrid_logo.training.network import DifferenceMaps, StudentNetwork
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.sources import storage_errors
from hybrid_logo.types import LABELS

__all__ = [
    "ARCHITECTURES",
    "HEADS",
    "PLAIN",
    "PLAIN_DEPTHS",
    "PLAIN_WIDTHS",
    "TeacherNetwork",
    "TeacherSettings",
    "as_student",
    "load_teacher",
    "train_teacher",
]

PLAIN = "plain"
"""The student's own convolutions, more of them."""
ARCHITECTURES = ("efficientnet_b0", "mobilenetv3_large_100", "resnet50d", PLAIN)
"""Those that are tried; any other name that timm knows may be given."""

PLAIN_WIDTHS = (36, 72, 144, 256)
PLAIN_DEPTHS = (1, 3, 3, 2)
HIDDEN = 256
"""Channels of a head's hidden layer."""

HEADS: dict[str, Callable[[int, float], nn.Sequential]] = {
    "linear": lambda channels, dropout: nn.Sequential(
        nn.Dropout(dropout), nn.Linear(channels, len(LABELS))
    ),
    "mlp": lambda channels, dropout: nn.Sequential(
        nn.Linear(channels, HIDDEN), nn.ReLU(), nn.Dropout(dropout), nn.Linear(HIDDEN, len(LABELS))
    ),
    "batch-norm-mlp": lambda channels, dropout: nn.Sequential(
        nn.Linear(channels, HIDDEN, bias=False), nn.BatchNorm1d(HIDDEN), nn.ReLU(),
        nn.Dropout(dropout), nn.Linear(HIDDEN, len(LABELS)),
    ),
}  # fmt: skip
"""Name -> the layers from pooled channels to logits."""


@dataclass(frozen=True, slots=True)
class TeacherSettings:
    """Everything that decides a teacher.

    Attributes:
        architecture: one of ``ARCHITECTURES``, or another of timm.
        head: one of ``HEADS``.
        init: weights to start from: none (random), ``pretrained`` (fetched by timm), or the path of a file.
        layer_decay: learning rate of a layer against the one behind it, where weights are given.
        unfreeze: whether a run from given weights begins with the head alone (see ``layers``).
        dropout: share of channels dropped before the last layer in training.
        training: of the run.
    """

    architecture: str = "efficientnet_b0"
    head: str = "linear"
    init: str = ""
    layer_decay: float = 0.8
    unfreeze: bool = True
    dropout: float = 0.2
    training: TrainingSettings = field(default_factory=TrainingSettings)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            SourceError: a value lies outside its range; the message names it.
        """
        if self.head not in HEADS:
            raise SourceError(f"head must be one of {', '.join(HEADS)}, not {self.head!r}.")
        if not 0.0 < self.layer_decay <= 1.0:
            raise SourceError(f"layer_decay must lie in 0-1 and not be 0, not {self.layer_decay!r}.")
        if not 0.0 <= self.dropout < 1.0:
            raise SourceError(f"dropout must be at least 0 and less than 1, not {self.dropout!r}.")
        if self.architecture == PLAIN and self.init == "pretrained":
            raise SourceError("There are no pretrained weights of plain. Give a file, or no weights.")


class TeacherNetwork(nn.Module):
    """uint8[N, side, side, 3] RGB -> float32[N, 4] logits in the order of ``LABELS``.

    In training mode with an auxiliary head: logits and ``float32[N, facts]``. Batch normalisations whose
    parameters are frozen keep their statistics.

    Args:
        settings: its ``architecture``, ``head`` and ``dropout``.
        facts: outputs of the auxiliary head.
        pretrained: fetch the body's weights.

    Raises:
        MissingExtraError: timm is not installed.
        SourceError: timm does not know the architecture, or its weights cannot be had.
    """

    def __init__(self, settings: TeacherSettings, facts: int = 0, pretrained: bool = False) -> None:
        super().__init__()
        self.maps = DifferenceMaps()
        channels = 3 + len(self.maps.offsets)
        if settings.architecture == PLAIN:
            convolutions = StudentNetwork(PLAIN_WIDTHS, PLAIN_DEPTHS).body
            self.body: nn.Module = nn.Sequential(*convolutions, nn.AdaptiveAvgPool2d(1), nn.Flatten())
            pooled = PLAIN_WIDTHS[-1]
        else:
            self.body = timm_body(settings.architecture, channels, pretrained)
            pooled = cast(int, self.body.head_hidden_size)
        self.head = HEADS[settings.head](pooled, settings.dropout)
        self.facts_head = nn.Linear(pooled, facts) if facts else None

    def forward(self, pictures: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """See the class."""
        pooled = self.body(self.maps(pictures))
        logits = self.head(pooled)
        if self.training and self.facts_head is not None:
            return logits, self.facts_head(pooled)
        return logits

    def train(self, mode: bool = True) -> Self:
        """As ``torch.nn.Module``, but for frozen batch normalisations."""
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d) and not module.weight.requires_grad:
                module.eval()
        return self


def train_teacher(
    settings: TeacherSettings, examples: Examples, held_out: PictureTable, folder: Path
) -> TeacherNetwork:
    """Train a teacher, or go on with the run that ``folder`` holds.

    Args:
        settings: must be those of the run in ``folder``, if there is one.
        examples: what is learned from.
        held_out: pictures of another split, for the log and for early stopping.
        folder: receives what ``trainer.train`` writes, ``teacher.json`` and in the end ``weights.pt``.

    Raises:
        MissingExtraError: timm is not installed.
        SourceError: ``folder`` holds another run or cannot be written, or the weights to start from cannot
            be had.
    """
    facts = len(FACTS) if settings.training.facts_weight else 0
    goes_on = (folder / "checkpoint.pt").is_file()
    torch.manual_seed(settings.training.seed)
    network = TeacherNetwork(settings, facts, settings.init == "pretrained" and not goes_on)
    if settings.init not in ("", "pretrained") and not goes_on:
        load_weights(network, Path(settings.init))
    _claim(folder, settings, facts)
    trained = train(
        network,
        examples,
        held_out,
        settings.training,
        folder,
        title=f"Teacher {settings.architecture}",
        groups=layer_groups(settings.layer_decay) if settings.init else None,
        on_progress=unfreeze if settings.init and settings.unfreeze else None,
    )
    assert isinstance(trained, TeacherNetwork)
    if parallel.is_first():
        store_weights(trained, folder / "weights.pt")
    return trained


def load_teacher(folder: Path) -> TeacherNetwork:
    """A trained teacher in evaluation mode, on the processor.

    Raises:
        MissingExtraError: timm is not installed.
        SourceError: ``folder`` holds no finished run of a teacher.
    """
    try:
        told = json.loads((folder / "teacher.json").read_text(encoding="utf-8"))
        facts = int(told.pop("facts"))
        settings = TeacherSettings(**told)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SourceError(f"{folder} holds no teacher ({error}). Train one into it.") from error
    network = TeacherNetwork(settings, facts)
    load_weights(network, folder / "weights.pt")
    return network.eval()


def as_student(teacher: TeacherNetwork) -> StudentNetwork:
    """A teacher of the architecture ``plain`` with a linear head, as a student with the same weights.

    In evaluation mode both say the same of a picture.
    """
    facts = 0 if teacher.facts_head is None else teacher.facts_head.out_features
    student = StudentNetwork(PLAIN_WIDTHS, PLAIN_DEPTHS, facts=facts)
    state = teacher.state_dict()
    linear = len(teacher.head) - 1  # behind the dropout
    for name in ("weight", "bias"):
        state[f"head.{name}"] = state.pop(f"head.{linear}.{name}")
    student.load_state_dict(state)
    return student.eval()


def _claim(folder: Path, settings: TeacherSettings, facts: int) -> None:
    """Write down whose folder it is, or refuse another teacher's; the trainer compares the rest."""
    path = folder / "teacher.json"
    own = {name: getattr(settings, name) for name in TeacherSettings.__slots__ if name != "training"}
    text = json.dumps({**own, "facts": facts}, indent=2) + "\n"
    with storage_errors(folder):
        if path.is_file() and path.read_text(encoding="utf-8") != text:
            raise SourceError(
                f"{path} belongs to another teacher. Give another folder, or delete this one to start again."
            )
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{parallel.rank()}.tmp")
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
