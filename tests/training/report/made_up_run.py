"""A run's folder as the trainer leaves it, with made-up figures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from hybrid_logo.training.report.record import Learning
from hybrid_logo.types import LABELS

EPOCHS = 10
PARITY = {
    "pictures": 1000, "same_label": 0.995, "largest_gap": 0.1, "mean_gap": 0.01, "correct": 950,
    "reference_correct": 951,
}  # fmt: skip
FIGURES = {"held_out_loss": 0.1, "clean_strict": 0.96, "degraded_strict": 0.94, "degraded_accepted": 0.97}


def healthy_lines(epochs: int = EPOCHS) -> list[dict[str, Any]]:
    """Of a run in which no rule finds anything; every epoch is evaluated."""
    held_out = [0.5, 0.4, 0.32, 0.27, 0.24, 0.22, 0.2, 0.199, 0.1985, 0.1984]
    return [
        {
            "epoch": number + 1, "loss": 2 * loss, "label_loss": 2 * loss, "train_strict": 0.96,
            "learning_rate": 0.001, "pictures_per_second": 100.0 + number, "held_out_loss": loss,
            "clean_strict": 0.95, "clean_accepted": 0.97, "degraded_strict": 0.93,
            "degraded_accepted": 0.96, **{f"strict_{label}": 0.94 for label in LABELS},
        }
        for number, loss in enumerate(held_out[:epochs])
    ]  # fmt: skip


def learning(lines: Sequence[dict[str, Any]] | None = None, **changed: Any) -> Learning:
    made: dict[str, Any] = {"name": "student", "lines": tuple(lines or healthy_lines()), "epochs": EPOCHS}
    return Learning(**made | changed)


def made_up_run(folder: Path, lines: Iterable[dict[str, Any]] | None = None) -> Path:
    """A finished run, but for the exported student."""
    log = "".join(json.dumps(line) + "\n" for line in lines or healthy_lines())
    for place in ("student", "teachers/0-plain", "teachers/1-resnet50d"):
        (folder / place).mkdir(parents=True)
        (folder / place / "log.jsonl").write_text(log, encoding="utf-8")
    members = ["0-plain", "1-resnet50d", "trees"]
    write(
        folder / "teachers" / "teaching.json",
        {
            "members": members,
            "weights": [0.5, 0.3, 0.2],
            "temperatures": [1.5, 1.0, 0.75],
            "figures_on_calibrate": dict.fromkeys((*members, "together"), FIGURES),
            "examples": "",
        },
    )
    write(
        folder / "quantisation.json",
        {"parity_on_calibrate": {"int8": PARITY, "int8-symmetric": PARITY | {"correct": 951}}},
    )
    training = {"epochs": EPOCHS, "patience": 0}
    write(
        folder / "settings.json",
        {
            "corpus": {"seed": 7, "side": 32},
            "calibrate_copies": 2,
            "student": {"training": training},
            "teachers": [{"training": training}, {"training": training | {"epochs": 20, "patience": 3}}],
        },
    )
    return folder


def write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data), encoding="utf-8")
