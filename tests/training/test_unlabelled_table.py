"""Disagreement without labels: counted from each threshold on, and told whether it certifies anything."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from hybrid_logo.training.evidence import Unlabelled
from hybrid_logo.training.unlabelled_table import as_markdown, content


def told(disagree: int, released: float | None = 0.93) -> dict[str, Any]:
    """1,000 drawings of which the rules decide 600; they disagree on some of these, and on all others."""
    scores = np.repeat([0.96, 0.3], [600, 400])
    disagrees = np.arange(1000) >= 600 - disagree
    return content(Unlabelled(scores, disagrees), released, 0.03, 0.95)


def test_drawings_are_counted_from_each_threshold_on() -> None:
    result = told(6)
    assert result["drawings"] == 1000
    rows = {row["threshold"]: (row["decided"], row["disagree"]) for row in result["rows"]}
    assert rows[0.93] == rows[0.95] == rows[0.8] == (600, 6)
    assert rows[0.97] == (0, 0)
    assert list(rows) == sorted(rows)


def test_the_table_tells_shares_with_intervals() -> None:
    text = as_markdown(told(6))
    assert "| **0.93** | 60.0% | 1.0% (0.4-2.2) | 0.6% (0.2-1.3) |" in text
    assert "| 0.99 | 0.0% | - | 0.0% (0.0-0.4) |" in text
    assert text.startswith("1,000 drawings")


@pytest.mark.parametrize(
    ("disagree", "released", "verdict"),
    [
        (20, 0.93, "on at most 3% of all is shown."),
        (25, 0.93, "not shown: there is no certificate without labels."),
        (0, 0.97, "not shown: there is no certificate without labels."),
        (0, None, "No threshold was promised."),
    ],
)
def test_what_is_shown_is_what_the_interval_allows(
    disagree: int, released: float | None, verdict: str
) -> None:
    """20 of 1,000 are surely less than 3%; with 25, or with no answer at all, more cannot be ruled out."""
    assert as_markdown(told(disagree, released)).endswith(verdict)
