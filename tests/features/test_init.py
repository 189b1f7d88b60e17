from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hybrid_logo.errors import BlankError, TooSmallError
from hybrid_logo.features import NAMES, UNITS, measure, phrase
from hybrid_logo.features.found import find
from hybrid_logo.features.registry import FEATURES
from hybrid_logo.image import load_picture
from hybrid_logo.picture import Picture
from tests.drawn_pictures import BLUE, RED, WHITE, Pixels, disc, flat, laid_on, letter_on_tile, picture
from tests.picture_files import one_of_every_kind

BOUNDS: dict[str, tuple[float, float]] = {
    r"fraction.*, 0-1": (0, 1),
    "fraction of box height": (0, 1.25),  # a square has the thickest strokes for its box
    "levels": (0, 255),
    "16-level steps, 0-16": (0, 16),
    "bits": (0, 12),  # of 4,096 bins
    r"log2\(1 \+ \w+\)": (0, 16),
    "log2 of width over height": (-16, 16),
    "log2 of pixels": (2, 16),  # four pixels at least
    "changes per (row|column)": (0, 208),
    "interquartile range over median": (0, 208),
}
"""Pattern of a unit -> least and largest value that it can have."""


def bounds(unit: str) -> tuple[float, float]:
    (found,) = [limits for pattern, limits in BOUNDS.items() if re.fullmatch(pattern, unit)]
    return found


def check(values: np.ndarray) -> None:
    assert values.dtype == np.float32
    assert values.shape == (len(NAMES),)
    assert np.isfinite(values).all()
    for name, value in zip(NAMES, values.tolist(), strict=True):
        low, high = bounds(UNITS[name])
        assert low - 1e-6 <= value <= high + 1e-6, name


def drawn() -> list[Picture]:
    mark = disc(120, RED)
    return [
        load_picture(drawing)
        for drawing in (
            mark,
            laid_on(mark, WHITE),
            letter_on_tile(300, BLUE, RED),
            laid_on(mark, (9, 80, 60)),
        )
    ]


def test_names_units_and_order() -> None:
    assert NAMES == tuple(FEATURES) == tuple(UNITS)
    assert len(set(NAMES)) == len(NAMES) >= 30
    for name in NAMES:
        assert re.fullmatch(r"[a-z]\w+[a-z0-9]", name)
        assert bounds(UNITS[name])
        assert FEATURES[name][2].__doc__


def test_measure_calls_the_properties_in_their_order() -> None:
    for prepared in drawn():
        found = find(prepared)
        one_by_one = [function(found) for _, _, function in FEATURES.values()]
        assert measure(prepared).tolist() == np.float32(one_by_one).tolist()


@pytest.mark.parametrize("kind", one_of_every_kind())
def test_every_kind_of_file_is_measured(kind: str) -> None:
    check(measure(load_picture(one_of_every_kind()[kind])))


shapes = st.tuples(st.integers(4, 48), st.integers(4, 48), st.sampled_from([1, 3, 4]))
any_picture = shapes.flatmap(
    lambda shape: st.one_of(
        hnp.arrays(np.uint8, shape),
        hnp.arrays(np.uint8, shape, elements=st.sampled_from([0, 41, 200, 255])),
        hnp.arrays(np.uint8, shape, elements=st.integers(0, 255), fill=st.sampled_from([0, 255])),
        st.integers(0, 2**32).map(
            lambda seed: np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
        ),
    )
)


@given(any_picture)
@settings(max_examples=250)
def test_any_picture_is_measured_within_its_units_or_refused(pixels: Pixels) -> None:
    try:
        prepared = load_picture(pixels)
    except (BlankError, TooSmallError):
        return
    before = prepared.thumbnail.copy(), prepared.ink.copy(), prepared.source.copy()
    values = measure(prepared)
    check(values)
    assert np.array_equal(measure(prepared), values)
    for array, copy in zip((prepared.thumbnail, prepared.ink, prepared.source), before, strict=True):
        assert np.array_equal(array, copy)


@given(
    st.tuples(st.integers(1, 6), st.integers(60, 400), st.booleans()),
    st.integers(0, 2**32),
    st.sampled_from([3, 4]),
)
@settings(max_examples=40)
def test_narrow_pictures_are_measured_within_their_units(
    shape: tuple[int, int, bool], seed: int, channels: int
) -> None:
    thick, long, upright = shape
    random = np.random.default_rng(seed)
    pixels = np.full((20, long + 8, channels), 255, np.uint8)
    if channels == 4:
        pixels[...] = 0
    pixels[5 : 5 + thick, 4:-4] = random.integers(50, 255, (thick, long, channels))
    check(measure(load_picture(pixels.transpose(1, 0, 2) if upright else pixels)))


def test_a_picture_without_ink_in_its_thumbnail_is_measured() -> None:
    """Strokes of a very large drawing may be too faint in the thumbnail to be ink."""
    values = measure(picture(flat(30, 40, WHITE), np.zeros((30, 40), np.uint8)))
    assert np.isfinite(values).all()


def test_every_phrase_says_its_value() -> None:
    for name, value in zip(NAMES, measure(drawn()[2]).tolist(), strict=True):
        words = phrase(name, value)
        assert re.search(r"\d", words), name
        assert "{" not in words


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ramp_share", 0.61, "ramps cover 0.61 of the ink"),
        ("flat_color_count", 2.0, "3 flat colours"),
        ("component_count", 0.0, "0 separate shapes"),
        ("ink_long_side_log2", 8.0, "the ink is 256 px long"),
        ("aspect_log2", -1.0, "the ink is 0.5 times as wide as high"),
        ("range_median", 4.0, "the interior changes by 4 levels between neighbours"),
    ],
)
def test_phrases_are_freed_of_logarithms(name: str, value: float, words: str) -> None:
    assert phrase(name, value) == words


def test_a_name_that_is_no_feature_is_refused() -> None:
    with pytest.raises(KeyError, match="beauty"):
        phrase("beauty", 1.0)
