"""Weights to start from: taken over where they fit, and told clearly where they do not."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
import timm
import torch

from hybrid_logo.errors import MissingExtraError, SourceError
from hybrid_logo.training.learning.given_weights import load_weights, read_weights, store_weights, timm_body
from hybrid_logo.training.learning.teachers import TeacherNetwork, TeacherSettings

SMALL = "mobilenetv3_small_050"


def teacher(
    head: str = "linear", architecture: str = "plain", facts: int = 0, seed: int = 0
) -> TeacherNetwork:
    torch.manual_seed(seed)
    return TeacherNetwork(TeacherSettings(architecture=architecture, head=head), facts)


@pytest.mark.parametrize("wrapped", [False, True], ids=["weights", "checkpoint"])
def test_all_weights_of_the_same_network_are_taken(wrapped: bool, tmp_path: Path) -> None:
    given, network, path = teacher(facts=4), teacher(facts=4, seed=1), tmp_path / "given.pt"
    if wrapped:
        state = {"step": 3, "network": teacher(seed=2).state_dict(), "averaged": given.state_dict()}
        torch.save(state, path)
    else:
        store_weights(given, path)
    assert load_weights(network, path) == []
    for name, value in given.state_dict().items():
        assert torch.equal(network.state_dict()[name], value), name


def test_heads_that_differ_are_left_as_they_are(tmp_path: Path) -> None:
    given, network = teacher("linear", facts=4), teacher("mlp", facts=2, seed=1)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    store_weights(given, tmp_path / "weights.pt")
    left = load_weights(network, tmp_path / "weights.pt")
    assert left == [
        "facts_head.bias", "facts_head.weight", "head.0.bias", "head.0.weight", "head.3.bias", "head.3.weight"
    ]  # fmt: skip
    for name, value in network.state_dict().items():
        expected = before[name] if name in left else given.state_dict()[name]
        assert torch.equal(value, expected), name


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There are no weights at"),
        (b"", "cannot be read"),
        (b"<html>not found</html>", "cannot be read"),
        ({"step": 3}, "holds no weights"),
        ({}, "holds no weights"),
        ([1, 2], "holds no weights"),
        (torch.zeros(3), "holds no weights"),
    ],
    ids=str,
)
def test_a_file_that_holds_no_weights_is_told(content: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "weights.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        torch.save(content, path)
    with pytest.raises(SourceError, match=rf"{message}.* Give the weights\.pt or checkpoint\.pt of a run\."):
        read_weights(path)


def test_weights_of_another_architecture_are_refused_and_change_nothing(tmp_path: Path) -> None:
    store_weights(teacher(), tmp_path / "weights.pt")
    network = teacher(architecture=SMALL)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    with pytest.raises(SourceError, match=r"another architecture .* Give a file of the architecture"):
        load_weights(network, tmp_path / "weights.pt")
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_a_full_disk_leaves_the_previous_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "weights.pt"
    store_weights(teacher(), path)
    before = path.read_bytes()

    def full_disk(state: Any, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "no space left")

    monkeypatch.setattr(torch, "save", full_disk)
    with pytest.raises(SourceError, match="full"):
        store_weights(teacher(seed=1), path)
    assert path.read_bytes() == before


def test_pretrained_weights_that_cannot_be_fetched_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    make = timm.create_model

    def offline(*given: Any, pretrained: bool, **settings: Any) -> Any:
        if pretrained:
            raise ConnectionError("cannot find the requested files")
        return make(*given, pretrained=pretrained, **settings)

    monkeypatch.setattr(timm, "create_model", offline)
    with pytest.raises(SourceError, match=r"cannot be had \(cannot find .* need a network connection .* own"):
        timm_body(SMALL, 5, pretrained=True)
    assert timm_body(SMALL, 5, pretrained=False) is not None


def test_channels_beyond_colors_start_as_copies_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the docstring promises, of timm's own way to widen a first convolution."""
    from timm.models import adapt_input_conv

    weight = torch.randn((8, 3, 3, 3))
    wide = adapt_input_conv(5, weight)
    assert torch.allclose(wide, weight[:, [0, 1, 2, 0, 1]] * 3 / 5)


def test_an_unknown_architecture_is_told() -> None:
    with pytest.raises(SourceError, match=r"knows no architecture 'alexnet-5'\. Give efficientnet_b0"):
        timm_body("alexnet-5", 5, pretrained=False)


def test_timm_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.__import__

    def without_timm(name: str, *given: Any) -> Any:
        if name == "timm":
            raise ImportError(name)
        return whole(name, *given)

    monkeypatch.setattr(builtins, "__import__", without_timm)
    with pytest.raises(MissingExtraError, match=r"hybrid-logo\[train\]"):
        teacher(architecture=SMALL)
    assert teacher() is not None
