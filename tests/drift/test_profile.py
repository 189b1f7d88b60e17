"""Profiles count every result once, in the right bin, add up, and come back from their file unchanged."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_logo import HybridClassifier, Mode
from hybrid_logo.drift.bins import EDGES, PARTS, SLICES, bin_words, edge_words, edges_of
from hybrid_logo.drift.profile import Profile, profile_of, read_profile
from hybrid_logo.errors import BlankError, InputError
from hybrid_logo.features import NAMES, UNITS
from hybrid_logo.types import LABELS, DecidedBy, FileResult, Prediction
from tests.small_release import drawings


def answered(*values: float, score: float = 0.97, confidence: float = 0.7, **changed: Any) -> FileResult:
    """A result whose first measurements are ``values`` and whose others are 0."""
    rest = (1.0 - confidence) / 3
    prediction = Prediction(
        label=LABELS[0],
        confidence=confidence,
        certain=False,
        scores=(confidence, rest, rest, rest),
        decided_by=DecidedBy.RULES,
        reason="",
        score=score,
        model="m",
        measurements=(*values, *(0.0 for _ in NAMES[len(values) :])),
    )
    return FileResult("a.png", replace(prediction, **changed))


FAILED = FileResult.from_error("b.png", BlankError("nothing is drawn"))


@pytest.mark.parametrize("name", NAMES)
def test_every_feature_has_its_bins(name: str) -> None:
    edges = EDGES[name]
    assert list(edges) == sorted(set(edges))
    assert len(bin_words(name)) == len(edges) + 1 == len(set(bin_words(name)))


def test_a_unit_without_bins_is_an_error() -> None:
    with pytest.raises(ValueError, match="no bins for the unit 'parsecs'"):
        edges_of("parsecs")


def test_counts_are_cut_between_whole_numbers_and_told_freed_of_the_logarithm() -> None:
    name = "flat_color_count"
    bins = [int(np.searchsorted(EDGES[name], np.log2(1.0 + count), side="right")) for count in range(7)]
    assert bins == list(range(7))
    assert edge_words(name, EDGES[name][4]) == "4.5"
    assert edge_words("ink_long_side_log2", 10.0) == "1,024"
    assert edge_words("ramp_share", 0.002) == "0.002"


@given(st.lists(st.floats(-20, 300, width=32), min_size=len(NAMES), max_size=len(NAMES)))
def test_each_value_falls_into_the_bin_that_holds_it(values: list[float]) -> None:
    profile = profile_of([answered(*values)])
    for name, value in zip(NAMES, values, strict=True):
        (place,) = np.flatnonzero(profile.histogram(name))
        ends = [-np.inf, *EDGES[name], np.inf]
        assert ends[place] <= value < ends[place + 1]


def test_every_result_is_counted_once() -> None:
    other = answered(label=LABELS[2], scores=(0.1, 0.1, 0.7, 0.1), decided_by=DecidedBy.BOTH)
    profile = profile_of([answered(), FAILED, other, answered()])
    assert (profile.results, profile.answered) == (4, 3)
    counts = profile.to_dict()["counts"]
    assert {name: n for name, n in counts["outcome"].items() if n} == {"answered": 3, "blank": 1}
    assert counts["label"] == {"simple": 2, "text": 0, "gradient": 1, "complex": 0}
    assert counts["decided_by"] == {"rules": 2, "student": 0, "both": 1}
    assert profile.share("decided_by", "rules") == pytest.approx(2 / 3)
    assert {int(profile.histogram(name).sum()) for name in SLICES if name != "outcome"} == {3}
    assert profile.histogram("score").tolist().index(3) == 15  # 0.95 to 0.98


def test_profiles_of_parts_add_up_to_that_of_the_whole() -> None:
    results = [answered(float(number)) for number in range(5)] + [FAILED]
    whole = profile_of(results[:2]) + profile_of(results[2:])
    assert whole.to_dict() == profile_of(results).to_dict()
    with pytest.raises(ValueError, match="cannot be added"):
        whole + Profile("other")


@pytest.mark.parametrize(
    ("result", "told"),
    [
        (answered(model="other"), "cannot count an answer of other"),
        (answered(score=None), 'mode "hybrid"'),  # type: ignore[arg-type]
        (answered(measurements=()), 'mode "hybrid"'),
    ],
)
def test_what_cannot_be_compared_is_not_counted(result: FileResult, told: str) -> None:
    profile = profile_of([answered()])
    before = profile.counts.copy()
    with pytest.raises(ValueError, match=told):
        profile.add(result)
    assert (profile.counts == before).all()


def test_nothing_answered_is_no_profile() -> None:
    with pytest.raises(InputError, match="no picture was answered"):
        profile_of([FAILED])


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    profile = profile_of([answered(0.3), FAILED, answered(2.5)])
    profile.write(tmp_path / "p.json")
    again = read_profile(tmp_path / "p.json")
    assert again.to_dict() == profile.to_dict()
    assert again.results == 3
    assert set(json.loads((tmp_path / "p.json").read_text())) == set(profile.to_dict())


def changed(*path: str, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for name in path[:-1]:
            data = data[name]
        data[path[-1]] = to

    return change


@pytest.mark.parametrize(
    "change",
    [
        changed("schema", to=2),
        changed("schema", to=None),
        changed("model", to=7),
        changed("more", to=1),
        changed("pictures", to=5),
        changed("counts", to=[]),
        changed("counts", "label", to={"simple": 2}),
        changed("counts", "label", "simple", to=1),
        changed("counts", "outcome", "answered", to=-1),
        changed("histograms", "ramp_share", "counts", to=[2]),
        changed("histograms", "ramp_share", "counts", to="2"),
        changed("histograms", "ramp_share", "counts", 0, to=2.0),  # type: ignore[arg-type]
        changed("histograms", "ramp_share", "counts", 0, to=10**30),  # type: ignore[arg-type]
        changed("histograms", "ramp_share", "edges", 0, to=0.003),  # type: ignore[arg-type]
        changed("histograms", "ramp_share", to=None),
        changed("histograms", to={}),
    ],
)
def test_a_spoiled_file_is_refused(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    data = profile_of([answered(), answered()]).to_dict()
    change(data)
    (tmp_path / "p.json").write_text(json.dumps(data))
    with pytest.raises(InputError, match="record it again with hybrid-logo classify"):
        read_profile(tmp_path / "p.json")


@pytest.mark.parametrize("text", ["", "[]", "7", "{}", "[" * 100_000, "\xff\x00"])
def test_what_is_no_profile_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "p.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match="record it again with hybrid-logo classify"):
        read_profile(tmp_path / "p.json")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_profile(tmp_path / "none.json")


def test_the_classifier_gives_what_is_counted(small_release: Path) -> None:
    pictures = drawings(3)
    profile = profile_of(HybridClassifier(model=small_release).classify_many([*pictures, b""]))
    assert (profile.results, profile.answered) == (len(pictures) + 1, len(pictures))
    assert set(UNITS) | {"score", "confidence"} == EDGES.keys()
    # The drawings have nothing that every histogram could miss: one of 256 px, few of one colour.
    assert np.count_nonzero(profile.histogram("flat_color_count")) > 1
    assert set(PARTS) == {"outcome", "decided_by", "label"}


def test_measurements_are_those_of_the_rules_and_stay_out_of_outputs(small_release: Path) -> None:
    (picture,) = drawings(1)[:1]
    asked = HybridClassifier(model=small_release).classify(picture)
    assert len(asked.measurements) == len(NAMES)
    assert "measurements" not in asked.to_dict()
    assert HybridClassifier(Mode.NEURAL, model=small_release).classify(picture).measurements == ()
