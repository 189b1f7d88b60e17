from __future__ import annotations

import hashlib
from collections import defaultdict

import numpy as np
import pytest

from hybrid_logo.organize.journal import Answer, Settings
from hybrid_logo.organize.plan import Earlier, Placement, make_plan, tabulate
from hybrid_logo.types import LABELS, LogoType


def answer(source: str, look: str | None = None, label: LogoType = LogoType.SIMPLE) -> Answer:
    seed = int.from_bytes(hashlib.sha256((look or source).encode("utf-8", "replace")).digest()[:8], "big")
    pixels = np.random.default_rng(seed).integers(0, 256, 768, np.uint8).tobytes()
    return Answer(source, 1, 1, source, pixels, label, 0.9, "rules", "a reason")


def plan_of(*answers: Answer, **earlier: Earlier) -> dict[str, Placement]:
    known = {name.replace("__", "."): place for name, place in earlier.items()}
    plan = make_plan({one.source: one for one in answers}, Settings(balance=True), {}, known)
    return {placement.answer.source: placement for placement in plan}


def test_a_brand_and_a_look_bind_pictures_together_also_in_a_chain() -> None:
    plan = plan_of(
        answer("acme.png"),
        answer("acme-dark.png", "shown"),
        answer("download.png", "shown"),
        answer("zeta.png"),
    )
    assert [plan[name].cluster for name in sorted(plan)] == ["acme", "acme", "acme", "zeta"]
    assert plan["download.png"].brand == "download"


def test_no_group_is_in_two_splits_and_the_ratios_are_met() -> None:
    many = [
        answer(f"{'abcdefghij'[number % 10]}{number // 20}{word}.png", label=LABELS[number % 4])
        for number in range(200)
        for word in ("", "-dark")
    ]
    plan = plan_of(*many)
    splits = defaultdict(set)
    for placement in plan.values():
        splits[placement.brand].add(placement.split)
    assert len(splits) == 100
    assert {len(found) for found in splits.values()} == {1}
    counts = tabulate(list(plan.values()))
    assert np.abs(counts / counts.sum(0) - np.array([[0.7], [0.2], [0.1]])).max() < 0.05


def test_every_picture_gets_a_name_of_its_own() -> None:
    plan = plan_of(
        *map(
            answer,
            ["a/x.png", "b/X.png", "c/x.png", "x-2.png", "caf\udce9.png", "a\nb.png", f"{'é' * 120}.png"],
        )
    )
    names = {source: placement.name for source, placement in plan.items()}
    assert len({name.casefold() for name in names.values()}) == 7
    assert names["a/x.png"] == "x.png"
    assert names["caf\udce9.png"] == "caf_.png"
    assert names["a\nb.png"] == "a_b.png"
    assert all(len(name.encode()) <= 200 and name.endswith(".png") for name in map(str.lower, names.values()))


def test_a_set_that_grows_keeps_splits_and_names() -> None:
    earlier = {"acme__png": Earlier("test", "acme.png"), "zeta__png": Earlier("calibrate", "z-7.png")}
    plan = plan_of(
        answer("acme.png"), answer("acme-dark.png"), answer("zeta.png"), answer("b/acme.png"), **earlier
    )
    assert {plan[name].split for name in ("acme.png", "acme-dark.png", "b/acme.png")} == {"test"}
    assert (plan["zeta.png"].split, plan["zeta.png"].name) == ("calibrate", "z-7.png")
    assert plan["b/acme.png"].name == "acme-2.png"


def test_where_two_groups_turn_out_to_be_one_the_larger_part_decides() -> None:
    earlier = {
        "acme__png": Earlier("test", "acme.png"),
        "acme-dark__png": Earlier("test", "acme-dark.png"),
        "zeta__png": Earlier("train", "zeta.png"),
    }
    pictures = (answer("acme.png", "one"), answer("acme-dark.png"), answer("zeta.png", "one"))
    assert {placement.split for placement in plan_of(*pictures, **earlier).values()} == {"test"}


def test_a_persons_type_wins_and_counts() -> None:
    pictures = {"a\udce9.png": answer("a\udce9.png"), "b.png": answer("b.png")}
    first, second = make_plan(pictures, Settings(), {"a\\udce9.png": LogoType.TEXT}, {})
    assert (first.label, first.by_person, second.label, second.by_person) == (
        LogoType.TEXT, True, LogoType.SIMPLE, False,
    )  # fmt: skip
    assert tabulate([first, second]).sum(0).tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize("wrong", ["colour", ""])
def test_an_unknown_source_of_brands_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="brand_from"):
        Settings(brand_from=wrong)
