"""A run in a few figures."""

from __future__ import annotations

import pytest

from hybrid_logo.training.report.summary import gap_of, summary
from tests.training.report.made_up_run import healthy_lines, learning


def test_the_figures_of_a_run() -> None:
    seen = summary(learning())
    assert seen is not None
    assert (seen.epochs, seen.planned, seen.ended) == (10, 10, True)
    assert (seen.best_epoch, seen.kept_epoch, seen.convergence_epoch) == (10, 10, 7)  # 0.2 < 1.01 x 0.1984
    assert (seen.lowest_loss, seen.last_loss) == (0.1984, 0.1984)
    assert (seen.train, seen.clean, seen.degraded) == (0.96, 0.95, 0.93)
    assert seen.gap == pytest.approx(0.03)
    assert seen.pictures_per_second == 104.5


@pytest.mark.parametrize(("patience", "kept", "gap"), [(0, 10, 0.07), (5, 7, 0.03)])
def test_patience_keeps_the_best_epoch(patience: int, kept: int, gap: float) -> None:
    lines = healthy_lines()
    for line in lines[7:]:
        line.update(held_out_loss=0.3, train_strict=1.0)
    seen = summary(learning(lines, patience=patience))
    assert seen is not None
    assert (seen.best_epoch, seen.kept_epoch, seen.lowest_loss, seen.last_loss) == (7, kept, 0.2, 0.3)
    assert seen.gap == pytest.approx(gap)


def test_epochs_without_an_evaluation_are_passed_over() -> None:
    lines = [
        line if line["epoch"] % 3 == 0 else {"epoch": line["epoch"], "loss": 1.0} for line in healthy_lines()
    ]
    seen = summary(learning(lines))
    assert seen is not None
    assert (seen.epochs, seen.best_epoch, seen.convergence_epoch) == (10, 9, 9)
    assert summary(learning([{"epoch": 1, "loss": 1.0}])) is None


@pytest.mark.parametrize(
    ("line", "gap"),
    [
        ({"train_strict": 0.9, "clean_strict": 0.8, "degraded_strict": 0.6}, 0.3),
        ({"train_strict": 0.7, "clean_strict": 0.8}, -0.1),
        ({"train_strict": 0.9}, None),
        ({"clean_strict": 0.9}, None),
    ],
)
def test_the_gap_is_to_degraded_pictures_where_there_are_some(
    line: dict[str, float], gap: float | None
) -> None:
    assert gap_of({"epoch": 1, **line}) == (None if gap is None else pytest.approx(gap))
