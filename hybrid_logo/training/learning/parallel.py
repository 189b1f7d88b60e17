"""Several processes that learn together: ``torchrun --nproc-per-node N -m hybrid_logo train ...``.

Without torchrun every function here does nothing or stands for one process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

import torch
import torch.distributed as distributed
from torch import Tensor, nn

from hybrid_logo.errors import SourceError

__all__ = [
    "any_says",
    "average_buffers",
    "barrier",
    "is_first",
    "mean",
    "processes",
    "rank",
    "refuse_several",
    "summed",
    "summed_figures",
    "together",
]


LONGEST_WAIT = timedelta(hours=12)
"""The others wait while the first process makes copies or trees."""


def processes() -> int:
    """How many learn together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """This process's number among them, from 0."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def is_first() -> bool:
    """Whether this process writes the files and the log."""
    return rank() == 0


def barrier() -> None:
    """Wait for the others."""
    if distributed.is_initialized():
        distributed.barrier()


@contextmanager
def first_alone() -> Iterator[None]:
    """The first process goes through alone, then the others: it makes what they only read."""
    if not is_first():
        barrier()
    yield
    if is_first():
        barrier()


def summed(values: Tensor) -> Tensor:
    """The sum over all processes."""
    if distributed.is_initialized():
        values = values.clone()
        distributed.all_reduce(values)
    return values


def summed_figures(figures: Mapping[str, float], device: torch.device) -> dict[str, float]:
    """The sums of named numbers over all processes, which must name the same ones."""
    sums = summed(torch.tensor(list(figures.values()), dtype=torch.float64, device=device))
    return dict(zip(figures, sums.tolist(), strict=True))


def mean(value: float, device: torch.device) -> float:
    """The same number for all processes, so that none goes on alone."""
    return summed_figures({"value": value}, device)["value"] / processes()


def any_says(yes: bool) -> bool:
    """Whether one of the processes says yes; all of them must ask."""
    on_gpu = distributed.is_initialized() and distributed.get_backend() == "nccl"
    device = torch.device("cuda" if on_gpu else "cpu")
    return mean(float(yes), device) > 0.0


def refuse_several() -> None:
    """Refuse what several processes would do at once, each as if it were alone.

    Raises:
        SourceError: torchrun started more than one, and they have not joined.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not distributed.is_initialized():
        raise SourceError(
            "torchrun is for two steps: hybrid-logo train teachers and hybrid-logo train student. "
            "Run this one without it."
        )


def average_buffers(network: nn.Module) -> None:
    """Give all processes the mean of their running statistics, which each took from its own pictures."""
    buffers = [buffer for buffer in network.buffers() if buffer.dtype.is_floating_point]
    if not distributed.is_initialized() or not buffers:
        return
    means = summed(torch.cat([buffer.flatten() for buffer in buffers])) / processes()
    for buffer, mean in zip(buffers, means.split([buffer.numel() for buffer in buffers]), strict=True):
        buffer.copy_(mean.view_as(buffer))


@contextmanager
def together() -> Iterator[None]:
    """Join the processes that torchrun started; alone where there is no torchrun."""
    if "WORLD_SIZE" not in os.environ or distributed.is_initialized():
        yield
        return
    backend = "nccl" if torch.cuda.is_available() else "gloo"
    distributed.init_process_group(backend, timeout=LONGEST_WAIT)
    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    try:
        yield
    finally:
        distributed.destroy_process_group()
