"""How a logo of each type is best converted, in terms that any tracer understands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from hybrid_logo.types import LogoType, Prediction

__all__ = ["STRATEGIES", "Strategy", "strategies_to_try", "strategy_for"]

LEAST_PROBABLE = 0.05
"""A second type of less than that is not tried."""

RANGES: dict[str, tuple[float, float]] = {
    "most_colors": (2, 64),
    "colors_apart": (1.0, 50.0),
    "smallest_area_px": (0.0, 64.0),
    "sharpness": (0.0, 2.0),
    "tolerance_px": (0.05, 4.0),
    "corner_degrees": (10.0, 120.0),
    "most_bytes": (1000, 10**8),
}


@dataclass(frozen=True, slots=True)
class Strategy:
    """What a tracer should do with one logo. Lengths are in pixels of the picture, before enlarging.

    Attributes:
        type: what it is for.
        most_colors: flat colours at most, the page among them.
        colors_apart: colours that are nearer in L*a*b* are one.
        smallest_area_px: areas smaller than a square of that side join a neighbour.
        sharpness: how much of the blur of anti-aliasing is undone before edges are found, so that thin
            strokes and counters live; 1 is about all of it.
        tolerance_px: how far curves may lie from the edges found.
        corner_degrees: a turn of at least that stays a corner.
        gradient_fills: paint ramps with gradients instead of flat steps.
        most_bytes: a longer document is made again, coarser.

    Raises:
        ValueError: a value is of a wrong kind or lies outside ``RANGES``.
    """

    type: LogoType
    most_colors: int
    colors_apart: float
    smallest_area_px: float
    sharpness: float
    tolerance_px: float
    corner_degrees: float
    gradient_fills: bool
    most_bytes: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "type", LogoType(self.type))
        if not isinstance(self.gradient_fills, bool):
            raise ValueError(f"gradient_fills must be true or false, not {self.gradient_fills!r}")
        for name, (least, most) in RANGES.items():
            value, whole = getattr(self, name), isinstance(least, int)
            known = isinstance(value, int) if whole else isinstance(value, int | float)
            if not known or isinstance(value, bool) or not math.isfinite(value) or not least <= value <= most:
                kind = "a whole number" if whole else "a number"
                raise ValueError(f"{name} must be {kind} in {least:,}-{most:,}, not {value!r}")

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready fields."""
        return asdict(self) | {"type": self.type.value}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Strategy:
        """The strategy that ``to_dict`` told.

        Raises:
            ValueError: a field is missing, unknown or wrong.
        """
        names = {field.name for field in fields(cls)}
        if differing := sorted(names ^ values.keys()):
            raise ValueError(f"a strategy has the fields {', '.join(sorted(names))}; check {differing[0]!r}")
        return cls(**values)


STRATEGIES: dict[LogoType, Strategy] = {
    # few flat areas with clean edges: smooth, few pieces
    LogoType.SIMPLE: Strategy(LogoType.SIMPLE, 16, 6.0, 1.0, 0.0, 0.3, 40.0, False, 200_000),
    # letter forms: closer curves, sharper edges, counters of half a pixel
    LogoType.TEXT: Strategy(LogoType.TEXT, 16, 6.0, 0.5, 0.3, 0.25, 40.0, False, 200_000),
    # flat steps only where gradients cannot be fitted
    LogoType.GRADIENT: Strategy(LogoType.GRADIENT, 32, 5.0, 1.0, 0.0, 0.35, 40.0, True, 200_000),
    # as many colours as are there, in coarser outlines
    LogoType.COMPLEX: Strategy(LogoType.COMPLEX, 64, 3.5, 1.2, 0.0, 0.4, 45.0, False, 400_000),
}
"""Chosen on the train split against the original vectors, 64-512 px."""


def strategy_for(prediction: Prediction) -> Strategy:
    """How to convert a logo of the predicted type, for those who have their own tracer.

    >>> from hybrid_logo import HybridClassifier
    >>> import numpy as np
    >>> logo = np.full((64, 64, 3), 255, np.uint8)
    >>> logo[16:48, 16:48] = (200, 30, 40)
    >>> strategy_for(HybridClassifier().classify(logo)).gradient_fills
    False
    """
    return STRATEGIES[prediction.label]


def strategies_to_try(prediction: Prediction) -> list[Strategy]:
    """The strategy of the label, and that of the second type where the prediction is unsure."""
    order = sorted(prediction.probabilities.items(), key=lambda item: -item[1])
    second, probability = next(item for item in order if item[0] != prediction.label)
    types = [prediction.label]
    unsure = not prediction.certain and probability >= LEAST_PROBABLE
    if unsure or len(prediction.prediction_set) == 2:
        types.append(second)
    return [STRATEGIES[label] for label in types]
