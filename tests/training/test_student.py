"""Training the student: exact continuation, targets, augmentation, and that it learns."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from hybrid_logo.errors import SourceError
from hybrid_logo.features import NAMES
from hybrid_logo.training import student as module
from hybrid_logo.training.pictures import PictureTable
from hybrid_logo.training.student import (
    StudentSettings,
    augmented,
    predict,
    rows_of_logos,
    soft_targets,
    train_student,
)
from tests.small_release import SIDE, views_of_drawings

SETTINGS = StudentSettings(epochs=4, batch_size=8, threads=1, checkpoint_minutes=0.0)
"""A checkpoint after every epoch."""


def table(logos: int = 5, copies: int = 2) -> PictureTable:
    """``4 * logos`` drawn logos, the types in turn; the copies of one are mirrored."""
    views = views_of_drawings(logos)
    count = len(views)
    labels = np.repeat(np.arange(count) % 4, copies)
    return PictureTable(
        features=np.zeros((count * copies, len(NAMES)), np.float32),
        views=np.stack([view[:, :: 1 - 2 * (copy % 2)] for view in views for copy in range(copies)]),
        logos=np.repeat(np.arange(count), copies),
        copies=np.tile(np.arange(copies), count),
        labels=labels,
        accepted=np.eye(4, dtype=bool)[labels],
        clear=np.ones(count * copies, bool),
    )


@pytest.fixture(scope="module")
def train() -> PictureTable:
    return table()


@pytest.fixture(scope="module")
def straight(train: PictureTable, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    """Four epochs without a stop, and their folder."""
    folder = tmp_path_factory.mktemp("straight")
    return train_student(train, train, SETTINGS, folder), folder


def weights(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    return dict(network.state_dict())


def stop_in_epoch(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupt when that epoch has been computed and nothing of it was stored."""
    whole = module._Run.log

    def log(run: Any, figures: dict[str, float]) -> None:
        if figures["epoch"] == number:
            raise KeyboardInterrupt
        whole(run, figures)

    monkeypatch.setattr(module._Run, "log", log)


@pytest.mark.parametrize("stops", [(3,), (1, 2, 4)])
def test_a_stopped_run_ends_with_the_same_weights(
    stops: tuple[int, ...], train: PictureTable, straight: tuple[Any, Path], tmp_path: Path
) -> None:
    for number in stops:
        with pytest.MonkeyPatch.context() as monkeypatch:
            stop_in_epoch(number, monkeypatch)
            with pytest.raises(KeyboardInterrupt):
                train_student(train, train, SETTINGS, tmp_path)
    ended = train_student(train, train, SETTINGS, tmp_path)
    expected = weights(straight[0])
    assert weights(ended).keys() == expected.keys()
    for name, value in weights(ended).items():
        assert torch.equal(value, expected[name]), name
    assert not ended.training
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3, 4]
    losses = [json.loads(line)["loss"] for line in (straight[1] / "log.jsonl").read_text().splitlines()]
    assert [line["loss"] for line in lines] == losses


