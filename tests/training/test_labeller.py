from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_logo.training.facts import Facts, measure_facts
from hybrid_logo.training.labeller import (
    GRID,
    MEASURED_TYPES,
    Thresholds,
    accepted_types,
    agreements,
    choose_thresholds,
    detail,
    facts_of_logos,
    label_of,
)
from hybrid_logo.training.labels import LabelledLogo
from hybrid_logo.types import LogoType

SIMPLE, TEXT, GRADIENT, COMPLEX = LogoType.SIMPLE, LogoType.TEXT, LogoType.GRADIENT, LogoType.COMPLEX


def facts(pieces: int = 2, colors: int = 2, outline: float = 1.5, ramp_share: float = 0.0) -> Facts:
    shares = tuple((f"#{index:06x}", 1 / colors) for index in range(colors))
    return Facts(pieces, pieces, shares, ramp_share, {}, 0.0, 0, 0.0, outline, 0.5, 1.0)


PLAIN = facts()
BUSY = facts(pieces=60, colors=8, outline=5.0)


def logo(
    name: str, label: LogoType, split: str = "train", *, clear: bool = True, also: str = ""
) -> LabelledLogo:
    accepted = frozenset([label, *(LogoType(word) for word in also.split())])
    return LabelledLogo("logos", name, label, accepted, clear, name, split)


@pytest.mark.parametrize(
    ("found", "lettering_share", "label"),
    [
        (PLAIN, None, SIMPLE),
        (PLAIN, 0.1, SIMPLE),
        (PLAIN, 0.9, TEXT),
        (facts(ramp_share=0.9), None, GRADIENT),
        (facts(ramp_share=0.9), 0.9, GRADIENT),
        (facts(ramp_share=0.05), 0.9, TEXT),
        (BUSY, None, COMPLEX),
        (BUSY, 0.9, COMPLEX),
        (facts(60, 8, 5.0, ramp_share=0.9), 0.9, COMPLEX),
    ],
)
def test_the_first_rule_that_holds_wins(found: Facts, lettering_share: float | None, label: LogoType) -> None:
    assert label_of(found, lettering_share) == (label, False)


@pytest.mark.parametrize(
    ("found", "lettering_share", "label"),
    [
        (facts(ramp_share=0.19), None, SIMPLE),
        (facts(ramp_share=0.21), None, GRADIENT),
        (PLAIN, 0.45, SIMPLE),
        (PLAIN, 0.55, TEXT),
        (facts(pieces=20, colors=3, outline=1.5), None, SIMPLE),
        (facts(pieces=25, colors=4, outline=1.5), None, COMPLEX),
        (facts(pieces=20, colors=3, outline=1.5, ramp_share=0.9), None, GRADIENT),
        (facts(pieces=2, colors=2, ramp_share=0.18), 0.9, TEXT),
    ],
)
def test_near_a_boundary_the_label_is_flagged(
    found: Facts, lettering_share: float | None, label: LogoType
) -> None:
    assert label_of(found, lettering_share) == (label, True)


def test_what_no_longer_matters_flags_nothing() -> None:
    """A drawing that is complex by far stays so wherever its ramps and letters stand."""
    assert label_of(facts(60, 8, 5.0, ramp_share=0.2), 0.5) == (COMPLEX, False)


@pytest.mark.parametrize("name", ["pieces", "colors", "outline"])
def test_each_kind_of_detail_makes_complex_on_its_own(name: str) -> None:
    limits = Thresholds()
    low, high = (facts(**{**{"pieces": 0, "colors": 1, "outline": 0.0}, name: value}) for value in (1, 50))
    assert label_of(low)[0] == SIMPLE
    assert label_of(high)[0] == COMPLEX
    assert detail(high, limits) > detail(low, limits)


@pytest.mark.parametrize(
    ("found", "lettering_share", "accepted"),
    [
        (PLAIN, None, {SIMPLE}),
        (PLAIN, 0.9, {TEXT}),
        (PLAIN, 0.39, {SIMPLE, TEXT}),
        (PLAIN, 0.61, {SIMPLE, TEXT}),
        (PLAIN, 0.36, {SIMPLE}),
        (PLAIN, 0.64, {TEXT}),
        (facts(ramp_share=0.9), 0.9, {GRADIENT}),
        (facts(ramp_share=0.16), None, {SIMPLE, GRADIENT}),
        (facts(ramp_share=0.24), 0.9, {TEXT, GRADIENT}),
        (facts(ramp_share=0.14), None, {SIMPLE}),
        (facts(ramp_share=0.26), None, {GRADIENT}),
        (facts(pieces=20, colors=3, outline=1.5), None, {SIMPLE, COMPLEX}),
        (facts(pieces=25, colors=4, outline=1.5), None, {SIMPLE, COMPLEX}),
        (facts(pieces=20, colors=3, outline=1.5, ramp_share=0.9), None, {GRADIENT, COMPLEX}),
        (facts(pieces=20, colors=3, outline=1.5, ramp_share=0.2), None, {SIMPLE, GRADIENT, COMPLEX}),
        (BUSY, 0.9, {COMPLEX}),
    ],
)
def test_both_sides_of_a_near_boundary_are_accepted(
    found: Facts, lettering_share: float | None, accepted: set[LogoType]
) -> None:
    assert accepted_types(found, lettering_share) == accepted


