"""The table of smaller students: what is bold, and what it says in words."""

from __future__ import annotations

from typing import Any

import pytest

from hybrid_logo.training.shrink import AS_TRAINED, FROM_SCRATCH, PRUNED, VARIANTS, WEIGHT_ONLY, Variant
from hybrid_logo.training.shrink_table import as_markdown, content

HALF, NEW = Variant(PRUNED, 0.5).name, Variant(FROM_SCRATCH, 0.5).name
NOTHING = "Nothing of it pays: the student stays as it is."


def row(
    variant: str, accepted: float = 0.9, clean: float = 0.9, seed: int = 1, **changed: Any
) -> dict[str, Any]:
    figures = {
        "clean_strict": 0.8,
        "clean_accepted": clean,
        "degraded_strict": 0.7,
        "degraded_accepted": accepted,
    }
    sizes = {"bytes": 1000, "parameters": 10, "multiply_adds": 2_500_000}
    same = {"same_label": 0.99, "largest_gap": 0.1}
    return {"key": "", "variant": variant, "seed": seed, **figures, **sizes, **same, **changed}


def told(*rows: dict[str, Any], **times: float) -> list[str]:
    median_ms = {each["variant"]: times.get(each["variant"].split()[0], 1.0) for each in rows}
    about = {"pictures": 60_000, "seeds": [1, 2], "logos": 716}
    return as_markdown(content(rows, median_ms, about)).splitlines()


def bold(lines: list[str]) -> list[str]:
    return [line.split("**")[1] for line in lines if line.startswith("| **")]


def test_means_ratios_and_sizes() -> None:
    lines = told(
        row(AS_TRAINED),
        row(HALF, 0.85, bytes=300_000),
        row(HALF, 0.86, seed=2, bytes=300_400),
        **{"as": 2.0, "50%": 1.0},
    )
    assert " Mean of 2 seeds and 60,000 pictures a run" in lines[0]
    assert lines[4:6] == [
        f"| {AS_TRAINED} | 80.0 | 90.0 | 70.0 | 90.0 | 99.00 | 1.00x | 1 kB | 2.5 M |",
        f"| {HALF} | 80.0 | 90.0 | 70.0 | 85.5 | 99.00 | 0.50x | 300 kB | 2.5 M |",
    ]
    assert lines[-1] == NOTHING


@pytest.mark.parametrize(
    ("changed", "time", "pays"),
    [
        ({}, 1.0, False),
        ({}, 0.94, True),
        ({"bytes": 940}, 5.0, True),
        ({"bytes": 960}, 0.96, False),
        ({"accepted": 0.896, "clean": 0.896}, 0.5, True),
        ({"accepted": 0.894}, 0.5, False),
        ({"clean": 0.894, "accepted": 0.99}, 0.5, False),
        ({"accepted": 0.906}, 2.0, True),
        ({"accepted": 0.904, "clean": 0.904}, 2.0, False),
    ],
)
def test_what_pays_is_bold(changed: dict[str, Any], time: float, pays: bool) -> None:
    lines = told(row(AS_TRAINED), row(WEIGHT_ONLY, **changed), weights=time)
    assert bold(lines) == [WEIGHT_ONLY] * pays
    assert lines[-1] == (f"What pays: {WEIGHT_ONLY}." if pays else NOTHING)


@pytest.mark.parametrize(
    ("accepted", "clean", "verdict"),
    [
        (0.904, 0.896, "pruning and training from scratch differ by no more than 0.5 points"),
        (0.92, 0.896, "pruning does better than training from scratch"),
        (0.89, 0.904, "training from scratch does better than pruning"),
        (0.92, 0.89, "pruning and training from scratch are each better on some pictures"),
    ],
)
def test_pruning_is_judged_against_the_same_size_from_scratch(
    accepted: float, clean: float, verdict: str
) -> None:
    last = told(row(AS_TRAINED, 0.99), row(HALF, accepted, clean), row(NEW))[-1]
    figures = f"{100 * accepted:.1f} against 90.0 percent accepted on degraded pictures"
    assert last == f"With 50% of the channels, {verdict}: {figures}. {NOTHING}"


def test_what_does_not_pay_is_named_beside_what_does() -> None:
    last = told(row(AS_TRAINED), row(WEIGHT_ONLY), row(HALF), row(NEW, 0.8), **{"50%": 0.5})[-1]
    assert last.endswith(f" What pays: {HALF}. What does not: {WEIGHT_ONLY}; {NEW}.")


def test_one_seed_is_no_mean() -> None:
    result = content([row(one.name) for one in VARIANTS], {one.name: 1.0 for one in VARIANTS}, {})
    text = as_markdown(result | {"pictures": 1000, "seeds": [1], "logos": 4})
    assert " One seed and 1,000 pictures a run" in text
    assert text.count("With ") == 2
