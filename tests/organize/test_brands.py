from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybrid_logo.organize.brands import SAYS_WHAT, SAYS_WHICH, brand_of


@pytest.mark.parametrize(
    "name",
    [
        "acme-corp.png",
        "AcmeCorp.PNG",
        "acme_corp@2x.png",
        "acme corp (3).jpg",
        "acme-corp copy 2.png",
        "logo-acme-corp.svg.png",
        "acme-corp-icon-dark_512x512.webp",
        "ACME_CORP-512px.gif",
        "acme.corp.v2.png",
        "\uff41cme-corp-white.png",
    ],
)
def test_relatives_have_one_brand(name: str) -> None:
    assert brand_of(name) == "acmecorp"


@pytest.mark.parametrize(
    ("name", "brand"),
    [
        ("red-hat.png", "redhat"),
        ("Orange.png", "orange"),
        ("500px.png", "500px"),
        ("7-eleven-logo.png", "7eleven"),
        ("logo_0017.png", "0017"),
        ("日本-アイコン.png", "日本アイコン"),
        ("...png", ".."),
        ("caf\udce9.png", "caf"),
    ],
)
def test_a_name_keeps_what_may_be_the_brands_own(name: str, brand: str) -> None:
    """Words for variants count as such only behind another word."""
    assert brand_of(name) == brand


@pytest.mark.parametrize("name", ["logo.png", "dark.png", "icon-512.png", "logo@2x.png", "white (1).png"])
def test_a_name_that_says_nothing_leaves_it_to_the_folder(name: str) -> None:
    assert brand_of(f"Acme Corp/{name}") == "acmecorp"
    assert brand_of(f"Acme Corp/logos/{name}") == "acmecorp"
    assert brand_of(name) != ""


def test_the_first_folder_is_the_brand_where_that_is_asked() -> None:
    assert brand_of("Acme Corp/png/other-dark.png", "folder") == "acmecorp"
    assert brand_of("Red-Dark/a.png", "folder") == "reddark"
    assert brand_of("other-dark.png", "folder") == "other"


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1))
def test_every_name_has_a_brand(name: str) -> None:
    assert brand_of(name)


def test_no_word_is_in_both_lists() -> None:
    assert not SAYS_WHAT & SAYS_WHICH
