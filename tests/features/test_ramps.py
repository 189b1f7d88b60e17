from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from hybrid_logo.features.planes import build_planes
from hybrid_logo.features.ramps import Ramps, find_ramps
from tests.drawn_pictures import BLUE, Pixels, flat, picture

SIDE = 96
Y, X = np.mgrid[:SIDE, :SIDE]


def grey(levels: NDArray[np.float64]) -> Pixels:
    return np.repeat(np.clip(np.rint(levels), 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def ramps_of(drawing: Pixels, **facts: object) -> Ramps:
    return find_ramps(build_planes(picture(drawing, **facts)))


DIRECTIONS = {"rows": Y, "columns": X, "diagonal": (X + Y) / 2**0.5, "steep": (X + 2 * Y) / 5**0.5}


@pytest.mark.parametrize("slope", [0.8, 1, 1.5, 2])
@pytest.mark.parametrize("direction", DIRECTIONS)
def test_a_linear_ramp_is_a_ramp(direction: str, slope: float) -> None:
    """Only pixels whose taps reach into the page may be missed: 3 of 96 at each end, and a blurred one."""
    drawing = grey(10 + slope * DIRECTIONS[direction])
    for each in (drawing, 255 - drawing, drawing[::-1], drawing[:, ::-1]):
        ramps = ramps_of(each)
        assert ramps.share > 1 - 11 / SIDE
        # Half the pixels, taps as long: twice as much is lost at the ends.
        assert ramps.coarse_share > 1 - 22 / SIDE


@pytest.mark.parametrize("slope", [0.25, 0.3, 0.5])
@pytest.mark.parametrize("direction", ["rows", "columns"])
def test_slow_ramps_are_seen_at_half_size(direction: str, slope: float) -> None:
    assert ramps_of(grey(40 + slope * DIRECTIONS[direction])).coarse_share > 0.75


@pytest.mark.parametrize("slope", [1, 2, 3])
def test_a_radial_ramp_is_a_ramp(slope: float) -> None:
    ramps = ramps_of(grey(20 + slope * np.hypot(X - 47.5, Y - 47.5)))
    assert ramps.share > 0.88
    assert ramps.coarse_share > 0.8


def test_a_ramp_of_hue_without_luma_is_seen_in_colour() -> None:
    drawing = np.zeros((SIDE, SIDE, 3), np.uint8)
    drawing[..., 0] = 40 + 1.5 * X
    drawing[..., 1] = np.rint(200 - 1.5 * X * 0.299 / 0.587)
    ramps = ramps_of(drawing)
    assert ramps.share == 0
    assert ramps.coarse_share > 1 - 22 / SIDE


@pytest.mark.parametrize("level", [0, 1, 90, 254, 255])
def test_flats_are_no_ramps(level: int) -> None:
    assert ramps_of(flat(SIDE, SIDE, (level, level, level))) == Ramps(0.0, 0.0, 0.0)


@pytest.mark.parametrize("step", [8, 20, 40, 60, 100, 200])
def test_facets_are_no_ramps(step: int) -> None:
    """Four facets, three edges: of an edge's pixels at most four in a row climb evenly."""
    stairs = grey(10 + step % 70 * (X // 24) + (step - step % 70) * (X // 24 % 2))
    for drawing in (stairs, stairs.transpose(1, 0, 2)):
        ramps = ramps_of(drawing)
        assert ramps.share <= 3 * 4 / SIDE
        assert ramps.coarse_share <= 3 * 8 / SIDE


@pytest.mark.parametrize("width", [1, 2, 3])
@pytest.mark.parametrize("contrast", [80, 160, 240])
def test_soft_edges_are_no_ramps(contrast: int, width: int) -> None:
    """An edge mixed over a few pixels, as drawing programs make it."""
    ramps = ramps_of(grey(5 + contrast * np.clip((X - 47) / width, 0, 1)))
    assert ramps.share <= 2 / SIDE
    assert ramps.coarse_share <= 4 / SIDE


def test_letters_are_no_ramps() -> None:
    stripes = grey(np.where(X % 12 < 5, 20, 235))
    ramps = ramps_of(stripes)
    assert ramps.share < 0.02
    assert ramps.coarse_share < 0.02


@pytest.mark.parametrize(
    ("levels", "facts"), [(1, {"format": "png"}), (2, {"format": "png"}), (5, {"jpeg_quality": 60})]
)
def test_noise_is_no_ramp(levels: int, facts: dict[str, object]) -> None:
    random = np.random.default_rng(levels)
    noisy = np.clip(128 + random.integers(-levels, levels + 1, (SIDE, SIDE, 3)), 0, 255).astype(np.uint8)
    ramps = ramps_of(noisy, **facts)
    assert ramps.share < 0.02
    assert ramps.coarse_share < 0.02


@pytest.mark.parametrize("quality", [50, 75, 95])
def test_ramps_are_seen_through_compression(quality: int) -> None:
    random = np.random.default_rng(quality)
    noisy = grey(20 + 1.5 * X + random.normal(0, 1, X.shape))
    ramps = ramps_of(noisy, format="jpeg", jpeg_quality=quality)
    assert ramps.coarse_share > 0.7


@pytest.mark.parametrize(("low", "high"), [(20, 44), (16, 127), (3, 250)])
def test_span_counts_steps_of_brightness(low: int, high: int) -> None:
    """The ends of a ramp lie too near the page to be seen, so its outermost steps may be missed."""
    span = ramps_of(grey(low + (high - low) * X / (SIDE - 1))).span
    steps = high // 16 - low // 16 + 1
    assert steps - 2 <= span <= steps


def test_only_ink_counts() -> None:
    drawing = flat(SIDE, 2 * SIDE, (255, 255, 255))
    drawing[:, :SIDE] = grey(10 + 2.0 * X)
    drawing[:, SIDE:] = grey(10 + 2.0 * X)
    ink = np.zeros(drawing.shape[:2], np.uint8)
    ink[:, :SIDE] = 1
    assert find_ramps(build_planes(picture(drawing, ink))).share == pytest.approx(
        ramps_of(grey(10 + 2.0 * X)).share, abs=0.03
    )
    ink[...] = 0
    assert find_ramps(build_planes(picture(drawing, ink))) == Ramps(0.0, 0.0, 0.0)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_share_is_the_area_of_the_ramp(share: float) -> None:
    edge = round(SIDE * share)
    drawing = np.where(X[..., None] < edge, grey(30 + 1.5 * Y), np.array(BLUE, np.uint8))
    assert ramps_of(drawing.astype(np.uint8)).share == pytest.approx(share, abs=0.1)


@given(
    st.one_of(
        hnp.arrays(np.uint8, st.tuples(st.integers(1, 30), st.integers(1, 30), st.just(3))),
        st.tuples(st.floats(-6, 6), st.floats(-6, 6), st.floats(0, 255)).map(
            lambda plane: grey(plane[2] + plane[0] * X[:40, :30] + plane[1] * Y[:40, :30])
        ),
    )
)
def test_any_picture_stays_in_bounds_and_may_be_turned(drawing: Pixels) -> None:
    ramps = ramps_of(drawing)
    assert 0 <= ramps.share <= 1
    assert 0 <= ramps.coarse_share <= 1
    assert ramps.span in range(17)
    assert ramps_of(np.ascontiguousarray(drawing.transpose(1, 0, 2))).share == ramps.share


@pytest.mark.parametrize("shape", [(1, 200), (200, 1), (4, 4)])
def test_pictures_narrower_than_the_taps_have_no_ramps(shape: tuple[int, int]) -> None:
    ramps = ramps_of(flat(*shape, BLUE))
    assert (ramps.share, ramps.coarse_share) == (0.0, 0.0)
