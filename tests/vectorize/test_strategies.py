from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from hybrid_logo.types import LABELS, DecidedBy, LogoType, Prediction
from hybrid_logo.vectorize.strategies import (
    RANGES,
    STRATEGIES,
    Strategy,
    strategies_to_try,
    strategy_for,
)


def prediction(*scores: float, certain: bool = True, **others: Any) -> Prediction:
    label = LABELS[scores.index(max(scores))]
    return Prediction(label, max(scores), certain, scores, DecidedBy.RULES, "because", **others)  # type: ignore[arg-type]


@pytest.mark.parametrize("label", LABELS)
def test_each_type_has_a_strategy_that_survives_json(label: LogoType) -> None:
    scores = [0.9 if other == label else 0.1 / 3 for other in LABELS]
    strategy = strategy_for(prediction(*scores))
    assert strategy.type == label
    assert strategy.gradient_fills == (label == LogoType.GRADIENT)
    assert Strategy.from_dict(json.loads(json.dumps(strategy.to_dict()))) == strategy


@pytest.mark.parametrize("name", RANGES)
@pytest.mark.parametrize("wrong", [-1, 1e12, float("nan"), "5", True, None])
def test_values_out_of_range_are_refused(name: str, wrong: Any) -> None:
    with pytest.raises(ValueError, match=name):
        replace(STRATEGIES[LogoType.SIMPLE], **{name: wrong})


@pytest.mark.parametrize(
    "change", [{"type": "photo"}, {"gradient_fills": 1}, {"more": 1}, {"most_colors": 2.5}]
)
def test_a_wrong_dict_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(change)).replace("type", "photo")):
        Strategy.from_dict(STRATEGIES[LogoType.TEXT].to_dict() | change)


def test_a_missing_field_is_named() -> None:
    values = STRATEGIES[LogoType.TEXT].to_dict()
    del values["sharpness"]
    with pytest.raises(ValueError, match="sharpness"):
        Strategy.from_dict(values)


@pytest.mark.parametrize(
    ("told", "types"),
    [
        (prediction(0.9, 0.06, 0.03, 0.01), "simple"),
        (prediction(0.7, 0.2, 0.06, 0.04, certain=False), "simple text"),
        (prediction(0.1, 0.05, 0.6, 0.25, certain=False), "gradient complex"),
        (prediction(0.97, 0.02, 0.01, 0.0, certain=False), "simple"),
        (
            prediction(0.6, 0.1, 0.1, 0.2, prediction_set=(LogoType.SIMPLE, LogoType.COMPLEX), coverage=0.95),
            "simple complex",
        ),
        (prediction(0.6, 0.4, 0.0, 0.0, prediction_set=(LogoType.SIMPLE,), coverage=0.5), "simple"),
    ],
)
def test_unsure_predictions_try_two(told: Prediction, types: str) -> None:
    assert [strategy.type.value for strategy in strategies_to_try(told)] == types.split()