@given(st.integers(0, 80), st.integers(1, 30), st.floats(0, 8), st.floats(0, 1), st.none() | st.floats(0, 1))
def test_the_label_is_always_accepted(
    pieces: int, colors: int, outline: float, ramp_share: float, lettering_share: float | None
) -> None:
    found = facts(pieces, colors, outline, ramp_share)
    accepted = accepted_types(found, lettering_share)
    assert label_of(found, lettering_share)[0] in accepted
    assert TEXT not in accepted or lettering_share is not None


def test_other_thresholds_give_other_labels() -> None:
    assert label_of(facts(ramp_share=0.3), None, Thresholds(ramp_share=0.5))[0] == SIMPLE
    assert label_of(PLAIN, 0.3, Thresholds(lettering_share=0.2))[0] == TEXT


def test_drawings_get_the_label_that_the_guide_gives() -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    disc = '<circle cx="50" cy="50" r="40" fill="{}"/></svg>'
    ramp = (
        '<linearGradient id="g"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient>'
    )
    scales = "".join(
        f'<circle cx="{x}" cy="{y}" r="4" fill="hsl({(x * 7 + y * 3) % 360},90%,50%)"/>'
        for x in range(5, 100, 10)
        for y in range(5, 100, 10)
    )
    assert label_of(measure_facts(head + disc.format("teal"))) == (SIMPLE, False)
    assert label_of(measure_facts(head + ramp + disc.format("url(#g)"))) == (GRADIENT, False)
    assert label_of(measure_facts(f"{head}{scales}</svg>")) == (COMPLEX, False)


def test_agreements_count_each_type_in_each_split() -> None:
    logos = [
        logo("a", SIMPLE),
        logo("b", SIMPLE, clear=False, also="complex"),
        logo("c", SIMPLE, clear=False),
        logo("d", GRADIENT, "test"),
        logo("e", GRADIENT, "test"),
        logo("without-facts", GRADIENT, "test"),
        logo("f", TEXT, "test"),
    ]
    known = {"a": PLAIN, "b": BUSY, "c": BUSY, "d": facts(ramp_share=0.21), "e": PLAIN, "f": PLAIN}
    found = agreements(logos, {("logos", name): values for name, values in known.items()})
    assert [(row.split, row.label) for row in found] == [("train", SIMPLE), ("test", GRADIENT)]
    simple, gradient = found
    assert (simple.logos, simple.strict, simple.accepted, simple.ambiguous) == (3, 1, 2, 0)
    assert (simple.clear_logos, simple.clear) == (1, 1)
    assert (gradient.logos, gradient.strict, gradient.accepted, gradient.ambiguous) == (2, 1, 1, 1)
    assert (gradient.clear_logos, gradient.clear) == (2, 1)
    # Two of two are right with probability p^2 and none with (1-p)^2; each tail has 2.5%.
    assert gradient.interval == pytest.approx((1 - 0.975**0.5, 0.975**0.5), abs=1e-6)


def test_thresholds_are_chosen_on_train_alone() -> None:
    """Twenty pieces are complex in train; whatever the other splits say changes nothing."""
    middling = facts(pieces=20, colors=3, outline=1.5)
    train = [logo("a", COMPLEX), logo("b", SIMPLE)]
    known = {("logos", "a"): middling, ("logos", "b"): PLAIN}
    chosen = choose_thresholds(train, known)
    assert chosen in GRID
    assert label_of(middling, None, chosen)[0] == COMPLEX
    assert label_of(middling)[0] == SIMPLE
    others = [logo(f"{split}{n}", SIMPLE, split) for split in ("calibrate", "test") for n in range(9)]
    assert choose_thresholds(train + others, known | {o.key: middling for o in others}) == chosen


def test_the_thresholds_in_use_are_in_the_grid() -> None:
    assert Thresholds() in GRID
    assert len(set(GRID)) == len(GRID)
    assert {replace(entry, pieces=1, colors=1, outline=1) for entry in GRID} == {
        replace(Thresholds(), pieces=1, colors=1, outline=1)
    }


def test_text_is_not_measured() -> None:
    assert set(MEASURED_TYPES) == set(LogoType) - {TEXT}


def test_facts_of_logos_come_from_their_sets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def of_set(name: str, wanted: list[str], cache: Path, workers: int) -> dict[str, Facts]:
        asked.append((name, wanted, cache, workers))
        return {wanted[0]: PLAIN}

    monkeypatch.setattr("hybrid_logo.training.labeller.facts_of_set", of_set)
    logos = [logo("a", SIMPLE), replace(logo("b", SIMPLE), set="devicon"), logo("c", SIMPLE)]
    assert facts_of_logos(logos, tmp_path, 1) == {("logos", "a"): PLAIN, ("devicon", "b"): PLAIN}
    assert asked == [("logos", ["a", "c"], tmp_path, 1), ("devicon", ["b"], tmp_path, 1)]
