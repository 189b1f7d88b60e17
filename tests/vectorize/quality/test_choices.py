"""Methods choose among measured candidates, by what each may know."""

from __future__ import annotations

from hybrid_logo.vectorize.quality.candidates import DEFAULT, POTRACE, SNAP
from hybrid_logo.vectorize.quality.choices import METHODS, ORACLE, OURS, TRUE_TYPE, TWO
from tests.vectorize.quality.made_up_rows import figures, row


def test_fixed_methods_take_their_candidate_or_nothing() -> None:
    made = row(1)
    assert METHODS[DEFAULT](made) == DEFAULT
    assert METHODS[POTRACE](made) is None
    made["candidates"][SNAP] = {"failed": "PanicException"}
    assert METHODS[SNAP](made) is None


def test_by_the_type_follows_the_prediction_and_the_true_type_the_label() -> None:
    made = row(1, "simple") | {"predicted": "text", "tried": ["text"]}
    assert METHODS[OURS](made) == "strategy text"
    assert METHODS[TRUE_TYPE](made) == "strategy simple"


def test_of_two_the_nearer_to_the_picture_is_kept() -> None:
    made = row(1, strategy_complex=1.0)
    assert METHODS[TWO](made) == "strategy complex"
    assert METHODS[OURS](made) == "strategy simple"
    # The original is not known where pictures are converted.
    made["candidates"]["strategy complex"]["original"] = figures(9.0)
    assert METHODS[TWO](made) == "strategy complex"


def test_the_oracle_knows_the_original() -> None:
    made = row(1)
    made["candidates"]["strategy text"]["original"] = figures(0.5)
    made["candidates"]["strategy text"]["picture"] = figures(9.0)
    assert METHODS[ORACLE](made) == "strategy text"


def test_a_failed_strategy_leaves_the_other() -> None:
    made = row(1)
    made["candidates"]["strategy simple"] = {"failed": "too slow"}
    assert METHODS[OURS](made) is None
    assert METHODS[TWO](made) == "strategy complex"
