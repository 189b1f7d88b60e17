"""Attacks on pictures by somebody who sees answers only: two searches, and what they are aimed at.

A perturbation changes every stored sample (red, green, blue, and alpha where there is some) by at most a
budget of levels, at the picture's native size. What a search does not find within its queries may still
exist: the share that it breaks is a lower bound of what can be broken.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np

from hybrid_logo.evaluation.measuring.benchmark import Classifier
from hybrid_logo.evaluation.pictures.originals import Pixels
from hybrid_logo.types import DecidedBy, LogoType, Prediction

__all__ = ["Ray", "deceived_router", "is_wrong", "ray_search", "square_search"]

Random: TypeAlias = np.random.Generator

LARGEST_CELL_PX = 64
"""Of the patterns that a ray search begins with."""
FIRST_SHARE = 0.3
"""Share of the picture that the first squares of a square search cover; it falls to nothing."""
LEAST_SQUARE_PX = 2


@dataclass(frozen=True, slots=True, eq=False)
class Ray:
    """What a ray search found.

    Attributes:
        pixels: the picture nearest to the original that is answered wrongly; the original where none was.
        radius: its largest difference in levels; None where none was found.
        queries: how many answers were asked for.
        trail: (radius, queries) of each improvement, radius falling.
    """

    pixels: Pixels
    radius: int | None
    queries: int
    trail: tuple[tuple[int, int], ...]

    def queries_to(self, budget: int) -> int | None:
        """Queries after which the picture was broken within ``budget`` levels; None where it never was."""
        return next((queries for radius, queries in self.trail if radius <= budget), None)


def ray_search(
    pixels: Pixels, wrong: Callable[[Pixels], bool], largest: int, queries: int, random: Random
) -> Ray:
    """Look for the nearest wrongly answered picture along rays of signs, by decisions alone.

    A direction gives each sample a sign, and the picture moves along it by whole levels. As in RayS (Chen
    and Gu 2020) a direction counts by its smallest radius that breaks, found by bisection, and is tried only
    a level below the best radius so far. Directions are random patterns of cells first; once one breaks,
    every second one is the best with the signs of one rectangle turned.

    Args:
        pixels: ``uint8[H, W, C]``.
        wrong: whether a picture is answered wrongly; right for ``pixels``.
        largest: budget in levels from which to begin.
        queries: how often ``wrong`` may be asked.
        random: makes the directions.
    """
    best: Pixels | None = None
    radius, asked = largest + 1, 0
    trail: list[tuple[int, int]] = []
    while asked < queries and radius > 1:
        if best is None or asked % 2 == 0:
            direction = _pattern(pixels.shape, random)
        else:
            direction = _with_turned_cell(best, random)
        low, high, found = 0, radius - 1, False
        tried = high
        while asked < queries and (not found or high - low > 1):
            asked += 1
            if wrong(_moved(pixels, direction, tried)):
                high, found = tried, True
            elif not found:
                break
            else:
                low = tried
            tried = (low + high) // 2
        if found:
            best, radius = direction, high
            trail.append((radius, asked))
    if best is None:
        return Ray(pixels, None, asked, ())
    return Ray(_moved(pixels, best, radius), radius, asked, tuple(trail))


def square_search(
    pixels: Pixels,
    danger: Callable[[Pixels], float],
    budget: int,
    queries: int,
    random: Random,
    start: Pixels,
) -> tuple[Pixels, float, int]:
    """Raise a score by random squares: Square Attack (Andriushchenko et al. 2020) in whole levels.

    It begins with vertical stripes. Then squares, smaller and smaller, are moved to the edge of the budget,
    up or down in each channel, and what raises the score stays.

    Args:
        pixels: ``uint8[H, W, C]``.
        danger: the score; infinite where the search may stop.
        budget: levels.
        queries: how often ``danger`` may be asked.
        random: makes stripes and squares.
        start: what to go on from, within the budget of ``pixels``.

    Returns:
        the picture, its score, and the queries spent.
    """
    height, width, channels = pixels.shape
    up, down = _shifted(pixels, budget), _shifted(pixels, -budget)
    best, score, asked = start, -math.inf, 0
    while asked < queries and score < math.inf:
        if asked == 0:
            candidate = best
        elif asked == 1:
            candidate = np.where(random.random((1, width, channels)) < 0.5, up, down)
        else:
            share = FIRST_SHARE * (1.0 - asked / queries) ** 2
            side = max(LEAST_SQUARE_PX, round(math.sqrt(share * height * width)))
            top = int(random.integers(max(1, height - side + 1)))
            left = int(random.integers(max(1, width - side + 1)))
            square = np.s_[top : top + side, left : left + side]
            candidate = best.copy()
            candidate[square] = np.where(random.random(channels) < 0.5, up[square], down[square])
        asked += 1
        reached = danger(candidate)
        if reached > score or (asked == 1):
            best, score = candidate, reached
    return best, score, asked


def is_wrong(classifier: Classifier, accepted: Collection[LogoType]) -> Callable[[Pixels], bool]:
    """Whether the answer is none of ``accepted``; no answer is wrong too."""

    def wrong(pixels: Pixels) -> bool:
        answer = _answer(classifier, pixels)
        return answer is None or answer.label not in accepted

    return wrong


def deceived_router(
    hybrid: Classifier, rules: Classifier, accepted: Collection[LogoType]
) -> Callable[[Pixels], float]:
    """How near the router is to letting the rules decide wrongly; infinite where it does.

    While the rules are right, it is their probability of all types that are not accepted, less 2. Once
    they are wrong, it is the router's score, less 1. The student is never attacked.
    """

    def danger(pixels: Pixels) -> float:
        verdict = _answer(rules, pixels)
        if verdict is None:
            return -math.inf
        if verdict.label in accepted:
            return sum(share for label, share in verdict.probabilities.items() if label not in accepted) - 2.0
        routed = _answer(hybrid, pixels)
        if routed is None:
            return -math.inf
        if routed.decided_by == DecidedBy.RULES and routed.label not in accepted:
            return math.inf
        return (routed.score or 0.0) - 1.0

    return danger


def _answer(classifier: Classifier, pixels: Pixels) -> Prediction | None:
    return next(iter(classifier.classify_many([pixels]))).prediction


def _pattern(shape: tuple[int, ...], random: Random) -> Pixels:
    """``bool[H, W, C]`` of random signs in cells whose height and width are powers of two."""
    height, width, channels = shape
    powers = int(math.log2(LARGEST_CELL_PX)) + 1
    tall, wide = (2 ** random.integers(powers, size=2)).tolist()
    cells = random.integers(0, 2, (-(-height // tall), -(-width // wide), channels), np.uint8)
    grown = np.repeat(np.repeat(cells, tall, axis=0), wide, axis=1)[:height, :width]
    return grown.astype(np.bool_)


def _with_turned_cell(direction: Pixels, random: Random) -> Pixels:
    """``direction`` with the signs of a random rectangle turned, at most half as high and wide."""
    height, width, _ = direction.shape
    (top, tall), (left, wide) = (
        (int(random.integers(side)), max(1, int(side * random.uniform(0.02, 0.5))))
        for side in (height, width)
    )
    turned = direction.copy()
    turned[top : top + tall, left : left + wide] ^= True
    return turned


def _moved(pixels: Pixels, direction: Pixels, levels: int) -> Pixels:
    """Up by ``levels`` where ``direction`` is true, down elsewhere, within 0-255."""
    return np.where(direction, _shifted(pixels, levels), _shifted(pixels, -levels))


def _shifted(pixels: Pixels, levels: int) -> Pixels:
    amount = np.full_like(pixels, abs(levels))
    return cv2.add(pixels, amount) if levels > 0 else cv2.subtract(pixels, amount)
