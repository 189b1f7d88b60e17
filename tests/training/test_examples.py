"""Examples: what an epoch takes, and what is known of each row."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_logo.errors import SourceError
from hybrid_logo.features import NAMES
from hybrid_logo.training.examples import FACTS, Examples, facts_of_drawing, joined, soft_targets
from hybrid_logo.training.facts import Facts
from hybrid_logo.training.labeller import Thresholds, detail
from hybrid_logo.training.pictures import PictureTable


def table(drawings: int, copies: int = 3, missing: tuple[int, ...] = ()) -> PictureTable:
    """Empty pictures; ``missing`` rows left gaps, as logos that vanish on their page do."""
    count = drawings * copies
    made = PictureTable(
        features=np.arange(count, dtype=np.float32)[:, None].repeat(len(NAMES), axis=1),
        views=np.zeros((count, 2, 2, 3), np.uint8),
        logos=np.repeat(np.arange(drawings), copies),
        copies=np.tile(np.arange(copies), drawings),
        labels=np.arange(count) // copies % 4,
        accepted=np.eye(4, dtype=bool)[np.arange(count) // copies % 4],
        clear=np.ones(count, bool),
    )
    return made.rows(~np.isin(np.arange(count), missing))


def examples(source: str, drawings: int, copies: int = 3, **more: Any) -> Examples:
    made = table(drawings, copies, **more)
    return Examples.of_table(made, source, soft_targets(made, 0.0, 0.0))


def several() -> Examples:
    """Eight, five and four drawings of three sources, with gaps."""
    return joined(
        [examples("labelled", 8), examples("icons", 5, 2), examples("composed", 4, missing=(0, 5, 6, 10))]
    )


def drawn(of: Examples, rows: Any) -> dict[str, list[int]]:
    """Drawings that were taken, by source."""
    return {
        name: sorted(of.drawings[rows[of.sources[rows] == number]].tolist())
        for number, name in enumerate(of.names)
    }


# What an epoch takes


def test_one_copy_of_each_drawing_is_taken() -> None:
    made = several()
    rows = made.draw({"labelled": 1.0, "icons": 1.0, "composed": 1.0}, np.random.default_rng(3))
    assert rows.dtype == np.int64
    assert drawn(made, rows) == {
        "labelled": list(range(8)),
        "icons": list(range(5)),
        "composed": list(range(4)),
    }


def test_shares_are_those_of_each_source() -> None:
    made = several()
    rows = made.draw({"labelled": 2.25, "composed": 0.5}, np.random.default_rng(1))
    taken = drawn(made, rows)
    times = np.bincount(taken["labelled"], minlength=8)
    assert sorted(times.tolist()) == [2] * 6 + [3] * 2
    assert taken["icons"] == []
    assert len(set(taken["composed"])) == len(taken["composed"]) == 2


def test_nothing_is_taken_of_sources_that_are_not_asked_for() -> None:
    assert len(several().draw({"elsewhere": 1.0, "icons": 0.0}, np.random.default_rng(1))) == 0


def test_every_copy_and_every_drawing_has_its_turn() -> None:
    made = several()
    epochs = [made.draw(dict.fromkeys(made.names, 0.5), np.random.default_rng(n)) for n in range(60)]
    assert set(np.concatenate(epochs).tolist()) == set(range(len(made.views)))
    assert len({tuple(drawn(made, rows)["labelled"]) for rows in epochs}) > 10


def test_copies_of_one_drawing_are_equally_likely() -> None:
    made = examples("labelled", 1, 4)
    rows = [made.draw({"labelled": 1.0}, np.random.default_rng(n))[0] for n in range(400)]
    assert np.bincount(rows, minlength=4).min() > 60


def test_the_order_is_shuffled_across_sources() -> None:
    made = joined([examples("labelled", 100, 1), examples("icons", 100, 1)])
    sources = made.sources[made.draw({"labelled": 1.0, "icons": 1.0}, np.random.default_rng(0))]
    assert 30 < sources[:100].sum() < 70


def test_the_same_seed_takes_the_same_rows() -> None:
    shares = {"labelled": 1.5, "icons": 0.4, "composed": 1.0}
    first, again, other = (several().draw(shares, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert first.tolist() == again.tolist() != other.tolist()


def test_rows_need_not_lie_in_order() -> None:
    made = examples("labelled", 6)
    mixed = np.random.default_rng(0).permutation(len(made.views))
    names = (field.name for field in fields(Examples) if field.name != "names")
    made = replace(made, **{name: getattr(made, name)[mixed] for name in names})
    assert drawn(made, made.draw({"labelled": 1.0}, np.random.default_rng(0)))["labelled"] == list(range(6))


# Sources together


def test_joined_keeps_rows_and_names() -> None:
    first, second = examples("labelled", 2), examples("icons", 3)
    second = second.taught(np.full((9, 4), 0.25, np.float32))
    both = joined([first, second, first])
    assert both.names == ("labelled", "icons")
    assert both.sources.tolist() == [0] * 6 + [1] * 9 + [0] * 6
    for name in ("views", "features", "targets", "allowed", "facts", "drawings", "copies", "teacher"):
        parts = [getattr(part, name) for part in (first, second, first)]
        assert np.array_equal(getattr(both, name), np.concatenate(parts), equal_nan=name == "facts"), name


def test_joined_examples_can_be_joined_again() -> None:
    again = joined([examples("composed", 1), several()])
    assert again.names == ("composed", "labelled", "icons")
    assert np.bincount(again.sources).tolist() == [3 + 8, 24, 10]


def test_drawings_and_pictures_are_counted() -> None:
    """A drawing that lost a copy still counts; one that lost all of them does not."""
    assert several().counts() == {
        "labelled": {"drawings": 8, "pictures": 24},
        "icons": {"drawings": 5, "pictures": 10},
        "composed": {"drawings": 4, "pictures": 8},
    }
    assert examples("icons", 3, 2, missing=(2, 3)).counts() == {"icons": {"drawings": 2, "pictures": 4}}


def test_nothing_to_join_is_told() -> None:
    with pytest.raises(SourceError, match="at least one source"):
        joined([])


def test_as_rendered_keeps_the_clean_copies() -> None:
    clean = several().as_rendered()
    assert (clean.copies == 0).all()
    assert drawn(clean, np.arange(len(clean.views))) == {
        "labelled": list(range(8)),
        "icons": list(range(5)),
        "composed": [1, 3],  # those of the others were lost
    }
    assert {len(getattr(clean, field.name)) for field in fields(Examples) if field.name != "names"} == {15}


# What is known of a row


def test_facts_and_types_belong_to_the_drawing() -> None:
    made = table(3)
    known = {0: np.array([1, 2, 3, 4], np.float32), 2: np.array([5, 6, np.nan, 8], np.float32)}
    allowed = np.eye(4, dtype=bool)[made.logos]
    found = Examples.of_table(made, "icons", soft_targets(made, 0, 0), known, allowed)
    assert found.facts.dtype == np.float32
    assert found.facts.shape == (9, len(FACTS))
    assert (found.facts[:3] == [1, 2, 3, 4]).all()
    assert np.isnan(found.facts[3:6]).all()
    assert np.isnan(found.facts[6:, 2]).all()
    assert (found.facts[6:, [0, 1, 3]] == [5, 6, 8]).all()
    assert (found.allowed == allowed).all()
    assert not found.teacher.any()
    assert found.names == ("icons",)


def test_without_knowledge_all_types_are_open_and_no_fact_is_known() -> None:
    found = examples("labelled", 2)
    assert found.allowed.all()
    assert np.isnan(found.facts).all()


def test_a_table_without_rows_makes_no_examples() -> None:
    none = examples("icons", 1, 2, missing=(0, 1))
    assert (none.facts.shape, none.teacher.shape) == ((0, len(FACTS)), (0, 4))
    both = joined([none, examples("labelled", 2)])
    assert len(both.draw({"icons": 1.0, "labelled": 1.0}, np.random.default_rng(0))) == 2


def test_teachers_choose_among_what_is_open() -> None:
    made = examples("icons", 2, 1)
    made = replace(made, allowed=np.array([[1, 1, 0, 0], [1, 1, 1, 1]], bool))
    said = np.array([[0.2, 0.3, 0.5, 0.0], [0.1, 0.2, 0.3, 0.4]], np.float32)
    taught = made.taught(said)
    assert taught.teacher.dtype == np.float32
    assert taught.teacher == pytest.approx(np.array([[0.4, 0.6, 0, 0], [0.1, 0.2, 0.3, 0.4]]), abs=1e-6)
    assert (taught.targets == made.targets).all()
    assert not made.teacher.any()


@given(
    st.lists(st.floats(-300, 0), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4).filter(any),
)
def test_what_teachers_say_stays_a_distribution_over_what_is_open(
    logarithms: list[float], allowed: list[bool]
) -> None:
    """Also where all of their probability lies on types that the facts rule out."""
    powers = np.exp(np.array([logarithms]))
    made = replace(examples("icons", 1, 1), allowed=np.array([allowed]))
    said = made.taught((powers / powers.sum()).astype(np.float32)).teacher
    assert said.sum() == pytest.approx(1.0, abs=1e-5)
    assert not said[~made.allowed].any()


def test_targets_are_probabilities_that_favour_the_label() -> None:
    accepted = np.array([[1, 0, 0, 0], [0, 1, 0, 1], [1, 1, 1, 1], [0, 0, 1, 1]], bool)
    made = replace(table(4, 1), labels=np.array([0, 1, 2, 3]), accepted=accepted)
    targets = soft_targets(made, also_accepted_share=0.3, label_smoothing=0.04)
    assert targets.dtype == np.float32
    floor = 0.01
    assert targets == pytest.approx(
        np.array(
            [
                [0.96 + floor, floor, floor, floor],
                [floor, 0.96 * 0.7 + floor, floor, 0.96 * 0.3 + floor],
                [0.96 * 0.1 + floor, 0.96 * 0.1 + floor, 0.96 * 0.7 + floor, 0.96 * 0.1 + floor],
                [floor, floor, 0.96 * 0.3 + floor, 0.96 * 0.7 + floor],
            ]
        ),
        abs=1e-6,
    )


# Facts of a drawing


def facts(colors: int = 3, ramp_share: float = 0.25, pieces: int = 9, outline: float = 1.5) -> Facts:
    shares = tuple((f"#{index:06x}", 1 / colors) for index in range(colors))
    return Facts(pieces, pieces, shares, ramp_share, {}, 0.0, 0, 0.0, outline, 0.5, 1.0)


def test_facts_are_scaled_to_about_one() -> None:
    values = facts_of_drawing(facts(), 0.75)
    assert values.dtype == np.float32
    expected = [np.log(4) / np.log(25), 0.25, 0.75, detail(facts(), Thresholds()) / 2]
    assert values == pytest.approx(np.array(expected), abs=1e-6)
    most = facts_of_drawing(facts(colors=24, pieces=900), 1.0)
    assert most == pytest.approx(np.array([1, 0.25, 1, 1]), abs=1e-6)


def test_what_is_unknown_is_no_number() -> None:
    assert np.isnan(facts_of_drawing(facts())).tolist() == [False, False, True, False]
    assert np.isnan(facts_of_drawing(facts(), letters_apart=False)).tolist() == [False, False, True, True]
    assert facts_of_drawing(facts(), 0.0)[2] == 0.0
