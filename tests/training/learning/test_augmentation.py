"""What is done to views changes no type, and mixed pictures have exact targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from hybrid_logo.training.learning.augmentation import GRADIENT, augmented, mixed
from tests.small_release import views_of_drawings


def augment(views: NDArray[np.uint8], seed: int = 0, recolor: float = 0.5) -> NDArray[np.uint8]:
    return np.asarray(augmented(torch.from_numpy(views), np.random.default_rng(seed), recolor).numpy())


def test_augmentation_keeps_flats_flat_and_invents_no_color() -> None:
    views = np.zeros((200, 8, 8, 3), np.uint8)
    views[:, :, 3:] = (200, 30, 90)
    changed = augment(views)
    assert (changed.shape, changed.dtype) == (views.shape, np.uint8)
    assert {len(np.unique(view.reshape(-1, 3), axis=0)) for view in changed} <= {1, 2}
    assert len({tuple(view[0, 0]) for view in changed}) > 50  # about half of them are recoloured
    assert sum((view == views[0]).all() for view in changed) > 10  # and some are left alone


def test_augmentation_mirrors_and_turns_and_nothing_else() -> None:
    """Without recolouring only the eight symmetries of the square are left."""
    picture = np.arange(16, dtype=np.uint8).reshape(4, 4)[..., None].repeat(3, axis=2)
    symmetries = [np.rot90(flipped, turn) for flipped in (picture, picture[:, ::-1]) for turn in range(4)]
    seen = [
        [number for number, symmetry in enumerate(symmetries) if (changed == symmetry).all()]
        for changed in augment(np.stack([picture] * 300), recolor=0.0)
    ]
    assert all(len(found) == 1 for found in seen)
    assert {found[0] for found in seen} == set(range(8))


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


def flat_batch(count: int = 32) -> dict[str, Any]:
    """Picture n is flat in a level of its own; half of the pictures have a label other than gradient."""
    levels = torch.arange(count, dtype=torch.uint8) * 8
    places = torch.arange(count)
    targets = torch.eye(4)[places % 4]
    targets[places >= count // 2] = 0
    teacher = torch.eye(4)[(places + 1) % 4]
    teacher[::8] = 0
    facts = torch.full((count, 2), 0.5)
    views = levels[:, None, None, None].expand(count, 16, 16, 3).contiguous()
    return {"views": views, "targets": targets, "facts": facts, "teacher": teacher}


def mix(batch: dict[str, Any], seed: int = 0, mix_up: float = 0.0, cut_mix: float = 0.0) -> list[Tensor]:
    return list(mixed(**batch, random=np.random.default_rng(seed), mix_up=mix_up, cut_mix=cut_mix))


@pytest.mark.parametrize("way", [{"mix_up": 1.0}, {"cut_mix": 1.0}], ids=str)
@pytest.mark.parametrize("seed", range(6))
def test_ramps_and_unlabelled_pictures_keep_to_themselves(way: dict[str, float], seed: int) -> None:
    batch = flat_batch()
    views, targets, facts, teacher = mix(batch, seed, **way)
    kept = (batch["targets"][:, GRADIENT] > 0.1) | (batch["targets"].sum(dim=1) == 0)
    assert 16 < kept.sum() < 32
    for found, name in ((views, "views"), (targets, "targets"), (facts, "facts"), (teacher, "teacher")):
        assert torch.equal(found[kept], batch[name][kept]), name
    assert (targets[~kept, GRADIENT] == 0).all()  # nor does another picture get a share of a ramp
    assert targets.sum(dim=1)[~kept] == pytest.approx(1.0)


def test_targets_are_the_exact_shares_of_the_pixels() -> None:
    """Each type is a flat level of its own, so that the pixels tell how much of it is in the result."""
    levels = torch.tensor([10, 250], dtype=torch.uint8)
    types = torch.arange(16) % 2
    targets = torch.eye(4)[types]
    views = levels[types][:, None, None, None].expand(16, 16, 16, 3).contiguous()
    batch = {"views": views, "targets": targets, "facts": torch.zeros((16, 1)), "teacher": targets.clone()}
    shares = set()
    for way in ({"mix_up": 1.0}, {"cut_mix": 1.0}):
        for seed in range(10):
            changed, found, facts, teacher = mix(batch, seed, **way)
            share = (changed.double().mean(dim=(1, 2, 3)) - 10) / 240
            assert found[:, 1].double() == pytest.approx(share, abs=0.51 / 240)
            assert found[:, 0] + found[:, 1] == pytest.approx(1.0)
            assert torch.allclose(teacher, found)
            assert facts.isnan()[(found[:, 1] > 0) & (found[:, 1] < 1)].all()
            shares |= {round(value, 3) for value in found[:, 1].tolist()}
    assert len(shares) > 20


def test_a_pair_of_which_one_was_not_asked_has_no_teacher() -> None:
    batch = flat_batch()
    _, _, facts, teacher = mix(batch, 1, mix_up=1.0)
    changed = facts[:, 0].isnan()
    sums = teacher[changed].sum(dim=1)
    assert set(sums.round(decimals=3).tolist()) == {0.0, 1.0}


def test_only_some_batches_are_mixed_and_the_given_ones_stay_as_they_were() -> None:
    batch = flat_batch()
    before = {name: value.clone() for name, value in batch.items()}
    changed = [not torch.equal(mix(batch, seed, 0.3, 0.3)[0], batch["views"]) for seed in range(100)]
    assert 40 < sum(changed) < 80
    assert all(torch.equal(before[name], batch[name]) for name in before)
    assert torch.equal(mix(batch)[0], batch["views"])
