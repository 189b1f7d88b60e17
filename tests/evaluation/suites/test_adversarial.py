"""The searches break what has a weak spot, never leave their budget, and cannot break a constant."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import CorruptError
from hybrid_logo.evaluation.suites.adversarial import deceived_router, is_wrong, ray_search, square_search
from hybrid_logo.types import LABELS, DecidedBy, FileResult, LogoType, Prediction

S, T, G, C = LogoType
PICTURE = np.random.default_rng(1).integers(0, 256, (24, 36, 4), np.uint8)
PICTURE[:4, :4] = 128
seeds = pytest.mark.parametrize("seed", range(4))


class Watched:
    """Keeps the largest change that was asked about."""

    def __init__(self, answer: Any) -> None:
        self.answer, self.largest, self.asked = answer, 0, 0

    def __call__(self, pixels: np.ndarray) -> Any:
        assert (pixels.dtype, pixels.shape) == (PICTURE.dtype, PICTURE.shape)
        self.asked += 1
        self.largest = max(self.largest, int(np.abs(pixels.astype(int) - PICTURE).max()))
        return self.answer(pixels)


def spot(pixels: np.ndarray) -> float:
    """How far the weak spot, one pixel's red, has risen."""
    return float(pixels[2, 2, 0]) - 128.0


@seeds
def test_a_ray_finds_the_least_radius_that_breaks(seed: int) -> None:
    wrong = Watched(lambda pixels: spot(pixels) >= 5)
    ray = ray_search(PICTURE, wrong, 16, 200, np.random.default_rng(seed))
    assert ray.radius == 5
    assert np.abs(ray.pixels.astype(int) - PICTURE).max() == 5
    assert spot(ray.pixels) == 5
    assert wrong.largest <= 16
    assert ray.queries == wrong.asked == 200
    assert ray.queries_to(4) is None
    assert 0 < (ray.queries_to(16) or 0) <= (ray.queries_to(8) or 0) <= (ray.queries_to(5) or 0) <= 200


def test_a_direction_is_bisected_once() -> None:
    """Where every direction breaks at 5 levels, the first one tells so after 16, 8, 4, 6 and 5."""

    def wrong(pixels: np.ndarray) -> bool:
        return bool(np.abs(pixels.astype(int) - PICTURE).max() >= 5)

    assert ray_search(PICTURE, wrong, 16, 60, np.random.default_rng(0)).trail == ((5, 5),)


def test_a_ray_goes_on_from_directions_that_break() -> None:
    """Twelve cells must move apart, 2 levels in the mean; fresh directions alone need 7 levels and more."""
    grey = np.full((24, 36, 3), 128, np.uint8)
    signs = np.random.default_rng(5).choice([-1, 1], (3, 4, 1)).repeat(8, axis=0).repeat(9, axis=1)

    def wrong(pixels: np.ndarray) -> bool:
        return bool(((pixels.astype(int) - 128) * signs).mean() >= 2.0)

    radii = []
    for seed in range(8):
        ray = ray_search(grey, wrong, 40, 400, np.random.default_rng(seed))
        assert wrong(ray.pixels)
        falling = [radius for radius, _ in ray.trail]
        assert falling == sorted(set(falling), reverse=True)
        radii.append(ray.radius)
    assert np.mean(radii) < 6.5


def test_a_constant_answer_is_never_broken_and_costs_all_queries() -> None:
    wrong = Watched(lambda pixels: False)
    ray = ray_search(PICTURE, wrong, 16, 70, np.random.default_rng(0))
    assert (ray.radius, ray.queries, ray.trail) == (None, 70, ())
    assert ray.queries_to(16) is None
    assert np.array_equal(ray.pixels, PICTURE)
    assert wrong.asked == 70
    score = Watched(lambda pixels: 0.0)
    found, reached, asked = square_search(PICTURE, score, 8, 60, np.random.default_rng(0), PICTURE)
    assert (reached, asked) == (0.0, 60)
    assert np.array_equal(found, PICTURE)


