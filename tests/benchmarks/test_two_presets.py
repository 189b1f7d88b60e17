"""Deciding by converting: errors, the tree, and what is missing. VTracer itself is made up."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from hybrid_logo.errors import MissingExtraError
from hybrid_logo.training.encodings import as_png
from hybrid_logo.types import LABELS
from tests.benchmarks.peer_scripts import two_presets

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10">'
RED = np.full((10, 20, 3), (0, 0, 255), np.uint8)


def fake_tracer(monkeypatch: pytest.MonkeyPatch, trace: Any) -> None:
    monkeypatch.setitem(sys.modules, "vtracer", SimpleNamespace(convert_raw_image_to_svg=trace))


def filled(color: str) -> str:
    return f'{HEAD}<path d="M0 0h20v10H0z" fill="{color}"/></svg>'


@pytest.mark.parametrize(("color", "error"), [("#f00", 0.0), ("#ff3000", 48 / 3**0.5)])
def test_the_error_is_what_drawing_again_shows(
    monkeypatch: pytest.MonkeyPatch, color: str, error: float
) -> None:
    asked: list[Any] = []

    def trace(data: bytes, form: str, **arguments: Any) -> str:
        asked.append(arguments)
        return filled(color)

    fake_tracer(monkeypatch, trace)
    found = two_presets.convert(RED, two_presets.PRESETS["fine"])
    assert found.error == pytest.approx(error, abs=1e-3)
    assert (found.size, found.paths) == (len(filled(color)), 1)
    assert asked[0].items() >= two_presets.PRESETS["fine"].items()


def test_a_panic_is_the_worst_conversion_and_an_interruption_goes_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class PanicException(BaseException):
        pass

    def raising(error: type[BaseException]) -> Any:
        def trace(*args: Any, **settings: Any) -> str:
            raise error

        return trace

    fake_tracer(monkeypatch, raising(PanicException))
    assert two_presets.convert(RED, {}) == two_presets.Conversion(255.0, 0, 0)
    fake_tracer(monkeypatch, raising(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        two_presets.convert(RED, {})


def test_a_transparent_picture_is_laid_on_a_page_that_shows_it() -> None:
    white_ink = np.zeros((40, 40, 4), np.uint8)
    white_ink[10:30, 10:30] = 255
    laid = two_presets.laid_on_page(as_png(white_ink))
    assert laid.shape == (40, 40, 3)
    assert laid[20, 20].tolist() == [255, 255, 255]
    assert laid[0, 0].max() < 100
    dark_blue = white_ink.copy()
    dark_blue[10:30, 10:30, :3] = (10, 20, 120)
    laid = two_presets.laid_on_page(as_png(dark_blue))
    assert (laid[20, 20].tolist(), laid[0, 0].tolist()) == ([120, 20, 10], [255, 255, 255])


def test_the_tree_says_what_scikit_learn_says() -> None:
    from sklearn.tree import DecisionTreeClassifier

    random = np.random.default_rng(4)
    inputs = random.integers(0, 9, (200, 4)) / 3
    labels = np.where(inputs[:, 0] > 1, 3, np.where(inputs[:, 2] > 2, 1, 0))
    tree = two_presets.learned_tree(inputs, labels)
    oracle = DecisionTreeClassifier(max_leaf_nodes=8, min_samples_leaf=10, random_state=1).fit(inputs, labels)
    said = [two_presets.follow(tree, row) for row in inputs.tolist()]
    assert said == [LABELS[number] for number in oracle.predict(inputs)]
    assert {LABELS[0], LABELS[1], LABELS[3]} == set(said)


@pytest.mark.parametrize(("value", "place"), [(0.5, 1), (0.500001, 2)])
def test_a_value_at_the_threshold_goes_left(value: float, place: int) -> None:
    tree = {"feature": [0, -1, -1], "threshold": [0.5, 0, 0], "left": [1, 0, 0], "right": [2, 0, 0]}
    assert two_presets.follow(tree | {"label": [0, 1, 2]}, [value]) == LABELS[place]


def test_the_tree_sees_which_preset_won() -> None:
    flat, fine = two_presets.Conversion(8.0, 1023, 3), two_presets.Conversion(2.0, 4095, 15)
    assert two_presets.as_inputs([flat, fine]) == [1.0, 8.0, 2.0, 6.0, 10.0, 2.0, 12.0, 4.0]
    assert two_presets.as_inputs([flat, flat])[0] == 0.0


def test_it_learns_from_conversions_and_keeps_what_it_learned(
    pictures: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With conversions that cost what the mean level of the picture says."""

    def costs(pixels: Any, preset: dict[str, Any]) -> Any:
        return two_presets.Conversion(float(pixels.mean()) % 16, preset["filter_speckle"], 1)

    monkeypatch.setattr(two_presets, "convert", costs)
    monkeypatch.setattr(two_presets, "find_spec", lambda name: name)
    peer = two_presets.TwoPresets(logos=12, workers=1)
    trained = peer.trained(pictures, tmp_path)
    assert trained.pictures_seen == 12
    assert "flat 100%, fine 0%" in trained.about
    files = [data for data, _ in pictures.train_files(5)]
    answers = trained.answer_many([*files, b"no picture"])
    assert answers == [*(trained.answer(data) for data in files), None]
    monkeypatch.setattr(two_presets, "convert", None)
    assert peer.trained(pictures, tmp_path).about == trained.about


def test_it_is_skipped_where_a_package_is_missing(
    pictures: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_presets, "find_spec", lambda name: None if name == "vtracer" else name)
    with pytest.raises(MissingExtraError, match=r"needs vtracer.*pip install vtracer$"):
        two_presets.TwoPresets().trained(pictures, tmp_path)
