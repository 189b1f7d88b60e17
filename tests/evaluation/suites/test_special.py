"""Special suites are imported when they are asked for, and told where a result holds them."""

from __future__ import annotations

import sys

import pytest

from hybrid_logo.errors import MissingExtraError
from hybrid_logo.evaluation.suites import special
from hybrid_logo.evaluation.suites.special import SPECIAL_SUITES, SpecialSuite, measured_suites, special_suite

MEMBERS = [name for name in vars(SpecialSuite) if not name.startswith("_")]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        special, "SPECIAL_SUITES", {"absent": "no.such_module", "counting": "tests.evaluation.fake_suite"}
    )


@pytest.mark.usefixtures("fake")
def test_a_suite_is_found_by_its_name() -> None:
    sys.modules.pop("tests.evaluation.fake_suite", None)
    assert special_suite("counting").NAME == "counting"
    assert "tests.evaluation.fake_suite" in sys.modules


@pytest.mark.usefixtures("fake")
def test_what_cannot_be_imported_is_told() -> None:
    with pytest.raises(MissingExtraError, match=r"The suite absent cannot be run .* pip install"):
        special_suite("absent")


@pytest.mark.usefixtures("fake")
def test_only_measured_suites_are_imported() -> None:
    ((suite, figures),) = measured_suites({"modes": {}, "counting": {"counted": 3}})
    assert suite.notes(figures) == ["Counted 3 pictures."]


def test_every_registered_suite_keeps_the_contract() -> None:
    for name in SPECIAL_SUITES:
        suite = special_suite(name)
        assert name == suite.NAME
        assert [member for member in MEMBERS if not callable(getattr(suite, member, None))] == []


@pytest.mark.usefixtures("fake")
def test_the_fake_suite_keeps_it_too() -> None:
    assert MEMBERS == ["steps", "measure", "tables", "notes", "html_section"]
    assert all(callable(getattr(special_suite("counting"), member)) for member in MEMBERS)
