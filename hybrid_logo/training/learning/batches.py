"""Batches of one epoch; each is prepared by a seed of its own, so that a run can go on in its middle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from hybrid_logo.errors import SourceError
from hybrid_logo.training.examples import Examples
from hybrid_logo.training.learning import parallel
from hybrid_logo.training.learning.augmentation import augmented, mixed
from hybrid_logo.training.learning.settings import TrainingSettings

__all__ = ["Batch", "accumulation", "batches"]


@dataclass(frozen=True, slots=True)
class Batch:
    """One process's part of a step: tensors with the same first dimension."""

    views: Tensor
    targets: Tensor
    facts: Tensor
    teacher: Tensor


def batches(
    examples: Examples,
    rows: NDArray[np.int64],
    epoch: int,
    done: int,
    settings: TrainingSettings,
    device: torch.device,
) -> Iterator[Batch]:
    """This process's part of every step.

    Args:
        examples: what is learned from.
        rows: of this epoch, in their order; each step takes about as many, at most ``settings.batch_size``.
        epoch: its number.
        done: steps of it that are behind.
        settings: sizes, seed and augmentation.
        device: where the batches go, and where they are augmented.
    """
    parts = np.array_split(rows, -(-len(rows) // settings.batch_size))[done:]
    mine = [part[parallel.rank() :: parallel.processes()] for part in parts]
    loader = DataLoader(_Rows(examples, mine), batch_size=None, num_workers=settings.loader_workers)
    for number, stored in enumerate(loader, start=done):
        random = np.random.default_rng((settings.seed, epoch, number, parallel.rank()))
        views, targets, facts, teacher = (tensor.to(device, non_blocking=True) for tensor in stored)
        views = augmented(views, random, settings.recolor)
        yield Batch(*mixed(views, targets, facts, teacher, random, settings.mix_up, settings.cut_mix))


def accumulation(rows: int, settings: TrainingSettings) -> int:
    """Parts that a batch is cut into: the same number in all processes, and none without a picture.

    Raises:
        SourceError: there are fewer pictures than processes.
    """
    smallest = rows // max(1, -(-rows // settings.batch_size)) // parallel.processes()
    if smallest == 0:
        raise SourceError(
            f"{rows} pictures an epoch are too few for {parallel.processes()} processes with steps of "
            f"{settings.batch_size}. Give sources of the examples, more pictures, or fewer processes."
        )
    return min(settings.accumulation, smallest)


class _Rows(Dataset[tuple[Tensor, Tensor, Tensor, Tensor]]):
    """Item n: the pictures of step n as they are stored, their targets, facts and teacher's answers."""

    def __init__(self, examples: Examples, parts: list[NDArray[np.int64]]) -> None:
        self.examples, self.parts = examples, parts

    def __len__(self) -> int:
        return len(self.parts)

    def __getitem__(self, number: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        rows, examples = self.parts[number], self.examples
        views, targets, facts, teacher = (
            torch.from_numpy(values[rows])
            for values in (examples.views, examples.targets, examples.facts, examples.teacher)
        )
        return views, targets, facts, teacher
