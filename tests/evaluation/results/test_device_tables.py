"""Estimates for devices that were not at hand, and that they are called estimates."""

from __future__ import annotations

import re

import pytest

from hybrid_logo.evaluation.results.device_tables import DEVICES, Device, device_figures
from tests.evaluation.results.artefact_results import STUDENT, artefact_result, row


def test_a_rate_is_that_of_the_reference() -> None:
    assert Device("one second", 1000.0).rate == 569e6


@pytest.mark.parametrize("page", DEVICES)
def test_estimates_are_operations_by_rate(page: str) -> None:
    text = device_figures(page)([artefact_result()])
    assert "75.5 million multiply-adds" in text
    assert "estimates; nothing was run on such a device" in text
    for device in DEVICES[page]:
        (told,) = re.findall(rf"\| {re.escape(device.name)} \| .* \| ([\d.]+) ms \|", text)
        assert float(told) == pytest.approx(device.reference_ms * 75.48 / 569, abs=0.06)


def test_nothing_is_estimated_of_what_was_not_counted() -> None:
    uncounted = artefact_result()
    uncounted["artefacts"] = [row("a", student=STUDENT | {"multiply_adds": None})]
    assert "nothing is estimated" in device_figures("phone")([uncounted])
