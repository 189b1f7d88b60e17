"""The loop: exact continuation, early stopping, and that it learns."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from hybrid_logo.errors import SourceError
from hybrid_logo.training.examples import Examples
from hybrid_logo.training.learning import TrainingSettings, predict, train
from hybrid_logo.training.learning import trainer as module
from hybrid_logo.training.learning.records import read_log
from hybrid_logo.training.pictures import PictureTable
from tests.training.learning.drawn_examples import SETTINGS, Pixels, examples, small_network, table

EVERYTHING = replace(
    SETTINGS,
    loss="adaptive-focal",
    mix_up=0.3,
    cut_mix=0.3,
    facts_weight=0.2,
    accumulation=3,
    schedule="warm-restarts",
    patience=50,
)
"""Whatever has a state that could be lost; 20 drawings make 3 steps an epoch."""


@pytest.fixture(scope="module")
def drawn() -> PictureTable:
    return table()


@pytest.fixture(scope="module")
def learned(drawn: PictureTable) -> Examples:
    return examples(drawn)


@pytest.fixture(scope="module")
def straight(
    drawn: PictureTable, learned: Examples, tmp_path_factory: pytest.TempPathFactory
) -> tuple[nn.Module, Path]:
    """A run without a stop, and its folder."""
    folder = tmp_path_factory.mktemp("straight")
    return train(small_network(), learned, drawn, EVERYTHING, folder), folder


def assert_same_weights(one: nn.Module, other: nn.Module) -> None:
    expected = other.state_dict()
    assert one.state_dict().keys() == expected.keys()
    for name, value in one.state_dict().items():
        assert torch.equal(value, expected[name]), name


def stop(monkeypatch: pytest.MonkeyPatch, place: str, when: Callable[[Any], bool]) -> None:
    """Interrupt before that method of the run, when it is so far."""
    whole = getattr(module._Run, place)

    def stopping(run: Any, *given: Any) -> Any:
        if when(run):
            raise KeyboardInterrupt
        return whole(run, *given)

    monkeypatch.setattr(module._Run, place, stopping)


@pytest.mark.parametrize(
    "stops",
    [
        [("_take_step", 4)],
        [("_take_step", 1), ("_take_step", 2), ("_take_step", 5), ("_take_step", 8)],
        [("judge", 3), ("judge", 6)],
        [("save", 3), ("save", 9)],
    ],
    ids=["middle", "often", "before-judging", "before-the-last-save"],
)
def test_a_stopped_run_ends_with_the_same_weights_and_log(
    stops: list[tuple[str, int]],
    drawn: PictureTable,
    learned: Examples,
    straight: tuple[nn.Module, Path],
    tmp_path: Path,
) -> None:
    for place, step in stops:
        with pytest.MonkeyPatch.context() as monkeypatch:
            stop(monkeypatch, place, lambda run, step=step: run.step == step)
            with pytest.raises(KeyboardInterrupt):
                train(small_network(), learned, drawn, EVERYTHING, tmp_path)
    ended = train(small_network(), learned, drawn, EVERYTHING, tmp_path)
    assert not ended.training
    assert_same_weights(ended, straight[0])

    def lines(folder: Path) -> list[dict[str, Any]]:
        return [line | {"pictures_per_second": 0} for line in read_log(folder / "log.jsonl")]

    assert lines(tmp_path) == lines(straight[1])
    assert [line["epoch"] for line in lines(tmp_path)] == [1, 2, 3]


def test_whoever_stops_a_run_is_told_that_it_goes_on(
    drawn: PictureTable, learned: Examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    stop(monkeypatch, "_take_step", lambda run: run.step == 1)
    with pytest.raises(KeyboardInterrupt):
        train(small_network(), learned, drawn, SETTINGS, tmp_path, title="Teacher")
    assert capsys.readouterr().err == (
        "\nTeacher stopped. The same command goes on from the last checkpoint.\n"
    )


def test_the_log_holds_every_part(straight: tuple[nn.Module, Path]) -> None:
    last = read_log(straight[1] / "log.jsonl")[-1]
    parts = {"loss", "label_loss", "facts_loss", "train_strict", "learning_rate", "pictures_per_second",
             "held_out_loss", "clean_strict", "degraded_accepted", "strict_text"}  # fmt: skip
    assert parts <= last.keys()
    assert last["loss"] == pytest.approx(last["label_loss"] + 0.2 * last["facts_loss"], rel=1e-3)


def test_a_finished_run_is_not_trained_again(
    drawn: PictureTable,
    learned: Examples,
    straight: tuple[nn.Module, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module._Run, "train_epoch", lambda *_: pytest.fail("trained again"))
    assert_same_weights(train(small_network(), learned, drawn, EVERYTHING, straight[1]), straight[0])


def test_another_seed_gives_other_weights(
    drawn: PictureTable, learned: Examples, straight: tuple[nn.Module, Path], tmp_path: Path
) -> None:
    other = train(small_network(), learned, drawn, replace(EVERYTHING, seed=2), tmp_path)
    assert not torch.equal(other.state_dict()["head.weight"], straight[0].state_dict()["head.weight"])


@pytest.mark.parametrize("accumulation", [2, 3, 5, 100])
def test_parts_of_a_batch_add_up_to_the_batch(
    accumulation: int, drawn: PictureTable, learned: Examples, tmp_path: Path
) -> None:
    """Without batch normalisation and dropout, which see the parts."""

    def ended(parts: int) -> Tensor:
        network = nn.Sequential(Pixels(), nn.Linear(32 * 32 * 3, 4))
        torch.nn.init.normal_(network[1].weight, std=0.01, generator=torch.Generator().manual_seed(0))
        torch.nn.init.zeros_(network[1].bias)
        settings = replace(SETTINGS, epochs=1, accumulation=parts, learning_rate=1e-4)
        return train(network, learned, drawn, settings, tmp_path / str(parts)).state_dict()["1.weight"]

    assert torch.allclose(ended(accumulation), ended(1), atol=2e-6)


def test_patience_stops_a_run_and_keeps_its_best_weights(
    drawn: PictureTable, learned: Examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    losses = iter([3.0, 1.0, 2.0, 1.5, 0.1])
    seen: list[Tensor] = []

    def figures(*_: Any) -> dict[str, float]:
        return {"held_out_loss": next(losses)}

    whole = module.predict

    def watched(network: nn.Module, *given: Any) -> Any:
        seen.append(network.state_dict()["head.weight"].clone())
        return whole(network, *given)

    monkeypatch.setattr(module, "held_out_figures", figures)
    monkeypatch.setattr(module, "predict", watched)
    settings = replace(SETTINGS, epochs=10, patience=2)
    ended = train(small_network(), learned, drawn, settings, tmp_path)
    assert len(read_log(tmp_path / "log.jsonl")) == 4
    assert torch.equal(ended.state_dict()["head.weight"], seen[1])
    again = train(small_network(), learned, drawn, settings, tmp_path)
    assert_same_weights(again, ended)
    assert len(seen) == 4  # it stays stopped


def test_steps_are_even_and_see_every_drawing(drawn: PictureTable, learned: Examples) -> None:
    """A last step of a single picture would be noise, and too little for a batch normalisation."""
    settings = replace(SETTINGS, batch_size=19)
    rows = np.arange(20)
    sizes = [len(batch.views) for batch in module.batches(learned, rows, 0, 0, settings, torch.device("cpu"))]
    assert sizes == [10, 10]
    left = [len(batch.views) for batch in module.batches(learned, rows, 0, 1, settings, torch.device("cpu"))]
    assert left == [10]


def test_sources_without_a_picture_are_refused(
    drawn: PictureTable, learned: Examples, tmp_path: Path
) -> None:
    with pytest.raises(SourceError, match="0 pictures an epoch are too few"):
        train(small_network(), learned, drawn, replace(SETTINGS, sources=(("icons", 1.0),)), tmp_path)


def test_a_folder_that_cannot_be_written_is_told(
    drawn: PictureTable, learned: Examples, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SourceError, match="cannot be written"):
        train(small_network(), learned, drawn, SETTINGS, tmp_path / "file")


def test_cuda_without_a_gpu_is_refused(
    drawn: PictureTable, learned: Examples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SourceError, match="PyTorch finds no GPU"):
        train(small_network(), learned, drawn, replace(SETTINGS, device="cuda"), tmp_path)


@pytest.mark.parametrize("live", [True, False], ids=["same-view", "stored"])
def test_a_student_learns_from_a_teacher_alone(
    live: bool, drawn: PictureTable, learned: Examples, tmp_path: Path
) -> None:
    """The teacher calls everything type 2, against the labels."""
    answers = torch.tensor([0.02, 0.02, 0.94, 0.02])
    taught = learned.taught(answers.repeat(len(drawn.labels), 1).numpy())
    settings = replace(
        SETTINGS, epochs=12, distillation_weight=1.0, average_decay=0.5, learning_rate=1e-2, precision="bf16"
    )
    ended = train(
        small_network(),
        learned if live else taught,
        drawn,
        settings,
        tmp_path,
        teacher=(lambda batch: answers.repeat(len(batch.views), 1)) if live else None,
    )
    assert (predict(ended, drawn.views).argmax(axis=1) == 2).all()


def test_progress_is_told_before_every_epoch(drawn: PictureTable, learned: Examples, tmp_path: Path) -> None:
    told: list[float] = []
    train(small_network(), learned, drawn, SETTINGS, tmp_path, on_progress=lambda _, done: told.append(done))
    assert told == pytest.approx([0, 1 / 3, 2 / 3])


def test_groups_keep_their_own_learning_rate(drawn: PictureTable, learned: Examples, tmp_path: Path) -> None:
    """A group with a rate of 0 stays as it was, through a stop as well."""
    network = small_network()
    before = network.head.weight.detach().clone()

    def groups(network: Any, settings: TrainingSettings) -> list[dict[str, Any]]:
        return [
            {"params": list(network.body.parameters())},
            {"params": [*network.head.parameters(), *network.facts_head.parameters()], "lr": 0.0},
        ]

    with pytest.MonkeyPatch.context() as monkeypatch:
        stop(monkeypatch, "_take_step", lambda run: run.step == 4)
        with pytest.raises(KeyboardInterrupt):
            train(small_network(), learned, drawn, SETTINGS, tmp_path, groups=groups)
    ended: Any = train(network, learned, drawn, SETTINGS, tmp_path, groups=groups)
    assert torch.equal(ended.head.weight, before)
    assert not torch.equal(ended.body[0].weight, small_network().body[0].weight)


def test_it_learns_to_tell_drawn_logos_apart(tmp_path: Path) -> None:
    """Held-out drawings; by chance a quarter of them would be right."""
    drawn = table(34, 1)
    held = drawn.rows(drawn.logos >= 24 * 4)
    settings = replace(SETTINGS, epochs=30, batch_size=16, average_decay=0.98, checkpoint_minutes=9,
                       evaluate_every=30)  # fmt: skip
    network = small_network(widths=(16, 24, 32, 48), depths=(1, 1, 2, 1))
    network = train(network, examples(drawn.rows(drawn.logos < 24 * 4)), held, settings, tmp_path)
    right = predict(network, held.views).argmax(axis=1) == held.labels
    assert right.mean() > 0.8
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert lines[-1]["loss"] < lines[0]["loss"] / 2
    assert lines[-1]["clean_strict"] == pytest.approx(right.mean(), abs=1e-4)
