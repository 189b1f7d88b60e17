from __future__ import annotations

from math import log2

import numpy as np
import pytest

from hybrid_logo.features.found import find
from hybrid_logo.features.surface import (
    coarse_ramp_share,
    flat_share,
    inner_edge_share,
    ramp_share,
    ramp_span,
    range_3_to_12_share,
    range_13_to_40_share,
    range_median,
    range_to_2_share,
    range_to_6_share,
    range_to_12_share,
    region_count,
)
from tests.drawn_pictures import RED, Pixels, flat, picture

X = np.mgrid[:96, :96][1]


def climbing(levels: float) -> Pixels:
    """A ramp of so many levels a pixel: the local range is twice that."""
    return np.repeat(np.rint(levels * X).astype(np.uint8)[..., None], 3, axis=2)


def test_a_flat_is_clean() -> None:
    found = find(picture(flat(80, 80, RED)))
    assert range_to_2_share(found) == range_to_6_share(found) == range_to_12_share(found) == 1
    assert range_3_to_12_share(found) == range_13_to_40_share(found) == inner_edge_share(found) == 0
    assert range_median(found) == 0
    assert ramp_share(found) == coarse_ramp_share(found) == ramp_span(found) == 0
    # The outermost pixel touches the page.
    assert flat_share(found) == 78 * 78 / (80 * 80)


@pytest.mark.parametrize("levels", [1, 2])
def test_a_ramp_changes_slowly(levels: int) -> None:
    found = find(picture(climbing(levels)))
    assert range_median(found) == 2 * levels
    assert range_to_2_share(found) == (1 if levels == 1 else 0)
    assert range_to_6_share(found) == range_to_12_share(found) == 1
    assert range_3_to_12_share(found) == (0 if levels == 1 else 1)
    assert range_13_to_40_share(found) == inner_edge_share(found) == 0
    assert ramp_share(found) > 0.85
    assert coarse_ramp_share(found) > 0.75
    assert ramp_span(found) == pytest.approx(96 * levels / 16, abs=2)


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (2, (1, 1, 1, 0, 0, 0)),
        (3, (0, 1, 1, 1, 0, 0)),
        (6, (0, 1, 1, 1, 0, 0)),
        (7, (0, 0, 1, 1, 0, 0)),
        (12, (0, 0, 1, 1, 0, 0)),
        (13, (0, 0, 0, 0, 1, 0)),
        (40, (0, 0, 0, 0, 1, 0)),
        (41, (0, 0, 0, 0, 0, 0)),
        (48, (0, 0, 0, 0, 0, 0)),
        (49, (0, 0, 0, 0, 0, 1)),
    ],
)
def test_limits_of_the_shares(levels: int, expected: tuple[int, ...]) -> None:
    """Every interior pixel lies beside a step of so many levels."""
    steps = flat(80, 80, (100, 100, 100))
    steps[:, ::2] += levels
    found = find(picture(steps))
    assert expected == (
        range_to_2_share(found),
        range_to_6_share(found),
        range_to_12_share(found),
        range_3_to_12_share(found),
        range_13_to_40_share(found),
        inner_edge_share(found),
    )
    assert range_median(found) == levels


def test_texture_lies_between_ramps_and_edges() -> None:
    random = np.random.default_rng(2)
    found = find(picture(random.integers(100, 130, (96, 96, 3), dtype=np.uint8)))
    assert range_13_to_40_share(found) == 1
    assert range_to_12_share(found) == inner_edge_share(found) == 0
    assert 20 < range_median(found) < 30


def test_edges_between_inks() -> None:
    drawing = flat(84, 84, RED)
    drawing[:, ::21] = 255 - drawing[:, ::21]
    found = find(picture(drawing))
    edges = [column for column in range(2, 82) if column % 21 in (20, 0, 1)]
    assert inner_edge_share(found) == pytest.approx(len(edges) / 80)
    assert range_to_2_share(found) == pytest.approx(1 - len(edges) / 80)


def test_compression_noise_counts_as_flat_where_the_file_says_so() -> None:
    noisy = 128 + np.random.default_rng(4).integers(-2, 3, (80, 80, 3))
    shares = [
        flat_share(find(picture(noisy.astype(np.uint8), (noisy[..., 0] > 0), **facts)))
        for facts in ({"format": "png"}, {"format": "jpeg", "jpeg_quality": 80})
    ]
    assert shares[0] < 0.01
    assert shares[1] > 0.9


def test_regions_are_counted_by_their_logarithm() -> None:
    drawing = flat(80, 80, RED)
    drawing[:, 40:] = (20, 200, 90)
    found = find(picture(drawing))
    assert region_count(found) == log2(1 + found.regions) == log2(1 + 3)
