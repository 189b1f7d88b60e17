"""Who alone is right, counted on a table that can be read."""

from __future__ import annotations

from hybrid_logo.evaluation.statistics.complementarity import ALL_TYPES, complementarity
from hybrid_logo.types import LogoType

S, T, _, _ = LogoType
#         both  rules  neural neither both
LABELS = [S,    S,     T,     T,      T]  # fmt: skip
RULES = [True, True, False, False, True]
NEURAL = [True, False, True, False, True]
HYBRID = [True, False, True, True, False]


def test_pictures_are_grouped_by_who_is_right() -> None:
    found = complementarity(LABELS, RULES, NEURAL, HYBRID)
    assert list(found) == [ALL_TYPES, "simple", "text"]
    assert found["text"]["groups"] == {"both": 1, "only rules": 0, "only neural": 1, "neither": 1}
    row = found[ALL_TYPES]
    assert row["pictures"] == 5
    assert row["groups"] == {"both": 2, "only rules": 1, "only neural": 1, "neither": 1}
    assert row["hybrid_right"] == {"both": 1, "only rules": 0, "only neural": 1, "neither": 1}
    assert [(row[name]["k"], row[name]["n"]) for name in ("oracle", "hybrid", "kept")] == [
        (4, 5),
        (3, 5),
        (1, 2),
    ]


def test_without_the_hybrid_there_is_the_oracle_alone() -> None:
    row = complementarity(LABELS, RULES, NEURAL, None)[ALL_TYPES]
    assert row["oracle"]["share"] == 0.8
    assert row.keys() == {"pictures", "groups", "oracle"}


def test_two_that_agree_leave_nothing_to_keep() -> None:
    row = complementarity([S], [True], [True], [True])[ALL_TYPES]
    assert (row["kept"]["n"], row["kept"]["share"]) == (0, None)
