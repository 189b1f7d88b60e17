"""The gallery: grouped, the surest first, with both verdicts, and no more than fits."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest

from hybrid_logo.evaluation.pictures.datasets import Case, Dataset
from hybrid_logo.evaluation.report import gallery as module
from hybrid_logo.evaluation.report.gallery import gallery
from hybrid_logo.types import LogoType, Mode, Prediction
from tests.evaluation.table_classifier import case, say

S, T, G, C = LogoType


def png() -> bytes:
    pixels = np.full((64, 64, 3), 255, np.uint8)
    pixels[16:48, 16:48] = (200, 30, 40)
    return cv2.imencode(".png", pixels)[1].tobytes()


DATASET = Dataset(
    "tiny",
    [
        case(0, S),
        case(1, T),
        case(2, T),
        case(3, C, G),
        Case("a<b>.png", png(), T, frozenset([T]), True, "x"),
        case(5, S),
    ],
    "a test",
    seed=0,
)
RULES = [say(S, 0.9), say(T, 0.9), say(S, 0.9), say(S, 0.9), say(G, 0.9), None]
HYBRID: list[Prediction | None] = [
    say(S, 0.9),
    say(S, 0.6, "both", 0.3),
    say(S, 0.8, "both", 0.2),
    say(G, 0.9),
    say(S, 0.7, "both"),
    None,
]


def test_groups_hold_their_errors_the_surest_first() -> None:
    told = gallery(DATASET, {Mode.RULES: RULES, Mode.HYBRID: HYBRID})
    assert re.findall("<h4>(.*?)</h4>", told) == ["text taken for simple: 3", "no answer: 1"]
    assert re.findall("<strong>(logo.|a&lt;b&gt;.png)</strong>", told) == [
        "logo2",
        "a&lt;b&gt;.png",
        "logo1",
        "logo5",
    ]
    assert "4 of 4 shown" in told
    assert told.count("<img ") == 1
    assert 'alt="The logo a&lt;b&gt;.png as the rules saw it"' in told


def test_a_card_tells_every_verdict_and_whether_it_is_right() -> None:
    told = gallery(DATASET, {Mode.RULES: RULES, Mode.HYBRID: HYBRID})
    assert "rules: <strong>text</strong>, 90%, right<br>" in told
    assert "hybrid: <strong>simple</strong>, 60%, wrong; decided by both<br>" in told
    assert "a reason; next " in told
    assert "hybrid: no answer" in told


def test_without_the_hybrid_the_last_mode_is_judged() -> None:
    assert "complex taken for simple: 1" in gallery(DATASET, {Mode.RULES: RULES})


def test_no_errors_at_all() -> None:
    assert gallery(Dataset("x", [case(0, S)], "a test", 0), {Mode.HYBRID: [say(S, 0.9)]}) == "<p>None.</p>"


def test_every_group_has_its_share_of_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PICTURES", 2)
    told = gallery(DATASET, {Mode.RULES: RULES, Mode.HYBRID: HYBRID})
    assert "2 of 4 shown" in told
    assert re.findall("<strong>(logo.)</strong>", told) == ["logo2", "logo5"]
    assert module._fair_share([5, 1, 3], 6) == [3, 1, 2]
    assert module._fair_share([1, 1], 9) == [1, 1]
