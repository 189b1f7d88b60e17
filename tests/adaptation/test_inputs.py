"""What types are told apart by."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from hybrid_logo.adaptation.inputs import FARTHEST, INPUTS, inputs_of, middle_and_scale
from hybrid_logo.features import NAMES
from tests.adaptation.made_up import answer, bundle


def test_the_seen_range_reaches_from_minus_two_to_two() -> None:
    middle, scale = middle_and_scale(bundle().scorecard)
    found = inputs_of([answer(np.full(len(NAMES), value)) for value in (30, 50, 70, 1e9)], middle, scale)
    assert found.shape == (4, len(INPUTS))
    assert found[:, 0].tolist() == [-2, 0, 2, FARTHEST]


def test_a_measurement_that_never_changed_in_training_is_only_moved() -> None:
    middle, scale = middle_and_scale(SimpleNamespace(ranges=[SimpleNamespace(seen=(3.0, 3.0))]))  # type: ignore[arg-type]
    assert (middle.tolist(), scale.tolist()) == ([3.0], [1.0])


def test_probabilities_become_logarithms_around_zero_and_zero_is_no_infinity() -> None:
    middle, scale = middle_and_scale(bundle().scorecard)
    values = np.full(len(NAMES), 50)
    even, sure = inputs_of(
        [answer(values, (0.25, 0.25, 0.25, 0.25)), answer(values, (1.0, 0.0, 0.0, 0.0))], middle, scale
    )
    assert even[-4:] == pytest.approx(0)
    assert sure[-4:].sum() == pytest.approx(0)
    assert sure[-4] - sure[-3] == pytest.approx(np.log(1000))


def test_answers_without_measurements_are_refused() -> None:
    middle, scale = middle_and_scale(bundle().scorecard)
    with pytest.raises(ValueError, match='mode "hybrid"'):
        inputs_of([answer(())], middle, scale)
