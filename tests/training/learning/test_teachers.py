"""Teachers: shapes, heads, settings, and runs that can be loaded and are not mixed up."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from hybrid_logo.errors import SourceError
from hybrid_logo.training.examples import FACTS
from hybrid_logo.training.learning import predict
from hybrid_logo.training.learning.given_weights import store_weights
from hybrid_logo.training.learning.teachers import (
    ARCHITECTURES,
    HEADS,
    TeacherNetwork,
    TeacherSettings,
    load_teacher,
    train_teacher,
)
from hybrid_logo.training.network import StudentNetwork
from tests.training.learning.drawn_examples import SETTINGS, examples, table

SMALL = "mobilenetv3_small_050"
BRIEF = TeacherSettings(architecture="plain", training=replace(SETTINGS, epochs=2, facts_weight=0.1))


@pytest.mark.parametrize("architecture", ["plain", SMALL])
@pytest.mark.parametrize("head", HEADS)
def test_logits_and_in_training_facts(architecture: str, head: str) -> None:
    network = TeacherNetwork(TeacherSettings(architecture=architecture, head=head), facts=len(FACTS))
    views = torch.zeros((3, 32, 32, 3), dtype=torch.uint8)
    logits, facts = network.train()(views)
    assert (logits.shape, facts.shape) == ((3, 4), (3, len(FACTS)))
    assert network.eval()(views).shape == (3, 4)
    assert TeacherNetwork(TeacherSettings(architecture="plain", head=head)).train()(views).shape == (3, 4)


def test_a_timm_body_sees_colors_and_both_maps() -> None:
    network = TeacherNetwork(TeacherSettings(architecture=SMALL)).eval()
    assert network.body.conv_stem.in_channels == 5
    faint = torch.full((1, 32, 32, 3), 100, dtype=torch.uint8)
    faint[:, 16:] += 1
    maps = network.maps(torch.cat([faint, faint.flip(1)]))
    assert maps[0, 3:].max() > 0.1


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_answers(architecture: str) -> None:
    network = TeacherNetwork(TeacherSettings(architecture=architecture)).eval()
    with torch.inference_mode():
        assert network(torch.zeros((2, 64, 64, 3), dtype=torch.uint8)).shape == (2, 4)


def test_a_plain_teacher_is_larger_than_the_student() -> None:
    networks = TeacherNetwork(TeacherSettings(architecture="plain")), StudentNetwork()
    sizes = [sum(parameter.numel() for parameter in network.parameters()) for network in networks]
    assert sizes[0] > 2 * sizes[1]


@pytest.mark.parametrize(
    ("name", "value"),
    [("head", "cubic"), ("layer_decay", 0.0), ("layer_decay", 1.5), ("dropout", 1.0), ("dropout", -0.1)],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(SourceError, match=name):
        TeacherSettings(**{name: value})


def test_plain_has_no_pretrained_weights() -> None:
    with pytest.raises(SourceError, match="no pretrained weights of plain"):
        TeacherSettings(architecture="plain", init="pretrained")


def test_a_trained_teacher_is_loaded_again(tmp_path: Path) -> None:
    drawn = table()
    trained = train_teacher(BRIEF, examples(drawn), drawn, tmp_path)
    loaded = load_teacher(tmp_path)
    assert not loaded.training
    assert predict(loaded, drawn.views) == pytest.approx(predict(trained, drawn.views), abs=1e-5)
    again = train_teacher(BRIEF, examples(drawn), drawn, tmp_path)  # has ended: comes back as it was
    assert predict(again, drawn.views) == pytest.approx(predict(trained, drawn.views), abs=1e-5)


@pytest.mark.parametrize("changed", [{"architecture": SMALL}, {"head": "mlp"}, {"layer_decay": 0.5}], ids=str)
def test_another_teacher_is_not_mixed_into_a_folder(changed: dict[str, Any], tmp_path: Path) -> None:
    drawn = table(2)
    brief = replace(BRIEF, training=replace(BRIEF.training, epochs=1))
    train_teacher(brief, examples(drawn), drawn, tmp_path)
    kept = (tmp_path / "weights.pt").read_bytes()
    with pytest.raises(SourceError, match=r"another teacher\. Give another folder"):
        train_teacher(replace(brief, **changed), examples(drawn), drawn, tmp_path)
    assert (tmp_path / "weights.pt").read_bytes() == kept


def test_given_weights_are_where_a_run_starts(tmp_path: Path) -> None:
    """With a learning rate of next to nothing, the body ends where it started."""
    drawn = table(2)
    torch.manual_seed(9)
    given = TeacherNetwork(BRIEF)
    store_weights(given, tmp_path / "given.pt")
    training = replace(BRIEF.training, epochs=1, learning_rate=1e-12, average_decay=0.0)
    settings = replace(BRIEF, init=str(tmp_path / "given.pt"), head="batch-norm-mlp", training=training)
    trained = train_teacher(settings, examples(drawn), drawn, tmp_path / "run")
    for name, value in given.body.state_dict().items():
        assert torch.allclose(trained.body.state_dict()[name], value, atol=1e-6), name


def test_given_weights_that_are_missing_are_told_and_leave_no_run(tmp_path: Path) -> None:
    drawn = table(1)
    settings = replace(BRIEF, init=str(tmp_path / "missing.pt"))
    with pytest.raises(SourceError, match="There are no weights at"):
        train_teacher(settings, examples(drawn), drawn, tmp_path / "run")
    train_teacher(replace(BRIEF, training=replace(BRIEF.training, epochs=1)), examples(drawn), drawn,
                  tmp_path / "run")  # fmt: skip


@pytest.mark.parametrize("damage", [None, "{", '{"facts": 4, "color": "red"}', "[]", "{}"])
def test_a_folder_without_a_teacher_is_told(damage: str | None, tmp_path: Path) -> None:
    if damage is not None:
        (tmp_path / "teacher.json").write_text(damage)
    with pytest.raises(SourceError, match=r"holds no teacher .* Train one into it\."):
        load_teacher(tmp_path)


def test_a_run_that_has_not_ended_is_no_teacher(tmp_path: Path) -> None:
    drawn = table(1)
    train_teacher(BRIEF, examples(drawn), drawn, tmp_path)
    (tmp_path / "weights.pt").unlink()
    with pytest.raises(SourceError, match="There are no weights"):
        load_teacher(tmp_path)


def test_the_seed_decides_the_teacher(tmp_path: Path) -> None:
    drawn = table(2)
    answers = []
    for number, seed in enumerate((1, 1, 2)):
        torch.manual_seed(100 + number)  # whatever ran before
        settings = replace(BRIEF, training=replace(BRIEF.training, epochs=1, seed=seed))
        network = train_teacher(settings, examples(drawn), drawn, tmp_path / str(number))
        answers.append(predict(network, drawn.views))
    assert np.array_equal(answers[0], answers[1])
    assert not np.allclose(answers[0], answers[2])
