"""YOLO11n-cls: trained in a process of its own, the only one that ever loads the package ``ultralytics``.

That package is under the AGPL-3.0. It is no dependency of this project, nothing of it is copied here, and
none of its weights are used: the network is made from the description that the package brings, with random
weights. Importing it also changes settings of PyTorch, NumPy and OpenCV, another reason for the process.
"""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from networks import MODEL, ColorNetwork, Learning, answering, learn
from peer import Trained, load_facts
from split_pictures import SplitPictures
from torch import Tensor, nn

from hybrid_logo.errors import MissingExtraError
from hybrid_logo.types import LABELS

__all__ = ["Yolo"]

PACKAGE = "ultralytics"
DESCRIPTION = "yolo11n-cls.yaml"
NAME = "YOLO11n-cls"


@dataclass(frozen=True, slots=True)
class Yolo:
    """YOLO11n-cls, always from random weights.

    Attributes:
        learning: how long.
    """

    learning: Learning

    def trained(self, pictures: SplitPictures, folder: Path) -> Trained:
        """Train it, or go on from its last checkpoint.

        Raises:
            MissingExtraError: ultralytics is not installed, or not usable.
            SourceError: see ``load_facts``.
        """
        learning = replace(self.learning, init="random")
        facts = load_facts(folder, {**asdict(learning), "data": pictures.fingerprint()})
        if facts is None:
            if find_spec(PACKAGE) is None:
                raise _missing("it is not installed")
            # A copy without the tables: the process reads them from the cache.
            facts = _in_own_process(learning, replace(pictures), folder)
        return Trained(
            name=NAME,
            about=f"{NAME} from random weights, FP32, {pictures.corpus.side} px; AGPL-3.0",
            answer=answering(folder / MODEL),
            **facts,
        )


class _Logits(nn.Module):
    """The network; of what it says outside of training, the logits alone."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, colors: Tensor) -> Tensor:
        said = self.network(colors)
        logits: Tensor = said[1] if isinstance(said, tuple) else said
        return logits


def _in_own_process(learning: Learning, pictures: SplitPictures, folder: Path) -> dict[str, Any]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_learn, learning, pictures, folder).result()


def _learn(learning: Learning, pictures: SplitPictures, folder: Path) -> dict[str, Any]:
    # It would install what it misses, look for updates and write into the user's home.
    os.environ |= {
        "YOLO_AUTOINSTALL": "false",
        "YOLO_OFFLINE": "true",
        "YOLO_VERBOSE": "false",
        "YOLO_CONFIG_DIR": str(folder.resolve()),
    }
    try:
        from ultralytics.nn.tasks import (  # type: ignore[import-not-found,unused-ignore]
            ClassificationModel,
        )
    except ImportError as error:
        raise _missing(f"it cannot be loaded: {error}") from None

    def made() -> ColorNetwork:
        network = ClassificationModel(DESCRIPTION, ch=3, nc=len(LABELS), verbose=False)
        return ColorNetwork(_Logits(network), nn.Identity())

    return learn(made, learning, pictures, folder, NAME)


def _missing(why: str) -> MissingExtraError:
    return MissingExtraError(
        f"{NAME} needs the package {PACKAGE}, and {why}. It is under the AGPL-3.0 and no part of this "
        f"project; whoever accepts that: pip install {PACKAGE}"
    )
