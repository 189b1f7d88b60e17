"""What a run leaves in its folder: a log for programs, curves for TensorBoard, and checkpoints."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor

from hybrid_logo.errors import SourceError
from hybrid_logo.training.console import tracked
from hybrid_logo.training.learning.settings import OF_THE_MACHINE, TrainingSettings
from hybrid_logo.training.sources import storage_errors

__all__ = ["Checkpoints", "Log", "measured_once", "mended_log", "read_log"]

Item = TypeVar("Item")


class Log:
    """One JSON line an epoch, and the same figures for TensorBoard.

    Args:
        folder: receives ``log.jsonl`` and ``curves/``.
        epoch: epochs done; lines of later ones, left by a run that was killed, are dropped.
    """

    def __init__(self, folder: Path, epoch: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.path = folder / "log.jsonl"
        with storage_errors(folder):
            kept = [line for line in read_log(self.path) if line["epoch"] <= epoch]
            unfinished = self.path.with_suffix(".tmp")
            unfinished.write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")
            unfinished.replace(self.path)
            self.curves = SummaryWriter(str(folder / "curves"), purge_step=epoch + 1)

    def write(self, figures: Mapping[str, float]) -> None:
        """Add one epoch."""
        tidy = {name: _rounded(value) for name, value in figures.items()}
        with storage_errors(self.path.parent):
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(tidy) + "\n")
            for name, value in figures.items():
                if name != "epoch":
                    self.curves.add_scalar(name, value, int(figures["epoch"]))
            self.curves.flush()

    def close(self) -> None:
        """Write what TensorBoard has not been given yet."""
        with storage_errors(self.path.parent):
            self.curves.close()


class Checkpoints:
    """The state of a run in one file; an interruption while it is written leaves the previous one."""

    def __init__(self, folder: Path, settings: TrainingSettings) -> None:
        self.path, self.settings = folder / "checkpoint.pt", settings

    def save(self, state: Mapping[str, Any]) -> None:
        """Replace the checkpoint.

        Raises:
            SourceError: the disk is full or cannot be written.
        """
        unfinished = self.path.with_suffix(".tmp")
        with storage_errors(self.path.parent):
            try:
                torch.save({"settings": _plain(self.settings), **state}, unfinished)
            except RuntimeError as error:  # torch reports a full disk in its own words
                raise OSError(str(error)) from error
            unfinished.replace(self.path)

    def load(self) -> dict[str, Any] | None:
        """The state, or None where there is none.

        Raises:
            SourceError: the file is damaged or belongs to a run with other settings.
        """
        if not self.path.is_file():
            return None
        try:
            state: dict[str, Any] = torch.load(self.path, weights_only=True, map_location="cpu")
            settings = state.pop("settings")
        except Exception as error:
            raise SourceError(
                f"{self.path} cannot be read ({type(error).__name__}). Delete it to start again."
            ) from error
        changed = [name for name, value in _plain(self.settings).items() if settings.get(name) != value]
        if changed:
            raise SourceError(
                f"{self.path} belongs to a run with other settings ({', '.join(changed)}). "
                "Give another folder, or delete this one to start again."
            )
        return state

    def weights(self) -> dict[str, Tensor] | None:
        """The weights that the run ends with, or None where there is no run.

        Raises:
            SourceError: see :meth:`load`.
        """
        state = self.load()
        return None if state is None else state["best"][-1] or state["averaged"]


def read_log(path: Path) -> list[dict[str, Any]]:
    """The lines of a log; a last line that was cut off is left out."""
    lines = []
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                lines.append(dict(json.loads(line)))
            except (ValueError, TypeError):
                break
    return lines


def mended_log(path: Path) -> list[dict[str, Any]]:
    """The lines of a log that is gone on with; what was cut off is taken out of the file.

    Raises:
        SourceError: the folder cannot be written.
    """
    rows = read_log(path)
    with storage_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".tmp")
        unfinished.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        unfinished.replace(path)
    return rows


def measured_once(
    path: Path, wanted: Mapping[str, Item], measure: Callable[[Item], Mapping[str, Any]], title: str
) -> list[dict[str, Any]]:
    """A row for each key, in their order; what the log holds is not measured again.

    Args:
        path: the log; receives each new row as soon as it is there.
        wanted: key -> what ``measure`` is asked for.
        measure: gives a row, JSON-ready; ``key`` is added to it.
        title: shown beside the progress bar.

    Raises:
        SourceError: the folder cannot be written.
    """
    rows = {row["key"]: row for row in mended_log(path)}
    missing = [key for key in wanted if key not in rows]
    for key in tracked(missing, len(missing), title):
        rows[key] = {"key": key, **measure(wanted[key])}
        with storage_errors(path.parent), path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(rows[key]) + "\n")
    return [rows[key] for key in wanted]


def _plain(settings: TrainingSettings) -> dict[str, Any]:
    """As JSON would have it, but for what may change."""
    values = json.loads(json.dumps(asdict(settings)))
    return {name: value for name, value in values.items() if name not in OF_THE_MACHINE}


def _rounded(value: float) -> float:
    return value if isinstance(value, int) or not math.isfinite(value) else float(f"{value:.5g}")
