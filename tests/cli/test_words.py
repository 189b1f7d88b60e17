"""Option values of several words."""

from __future__ import annotations

from typing import Any

import click
import pytest

from hybrid_logo.cli.words import limits_on, words_of

NOWHERE: Any = None


def test_words_keep_their_order_and_come_once() -> None:
    convert = words_of(lambda: ("a", "b", "c"))
    assert convert(NOWHERE, NOWHERE, "c,a,c") == ("c", "a")
    with pytest.raises(click.BadParameter, match="'d', 'e' is none of a, b, c"):
        convert(NOWHERE, NOWHERE, "d,a,e")


def test_words_are_asked_for_when_they_are_needed() -> None:
    known = ["a"]
    convert = words_of(lambda: known)
    known.append("b")
    assert convert(NOWHERE, NOWHERE, "b") == ("b",)


@pytest.mark.parametrize("pair", ["c=1", "a", "a=high", "a=", "=1"])
def test_limits_need_a_known_name_and_a_number(pair: str) -> None:
    with pytest.raises(click.BadParameter):
        limits_on("a", "b")(NOWHERE, NOWHERE, ("b=0.5", pair))
    assert limits_on("a", "b")(NOWHERE, NOWHERE, ("b=0.5", "a=2")) == {"a": 2.0, "b": 0.5}
