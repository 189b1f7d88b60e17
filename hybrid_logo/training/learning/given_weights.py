"""Weights that a teacher starts from: a file of an earlier run, or what timm fetches."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor, nn

from hybrid_logo.errors import MissingExtraError, SourceError
from hybrid_logo.training.sources import storage_errors

__all__ = ["load_weights", "read_weights", "store_weights", "timm_body"]

HEADS = ("head.", "facts_head.")


def timm_body(architecture: str, channels: int, pretrained: bool) -> nn.Module:
    """A network of timm without its last layer: ``float32[N, channels, H, W]`` to ``float32[N, C]``.

    With ``pretrained`` its weights come from the network, once; timm keeps them. They were made for red,
    green and blue: in the first convolution every further channel starts as a copy of red, green, blue in
    turn, and all are scaled by 3 / channels so that the sums stay as large as they were.

    Raises:
        MissingExtraError: timm is not installed.
        SourceError: timm does not know the architecture, or the weights cannot be had.
    """
    timm = _timm()
    if not timm.is_model(architecture):
        raise SourceError(
            f"timm knows no architecture {architecture!r}. Give efficientnet_b0, mobilenetv3_large_100, "
            "resnet50d, another name of timm.list_models(), or plain."
        )
    try:
        body: nn.Module = timm.create_model(
            architecture, pretrained=pretrained, in_chans=channels, num_classes=0
        )
    except Exception as error:  # each way to be offline has an error of its own
        if not pretrained:
            raise SourceError(f"timm cannot make {architecture} ({error}). Give another one.") from error
        raise SourceError(
            f"The pretrained weights of {architecture} cannot be had ({error}). They need a network "
            "connection when they are first used. Connect, or give the file of your own weights, or give "
            "no weights to start from random ones."
        ) from error
    return body


def store_weights(network: nn.Module, path: Path) -> None:
    """Write the weights alone; an interruption leaves the previous file.

    Raises:
        SourceError: the disk is full or cannot be written.
    """
    unfinished = path.with_suffix(".tmp")
    with storage_errors(path.parent):
        try:
            torch.save(network.state_dict(), unfinished)
        except RuntimeError as error:  # torch reports a full disk in its own words
            raise OSError(str(error)) from error
        unfinished.replace(path)


def load_weights(network: nn.Module, path: Path) -> list[str]:
    """Copy the weights of an earlier run into ``network``.

    Args:
        network: of the same architecture; its heads may be others.
        path: ``weights.pt``, or a ``checkpoint.pt``, of which the averaged weights are taken.

    Returns:
        names of the heads' weights that were left as they are: the file lacks them, or their shapes differ.

    Raises:
        SourceError: the file is missing, damaged, no file of weights, or of another architecture.
    """
    given, own = read_weights(path), network.state_dict()
    wrong = own.keys() ^ given.keys() | {
        name for name in own.keys() & given.keys() if own[name].shape != given[name].shape
    }
    body = sorted(name for name in wrong if not name.startswith(HEADS))
    if body:
        raise SourceError(
            f"{path} holds weights of another architecture ({len(body)} differ, first {body[0]}). "
            "Give a file of the architecture that is trained, or give no weights."
        )
    network.load_state_dict({name: value for name, value in given.items() if name not in wrong}, strict=False)
    return sorted(wrong & own.keys())


def read_weights(path: Path) -> dict[str, Tensor]:
    """Parameter name -> value.

    Raises:
        SourceError: the file is missing, damaged or no file of weights.
    """
    if not path.is_file():
        raise SourceError(f"There are no weights at {path}. Give the weights.pt or checkpoint.pt of a run.")
    try:
        read = torch.load(path, weights_only=True, map_location="cpu")
    except Exception as error:  # whatever a file that is none makes torch say
        raise SourceError(
            f"{path} cannot be read ({type(error).__name__}). Give the weights.pt or checkpoint.pt of a run."
        ) from error
    state = read.get("averaged", read) if isinstance(read, dict) else None
    if not (isinstance(state, dict) and state and all(isinstance(value, Tensor) for value in state.values())):
        raise SourceError(f"{path} holds no weights. Give the weights.pt or checkpoint.pt of a run.")
    return state


def _timm() -> ModuleType:
    try:
        import timm
    except ImportError as error:
        raise MissingExtraError(
            "timm is needed for this architecture. Install it with: pip install 'hybrid-logo[train]', or "
            "give the architecture plain."
        ) from error
    return timm
