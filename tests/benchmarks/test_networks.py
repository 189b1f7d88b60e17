"""Networks of others: how long they learn, what they are shown, and that ONNX answers as PyTorch does."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from hybrid_logo.errors import MissingExtraError, SourceError
from hybrid_logo.image import load_picture
from hybrid_logo.ink import square_view
from hybrid_logo.types import LABELS
from tests.benchmarks.peer_scripts import networks, peer, yolo


@pytest.mark.parametrize(
    ("pictures", "epochs", "passes"), [(60_000, 14, 2.0), (4_408, 1, 2.0), (551, 1, 0.25), (10_000, 2, 2.0)]
)
def test_epochs_are_those_that_show_so_many_pictures(pictures: int, epochs: int, passes: float) -> None:
    settings = networks.Learning(pictures=pictures).settings(2204)
    assert (settings.epochs, dict(settings.sources)) == (epochs, {"labelled": passes})


def test_a_network_sees_normalised_colours_and_nothing_else() -> None:
    seen: list[torch.Tensor] = []

    class Body(nn.Module):
        def forward(self, colors: torch.Tensor) -> torch.Tensor:
            seen.append(colors)
            return colors.mean(dim=(2, 3))

    white_then_black = torch.tensor([255, 0], dtype=torch.uint8).view(2, 1, 1, 1).expand(2, 8, 6, 3)
    logits = networks.ColorNetwork(Body(), nn.Identity())(white_then_black)
    assert seen[0].shape == (2, 3, 8, 6)
    np.testing.assert_allclose(logits[0, 0], (1 - 0.485) / 0.229, rtol=1e-5)
    np.testing.assert_allclose(logits[1, 2], -0.406 / 0.225, rtol=1e-5)


def test_a_network_learns_and_its_onnx_file_answers_as_it_does(pictures: Any, tmp_path: Path) -> None:
    made: list[Any] = []

    def small() -> Any:
        layers = (
            nn.Conv2d(3, 6, 3, stride=4),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )
        made.append(networks.ColorNetwork(nn.Sequential(*layers), nn.Linear(6, len(LABELS))))
        return made[-1]

    learning = networks.Learning(pictures=24, batch_size=8, threads=1, learning_rate=0.05)
    facts = networks.learn(small, learning, pictures, tmp_path, "Small")
    assert facts["pictures_seen"] == 24
    assert facts["parameters"] == pytest.approx(3 * 6 * 9 + 6 + 2 * 6 + 6 * 4 + 4, abs=30)
    path = tmp_path / networks.MODEL
    assert facts["size_mb"] == path.stat().st_size / 1e6

    network = small()
    untrained = network.head.weight.detach().clone()
    network.load_state_dict(torch.load(tmp_path / "checkpoint.pt", weights_only=True)["averaged"])
    assert not torch.equal(untrained, network.head.weight)
    network.eval()
    networks.settle(network, pictures.train.views, learning.seed)
    answer, exported = networks.answering(path), networks.Student(path.read_bytes())
    for data, _ in pictures.train_files(6):
        view = square_view(load_picture(data), pictures.corpus.side)[None]
        logits = network(torch.from_numpy(view)).detach().numpy()
        np.testing.assert_allclose(exported.logits(view), logits, atol=1e-4)
        assert answer(data) == LABELS[int(logits.argmax())]


def test_statistics_are_those_of_the_pictures_and_weights_stay() -> None:
    views = np.random.default_rng(3).integers(0, 256, (40, 8, 8, 3), np.uint8)
    network = networks.ColorNetwork(nn.Sequential(nn.Conv2d(3, 2, 1), nn.BatchNorm2d(2)), nn.Flatten()).eval()
    convolution, norm = network.body
    weight = convolution.weight.detach().clone()
    norm.running_mean.fill_(50.0)
    networks.settle(network, views, seed=1, batch_size=10)
    with torch.no_grad():
        seen = convolution(
            (torch.from_numpy(views).permute(0, 3, 1, 2) / 255 - network.mean) / network.deviation
        )
    np.testing.assert_allclose(norm.running_mean, seen.mean(dim=(0, 2, 3)), rtol=1e-4)
    np.testing.assert_allclose(norm.running_var, seen.var(dim=(0, 2, 3)), rtol=0.05)
    assert torch.equal(weight, convolution.weight)
    assert not network.training


def test_an_onnx_file_that_answers_otherwise_is_refused(
    pictures: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def export(network: Any, side: int, path: Path) -> None:
        path.write_bytes(b"another network")

    monkeypatch.setattr(networks, "export_student", export)
    monkeypatch.setattr(networks, "Student", lambda model: model)
    monkeypatch.setattr(networks, "logits_of", lambda student, views: np.full((len(views), 4), 9.0))

    def made() -> Any:
        body = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        return networks.ColorNetwork(body, nn.Linear(3, len(LABELS)))

    learning = networks.Learning(pictures=12, threads=1)
    with pytest.raises(SourceError, match="does not answer as Small does"):
        networks.learn(made, learning, pictures, tmp_path, "Small")
    assert not (tmp_path / peer.FACTS).exists()


def test_a_finished_network_learns_no_more(
    pictures: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def learned(made: Any, learning: Any, pictures: Any, folder: Path, title: str) -> dict[str, Any]:
        asked.append((learning, title))
        return dict(peer.store_facts(folder, {"pictures_seen": 5, "parameters": 6, "size_mb": 0.5}))

    monkeypatch.setattr(networks, "learn", learned)
    monkeypatch.setattr(networks, "answering", lambda path: path)
    learning = networks.Learning(pictures=5)
    timm = networks.TimmNetwork("Some", "mobilenetv3_small_100", learning)
    for _ in range(2):
        trained = timm.trained(pictures, tmp_path)
        assert (trained.pictures_seen, trained.parameters, trained.size_mb) == (5, 6, 0.5)
    assert asked == [(learning, "Some")]
    assert "random weights" in trained.about
    with pytest.raises(SourceError, match="other settings"):
        networks.TimmNetwork("Some", "efficientnet_b0", learning).trained(pictures, tmp_path)


def test_timm_makes_four_logits_from_colours() -> None:
    network = networks.TimmNetwork("Some", "mobilenetv3_small_050", networks.Learning())._made().eval()
    assert network(torch.zeros((2, 32, 32, 3), dtype=torch.uint8)).shape == (2, len(LABELS))


def test_yolo_is_skipped_where_its_package_is_missing(
    pictures: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ultralytics", None)
    with pytest.raises(MissingExtraError, match=r"AGPL-3\.0.*pip install ultralytics"):
        yolo.Yolo(networks.Learning()).trained(pictures, tmp_path)


def test_of_what_yolo_says_the_logits_are_taken() -> None:
    class Says(nn.Module):
        def forward(self, colors: torch.Tensor) -> Any:
            return colors if self.training else (colors.softmax(1), colors)

    logits = yolo._Logits(Says())
    given = torch.tensor([[1.0, 2.0]])
    assert torch.equal(logits.train()(given), given)
    assert torch.equal(logits.eval()(given), given)
