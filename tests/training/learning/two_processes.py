"""Run by torchrun in ``test_parallel.py``: each process writes the weights that it ends with."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from torch import nn

from hybrid_logo.training.learning import parallel, train
from hybrid_logo.training.learning.layers import layer_groups, unfreeze
from hybrid_logo.training.learning.teachers import TeacherNetwork, TeacherSettings
from tests.training.learning.drawn_examples import SETTINGS, Pixels, examples, table

SETTINGS = replace(SETTINGS, batch_size=10, recolor=0.0)


def train_linear(folder: Path) -> nn.Module:
    """Pictures that look the same mirrored and turned, so that augmentation is the same everywhere."""
    drawn = table()
    views = drawn.views
    for symmetric in (views[:, ::-1], views[:, :, ::-1], views.transpose(0, 2, 1, 3)):
        views = np.minimum(views, symmetric)
    views = np.minimum(views, views[:, ::-1])
    drawn = replace(drawn, views=np.ascontiguousarray(np.minimum(views, views[:, :, ::-1])))
    torch.manual_seed(1)
    network = nn.Sequential(Pixels(), nn.Linear(32 * 32 * 3, 4))
    return train(network, examples(drawn), drawn, SETTINGS, folder)


def train_freezing(folder: Path) -> nn.Module:
    """Everything that could set the processes apart: statistics, dropout, frozen layers, patience."""
    drawn = table()
    torch.manual_seed(1)
    settings = replace(
        SETTINGS, epochs=4, loss="adaptive-focal", facts_weight=0.1, patience=1, accumulation=2, mix_up=0.5
    )
    network = TeacherNetwork(TeacherSettings(architecture="plain", head="batch-norm-mlp"), facts=4)
    return train(
        network, examples(drawn), drawn, settings, folder, groups=layer_groups(0.8), on_progress=unfreeze
    )


def make_or_read(path: Path) -> None:
    """The other process must not look before it is made."""
    if parallel.is_first():
        time.sleep(1.0)
        path.write_text("here", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == "here"


if __name__ == "__main__":
    out = Path(sys.argv[1])
    with parallel.together():
        with parallel.first_alone():
            make_or_read(out / "made once")
        for way in (train_linear, train_freezing):
            trained = way(out / way.__name__)
            torch.save(trained.state_dict(), out / f"{way.__name__}-{parallel.rank()}.pt")
        says = (parallel.any_says(parallel.rank() == 1), parallel.any_says(False))
        (out / f"says-{parallel.rank()}").write_text(" ".join(map(str, says)), encoding="utf-8")
