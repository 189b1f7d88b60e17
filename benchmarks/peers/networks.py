"""Networks of others: trained by our student's trainer on the labelled logos alone, exported to ONNX."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from peer import Answer, Trained, learned_numbers, load_facts, store_facts
from split_pictures import SplitPictures
from torch import Tensor, nn
from torch.optim.swa_utils import update_bn

from hybrid_logo.errors import SourceError
from hybrid_logo.image import load_picture
from hybrid_logo.ink import square_view
from hybrid_logo.student import Student
from hybrid_logo.training.examples import Examples, soft_targets
from hybrid_logo.training.learning import TrainingSettings, predict, train
from hybrid_logo.training.learning.given_weights import timm_body
from hybrid_logo.training.learning.layers import layer_groups
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.quantise import export_student, logits_of
from hybrid_logo.training.sources import storage_errors
from hybrid_logo.types import LABELS, LogoType

__all__ = ["MODEL", "ColorNetwork", "Learning", "TimmNetwork", "answering", "learn", "settle"]

MODEL = "network.onnx"
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of the channels of ImageNet, by which these networks expect their input to be normalised."""
DROPOUT = 0.2
PASSES_AN_EPOCH = 2.0
"""Copies of each logo that an epoch shows; where fewer pictures are asked for, the only epoch is shorter."""
LAYER_DECAY = 0.8
"""Learning rate of a layer against the one behind it, where weights are given."""
SETTLING = 1024
"""Training pictures from which the statistics of batch normalisations are taken in the end."""
COMPARED, TOLERANCE = 32, 1e-2
"""Views on which the exported network must give the same logits, and how far these may be apart."""


@dataclass(frozen=True, slots=True)
class Learning:
    """How long a network learns and where it starts.

    Attributes:
        pictures: that it sees, copies that are shown again counted again.
        init: ``random``, or ``pretrained`` for what timm fetches.
        batch_size: pictures a step.
        learning_rate: highest value.
        threads: processor threads.
        seed: of weights, order and augmentation.
    """

    pictures: int = 60_000
    init: str = "random"
    batch_size: int = 64
    learning_rate: float = 2e-3
    threads: int = 2
    seed: int = 1

    def settings(self, logos: int) -> TrainingSettings:
        """The same for the trainer; it augments as for our student.

        Args:
            logos: that there are to learn from.
        """
        passes = min(PASSES_AN_EPOCH, self.pictures / logos)
        epochs = max(1, round(self.pictures / (passes * logos)))
        return TrainingSettings(
            epochs=epochs,
            sources=(("labelled", passes),),
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            evaluate_every=epochs,
            precision="fp32",
            threads=self.threads,
            seed=self.seed,
        )


class ColorNetwork(nn.Module):
    """uint8[N, side, side, 3] RGB -> float32[N, 4] logits in the order of ``LABELS``.

    Colours alone, as these networks were made for; the maps of differences are an idea of our student.

    Args:
        body: from normalised ``float32[N, 3, side, side]`` to what ``head`` takes.
        head: to logits.
    """

    mean: Tensor
    deviation: Tensor

    def __init__(self, body: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.body, self.head = body, head
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1))

    def forward(self, pictures: Tensor) -> Tensor:
        """See the class."""
        colors = pictures.permute(0, 3, 1, 2).float() / 255.0
        logits: Tensor = self.head(self.body((colors - self.mean) / self.deviation))
        return logits


@dataclass(frozen=True, slots=True)
class TimmNetwork:
    """A network of timm.

    Attributes:
        name: in tables.
        architecture: as timm calls it.
        learning: how long, and from which weights.
    """

    name: str
    architecture: str
    learning: Learning

    def trained(self, pictures: SplitPictures, folder: Path) -> Trained:
        """Train it, or go on from its last checkpoint.

        Raises:
            MissingExtraError: timm is not installed.
            SourceError: pretrained weights cannot be had, or see ``load_facts``.
        """
        asked = {**asdict(self), "data": pictures.fingerprint()}
        facts = load_facts(folder, asked) or learn(self._made, self.learning, pictures, folder, self.name)
        start = "random weights" if self.learning.init == "random" else "weights of timm (ImageNet)"
        return Trained(
            name=self.name,
            about=f"timm's {self.architecture} from {start}, FP32, {pictures.corpus.side} px",
            answer=answering(folder / MODEL),
            **facts,
        )

    def _made(self) -> ColorNetwork:
        pretrained = self.learning.init == "pretrained"
        body: Any = timm_body(self.architecture, 3, pretrained)
        head = nn.Sequential(nn.Dropout(DROPOUT), nn.Linear(body.head_hidden_size, len(LABELS)))
        return ColorNetwork(body, head)


def learn(
    made: Callable[[], ColorNetwork], learning: Learning, pictures: SplitPictures, folder: Path, title: str
) -> dict[str, Any]:
    """Train a network and write it as ONNX; what is told about it as ``Trained`` has it.

    Args:
        made: makes the network; called after the seed is set.
        learning: how.
        pictures: what is learned from.
        folder: receives ``network.onnx``, ``peer.json`` and what ``learning.train`` writes.
        title: shown beside the progress bar.

    Raises:
        SourceError: ``folder`` cannot be written, or the ONNX file does not answer as the network does.
    """
    table = pictures.train
    corpus = pictures.corpus
    targets = soft_targets(table, corpus.also_accepted_share, corpus.label_smoothing)
    examples = Examples.of_table(table, "labelled", targets)
    settings = learning.settings(len(pictures.logos))
    groups = layer_groups(LAYER_DECAY) if learning.init == "pretrained" else None
    torch.manual_seed(learning.seed)
    network = train(made(), examples, pictures.held_out, settings, folder, title, groups=groups)
    settle(network, table.views, learning.seed)
    path = folder / MODEL
    with storage_errors(folder):
        export_student(cast(StudentNetwork, network), corpus.side, path)
    views = pictures.held_out.views[:COMPARED]
    apart = np.abs(logits_of(Student(path.read_bytes()), views) - predict(network, views)).max()
    if not apart < TOLERANCE:
        raise SourceError(f"{path} does not answer as {title} does (logits {apart:.2g} apart). Update onnx.")
    drawn = math.prod((settings.epochs, round(settings.sources[0][1] * len(pictures.logos))))
    return store_facts(
        folder,
        {
            "pictures_seen": drawn,
            "parameters": learned_numbers(path.read_bytes()),
            "size_mb": path.stat().st_size / 1e6,
        },
    )


def settle(network: nn.Module, views: NDArray[np.uint8], seed: int, batch_size: int = 64) -> None:
    """Take the statistics of batch normalisations anew, with the weights as they are in the end.

    The averaged weights of a short run are ahead of their running statistics, and the more so the deeper the
    network; that would be a handicap of large networks (Izmailov et al. 2018, section 3.2).

    Args:
        network: changed in place.
        views: ``uint8[n, side, side, 3]`` of training.
        seed: of the pictures that are taken.
        batch_size: pictures of each batch.
    """
    chosen = np.random.default_rng(seed).permutation(len(views))[:SETTLING]
    parts = np.array_split(chosen, -(-len(chosen) // batch_size))
    update_bn((torch.from_numpy(views[np.sort(part)]) for part in parts), network)


def answering(path: Path) -> Answer:
    """Answers of an ONNX network that takes views as our student does, on one core."""
    network = Student(path.read_bytes())

    def answer(data: bytes) -> LogoType:
        view = square_view(load_picture(data), network.side)
        return LABELS[int(network.logits(view[None])[0].argmax())]

    return answer
