"""Each rule fires beyond its threshold, is silent below it, and says what to do."""

from __future__ import annotations

from typing import Any

import pytest

from hybrid_logo.training.parity import Parity
from hybrid_logo.training.report.findings import RULES, findings, parity_findings, teaching_findings
from hybrid_logo.training.report.record import Teaching
from hybrid_logo.training.report.summary import summary
from tests.training.report.made_up_run import FIGURES, PARITY, healthy_lines, learning


def with_changes(change: dict[str, Any], *epochs: int) -> list[dict[str, Any]]:
    """Healthy lines with other figures in some epochs (in the last by default)."""
    return [line | (change if line["epoch"] in (epochs or (10,)) else {}) for line in healthy_lines()]


def rules(lines: list[dict[str, Any]], **changed: Any) -> set[str]:
    return {finding.rule for finding in findings(learning(lines, **changed))}


def test_nothing_is_found_of_a_healthy_run() -> None:
    assert findings(learning()) == []


@pytest.mark.parametrize(
    ("rule", "fires", "silent"),
    [
        ("overfitting", {"train_strict": 0.981}, {"train_strict": 0.979}),
        ("overfitting", {"degraded_strict": 0.909}, {"degraded_strict": 0.911}),
        ("underfitting", {"train_strict": 0.899}, {"train_strict": 0.901}),
        ("rising loss", {"held_out_loss": 0.2095}, {"held_out_loss": 0.208}),
        ("weak type", {"strict_complex": 0.899}, {"strict_complex": 0.901}),
        ("fragile", {"degraded_strict": 0.899, "train_strict": 0.92},
         {"degraded_strict": 0.901, "train_strict": 0.92}),
        ("unsteady", {"loss": 0.6}, {"loss": 0.59}),
    ],
)  # fmt: skip
def test_a_rule_fires_beyond_its_threshold_alone(
    rule: str, fires: dict[str, float], silent: dict[str, float]
) -> None:
    assert rules(with_changes(fires)) == {rule}
    assert rules(with_changes(silent)) == set()


def test_a_wide_gap_is_not_called_underfitting() -> None:
    assert rules(with_changes({"train_strict": 0.85, "degraded_strict": 0.75, "clean_strict": 0.76})) == {
        "overfitting"
    }


def test_only_the_kept_epoch_is_judged() -> None:
    """With patience the best weights are kept, and what came after them harms nobody."""
    spoiled = {"held_out_loss": 0.4, "train_strict": 1.0, "degraded_strict": 0.8, "strict_text": 0.5}
    lines = with_changes(spoiled, 10)
    assert rules(lines) == {"overfitting", "rising loss", "fragile", "weak type"}
    assert rules(lines, patience=1) == {"best weights kept"}


def test_a_gap_without_degraded_pictures_is_that_to_clean_ones() -> None:
    lines = [{k: v for k, v in line.items() if "degraded" not in k} for line in with_changes({})]
    assert rules(lines) == set()
    assert rules([line | {"train_strict": 1.01} for line in lines]) == {"overfitting"}


@pytest.mark.parametrize(
    ("losses", "expected"),
    [
        ([0.5, 0.4, 0.3, 0.2, 0.19, 0.18, 0.17, 0.16, 0.15, 0.14], {"still learning"}),
        ([0.5, 0.4, 0.3, 0.2, 0.19, 0.18, 0.17, 0.16, 0.14, 0.1399], set()),
        ([0.5, 0.4, 0.3, 0.2] + 6 * [0.199], {"converged early"}),
        ([0.5, 0.4, 0.3, 0.21] + 6 * [0.199], set()),
    ],
)
def test_the_convergence_epoch_says_whether_a_run_is_too_short_or_too_long(
    losses: list[float], expected: set[str]
) -> None:
    lines = [line | {"held_out_loss": loss} for line, loss in zip(healthy_lines(), losses, strict=True)]
    assert rules(lines) == expected


def test_a_run_that_goes_on_is_told_and_its_length_not_judged() -> None:
    assert rules(healthy_lines(4)) == {"unfinished"}
    assert rules(healthy_lines(4), epochs=4) == {"still learning"}
    assert rules(healthy_lines(4), epochs=None) == {"still learning"}
    assert rules(healthy_lines(), epochs=None) == set()


def test_a_run_that_patience_ended_is_not_unfinished() -> None:
    lines = with_changes({"held_out_loss": 0.201}, 8, 9, 10)
    assert rules(lines, epochs=50, patience=4) == {"unfinished"}
    assert rules(lines, epochs=50, patience=3) == set()


def test_before_the_first_evaluation_only_losses_are_judged() -> None:
    lines = [{"epoch": 1, "loss": 1.0}, {"epoch": 2, "loss": 9.0}]
    assert rules(lines) == {"not judged", "unsteady"}
    assert rules(lines[:1], diverged=1) == {"not judged", "diverged"}


def test_a_jump_names_its_epoch() -> None:
    (found,) = findings(learning(with_changes({"loss": 30.0}, 4)))
    assert (found.rule, found.of, found.warns) == ("unsteady", "student", True)
    assert "epoch 4 is 46.9 times" in found.says


def test_every_rule_ends_with_what_to_do() -> None:
    for name, rule in RULES.items():
        assert rule.advice.endswith("."), name
    assert {name for name, rule in RULES.items() if not rule.warns} == {
        "best weights kept", "converged early", "unfinished", "not judged", "idle teacher",
        "ahead of its teachers",
    }  # fmt: skip


def teaching(together: dict[str, float], weights: tuple[float, float] = (0.6, 0.4)) -> Teaching:
    figures = {"a": FIGURES, "b": FIGURES, "together": together}
    return Teaching(("a", "b"), weights, (1.0, 1.0), figures)


@pytest.mark.parametrize(
    ("together", "rule"),
    [
        ({"clean_strict": 0.0, "degraded_strict": 0.951}, "behind its teachers"),
        ({"clean_strict": 0.0, "degraded_strict": 0.949}, None),
        ({"clean_strict": 1.0, "degraded_strict": 0.929}, "ahead of its teachers"),
        ({"clean_strict": 0.971}, "behind its teachers"),
        ({}, None),
    ],
)
def test_the_student_is_compared_with_its_teachers(together: dict[str, float], rule: str | None) -> None:
    found = teaching_findings(teaching(together), summary(learning()))
    assert [finding.rule for finding in found] == ([rule] if rule else [])


def test_an_idle_teacher_is_named_also_before_there_is_a_student() -> None:
    (found,) = teaching_findings(teaching(FIGURES, (0.981, 0.019)), None)
    assert (found.rule, found.of) == ("idle teacher", "b")
    assert teaching_findings(teaching(FIGURES, (0.98, 0.02)), None) == []


@pytest.mark.parametrize(
    ("changed", "found"),
    [({}, 0), ({"same_label": 0.989}, 1), ({"correct": 948}, 0), ({"correct": 947}, 1)],
)
def test_quantisation_is_held_to_the_limits_of_a_release(changed: dict[str, Any], found: int) -> None:
    told = parity_findings({"int8": Parity(**PARITY), "int8-symmetric": Parity(**PARITY | changed)})
    assert [finding.of for finding in told] == found * ["student-int8-symmetric"]
