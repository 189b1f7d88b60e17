"""Train the student on the visually labelled ``train`` split, from scratch.

Reads from top to bottom: settings, one epoch, the loop with its checkpoints. A run that was stopped
goes on from its last checkpoint and ends with the same weights as one that was not: order, augmentation
and dropout of an epoch depend on the seed and the epoch alone.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from hybrid_logo.errors import SourceError
from hybrid_logo.training.console import tracked
from hybrid_logo.training.network import StudentNetwork
from hybrid_logo.training.pictures import PictureTable

__all__ = ["StudentSettings", "soft_targets", "train_student"]


@dataclass(frozen=True, slots=True)
class StudentSettings:
    """Everything that decides a training run.

    Attributes:
        epochs: passes over the logos; each pass sees one copy of every logo.
        batch_size: pictures per step.
        learning_rate: highest value, after the warm-up; it falls to zero along a cosine.
        warm_up: share of all steps in which the learning rate rises.
        weight_decay: of AdamW.
        also_accepted_share: probability that the targets give to the other accepted types together.
        label_smoothing: probability spread over all types.
        average_decay: decay a step of the moving average of weights, which is what is kept.
        checkpoint_minutes: time between checkpoints.
        threads: processor threads.
        seed: of weights, order, augmentation and dropout.
    """

    epochs: int = 80
    batch_size: int = 128
    learning_rate: float = 2e-3
    warm_up: float = 0.05
    weight_decay: float = 0.1
    also_accepted_share: float = 0.25
    label_smoothing: float = 0.03
    average_decay: float = 0.998
    checkpoint_minutes: float = 2.0
    threads: int = 2
    seed: int = 1


def train_student(
    train: PictureTable, held_out: PictureTable, settings: StudentSettings, folder: Path
) -> StudentNetwork:
    """Train, or go on with the run that ``folder`` holds.

    Args:
        train: copies of the ``train`` split.
        held_out: copies of another split, for the log only: nothing is chosen by it here.
        settings: must be those of the run in ``folder``, if there is one.
        folder: receives ``checkpoint.pt`` and ``log.jsonl``.

    Returns:
        the network with averaged weights, in evaluation mode.

    Raises:
        SourceError: ``folder`` holds a run with other settings.
    """
    torch.set_num_threads(settings.threads)
    folder.mkdir(parents=True, exist_ok=True)
    run = _Run(settings, folder, rows_of_logos(train))
    views, targets = torch.from_numpy(train.views), torch.from_numpy(soft_targets(train, settings))
    saved = time.monotonic()
    for _ in tracked(range(run.epoch, settings.epochs), settings.epochs - run.epoch, "Student"):
        loss = run.train_epoch(views, targets)
        last = run.epoch == settings.epochs
        figures = {"epoch": run.epoch, "loss": round(loss, 4), "time": round(time.time(), 1)}
        if run.epoch % 20 == 0 or last:
            figures |= _accuracies(predict(run.averaged, held_out.views), held_out)
        run.log(figures)
        if last or time.monotonic() - saved > 60 * settings.checkpoint_minutes:
            run.save()
            saved = time.monotonic()
    return run.averaged.eval()


class _Run:
    """State of a run: what a checkpoint holds."""

    def __init__(self, settings: StudentSettings, folder: Path, rows: list[NDArray[np.int64]]) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self.folder, self.rows = settings, folder, rows
        self.epoch = 0
        self.network = StudentNetwork().to(memory_format=torch.channels_last)
        self.averaged = StudentNetwork().to(memory_format=torch.channels_last)
        self.averaged.load_state_dict(self.network.state_dict())
        self.steps_an_epoch = -(-len(rows) // settings.batch_size)
        self.optimizer = torch.optim.AdamW(
            _decayed(self.network, settings.weight_decay), lr=settings.learning_rate
        )
        self.checkpoint = folder / "checkpoint.pt"
        if self.checkpoint.is_file():
            self._load()

    def train_epoch(self, views: Tensor, targets: Tensor) -> float:
        """One pass over the logos; the mean loss."""
        settings = self.settings
        torch.manual_seed(settings.seed * 1_000_003 + self.epoch)
        random = np.random.default_rng((settings.seed, self.epoch))
        order = random.permutation(len(self.rows))
        chosen = np.array([rows[int(random.integers(len(rows)))] for rows in self.rows])[order]
        self.network.train()
        total = 0.0
        for step in range(self.steps_an_epoch):
            batch = chosen[step * settings.batch_size : (step + 1) * settings.batch_size]
            done = (self.epoch * self.steps_an_epoch + step) / (settings.epochs * self.steps_an_epoch)
            for group in self.optimizer.param_groups:
                group["lr"] = settings.learning_rate * _rate(done, settings.warm_up)
            with torch.autocast("cpu", torch.bfloat16):
                logits = self.network(augmented(views[batch], random))
            loss = nn.functional.cross_entropy(logits.float(), targets[batch])
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(self.network.parameters(), 2.0)
            self.optimizer.step()
            self._average(self.epoch * self.steps_an_epoch + step)
            total += float(loss.detach()) * len(batch)
        self.epoch += 1
        return total / len(chosen)

    def _average(self, step: int) -> None:
        decay = min(self.settings.average_decay, (1 + step) / (10 + step))
        with torch.no_grad():
            for kept, new in zip(
                self.averaged.state_dict().values(), self.network.state_dict().values(), strict=True
            ):
                if kept.dtype.is_floating_point:
                    kept.lerp_(new, 1 - decay)
                else:
                    kept.copy_(new)

    def log(self, figures: dict[str, float]) -> None:
        """Add a line to the run's log."""
        with (self.folder / "log.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(figures) + "\n")

    def save(self) -> None:
        """Write the checkpoint; an interruption leaves the previous one."""
        state = {
            "settings": asdict(self.settings),
            "epoch": self.epoch,
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        unfinished = self.checkpoint.with_suffix(".tmp")
        torch.save(state, unfinished)
        unfinished.replace(self.checkpoint)

    def _load(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        if state["settings"] != asdict(self.settings):
            raise SourceError(
                f"{self.checkpoint} belongs to a run with other settings. "
                "Give another folder, or delete this one to start again."
            )
        self.epoch = state["epoch"]
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])


def predict(network: nn.Module, views: NDArray[np.uint8], batch_size: int = 256) -> NDArray[np.float32]:
    """Logits of ``uint8[n, side, side, 3]`` as ``float32[n, 4]``."""
    network.eval()
    with torch.inference_mode():
        parts = [
            network(torch.from_numpy(views[start : start + batch_size])).numpy()
            for start in range(0, len(views), batch_size)
        ]
    return np.concatenate(parts)


def soft_targets(table: PictureTable, settings: StudentSettings) -> NDArray[np.float32]:
    """``float32[n, 4]``: most of the probability on the label, some on the other accepted types."""
    count = len(table.labels)
    label = np.zeros((count, 4), np.float32)
    label[np.arange(count), table.labels] = 1.0
    others = table.accepted & (label == 0)
    several = others.any(axis=1, keepdims=True)
    share = settings.also_accepted_share * several
    targets = (1 - share) * label + share * others / np.maximum(1, others.sum(axis=1, keepdims=True))
    smoothing = settings.label_smoothing
    return np.asarray((1 - smoothing) * targets + smoothing / 4, np.float32)


def augmented(views: Tensor, random: np.random.Generator) -> Tensor:
    """Mirrored, quarter-turned and recoloured ``uint8[N, H, W, 3]``; none of it changes a type.

    Recolouring mixes the channels by one matrix a picture: flats stay flat, ramps stay ramps, and the
    colours of a brand cannot be learned by heart.
    """
    count = len(views)
    views = torch.where(_some(0.5, count, random), views.flip(2), views)
    views = torch.where(_some(0.2, count, random), views.flip(1), views)
    views = torch.where(_some(0.2, count, random), views.transpose(1, 2), views)
    mixes = np.eye(3) + random.normal(0, 0.35, (count, 3, 3))
    mixes /= np.abs(mixes).sum(axis=2, keepdims=True)
    centered = views.to(torch.float32).reshape(count, -1, 3) - 127.5
    mixed = torch.bmm(centered, torch.from_numpy(mixes).to(torch.float32).transpose(1, 2))
    recoloured = (1.2 * mixed + 127.5).round().clamp(0, 255).to(torch.uint8).reshape(views.shape)
    return torch.where(_some(0.5, count, random), recoloured, views)


def _some(share: float, count: int, random: np.random.Generator) -> Tensor:
    return torch.from_numpy(random.random(count) < share)[:, None, None, None]


def rows_of_logos(table: PictureTable) -> list[NDArray[np.int64]]:
    """The rows of each logo's copies."""
    order = np.argsort(table.logos, kind="stable")
    starts = np.flatnonzero(np.diff(table.logos[order], prepend=-1))
    return np.split(order, starts[1:])


def _accuracies(logits: NDArray[np.float32], table: PictureTable) -> dict[str, float]:
    answers = logits.argmax(axis=1)
    strict = answers == table.labels
    accepted = table.accepted[np.arange(len(answers)), answers]
    groups = {"clean": table.copies == 0, "degraded": table.copies > 0}
    return {
        f"{name}_{kind}": round(float(values[chosen].mean()), 4)
        for name, chosen in groups.items()
        for kind, values in (("strict", strict), ("accepted", accepted))
        if chosen.any()
    }


def _rate(done: float, warm_up: float) -> float:
    if done < warm_up:
        return max(0.01, done / warm_up)
    return 0.5 * (1 + float(np.cos(np.pi * (done - warm_up) / (1 - warm_up))))


def _decayed(network: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Parameter groups: weights of convolutions decay, scales and biases do not."""
    matrices = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    return [{"params": matrices, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]