@seeds
@pytest.mark.parametrize("budget", [0, 1, 8])
def test_squares_raise_a_score_within_the_budget(seed: int, budget: int) -> None:
    danger = Watched(lambda pixels: float((pixels.astype(int) - PICTURE)[:, :18].mean()))
    found, reached, asked = square_search(PICTURE, danger, budget, 200, np.random.default_rng(seed), PICTURE)
    assert danger.largest <= budget
    assert reached == danger.answer(found)
    assert reached >= 0.5 * budget
    assert asked == danger.asked == 200


@seeds
def test_squares_stop_where_the_score_is_infinite(seed: int) -> None:
    danger = Watched(lambda pixels: math.inf if spot(pixels) >= 4 else 0.0)
    found, reached, asked = square_search(PICTURE, danger, 4, 300, np.random.default_rng(seed), PICTURE)
    assert reached == math.inf
    assert asked == danger.asked < 300
    assert spot(found) == 4


def test_squares_go_on_from_what_they_are_given() -> None:
    start = PICTURE.copy()
    start[2, 2, 0] += 3
    danger = Watched(lambda pixels: math.inf if spot(pixels) >= 3 else 0.0)
    found, _, asked = square_search(PICTURE, danger, 4, 300, np.random.default_rng(0), start)
    assert asked == 1
    assert np.array_equal(found, start)
    danger = Watched(spot)
    square_search(PICTURE, danger, 4, 100, np.random.default_rng(0), start)
    assert danger.largest == 4


@seeds
def test_a_seed_finds_the_same_again(seed: int) -> None:
    def wrong(pixels: np.ndarray) -> bool:
        return bool(pixels[:, :18].astype(int).sum() > PICTURE[:, :18].astype(int).sum() + 900)

    first, second = (ray_search(PICTURE, wrong, 16, 60, np.random.default_rng(seed)) for _ in range(2))
    assert first.trail == second.trail
    assert np.array_equal(first.pixels, second.pixels)


class Fixed:
    """Answers always the same."""

    def __init__(self, label: LogoType | None, path: str = "rules", score: float | None = None) -> None:
        self.result = FileResult.from_error("", CorruptError("damaged. Restore it."))
        if label is not None:
            scores = tuple(0.4 if each == label else 0.2 for each in LABELS)
            self.result = FileResult(
                "",
                Prediction(label, 0.4, True, scores, DecidedBy(path), "x", score=score),  # type: ignore[arg-type]
            )

    def classify_many(self, sources: Iterable[Any], batch_size: int = 32) -> Iterator[FileResult]:
        yield from (self.result for _ in sources)


@pytest.mark.parametrize(("label", "wrong"), [(S, False), (T, False), (G, True), (None, True)])
def test_an_answer_is_wrong_where_it_is_not_accepted(label: LogoType | None, wrong: bool) -> None:
    assert is_wrong(Fixed(label), {S, T})(PICTURE) is wrong


@pytest.mark.parametrize(
    ("rules", "hybrid", "danger"),
    [
        (Fixed(S), Fixed(S, "rules", 0.9), 0.4 - 2),  # right: what the rules leave to gradient and complex
        (Fixed(G), Fixed(S, "student", 0.7), 0.7 - 1),  # wrong, and the student is asked
        (Fixed(G), Fixed(G, "both", 0.7), 0.7 - 1),  # so is it here, though it agrees
        (Fixed(G), Fixed(G, "rules", 0.99), math.inf),
        (Fixed(G), Fixed(S, "rules", 0.99), 0.99 - 1),  # calibration made an accepted answer of it
        (Fixed(None), Fixed(None), -math.inf),
        (Fixed(G), Fixed(None), -math.inf),
    ],
)
def test_the_router_is_deceived_where_it_lets_the_rules_decide_wrongly(
    rules: Fixed, hybrid: Fixed, danger: float
) -> None:
    assert deceived_router(hybrid, rules, {S, T})(PICTURE) == pytest.approx(danger)
