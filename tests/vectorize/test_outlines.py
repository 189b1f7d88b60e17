from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import MissingExtraError
from hybrid_logo.vectorize.outlines import trace


def area_of(loop: np.ndarray) -> float:
    x, y = loop.T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def test_areas_are_stacked_and_the_page_is_left_out() -> None:
    colors = np.zeros((40, 40), np.uint8)
    colors[5:35, 5:35] = 1
    colors[10:20, 10:20] = 2
    areas = trace(colors, frozenset({0}), 2)
    assert [area.color for area in areas] == [1, 2]
    assert [abs(area_of(area.outlines[0])) for area in areas] == [900, 100]
    assert areas[0].outlines[0].min() == 5


def test_a_hole_to_the_page_is_kept() -> None:
    colors = np.zeros((40, 40), np.uint8)
    colors[5:35, 5:35] = 1
    colors[15:25, 15:25] = 0
    (area,) = trace(colors, frozenset({0}), 2)
    signed = [area_of(loop) for loop in area.outlines]
    assert sum(signed) == pytest.approx(np.sign(signed[0]) * 800)


def test_speckles_join_their_neighbour() -> None:
    colors = np.ones((40, 40), np.uint8)
    colors[20:22, 20:22] = 0
    assert [area.color for area in trace(colors, frozenset(), 4)] == [1]
    colors[20:25, 20:25] = 0
    assert [area.color for area in trace(colors, frozenset(), 4)] == [1, 0]


def test_cut_out_areas_do_not_lie_on_each_other() -> None:
    colors = np.ones((40, 40), np.uint8)
    colors[10:30, 10:30] = 2
    total = sum(
        abs(sum(map(area_of, area.outlines))) for area in trace(colors, frozenset(), 2, stacked=False)
    )
    assert total == 1600


def test_64_colors_are_told_apart() -> None:
    colors = np.kron(np.arange(64, dtype=np.uint8).reshape(8, 8), np.ones((6, 6), np.uint8))
    assert sorted(area.color for area in trace(colors, frozenset(), 2)) == list(range(64))


@pytest.mark.parametrize("speckle", [-1, 129])
def test_speckle_is_checked(speckle: int) -> None:
    with pytest.raises(ValueError, match="speckle"):
        trace(np.zeros((8, 8), np.uint8), frozenset(), speckle)


def test_a_missing_tracer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    bring = builtins.__import__

    def refuse(name: str, *rest: Any) -> Any:
        if name == "vtracer":
            raise ImportError(name)
        return bring(name, *rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtraError, match=r"hybrid-logo\[svg\]"):
        trace(np.zeros((8, 8), np.uint8), frozenset(), 1)
