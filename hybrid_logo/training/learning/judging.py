"""What a network says of pictures, and how good it is."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.types import LABELS

__all__ = ["held_out_figures", "predict"]


def predict(network: nn.Module, views: NDArray[np.uint8], batch_size: int = 256) -> NDArray[np.float32]:
    """Logits of ``uint8[n, side, side, 3]`` as ``float32[n, 4]``."""
    network.eval()
    device = next(network.parameters()).device
    with torch.inference_mode():
        parts = [
            network(torch.from_numpy(views[start : start + batch_size]).to(device)).float().cpu().numpy()
            for start in range(0, len(views), batch_size)
        ]
    return np.concatenate(parts)


def held_out_figures(logits: NDArray[np.float32], table: PictureTable) -> dict[str, float]:
    """Loss, strict and accepted accuracy by clean and degraded copies, and strict accuracy of each type."""
    answers = logits.argmax(axis=1)
    strict = answers == table.labels
    accepted = table.accepted[np.arange(len(answers)), answers]
    loss = nn.functional.cross_entropy(torch.from_numpy(logits), torch.from_numpy(table.labels))
    figures = {"held_out_loss": float(loss)}
    for name, chosen in (("clean", table.copies == 0), ("degraded", table.copies > 0)):
        if chosen.any():
            figures[f"{name}_strict"] = float(strict[chosen].mean())
            figures[f"{name}_accepted"] = float(accepted[chosen].mean())
    for number, label in enumerate(LABELS):
        if (table.labels == number).any():
            figures[f"strict_{label.value}"] = float(strict[table.labels == number].mean())
    return figures