def test_a_finished_run_is_not_trained_again(
    train: PictureTable, straight: tuple[Any, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module._Run, "train_epoch", lambda *_: pytest.fail("trained again"))
    again = train_student(train, train, SETTINGS, straight[1])
    for name, value in weights(again).items():
        assert torch.equal(value, weights(straight[0])[name])


@pytest.mark.parametrize("changed", [{"epochs": 5}, {"learning_rate": 1e-3}, {"seed": 2}], ids=str)
def test_a_run_with_other_settings_is_refused(
    changed: dict[str, Any], train: PictureTable, straight: tuple[Any, Path]
) -> None:
    with pytest.raises(SourceError, match=r"other settings\. Give another folder, or delete this one"):
        train_student(train, train, replace(SETTINGS, **changed), straight[1])


def test_another_seed_gives_other_weights(
    train: PictureTable, straight: tuple[Any, Path], tmp_path: Path
) -> None:
    other = train_student(train, train, replace(SETTINGS, seed=2), tmp_path)
    assert not torch.equal(weights(other)["head.weight"], weights(straight[0])["head.weight"])


def test_an_interrupted_write_leaves_the_previous_checkpoint(
    train: PictureTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = replace(SETTINGS, epochs=2)
    whole = torch.save
    saved = 0

    def full_disk(state: Any, path: Path) -> None:
        nonlocal saved
        saved += 1
        if saved == 2:
            path.write_bytes(b"half a checkpoint")
            raise OSError("no space left on device")
        whole(state, path)

    monkeypatch.setattr(torch, "save", full_disk)
    with pytest.raises(OSError, match="no space"):
        train_student(train, train, settings, tmp_path)
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["epoch"] == 1
    train_student(train, train, settings, tmp_path)
    assert torch.load(tmp_path / "checkpoint.pt", weights_only=True)["epoch"] == 2


def test_targets_are_probabilities_that_favour_the_label() -> None:
    labels = np.array([0, 1, 2, 3])
    accepted = np.array([[1, 0, 0, 0], [0, 1, 0, 1], [1, 1, 1, 1], [0, 0, 1, 1]], bool)
    made = replace(table(1, 1), labels=labels, accepted=accepted)
    targets = soft_targets(made, StudentSettings(also_accepted_share=0.3, label_smoothing=0.04))
    assert targets.dtype == np.float32
    assert targets.sum(axis=1) == pytest.approx(np.ones(4))
    assert (targets.argmax(axis=1) == labels).all()
    floor = 0.01
    assert targets == pytest.approx(
        np.array(
            [
                [0.96 + floor, floor, floor, floor],
                [floor, 0.96 * 0.7 + floor, floor, 0.96 * 0.3 + floor],
                [0.96 * 0.1 + floor, 0.96 * 0.1 + floor, 0.96 * 0.7 + floor, 0.96 * 0.1 + floor],
                [floor, floor, 0.96 * 0.3 + floor, 0.96 * 0.7 + floor],
            ]
        ),
        abs=1e-6,
    )


def test_rows_of_each_logo_are_found_in_any_order() -> None:
    made = replace(table(1, 1), logos=np.array([7, 2, 7, 7, 2, 5]))
    assert [sorted(rows.tolist()) for rows in rows_of_logos(made)] == [[1, 4], [5], [0, 2, 3]]


def augment(views: NDArray[np.uint8], seed: int = 0) -> NDArray[np.uint8]:
    return np.asarray(augmented(torch.from_numpy(views), np.random.default_rng(seed)).numpy())


def test_augmentation_keeps_flats_flat_and_invents_no_colour() -> None:
    views = np.zeros((200, 8, 8, 3), np.uint8)
    views[:, :, 3:] = (200, 30, 90)
    changed = augment(views)
    assert (changed.shape, changed.dtype) == (views.shape, np.uint8)
    counts = {len(np.unique(view.reshape(-1, 3), axis=0)) for view in changed}
    assert counts <= {1, 2}
    colors = {tuple(view[0, 0]) for view in changed}
    assert len(colors) > 50  # about half of them are recoloured
    assert sum((view == views[0]).all() for view in changed) > 10  # and some are left alone


def test_augmentation_mirrors_and_turns_and_nothing_else() -> None:
    """Without recolouring only the eight symmetries of the square are left."""
    picture = np.arange(16, dtype=np.uint8).reshape(4, 4)[..., None].repeat(3, axis=2)
    symmetries = [np.rot90(flipped, turn) for flipped in (picture, picture[:, ::-1]) for turn in range(4)]
    seen = set()
    for changed in augment(np.stack([picture] * 300)):
        for number, symmetry in enumerate(symmetries):
            if (changed == symmetry).all():
                seen.add(number)
    assert seen == set(range(8))


def test_augmentation_keeps_ramps_steady() -> None:
    """A steady ramp must not become steps or edges: equal differences, but for rounding and clipping."""
    ramp = np.zeros((100, 16, 16, 3), np.uint8)
    ramp[..., 0] = 60 + 6 * np.arange(16)
    ramp[..., 1] = 100
    ramp[..., 2] = 180 - 4 * np.arange(16)
    compared = 0
    for view in augment(ramp).astype(int):
        along = view if (view[0] != view[0, 0]).any() else view.transpose(1, 0, 2)
        first = np.diff(along[0], axis=0)
        inner = (along[0, 1:] > 0) & (along[0, 1:] < 255) & (along[0, :-1] > 0) & (along[0, :-1] < 255)
        for channel in range(3):
            steps = first[inner[:, channel], channel]
            if len(steps) > 1:
                assert np.ptp(steps) <= 1
                compared += 1
    assert compared > 200


def test_the_same_seed_gives_the_same_augmentation() -> None:
    views = views_of_drawings(2)
    assert (augment(views, 3) == augment(views, 3)).all()
    assert (augment(views, 3) != augment(views, 4)).any()


def test_prediction_is_batched_without_a_trace(straight: tuple[Any, Path], train: PictureTable) -> None:
    network = straight[0]
    whole = predict(network, train.views)
    assert whole.shape == (len(train.views), 4)
    assert predict(network, train.views, batch_size=7) == pytest.approx(whole, abs=1e-4)


def test_it_learns_to_tell_drawn_logos_apart(tmp_path: Path) -> None:
    """Held-out drawings; by chance a quarter of them would be right."""
    train, held = table(24, 1), table(34, 1)
    held = held.rows(np.arange(len(held.labels)) >= 24 * 4)
    assert held.views.shape[1:] == (SIDE, SIDE, 3)
    settings = StudentSettings(epochs=30, batch_size=16, threads=1, average_decay=0.98)
    network = train_student(train, held, settings, tmp_path)
    right = predict(network, held.views).argmax(axis=1) == held.labels
    assert right.mean() > 0.8
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert lines[-1]["loss"] < lines[0]["loss"] / 2
    assert lines[-1]["clean_strict"] == pytest.approx(right.mean(), abs=1e-4)
