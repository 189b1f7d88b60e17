"""The student's network: its maps of local differences by brute force, and its shapes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from hybrid_logo.training.network import DifferenceMaps, StudentNetwork

HEIGHT, WIDTH = 12, 12


def pictures() -> NDArray[np.uint8]:
    """Noise, a slow ramp along both directions, and one flat colour."""
    noise = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    ramp = np.stack([3 * rows, 2 * columns, rows + columns], axis=-1).astype(np.uint8)
    return np.stack([noise, ramp, np.full((HEIGHT, WIDTH, 3), 77, np.uint8)])


def difference(picture: NDArray[Any], row: int, column: int, offset: int) -> float:
    """Largest step, over the channels, to the pixel ``offset`` to the right and to the one below."""
    levels = picture.astype(int)
    steps = [0]
    if column + offset < WIDTH:
        steps += abs(levels[row, column + offset] - levels[row, column]).tolist()
    if row + offset < HEIGHT:
        steps += abs(levels[row + offset, column] - levels[row, column]).tolist()
    return math.log(1 + max(steps)) / math.log(256)


@pytest.mark.parametrize("offsets", [(1, 3), (2,), ()])
def test_maps_equal_brute_force(offsets: tuple[int, ...]) -> None:
    shown = pictures()
    maps = DifferenceMaps(offsets)(torch.from_numpy(shown)).numpy()
    assert maps.shape == (3, 3 + len(offsets), HEIGHT, WIDTH)
    assert maps.dtype == np.float32
    assert maps[:, :3] == pytest.approx(shown.transpose(0, 3, 1, 2) / 127.5 - 1, abs=1e-6)
    for number, picture in enumerate(shown):
        for place, offset in enumerate(offsets):
            expected = [
                [difference(picture, row, column, offset) for column in range(WIDTH)] for row in range(HEIGHT)
            ]
            assert maps[number, 3 + place] == pytest.approx(np.array(expected), abs=1e-6)


def test_maps_lie_in_their_range_and_tell_a_slow_ramp_from_a_flat() -> None:
    black_and_white = (np.indices((HEIGHT, WIDTH)).sum(axis=0) % 2 * 255).astype(np.uint8)
    shown = np.stack([*pictures(), np.repeat(black_and_white[..., None], 3, axis=2)])
    maps = DifferenceMaps()(torch.from_numpy(shown)).numpy()
    assert maps[:, :3].min() == -1
    assert maps[:, :3].max() == 1
    assert maps[:, 3:].min() == 0
    assert maps[:, 3:].max() == pytest.approx(1.0)
    _, ramp, flat, checks = maps[:, 3]
    assert (flat == 0).all()
    assert (ramp[:-1, :-1] > 0.2).all()  # three levels a pixel, a hundredth of the range
    assert (checks[:-1, :-1] > 0.99).all()


@pytest.mark.parametrize("side", [32, 48, 96])
def test_four_logits_for_every_picture_of_any_side(side: int) -> None:
    network = StudentNetwork(widths=(4, 4, 4, 4), depths=(1, 2, 1, 1)).eval()
    with torch.inference_mode():
        logits = network(torch.zeros((5, side, side, 3), dtype=torch.uint8))
    assert (logits.shape, logits.dtype) == ((5, 4), torch.float32)


def test_a_picture_is_answered_alike_in_any_company() -> None:
    torch.manual_seed(0)
    network = StudentNetwork(widths=(4, 4, 4, 4), depths=(1, 1, 1, 1)).eval()
    views = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (6, 32, 32, 3), np.uint8))
    with torch.inference_mode():
        together = network(views)
        alone = torch.cat([network(view[None]) for view in views])
    assert torch.allclose(together, alone, atol=1e-5)
    assert (together[0] != together[1]).any()


def test_the_released_size_fits_the_budget() -> None:
    """INT8 takes about a byte a weight, and the file must stay below 1.5 MB."""
    weights = sum(parameter.numel() for parameter in StudentNetwork().parameters())
    assert 0.5e6 < weights < 1.2e6


def test_only_plain_convolutions() -> None:
    """3 x 3, ReLU and batch normalisation: what quantises without loss and runs everywhere."""
    kinds = {type(layer).__name__ for layer in StudentNetwork().body}
    assert kinds == {"Conv2d", "BatchNorm2d", "ReLU"}
    kernels = {layer.kernel_size for layer in StudentNetwork().body if isinstance(layer, torch.nn.Conv2d)}
    assert kernels == {(3, 3)}
