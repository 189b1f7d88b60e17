"""The loop: one trainer for teachers, students and ablations.

A run that was stopped goes on from its last checkpoint and ends with the same weights as one that was
not: order, augmentation and dropout of a step depend on the seed and the step alone.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from hybrid_logo.errors import SourceError
from hybrid_logo.training.console import tell, tracked
from hybrid_logo.training.examples import Examples
from hybrid_logo.training.learning import parallel
from hybrid_logo.training.learning.batches import Batch, accumulation, batches
from hybrid_logo.training.learning.judging import held_out_figures, predict
from hybrid_logo.training.learning.layers import parameter_groups
from hybrid_logo.training.learning.losses import distillation_loss, facts_loss, label_loss
from hybrid_logo.training.learning.records import Checkpoints, Log
from hybrid_logo.training.learning.schedule import learning_rate_share
from hybrid_logo.training.learning.settings import TrainingSettings
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.sources import storage_errors

__all__ = ["Teacher", "chosen_device", "train"]

Groups = Callable[[nn.Module, TrainingSettings], list[dict[str, Any]]]
OnProgress = Callable[[nn.Module, float], None]
Teacher = Callable[[Batch], Tensor]


def train(
    network: nn.Module,
    examples: Examples,
    held_out: PictureTable,
    settings: TrainingSettings,
    folder: Path,
    title: str = "Student",
    teacher: Teacher | None = None,
    groups: Groups | None = None,
    on_progress: OnProgress | None = None,
) -> nn.Module:
    """Train ``network``, or go on with the run that ``folder`` holds.

    Args:
        network: ``uint8[N, side, side, 3]`` to ``float32[N, 4]`` logits, or to logits and facts
            ``float32[N, len(FACTS)]`` in training mode.
        examples: what is learned from.
        held_out: pictures of another split, for the log and for early stopping.
        settings: must be those of the run in ``folder``, if there is one.
        folder: receives ``checkpoint.pt``, ``log.jsonl`` and ``curves/``.
        title: shown beside the progress bar.
        teacher: batch as it was augmented -> probabilities ``float32[N, 4]``; without it, what
            ``examples.teacher`` holds for the pictures as they were stored.
        groups: parameter groups for the optimiser, each with ``lr``; all parameters by default.
        on_progress: called before every epoch with the share of the run that is behind.

    Returns:
        the network with averaged weights, in evaluation mode, on the processor: the last one, or with
        ``patience`` the one with the lowest loss on ``held_out``.

    Raises:
        SourceError: ``folder`` holds a run with other settings, or cannot be written.
    """
    with storage_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(settings.threads)
    run = _Run(network, examples, settings, folder, teacher, groups)
    log = Log(folder, run.epoch) if parallel.is_first() else None
    saved = time.monotonic()

    def save_now_and_then(force: bool = False) -> None:
        nonlocal saved
        if force or time.monotonic() - saved > 60 * settings.checkpoint_minutes:
            run.save()
            saved = time.monotonic()

    def learn() -> None:
        epochs = range(run.epoch, settings.epochs)
        for epoch in tracked(epochs, len(epochs), title):
            if run.stopped:
                break
            if on_progress is not None:
                on_progress(run.network, epoch / settings.epochs)
            figures = run.train_epoch(save_now_and_then)
            last = run.epoch == settings.epochs
            if run.epoch % settings.evaluate_every == 0 or last:
                figures |= held_out_figures(predict(run.averaged, held_out.views), held_out)
                run.judge(parallel.mean(figures["held_out_loss"], run.device))
            if log is not None:
                log.write({"epoch": run.epoch, **figures})
            save_now_and_then(force=last or run.stopped)

    try:
        learn()
    except KeyboardInterrupt:
        if log is not None:
            tell(f"\n{title} stopped. The same command goes on from the last checkpoint.")
        raise
    if log is not None:
        log.close()
    parallel.barrier()
    return run.result()


class _Run:
    """State of a run: what a checkpoint holds."""

    def __init__(
        self,
        network: nn.Module,
        examples: Examples,
        settings: TrainingSettings,
        folder: Path,
        teacher: Teacher | None,
        groups: Groups | None,
    ) -> None:
        self.settings, self.examples, self.teacher = settings, examples, teacher
        self.device = chosen_device(settings.device)
        self.network = network.to(self.device).to(memory_format=torch.channels_last)
        self.averaged = deepcopy(self.network).eval()
        self.loss = label_loss(settings).to(self.device)
        made = (groups or parameter_groups)(self.network, settings)
        for group in made:
            group["highest"] = group.setdefault("lr", settings.learning_rate)
        self.optimizer = torch.optim.AdamW(made)
        self.step, self.totals = 0, dict[str, float]()
        self.best, self.waited, self.best_state = float("inf"), 0, dict[str, Tensor]()
        self.checkpoints = Checkpoints(folder, settings)
        rows = len(self._rows(0))
        self.steps_an_epoch = -(-rows // settings.batch_size)
        self.accumulation = accumulation(rows, settings)
        self._go_on()
        self.trained: nn.Module = self.network
        if parallel.processes() > 1:
            # Frozen layers, and a head of facts that no loss asks, get no gradient.
            self.trained = DistributedDataParallel(self.network, find_unused_parameters=True)

    @property
    def epoch(self) -> int:
        """Epochs that are behind."""
        return self.step // self.steps_an_epoch

    @property
    def stopped(self) -> bool:
        """Whether patience is at its end."""
        return 0 < self.settings.patience <= self.waited

    def train_epoch(self, after_step: Callable[[], None]) -> dict[str, float]:
        """The rest of the present epoch; its mean losses and shares."""
        self.network.train()
        epoch, began, before = self.epoch, time.monotonic(), self.totals.get("pictures", 0.0)
        for batch in self._batches(epoch):
            self._take_step(batch)
            if self.epoch == epoch:  # the last step is stored with what is found of the epoch
                after_step()
        pictures = (self.totals["pictures"] - before) * parallel.processes()
        totals = parallel.summed_figures(self.totals, self.device)
        self.totals = {}
        counted = totals.pop("pictures")
        labelled = max(1.0, totals.pop("labelled"))
        right = totals.pop("right") / labelled
        rate = self.settings.learning_rate * self._rate_share()
        return {name: value / counted for name, value in totals.items()} | {
            "train_strict": right,
            "learning_rate": rate,
            "pictures_per_second": pictures / (time.monotonic() - began),
        }

    def _take_step(self, batch: Batch) -> None:
        settings = self.settings
        torch.manual_seed((settings.seed * 1_000_003 + self.step) * 64 + parallel.rank())
        share = self._rate_share()
        for group in self.optimizer.param_groups:
            group["lr"] = group["highest"] * share
        self.optimizer.zero_grad(set_to_none=True)
        parts = torch.arange(len(batch.views)).tensor_split(self.accumulation)
        for number, rows in enumerate(parts):
            waits = number + 1 < len(parts) and isinstance(self.trained, DistributedDataParallel)
            held_back = cast(DistributedDataParallel, self.trained).no_sync() if waits else nullcontext()
            with held_back:
                part = Batch(batch.views[rows], batch.targets[rows], batch.facts[rows], batch.teacher[rows])
                loss = self._loss(part) * (len(rows) / len(batch.views))
                loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), settings.clip_norm)
        self.optimizer.step()
        parallel.average_buffers(self.network)
        self._average()
        self.step += 1

    def _loss(self, batch: Batch) -> Tensor:
        settings = self.settings
        with torch.autocast(self.device.type, torch.bfloat16, enabled=settings.precision == "bf16"):
            answer = self.trained(batch.views)
        logits, told = answer if isinstance(answer, tuple) else (answer, None)
        logits = logits.float()
        against_labels = self.loss(logits, batch.targets)
        total = (1.0 - settings.distillation_weight) * against_labels
        parts = {"label_loss": against_labels}
        if settings.distillation_weight:
            teacher = batch.teacher if self.teacher is None else self._asked(batch)
            parts["distillation_loss"] = distillation_loss(logits, teacher, settings.temperature)
            total = total + settings.distillation_weight * parts["distillation_loss"]
        if settings.facts_weight and told is not None:
            parts["facts_loss"] = facts_loss(told.float(), batch.facts)
            total = total + settings.facts_weight * parts["facts_loss"]
        parts["loss"] = total
        self._count(batch, logits.detach(), parts)
        return total

    def _asked(self, batch: Batch) -> Tensor:
        assert self.teacher is not None
        with torch.inference_mode():
            return self.teacher(batch).clone()

    def _count(self, batch: Batch, logits: Tensor, parts: dict[str, Tensor]) -> None:
        labelled = batch.targets.sum(dim=1) > 0
        right = (logits.argmax(dim=1) == batch.targets.argmax(dim=1)) & labelled
        count = len(batch.views)
        counts = {"pictures": count, "labelled": float(labelled.sum()), "right": float(right.sum())}
        sums = {name: float(value.detach()) * count for name, value in parts.items()}
        for name, value in (counts | sums).items():
            self.totals[name] = self.totals.get(name, 0.0) + value

    def _batches(self, epoch: int) -> Iterator[Batch]:
        """What is left of an epoch."""
        done = self.step - epoch * self.steps_an_epoch
        return batches(self.examples, self._rows(epoch), epoch, done, self.settings, self.device)

    def _rows(self, epoch: int) -> NDArray[np.int64]:
        random = np.random.default_rng((self.settings.seed, epoch))
        return self.examples.draw(dict(self.settings.sources), random)

    def _rate_share(self) -> float:
        done = self.step / (self.settings.epochs * self.steps_an_epoch)
        return learning_rate_share(done, self.settings)

    def _average(self) -> None:
        decay = min(self.settings.average_decay, (1 + self.step) / (10 + self.step))
        kept, new = self.averaged.state_dict().values(), self.network.state_dict().values()
        with torch.no_grad():
            for average, value in zip(kept, new, strict=True):
                if average.dtype.is_floating_point:
                    average.lerp_(value, 1 - decay)
                else:
                    average.copy_(value)

    def judge(self, loss: float) -> None:
        """Keep the best weights, and count how long nothing was better."""
        self.waited += 1
        if loss < self.best:
            self.best, self.waited = loss, 0
            if self.settings.patience:
                self.best_state = {name: value.clone() for name, value in self.averaged.state_dict().items()}

    def result(self) -> nn.Module:
        """The network that the run ends with."""
        if self.best_state:
            self.averaged.load_state_dict(self.best_state)
        return self.averaged.to("cpu").eval()

    def save(self) -> None:
        """Write the checkpoint."""
        if parallel.is_first():
            self.checkpoints.save(
                {
                    "step": self.step,
                    "totals": self.totals,
                    "network": self.network.state_dict(),
                    "averaged": self.averaged.state_dict(),
                    "optimizer": self.optimizer.state_dict(),
                    "loss": self.loss.state_dict(),
                    "best": (self.best, self.waited, self.best_state),
                }
            )

    def _go_on(self) -> None:
        state = self.checkpoints.load()
        if state is None:
            return
        self.step, self.totals = state["step"], state["totals"] if parallel.is_first() else {}
        self.network.load_state_dict(state["network"])
        self.averaged.load_state_dict(state["averaged"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.loss.load_state_dict(state["loss"])
        self.best, self.waited, self.best_state = state["best"]


def chosen_device(wanted: str) -> torch.device:
    """``auto``, ``cpu`` or ``cuda`` -> where a run computes.

    Raises:
        SourceError: ``cuda`` is wanted and there is no GPU.
    """
    if wanted == "cuda" and not torch.cuda.is_available():
        raise SourceError("device is cuda, but PyTorch finds no GPU. Set device to cpu or auto.")
    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(wanted, torch.cuda.current_device()) if wanted == "cuda" else torch.device(wanted)
