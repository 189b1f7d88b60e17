"""Compact answers hold what is needed to count again."""

from __future__ import annotations

import json

from hybrid_logo.evaluation.measuring.answers import compact_answers
from hybrid_logo.evaluation.pictures.datasets import Dataset
from hybrid_logo.types import LogoType, Mode
from tests.evaluation.table_classifier import case, say


def test_a_row_for_each_picture_in_order() -> None:
    dataset = Dataset("x", [case(0, LogoType.TEXT, LogoType.SIMPLE), case(5, LogoType.COMPLEX)], "a test", 0)
    answers = {
        Mode.RULES: [say(LogoType.TEXT, 0.5), None],
        Mode.HYBRID: [say(LogoType.TEXT, 0.75, "both", 0.25), None],
    }
    rows = compact_answers(dataset, answers)
    assert rows == [
        {
            "name": "logo0",
            "label": "text",
            "accepted": ["simple", "text"],
            "clear": False,
            "cluster": "brand0",
            "rules": ["text", 0.5, "rules", None],
            "hybrid": ["text", 0.75, "both", 0.25],
        },
        {"name": "logo5", "label": "complex", "accepted": ["complex"], "clear": True, "cluster": "brand2",
         "rules": None, "hybrid": None},
    ]  # fmt: skip
    assert json.loads(json.dumps(rows)) == rows
